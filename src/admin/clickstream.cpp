// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/clickstream.h"

#include "admin/blueprintsteps.h"
#include "admin/partition/partitionsteps.h"
#include "admin/rollupsteps.h"
#include "admin/serverobjects.h"

namespace Shardboard::Clickstream {

using namespace BlueprintSteps;
using SettingKind = BlueprintSetting::Kind;

namespace {

/// Transaction groups of the plan.
enum Group { ObjectsGroup = 1, TablesGroup, PartitionsGroup, RollupTablesGroup, JobsGroup };

QList<BlueprintSetting> describeSettings()
{
    return {
        schemaSetting(),
        shardCountSetting(8, QStringLiteral("the rows of each partition")),
        {.name = QStringLiteral("partition_interval"),
            .label = QStringLiteral("A partition holds"),
            .help = QStringLiteral("How much time goes into one partition: short ones are dropped and scanned sooner, "
                                   "long ones are fewer."),
            .kind = SettingKind::Choice,
            .defaultValue = QStringLiteral("5 minutes"),
            .choices = {QStringLiteral("5 minutes"), QStringLiteral("15 minutes"), QStringLiteral("1 hour"),
                QStringLiteral("6 hours"), QStringLiteral("1 day"), QStringLiteral("1 week"),
                QStringLiteral("1 month")}},
        {.name = QStringLiteral("partitions_ahead"),
            .label = QStringLiteral("Partitions ahead"),
            .help = QStringLiteral("How many partitions are kept ready beyond the present one, in case nobody makes "
                                   "new ones for a while."),
            .kind = SettingKind::Integer,
            .defaultValue = QStringLiteral("24"),
            .minimum = 1,
            .maximum = 1000},
        {.name = QStringLiteral("history"),
            .label = QStringLiteral("Partitions reach back"),
            .help = QStringLiteral("Rows that are older when they come go into the default partition. Choose as much "
                                   "as you are going to import."),
            .kind = SettingKind::Interval,
            .defaultValue = QStringLiteral("1 hour")},
        rawRetentionSetting(QStringLiteral("1 day"),
            QStringLiteral("Older partitions are dropped whole, which takes no time, once the rollup has their rows; "
                           "\"never\" drops none.")),
        rollupRetentionSetting(
            QStringLiteral("rollup_retention"), QStringLiteral("Keep 5-minute rows for"), QStringLiteral("1 month")),
        rollupRetentionSetting(
            QStringLiteral("hourly_retention"), QStringLiteral("Keep hourly rows for"), QStringLiteral("never")),
        scheduleSetting(QStringLiteral("*/5 * * * *")),
        hllSetting(QStringLiteral("distinct devices and sessions")),
    };
}

PlanStep createEvents(const QualifiedName &events)
{
    return createTable(QStringLiteral("create-events"), events,
        QStringLiteral("(\n"
                       "    event_id bigint GENERATED ALWAYS AS IDENTITY,\n"
                       "    event_time timestamptz NOT NULL DEFAULT now(),\n"
                       "    customer_id bigint NOT NULL,\n"
                       "    event_type text,\n"
                       "    country text,\n"
                       "    browser text,\n"
                       "    device_id bigint,\n"
                       "    session_id bigint,\n"
                       "    PRIMARY KEY (customer_id, event_time, event_id)\n"
                       ") PARTITION BY RANGE (event_time)"));
}

QList<PlanStep> tableSteps(const PartitionSettings &partitioning, const Intent &intent, const CatalogueFacts &facts)
{
    const QualifiedName &events = partitioning.table;
    QList<PlanStep> steps = beginning(info(), intent, facts);
    steps << createEvents(events);
    steps << createIndex(QStringLiteral("index-event-id"), QStringLiteral("Find new rows by their id"), events,
        QStringLiteral("events_event_id_idx"), QStringLiteral("(event_id)"));
    if (facts.capabilities.hasCitus()) {
        const QString shards = settingOf(intent.settings, "shard_count");
        steps << distribute(QStringLiteral("distribute-events"), events, QStringLiteral("customer_id"),
            QStringLiteral("shard_count := %1, colocate_with := 'none'").arg(shards),
            QStringLiteral("%1 shards a partition").arg(shards));
    }
    for (PlanStep &made : steps)
        made.group = TablesGroup;
    return steps;
}

/// After distributing, so that each partition is made as shards at once; in another transaction, because citus does not
/// change from many connections a node to one within a transaction.
QList<PlanStep> partitionSteps(const PartitionSettings &partitioning, const CatalogueFacts &facts)
{
    QList<PlanStep> steps = PartitionSteps::makePartitions(partitioning, PartitionSteps::methodFor(partitioning, facts),
        PartitionSteps::historyStart(partitioning), facts);
    for (PlanStep &made : steps)
        made.group = PartitionsGroup;
    return steps;
}

QList<PlanStep> rollupTableSteps(const QList<RollupLevel> &levels, const CatalogueFacts &facts)
{
    QList<PlanStep> steps;
    for (const RollupLevel &level : levels)
        steps << RollupSteps::table(level.definition, QStringLiteral("customer_id"), facts);
    for (PlanStep &made : steps)
        made.group = RollupTablesGroup;
    return steps;
}

QList<PlanStep> jobSteps(
    const PartitionSettings &partitioning, const QList<RollupLevel> &levels, const CatalogueFacts &facts)
{
    QList<PlanStep> steps = PartitionSteps::maintenance(partitioning, facts);
    for (const RollupLevel &level : levels)
        steps << RollupSteps::engine(level, facts);
    for (PlanStep &made : steps)
        made.group = JobsGroup;
    return steps;
}

QStringList notesOf(const QList<RollupLevel> &levels, const QJsonObject &settings, const CatalogueFacts &facts)
{
    const ServerCapabilities &can = facts.capabilities;
    QStringList notes = BlueprintSteps::notes(facts);
    if (!can.hll.isAvailable())
        notes << QStringLiteral("hll is not available: distinct devices and sessions are left out of the rollups.");
    if (!can.topn.isAvailable())
        notes << QStringLiteral(
            "topn is not available: the most frequent devices are counted by Shardboard's own counters.");
    QStringList names;
    for (const RollupLevel &level : levels)
        names << level.definition.name;
    return notes << crontabNotes(names, settingOf(settings, "schedule"), facts);
}

} // namespace

const BlueprintInfo &info()
{
    static const BlueprintInfo blueprint{
        .name = QStringLiteral("clickstream"),
        .title = QStringLiteral("Clickstream"),
        .description = QStringLiteral(
            "What visitors do in the shops of many customers, in partitions of a few minutes that are made ahead of "
            "time and dropped whole when they are old. Rolled up by customer, kind of event, country and browser into "
            "five "
            "minutes and from those into hours: events, distinct devices and sessions, the most frequent devices."),
        .rawTable = QStringLiteral("events"),
        .rollup = QStringLiteral("events_5min"),
        .dashboard = QStringLiteral("clickstream"),
        .settings = describeSettings(),
        .plan = applyPlan,
    };
    return blueprint;
}

PartitionSettings partitioning(const QJsonObject &settings)
{
    PartitionSettings made;
    made.table = {settingOf(settings, "schema"), info().rawTable};
    made.column = QStringLiteral("event_time");
    made.interval = settingOf(settings, "partition_interval");
    made.ahead = settingOf(settings, "partitions_ahead").toInt();
    made.history = settingOf(settings, "history");
    made.retention = settingOf(settings, "raw_retention");
    return made;
}

QList<RollupLevel> rollups(const QJsonObject &settings, const CatalogueFacts &facts)
{
    const auto column = [](const char *name) { return QString::fromLatin1(name); };
    const QString schema = settingOf(settings, "schema");
    const ServerCapabilities &can = facts.capabilities;
    using Kind = RollupMeasure::Kind;
    RollupDefinition finest;
    finest.source = {schema, info().rawTable};
    finest.target = {schema, info().rollup};
    finest.name = registryName(finest.target);
    finest.idColumn = column("event_id");
    finest.timeColumn = column("event_time");
    finest.bucket = column("5 minutes");
    finest.dimensions = {{column("customer_id"), column("customer_id"), column("bigint")}};
    for (const char *name : {"event_type", "country", "browser"})
        finest.dimensions << RollupDimension{column(name), column(name), column("text"), false};
    finest.measures = {{column("event_count"), Kind::Count, {}, column("bigint")},
        {column("top_devices_1000"), Kind::TopN, column("device_id::text"), column("jsonb")}};
    finest.extensions = {
        can.hll.isAvailable() ? can.hll.schema : QString(), can.topn.isAvailable() ? can.topn.schema : QString(), {}};
    for (const char *what : {"device", "session"}) {
        if (finest.extensions.hll.isEmpty())
            break;
        RollupMeasure distinct{column(what) + column("_distinct_count"), Kind::Distinct, column(what) + column("_id"),
            QualifiedName{finest.extensions.hll, column("hll")}.quoted(), settingOf(settings, "hll_log2m").toInt()};
        distinct.hash = column("bigint");
        finest.measures << distinct;
    }
    const QualifiedName hourly{schema, column("events_1hour")};
    const QString schedule = settingOf(settings, "schedule");
    return {{finest, keepOf(settings, "rollup_retention"), schedule},
        {coarserRollup(finest, registryName(hourly), hourly, column("1 hour"), finest.timeZone),
            keepOf(settings, "hourly_retention"), schedule}};
}

Outcome<Plan> applyPlan(const Intent &intent, const CatalogueFacts &facts)
{
    const PartitionSettings settings = partitioning(intent.settings);
    const QList<RollupLevel> levels = rollups(intent.settings, facts);
    const QList<QualifiedName> tables{settings.table, levels.at(0).definition.target, levels.at(1).definition.target};
    if (const auto problem = obstacle(info(), settings.table.schema, tables, facts))
        return *problem;
    for (const RollupLevel &level : levels)
        if (const auto problem = measuresObstacle(level.definition, QStringLiteral("hll_log2m"), facts))
            return *problem;
    if (const auto problem = shardCountObstacle(settings.table, settingOf(intent.settings, "shard_count"), facts))
        return *problem;
    if (const QStringList problems = partitionProblems(settings); !problems.isEmpty())
        return ServerError::usage(problems.join(QLatin1Char('\n')));
    const Outcome<QList<PlanStep>> objects = ServerObjects::installSteps(facts, ObjectsGroup);
    if (!objects)
        return objects.failure<Plan>();
    Plan plan;
    plan.title = QStringLiteral("Set up %1 in schema %2").arg(info().title, settings.table.schema);
    plan.intent = intent;
    plan.steps = *objects + tableSteps(settings, intent, facts) + partitionSteps(settings, facts)
        + rollupTableSteps(levels, facts) + jobSteps(settings, levels, facts);
    plan.notes = notesOf(levels, intent.settings, facts)
        + PartitionSteps::notes(settings, PartitionSteps::methodFor(settings, facts), facts);
    return plan;
}

} // namespace Shardboard::Clickstream
