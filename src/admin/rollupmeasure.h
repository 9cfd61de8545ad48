// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace Shardboard {

/// A figure of a rollup. All but the exact ones can be merged: two rollup rows into one of a longer bucket, and a
/// rollup row with new raw rows.
struct RollupMeasure
{
    enum class Kind {
        Count, ///< rows, or those that meet `expression`
        CountOf, ///< rows in which `expression` is not NULL
        Sum, ///< with CountOf an average that can be merged
        Minimum,
        Maximum,
        Distinct, ///< HyperLogLog of `expression`
        Counters, ///< rows by value of `expression`, a text, as {"value": count}; NULL is not counted
        TopN, ///< the same for the `size` most frequent values; by extension topn where there, else by counters cut to
              ///< size
        Percentiles, ///< t-digest of `expression`, a number: any percentile when read
        ExactDistinct, ///< count(DISTINCT `expression`): cannot be merged, closed buckets only
        ExactPercentile, ///< percentile_cont(`fraction`) of `expression`: the same
    };
    QString column; ///< of the rollup table
    Kind kind = Kind::Count;
    QString expression; ///< over the raw row, SQL; empty for all rows of Count. In a cascade a column of the parent.
    QString type; ///< of the rollup's column, SQL
    int log2m = 11; ///< of Distinct: 2^log2m registers
    QString filter = {}; ///< over the raw row, SQL: only rows that meet it; empty: all
    QString hash = QStringLiteral("text"); ///< of Distinct: the type whose hash is taken, "text", "integer", "bigint"
    int regwidth = 5; ///< of Distinct: bits a register
    int size = 1000; ///< of TopN: how many values are kept
    int compression = 100; ///< of Percentiles
    double fraction = 0.95; ///< of ExactPercentile

    bool operator==(const RollupMeasure &) const = default;
};

inline constexpr int topnSize = 1000; ///< values that the extension topn keeps

/// Where the functions of extensions are; empty where one is not to be used.
struct RollupExtensions
{
    QString hll;
    QString topn;
    QString tdigest;

    bool operator==(const RollupExtensions &) const = default;
};

/// What a measure is in SQL.
namespace RollupMeasures {

using Kind = RollupMeasure::Kind;

/// "count", "top-n", …: in documents and in the registry.
QString kindName(Kind kind);
/// An empty list when the name is none.
bool kindFromName(const QString &name, Kind &kind);
QStringList kindNames();

bool canBeMerged(Kind kind);
/// Whether its last digits depend on the order of the rows: a sum of double precision.
bool dependsOnOrder(const RollupMeasure &measure);
/// Of the rows that aggregate() or, in a cascade, unionOf() takes: how much the order of the rows may change of such a
/// sum.
QString orderBound(const RollupMeasure &measure, bool isCascade);
bool isNeverNull(Kind kind);

/// Of a group of raw rows.
QString aggregate(const RollupMeasure &measure, const RollupExtensions &extensions);
/// Of a group of rows of a finer rollup; the measure's expression is the finer one's column.
QString unionOf(const RollupMeasure &measure, const RollupExtensions &extensions);
/// Of a row that is there, aliased kept, and the rows that come to it, excluded.
QString merge(const RollupMeasure &measure, const RollupExtensions &extensions);
/// The measure's column as something that compares exactly and that a person can read.
QString comparable(const RollupMeasure &measure, const RollupExtensions &extensions);

/// Only what differs from the default beside column, kind, expression and type.
QJsonObject toJson(const RollupMeasure &measure);
/// What is missing or wrong goes to `problems`, one sentence each.
RollupMeasure fromJson(const QJsonObject &object, QStringList &problems);

/// Why the measure cannot be, one sentence each; none when it can.
QStringList problems(const RollupMeasure &measure, const RollupExtensions &extensions);

} // namespace RollupMeasures

} // namespace Shardboard
