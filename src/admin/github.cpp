// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/github.h"

#include "admin/blueprintsteps.h"
#include "admin/rollupsteps.h"
#include "admin/serverobjects.h"

namespace Shardboard::GitHub {

using namespace BlueprintSteps;

namespace {

/// Transaction groups of the plan.
enum Group { ObjectsGroup = 1, TablesGroup, JobsGroup };

struct Names
{
    QualifiedName events;
    QualifiedName users;
    QualifiedName rollup;

    explicit Names(const QString &schema)
        : events{schema, info().rawTable}, users{schema, info().companions.constFirst()}, rollup{schema, info().rollup}
    {
    }
};

PlanStep createUsers(const Names &names)
{
    return createTable(QStringLiteral("create-users"), names.users,
        QStringLiteral("(\n"
                       "    user_id bigint NOT NULL,\n"
                       "    url text,\n"
                       "    login text,\n"
                       "    avatar_url text,\n"
                       "    gravatar_id text,\n"
                       "    display_login text,\n"
                       "    PRIMARY KEY (user_id)\n)"));
}

PlanStep createEvents(const Names &names)
{
    // The primary key keeps a file that is imported twice from counting twice. Rollups find new rows by ingest_id:
    // event ids are given by GitHub and come in any order.
    return createTable(QStringLiteral("create-events"), names.events,
        QStringLiteral("(\n"
                       "    event_id bigint NOT NULL,\n"
                       "    event_type text,\n"
                       "    event_public boolean,\n"
                       "    repo_id bigint,\n"
                       "    payload jsonb,\n"
                       "    repo jsonb,\n"
                       "    user_id bigint NOT NULL,\n"
                       "    org jsonb,\n"
                       "    created_at timestamptz NOT NULL DEFAULT now(),\n"
                       "    ingest_id bigint GENERATED ALWAYS AS IDENTITY,\n"
                       "    PRIMARY KEY (user_id, event_id)\n)"));
}

QList<PlanStep> indexes(const Names &names)
{
    return {
        createIndex(QStringLiteral("index-event-type"), QStringLiteral("Find events by their type"), names.events,
            QStringLiteral("github_events_event_type_idx"), QStringLiteral("(event_type)")),
        createIndex(QStringLiteral("index-payload"), QStringLiteral("Find events by anything in their payload"),
            names.events, QStringLiteral("github_events_payload_idx"),
            QStringLiteral("USING gin (payload jsonb_path_ops)")),
        createIndex(QStringLiteral("index-created-at"), QStringLiteral("Find events by their time"), names.events,
            QStringLiteral("github_events_created_at_idx"), QStringLiteral("(created_at)")),
        createIndex(QStringLiteral("index-ingest-id"), QStringLiteral("Find new rows by their id"), names.events,
            QStringLiteral("github_events_ingest_id_idx"), QStringLiteral("(ingest_id)")),
    };
}

/// By repository, user and kind of event; what pushes brought is a number in their document, if it is one.
RollupLevel rollup(const Names &names, const QJsonObject &settings)
{
    using Kind = RollupMeasure::Kind;
    const auto column = [](const char *name) { return QString::fromLatin1(name); };
    RollupDefinition made;
    made.source = names.events;
    made.target = names.rollup;
    made.name = registryName(names.rollup);
    made.idColumn = column("ingest_id");
    made.timeColumn = column("created_at");
    made.bucket = column("1 minute");
    made.dimensions = {{column("user_id"), column("user_id"), column("bigint")},
        {column("repo_id"), column("repo_id"), column("bigint"), false},
        {column("event_type"), column("event_type"), column("text"), false}};
    made.measures = {{column("event_count"), Kind::Count, {}, column("bigint")},
        {column("commit_count"), Kind::Sum,
            column("CASE WHEN jsonb_typeof(payload -> 'distinct_size') = 'number' THEN (payload ->> "
                   "'distinct_size')::numeric END"),
            column("numeric")},
        {column("repository_count"), Kind::Count,
            column("event_type = 'CreateEvent' AND payload @> '{\"ref_type\": \"repository\"}'"), column("bigint")},
        {column("repo_name"), Kind::Maximum, column("repo ->> 'name'"), column("text")}};
    made.measures[1].filter = column("event_type = 'PushEvent'");
    return {made, keepOf(settings, "rollup_retention"), settingOf(settings, "schedule")};
}

QList<PlanStep> tableSteps(const Names &names, const Intent &intent, const CatalogueFacts &facts)
{
    const QString userId = QStringLiteral("user_id");
    QList<PlanStep> steps = beginning(info(), intent, facts);
    steps << createUsers(names) << createEvents(names) << indexes(names);
    if (facts.capabilities.hasCitus()) {
        const QString shards = settingOf(intent.settings, "shard_count");
        steps << distribute(QStringLiteral("distribute-users"), names.users, userId,
            QStringLiteral("shard_count := %1, colocate_with := 'none'").arg(shards),
            QStringLiteral("%1 shards").arg(shards));
        steps << distribute(QStringLiteral("distribute-events"), names.events, userId,
            QStringLiteral("colocate_with := %1").arg(quoteLiteral(names.users.quoted())),
            QStringLiteral("colocated with %1").arg(names.users.display()));
    }
    steps << RollupSteps::table(rollup(names, intent.settings).definition, userId, facts);
    for (PlanStep &made : steps)
        made.group = TablesGroup;
    return steps;
}

QList<PlanStep> engineSteps(const Names &names, const Intent &intent, const CatalogueFacts &facts)
{
    const QString keep = keepOf(intent.settings, "raw_retention");
    QList<PlanStep> steps
        = rowRetention(facts, names.events, QStringLiteral("created_at"), keep, QStringLiteral("*/10 * * * *"));
    if (!keep.isEmpty())
        steps.first().warnings << QStringLiteral("Events older than %1 are deleted for good.").arg(keep);
    steps << RollupSteps::engine(rollup(names, intent.settings), facts);
    for (PlanStep &made : steps)
        made.group = JobsGroup;
    return steps;
}

} // namespace

const BlueprintInfo &info()
{
    static const BlueprintInfo blueprint{
        .name = QStringLiteral("github"),
        .title = QStringLiteral("GitHub events"),
        .description = QStringLiteral(
            "Pushes, pull requests, issues and stars as JSON documents with an index on all they hold, and the users "
            "behind them. Both lie together by user, so that they join without moving rows between nodes, and are "
            "rolled up "
            "by repository, user, kind and minute."),
        .rawTable = QStringLiteral("github_events"),
        .companions = {QStringLiteral("github_users")},
        .rollup = QStringLiteral("github_events_1min"),
        .dashboard = QStringLiteral("github"),
        .settings = {schemaSetting(), shardCountSetting(32, QStringLiteral("events and users")),
            rawRetentionSetting(QStringLiteral("never"),
                QStringLiteral("Events older than this by created_at are deleted; \"never\" deletes none. Imported "
                               "files may reach back many years.")),
            rollupRetentionSetting(
                QStringLiteral("rollup_retention"), QStringLiteral("Keep rollup rows for"), QStringLiteral("never")),
            scheduleSetting(QStringLiteral("* * * * *"))},
        .plan = applyPlan,
    };
    return blueprint;
}

Outcome<Plan> applyPlan(const Intent &intent, const CatalogueFacts &facts)
{
    const QString schema = settingOf(intent.settings, "schema");
    const Names names(schema);
    if (const auto problem = obstacle(info(), schema, {names.events, names.users, names.rollup}, facts))
        return *problem;
    if (const auto problem = shardCountObstacle(names.users, settingOf(intent.settings, "shard_count"), facts))
        return *problem;
    const Outcome<QList<PlanStep>> objects = ServerObjects::installSteps(facts, ObjectsGroup);
    if (!objects)
        return objects.failure<Plan>();
    Plan plan;
    plan.title = QStringLiteral("Set up %1 in schema %2").arg(info().title, schema);
    plan.intent = intent;
    plan.steps = *objects + tableSteps(names, intent, facts) + engineSteps(names, intent, facts);
    const RollupDefinition definition = rollup(names, intent.settings).definition;
    plan.notes = notes(facts) << crontabNotes({definition.name}, settingOf(intent.settings, "schedule"), facts);
    return plan;
}

} // namespace Shardboard::GitHub
