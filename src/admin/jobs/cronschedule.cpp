// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/jobs/cronschedule.h"

#include "admin/jobs/croncursor.h"

#include <QRegularExpression>

#include <array>
#include <functional>
#include <limits>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

/// The 29th of February falls on each weekday within so many years, also where a century has no leap year.
constexpr int horizonYears = 40;
constexpr qsizetype longestSchedule = 1000; ///< bytes, of pg_cron's buffer
constexpr int blockMinutes = 15; ///< offsets of zones and their changes are multiples of this

struct Field
{
    QString name;
    int low, high;
};

const QList<Field> &fieldList()
{
    static const QList<Field> list{{u"minute"_s, 0, 59}, {u"hour"_s, 0, 23}, {u"day of the month"_s, 1, 31},
        {u"month"_s, 1, 12}, {u"weekday"_s, 0, 7}};
    return list;
}

quint64 bit(int value)
{
    return quint64(1) << value;
}

bool has(quint64 set, int value)
{
    return (set & bit(value)) != 0;
}

quint64 allOf(int low, int high)
{
    quint64 set = 0;
    for (int value = low; value <= high; ++value)
        set |= bit(value);
    return set;
}

/// Of "10 seconds", whatever the number; -1: the text is something else.
int intervalSeconds(const QString &text)
{
    static const QRegularExpression pattern(
        u"\\A\\s*\\+?([0-9]{1,9})\\s*second(?:s\\s*)?\\z"_s, QRegularExpression::CaseInsensitiveOption);
    const auto match = pattern.match(text);
    return match.hasMatch() ? match.captured(1).toInt() : -1;
}

QString fieldProblem(const QString &text, const Field &field)
{
    return u"\"%1\" is no %2: write %3 to %4, a list 1,2, a range 1-5, a step */5 or *"_s.arg(text, field.name)
        .arg(field.low)
        .arg(field.high);
}

} // namespace

QTimeZone cronZone(const QString &name)
{
    if (name.isEmpty() || name.compare(u"GMT", Qt::CaseInsensitive) == 0
        || name.compare(u"UTC", Qt::CaseInsensitive) == 0)
        return QTimeZone::utc();
    return QTimeZone(name.toUtf8());
}

Outcome<CronSchedule> CronSchedule::parse(const QString &text, const CronDialect &dialect)
{
    CronSchedule schedule;
    schedule.m_zone = dialect.zone.isValid() ? dialect.zone : QTimeZone::utc();
    schedule.m_matchesBothDays = dialect.matchesBothDays;
    if (const int seconds = intervalSeconds(text); seconds >= 0) {
        schedule.m_kind = Kind::Interval;
        schedule.m_seconds = seconds;
        if (!dialect.hasSeconds)
            return ServerError::usage(u"seconds are not taken here"_s, u"pg_cron 1.5 and later take them."_s);
        if (seconds < 1 || seconds > 59)
            return ServerError::usage(u"an interval is 1 to 59 seconds, not %1"_s.arg(seconds));
        return schedule;
    }
    const QByteArray utf8 = text.toUtf8();
    if (utf8.size() >= longestSchedule)
        return ServerError::usage(u"a schedule is shorter than %1 bytes"_s.arg(longestSchedule));
    CronCursor cursor(utf8, dialect);
    if (cursor.isAtName()) {
        const QString name = QString::fromUtf8(cursor.readName());
        if (schedule.readName(name))
            return schedule;
        return ServerError::usage(u"pg_cron does not know \"@%1\""_s.arg(name),
            u"It knows @hourly, @daily, @midnight, @weekly, @monthly and @reboot."_s);
    }
    if (const auto problem = schedule.readFields(cursor, dialect))
        return *problem;
    return schedule;
}

std::optional<ServerError> CronSchedule::readFields(CronCursor &cursor, const CronDialect &dialect)
{
    CronFields fields;
    int field = 0;
    if (!cursor.readFields(fields, field)) {
        const QString text = cursor.fieldText();
        if (text.isEmpty())
            return ServerError::usage(
                u"a schedule has five fields (minute, hour, day of the month, month, weekday), not %1"_s.arg(field),
                u"\"*/5 * * * *\" is every five minutes."_s);
        if (text == u"$" && field == 2 && !dialect.hasLastDay)
            return ServerError::usage(
                u"$ for the last day of the month is not taken here"_s, u"pg_cron 1.6 and later take it."_s);
        return ServerError::usage(fieldProblem(text, fieldList().at(field)));
    }
    m_minutes = fields.sets[0];
    m_hours = fields.sets[1];
    m_days = fields.sets[2];
    m_months = fields.sets[3];
    m_weekdays = fields.sets[4];
    m_lastDay = fields.isLastDay;
    if (has(m_weekdays, 7))
        m_weekdays |= bit(0);
    m_weekdays &= allOf(0, 6);
    m_anyDay = fields.hasStar[2];
    m_anyWeekday = fields.hasStar[4];
    return std::nullopt;
}

bool CronSchedule::readName(const QString &name)
{
    m_minutes = bit(0);
    m_hours = bit(0);
    m_days = allOf(1, 31);
    m_months = allOf(1, 12);
    m_weekdays = allOf(0, 6);
    m_anyDay = m_anyWeekday = true;
    if (name == u"reboot" || name == u"restart")
        m_kind = Kind::AtStart;
    else if (name == u"hourly")
        m_hours = allOf(0, 23);
    else if (name == u"weekly")
        m_weekdays = bit(0);
    else if (name == u"monthly")
        m_days = bit(1);
    else if (name == u"yearly" || name == u"annually")
        m_months = 0; // pg_cron looks for month 0, which never comes
    else
        return name == u"daily" || name == u"midnight";
    return true;
}

bool CronSchedule::isDueOn(const QDate &date) const
{
    if (!has(m_months, date.month()))
        return false;
    const bool fitsDay = has(m_days, date.day()) || (m_lastDay && date.day() == date.daysInMonth());
    const bool fitsWeekday = has(m_weekdays, date.dayOfWeek() % 7);
    const bool needsBoth = m_anyDay || m_anyWeekday || m_matchesBothDays;
    return needsBoth ? fitsDay && fitsWeekday : fitsDay || fitsWeekday;
}

/// The first day from `from` on on which it is due; invalid when there is none.
QDate CronSchedule::nextDate(const QDate &from) const
{
    const QDate end = from.addYears(horizonYears);
    for (QDate date = from; date < end;) {
        if (!has(m_months, date.month())) {
            date = QDate(date.year(), date.month(), 1).addMonths(1);
            continue;
        }
        if (isDueOn(date))
            return date;
        date = date.addDays(1);
    }
    return {};
}

bool CronSchedule::isEverDue() const
{
    if (m_kind != Kind::Fields)
        return true;
    return m_minutes != 0 && m_hours != 0 && m_months != 0 && nextDate(QDate(2000, 1, 1)).isValid();
}

/// Goes over the minutes from `from` on and gives each that is due to `found`, which says whether to go on.
struct CronSchedule::Search
{
    QDateTime from; ///< UTC, a full minute
    QDateTime until; ///< UTC; invalid: as far as it takes
    std::function<bool(const QDateTime &)> found;
};

// pg_cron asks of each minute of absolute time whether its local time fits: what falls into the hour that is left out
// in spring does not run, what falls into the one that comes twice in autumn runs twice.
void CronSchedule::search(Search &search) const
{
    if (m_minutes == 0 || m_hours == 0 || m_months == 0)
        return;
    qint64 minute = search.from.toSecsSinceEpoch() / 60;
    const qint64 last
        = search.until.isValid() ? search.until.toSecsSinceEpoch() / 60 : std::numeric_limits<qint64>::max();
    QDate checked;
    while (minute <= last) {
        const QDateTime block = QDateTime::fromSecsSinceEpoch(minute * 60, Qt::UTC);
        const QDateTime local = QDateTime::fromSecsSinceEpoch(minute * 60 + m_zone.offsetFromUtc(block), Qt::UTC);
        const QDate date = local.date();
        if (date != checked && !isDueOn(date)) {
            const QDate next = nextDate(date.addDays(1));
            if (!next.isValid())
                return;
            // Some hours early: what midnight is there is found by going over the blocks.
            const qint64 early = QDateTime(next, QTime(0, 0), Qt::UTC).toSecsSinceEpoch() / 60
                - m_zone.offsetFromUtc(block) / 60 - 180;
            minute = std::max(minute + blockMinutes - minute % blockMinutes, early - early % blockMinutes);
            continue;
        }
        checked = date;
        const qint64 end = minute + blockMinutes - minute % blockMinutes;
        if (!has(m_hours, local.time().hour())) {
            minute = end;
            continue;
        }
        for (int offset = 0; minute < end && minute <= last; ++minute, ++offset) {
            if (has(m_minutes, local.time().minute() + offset)
                && !search.found(QDateTime::fromSecsSinceEpoch(minute * 60, Qt::UTC)))
                return;
        }
    }
}

QList<QDateTime> CronSchedule::next(const QDateTime &after, int count) const
{
    QList<QDateTime> moments;
    if (m_kind == Kind::AtStart || count <= 0)
        return moments;
    if (m_kind == Kind::Interval) {
        for (int i = 1; i <= count; ++i)
            moments << after.toUTC().addSecs(qint64(m_seconds) * i);
        return moments;
    }
    const qint64 minute = after.toSecsSinceEpoch() / 60 + 1;
    Search one{QDateTime::fromSecsSinceEpoch(minute * 60, Qt::UTC), {}, [&](const QDateTime &moment) {
                   moments << moment;
                   return moments.size() < count;
               }};
    search(one);
    return moments;
}

QList<QDateTime> CronSchedule::between(const QDateTime &from, const QDateTime &until, int limit) const
{
    QList<QDateTime> moments;
    if (m_kind != Kind::Fields)
        return moments;
    const qint64 minute = from.toSecsSinceEpoch() / 60 + 1;
    Search all{QDateTime::fromSecsSinceEpoch(minute * 60, Qt::UTC), until, [&](const QDateTime &moment) {
                   moments << moment;
                   return true;
               }};
    search(all);
    return moments.mid(std::max<qsizetype>(0, moments.size() - limit));
}

} // namespace Shardboard
