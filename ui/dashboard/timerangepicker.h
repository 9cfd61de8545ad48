// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/timerange.h"

#include <QFrame>
#include <QPushButton>
#include <QTimeZone>

#include <functional>

class QCalendarWidget;
class QLineEdit;
class QListWidget;

namespace Shardboard {

class Label;

/// Where a time range is chosen: common ones at a click, any other as text in the grammar of TimeRange or from a
/// calendar. What the text means right now, or why it means nothing, is said while it is typed.
class TimeRangePopup final : public QFrame
{
    Q_OBJECT

public:
    using Clock = std::function<QDateTime()>;

    TimeRangePopup(Clock clock, QWidget *parent);
    void setRange(const TimeRange &range, const QTimeZone &zone);
    QLineEdit *fromEdit() const { return m_from; }
    QLineEdit *toEdit() const { return m_to; }
    QListWidget *presets() const { return m_presets; }
    QString meaning() const; ///< of what is typed

Q_SIGNALS:
    void rangeChosen(const Shardboard::TimeRange &range);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void setupPresets();
    QWidget *setupFields();
    void setupCalendar();
    void explain();
    void apply();
    void takeDate(const QDate &date);
    TimeRange typed() const;

    Clock m_clock;
    QTimeZone m_zone = QTimeZone::utc();
    QListWidget *m_presets;
    QLineEdit *m_from;
    QLineEdit *m_to;
    Label *m_meaning;
    Label *m_zoneLabel;
    QCalendarWidget *m_calendar;
    QPushButton *m_apply;
    QLineEdit *m_target; ///< takes the date that is clicked
};

/// The button in the toolbar that says which range is shown.
class TimeRangePicker final : public QPushButton
{
    Q_OBJECT

public:
    TimeRangePicker(TimeRangePopup::Clock clock, QWidget *parent = nullptr);
    void setRange(const TimeRange &range, const QTimeZone &zone);
    TimeRangePopup *popup() const { return m_popup; }
    void open();

Q_SIGNALS:
    void rangeChosen(const Shardboard::TimeRange &range);

private:
    TimeRangePopup *m_popup;
};

} // namespace Shardboard
