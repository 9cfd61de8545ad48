// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/timerange.h"

#include "dashboard/zonetime.h"

#include <QRegularExpression>

#include <optional>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

enum class Edge { Begin, End };

// Far beyond any data, and well inside what a QDate holds.
constexpr int firstYear = 1;
constexpr int lastYear = 9999;

const QString formsHint
    = u"Such as now, now-6h, now/d, now-1d/d, 2015-05-17, 2015-05-17T10:00, 2015-05-17T10:00+02:00 or "
      "milliseconds since 1970; units are s m h d w M y."_s;

ServerError refuse(const QString &message)
{
    return ServerError::usage(message, formsHint);
}

/// One operation behind "now": "-6h" or "/d".
struct Step
{
    bool isRounding = false;
    qint64 amount = 0;
    QChar unit;
};

std::optional<qint64> fixedLength(QChar unit)
{
    switch (unit.unicode()) {
    case u's':
        return 1000;
    case u'm':
        return 60'000;
    case u'h':
        return 3'600'000;
    default:
        return std::nullopt;
    }
}

QDate addCalendar(const QDate &date, qint64 amount, QChar unit)
{
    switch (unit.unicode()) {
    case u'd':
        return date.addDays(amount);
    case u'w':
        return date.addDays(7 * amount);
    case u'M':
        return date.addMonths(int(amount));
    default:
        return date.addYears(int(amount));
    }
}

QDate beginOf(const QDate &date, QChar unit)
{
    switch (unit.unicode()) {
    case u'd':
        return date;
    case u'w':
        return date.addDays(1 - date.dayOfWeek());
    case u'M':
        return {date.year(), date.month(), 1};
    default:
        return {date.year(), 1, 1};
    }
}

qint64 addTo(qint64 moment, qint64 amount, QChar unit, const QTimeZone &zone)
{
    if (const auto length = fixedLength(unit))
        return moment + amount * *length;
    const QDateTime local = localFields(moment, zone);
    return momentOf(addCalendar(local.date(), amount, unit), local.time(), zone);
}

qint64 roundTo(qint64 moment, QChar unit, Edge edge, const QTimeZone &zone)
{
    if (const auto length = fixedLength(unit)) {
        // Hours begin when the zone's clock says so, which half-hour zones feel.
        const qint64 local = localFields(moment, zone).toMSecsSinceEpoch();
        const qint64 begin = moment - ((local % *length) + *length) % *length;
        return edge == Edge::Begin ? begin : begin + *length;
    }
    const QDate begin = beginOf(localFields(moment, zone).date(), unit);
    return momentOf(edge == Edge::Begin ? begin : addCalendar(begin, 1, unit), QTime(0, 0), zone);
}

Outcome<QList<Step>> parseSteps(QStringView text, const QString &whole)
{
    static const QRegularExpression pattern(u"^(?:([+-])(\\d{1,6})|(/))([smhdwMy])"_s);
    QList<Step> steps;
    while (!text.isEmpty()) {
        const auto match = pattern.match(text.toString());
        if (!match.hasMatch())
            return refuse(u"“%1” is no time: “%2” is neither an offset such as -6h nor a rounding such as /d."_s.arg(
                whole, text.toString()));
        Step step;
        step.isRounding = match.hasCaptured(3);
        step.amount = match.captured(2).toLongLong() * (match.captured(1) == u'-' ? -1 : 1);
        step.unit = match.captured(4).at(0);
        steps.append(step);
        text = text.mid(match.capturedLength());
    }
    return steps;
}

bool isInRange(qint64 moment)
{
    const int year = QDateTime::fromMSecsSinceEpoch(moment, Qt::UTC).date().year();
    return year >= firstYear && year <= lastYear;
}

Outcome<qint64> resolveRelative(const QString &text, Edge edge, const QDateTime &now, const QTimeZone &zone)
{
    const auto steps = parseSteps(QStringView(text).mid(3), text);
    if (!steps)
        return steps.failure<qint64>();
    qint64 moment = now.toMSecsSinceEpoch();
    for (qsizetype i = 0; i < steps->size(); ++i) {
        const Step &step = steps->at(i);
        // now/d+8h is eight hours into the day also where a range ends; now/d-6h is six hours before the day's end.
        const bool countsFromBegin = i + 1 < steps->size() && steps->at(i + 1).amount > 0;
        moment = step.isRounding ? roundTo(moment, step.unit, countsFromBegin ? Edge::Begin : edge, zone)
                                 : addTo(moment, step.amount, step.unit, zone);
        if (!isInRange(moment))
            return refuse(u"“%1” lies outside the years %2 to %3."_s.arg(text).arg(firstYear).arg(lastYear));
    }
    return moment;
}

Outcome<qint64> resolveMilliseconds(const QString &text)
{
    // Ten digits are seconds nearly always; taken for milliseconds they would silently mean January 1970.
    if (text.size() <= 10)
        return refuse(
            u"“%1” is no time: milliseconds since 1970 have at least 11 digits (write a year as a date, and seconds "
            "with 000 behind)."_s.arg(text));
    const qint64 moment = text.size() <= 15 ? text.toLongLong() : std::numeric_limits<qint64>::max();
    if (!isInRange(moment))
        return refuse(u"“%1” lies outside the years %2 to %3."_s.arg(text).arg(firstYear).arg(lastYear));
    return moment;
}

/// Of "+02:00", "+0200", "+02" or "Z".
std::optional<qint64> parseOffset(const QString &text)
{
    if (text == u"Z" || text == u"z")
        return 0;
    static const QRegularExpression pattern(u"^([+-])(\\d{2}):?(\\d{2})?$"_s);
    const auto match = pattern.match(text);
    const int hours = match.captured(2).toInt();
    const int minutes = match.captured(3).toInt();
    if (!match.hasMatch() || hours > 15 || minutes > 59)
        return std::nullopt;
    return (match.captured(1) == u'-' ? -1 : 1) * qint64(hours * 60 + minutes) * 60'000;
}

Outcome<qint64> resolveAbsolute(const QString &text, Edge edge, const QTimeZone &zone)
{
    static const QRegularExpression milliseconds(u"^\\d+$"_s);
    if (milliseconds.match(text).hasMatch())
        return resolveMilliseconds(text);
    static const QRegularExpression pattern(
        u"^(\\d{4}-\\d{2}-\\d{2})(?:[T ](\\d{2}:\\d{2})(:\\d{2})?(\\.\\d{1,3})?\\s*(Z|z|[+-]\\d{2}(?::?\\d{2})?)?)?$"_s);
    const auto match = pattern.match(text);
    if (!match.hasMatch() || (match.hasCaptured(4) && !match.hasCaptured(3)))
        return refuse(u"“%1” is no time."_s.arg(text));
    const QDate date = QDate::fromString(match.captured(1), Qt::ISODate);
    if (!date.isValid() || date.year() < firstYear)
        return refuse(u"“%1” is no time: there is no such day."_s.arg(text));
    if (!match.hasCaptured(2))
        return momentOf(edge == Edge::Begin ? date : date.addDays(1), QTime(0, 0), zone);
    const QTime time = QTime::fromString(match.captured(2) + match.captured(3) + match.captured(4), Qt::ISODateWithMs);
    if (!time.isValid())
        return refuse(u"“%1” is no time: hours go to 23, minutes and seconds to 59."_s.arg(text));
    if (!match.hasCaptured(5))
        return momentOf(date, time, zone);
    const auto offset = parseOffset(match.captured(5));
    if (!offset)
        return refuse(u"“%1” is no time: “%2” is no offset from UTC."_s.arg(text, match.captured(5)));
    return QDateTime(date, time, Qt::UTC).toMSecsSinceEpoch() - *offset;
}

bool isRelativeEnd(const QString &text)
{
    return text.startsWith(u"now");
}

Outcome<qint64> resolveEnd(const QString &text, Edge edge, const QDateTime &now, const QTimeZone &zone)
{
    if (text.isEmpty())
        return refuse(edge == Edge::Begin ? u"The time range has no begin."_s : u"The time range has no end."_s);
    return isRelativeEnd(text) ? resolveRelative(text, edge, now, zone) : resolveAbsolute(text, edge, zone);
}

QString unitName(QChar unit, qint64 amount)
{
    QString name;
    switch (unit.unicode()) {
    case u's':
        name = u"second"_s;
        break;
    case u'm':
        name = u"minute"_s;
        break;
    case u'h':
        name = u"hour"_s;
        break;
    case u'd':
        name = u"day"_s;
        break;
    case u'w':
        name = u"week"_s;
        break;
    case u'M':
        name = u"month"_s;
        break;
    default:
        name = u"year"_s;
        break;
    }
    return amount == 1 ? name : name + u's';
}

/// "Last 6 hours", "Today", "Last week so far", … or nothing when there is no short way to say it.
QString describeShortly(const TimeRange &range)
{
    static const QRegularExpression last(u"^now-(\\d{1,6})([smhdwMy])$"_s);
    const auto match = last.match(range.from);
    if (match.hasMatch() && range.to == u"now") {
        const qint64 amount = match.captured(1).toLongLong();
        const QString unit = unitName(match.captured(2).at(0), amount);
        return amount == 1 ? u"Last %1"_s.arg(unit) : u"Last %1 %2"_s.arg(amount).arg(unit);
    }
    static const QRegularExpression current(u"^now/([dwMy])$"_s);
    const auto unit = current.match(range.from).captured(1);
    if (!unit.isEmpty() && (range.to == u"now" || range.to == range.from)) {
        const QString name = unit == u"d" ? u"Today"_s : u"This "_s + unitName(unit.at(0), 1);
        return range.to == u"now" ? name + u" so far"_s : name;
    }
    static const QRegularExpression previous(u"^now-1([dwMy])/\\1$"_s);
    const auto before = previous.match(range.from).captured(1);
    if (!before.isEmpty() && range.to == range.from)
        return before == u"d" ? u"Yesterday"_s : u"Previous "_s + unitName(before.at(0), 1);
    return {};
}

QString printEnd(const QString &text, Edge edge, const QTimeZone &zone)
{
    static const QRegularExpression dateAlone(u"^\\d{4}-\\d{2}-\\d{2}$"_s);
    if (isRelativeEnd(text) || dateAlone.match(text).hasMatch())
        return text;
    const auto moment = resolveAbsolute(text, edge, zone);
    if (!moment)
        return text;
    const QDateTime local = localFields(*moment, zone);
    return local.toString(
        local.time().second() == 0 && local.time().msec() == 0 ? u"yyyy-MM-dd HH:mm"_s : u"yyyy-MM-dd HH:mm:ss"_s);
}

} // namespace

bool TimeRange::isRelative() const
{
    return isRelativeEnd(from) || isRelativeEnd(to);
}

Outcome<TimeRange> parseTimeRange(const QString &text)
{
    static const QRegularExpression separator(u"\\s*\\.\\.\\s*|\\s+to\\s+"_s);
    const QStringList ends = text.trimmed().split(separator);
    if (ends.size() > 2)
        return refuse(u"“%1” is no time range: it has more than two ends."_s.arg(text));
    TimeRange range;
    range.from = ends.at(0);
    range.to = ends.size() == 2 ? ends.at(1) : u"now"_s;
    // Whether the ends parse does not depend on the clock or the zone; whether they are in order does.
    const QDateTime now = QDateTime::fromMSecsSinceEpoch(0, Qt::UTC);
    for (const Edge edge : {Edge::Begin, Edge::End}) {
        const auto end = resolveEnd(edge == Edge::Begin ? range.from : range.to, edge, now, QTimeZone::utc());
        if (!end)
            return end.failure<TimeRange>();
    }
    return range;
}

Outcome<TimeSpan> resolveTimeRange(const TimeRange &range, const QDateTime &now, const QTimeZone &zone)
{
    const auto begin = resolveEnd(range.from, Edge::Begin, now, zone);
    if (!begin)
        return begin.failure<TimeSpan>();
    const auto end = resolveEnd(range.to, Edge::End, now, zone);
    if (!end)
        return end.failure<TimeSpan>();
    if (*begin == *end)
        return refuse(u"The time range %1..%2 is empty: both ends are the same moment."_s.arg(range.from, range.to));
    if (*begin > *end)
        return refuse(u"The time range %1..%2 runs backwards."_s.arg(range.from, range.to));
    return TimeSpan{*begin, *end};
}

TimeRange absoluteTimeRange(const TimeSpan &span)
{
    const auto print = [](qint64 moment) {
        const QDateTime time = QDateTime::fromMSecsSinceEpoch(moment, Qt::UTC);
        return time.toString(time.time().msec() != 0 ? u"yyyy-MM-ddTHH:mm:ss.zzzZ"_s : u"yyyy-MM-ddTHH:mm:ssZ"_s);
    };
    return {print(span.begin), print(span.end)};
}

QString describeTimeRange(const TimeRange &range, const QTimeZone &zone)
{
    const QString shortly = describeShortly(range);
    if (!shortly.isEmpty())
        return shortly;
    return u"%1 – %2 (%3)"_s.arg(
        printEnd(range.from, Edge::Begin, zone), printEnd(range.to, Edge::End, zone), zoneName(zone));
}

} // namespace Shardboard
