// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/blueprint.h"
#include "admin/rollupdefinition.h"

namespace Shardboard {

struct CatalogueFacts;

/// Web requests as they come in, rolled up by site and minute.
namespace HttpTraffic {

const BlueprintInfo &info();

/// `settings` are complete and checked.
RollupDefinition rollup(const QJsonObject &settings, const CatalogueFacts &facts);
Outcome<Plan> applyPlan(const Intent &intent, const CatalogueFacts &facts);

} // namespace HttpTraffic

} // namespace Shardboard
