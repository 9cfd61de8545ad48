// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterfacts.h"

namespace Shardboard {

/// Folds shards of partitions into those of their table. Without sizes, or where a node told none, bytes are unknown.
std::shared_ptr<const ShardFacts> readShards(
    const ResultSet &tables, const ResultSet &placements, const Outcome<ResultSet> &sizes);

} // namespace Shardboard
