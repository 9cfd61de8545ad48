// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QDateTime>
#include <QString>
#include <QTimeZone>

#include <chrono>

namespace Shardboard {

/// A stretch of time as a person says it: each end is an absolute time or relative to now ("now", "now-6h", "now/d",
/// "now-1d/d", "now/d+8h"; units s m h d w M y). Kept as text so that a saved "now-6h" stays relative.
///
/// "/unit" rounds down where it begins the range and up where it ends it, so "now/d..now/d" is the whole of today. A
/// positive offset behind it counts from the beginning of the unit in both ends, so "now/d..now/d+8h" is eight hours;
/// weeks begin on Monday. Absolute: "2015-05-17", "2015-05-17T10:00[:00[.000]]" (or a space for the T), either with "Z"
/// or
/// "+02:00" behind a time, or milliseconds since 1970-01-01 UTC. A date alone that ends the range means to its last
/// moment.
struct TimeRange
{
    QString from = QStringLiteral("now-6h");
    QString to = QStringLiteral("now");

    bool isRelative() const; ///< either end moves with the clock
    bool operator==(const TimeRange &) const = default;
};

/// [begin, end) in milliseconds since 1970-01-01 UTC.
struct TimeSpan
{
    qint64 begin = 0;
    qint64 end = 0;

    qint64 length() const { return end - begin; }
    bool contains(qint64 time) const { return time >= begin && time < end; }
    bool overlaps(const TimeSpan &other) const { return begin < other.end && other.begin < end; }
    bool operator==(const TimeSpan &) const = default;
};

/// "now-6h..now", "2015-05-17..2015-05-21", "2015-05-17T10:00..now"; one end alone means "..now". " to " may stand for
/// "..". The error says which end is wrong and how it should look.
Outcome<TimeRange> parseTimeRange(const QString &text);
/// Resolves at `now`; days and longer round in `zone` (DST-safe), absolute times without an offset are read in it: one
/// that the clocks skip is moved on by the gap, of two equal ones the earlier counts. An error when an end does not
/// parse or the range is empty or backwards.
Outcome<TimeSpan> resolveTimeRange(const TimeRange &range, const QDateTime &now, const QTimeZone &zone);
/// The absolute range that shows exactly this span, as a zoom leaves it behind.
TimeRange absoluteTimeRange(const TimeSpan &span);
/// "Last 6 hours", "Today", or both ends printed in the zone, its name behind them.
QString describeTimeRange(const TimeRange &range, const QTimeZone &zone);

} // namespace Shardboard
