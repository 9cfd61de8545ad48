// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/blueprint.h"

namespace Shardboard::GitHub {

/// Events of GitHub repositories and the users who caused them, colocated so that they join on one node.
const BlueprintInfo &info();
Outcome<Plan> applyPlan(const Intent &intent, const CatalogueFacts &facts);

} // namespace Shardboard::GitHub
