// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/preflight.h"

namespace Shardboard {

class SyncSession;

/// What is known of these tables and all that foreign keys connect with them. All of these block: for a worker thread.
Outcome<ShardingFacts> loadShardingFacts(SyncSession &session, const ShardingQuestion &question);

/// Reads facts, asks the rows what must be asked, and gives the verdict.
Outcome<Preflight> runPreflight(SyncSession &session, const DistributeSettings &settings);

/// Intents about how tables are spread: "distribute", "undistribute", "alter-distribution", "isolate-tenant".
QStringList shardingIntentKinds();
/// The verdict for an intent of one of these kinds, and its plan; the plan is an error while something blocks.
Outcome<Preflight> runPreflight(SyncSession &session, const Intent &intent);
Outcome<Plan> planSharding(SyncSession &session, const Intent &intent);

} // namespace Shardboard
