// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "admin/rollupsteps.h"
#include "connection/values/outcome.h"

namespace Shardboard {

struct CatalogueFacts;

/// Rollups of any table, from an intent of kind "rollup" (docs/intents.md).
namespace RollupPlan {

/// The levels of the family that an intent describes, finest first, with all that was left to us filled in: strategy,
/// names, types. Errors name everything that is wrong.
Outcome<QList<RollupLevel>> family(const Intent &intent, const CatalogueFacts &facts);

Outcome<Plan> create(const Intent &intent, const CatalogueFacts &facts);

} // namespace RollupPlan

} // namespace Shardboard
