// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterfacts.h"

#include <QWidget>

class QComboBox;
class QPushButton;

namespace Shardboard {

class Label;

/// The line above the tabs: how the cluster is, when that was read, and how often it is read again.
class ClusterHead final : public QWidget
{
    Q_OBJECT

public:
    explicit ClusterHead(QWidget *parent = nullptr);

    void setFacts(const ClusterFacts &facts);
    void setReadAt(const QDateTime &moment); ///< of what is shown now; invalid: nothing was read yet
    /// Milliseconds; 0: only when asked for.
    int interval() const;
    QString summary() const;
    QPushButton &addNodeButton() { return *m_addNode; }

Q_SIGNALS:
    void intervalChanged();
    void refreshRequested();
    void addNodeRequested();

private:
    Label *m_summary;
    Label *m_readAt;
    QComboBox *m_interval;
    QPushButton *m_refresh;
    QPushButton *m_addNode;
};

} // namespace Shardboard
