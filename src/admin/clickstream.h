// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/blueprint.h"
#include "admin/partition/settings.h"
#include "admin/rollupsteps.h"

namespace Shardboard::Clickstream {

/// What visitors of many customers' shops do, partitioned by time and spread by customer.
const BlueprintInfo &info();
/// How the table of events is partitioned. `settings` are complete and checked.
PartitionSettings partitioning(const QJsonObject &settings);
/// Five minutes by sequence, and hours made from them. Without hll no distinct counts.
QList<RollupLevel> rollups(const QJsonObject &settings, const CatalogueFacts &facts);
Outcome<Plan> applyPlan(const Intent &intent, const CatalogueFacts &facts);

} // namespace Shardboard::Clickstream
