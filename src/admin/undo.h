// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/executor.h"

namespace Shardboard {

/// The plan that takes a plan back: its undo statements in reverse order, transaction by transaction. A step that turns
/// out not to have been carried out is left alone, so it also cleans up after a run that was cut off. What `report`
/// found to be so before is not touched; what has no way back is named in the notes.
Plan undoPlan(const Plan &plan, const PlanReport &report = {});

/// The report of a plan that was cut off and applied again, as if it had been one run: what the first one tried and the
/// last one found done counts as done, so that the undo reaches it.
PlanReport reportOfAll(const PlanReport &before, const PlanReport &last);

} // namespace Shardboard
