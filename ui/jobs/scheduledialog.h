// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/schedulepattern.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QTimeEdit;

namespace Shardboard {

class Label;

/// When something runs, put together from choices of which none makes a wrong schedule, or written by hand and checked
/// as it is written. Shows it in words and its next five runs in UTC and local time. Of a job also its name and
/// command; a very long command is shown in part and stays as it is.
class ScheduleDialog final : public QDialog
{
    Q_OBJECT

public:
    struct Fields
    {
        QString schedule;
        QString name; ///< of a new job
        QString command; ///< of a job
    };

    enum class Asks { Schedule, Command, NameAndCommand };

    ScheduleDialog(const QString &title, Asks asks, const Fields &fields, const CronDialect &dialect, QWidget *parent);

    Fields fields() const;
    QString words() const; ///< what is shown of the schedule
    QPushButton &acceptButton() { return *m_accept; }

private:
    void setupKinds();
    void setupLayout(Asks asks);
    void showPattern(const SchedulePattern &pattern);
    void showSteps(int every);
    SchedulePattern pattern() const;
    void update();

    const CronDialect m_dialect;
    const QString m_fixedCommand; ///< one that is too long to be edited here
    QComboBox *m_kind;
    QComboBox *m_every;
    QSpinBox *m_minute;
    QTimeEdit *m_time;
    QSpinBox *m_monthDay;
    QWidget *m_weekdayRow;
    QList<QCheckBox *> m_weekdays; ///< Monday first
    QLineEdit *m_expression;
    Label *m_words;
    Label *m_next;
    QLineEdit *m_name;
    QPlainTextEdit *m_command;
    QPushButton *m_accept;
};

} // namespace Shardboard
