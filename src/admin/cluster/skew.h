// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterfacts.h"

namespace Shardboard {

/// How unevenly a table lies. A factor is the largest divided by the average: 1.0 is even, 4.0 means that one shard
/// (node) holds four times its share.
struct TableSkew
{
    int table = 0; ///< index in ShardFacts::tables
    int shards = 0;
    qint64 bytes = 0;
    qint64 largestShard = 0;
    qint64 largestShardId = 0;
    double shardFactor = 1;
    int fullestNode = 0; ///< node id
    qint64 fullestNodeBytes = 0;
    double nodeFactor = 1; ///< over the nodes that may hold shards
};

struct NodeSkew
{
    int nodeId = 0;
    qint64 shards = 0; ///< of distributed tables; copies of reference tables are everywhere and do not count
    qint64 bytes = 0;
    qint64 referenceBytes = 0;
    double factor = 1; ///< to the average of the nodes that may hold shards
};

struct Skew
{
    QList<TableSkew> tables; ///< distributed ones whose sizes are known, the most uneven first
    QList<NodeSkew> nodes; ///< in the order of the nodes
};

Skew skewOf(const ShardFacts &shards, const QList<NodeFacts> &nodes);

} // namespace Shardboard
