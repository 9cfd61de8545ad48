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
    QString rawName; ///< in the name of the retention job, likewise

    explicit Names(const QJsonObject &settings);
};

/// A setting's value as text, empty when it is not there.
QString settingOf(const QJsonObject &settings, const char *name);

/// `settings` are complete and checked.
RollupDefinition rollup(const QJsonObject &settings, const CatalogueFacts &facts);
Outcome<Plan> applyPlan(const Intent &intent, const CatalogueFacts &facts);

} // namespace HttpTraffic

} // namespace Shardboard
