// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollupmeasure.h"
#include "connection/values/sqlquote.h"

#include <QJsonArray>
#include <QList>
#include <QString>

namespace Shardboard {

/// A column by which a rollup groups, besides the bucket. The first one is the distribution column where citus is
/// there.
struct RollupDimension
{
    QString column; ///< of the rollup table
    QString expression; ///< over the raw row, SQL; in a cascade a column of the parent
    QString type; ///< SQL
    bool isNotNull = true;

    bool operator==(const RollupDimension &) const = default;
};

enum class RollupStrategy {
    Sequence, ///< every row once, by an id the server gives; late rows as well
    ClosedBuckets, ///< buckets that have closed, the last ones again on each run
    Cascade, ///< from the rows of a finer rollup that have changed
};

/// "sequence", "time", "cascade": as in the registry.
QString strategyName(RollupStrategy strategy);

/// What a rollup is, as data; the SQL follows from it.
struct RollupDefinition
{
    QString name;
    RollupStrategy strategy = RollupStrategy::Sequence;
    QualifiedName source; ///< of a cascade the parent's target
    QualifiedName target;
    QString idColumn; ///< of Sequence: bigint, filled by a sequence
    QString timeColumn; ///< timestamptz; of a cascade the parent's bucket column
    bool timeMayBeNull = false; ///< rows without a time belong to no bucket
    QString bucketColumn = QStringLiteral("bucket");
    QString bucket; ///< an interval that divides a day, or a day, week, month, quarter, year: "5 minutes"
    QString timeZone = QStringLiteral("UTC"); ///< of buckets of a day and longer; shorter ones are cut in UTC
    QList<RollupDimension> dimensions;
    QList<RollupMeasure> measures;
    RollupExtensions extensions;
    QString parent; ///< of Cascade: name of the finer rollup
    QualifiedName parentLiveView; ///< of Cascade
    QString grace = QStringLiteral("1 minute"); ///< of ClosedBuckets: how long after its end a bucket closes
    int recompute = 2; ///< of ClosedBuckets: how many closed buckets each run makes anew
    QualifiedName sourceIndex = {}; ///< made on the source along with the rollup, and dropped with it

    QualifiedName liveView() const;
    /// CREATE TABLE IF NOT EXISTS of the rollup table.
    QString createTargetSql() const;
    /// CREATE OR REPLACE VIEW of the rollup's rows and of those of the source that it has not taken yet, for readers
    /// who aggregate: a bucket that is still open may have rows of both. A template for the server's format(): its
    /// argument is what shardboard.open_buckets_sql() says.
    QString createLiveViewSql() const;
    /// INSERT … SELECT … ON CONFLICT as a template for the server's format(): its argument is the condition on the
    /// source's rows.
    QString aggregateSql() const;
    /// SELECT of (bucket, dimensions, raw, rolled up) for each bucket that differs, as a template for format(): the
    /// condition on the source's rows, then "BETWEEN … AND …" for buckets.
    QString compareSql() const;
    /// SELECT of what the rollup would hold of rows that meet a condition.
    QString previewSql(const QString &condition, int limit) const;
    QJsonArray dimensionsToJson() const;
    QJsonArray measuresToJson() const;

    /// Why it cannot be, one sentence each; none when it can, as far as can be told without the server.
    QStringList problems() const;
};

/// An interval as people write it, in seconds; a month counts as 30 days, as the server has it. 0 when it is none.
qint64 bucketSeconds(const QString &bucket);
/// Why it cannot be the length of buckets; empty when it can.
QString checkBucket(const QString &bucket);
/// Whether each of the longer buckets is whole ones of the shorter.
bool isMadeOfBuckets(const QString &longer, const QString &shorter);
/// "5 minutes" as part of a name: "5min", "1hour", "1day".
QString bucketSuffix(const QString &bucket);

/// The same figures in longer buckets, made from the finer rollup's rows. Dimensions and measures may be thinned out
/// afterwards.
RollupDefinition coarserRollup(const RollupDefinition &finer, const QString &name, const QualifiedName &target,
    const QString &bucket, const QString &timeZone);

} // namespace Shardboard
