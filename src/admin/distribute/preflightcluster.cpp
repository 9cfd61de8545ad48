// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/preflightrules.h"

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

QString fileSize(qint64 bytes)
{
    constexpr std::array units{"B", "kB", "MB", "GB", "TB"};
    double value = double(bytes);
    size_t unit = 0;
    for (; value >= 1024 && unit + 1 < units.size(); ++unit)
        value /= 1024;
    return u"%1 %2"_s.arg(value, 0, 'f', unit == 0 ? 0 : 1).arg(QLatin1String(units[unit]));
}

/// Bytes that each data node will take up, when shards are spread evenly and reference tables are copied.
double bytesPerNode(const PreflightContext &context)
{
    const double nodes = std::max<double>(1, context.facts.cluster.dataNodes().size());
    double bytes = 0;
    for (const auto &[table, choice] : context.subjects()) {
        if (choice && choice->spread == Spread::LocalManaged)
            continue;
        const bool isWhole = !choice || choice->spread != Spread::Distributed;
        bytes += double(table->bytes) * (isWhole ? 1 : context.facts.cluster.replicationFactor / nodes);
    }
    return bytes;
}

void checkDisk(PreflightContext &context)
{
    const qint64 needed = qint64(bytesPerNode(context));
    constexpr qint64 small = 64 << 20;
    for (const ShardingNode &node : context.facts.cluster.dataNodes()) {
        if (node.freeBytes < 0 || needed < small || node.freeBytes > needed + needed / 4)
            continue;
        const bool isHopeless = node.freeBytes < needed;
        Finding &finding = isHopeless ? context.block(u"disk-space"_s, {}, node.display())
                                      : context.warn(u"disk-space"_s, {}, node.display());
        finding.problem = u"Node %1 has %2 free and will take up about %3."_s.arg(
            node.display(), fileSize(node.freeBytes), fileSize(needed));
        finding.rule
            = u"The rows are copied into the shards while the coordinator keeps the old table, so for a while they "
              u"are there twice."_s;
        finding.remedy = u"Free disk space, or add a node."_s;
    }
}

struct Load
{
    qint64 relations = 0; ///< created on each data node in one transaction
    int connections = 0; ///< opened to each data node at once
};

Load loadPerNode(const PreflightContext &context)
{
    const qint64 nodes = std::max<qint64>(1, context.facts.cluster.dataNodes().size());
    Load load;
    for (const auto &[table, choice] : context.subjects()) {
        const int shards = choice && choice->spread == Spread::Distributed ? context.state[table->name].shardCount : 1;
        const qint64 shardsHere = shards == 1 ? 1 : (shards + nodes - 1) / nodes;
        const qint64 parts = std::max<qint64>(1, table->partitions.size());
        load.relations += shardsHere * parts * (2 + table->indexCount);
        if (shards > 1 && table->hasRows)
            load.connections = std::max(load.connections, int(shardsHere));
    }
    return load;
}

void checkLimits(PreflightContext &context)
{
    const Load load = loadPerNode(context);
    for (const ShardingNode &node : context.facts.cluster.dataNodes()) {
        if (!node.failure.isEmpty())
            continue;
        if (node.lockCapacity > 0 && load.relations > node.lockCapacity) {
            Finding &finding = context.warn(u"lock-table"_s, {}, node.display());
            finding.problem
                = u"About %1 tables and indexes will be created on node %2 in one transaction; its lock table is "
                  u"made for %3."_s.arg(load.relations)
                      .arg(node.display())
                      .arg(node.lockCapacity);
            finding.rule
                = u"Each of them is locked until the end. A full lock table ends in \"out of shared memory\"."_s;
            finding.remedy
                = u"Raise max_locks_per_transaction there, choose fewer shards, or fewer partitions at a time."_s;
        }
        const int left = node.maxConnections - node.usedConnections;
        if (node.maxConnections > 0 && load.connections > left) {
            Finding &finding = context.warn(u"connections"_s, {}, node.display());
            finding.problem
                = u"Copying opens up to %1 connections to node %2, which has %3 left of %4."_s.arg(load.connections)
                      .arg(node.display())
                      .arg(left)
                      .arg(node.maxConnections);
            finding.rule = u"Each shard is filled through a connection of its own, as far as citus' pool allows."_s;
            finding.remedy = u"Wait until fewer clients are connected, or raise max_connections there."_s;
        }
    }
}

} // namespace

void checkNodes(PreflightContext &context)
{
    const ShardingCluster &cluster = context.facts.cluster;
    if (!cluster.isCoordinator) {
        Finding &finding = context.block(u"not-coordinator"_s, {});
        finding.problem = u"This is a worker of the cluster."_s;
        finding.rule = u"Tables are distributed from the coordinator."_s;
        finding.remedy = u"Connect to the coordinator."_s;
    }
    for (const ShardingNode &node : cluster.nodes) {
        if (node.failure.isEmpty() || !node.isActive)
            continue;
        Finding &finding = context.block(u"node-unreachable"_s, {}, node.display());
        finding.problem = u"Node %1 does not answer: %2"_s.arg(node.display(), node.failure);
        finding.rule = u"Tables and their metadata are written to every active node in one transaction."_s;
        finding.remedy = u"Bring the node back, or disable it on the Cluster page."_s;
    }
    for (const ShardingNode &node : cluster.nodes) {
        for (const QString &extension : node.missingExtensions) {
            Finding &finding = context.block(u"extension-missing"_s, {}, u"%1 %2"_s.arg(node.display(), extension));
            finding.problem
                = u"Node %1 does not have the extension %2 that the tables need."_s.arg(node.display(), extension);
            finding.rule = u"Types, functions and operators of the tables must exist wherever their shards are."_s;
            finding.remedy = u"Install the extension's package on that machine."_s;
        }
    }
    if (cluster.leftovers > 0)
        context.inform(u"leftovers"_s, {}).problem
            = u"%1 pieces that earlier work left on the nodes wait to be dropped; citus does that by itself."_s.arg(
                cluster.leftovers);
    const bool needsCoordinator = std::any_of(context.settings.tables.begin(), context.settings.tables.end(),
        [](const TableChoice &choice) { return choice.spread == Spread::LocalManaged || choice.concurrently; });
    if (needsCoordinator && !cluster.coordinatorInMetadata && !cluster.nodes.isEmpty()) {
        Finding &finding = context.block(u"coordinator-unknown"_s, {});
        finding.problem = u"The cluster does not know its coordinator's address."_s;
        finding.rule
            = u"Local tables that citus manages have a shard on the coordinator, which the workers must find."_s;
        finding.remedy = u"Set the coordinator's host on the Cluster page."_s;
    }
}

void checkCluster(PreflightContext &context)
{
    checkNodes(context);
    checkDisk(context);
    checkLimits(context);
}

} // namespace Shardboard
