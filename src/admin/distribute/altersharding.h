// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/preflight.h"

namespace Shardboard {

/// The settings of an intent of kind "alter-distribution": another column, shard count or colocation group for a table
/// that is distributed. What is empty stays as it is.
struct AlterShardingSettings
{
    QualifiedName table;
    QString column;
    int shardCount = 0;
    QString colocateWith; ///< "none" or a table, "schema.name"
    bool cascade = false; ///< all tables of the colocation group move along; not with another column
    QStringList fixes;

    bool operator==(const AlterShardingSettings &) const = default;
};

Intent alterShardingIntent(const AlterShardingSettings &settings);
Outcome<AlterShardingSettings> alterShardingSettings(const Intent &intent);

/// The table as if it were to be distributed anew: what the general rules judge.
DistributeSettings asDistribution(const AlterShardingSettings &settings, const ShardingFacts &facts);
ShardingFacts asUndistributed(const AlterShardingSettings &settings, const ShardingFacts &facts);

/// Pure, both. `checks` as readDataChecks() left them.
Preflight alterShardingPreflight(
    const AlterShardingSettings &settings, const ShardingFacts &facts, const QList<DataCheck> &checks);
Outcome<Plan> planAlterSharding(const AlterShardingSettings &settings, const Preflight &preflight);

} // namespace Shardboard
