// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QJsonArray>
#include <QList>
#include <QString>

#include <optional>

namespace Shardboard {

inline constexpr qint64 countedTo = 1000000; ///< rows are counted no further

/// What keeps rows that are old enough from going, as the server says it (resources/sql/expiry.sql).
struct RetentionHold
{
    enum class Kind {
        Bucket, ///< the cutoff lay within a bucket: moved to its start
        Behind, ///< a rollup has not taken the rows yet
        Source, ///< rollup rows stay as long as the rows they were made of
        WidePartition, ///< it reaches far further than the others
        DefaultPartition, ///< rows in a partition that is never dropped
        BusyPartition, ///< someone used it the whole time
        ReferencedPartition, ///< rows of another table refer to rows in it
        Obstacle, ///< it cannot be dropped
        Unknown, ///< of a newer version
    };
    Kind kind = Kind::Unknown;
    QString rollup;
    QString source; ///< table, schema.table as it is quoted
    QString partition; ///< the same
    QString problem; ///< the server's message why a partition cannot be dropped
    QString usual; ///< width of the other partitions, an interval; may be empty
    std::optional<qint64> rows; ///< counted to a million
    QDateTime from, until; ///< UTC; of a bucket, of a partition, of what a rollup has done; invalid: for ever ago

    /// Rows stay that should go. A bucket only moves the cutoff.
    bool isRefusal() const { return kind != Kind::Bucket; }
    bool operator==(const RetentionHold &) const = default;
};

/// From a list of {"code", …}.
QList<RetentionHold> retentionHolds(const QJsonArray &list);

/// In plain English: what stays, why, and what to do about it.
struct RetentionReason
{
    QString title, cause, remedy;
};
RetentionReason explainHold(const RetentionHold &hold, const QString &table);
/// "1,234 rows wait for rollup x", or the number that the server counted to and no further.
QString holdRowsText(qint64 rows);

} // namespace Shardboard
