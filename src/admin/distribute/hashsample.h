// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/shardingfacts.h"

#include <array>
#include <vector>

namespace Shardboard {

/// How rows lie over the hash space (all of int4): the heaviest values one by one, the rest in equal slices. From it
/// the sizes of any number of shards follow without asking the server again.
struct HashSample
{
    static constexpr int sliceBits = 14; ///< slices are numbered by the leading bits

    struct Weight
    {
        double rows = 0;
        double bytes = 0; ///< of the rows' values, without indexes
    };
    struct HeavyValue
    {
        qint32 hash = 0;
        Weight weight;
    };

    static constexpr size_t sliceCount = size_t(1) << sliceBits;
    QList<HeavyValue> heavyValues; ///< heaviest first
    std::vector<Weight> slices; ///< sliceCount of them where rows were read; else empty, and the next two say it all
    double spreadRows = 0; ///< of values that are spread at random,
    double spreadValues = 0; ///< of which there are so many
    double rows = 0; ///< with a value
    double nullRows = 0; ///< without one: the server refuses them
    bool isFromStatistics = false; ///< guessed from pg_stats: what is not a common value is spread at random

    double nullFraction() const { return rows + nullRows > 0 ? nullRows / (rows + nullRows) : 0; }
    void add(qint32 hash, const Weight &weight);
};

/// Reads every row of a table of up to `readAtMost` bytes, and as much of a larger one, pages taken at random.
Query hashSampleQuery(const ShardingTable &table, const QString &column, qint64 readAtMost = qint64(512) << 20);
Outcome<HashSample> readHashSample(const Outcome<ResultSet> &answer);

/// The hashes of the column's common values, for a first guess that costs nothing.
Query commonHashesQuery(const ShardingTable &table, const ShardingColumn &column);
/// nullopt when the statistics do not tell (never analysed) or the hashes are not there.
std::optional<HashSample> sampleFromStatistics(
    const ShardingTable &table, const ShardingColumn &column, const Outcome<ResultSet> &hashes);

/// What the shards would hold.
struct SimulatedShards
{
    QList<double> rows;
    QList<double> bytes; ///< sized like the whole table with its indexes
    int largest = 0; ///< index of the biggest
    int emptyCount = 0;
    double skew = 1; ///< biggest shard over the average of all: 1 is even

    qsizetype count() const { return rows.size(); }
};

/// Upper ends of the hash ranges that citus gives to this many shards, as int4 from the smallest.
std::vector<qint32> evenShardEnds(int shardCount);

/// `totalBytes` is that of the table, `totalRows` too: what was sampled is scaled up to them (0: left as it is).
SimulatedShards simulateShards(
    const HashSample &sample, const std::vector<qint32> &shardEnds, double totalRows, double totalBytes);

} // namespace Shardboard
