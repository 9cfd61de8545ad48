// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/altersharding.h"

#include "admin/distribute/lostobjects.h"
#include "admin/distribute/shardingsql.h"

#include <QJsonArray>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

bool namesTable(const QString &colocateWith)
{
    return !colocateWith.isEmpty() && colocateWith != u"none";
}

/// The other tables of its colocation group.
QStringList matesOf(const ShardingTable &table, const ShardingFacts &facts)
{
    for (const GroupFacts &group : facts.cluster.groups) {
        if (group.group.id == table.colocationId) {
            QStringList mates = group.members;
            mates.removeAll(table.name.quoted());
            return mates;
        }
    }
    return {};
}

QList<QualifiedName> rewrittenTables(
    const AlterShardingSettings &settings, const ShardingTable &table, const ShardingFacts &facts)
{
    QList<QualifiedName> tables{table.name};
    for (const QString &mate : settings.cascade ? matesOf(table, facts) : QStringList())
        tables << parseQualifiedName(mate);
    return tables;
}

bool changesSomething(const AlterShardingSettings &settings, const ShardingTable &table, const ShardingFacts &facts)
{
    const QStringList mates = matesOf(table, facts);
    if (!settings.column.isEmpty() && settings.column != table.distributionColumn)
        return true;
    if (settings.shardCount > 0 && settings.shardCount != table.shardCount)
        return true;
    if (settings.colocateWith == u"none")
        return !mates.isEmpty();
    return namesTable(settings.colocateWith) && !mates.contains(parseQualifiedName(settings.colocateWith).quoted());
}

/// SELECT of one boolean: all that was asked for is so.
QString isAlteredSql(const AlterShardingSettings &settings)
{
    QStringList conditions{u"p.logicalrelid = %1"_s.arg(regclass(settings.table))};
    if (!settings.column.isEmpty())
        conditions << u"column_to_column_name(p.logicalrelid, p.partkey) = %1"_s.arg(quoteLiteral(settings.column));
    if (settings.shardCount > 0)
        conditions << u"(SELECT count(*) FROM pg_dist_shard s WHERE s.logicalrelid = p.logicalrelid) = %1"_s.arg(
            settings.shardCount);
    if (settings.colocateWith == u"none")
        conditions
            << u"NOT EXISTS (SELECT FROM pg_dist_partition o JOIN pg_class c ON c.oid = o.logicalrelid "
               u"WHERE o.colocationid = p.colocationid AND o.logicalrelid <> p.logicalrelid AND NOT c.relispartition)"_s;
    else if (namesTable(settings.colocateWith))
        conditions << u"p.colocationid = (SELECT o.colocationid FROM pg_dist_partition o WHERE o.logicalrelid = %1)"_s
                          .arg(regclass(parseQualifiedName(settings.colocateWith)));
    return u"SELECT EXISTS (SELECT FROM pg_dist_partition p WHERE %1)"_s.arg(conditions.join(u" AND "_s));
}

QString alterSql(const AlterShardingSettings &settings, bool saysCascade)
{
    QStringList arguments{quoteLiteral(settings.table.quoted())};
    if (!settings.column.isEmpty())
        arguments << u"distribution_column => %1"_s.arg(quoteLiteral(settings.column));
    if (settings.shardCount > 0)
        arguments << u"shard_count => %1"_s.arg(settings.shardCount);
    if (!settings.colocateWith.isEmpty())
        arguments << u"colocate_with => %1"_s.arg(quoteLiteral(settings.colocateWith));
    if (saysCascade)
        arguments << u"cascade_to_colocated => %1"_s.arg(settings.cascade ? u"true"_s : u"false"_s);
    return u"SELECT alter_distributed_table(%1)"_s.arg(arguments.join(u", "_s));
}

/// The way back; empty when a group as it was cannot be named any more.
QString undoSql(const AlterShardingSettings &settings, const ShardingTable &table, const ShardingFacts &facts)
{
    AlterShardingSettings back{settings.table, {}, 0, {}, settings.cascade, {}};
    const QStringList mates = matesOf(table, facts);
    if (!settings.column.isEmpty() && settings.column != table.distributionColumn)
        back.column = table.distributionColumn;
    if (settings.cascade) {
        if (namesTable(settings.colocateWith))
            return {};
        back.shardCount = table.shardCount;
        return alterSql(back, true);
    }
    if (!mates.isEmpty()) {
        back.colocateWith = mates.first();
    } else {
        back.colocateWith = u"none"_s;
        back.shardCount = table.shardCount;
    }
    return alterSql(back, true); // it has company by then
}

/// Foreign keys that the server drops with the old table, because it does not make them for the new one.
QList<ShardingForeignKey> lostForeignKeys(const AlterShardingSettings &settings, const ShardingFacts &facts)
{
    QList<ShardingForeignKey> lost;
    for (const ShardingForeignKey &key : facts.foreignKeys) {
        if (key.table != settings.table && key.referenced != settings.table)
            continue;
        const ShardingTable *from = facts.table(key.table), *to = facts.table(key.referenced);
        const bool fromLocal = !from || from->kind == TableKind::Local;
        const bool toReference = to && (to->kind == TableKind::Reference || to->kind == TableKind::LocalManaged);
        if (fromLocal || (!settings.cascade && !toReference))
            lost << key;
    }
    return lost;
}

/// Taken away before and added again after: it holds in the new sharding too.
Fix carryForeignKeyFix(const ShardingForeignKey &key, const QString &isAltered)
{
    Fix fix;
    fix.id = fixId(u"carry-foreign-key"_s, key.owner(), key.name);
    fix.title = u"Take the foreign key %1 away and add it again at the end"_s.arg(key.name);
    fix.consequence = u"All in one transaction, so other sessions never see the tables without it."_s;
    fix.before << fixStep(fix.id + u" drop"_s, u"Drop the foreign key %1"_s.arg(key.name), key.table,
        dropForeignKeySql(key), addForeignKeySql(key),
        u"SELECT (%1) OR NOT (%2)"_s.arg(isAltered, hasConstraintSql(key.owner(), key.name)));
    fix.after << fixStep(fix.id + u" add"_s, u"Add the foreign key %1 again"_s.arg(key.name), key.table,
        addForeignKeySql(key), dropForeignKeySql(key), hasConstraintSql(key.owner(), key.name));
    fix.effect = [key](ShardingFacts &facts) {
        facts.foreignKeys.removeIf([&](const ShardingForeignKey &one) { return one.isSameAs(key); });
    };
    return fix;
}

void checkLostForeignKeys(PreflightContext &context, const AlterShardingSettings &settings, const ShardingFacts &facts)
{
    // The general rules say which of them could stand in the new sharding.
    const DistributeSettings wish = asDistribution(settings, facts);
    ShardingFacts undistributed = facts;
    for (ShardingTable &table : undistributed.tables) {
        if (table.name == settings.table)
            table.kind = TableKind::Local;
    }
    const PlannedState state(wish, undistributed);
    PreflightContext whole{wish, undistributed, {}, state, {}};
    checkForeignKeys(whole);
    for (const ShardingForeignKey &key : lostForeignKeys(settings, facts)) {
        const bool isRefused = std::any_of(whole.findings.begin(), whole.findings.end(),
            [&](const Finding &one) { return one.subject == foreignKeySubject(key); });
        Finding &finding = context.block(u"foreign-key-lost"_s, key.table, foreignKeySubject(key));
        finding.problem = u"The foreign key %1 from %2 to %3 would be dropped without a word."_s.arg(
            key.name, key.table.display(), key.referenced.display());
        finding.rule
            = u"The table is made anew in other shards, and foreign keys with tables that do not move along are not made again."_s;
        if (!isRefused)
            finding.fixes << carryForeignKeyFix(key, isAlteredSql(settings));
        finding.fixes << dropForeignKeyFix(key);
    }
}

/// False when there is nothing more to judge.
bool checkAlterable(PreflightContext &context, const AlterShardingSettings &settings, const ShardingFacts &facts)
{
    const ShardingTable *table = facts.table(settings.table);
    if (!table) {
        Finding &finding = context.block(u"missing-table"_s, settings.table);
        finding.problem = u"There is no table %1."_s.arg(settings.table.display());
        finding.rule = u"The name is taken as it is written, with its schema."_s;
        return false;
    }
    const QString name = table->name.display();
    if (!table->partitionOf.name.isEmpty() || table->kind != TableKind::Distributed) {
        Finding &finding = context.block(u"not-distributed"_s, settings.table);
        finding.problem = table->partitionOf.name.isEmpty()
            ? u"%1 is not distributed by a column."_s.arg(name)
            : u"%1 is a partition of %2."_s.arg(name, table->partitionOf.display());
        finding.rule
            = u"Column, shard count and colocation are those of a table distributed by a column, partitions included."_s;
        finding.remedy = table->partitionOf.name.isEmpty() ? u"Undistribute it and distribute it in the new way."_s
                                                           : u"Choose %1 instead."_s.arg(table->partitionOf.display());
        return false;
    }
    if (!table->isHashDistributed) {
        Finding &finding = context.block(u"not-hash-distributed"_s, table->name);
        finding.problem = u"%1 is distributed by range or for appending."_s.arg(name);
        finding.rule = u"Citus changes the distribution of hash-distributed tables only."_s;
        finding.remedy = u"Undistribute it and distribute it in the new way."_s;
        return false;
    }
    if (!table->extension.isEmpty()) {
        Finding &finding = context.block(u"extension-table"_s, table->name);
        finding.problem = u"%1 belongs to the extension %2."_s.arg(name, table->extension);
        finding.rule = u"The table is made anew, and an extension does not let its tables be replaced."_s;
    }
    if (!changesSomething(settings, *table, facts)) {
        context.inform(u"already-so"_s, table->name).problem = u"%1 is spread like that already."_s.arg(name);
        return false;
    }
    return true;
}

void checkGroup(PreflightContext &context, const AlterShardingSettings &settings, const ShardingFacts &facts)
{
    const ShardingTable &table = *facts.table(settings.table);
    const QStringList mates = matesOf(table, facts);
    if (mates.isEmpty())
        return;
    const QString names = mates.mid(0, 5).join(u", "_s) + (mates.size() > 5 ? u", …"_s : QString());
    if (settings.cascade) {
        Finding &finding = context.inform(u"group-moves"_s, table.name);
        finding.problem
            = u"%1 other tables of the colocation group are rewritten too: %2."_s.arg(mates.size()).arg(names);
        return;
    }
    Finding &finding = context.warn(u"group-left"_s, table.name);
    finding.problem = u"%1 leaves its colocation group: %2."_s.arg(table.name.display(), names);
    finding.rule = u"Joins with those tables on the distribution column no longer stay on one node."_s;
    const bool staysTogether = settings.shardCount == 0 && settings.colocateWith.isEmpty();
    if (staysTogether) {
        finding.problem = u"%1 keeps its colocation group, with another column: %2."_s.arg(table.name.display(), names);
        finding.rule = u"Joins with those tables stay on one node only where they are on the new column."_s;
    }
}

void checkClusterOrder(PreflightContext &context, const AlterShardingSettings &settings, const ShardingFacts &facts)
{
    for (const QualifiedName &name : rewrittenTables(settings, *facts.table(settings.table), facts)) {
        const ShardingTable *table = facts.table(name);
        if (!table || !table->hasClusterOrder)
            continue;
        Finding &finding = context.block(u"cluster-order"_s, name);
        finding.problem = u"CLUSTER marked an index of %1."_s.arg(name.display());
        finding.rule = u"Citus fails when it carries the mark over to the new table."_s;
        finding.remedy = u"Undistribute the table, run ALTER TABLE … SET WITHOUT CLUSTER, and distribute it again."_s;
    }
}

QList<Finding> findings(
    const AlterShardingSettings &settings, const ShardingFacts &facts, const QList<DataCheck> &checks)
{
    const DistributeSettings wish = asDistribution(settings, facts);
    const ShardingFacts undistributed = asUndistributed(settings, facts);
    const PlannedState state(wish, undistributed);
    PreflightContext context{wish, undistributed, checks, state, {}};
    if (!checkAlterable(context, settings, facts))
        return context.findings;
    checkLostForeignKeys(context, settings, facts);
    checkLost(context, rewrittenTables(settings, *facts.table(settings.table), facts), Replacement::Distributed);
    checkClusterOrder(context, settings, facts);
    checkGroup(context, settings, facts);
    if (!settings.cascade) {
        checkTables(context);
        checkColumns(context);
        checkKeys(context);
        checkForeignKeys(context);
    }
    checkColocation(context);
    checkCluster(context);
    return context.findings;
}

QString titleOf(const AlterShardingSettings &settings)
{
    QStringList parts;
    if (!settings.column.isEmpty())
        parts << u"by %1"_s.arg(settings.column);
    if (settings.shardCount > 0)
        parts << u"into %1 shards"_s.arg(settings.shardCount);
    if (namesTable(settings.colocateWith))
        parts << u"with %1"_s.arg(settings.colocateWith);
    else if (!settings.colocateWith.isEmpty())
        parts << u"in a group of its own"_s;
    return u"Distribute %1 anew, %2"_s.arg(settings.table.display(), parts.join(u", "_s));
}

PlanStep alterStep(const AlterShardingSettings &settings, const ShardingTable &table, const ShardingFacts &facts)
{
    const QString name = table.name.display();
    PlanStep step;
    step.id = u"alter "_s + name;
    step.title = titleOf(settings);
    step.sql = alterSql(settings, settings.cascade || !matesOf(table, facts).isEmpty());
    step.undoSql = withRestoring(
        undoSql(settings, table, facts), rewrittenTables(settings, table, facts), facts, Replacement::Distributed);
    step.doneSql = isAlteredSql(settings);
    const QString all = settings.cascade ? (QStringList{name} + matesOf(table, facts)).join(u", "_s) : name;
    step.locks << u"EXCLUSIVE on %1: blocks writes until all rows are copied into the new shards"_s.arg(all)
               << u"ACCESS EXCLUSIVE on %1 for a moment at the end, when the new table takes the old one's place"_s.arg(
                      all);
    step.warnings << u"All rows are rewritten, so for a while they use twice the space."_s;
    if (step.undoSql.isEmpty())
        step.warnings << u"It cannot be undone by one statement: the old group has no table left to name it."_s;
    return step;
}

} // namespace

Intent alterShardingIntent(const AlterShardingSettings &settings)
{
    QJsonObject json{{u"table"_s, settings.table.quoted()}};
    if (!settings.column.isEmpty())
        json.insert(u"column"_s, settings.column);
    if (settings.shardCount > 0)
        json.insert(u"shardCount"_s, settings.shardCount);
    if (!settings.colocateWith.isEmpty())
        json.insert(u"colocateWith"_s, settings.colocateWith);
    if (settings.cascade)
        json.insert(u"cascade"_s, true);
    if (!settings.fixes.isEmpty())
        json.insert(u"fixes"_s, QJsonArray::fromStringList(settings.fixes));
    return {u"alter-distribution"_s, json};
}

Outcome<AlterShardingSettings> alterShardingSettings(const Intent &intent)
{
    const QJsonObject &json = intent.settings;
    if (const QString key
        = unknownSetting(json, {u"table"_s, u"column"_s, u"shardCount"_s, u"colocateWith"_s, u"cascade"_s, u"fixes"_s});
        !key.isEmpty())
        return ServerError::usage(u"\"%1\" is not a setting of \"alter-distribution\"."_s.arg(key));
    const auto table = tableSetting(json.value(u"table"_s));
    if (!table)
        return table.failure<AlterShardingSettings>();
    AlterShardingSettings settings{*table, json.value(u"column"_s).toString(), json.value(u"shardCount"_s).toInt(),
        json.value(u"colocateWith"_s).toString(), json.value(u"cascade"_s).toBool(), {}};
    for (const QJsonValue &fix : json.value(u"fixes"_s).toArray())
        settings.fixes << fix.toString();
    if (settings.column.isEmpty() && settings.shardCount == 0 && settings.colocateWith.isEmpty())
        return ServerError::usage(u"Say what shall change: \"column\", \"shardCount\" or \"colocateWith\"."_s);
    if (settings.shardCount < 0 || settings.shardCount > largestShardCount)
        return ServerError::usage(u"\"shardCount\" must lie between 1 and %1."_s.arg(largestShardCount));
    if (namesTable(settings.colocateWith) && settings.shardCount > 0)
        return ServerError::usage(
            u"The shard count follows from the table it is colocated with: leave \"shardCount\" out."_s);
    if (settings.cascade && (!settings.column.isEmpty() || settings.colocateWith == u"none"))
        return ServerError::usage(
            u"\"cascade\" moves the whole group to another shard count or another group, not to another column or to none."_s);
    return settings;
}

DistributeSettings asDistribution(const AlterShardingSettings &settings, const ShardingFacts &facts)
{
    DistributeSettings wish;
    wish.fixes = settings.fixes;
    wish.truncateLocalData = false;
    const ShardingTable *table = facts.table(settings.table);
    if (!table)
        return wish;
    TableChoice choice{settings.table, Spread::Distributed,
        settings.column.isEmpty() ? table->distributionColumn : settings.column, settings.colocateWith,
        settings.shardCount, false};
    const QStringList mates = matesOf(*table, facts);
    const ShardingColumn *before = table->column(table->distributionColumn), *after = table->column(choice.column);
    const bool staysInGroup = choice.colocateWith.isEmpty() && choice.shardCount == 0 && before && after
        && before->typeOid == after->typeOid;
    if (staysInGroup && !mates.isEmpty())
        choice.colocateWith = mates.first();
    else if (choice.colocateWith.isEmpty() && choice.shardCount == 0)
        choice.shardCount = table->shardCount;
    wish.tables << choice;
    return wish;
}

ShardingFacts asUndistributed(const AlterShardingSettings &settings, const ShardingFacts &facts)
{
    ShardingFacts changed = facts;
    for (ShardingTable &table : changed.tables) {
        if (table.name != settings.table)
            continue;
        table.kind = TableKind::Local;
        table.hasRows = true; // in its shards
    }
    const QList<ShardingForeignKey> lost = lostForeignKeys(settings, facts);
    changed.foreignKeys.removeIf([&](const ShardingForeignKey &key) {
        return std::any_of(lost.begin(), lost.end(), [&](const ShardingForeignKey &one) { return one.isSameAs(key); });
    });
    return changed;
}

Preflight alterShardingPreflight(
    const AlterShardingSettings &settings, const ShardingFacts &facts, const QList<DataCheck> &checks)
{
    return judge(
        settings.fixes, facts, [&](const ShardingFacts &present) { return findings(settings, present, checks); });
}

Outcome<Plan> planAlterSharding(const AlterShardingSettings &settings, const Preflight &preflight)
{
    if (const auto obstacles = whatBlocks(preflight))
        return *obstacles;
    Plan plan;
    plan.intent = alterShardingIntent(settings);
    plan.title = titleOf(settings);
    addFindings(preflight, plan);
    const ShardingTable *table = preflight.facts.table(settings.table);
    const QList<PlanStep> restoring = table
        ? restoringSteps(rewrittenTables(settings, *table, preflight.facts), preflight.facts, Replacement::Distributed)
        : QList<PlanStep>();
    if (table && (!preflight.chosenFixes.isEmpty() || !restoring.isEmpty()))
        plan.steps << oneConnectionStep(alterStep(settings, *table, preflight.facts));
    for (const Fix &fix : preflight.chosenFixes)
        plan.steps << fix.before;
    if (table)
        plan.steps << alterStep(settings, *table, preflight.facts) << restoring;
    for (const Fix &fix : preflight.chosenFixes)
        plan.steps << fix.after;
    return plan;
}

} // namespace Shardboard
