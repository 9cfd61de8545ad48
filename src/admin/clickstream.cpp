// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/clickstream.h"

#include "admin/blueprintsteps.h"
#include "admin/partition/partitionsteps.h"
#include "admin/serverobjects.h"

namespace Shardboard::Clickstream {

using namespace BlueprintSteps;
using SettingKind = BlueprintSetting::Kind;

namespace {

/// Transaction groups of the plan.
enum Group { ObjectsGroup = 1, TablesGroup, PartitionsGroup, JobsGroup };

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
            QStringLiteral("Older partitions are dropped whole, which takes no time; \"never\" drops none.")),
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

QList<PlanStep> jobSteps(const PartitionSettings &partitioning, const CatalogueFacts &facts)
{
    QList<PlanStep> steps = PartitionSteps::maintenance(partitioning, facts);
    for (PlanStep &made : steps)
        made.group = JobsGroup;
    return steps;
}

} // namespace

const BlueprintInfo &info()
{
    static const BlueprintInfo blueprint{
        .name = QStringLiteral("clickstream"),
        .title = QStringLiteral("Clickstream"),
        .description = QStringLiteral(
            "What visitors do in the shops of many customers, in partitions of a few minutes that are made ahead of "
            "time and dropped whole when they are old. Rows are spread by customer."),
        .rawTable = QStringLiteral("events"),
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

Outcome<Plan> applyPlan(const Intent &intent, const CatalogueFacts &facts)
{
    const PartitionSettings settings = partitioning(intent.settings);
    if (const auto problem = obstacle(info(), settings.table.schema, {settings.table}, facts))
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
    plan.steps
        = *objects + tableSteps(settings, intent, facts) + partitionSteps(settings, facts) + jobSteps(settings, facts);
    plan.notes = notes(facts) + PartitionSteps::notes(settings, PartitionSteps::methodFor(settings, facts), facts);
    return plan;
}

} // namespace Shardboard::Clickstream
