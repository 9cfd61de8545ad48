// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/skew.h"

#include <QHash>

#include <algorithm>

namespace Shardboard {

namespace {

double ratio(qint64 largest, qint64 sum, qsizetype count)
{
    return sum > 0 && count > 0 ? double(largest) * double(count) / double(sum) : 1;
}

TableSkew skewOfTable(const ShardFacts &facts, int table, qsizetype nodeCount)
{
    TableSkew skew;
    skew.table = table;
    QHash<int, qint64> perNode;
    const auto [first, last] = facts.shardsOf(table);
    for (size_t i = first; i < last; ++i) {
        const Shard &shard = facts.shards[i];
        const qint64 bytes = std::max<qint64>(shard.bytes, 0);
        ++skew.shards;
        skew.bytes += bytes;
        perNode[shard.nodeId] += bytes;
        if (bytes > skew.largestShard || skew.largestShardId == 0) {
            skew.largestShard = bytes;
            skew.largestShardId = shard.id;
        }
    }
    for (const auto [node, bytes] : perNode.asKeyValueRange()) {
        if (bytes > skew.fullestNodeBytes || skew.fullestNode == 0) {
            skew.fullestNode = node;
            skew.fullestNodeBytes = bytes;
        }
    }
    skew.shardFactor = ratio(skew.largestShard, skew.bytes, skew.shards);
    skew.nodeFactor = ratio(skew.fullestNodeBytes, skew.bytes, std::max(nodeCount, perNode.size()));
    return skew;
}

void addNodes(const ShardFacts &facts, const QList<NodeFacts> &nodes, Skew &skew)
{
    for (const NodeFacts &node : nodes)
        skew.nodes << NodeSkew{node.nodeId, 0, 0, 0, 1};
    QHash<int, qsizetype> places;
    for (qsizetype i = 0; i < skew.nodes.size(); ++i)
        places.insert(skew.nodes.at(i).nodeId, i);
    for (const Shard &shard : facts.shards) {
        const auto place = places.constFind(shard.nodeId);
        if (place == places.cend())
            continue;
        NodeSkew &node = skew.nodes[*place];
        const TableKind kind = facts.tables.at(shard.table).kind;
        const qint64 bytes = std::max<qint64>(shard.bytes, 0);
        if (isSpread(kind)) {
            ++node.shards;
            node.bytes += bytes;
        } else if (kind == TableKind::Reference) {
            node.referenceBytes += bytes;
        }
    }
}

} // namespace

Skew skewOf(const ShardFacts &shards, const QList<NodeFacts> &nodes)
{
    Skew skew;
    const auto mayHold = [](const NodeFacts &node) { return node.shouldHaveShards && node.isPrimary && node.isActive; };
    const qsizetype holders = std::ranges::count_if(nodes, mayHold);
    for (int table = 0; table < shards.tables.size(); ++table) {
        if (shards.tables.at(table).kind == TableKind::Distributed)
            skew.tables << skewOfTable(shards, table, holders);
    }
    std::ranges::stable_sort(skew.tables, [](const TableSkew &left, const TableSkew &right) {
        return left.shardFactor != right.shardFactor ? left.shardFactor > right.shardFactor : left.bytes > right.bytes;
    });
    addNodes(shards, nodes, skew);
    qint64 sum = 0;
    for (qsizetype i = 0; i < nodes.size(); ++i)
        sum += mayHold(nodes.at(i)) ? skew.nodes.at(i).bytes : 0;
    for (NodeSkew &node : skew.nodes)
        node.factor = ratio(node.bytes, sum, holders);
    return skew;
}

} // namespace Shardboard
