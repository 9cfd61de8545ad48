// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/jobs/cronschedule.h"

#include <QRegularExpression>

#include <array>
#include <functional>
#include <limits>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

/// The 29th of February falls on each weekday within so many years, also where a century has no leap year.
constexpr int horizonYears = 40;
constexpr int blockMinutes = 15; ///< offsets of zones and their changes are multiples of this

struct Field
{
    QString name;
    int low, high;
    QStringList names; ///< of low, low + 1, …
};

const QList<Field> &fieldList()
{
    static const QList<Field> list{{u"minute"_s, 0, 59, {}}, {u"hour"_s, 0, 23, {}}, {u"day of the month"_s, 1, 31, {}},
        {u"month"_s, 1, 12,
            {u"jan"_s, u"feb"_s, u"mar"_s, u"apr"_s, u"may"_s, u"jun"_s, u"jul"_s, u"aug"_s, u"sep"_s, u"oct"_s,
                u"nov"_s, u"dec"_s}},
        {u"weekday"_s, 0, 7, {u"sun"_s, u"mon"_s, u"tue"_s, u"wed"_s, u"thu"_s, u"fri"_s, u"sat"_s, u"sun"_s}}};
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

/// -1 when it is none.
int numberOf(const QString &text, const Field &field)
{
    const qsizetype name = field.names.indexOf(text.toLower());
    if (name >= 0)
        return field.low + int(name);
    static const QRegularExpression digits(u"^[0-9]{1,4}$"_s);
    return digits.match(text).hasMatch() ? text.toInt() : -1;
}

/// One of the parts between commas; 0 when it makes no sense.
quint64 readPart(const QString &part, const Field &field)
{
    const QStringList halves = part.split(u'/');
    if (halves.size() > 2)
        return 0;
    const QStringList ends = halves.first().split(u'-');
    const bool isStar = halves.first() == u"*";
    if (!isStar && (ends.size() > 2 || (ends.size() == 1 && halves.size() == 2)))
        return 0; // a step needs a range
    const int first = isStar ? field.low : numberOf(ends.first(), field);
    const int last = isStar ? field.high : numberOf(ends.last(), field);
    const int step = halves.size() == 2 ? numberOf(halves.last(), {{}, 0, 0, {}}) : 1;
    if (first < field.low || last > field.high || first > last || step < 1 || step > field.high)
        return 0;
    quint64 set = 0;
    for (int value = first; value <= last; value += step)
        set |= bit(value);
    return set;
}

/// 0 when it makes no sense.
quint64 readField(const QString &text, const Field &field)
{
    quint64 set = 0;
    for (const QString &part : text.split(u',')) {
        const quint64 more = readPart(part, field);
        if (more == 0)
            return 0;
        set |= more;
    }
    return set;
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
    static const QRegularExpression seconds(
        u"^\\s*([0-9]{1,2})\\s+seconds?\\s*$"_s, QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression blanks(u"[ \\t]+"_s);
    CronSchedule schedule;
    schedule.m_zone = dialect.zone.isValid() ? dialect.zone : QTimeZone::utc();
    schedule.m_matchesBothDays = dialect.matchesBothDays;
    if (const auto match = seconds.match(text); match.hasMatch()) {
        schedule.m_kind = Kind::Interval;
        schedule.m_seconds = match.captured(1).toInt();
        if (!dialect.hasSeconds)
            return ServerError::usage(u"this pg_cron does not take seconds"_s, u"pg_cron 1.5 and later do."_s);
        if (schedule.m_seconds < 1 || schedule.m_seconds > 59)
            return ServerError::usage(u"an interval is 1 to 59 seconds, not %1"_s.arg(schedule.m_seconds));
        return schedule;
    }
    const QStringList fields = text.split(blanks, Qt::SkipEmptyParts);
    if (fields.size() == 1 && fields.first().startsWith(u'@')) {
        if (schedule.readName(fields.first().mid(1)))
            return schedule;
        return ServerError::usage(u"pg_cron does not know \"%1\""_s.arg(fields.first()),
            u"It knows @hourly, @daily, @midnight, @weekly, @monthly and @reboot."_s);
    }
    if (fields.size() != 5)
        return ServerError::usage(
            u"a schedule has five fields (minute, hour, day of the month, month, weekday), not %1"_s.arg(fields.size()),
            u"\"*/5 * * * *\" is every five minutes."_s);
    QString why;
    if (!schedule.readFields(fields, dialect, why))
        return ServerError::usage(why);
    return schedule;
}

bool CronSchedule::readFields(const QStringList &fields, const CronDialect &dialect, QString &why)
{
    const std::array<quint64 *, 5> sets{&m_minutes, &m_hours, &m_days, &m_months, &m_weekdays};
    for (int i = 0; i < 5; ++i) {
        if (i == 2 && fields.at(i) == u"$") {
            m_lastDay = dialect.hasLastDay;
            if (!m_lastDay)
                why = u"this pg_cron does not take $ for the last day of the month; pg_cron 1.6 and later do"_s;
        } else {
            *sets[size_t(i)] = readField(fields.at(i), fieldList().at(i));
            if (*sets[size_t(i)] == 0)
                why = fieldProblem(fields.at(i), fieldList().at(i));
        }
        if (!why.isEmpty())
            return false;
    }
    if (has(m_weekdays, 7))
        m_weekdays |= bit(0);
    m_weekdays &= allOf(0, 6);
    m_anyDay = fields.at(2).startsWith(u'*');
    m_anyWeekday = fields.at(4).startsWith(u'*');
    return true;
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
    return m_months != 0 && nextDate(QDate(2000, 1, 1)).isValid();
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
    if (m_months == 0)
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
