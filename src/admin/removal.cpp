// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/removal.h"

#include "admin/blueprint.h"
#include "admin/facts.h"
#include "admin/guardedsql.h"
#include "admin/partition/partitionsteps.h"
#include "admin/registrysteps.h"
#include "admin/rollupdefinition.h"
#include "admin/serverobjects.h"

#include <QSet>

#include <algorithm>

namespace Shardboard::Removal {

namespace {

/// What is to go, gathered before it is put in order.
struct Doomed
{
    QStringList rollups; ///< names in the registry
    QList<QualifiedName> tables; ///< in the order in which they are dropped
    QString blueprint;
    QString schema; ///< of the blueprint
    bool dropsSchema = false;
    int conversions = 0; ///< that are taken back along with it
};

/// The rollup and the cascades made from it, coarsest first: views and tables are dropped in this order.
QList<const RollupFacts *> familyOf(const RollupFacts &rollup, const CatalogueFacts &facts)
{
    QList<const RollupFacts *> family;
    for (const RollupFacts &other : facts.rollups)
        if (other.parent == rollup.name)
            family << familyOf(other, facts);
    return family << &rollup;
}

void doom(Doomed &doomed, const RollupFacts &rollup, const CatalogueFacts &facts)
{
    for (const RollupFacts *member : familyOf(rollup, facts)) {
        doomed.rollups << member->name;
        doomed.tables << parseQualifiedName(member->target);
    }
}

PlanStep dropLiveView(const QString &target)
{
    RollupDefinition rollup;
    rollup.target = parseQualifiedName(target);
    const QualifiedName view = rollup.liveView();
    PlanStep step;
    step.id = QStringLiteral("drop-") + view.name;
    step.title = QStringLiteral("Drop view %1").arg(view.display());
    step.sql = QStringLiteral("DROP VIEW IF EXISTS %1").arg(view.quoted());
    step.doneSql = QStringLiteral("SELECT to_regclass(%1) IS NULL").arg(quoteLiteral(view.quoted()));
    return step;
}

bool isDoomed(const QList<QualifiedName> &tables, const QString &quotedName)
{
    return std::ranges::any_of(tables, [&](const QualifiedName &table) { return table.quoted() == quotedName; });
}

/// The jobs that call our procedures for what goes. By their command: a job may have been given another name.
QList<CronJobFacts> doomedJobs(const Doomed &doomed, const CatalogueFacts &facts)
{
    QList<CronJobFacts> jobs;
    const auto calls = [](const CronJobFacts &job, const QString &procedure, const QString &argument) {
        return job.command == QStringLiteral("CALL shardboard.%1(%2)").arg(procedure, quoteLiteral(argument));
    };
    for (const CronJobFacts &job : facts.jobs) {
        if (job.database != facts.capabilities.database)
            continue;
        const bool runs = std::ranges::any_of(
            doomed.rollups, [&](const QString &rollup) { return calls(job, QStringLiteral("run_rollup"), rollup); });
        const bool expires = std::ranges::any_of(doomed.tables,
            [&](const QualifiedName &table) { return calls(job, QStringLiteral("run_retention"), table.quoted()); });
        const bool maintains = std::ranges::any_of(doomed.tables, [&](const QualifiedName &table) {
            return calls(job, QStringLiteral("maintain_partitions"), table.quoted());
        });
        if (runs || expires || maintains)
            jobs << job;
    }
    return jobs;
}

/// Whether the facts know of nothing else in the registry. They may be old: they only decide whether the step that asks
/// the server is worth having.
bool nothingElseIsKept(const Doomed &doomed, const CatalogueFacts &facts)
{
    const bool otherRollup = std::ranges::any_of(
        facts.rollups, [&](const RollupFacts &rollup) { return !doomed.rollups.contains(rollup.name); });
    const bool otherRetention = std::ranges::any_of(
        facts.retentions, [&](const RetentionFacts &retention) { return !isDoomed(doomed.tables, retention.table); });
    const bool otherBlueprint = std::ranges::any_of(facts.blueprints, [&](const BlueprintFacts &applied) {
        return applied.name != doomed.blueprint || applied.schema != doomed.schema;
    });
    const bool otherPartitions = std::ranges::any_of(facts.partitionings,
        [&](const PartitioningFacts &partitioning) { return !isDoomed(doomed.tables, partitioning.table); });
    return !otherRollup && !otherRetention && !otherBlueprint && !otherPartitions
        && facts.conversions <= doomed.conversions;
}

QList<PlanStep> registrySteps(const Doomed &doomed, const CatalogueFacts &facts)
{
    QList<PlanStep> steps;
    for (const QString &rollup : doomed.rollups)
        steps << RegistrySteps::forgetRollup(rollup);
    for (const QualifiedName &table : doomed.tables) {
        steps << RegistrySteps::forgetRetention(table) << RegistrySteps::forgetExpired(table);
        if (facts.partitioning(table))
            steps << RegistrySteps::forgetPartitioning(table);
    }
    if (!doomed.blueprint.isEmpty())
        steps << RegistrySteps::forgetBlueprint(doomed.blueprint, doomed.schema);
    if (nothingElseIsKept(doomed, facts))
        steps << ServerObjects::removeStep(0);
    return steps;
}

/// Indexes that were made along with rollups, on tables that stay. One that another rollup reads by as well is left to
/// it.
QList<PlanStep> indexSteps(const Doomed &doomed, const CatalogueFacts &facts)
{
    QList<PlanStep> steps;
    for (const QString &name : doomed.rollups) {
        const RollupFacts &rollup = *facts.rollup(name);
        if (rollup.sourceIndex.isEmpty() || isDoomed(doomed.tables, rollup.source))
            continue;
        const auto heir = std::ranges::find_if(facts.rollups, [&](const RollupFacts &other) {
            return other.source == rollup.source && !doomed.rollups.contains(other.name);
        });
        const QualifiedName index = parseQualifiedName(rollup.sourceIndex);
        PlanStep step;
        step.id = QStringLiteral("drop-") + index.name;
        if (heir == facts.rollups.cend()) {
            step.title = QStringLiteral("Drop index %1, which was made for the rollup").arg(index.display());
            step.sql = QStringLiteral("DROP INDEX IF EXISTS %1").arg(index.quoted());
            step.doneSql = QStringLiteral("SELECT to_regclass(%1) IS NULL").arg(quoteLiteral(index.quoted()));
            step.locks = {QStringLiteral("ACCESS EXCLUSIVE on %1 for a moment").arg(rollup.source)};
        } else {
            const QString isIt = QStringLiteral("name = %1 AND source_index = %2")
                                     .arg(quoteLiteral(heir->name), quoteLiteral(index.quoted()));
            step.title = QStringLiteral("Leave index %1 to rollup %2").arg(index.display(), heir->name);
            step.sql = QStringLiteral("UPDATE shardboard.rollup SET source_index = %1 WHERE name = %2")
                           .arg(quoteLiteral(index.quoted()), quoteLiteral(heir->name));
            step.doneSql = QStringLiteral("SELECT EXISTS (SELECT FROM shardboard.rollup WHERE %1)").arg(isIt);
        }
        steps << step;
    }
    return steps;
}

/// Jobs first, in a transaction of their own, so that none starts while the rest goes.
QList<PlanStep> removalSteps(const Doomed &doomed, const CatalogueFacts &facts)
{
    QList<PlanStep> steps;
    for (const CronJobFacts &job : doomedJobs(doomed, facts)) {
        steps << RegistrySteps::unscheduleJob(facts, job);
        steps.last().group = 1;
    }
    QList<PlanStep> rest;
    for (const QString &rollup : doomed.rollups)
        rest << dropLiveView(facts.rollup(rollup)->target);
    for (const QualifiedName &table : doomed.tables) {
        if (facts.table(table))
            rest << RegistrySteps::dropTable(table);
        if (const PartitioningFacts *partitioning = facts.partitioning(table))
            rest << PartitionSteps::forget(table, partitioning->method, facts);
    }
    rest << indexSteps(doomed, facts);
    if (doomed.dropsSchema) {
        PlanStep drop;
        drop.id = QStringLiteral("drop-blueprint-schema");
        drop.title = QStringLiteral("Drop schema %1, which the blueprint made").arg(doomed.schema);
        drop.sql = dropEmptySchemaSql(doomed.schema);
        drop.doneSql = QStringLiteral("SELECT NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = %1)")
                           .arg(quoteLiteral(doomed.schema));
        rest << drop;
    }
    rest << registrySteps(doomed, facts);
    for (PlanStep &step : rest)
        step.group = 2;
    return steps + rest;
}

} // namespace

Outcome<Plan> removeBlueprint(const Intent &intent, const CatalogueFacts &facts)
{
    const QString name = intent.settings.value(QStringLiteral("blueprint")).toString();
    const BlueprintInfo *info = findBlueprint(name);
    if (!info)
        return ServerError::usage(QStringLiteral("there is no blueprint \"%1\"").arg(name));
    Doomed doomed;
    doomed.blueprint = name;
    doomed.schema = intent.settings.value(QStringLiteral("schema")).toString(QStringLiteral("public"));
    Plan plan;
    plan.title = QStringLiteral("Remove %1 from schema %2").arg(info->title, doomed.schema);
    plan.intent = intent;
    const BlueprintFacts *applied = facts.blueprint(name, doomed.schema);
    if (!applied) {
        plan.notes << QStringLiteral("Blueprint %1 is not applied in schema %2: there is nothing to remove.")
                          .arg(name, doomed.schema);
        return plan;
    }
    const QualifiedName raw{doomed.schema, info->rawTable};
    for (const RollupFacts &rollup : facts.rollups)
        if (rollup.source == raw.quoted())
            doom(doomed, rollup, facts);
    if (!info->rollup.isEmpty() && !doomed.tables.contains(QualifiedName{doomed.schema, info->rollup}))
        doomed.tables << QualifiedName{doomed.schema, info->rollup};
    doomed.tables << raw;
    for (const QString &companion : info->companions)
        doomed.tables << QualifiedName{doomed.schema, companion};
    const bool holdsOthers = std::ranges::any_of(facts.tables, [&](const TableFacts &table) {
        return table.name.schema == doomed.schema && !doomed.tables.contains(table.name);
    });
    doomed.dropsSchema = applied->createdSchema && !holdsOthers;
    if (applied->createdSchema && holdsOthers)
        plan.notes << QStringLiteral("Schema %1 stays: it holds other tables.").arg(doomed.schema);
    plan.steps = removalSteps(doomed, facts);
    return plan;
}

bool isLastKept(const QualifiedName &table, const CatalogueFacts &facts, int conversions)
{
    Doomed doomed;
    doomed.tables = {table};
    doomed.conversions = conversions;
    return nothingElseIsKept(doomed, facts);
}

Outcome<Plan> dropRollup(const Intent &intent, const CatalogueFacts &facts)
{
    const QString name = intent.settings.value(QStringLiteral("rollup")).toString();
    Plan plan;
    plan.title = QStringLiteral("Drop rollup %1").arg(name);
    plan.intent = intent;
    const auto found = std::ranges::find(facts.rollups, name, &RollupFacts::name);
    if (found == facts.rollups.cend()) {
        plan.notes << QStringLiteral("There is no rollup %1: there is nothing to drop.").arg(name);
        return plan;
    }
    Doomed doomed;
    doom(doomed, *found, facts);
    if (doomed.rollups.size() > 1)
        plan.warnings << QStringLiteral("What is made from it goes as well: %1.")
                             .arg(doomed.rollups.mid(0, doomed.rollups.size() - 1).join(QStringLiteral(", ")));
    plan.notes << QStringLiteral(
        "Rows of %1 stay, and are no longer protected from expiring before they are rolled up.")
                      .arg(found->source);
    plan.steps = removalSteps(doomed, facts);
    return plan;
}

} // namespace Shardboard::Removal
