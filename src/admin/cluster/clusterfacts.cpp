// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/clusterfacts.h"

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

QString NodeFacts::address() const
{
    if (host.isEmpty())
        return u"localhost"_s;
    return host.contains(u':') ? u"[%1]:%2"_s.arg(host).arg(port) : u"%1:%2"_s.arg(host).arg(port);
}

bool isSpread(TableKind kind)
{
    return kind == TableKind::Distributed || kind == TableKind::SingleShard || kind == TableKind::SchemaSharded;
}

std::pair<size_t, size_t> ShardFacts::shardsOf(int table) const
{
    const auto [first, last] = std::ranges::equal_range(shards, table, {}, &Shard::table);
    return {size_t(first - shards.begin()), size_t(last - shards.begin())};
}

bool BackgroundJob::isOver() const
{
    return state == u"finished"_s || state == u"cancelled"_s || state == u"failed"_s;
}

bool BackgroundJob::isRebalance() const
{
    return type == u"rebalance"_s;
}

const BackgroundJob *JobFacts::rebalance() const
{
    const auto found = std::ranges::find_if(jobs, &BackgroundJob::isRebalance);
    return found == jobs.end() ? nullptr : &*found;
}

const NodeFacts *ClusterFacts::node(int nodeId) const
{
    const auto found = std::ranges::find(nodes, nodeId, &NodeFacts::nodeId);
    return found == nodes.end() ? nullptr : &*found;
}

QString ClusterFacts::nodeName(int nodeId) const
{
    const NodeFacts *found = node(nodeId);
    return found ? found->address() : u"node %1"_s.arg(nodeId);
}

bool knowsCluster(const ServerCapabilities &capabilities)
{
    return capabilities.hasCitus() || !capabilities.isCoordinator;
}

ClusterParts availableParts(const ServerCapabilities &capabilities)
{
    if (!knowsCluster(capabilities))
        return ClusterPart::Nodes | ClusterPart::Activity;
    return ClusterPart::Nodes | ClusterPart::Health | ClusterPart::Shards | ClusterPart::Tenants | ClusterPart::Activity
        | ClusterPart::Jobs;
}

} // namespace Shardboard
