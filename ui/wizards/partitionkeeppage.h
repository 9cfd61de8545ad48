// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/partition/partitionfacts.h"

#include <QWidget>

class QCheckBox;
class QComboBox;

namespace Shardboard {

class Label;

/// What becomes of old partitions, and of the ordinary table after its rows were copied.
class PartitionKeepPage final : public QWidget
{
    Q_OBJECT

public:
    explicit PartitionKeepPage(QWidget *parent = nullptr);

    void load(const PartitionSettings &settings, const PartitionFacts &facts);
    void store(PartitionSettings &settings) const;
    void showProblems(const QStringList &problems);
    void setRetention(const QString &interval);

Q_SIGNALS:
    void changed();

private:
    void setupLayout();

    QComboBox *m_retention;
    QComboBox *m_columnar;
    Label *m_columnarNote;
    QCheckBox *m_drop;
    Label *m_dropNote;
    Label *m_problems;
    Label *m_job;
    bool m_isLoading = false;
    bool m_wasLoaded = false;
};

} // namespace Shardboard
