// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/hashsample.h"

namespace Shardboard {

/// A column as a distribution column: what speaks for it and against it.
struct ShardingCandidate
{
    QString column;
    QString type;
    bool isPossible = true; ///< false: the server refuses it, see against
    double score = 0; ///< higher is better; only the order means something
    QStringList speaksFor;
    QStringList speaksAgainst;
    double distinctValues = -1;
    double nullFraction = -1;
    QStringList commonValues; ///< with their share, "42 (12 %)", the five most common
    int foreignKeys = 0; ///< that stay possible with the tables colocated by it
    QStringList joinableTables; ///< that have the same column
    std::optional<double> skew; ///< expected, from the statistics
};

/// All columns, best first. `samples` holds what is known of the spread of values, by column; a column that is not
/// there is judged without. Pure.
QList<ShardingCandidate> rankCandidates(const ShardingTable &table, const ShardingFacts &facts, int shardCount,
    const QHash<QString, HashSample> &samples = {});

struct SpreadAdvice
{
    Spread spread = Spread::LocalManaged;
    QString why; ///< one sentence
    bool isDefinite = true; ///< false: another kind would do nearly as well
};
/// From size, use and foreign keys.
SpreadAdvice adviseSpread(const ShardingTable &table, const ShardingFacts &facts);

struct ShardCountAdvice
{
    int count = 32;
    QString why;
};
/// For a new colocation group; tables join existing groups with the count that these have.
ShardCountAdvice adviseShardCount(const QList<ShardingTable> &tables, const ShardingCluster &cluster);

/// Existing groups that a table distributed by this column can join.
QList<GroupFacts> fittingGroups(const ShardingColumn &column, const ShardingCluster &cluster);

} // namespace Shardboard
