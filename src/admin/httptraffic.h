// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/blueprint.h"
#include "admin/rollupdefinition.h"

namespace Shardboard {

struct CatalogueFacts;

/// Web requests as they come in, rolled up by site and minute.
namespace HttpTraffic {

const BlueprintInfo &info();

/// What its things are called; all hang on the schema.
struct Names
{
    QString schema;
    QualifiedName raw;
    QualifiedName rollup;
    QString rollupName; ///< in the registry: with the schema unless that is public

    explicit Names(const QJsonObject &settings);
};

/// `settings` are complete and checked.
RollupDefinition rollup(const QJsonObject &settings, const CatalogueFacts &facts);
Outcome<Plan> applyPlan(const Intent &intent, const CatalogueFacts &facts);

} // namespace HttpTraffic

} // namespace Shardboard
