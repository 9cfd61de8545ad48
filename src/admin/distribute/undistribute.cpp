// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/undistribute.h"

#include "admin/distribute/lostobjects.h"
#include "admin/distribute/shardingsql.h"

#include <QJsonArray>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

bool isCitusTable(const ShardingTable &table)
{
    return table.kind != TableKind::Local && table.kind != TableKind::Foreign && table.kind != TableKind::View
        && table.kind != TableKind::MaterializedView;
}

Spread spreadOf(TableKind kind)
{
    switch (kind) {
    case TableKind::Reference:
        return Spread::Reference;
    case TableKind::SingleShard:
    case TableKind::SchemaSharded:
        return Spread::SingleShard;
    case TableKind::LocalManaged:
        return Spread::LocalManaged;
    default:
        return Spread::Distributed;
    }
}

QList<QualifiedName> namesOf(const QList<const ShardingTable *> &tables)
{
    QList<QualifiedName> names;
    for (const ShardingTable *table : tables)
        names << table->name;
    return names;
}

/// What would make these tables what they are now; colocation is seen to later.
DistributeSettings presentState(const QList<const ShardingTable *> &tables)
{
    DistributeSettings settings;
    for (const ShardingTable *table : tables)
        settings.tables << TableChoice{
            table->name, spreadOf(table->kind), table->distributionColumn, {}, table->shardCount, false};
    return settings;
}

/// A colocated table that keeps its shards while `leaving` lose theirs.
QString remainingMate(
    const ShardingTable &table, const QList<const ShardingTable *> &leaving, const ShardingFacts &facts)
{
    for (const GroupFacts &group : facts.cluster.groups) {
        if (group.group.id != table.colocationId)
            continue;
        for (const QString &member : group.members) {
            const bool leaves = std::any_of(leaving.begin(), leaving.end(),
                [&](const ShardingTable *one) { return one->name == parseQualifiedName(member); });
            if (!leaves)
                return member;
        }
    }
    return {};
}

/// The calls that spread the tables again as they are now, in an order that their foreign keys allow.
QStringList restoringCalls(const QList<const ShardingTable *> &tables, const ShardingFacts &facts)
{
    QHash<int, QString> firstOfGroup;
    QStringList calls;
    for (const ShardingTable *table : tables) {
        TableChoice choice = presentState({table}).tables.first();
        if (choice.spread == Spread::Distributed || choice.spread == Spread::SingleShard) {
            const QString mate = remainingMate(*table, tables, facts);
            choice.colocateWith = mate.isEmpty() ? firstOfGroup.value(table->colocationId, u"none"_s) : mate;
            if (choice.colocateWith != u"none" || choice.spread == Spread::SingleShard)
                choice.shardCount = 0;
            firstOfGroup.insert(table->colocationId, table->name.quoted());
        } else {
            choice.shardCount = 0;
        }
        calls << distributeCall(choice);
    }
    return calls;
}

/// One statement, so that it is done whole or not at all.
QString restoringSql(const QList<const ShardingTable *> &tables, const ShardingFacts &facts)
{
    QString body = u"BEGIN PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true); "
                   u"PERFORM set_config('citus.enable_local_reference_table_foreign_keys', 'off', true); "_s;
    for (const QString &call : restoringCalls(tables, facts))
        body += u"PERFORM %1; "_s.arg(call);
    body += u"PERFORM set_config('citus.enable_local_reference_table_foreign_keys', 'on', true); END"_s;
    return u"DO "_s + quoteLiteral(body);
}

/// The tables that foreign keys connect with one, itself included.
QSet<QualifiedName> connectedWith(const QualifiedName &table, const ShardingFacts &facts)
{
    QSet<QualifiedName> reached{table};
    QList<QualifiedName> waiting{table};
    while (!waiting.isEmpty()) {
        const QualifiedName next = waiting.takeFirst();
        for (const ShardingForeignKey &key : facts.foreignKeys) {
            if (key.table != next && key.referenced != next)
                continue;
            const QualifiedName &other = key.table == next ? key.referenced : key.table;
            if (!reached.contains(other)) {
                reached.insert(other);
                waiting << other;
            }
        }
    }
    return reached;
}

void checkForeignKeysOf(PreflightContext &context, const ShardingTable &table, bool cascade)
{
    for (const ShardingForeignKey &key : context.facts.foreignKeys) {
        const bool isOwn = key.table == table.name || key.referenced == table.name;
        if (isOwn && key.concernsPartition() && isCitusTable(table)) {
            Finding &finding = context.block(u"foreign-key-of-partition"_s, key.table, foreignKeySubject(key));
            finding.problem = u"The foreign key %1 from %2 to %3 concerns a single partition."_s.arg(
                key.name, key.owner().display(), key.target().display());
            finding.rule = u"Citus brings tables back along foreign keys of whole partitioned tables only."_s;
            finding.remedy = u"Drop it first and add it again afterwards: %1"_s.arg(addForeignKeySql(key));
            continue;
        }
        const bool concerns = (key.table == table.name) != (key.referenced == table.name);
        if (!concerns || cascade)
            continue;
        Finding &finding = context.block(u"foreign-key-connected"_s, table.name, key.name);
        finding.problem = u"The foreign key %1 connects %2 with %3."_s.arg(
            key.name, table.name.display(), (key.table == table.name ? key.referenced : key.table).display());
        finding.rule = u"A foreign key cannot lead from a local table to shards or back."_s;
        finding.remedy = u"Let the tables that foreign keys connect come back too, or drop the foreign key."_s;
    }
}

void checkTable(PreflightContext &context, const ShardingTable &table, bool cascade)
{
    const QString name = table.name.display();
    if (!table.partitionOf.name.isEmpty()) {
        Finding &finding = context.block(u"partition"_s, table.name);
        finding.problem = u"%1 is a partition of %2."_s.arg(name, table.partitionOf.display());
        finding.rule = u"A partitioned table comes back as a whole."_s;
        finding.remedy = u"Choose %1 instead."_s.arg(table.partitionOf.display());
    } else if (table.kind == TableKind::SchemaSharded) {
        Finding &finding = context.block(u"in-distributed-schema"_s, table.name);
        finding.problem = u"%1 belongs to the distributed schema %2."_s.arg(name, table.name.schema);
        finding.rule = u"The tables of a distributed schema lie together on one node, all of them."_s;
        finding.remedy = u"Undistribute the schema, or move the table to another schema first."_s;
    } else if (!isCitusTable(table)) {
        context.inform(u"already-so"_s, table.name).problem = u"%1 is an ordinary table already."_s.arg(name);
    }
    if (!table.isOwned) {
        Finding &finding = context.block(u"not-owner"_s, table.name);
        finding.problem = u"%1 belongs to somebody else."_s.arg(name);
        finding.rule = u"Only its owner, a member of the owning role, or a superuser can undistribute a table."_s;
    }
    if (!table.extension.isEmpty()) {
        Finding &finding = context.block(u"extension-table"_s, table.name);
        finding.problem = u"%1 belongs to the extension %2."_s.arg(name, table.extension);
        finding.rule = u"The table is made anew, and an extension does not let its tables be replaced."_s;
    }
    checkForeignKeysOf(context, table, cascade);
}

void checkSchemaComesBack(PreflightContext &context, const QString &schema)
{
    if (!context.facts.schemaExists) {
        Finding &finding = context.block(u"missing-schema"_s, {schema, {}});
        finding.problem = u"There is no schema %1."_s.arg(schema);
        finding.rule = u"The name is taken as it is written."_s;
    } else if (!context.facts.schemaIsDistributed) {
        context.inform(u"already-so"_s, {schema, {}}).problem = u"The schema %1 is not distributed."_s.arg(schema);
    }
}

QList<Finding> findings(const UndistributeSettings &settings, const ShardingFacts &facts)
{
    const DistributeSettings nothing;
    const PlannedState state(nothing, facts);
    PreflightContext context{nothing, facts, {}, state, {}};
    for (const QString &name : facts.missing) {
        Finding &finding = context.block(u"missing-table"_s, parseQualifiedName(name));
        finding.problem = u"There is no table %1."_s.arg(name);
        finding.rule = u"The name is taken as it is written, with its schema."_s;
    }
    if (!settings.schema.isEmpty())
        checkSchemaComesBack(context, settings.schema);
    for (const QualifiedName &name : settings.tables) {
        if (const ShardingTable *table = facts.table(name))
            checkTable(context, *table, settings.cascade);
    }
    for (const ShardingTable *table : undistributedTables(settings, facts)) {
        if (settings.tables.contains(table->name) || !settings.schema.isEmpty())
            continue;
        checkForeignKeysOf(context, *table, settings.cascade);
        context.inform(u"comes-along"_s, table->name).problem
            = u"%1 comes back too: foreign keys connect it."_s.arg(table->name.display());
    }
    checkLost(context, namesOf(undistributedTables(settings, facts)), Replacement::Local);
    checkNodes(context);
    return context.findings;
}

PlanStep schemaStep(const QString &schema)
{
    const QString name = quoteLiteral(quoteIdentifier(schema));
    PlanStep step;
    step.id = u"undistribute-schema"_s;
    step.title = u"Bring the tables of the schema %1 back to the coordinator"_s.arg(schema);
    step.sql = u"SELECT citus_schema_undistribute(%1)"_s.arg(name);
    step.undoSql = u"SELECT citus_schema_distribute(%1)"_s.arg(name);
    step.doneSql = u"SELECT NOT EXISTS (SELECT FROM pg_dist_schema WHERE schemaid = to_regnamespace(%1))"_s.arg(name);
    step.locks
        << u"EXCLUSIVE on every table of %1: blocks writes until all rows are copied; reads wait for a moment at "
           u"the end"_s.arg(schema);
    return step;
}

PlanStep tableStep(const ShardingTable &table, const UndistributeSettings &settings, const ShardingFacts &facts)
{
    const QString name = table.name.display();
    const QList<const ShardingTable *> along = undistributedTables({{table.name}, {}, settings.cascade}, facts);
    PlanStep step;
    step.id = u"undistribute "_s + name;
    step.title = u"Bring %1 back to the coordinator"_s.arg(name);
    step.sql = undistributeSql(table.name, settings.cascade);
    QList<const ShardingTable *> managed; // replaced once more when Citus takes them in again
    std::copy_if(along.begin(), along.end(), std::back_inserter(managed),
        [](const ShardingTable *one) { return one->kind == TableKind::LocalManaged; });
    step.undoSql = withRestoring(restoringSql(along, facts), namesOf(managed), facts, Replacement::Distributed);
    step.doneSql = isLocalSql(table.name);
    QStringList others;
    for (const ShardingTable *one : along) {
        if (one->name != table.name)
            others << one->name.display();
    }
    const QString all = (QStringList{name} + others).join(u", "_s);
    step.locks << u"EXCLUSIVE on %1: blocks writes until all rows are copied"_s.arg(all)
               << u"ACCESS EXCLUSIVE on %1 for a moment at the end, when the new table takes the old one's place"_s.arg(
                      all);
    if (!others.isEmpty())
        step.warnings << u"Comes back too, because foreign keys connect it: %1."_s.arg(others.join(u", "_s));
    return step;
}

} // namespace

Intent undistributeIntent(const UndistributeSettings &settings)
{
    QJsonObject json{{u"cascade"_s, settings.cascade}};
    QJsonArray tables;
    for (const QualifiedName &table : settings.tables)
        tables << table.quoted();
    if (!tables.isEmpty())
        json.insert(u"tables"_s, tables);
    if (!settings.schema.isEmpty())
        json.insert(u"schema"_s, settings.schema);
    return {u"undistribute"_s, json};
}

Outcome<UndistributeSettings> undistributeSettings(const Intent &intent)
{
    const QJsonObject &json = intent.settings;
    if (const QString key = unknownSetting(json, {u"tables"_s, u"schema"_s, u"cascade"_s}); !key.isEmpty())
        return ServerError::usage(u"\"%1\" is not a setting of \"undistribute\"."_s.arg(key));
    UndistributeSettings settings;
    settings.schema = json.value(u"schema"_s).toString();
    settings.cascade = json.value(u"cascade"_s).toBool(true);
    for (const QJsonValue &value : json.value(u"tables"_s).toArray()) {
        const auto table = tableSetting(value);
        if (!table)
            return table.failure<UndistributeSettings>();
        settings.tables << *table;
    }
    if (settings.tables.isEmpty() == settings.schema.isEmpty())
        return ServerError::usage(u"Say which tables to undistribute, or which schema: one of the two."_s);
    return settings;
}

QList<const ShardingTable *> undistributedTables(const UndistributeSettings &settings, const ShardingFacts &facts)
{
    QSet<QualifiedName> names;
    for (const QualifiedName &table : settings.tables)
        names += settings.cascade ? connectedWith(table, facts) : QSet<QualifiedName>{table};
    QList<const ShardingTable *> found;
    for (const ShardingTable &table : facts.tables) {
        const bool isMeant = names.contains(table.name) || table.name.schema == settings.schema;
        if (isMeant && isCitusTable(table))
            found << &table;
    }
    const DistributeSettings present = presentState(found);
    const QList<QualifiedName> order = PlannedState(present, facts).order();
    std::stable_sort(found.begin(), found.end(), [&](const ShardingTable *left, const ShardingTable *right) {
        return order.indexOf(left->name) < order.indexOf(right->name);
    });
    return found;
}

Preflight undistributePreflight(const UndistributeSettings &settings, const ShardingFacts &facts)
{
    return judge({}, facts, [&](const ShardingFacts &present) { return findings(settings, present); });
}

Outcome<Plan> planUndistribution(const UndistributeSettings &settings, const Preflight &preflight)
{
    if (const auto obstacles = whatBlocks(preflight))
        return *obstacles;
    Plan plan;
    plan.intent = undistributeIntent(settings);
    plan.title = settings.tables.size() == 1
        ? u"Bring %1 back to the coordinator"_s.arg(settings.tables.first().display())
        : settings.schema.isEmpty() ? u"Bring %1 tables back to the coordinator"_s.arg(settings.tables.size())
                                    : u"Undistribute the schema %1"_s.arg(settings.schema);
    addFindings(preflight, plan);
    plan.warnings << u"All rows come back to the coordinator, which must have the disk space for them."_s;
    if (!settings.schema.isEmpty())
        plan.steps << oneConnectionStep(schemaStep(settings.schema)) << schemaStep(settings.schema)
                   << restoringSteps(
                          namesOf(undistributedTables(settings, preflight.facts)), preflight.facts, Replacement::Local);
    QList<QualifiedName> restored;
    for (const QualifiedName &name : settings.tables) {
        const ShardingTable *table = preflight.facts.table(name);
        if (!table)
            continue;
        QList<QualifiedName> along = namesOf(undistributedTables({{name}, {}, settings.cascade}, preflight.facts));
        along.removeIf([&](const QualifiedName &one) { return restored.contains(one); });
        restored << along;
        const int group = int(restored.size()) + int(plan.steps.size()) + 1;
        QList<PlanStep> steps{tableStep(*table, settings, preflight.facts)};
        steps << restoringSteps(along, preflight.facts, Replacement::Local);
        if (steps.size() > 1) {
            steps.prepend(oneConnectionStep(steps.first()));
            steps.front().id += u' ' + name.display();
        }
        for (PlanStep &step : steps) {
            step.group = group;
            plan.steps << step;
        }
    }
    return plan;
}

} // namespace Shardboard
