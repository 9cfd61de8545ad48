// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "connection/values/outcome.h"
#include "connection/values/sqlquote.h"

namespace Shardboard {

struct CatalogueFacts;

/// Plans that take away what is there; nothing to take away is a plan without steps and a note that says so.
namespace Removal {

/// All a blueprint made, in one schema. Other rollups, jobs and tables stay.
Outcome<Plan> removeBlueprint(const Intent &intent, const CatalogueFacts &facts);
/// One rollup with its table, jobs and retention. Its raw table stays.
Outcome<Plan> dropRollup(const Intent &intent, const CatalogueFacts &facts);

/// Whether schema shardboard has nothing to do any more once this table's retention and partitioning are forgotten, and
/// so many conversions.
bool isLastKept(const QualifiedName &table, const CatalogueFacts &facts, int conversions = 0);

} // namespace Removal

} // namespace Shardboard
