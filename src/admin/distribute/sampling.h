// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/hashsample.h"

namespace Shardboard {

class SyncSession;

/// What the advisor asks a cluster with citus once the facts are there: a first guess from the statistics, which costs
/// next to nothing, then, where the user wants to know, the rows of one column. All block: for a worker thread.

/// One round trip, whatever the number of columns. By column; those of which the statistics do not tell are not there.
QHash<QString, HashSample> samplesFromStatistics(SyncSession &session, const ShardingTable &table);

/// Reads up to half a gigabyte of the table.
Outcome<HashSample> sampleColumn(SyncSession &session, const ShardingTable &table, const QString &column);

/// Upper ends of the hash ranges of an existing group's shards, which are not even after a split or a tenant's
/// isolation.
Outcome<std::vector<qint32>> loadShardEnds(SyncSession &session, int colocationId);

/// What the shards of the table itself would hold: rows without a value, which the server refuses, left out.
SimulatedShards simulateShards(
    const HashSample &sample, const std::vector<qint32> &shardEnds, const ShardingTable &table);

} // namespace Shardboard
