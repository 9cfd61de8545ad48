// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/shardingfacts.h"

namespace Shardboard {

/// One row: the settings that decide how citus distributes.
Query clusterSettingsQuery();
/// Colocation groups of hash-distributed tables with their members.
Query colocationGroupsQuery();
/// One row a node of pg_dist_node with what the node says of itself, and the extensions whose types, functions or
/// operator classes the tables (an array of oids as text) use.
Query nodesQuery(const QByteArray &tables);

void readClusterSettings(const ResultSet &rows, ShardingCluster &cluster);
void readGroups(const ResultSet &rows, ShardingCluster &cluster);
void readNodes(const ResultSet &rows, ShardingCluster &cluster);

} // namespace Shardboard
