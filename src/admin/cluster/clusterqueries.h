// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterfacts.h"

namespace Shardboard {

/// One statement of a refresh.
enum class ClusterQuery {
    Nodes,
    Health,
    ShardTables,
    ShardPlacements,
    ShardSizes,
    Tenants,
    Sessions,
    Waits,
    Jobs,
    Tasks,
    Moves,
};

/// Which statements the parts take, in the order of the pipeline.
QList<ClusterQuery> queriesOf(ClusterParts parts);
ClusterPart partOf(ClusterQuery query);
Query clusterQuery(ClusterQuery query, bool hasCitus);

} // namespace Shardboard
