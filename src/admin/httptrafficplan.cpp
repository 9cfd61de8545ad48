// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/blueprintsteps.h"
#include "admin/httptraffic.h"
#include "admin/registrysteps.h"
#include "admin/rollupsteps.h"
#include "admin/serverobjects.h"

#include <optional>

namespace Shardboard::HttpTraffic {

using namespace BlueprintSteps;

namespace {

/// Transaction groups of the plan.
enum Group { ObjectsGroup = 1, TablesGroup, JobsGroup };

constexpr QLatin1StringView never("never");

PlanStep createRawTable(const Names &names)
{
    // GENERATED ALWAYS: an id that a client chose could lie below what is rolled up already.
    return createTable(QStringLiteral("create-raw-table"), names.raw,
        QStringLiteral("(\n"
                       "    request_id bigint GENERATED ALWAYS AS IDENTITY,\n"
                       "    site_id int NOT NULL,\n"
                       "    ingest_time timestamptz NOT NULL DEFAULT now(),\n"
                       "    url text,\n"
                       "    request_country text,\n"
                       "    ip_address text,\n"
                       "    status_code int,\n"
                       "    response_time_msec int,\n"
                       "    method text,\n"
                       "    response_bytes bigint,\n"
                       "    referrer text,\n"
                       "    user_agent text,\n"
                       "    PRIMARY KEY (site_id, request_id)\n)"));
}

QList<PlanStep> tableSteps(
    const Names &names, const RollupDefinition &rollup, const Intent &intent, const CatalogueFacts &facts)
{
    const bool hasCitus = facts.capabilities.hasCitus();
    const QString siteId = QStringLiteral("site_id");
    QList<PlanStep> steps = beginning(info(), intent, facts);
    steps << createRawTable(names);
    steps << createIndex(QStringLiteral("index-raw-id"), QStringLiteral("Find new rows by their id, whatever is kept"),
        names.raw, QStringLiteral("http_request_request_id_idx"), QStringLiteral("(request_id)"));
    steps << createIndex(QStringLiteral("index-raw-time"), QStringLiteral("Find old rows by their time"), names.raw,
        QStringLiteral("http_request_ingest_time_idx"), QStringLiteral("USING brin (ingest_time)"));
    if (hasCitus) {
        const QString shards = settingOf(intent.settings, "shard_count");
        steps << distribute(QStringLiteral("distribute-raw-table"), names.raw, siteId,
            QStringLiteral("shard_count := %1, colocate_with := 'none'").arg(shards),
            QStringLiteral("%1 shards").arg(shards));
    }
    steps << RollupSteps::table(rollup, siteId, facts);
    for (PlanStep &made : steps)
        made.group = TablesGroup;
    return steps;
}

QList<PlanStep> rollupSteps(
    const Names &names, const RollupDefinition &rollup, const Intent &intent, const CatalogueFacts &facts)
{
    const QString keepRaw = keepOf(intent.settings, "raw_retention");
    const QString keepRollup = keepOf(intent.settings, "rollup_retention");
    QList<PlanStep> steps
        = rowRetention(facts, names.raw, QStringLiteral("ingest_time"), keepRaw, QStringLiteral("*/10 * * * *"));
    if (!keepRaw.isEmpty())
        steps.first().warnings << QStringLiteral("Raw rows older than %1 are deleted for good.").arg(keepRaw);
    steps << RollupSteps::engine({rollup, keepRollup, settingOf(intent.settings, "schedule")}, facts);
    for (PlanStep &made : steps)
        made.group = JobsGroup;
    return steps;
}

QStringList notesOf(const Names &names, const Intent &intent, const CatalogueFacts &facts)
{
    QStringList notes = BlueprintSteps::notes(facts);
    if (!facts.capabilities.hll.isAvailable())
        notes << QStringLiteral("hll is not available: distinct visitors are left out of the rollup.");
    if (settingOf(intent.settings, "rollup_retention") != never)
        notes << QStringLiteral("Rollup rows are not deleted before the raw rows they were made of%1.")
                     .arg(settingOf(intent.settings, "raw_retention") == never
                             ? QStringLiteral(", and those are kept for ever")
                             : QString());
    return notes << crontabNotes({names.rollupName}, settingOf(intent.settings, "schedule"), facts);
}

/// What keeps the plan from being made, empty when nothing does.
std::optional<ServerError> obstacleTo(
    const Names &names, const RollupDefinition &rollup, const QJsonObject &settings, const CatalogueFacts &facts)
{
    if (auto problem = obstacle(info(), names.schema, {names.raw, names.rollup}, facts))
        return problem;
    if (auto problem = measuresObstacle(rollup, QStringLiteral("error_definition and hll_log2m"), facts))
        return problem;
    return shardCountObstacle(names.raw, settingOf(settings, "shard_count"), facts);
}

} // namespace

Outcome<Plan> applyPlan(const Intent &intent, const CatalogueFacts &facts)
{
    const Names names(intent.settings);
    const RollupDefinition definition = rollup(intent.settings, facts);
    if (const auto problem = obstacleTo(names, definition, intent.settings, facts))
        return *problem;
    const Outcome<QList<PlanStep>> objects = ServerObjects::installSteps(facts, ObjectsGroup);
    if (!objects)
        return objects.failure<Plan>();
    Plan plan;
    plan.title = QStringLiteral("Set up %1 in schema %2").arg(info().title, names.schema);
    plan.intent = intent;
    plan.steps
        = *objects + tableSteps(names, definition, intent, facts) + rollupSteps(names, definition, intent, facts);
    plan.notes = notesOf(names, intent, facts);
    return plan;
}

} // namespace Shardboard::HttpTraffic
