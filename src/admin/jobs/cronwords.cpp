// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/jobs/cronschedule.h"

#include <QStringList>

#include <functional>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostTimes = 6; ///< that are listed one by one

QList<int> valuesOf(quint64 set)
{
    QList<int> values;
    for (int value = 0; value < 60; ++value) {
        if (set >> value & 1)
            values << value;
    }
    return values;
}

/// "1 to 5, 7 and 9"
QString listWords(const QList<int> &values, const std::function<QString(int)> &name)
{
    QStringList words;
    for (qsizetype i = 0; i < values.size();) {
        qsizetype last = i;
        while (last + 1 < values.size() && values.at(last + 1) == values.at(last) + 1)
            ++last;
        if (last - i < 2)
            last = i;
        words << (last == i ? name(values.at(i)) : name(values.at(i)) + u" to "_s + name(values.at(last)));
        i = last + 1;
    }
    if (words.size() < 2)
        return words.join(QString());
    const QString end = words.takeLast();
    return words.join(u", "_s) + u" and "_s + end;
}

QString number(int value)
{
    return QString::number(value);
}

QString clock(int hour, int minute)
{
    return u"%1:%2"_s.arg(hour, 2, 10, QLatin1Char('0')).arg(minute, 2, 10, QLatin1Char('0'));
}

/// N where the values are 0, N, 2N … and the next would be `size` itself; 0 where they are not.
int evenStep(const QList<int> &values, int size)
{
    if (values.isEmpty() || size % values.size() != 0)
        return 0;
    const int step = size / int(values.size());
    for (qsizetype i = 0; i < values.size(); ++i) {
        if (values.at(i) != i * step)
            return 0;
    }
    return step;
}

QString weekdayName(int day)
{
    static const QStringList names{
        u"Sunday"_s, u"Monday"_s, u"Tuesday"_s, u"Wednesday"_s, u"Thursday"_s, u"Friday"_s, u"Saturday"_s, u"Sunday"_s};
    return names.at(day);
}

QString monthName(int month)
{
    static const QStringList names{u"January"_s, u"February"_s, u"March"_s, u"April"_s, u"May"_s, u"June"_s, u"July"_s,
        u"August"_s, u"September"_s, u"October"_s, u"November"_s, u"December"_s};
    return names.at(month - 1);
}

QString plural(int count, const QString &one, const QString &many)
{
    return count == 1 ? one : many.arg(count);
}

} // namespace

QString CronSchedule::timeWords() const
{
    const QList<int> minutes = valuesOf(m_minutes), hours = valuesOf(m_hours);
    const int minuteStep = evenStep(minutes, 60), hourStep = evenStep(hours, 24);
    const bool allHours = hours.size() == 24;
    if (hours.size() * minutes.size() <= mostTimes) {
        QStringList times;
        for (const int hour : hours)
            for (const int minute : minutes)
                times << clock(hour, minute);
        return u"at "_s + times.join(u", "_s);
    }
    if (minutes.size() == 1 && hourStep > 0) {
        const QString every = plural(hourStep, u"every hour"_s, u"every %1 hours"_s);
        return minutes.first() == 0 ? every : every + u" at minute %1"_s.arg(minutes.first());
    }
    const QString within = minuteStep > 0 && minuteStep < 60
        ? plural(minuteStep, u"every minute"_s, u"every %1 minutes"_s)
        : u"at minutes "_s + listWords(minutes, number);
    if (allHours)
        return minuteStep > 0 ? within : within + u" of every hour"_s;
    const bool isOneSpan = hours.last() - hours.first() == hours.size() - 1;
    if (isOneSpan && minuteStep > 0)
        return within + u" from %1 to %2"_s.arg(clock(hours.first(), 0), clock(hours.last(), minutes.last()));
    return within + u" of the hours "_s + listWords(hours, number);
}

QString CronSchedule::dayWords() const
{
    const bool everyDay = valuesOf(m_days).size() == 31, everyWeekday = valuesOf(m_weekdays).size() == 7;
    QList<int> days = valuesOf(m_weekdays);
    if (days.size() > 1 && days.first() == 0 && !everyWeekday) {
        days.removeFirst(); // a week that ends with Sunday reads better
        days << 7;
    }
    const QString ofMonth = m_lastDay
        ? u"on the last day of the month"_s
        : u"on %1 %2 of the month"_s.arg(
            valuesOf(m_days).size() == 1 ? u"day"_s : u"days"_s, listWords(valuesOf(m_days), number));
    const QString ofWeek = u"on "_s + listWords(days, weekdayName);
    const bool needsBoth = m_anyDay || m_anyWeekday || m_matchesBothDays;
    if (everyDay && everyWeekday)
        return {};
    if (needsBoth) {
        if (everyDay)
            return ofWeek;
        return everyWeekday ? ofMonth : ofMonth + u" that fall "_s + ofWeek;
    }
    if (everyDay || everyWeekday)
        return {}; // either is enough, and one of them is always so
    return ofMonth + u" and "_s + ofWeek;
}

QString CronSchedule::toWords() const
{
    if (m_kind == Kind::Interval)
        return plural(m_seconds, u"every second"_s, u"every %1 seconds"_s);
    if (m_kind == Kind::AtStart)
        return u"once, when the server starts"_s;
    const bool hasDays = m_days != 0 || m_lastDay || m_weekdays != 0;
    if (m_minutes == 0 || m_hours == 0 || m_months == 0 || !hasDays)
        return u"never"_s;
    QStringList words{timeWords()};
    const QString days = dayWords();
    if (!days.isEmpty())
        words << days;
    else if (words.first().startsWith(u"at ") && !words.first().contains(u"hour"))
        words << u"every day"_s;
    if (const QList<int> months = valuesOf(m_months); months.size() < 12)
        words << u"in "_s + listWords(months, monthName);
    return words.join(u' ') + (isEverDue() ? QString() : u", which never comes"_s);
}

} // namespace Shardboard
