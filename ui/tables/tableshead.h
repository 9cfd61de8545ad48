// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QWidget>

class QCheckBox;
class QLineEdit;
class QPushButton;

namespace Shardboard {

class Label;

/// The line above the tree: what to look for, how many tables there are, and what can be done.
class TablesHead final : public QWidget
{
    Q_OBJECT

public:
    explicit TablesHead(QWidget *parent = nullptr);

    QLineEdit &search() { return *m_search; }
    QCheckBox &views() { return *m_views; }
    QPushButton &refreshButton() { return *m_refresh; }
    QPushButton &distributeButton() { return *m_distribute; }
    /// `readAt`: of what is shown; invalid while nothing is.
    void setCounts(int shown, int all, const QDateTime &readAt);

private:
    QLineEdit *m_search;
    QCheckBox *m_views;
    Label *m_counts;
    QPushButton *m_refresh;
    QPushButton *m_distribute;
};

} // namespace Shardboard
