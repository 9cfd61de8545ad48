// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "dashboard/sourcecatalog.h"

#include <QTimeZone>

#include <vector>

namespace Shardboard {

/// Which table answers, and in what steps.
struct Route
{
    QString rollup; ///< Source::Level::rollup; empty for a panel without a source
    QString table; ///< quoted for SQL
    qint64 bucketMilliseconds = 0; ///< of the table
    qint64 stepMilliseconds = 0; ///< of the result, a multiple of the table's
    TimeSpan span; ///< what to ask for, begin and end between buckets; never less than was wanted

    bool operator==(const Route &) const = default;
};

struct RouteWish
{
    TimeSpan span;
    int points = 600; ///< how many are worth asking for
    /// True: the span is asked for in whole steps, so that each point of a line is a whole one. False: in whole buckets
    /// of the table, as close to the wanted span as there is, for totals.
    bool inSteps = true;
    QTimeZone zone; ///< steps of an hour and more begin when a clock there says so
};

/// Steps people count time in, in seconds, ascending: 1 s to 4 weeks.
const std::vector<qint64> &humanSteps();

/// The level that gives the finest step that is not finer than the points ask for; of those that give it, the coarsest:
/// the least to read. Only levels in the catalogue; an error that names them all when there is none.
Outcome<Route> chooseRoute(const Source &source, const SourceCatalog &catalog, const RouteWish &wish);
/// For a panel whose SQL names its tables itself.
Route chooseStep(const RouteWish &wish);

/// The start of the step a moment is in, by the zone's clock where its offset is a whole number of buckets, else by
/// UTC. Weeks begin on Monday.
qint64 alignDown(qint64 moment, qint64 stepMilliseconds, qint64 bucketMilliseconds, const QTimeZone &zone);

/// Points worth asking for in a plot of this many pixels; only a time series depends on them.
int pointsFor(const Panel &panel, int plotWidth);

} // namespace Shardboard
