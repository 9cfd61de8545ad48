// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/resultset.h"
#include "connection/values/servererror.h"
#include "dashboard/timerange.h"

#include <QList>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace Shardboard {

/// Points over time, ready to draw. Times ascend, in milliseconds since 1970-01-01 UTC, each the start of a bucket; a
/// bucket that is missing is a NaN (a gap), never a zero.
struct Series
{
    QString name; ///< stable: colours follow it
    QString unit; ///< as FieldStyle
    QString colour; ///< as FieldStyle
    int decimals = -1;
    std::vector<qint64> times;
    std::vector<double> values;
    std::vector<double> low, high; ///< a band, empty or as long as values
};

/// A single figure, with the exact text the server sent.
struct Figure
{
    QString label;
    QString unit;
    QString colour;
    int decimals = -1;
    std::optional<double> value; ///< nullopt: NULL
    QString exact; ///< every digit, as the server printed it
    std::optional<double> low, high;
};

/// A row of a bar list or a share.
struct Category
{
    QString label; ///< empty when the server's value was NULL, see isNull
    bool isNull = false;
    Figure figure;
};

/// What one panel shows. Immutable once shared; the refresher makes a new one for every change.
struct PanelData
{
    enum class State {
        Loading, ///< no answer yet; an earlier picture, if any, stays
        Ready,
        Empty, ///< the query answered with no rows
        Stale, ///< the link is lost or the last refresh failed after an earlier success: content is of updatedAt
        Failed, ///< nothing to show: see error
    };

    State state = State::Loading;
    bool isRefreshing = false; ///< a query is under way; draw the thin progress line
    QList<Series> series; ///< TimeSeries, and the sparkline of Stat
    QList<Figure> figures; ///< Stat
    QList<Category> categories; ///< Bars, Share; largest first
    ResultSet table; ///< Table; and the rows behind every panel, for copies and CSV
    TimeSpan span; ///< the range asked for
    qint64 bucketMilliseconds = 0;
    std::optional<qint64> completeUntil; ///< rollups are complete before this time; buckets from here on are open
    qint64 updatedAt = 0; ///< of the last good answer, 0 when there was none
    QString routedTo; ///< the rollup that was read, empty when none
    QString sql; ///< what was sent, for Show SQL
    QStringList notes; ///< what of the result is left out, a sentence each
    std::optional<ServerError> error;
};

using SharedPanelData = std::shared_ptr<const PanelData>;

} // namespace Shardboard
