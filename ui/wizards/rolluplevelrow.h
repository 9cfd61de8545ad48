// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollup/rollupdraft.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace Shardboard {

class Label;

/// One rollup of a family: length of its buckets, name of its table, when it runs, how long its rows are kept.
class RollupLevelRow final : public QWidget
{
    Q_OBJECT

public:
    explicit RollupLevelRow(QWidget *parent = nullptr);

    /// `usualName`: what the table is called unless told otherwise.
    void load(const RollupLevelDraft &level, const QString &usualName, bool canBeRemoved);
    RollupLevelDraft level() const;
    void showProblems(const QStringList &problems);
    void setSchedule(const QString &schedule);
    QComboBox &bucketBox() { return *m_bucket; }
    QLineEdit &targetEdit() { return *m_target; }
    QComboBox &keepBox() { return *m_keep; }
    QPushButton &scheduleButton() { return *m_schedule; }

    /// Widths of the fields, for the headings above them.
    static constexpr int bucketWidth = 112, scheduleWidth = 128, keepWidth = 96, removeWidth = 28;

Q_SIGNALS:
    void changed();
    void removeRequested();

private:
    void setupLayout();
    void showSchedule();
    void askSchedule();

    QComboBox *m_bucket;
    QLineEdit *m_target;
    QPushButton *m_schedule;
    QComboBox *m_keep;
    QToolButton *m_remove;
    Label *m_problems;
    QString m_cron;
    bool m_isLoading = false;
};

} // namespace Shardboard
