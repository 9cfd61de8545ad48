// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "admin/rollupdefinition.h"

namespace Shardboard {

struct CatalogueFacts;

/// A rollup with how long its rows are kept and when it runs.
struct RollupLevel
{
    RollupDefinition definition;
    QString keep; ///< interval; empty: for ever
    QString schedule; ///< of cron; empty: nobody runs it
};

/// Steps that make a rollup of a table that is there, shared by blueprints and by plans for any table. Each comes
/// without a group.
namespace RollupSteps {

/// Lets runs find new rows by what is new and not by what is kept. Outside of transactions where the table holds rows
/// already.
QList<PlanStep> sourceIndex(const RollupDefinition &rollup, const CatalogueFacts &facts);
/// What that index is called; an empty name when there is one by that column already.
QualifiedName sourceIndexName(const RollupDefinition &rollup, const CatalogueFacts &facts);
/// The rollup's table, where its rows lie, and how they are found by time. `distributionColumn` of the source, empty
/// when it has none.
QList<PlanStep> table(const RollupDefinition &rollup, const QString &distributionColumn, const CatalogueFacts &facts);
/// Registry, live view, retention and job; after the table.
QList<PlanStep> engine(const RollupLevel &level, const CatalogueFacts &facts, const QString &role = {});
PlanStep liveView(const RollupDefinition &rollup);
/// Checks on the server that expressions can be evaluated; fails before anything is made.
PlanStep check(const RollupDefinition &rollup);

} // namespace RollupSteps

} // namespace Shardboard
