// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/routing.h"

#include "dashboard/zonetime.h"

#include <algorithm>

namespace Shardboard {

namespace {

using namespace Qt::StringLiterals;

constexpr qint64 week = 7 * 86'400'000ll;
constexpr qint64 mondayAfterEpoch = 4 * 86'400'000ll; // 1970-01-05
constexpr int pixelsPerBar = 6;
constexpr int sparklinePoints = 120;
constexpr int usualPoints = 600; // where no plot says otherwise
constexpr int bucketsOfATotal = 500; // what a total may take in beyond its span is at most one of so many

/// The finest step a table of these buckets gives that needs no more points than wished for.
qint64 stepFor(qint64 bucket, const RouteWish &wish)
{
    const qint64 least = (wish.span.length() + wish.points - 1) / std::max(1, wish.points);
    for (const qint64 seconds : humanSteps()) {
        const qint64 step = seconds * 1000;
        if (step >= least && step >= bucket && step % bucket == 0)
            return step;
    }
    const qint64 longest = humanSteps().back() * 1000;
    const qint64 unit = longest % bucket == 0 ? longest : bucket;
    return (std::max(least, bucket) + unit - 1) / unit * unit;
}

TimeSpan alignSpan(const TimeSpan &span, qint64 step, qint64 bucket, const QTimeZone &zone)
{
    const qint64 begin = alignDown(span.begin, step, bucket, zone);
    // The end counts from the begin: all of it lies on one grid, whatever the clocks do in between.
    return {begin, begin + (span.end - begin + step - 1) / step * step};
}

Route routeTo(qint64 bucket, const RouteWish &wish)
{
    Route route;
    route.bucketMilliseconds = bucket;
    route.stepMilliseconds = stepFor(bucket, wish);
    route.span = alignSpan(wish.span, wish.inSteps ? route.stepMilliseconds : bucket, bucket, wish.zone);
    return route;
}

} // namespace

const std::vector<qint64> &humanSteps()
{
    static const std::vector<qint64> steps{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600,
        43200, 86400, 2 * 86400, 7 * 86400, 14 * 86400, 28 * 86400};
    return steps;
}

Outcome<Route> chooseRoute(const Source &source, const SourceCatalog &catalog, const RouteWish &wish)
{
    std::optional<Route> best;
    for (const Source::Level &level : source.levels) {
        const auto table = catalog.tables.constFind(level.rollup);
        if (table == catalog.tables.constEnd())
            continue;
        Route route = routeTo(level.bucketSeconds * 1000, wish);
        route.rollup = level.rollup;
        route.table = table->name;
        // Levels come finest first: a later one that gives the same step has less to read.
        const bool isFineEnough = wish.inSteps || wish.span.length() >= bucketsOfATotal * route.bucketMilliseconds;
        if (!best || (isFineEnough && route.stepMilliseconds <= best->stepMilliseconds))
            best = route;
    }
    if (best)
        return *best;
    QStringList names;
    for (const Source::Level &level : source.levels)
        names << level.rollup;
    return ServerError::usage(u"This server has none of the rollups this panel reads: %1."_s.arg(names.join(u", "_s)),
        u"Set them up with the blueprint that made this dashboard, or connect to the server that has them. Where more "
        "than one schema has them, this dashboard's sources must name the schema, such as web.http_request_1min."_s);
}

Route chooseStep(const RouteWish &wish)
{
    return routeTo(1000, wish);
}

qint64 alignDown(qint64 moment, qint64 stepMilliseconds, qint64 bucketMilliseconds, const QTimeZone &zone)
{
    const qint64 offset = localFields(moment, zone).toMSecsSinceEpoch() - moment;
    const qint64 shift = offset % bucketMilliseconds == 0 ? offset : 0;
    const qint64 origin = stepMilliseconds % week == 0 ? mondayAfterEpoch : 0;
    return floorTo(moment + shift - origin, stepMilliseconds) + origin - shift;
}

int pointsFor(const Panel &panel, int plotWidth)
{
    switch (panel.kind) {
    case Panel::Kind::TimeSeries:
        return std::max(1, panel.drawing == Panel::Drawing::Bars ? plotWidth / pixelsPerBar : plotWidth);
    case Panel::Kind::Stat:
        return sparklinePoints;
    case Panel::Kind::Bars:
    case Panel::Kind::Table:
    case Panel::Kind::Share:
    case Panel::Kind::Text:
        break;
    }
    return usualPoints;
}

} // namespace Shardboard
