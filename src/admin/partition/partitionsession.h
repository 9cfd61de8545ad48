// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/partition/partitionpreflight.h"

namespace Shardboard {

class SyncSession;

/// What is known of a table that is to become partitioned, or is. All of these block: for a worker thread.
Outcome<PartitionFacts> loadPartitionFacts(
    SyncSession &session, const QualifiedName &table, const QString &timeColumn = {});

/// Intents about partitions by time: "partition", "undo-partition".
QStringList partitionIntentKinds();
/// The verdict for an intent of kind "partition"; an empty one for "undo-partition", which nothing stands in the way
/// of.
Outcome<Preflight> runPartitionPreflight(SyncSession &session, const Intent &intent);
/// An error while something blocks.
Outcome<Plan> planPartition(SyncSession &session, const Intent &intent);

} // namespace Shardboard
