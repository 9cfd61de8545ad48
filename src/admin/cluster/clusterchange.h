// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "connection/values/outcome.h"

#include <QString>
#include <QStringList>

namespace Shardboard {

/// What can be done to a cluster; each is an intent of its own kind.
enum class ClusterChange {
    Rebalance, ///< "rebalance"
    StopRebalance, ///< "stop-rebalance"
    AddNode, ///< "add-node"
    ActivateNode, ///< "activate-node"
    DrainNode, ///< "drain-node"
    DisableNode, ///< "disable-node"
    RemoveNode, ///< "remove-node"
    SetCoordinatorHost, ///< "set-coordinator-host"
};

/// The settings of such an intent.
struct ClusterSettings
{
    ClusterChange change = ClusterChange::Rebalance;
    QString host; ///< of the node, or for the coordinator; empty for a rebalance
    int port = 5432;
    QString strategy; ///< of a rebalance: by_disk_size, by_shard_count, …; empty: the cluster's default
    QString transferMode = QStringLiteral("auto"); ///< of moves: auto, force_logical or block_writes

    bool hasNode() const { return change != ClusterChange::Rebalance && change != ClusterChange::StopRebalance; }
    bool movesShards() const { return change == ClusterChange::Rebalance || change == ClusterChange::DrainNode; }
    QString address() const;
    bool operator==(const ClusterSettings &) const = default;
};

QStringList clusterIntentKinds();
bool isClusterIntent(const Intent &intent);
Intent clusterIntent(const ClusterSettings &settings);
/// Usage errors name the setting and what would do.
Outcome<ClusterSettings> clusterSettings(const Intent &intent);

} // namespace Shardboard
