// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/facts.h"
#include "admin/plan.h"
#include "connection/values/outcome.h"

namespace Shardboard {

/// The plan for an intent that the catalogue alone decides: "blueprint", "remove-blueprint", "drop-rollup". Pure: no
/// I/O, the same intent and facts give the same plan. Usage errors say which setting is wrong and what would do.
Outcome<Plan> planFor(const Intent &intent, const CatalogueFacts &facts);

/// The kinds that planFor() takes.
QStringList cataloguePlanKinds();

/// The intent to drop one rollup with its table, jobs and retention. Raw rows stay.
Intent dropRollupIntent(const QString &rollup);

} // namespace Shardboard
