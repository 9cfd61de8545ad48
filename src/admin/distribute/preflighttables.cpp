// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/preflightrules.h"

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

bool wants(const TableChoice *choice, Spread spread)
{
    return choice && choice->spread == spread;
}

/// What kind of relation it is: the first obstacle is told, the others follow from it.
bool checkRelation(PreflightContext &context, const ShardingTable &table, const TableChoice *choice)
{
    const QString name = table.name.display();
    if (table.relkind != u"r" && table.relkind != u"p" && table.relkind != u"f") {
        Finding &finding = context.block(u"not-a-table"_s, table.name);
        finding.problem = u"%1 is a view, not a table."_s.arg(name);
        finding.rule = u"Only tables have rows of their own to spread."_s;
        finding.remedy = u"Distribute the tables it reads; the view goes on working."_s;
    } else if (table.relkind == u"f" && !wants(choice, Spread::LocalManaged)) {
        Finding &finding = context.block(u"foreign-table"_s, table.name);
        finding.problem = u"%1 is a foreign table."_s.arg(name);
        finding.rule = u"Its rows are on another server, citus cannot place them."_s;
        finding.remedy = u"It can be made known to citus as a local table."_s;
    } else if (table.isTemporary) {
        Finding &finding = context.block(u"temporary-table"_s, table.name);
        finding.problem = u"%1 is a temporary table."_s.arg(name);
        finding.rule
            = u"It exists for one session of the coordinator only, so no other node could hold a part of it."_s;
    } else if (!table.partitionOf.name.isEmpty()) {
        Finding &finding = context.block(u"partition"_s, table.name);
        finding.problem = u"%1 is a partition of %2."_s.arg(name, table.partitionOf.display());
        finding.rule = u"A partitioned table is distributed as a whole."_s;
        finding.remedy = u"Choose %1 instead."_s.arg(table.partitionOf.display());
    } else if (table.isInherited) {
        Finding &finding = context.block(u"inheritance"_s, table.name);
        finding.problem = u"%1 inherits from a table, or one inherits from it."_s.arg(name);
        finding.rule = u"citus knows partitioning, but not plain inheritance."_s;
        finding.remedy = u"End the inheritance with ALTER TABLE … NO INHERIT, or turn it into partitions."_s;
    } else {
        return true;
    }
    return false;
}

void checkPartitioning(PreflightContext &context, const ShardingTable &table, const TableChoice *choice)
{
    if (table.isMultiLevel) {
        Finding &finding = context.block(u"multi-level-partitions"_s, table.name);
        finding.problem = u"A partition of %1 is partitioned itself."_s.arg(table.name.display());
        finding.rule = u"citus knows one level of partitions."_s;
        finding.remedy = u"Move the rows of the second level up into one partition."_s;
    }
    if (table.isPartitioned() && wants(choice, Spread::Reference)) {
        Finding &finding = context.block(u"partitioned-reference"_s, table.name);
        finding.problem = u"%1 is partitioned."_s.arg(table.name.display());
        finding.rule = u"A reference table cannot be partitioned."_s;
        finding.remedy = u"Distribute it by a column, or keep it local."_s;
    }
    if (table.hasForeignPartition && !wants(choice, Spread::LocalManaged)) {
        Finding &finding = context.block(u"foreign-partition"_s, table.name);
        finding.problem = u"A partition of %1 is a foreign table."_s.arg(table.name.display());
        finding.rule = u"The rows of every partition must be the cluster's own."_s;
        finding.remedy = u"Detach that partition first."_s;
    }
}

void checkOwner(PreflightContext &context, const ShardingTable &table)
{
    if (!table.isOwned) {
        Finding &finding = context.block(u"not-owner"_s, table.name);
        finding.problem = u"%1 belongs to somebody else."_s.arg(table.name.display());
        finding.rule = u"Only its owner, a member of the owning role, or a superuser can distribute a table."_s;
    }
    if (!table.extension.isEmpty()) {
        Finding &finding = context.warn(u"extension-table"_s, table.name);
        finding.problem = u"%1 belongs to the extension %2."_s.arg(table.name.display(), table.extension);
        finding.rule = u"citus distributes it, but the extension was not made for that and may break."_s;
    }
}

/// Its colocation group is the one that was asked for: that of another table, or one of its own with tables of this
/// plan.
bool liesAsWished(const PreflightContext &context, const ShardingTable &table, const TableChoice &choice)
{
    if (choice.colocateWith.isEmpty())
        return true;
    QStringList mates;
    for (const GroupFacts &group : context.facts.cluster.groups) {
        if (group.group.id == table.colocationId)
            mates = group.members;
    }
    if (choice.colocateWith != u"none")
        return mates.contains(parseQualifiedName(choice.colocateWith).quoted());
    return std::all_of(mates.begin(), mates.end(),
        [&](const QString &mate) { return context.settings.choice(parseQualifiedName(mate)); });
}

void checkAlreadySpread(PreflightContext &context, const ShardingTable &table, const TableChoice *choice)
{
    if (table.kind == TableKind::Local || table.kind == TableKind::Foreign || table.kind == TableKind::LocalManaged)
        return;
    const bool isSo
        = (wants(choice, Spread::Distributed) && table.isHashDistributed && table.kind == TableKind::Distributed
              && table.distributionColumn == choice->column && liesAsWished(context, table, *choice)
              && (choice->shardCount == 0 || choice->shardCount == table.shardCount))
        || (wants(choice, Spread::Reference) && table.kind == TableKind::Reference)
        || (wants(choice, Spread::SingleShard) && table.kind == TableKind::SingleShard)
        || (!choice && table.kind == TableKind::SchemaSharded);
    if (isSo) {
        context.inform(u"already-so"_s, table.name).problem
            = u"%1 is spread like that already."_s.arg(table.name.display());
        return;
    }
    Finding &finding = context.block(u"already-distributed"_s, table.name);
    finding.problem = u"%1 is distributed already, in another way."_s.arg(table.name.display());
    finding.rule = u"A distributed table is changed, not distributed a second time."_s;
    finding.remedy = u"Change its distribution, or undistribute it first."_s;
}

Fix dropTriggerFix(const ShardingPart &trigger)
{
    Fix fix;
    fix.id = fixId(u"drop-trigger"_s, trigger.table, trigger.name);
    fix.title = u"Drop the trigger %1"_s.arg(trigger.name);
    fix.consequence = u"What it did is no longer done when rows change: %1"_s.arg(trigger.definition);
    const QString name = quoteIdentifier(trigger.name), owner = trigger.table.quoted();
    fix.before << fixStep(fix.id, fix.title, trigger.table, u"DROP TRIGGER %1 ON %2"_s.arg(name, owner),
        trigger.definition,
        u"SELECT NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(%1) AND tgname = %2)"_s.arg(
            quoteLiteral(owner), quoteLiteral(trigger.name)));
    fix.effect = [trigger](ShardingFacts &facts) {
        for (ShardingTable &one : facts.tables)
            one.triggers.removeIf(
                [&](const ShardingPart &part) { return part.name == trigger.name && part.table == trigger.table; });
    };
    return fix;
}

void checkTriggers(PreflightContext &context, const ShardingTable &table, const TableChoice *choice)
{
    const bool mayStay = wants(choice, Spread::LocalManaged) || context.facts.cluster.allowsUnsafeTriggers;
    for (const ShardingPart &trigger : table.triggers) {
        if (mayStay && !trigger.isObstacle)
            continue;
        Finding &finding = context.block(u"trigger"_s, table.name, trigger.name);
        finding.problem = u"%1 has the trigger %2."_s.arg(trigger.table.display(), trigger.name);
        finding.rule = trigger.isObstacle
            ? u"A trigger that belongs to an extension cannot be carried to other nodes."_s
            : u"A trigger would have to fire on the node that holds the row, so tables with "
              u"triggers are not distributed."_s;
        finding.fixes << dropTriggerFix(trigger);
    }
}

void checkPolicies(PreflightContext &context, const ShardingTable &table)
{
    for (const ShardingPart &policy : table.policies) {
        if (!policy.isObstacle)
            continue;
        Finding &finding = context.block(u"policy-subquery"_s, table.name, policy.name);
        finding.problem = u"The row security policy %1 of %2 has a subquery."_s.arg(policy.name, table.name.display());
        finding.rule = u"A policy is checked on the node of each row, where other tables may not be at hand."_s;
        finding.remedy
            = u"Write the policy without a subquery. Dropping it would open the rows, so that is not offered."_s;
    }
}

void checkDefaults(PreflightContext &context, const ShardingTable &table)
{
    if (table.hasTemporaryDefault) {
        Finding &finding = context.block(u"temporary-default"_s, table.name);
        finding.problem = u"A default of %1 calls a temporary function."_s.arg(table.name.display());
        finding.rule = u"Defaults must exist on every node."_s;
        finding.remedy = u"Create the function in a schema that stays."_s;
    }
    for (const SequenceUse &mine : context.facts.sequences) {
        for (const SequenceUse &other : context.facts.sequences) {
            const bool counts = other.isCitusTable || context.state[other.table].isPlanned;
            if (mine.table != table.name || mine.sequence != other.sequence || mine.type == other.type || !counts)
                continue;
            Finding &finding = context.block(u"sequence-types"_s, table.name, mine.sequence);
            finding.problem = u"The sequence %1 fills %2 (%3) and %4.%5 (%6)."_s.arg(
                mine.sequence, mine.column, mine.type, other.table.display(), other.column, other.type);
            finding.rule
                = u"citus gives each node a range of a sequence, cut to the type of the column that it fills: the "
                  u"types must be equal."_s;
            finding.remedy = u"Give one of the columns a sequence of its own, or both the same type."_s;
            return;
        }
    }
}

void checkRows(PreflightContext &context)
{
    for (const DataCheck &check : context.checks) {
        if (check.kind != DataCheck::Kind::CheckViolated || check.found == 0)
            continue;
        const bool isKnown = check.found.has_value();
        Finding &finding = isKnown ? context.block(u"unvalidated-constraint"_s, check.table, check.subject)
                                   : context.warn(u"unvalidated-constraint"_s, check.table, check.subject);
        finding.problem = isKnown ? u"Rows of %1 break its constraint %2, which was never validated."_s.arg(
                              check.table.display(), check.subject)
                                  : u"%1 was never validated, and checking the rows of %2 took too long."_s.arg(
                                      check.subject, check.table.display());
        finding.rule
            = u"Rows are copied into shards that have the constraint, and a row that breaks it ends the copy."_s;
        finding.remedy = u"Correct those rows, or drop the constraint."_s;
    }
}

} // namespace

void checkTables(PreflightContext &context)
{
    for (const QString &name : context.facts.missing) {
        Finding &finding = context.block(u"missing-table"_s, parseQualifiedName(name));
        finding.problem = u"There is no table %1."_s.arg(name);
        finding.rule = u"The name is taken as it is written, with its schema."_s;
    }
    for (const auto &[table, choice] : context.subjects()) {
        if (!checkRelation(context, *table, choice))
            continue;
        checkPartitioning(context, *table, choice);
        checkOwner(context, *table);
        checkAlreadySpread(context, *table, choice);
        checkTriggers(context, *table, choice);
        checkPolicies(context, *table);
        checkDefaults(context, *table);
        if (!table->views.isEmpty() && choice && choice->spread != Spread::LocalManaged) {
            Finding &finding = context.inform(u"views"_s, table->name);
            finding.problem = u"%1 is read by %2, which will read it from all nodes."_s.arg(
                table->name.display(), table->views.join(u", "_s));
        }
    }
    checkRows(context);
}

} // namespace Shardboard
