// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/partition/partitionpreflight.h"

namespace Shardboard {

/// The plan for settings that the preflight passed; an error that lists what blocks otherwise. Pure: no I/O.
Outcome<Plan> planPartitioning(
    const PartitionSettings &settings, const PartitionFacts &facts, const Preflight &preflight);

/// Takes back what is there of a partitioning: the copy that was begun, the exchange, the maintenance. Pure: no I/O.
Outcome<Plan> planUndoPartitioning(const QualifiedName &table, const PartitionFacts &facts);

} // namespace Shardboard
