// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
    QString expression; ///< over the raw row, SQL
    QString type; ///< SQL
    bool isNotNull = true;
};

/// A figure that can be merged: of two rollup rows and of a rollup row and new raw rows.
struct RollupMeasure
{
    enum class Kind {
        Count, ///< rows, or those that meet `expression`
        CountOf, ///< rows in which `expression` is not NULL
        Sum,
        Minimum,
        Maximum,
        Distinct, ///< HyperLogLog of `expression`, a text
        Counters, ///< rows by value of `expression`, a text, as {"value": count}; NULL is not counted
    };
    QString column; ///< of the rollup table
    Kind kind = Kind::Count;
    QString expression; ///< over the raw row, SQL; empty for all rows of Count
    QString type; ///< of the rollup's column, SQL
    int log2m = 11; ///< of Distinct: 2^log2m registers
};

/// What a rollup is, as data; the SQL follows from it.
struct RollupDefinition
{
    QString name;
    QualifiedName source;
    QualifiedName target;
    QString idColumn; ///< bigint, filled by a sequence
    QString timeColumn; ///< timestamptz, not NULL
    QString bucketColumn = QStringLiteral("bucket");
    QString bucket; ///< an interval that divides a day, "1 minute"
    QList<RollupDimension> dimensions;
    QList<RollupMeasure> measures;
    QString hllSchema; ///< where the hll extension's functions are; needed for Distinct

    /// CREATE TABLE IF NOT EXISTS of the rollup table.
    QString createTargetSql() const;
    /// INSERT … SELECT … ON CONFLICT as a template for the server's format(): its argument is the condition on raw ids.
    QString aggregateSql() const;
    /// SELECT of (bucket, dimensions, raw, rolled up) for each bucket that differs, as a template for format(): the
    /// condition on raw ids, then "BETWEEN … AND …" for buckets.
    QString compareSql() const;
    QJsonArray dimensionsToJson() const;
    QJsonArray measuresToJson() const;
};

} // namespace Shardboard
