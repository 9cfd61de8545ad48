// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QDateTime>
#include <QString>
#include <QTimeZone>

#include <chrono>

namespace Shardboard {

/// A stretch of time as a person says it: each end is an absolute time or relative to now ("now", "now-6h", "now/d",
/// "now-1d/d", units s m h d w M y). Kept as text so that a saved "now-6h" stays relative.
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
    bool operator==(const TimeSpan &) const = default;
};

/// "now-6h..now", "2015-05-17..2015-05-21", "2015-05-17T10:00..now"; one end alone means "..now".
Outcome<TimeRange> parseTimeRange(const QString &text);
/// Resolves at `now`; days and longer round in `zone` (DST-safe), absolute times without an offset are read in it. An error
/// when an end does not parse or the range is empty or backwards.
Outcome<TimeSpan> resolveTimeRange(const TimeRange &range, const QDateTime &now, const QTimeZone &zone);
/// "Last 6 hours", or both ends printed in the zone.
QString describeTimeRange(const TimeRange &range, const QTimeZone &zone);

} // namespace Shardboard
