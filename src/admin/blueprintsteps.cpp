// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/blueprintsteps.h"

#include "admin/crontab.h"
#include "admin/guardedsql.h"
#include "admin/registrysteps.h"
#include "admin/rollupdefinition.h"

#include <algorithm>

namespace Shardboard::BlueprintSteps {

using SettingKind = BlueprintSetting::Kind;

BlueprintSetting schemaSetting()
{
    return {.name = QStringLiteral("schema"),
        .label = QStringLiteral("Schema"),
        .help = QStringLiteral("Where the tables are made; it is created when it is not there."),
        .kind = SettingKind::Identifier,
        .defaultValue = QStringLiteral("public")};
}

BlueprintSetting shardCountSetting(int defaultCount, const QString &whole)
{
    return {.name = QStringLiteral("shard_count"),
        .label = QStringLiteral("Shards"),
        .help
        = QStringLiteral("Into how many shards %1 are spread: two to four for each core of the workers.").arg(whole),
        .kind = SettingKind::Integer,
        .defaultValue = QString::number(defaultCount),
        .minimum = 1,
        .maximum = 1024,
        .needs = QStringLiteral("citus")};
}

BlueprintSetting rawRetentionSetting(const QString &defaultValue, const QString &help)
{
    return {.name = QStringLiteral("raw_retention"),
        .label = QStringLiteral("Keep raw rows for"),
        .help = help,
        .kind = SettingKind::IntervalOrNever,
        .defaultValue = defaultValue};
}

BlueprintSetting rollupRetentionSetting(const QString &name, const QString &label, const QString &defaultValue)
{
    return {.name = name,
        .label = label,
        .help
        = QStringLiteral("Older rows are deleted, but never before the rows they were made of, nor before coarser "
                         "rollups have taken them; \"never\" deletes none."),
        .kind = SettingKind::IntervalOrNever,
        .defaultValue = defaultValue};
}

BlueprintSetting scheduleSetting(const QString &defaultValue)
{
    return {.name = QStringLiteral("schedule"),
        .label = QStringLiteral("Roll up at"),
        .help = QStringLiteral(
            "When the rollup runs, as a cron schedule: \"* * * * *\" is every minute, \"*/5 * * * *\" every five."),
        .kind = SettingKind::Schedule,
        .defaultValue = defaultValue,
        .needs = QStringLiteral("pg_cron")};
}

BlueprintSetting hllSetting(const QString &what)
{
    return {.name = QStringLiteral("hll_log2m"),
        .label = QStringLiteral("Precision of %1").arg(what),
        .help = QStringLiteral(
            "2 to this power registers for each distinct count: 11 is right within 2.3 %, 14 within 0.8 %."),
        .kind = SettingKind::Integer,
        .defaultValue = QStringLiteral("11"),
        .minimum = 8,
        .maximum = 16,
        .needs = QStringLiteral("hll")};
}

QString settingOf(const QJsonObject &settings, const char *name)
{
    return settings.value(QLatin1String(name)).toString();
}

QString keepOf(const QJsonObject &settings, const char *name)
{
    const QString keep = settingOf(settings, name);
    return keep == QStringLiteral("never") ? QString() : keep;
}

QString registryName(const QualifiedName &table)
{
    return table.schema == QStringLiteral("public") ? table.name : table.display();
}

std::optional<ServerError> obstacle(
    const BlueprintInfo &info, const QString &schema, const QList<QualifiedName> &tables, const CatalogueFacts &facts)
{
    if (schema.startsWith(QStringLiteral("pg_")) || schema == QStringLiteral("information_schema")
        || schema == QStringLiteral("shardboard"))
        return ServerError::usage(QStringLiteral("schema: \"%1\" is not for tables of yours").arg(schema));
    if (const auto problem = serverObstacle(facts))
        return problem;
    const bool isApplied = facts.blueprint(info.name, schema) != nullptr;
    for (const QualifiedName &table : tables)
        if (!isApplied && facts.table(table))
            return ServerError::usage(
                QStringLiteral("there is a table %1 that this blueprint did not make").arg(table.display()),
                QStringLiteral("Choose another schema (--set schema=…), or rename the table."));
    return std::nullopt;
}

std::optional<ServerError> serverObstacle(const CatalogueFacts &facts)
{
    const ServerCapabilities &can = facts.capabilities;
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
    return std::nullopt;
}

std::optional<ServerError> shardCountObstacle(
    const QualifiedName &table, const QString &shardCount, const CatalogueFacts &facts)
{
    const TableFacts *known = facts.table(table);
    if (!known || known->shardCount == 0 || QString::number(known->shardCount) == shardCount)
        return std::nullopt;
    return ServerError::usage(
        QStringLiteral("%1 has %2 shards, not %3").arg(table.display(), QString::number(known->shardCount), shardCount),
        QStringLiteral("Apply with --set shard_count=%1; the number of shards is changed by altering the table.")
            .arg(known->shardCount));
}

std::optional<ServerError> measuresObstacle(
    const RollupDefinition &rollup, const QString &settings, const CatalogueFacts &facts)
{
    const RollupFacts *registered = facts.rollup(rollup.name);
    if (!registered || registered->measures == rollup.measuresToJson())
        return std::nullopt;
    return ServerError::usage(
        QStringLiteral("rollup %1 is there with other measures, and what it holds was counted by those")
            .arg(rollup.name),
        QStringLiteral("Apply with the %1 it was made with, or remove the blueprint first.").arg(settings));
}

QStringList crontabNotes(const QStringList &rollups, const QString &schedule, const CatalogueFacts &facts)
{
    QList<std::pair<QString, QString>> scheduled;
    for (const QString &rollup : rollups)
        scheduled.append({rollup, schedule});
    return crontabNotes(scheduled, facts);
}

QStringList crontabNotes(const QList<std::pair<QString, QString>> &rollups, const CatalogueFacts &facts)
{
    if (RegistrySteps::canSchedule(facts))
        return {};
    QStringList lines{
        QStringLiteral("pg_cron is not available in this database: nothing runs by itself. "
                       "Put these lines into the crontab of a user whose passfile has the password, or run the "
                       "rollup from the program:")};
    for (const auto &[rollup, schedule] : rollups) {
        if (!schedule.isEmpty())
            lines << crontabLine(schedule, callWords(QStringLiteral("run_rollup"), rollup, facts));
    }
    return lines << crontabLine(QStringLiteral("*/10 * * * *"),
               shardboardctlWords({QStringLiteral("rollup"), QStringLiteral("expire")}, facts));
}

QStringList notes(const CatalogueFacts &facts)
{
    if (facts.capabilities.hasCitus())
        return {};
    return {QStringLiteral("citus is not available: the tables stay on this server, distribution steps are left out.")};
}

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

QList<PlanStep> beginning(const BlueprintInfo &info, const Intent &intent, const CatalogueFacts &facts)
{
    const QString schema = settingOf(intent.settings, "schema");
    const BlueprintFacts *applied = facts.blueprint(info.name, schema);
    const bool createsSchema = applied ? applied->createdSchema : !facts.schemas.contains(schema);
    QList<PlanStep> steps;
    if (createsSchema) {
        PlanStep made = step(QStringLiteral("create-blueprint-schema"), QStringLiteral("Create schema %1").arg(schema),
            QStringLiteral("CREATE SCHEMA IF NOT EXISTS %1").arg(quoteIdentifier(schema)));
        made.doneSql
            = QStringLiteral("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %1)").arg(quoteLiteral(schema));
        made.undoSql = dropEmptySchemaSql(schema);
        steps << made;
    }
    return steps << RegistrySteps::recordBlueprint(info.name, schema, intent.settings, createsSchema);
}

PlanStep createTable(const QString &id, const QualifiedName &table, const QString &body)
{
    PlanStep made = step(id, QStringLiteral("Create table %1").arg(table.display()),
        QStringLiteral("CREATE TABLE IF NOT EXISTS %1 %2").arg(table.quoted(), body));
    made.doneSql = exists(table);
    undoByDropping(made, table);
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

PlanStep distribute(
    const QString &id, const QualifiedName &table, const QString &column, const QString &placement, const QString &how)
{
    PlanStep made = step(id, QStringLiteral("Distribute %1 by %2, %3").arg(table.display(), column, how),
        QStringLiteral("SELECT create_distributed_table(%1, %2, %3)\n"
                       " WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = %1::regclass)")
            .arg(quoteLiteral(table.quoted()), quoteLiteral(column), placement));
    made.doneSql = QStringLiteral("SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = %1::regclass)")
                       .arg(quoteLiteral(table.quoted()));
    made.locks = {QStringLiteral("ACCESS EXCLUSIVE on %1, which is new and empty").arg(table.display())};
    return made;
}

QList<PlanStep> job(const CatalogueFacts &facts, const QString &name, const QString &schedule, const QString &command,
    bool isWanted, const QString &role)
{
    if (!RegistrySteps::canSchedule(facts))
        return {};
    if (isWanted)
        return RegistrySteps::scheduleJob(facts, name, schedule, command, role);
    return RegistrySteps::unscheduleJobs(facts, name);
}

QList<PlanStep> rowRetention(const CatalogueFacts &facts, const QualifiedName &table, const QString &timeColumn,
    const QString &keep, const QString &schedule, const QString &role)
{
    QList<PlanStep> steps{RegistrySteps::registerRetention(table, timeColumn, keep)};
    return steps << job(facts, RegistrySteps::retentionJob(registryName(table)), schedule,
               QStringLiteral("CALL shardboard.run_retention(%1)").arg(quoteLiteral(table.quoted())), !keep.isEmpty(),
               role);
}

} // namespace Shardboard::BlueprintSteps
