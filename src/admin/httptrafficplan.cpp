// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/facts.h"
#include "admin/httptraffic.h"
#include "admin/registrysteps.h"
#include "admin/serverobjects.h"

#include <algorithm>
#include <optional>

namespace Shardboard::HttpTraffic {

namespace {

/// Transaction groups of the plan.
enum Group { ObjectsGroup = 1, TablesGroup, JobsGroup };

constexpr QLatin1StringView never("never");

PlanStep step(const QString &id, const QString &title, const QString &sql)
{
    PlanStep made;
    made.id = id;
    made.title = title;
    made.sql = sql;
    return made;
}

QString exists(const QualifiedName &relation)
{
    return QStringLiteral("SELECT to_regclass(%1) IS NOT NULL").arg(quoteLiteral(relation.quoted()));
}

PlanStep createRawTable(const Names &names)
{
    // GENERATED ALWAYS: an id that a client chose could lie below what is rolled up already.
    PlanStep made = step(QStringLiteral("create-raw-table"), QStringLiteral("Create table %1").arg(names.raw.display()),
        QStringLiteral("CREATE TABLE IF NOT EXISTS %1 (\n"
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
                       "    PRIMARY KEY (site_id, request_id)\n)")
            .arg(names.raw.quoted()));
    made.doneSql = exists(names.raw);
    made.undoSql = QStringLiteral("DROP TABLE IF EXISTS %1").arg(names.raw.quoted());
    return made;
}

PlanStep createIndex(
    const QString &id, const QString &title, const QualifiedName &table, const QString &name, const QString &key)
{
    PlanStep made = step(id, title,
        QStringLiteral("CREATE INDEX IF NOT EXISTS %1 ON %2 %3").arg(quoteIdentifier(name), table.quoted(), key));
    made.doneSql = exists({table.schema, name});
    made.locks = {QStringLiteral("SHARE on %1, which is new and empty").arg(table.display())};
    return made;
}

PlanStep distribute(const QString &id, const QualifiedName &table, const QString &placement, const QString &how)
{
    PlanStep made = step(id, QStringLiteral("Distribute %1 by site_id, %2").arg(table.display(), how),
        QStringLiteral("SELECT create_distributed_table(%1, 'site_id', %2)\n"
                       " WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = %1::regclass)")
            .arg(quoteLiteral(table.quoted()), placement));
    made.doneSql = QStringLiteral("SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = %1::regclass)")
                       .arg(quoteLiteral(table.quoted()));
    made.locks = {QStringLiteral("ACCESS EXCLUSIVE on %1, which is new and empty").arg(table.display())};
    return made;
}

PlanStep createSchema(const QString &schema)
{
    PlanStep made = step(QStringLiteral("create-blueprint-schema"), QStringLiteral("Create schema %1").arg(schema),
        QStringLiteral("CREATE SCHEMA IF NOT EXISTS %1").arg(quoteIdentifier(schema)));
    made.doneSql
        = QStringLiteral("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %1)").arg(quoteLiteral(schema));
    made.undoSql = QStringLiteral("DROP SCHEMA IF EXISTS %1").arg(quoteIdentifier(schema));
    return made;
}

QList<PlanStep> tableSteps(
    const Names &names, const RollupDefinition &rollup, const Intent &intent, const CatalogueFacts &facts)
{
    const bool hasCitus = facts.capabilities.hasCitus();
    const BlueprintFacts *applied = facts.blueprint(info().name, names.schema);
    const bool createsSchema = applied ? applied->createdSchema : !facts.schemas.contains(names.schema);
    QList<PlanStep> steps;
    if (createsSchema)
        steps << createSchema(names.schema);
    steps << RegistrySteps::recordBlueprint(info().name, names.schema, intent.settings, createsSchema);
    steps << createRawTable(names);
    steps << createIndex(QStringLiteral("index-raw-id"), QStringLiteral("Find new rows by their id, whatever is kept"),
        names.raw, QStringLiteral("http_request_request_id_idx"), QStringLiteral("(request_id)"));
    steps << createIndex(QStringLiteral("index-raw-time"), QStringLiteral("Find old rows by their time"), names.raw,
        QStringLiteral("http_request_ingest_time_idx"), QStringLiteral("USING brin (ingest_time)"));
    if (hasCitus) {
        const QString shards = settingOf(intent.settings, "shard_count");
        steps << distribute(QStringLiteral("distribute-raw-table"), names.raw,
            QStringLiteral("shard_count := %1, colocate_with := 'none'").arg(shards),
            QStringLiteral("%1 shards").arg(shards));
    }
    PlanStep target = step(QStringLiteral("create-rollup-table"),
        QStringLiteral("Create table %1").arg(names.rollup.display()), rollup.createTargetSql());
    target.doneSql = exists(names.rollup);
    target.undoSql = QStringLiteral("DROP TABLE IF EXISTS %1").arg(names.rollup.quoted());
    steps << target;
    steps << createIndex(QStringLiteral("index-rollup-bucket"),
        QStringLiteral("Find rollup rows of all sites by their time"), names.rollup,
        QStringLiteral("http_request_1min_bucket_idx"), QStringLiteral("(bucket)"));
    if (hasCitus)
        steps << distribute(QStringLiteral("distribute-rollup-table"), names.rollup,
            QStringLiteral("colocate_with := %1").arg(quoteLiteral(names.raw.quoted())),
            QStringLiteral("colocated with %1").arg(names.raw.display()));
    for (PlanStep &made : steps)
        made.group = TablesGroup;
    return steps;
}

QString keepOf(const QJsonObject &settings, const char *name)
{
    const QString keep = settingOf(settings, name);
    return keep == never ? QString() : keep;
}

/// Schedules the job, or takes one of an earlier application away when nothing is to be done any more.
QList<PlanStep> jobStep(
    const CatalogueFacts &facts, const QString &job, const QString &schedule, const QString &command, bool isWanted)
{
    if (isWanted)
        return {RegistrySteps::scheduleJob(job, schedule, command)};
    if (RegistrySteps::hasJob(facts, job))
        return {RegistrySteps::unscheduleJob(job)};
    return {};
}

QList<PlanStep> rollupSteps(
    const Names &names, const RollupDefinition &rollup, const Intent &intent, const CatalogueFacts &facts)
{
    const QString keepRaw = keepOf(intent.settings, "raw_retention");
    const QString keepRollup = keepOf(intent.settings, "rollup_retention");
    QList<PlanStep> steps{
        RegistrySteps::registerRollup(rollup),
        RegistrySteps::registerRetention(names.raw, QStringLiteral("ingest_time"), keepRaw),
        RegistrySteps::registerRetention(names.rollup, QStringLiteral("bucket"), keepRollup),
    };
    if (!keepRaw.isEmpty())
        steps[1].warnings << QStringLiteral("Raw rows older than %1 are deleted for good.").arg(keepRaw);
    if (RegistrySteps::canSchedule(facts)) {
        const QString call = QStringLiteral("CALL shardboard.%1(%2)");
        steps << jobStep(facts, RegistrySteps::rollupJob(names.rollupName), settingOf(intent.settings, "schedule"),
            call.arg(QStringLiteral("run_rollup"), quoteLiteral(names.rollupName)), true);
        steps << jobStep(facts, RegistrySteps::retentionJob(names.rawName), QStringLiteral("*/10 * * * *"),
            call.arg(QStringLiteral("run_retention"), quoteLiteral(names.raw.quoted())), !keepRaw.isEmpty());
        steps << jobStep(facts, RegistrySteps::retentionJob(names.rollupName), QStringLiteral("23 * * * *"),
            call.arg(QStringLiteral("run_retention"), quoteLiteral(names.rollup.quoted())), !keepRollup.isEmpty());
    }
    for (PlanStep &made : steps)
        made.group = JobsGroup;
    return steps;
}

QStringList notesOf(const Names &names, const Intent &intent, const CatalogueFacts &facts)
{
    QStringList notes;
    if (!facts.capabilities.hasCitus())
        notes << QStringLiteral(
            "citus is not available: the tables stay on this server, distribution steps are left out.");
    if (!facts.capabilities.hll.isAvailable())
        notes << QStringLiteral("hll is not available: distinct visitors are left out of the rollup.");
    if (settingOf(intent.settings, "rollup_retention") != never)
        notes << QStringLiteral("Rollup rows are not deleted before the raw rows they were made of%1.")
                     .arg(settingOf(intent.settings, "raw_retention") == never
                             ? QStringLiteral(", and those are kept for ever")
                             : QString());
    if (!RegistrySteps::canSchedule(facts)) {
        const QString line = QStringLiteral("%1 shardboardctl rollup %2 -d %3");
        const QString database = facts.capabilities.database;
        notes << QStringLiteral("pg_cron is not available in this database: nothing runs by itself. "
                                "Put these lines into the system's crontab, or run the rollup from the program:")
              << line.arg(
                     settingOf(intent.settings, "schedule"), QStringLiteral("run '%1'").arg(names.rollupName), database)
              << line.arg(QStringLiteral("*/10 * * * *"), QStringLiteral("expire"), database);
    }
    return notes;
}

/// What keeps the plan from being made, empty when nothing does.
std::optional<ServerError> obstacle(
    const Names &names, const RollupDefinition &rollup, const QJsonObject &settings, const CatalogueFacts &facts)
{
    const ServerCapabilities &can = facts.capabilities;
    if (names.schema.startsWith(QStringLiteral("pg_")) || names.schema == QStringLiteral("information_schema")
        || names.schema == QStringLiteral("shardboard"))
        return ServerError::usage(QStringLiteral("schema: \"%1\" is not for tables of yours").arg(names.schema));
    if (!can.isCoordinator)
        return ServerError::usage(
            QStringLiteral("this server is a worker of its cluster"), QStringLiteral("Connect to the coordinator."));
    if (can.isReadOnly)
        return ServerError::usage(QStringLiteral("this server, or this connection, is read-only"));
    if (facts.objectsVersion == 0 && !can.canCreateSchema)
        return ServerError::usage(
            QStringLiteral("%1 may not create schemas in database %2").arg(can.user, can.database),
            QStringLiteral("GRANT CREATE ON DATABASE %1 TO %2")
                .arg(quoteIdentifier(can.database), quoteIdentifier(can.user)));
    const bool isApplied = facts.blueprint(info().name, names.schema) != nullptr;
    for (const QualifiedName &table : {names.raw, names.rollup})
        if (!isApplied && facts.table(table))
            return ServerError::usage(
                QStringLiteral("there is a table %1 that this blueprint did not make").arg(table.display()),
                QStringLiteral("Choose another schema (--set schema=…), or rename the table."));
    const auto registered = std::ranges::find(facts.rollups, rollup.name, &RollupFacts::name);
    if (registered != facts.rollups.cend() && registered->measures != rollup.measuresToJson())
        return ServerError::usage(
            QStringLiteral("rollup %1 is there with other measures, and what it holds was counted by those")
                .arg(rollup.name),
            QStringLiteral(
                "Apply with the error_definition and hll_log2m it was made with, or remove the blueprint first."));
    const TableFacts *raw = facts.table(names.raw);
    const QString shards = settingOf(settings, "shard_count");
    if (raw && raw->shardCount > 0 && QString::number(raw->shardCount) != shards)
        return ServerError::usage(QStringLiteral("%1 has %2 shards, not %3")
                                      .arg(names.raw.display(), QString::number(raw->shardCount), shards),
            QStringLiteral("Apply with --set shard_count=%1; the number of shards is changed by altering the table.")
                .arg(raw->shardCount));
    return std::nullopt;
}

} // namespace

Outcome<Plan> applyPlan(const Intent &intent, const CatalogueFacts &facts)
{
    const Names names(intent.settings);
    const RollupDefinition definition = rollup(intent.settings, facts);
    if (const auto problem = obstacle(names, definition, intent.settings, facts))
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
