// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollupdefinition.h"

#include <QRegularExpression>

namespace Shardboard {

namespace {

constexpr qint64 secondsOfDay = 86400;

struct Unit
{
    const char *name;
    const char *shortName;
    qint64 seconds;
};

constexpr Unit units[] = {{"second", "s", 1}, {"minute", "min", 60}, {"hour", "hour", 3600},
    {"day", "day", secondsOfDay}, {"week", "week", 7 * secondsOfDay}, {"month", "month", 30 * secondsOfDay},
    {"year", "year", 360 * secondsOfDay}};

struct Length
{
    qint64 count = 0;
    const Unit *unit = nullptr;
};

Length parse(const QString &bucket)
{
    static const QRegularExpression pattern(QStringLiteral("^(\\d{1,9}) *(second|minute|hour|day|week|month|year)s?$"));
    const QRegularExpressionMatch match = pattern.match(bucket.trimmed());
    for (const Unit &unit : units)
        if (match.captured(2) == QLatin1String(unit.name))
            return {match.captured(1).toLongLong(), &unit};
    return {};
}

} // namespace

qint64 bucketSeconds(const QString &bucket)
{
    const Length length = parse(bucket);
    return length.unit ? length.count * length.unit->seconds : 0;
}

QString checkBucket(const QString &bucket)
{
    const qint64 seconds = bucketSeconds(bucket);
    if (seconds == 0)
        return QStringLiteral("bucket must be a length such as \"5 minutes\" or \"1 day\", not \"%1\"").arg(bucket);
    const bool isCalendar = seconds == secondsOfDay || seconds == 7 * secondsOfDay || seconds == 30 * secondsOfDay
        || seconds == 90 * secondsOfDay || seconds == 360 * secondsOfDay;
    if (seconds < secondsOfDay ? secondsOfDay % seconds != 0 : !isCalendar)
        return QStringLiteral("bucket \"%1\" neither divides a day nor is it a day, week, month, quarter or year")
            .arg(bucket);
    return {};
}

bool isMadeOfBuckets(const QString &longer, const QString &shorter)
{
    const qint64 coarse = bucketSeconds(longer), fine = bucketSeconds(shorter);
    if (coarse <= fine || (coarse < secondsOfDay && coarse % fine != 0))
        return false;
    return fine != 7 * secondsOfDay; // weeks begin in the middle of months
}

QString bucketSuffix(const QString &bucket)
{
    const Length length = parse(bucket);
    return length.unit ? QString::number(length.count) + QLatin1String(length.unit->shortName) : QString();
}

} // namespace Shardboard
