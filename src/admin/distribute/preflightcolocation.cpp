// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/preflightrules.h"

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

/// The column of the table that `choice` wants to lie with, as it will be; nullptr when it has none.
const ShardingColumn *columnOf(const PreflightContext &context, const QualifiedName &table)
{
    const ShardingTable *facts = context.facts.table(table);
    return facts ? facts->column(context.state[table].column) : nullptr;
}

/// Changing an integer or text type to the wider one of its family loses nothing.
bool isWiderType(const QString &from, const QString &to)
{
    const QStringList integers{u"smallint"_s, u"integer"_s, u"bigint"_s};
    if (integers.contains(from) && integers.contains(to))
        return integers.indexOf(from) < integers.indexOf(to);
    return from.startsWith(u"character varying"_s) && to == u"text";
}

Fix changeTypeFix(const ShardingTable &table, const ShardingColumn &column, const ShardingColumn &wanted)
{
    Fix fix;
    fix.id = fixId(u"change-type"_s, table.name, column.name);
    fix.title = u"Change %1 from %2 to %3"_s.arg(column.name, column.type, wanted.type);
    fix.consequence = u"The whole table is rewritten and nobody can read it meanwhile."_s;
    const QString statement = u"ALTER TABLE %1 ALTER COLUMN %2 TYPE %3"_s;
    const QString name = quoteIdentifier(column.name);
    fix.before << fixStep(fix.id, fix.title, table.name, statement.arg(table.name.quoted(), name, wanted.type),
        statement.arg(table.name.quoted(), name, column.type),
        u"SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(%1) AND attname = %2 AND "
        u"format_type(atttypid, atttypmod) = %3)"_s.arg(
            quoteLiteral(table.name.quoted()), quoteLiteral(column.name), quoteLiteral(wanted.type)));
    fix.effect = [where = table.name, column, wanted](ShardingFacts &facts) {
        for (ShardingTable &one : facts.tables) {
            for (ShardingColumn &changed : one.columns) {
                if (one.name == where && changed.name == column.name) {
                    changed.type = wanted.type;
                    changed.typeOid = wanted.typeOid;
                    changed.collation = wanted.collation;
                }
            }
        }
    };
    return fix;
}

Finding &refuse(PreflightContext &context, const TableChoice &choice, const QString &why, const QString &rule)
{
    Finding &finding = context.block(u"colocation"_s, choice.table, choice.colocateWith);
    finding.problem = u"%1 cannot be colocated with %2: %3"_s.arg(choice.table.display(), choice.colocateWith, why);
    finding.rule = rule;
    return finding;
}

void checkTypes(PreflightContext &context, const TableChoice &choice, const QualifiedName &other)
{
    const ShardingColumn *mine = columnOf(context, choice.table), *theirs = columnOf(context, other);
    if (!mine || !theirs)
        return;
    const QString rule = u"Colocated rows have equal hashes, and only equal types with equal collations hash alike."_s;
    if (mine->typeOid != theirs->typeOid) {
        Finding &finding
            = refuse(context, choice, u"%1 is %2, there it is %3."_s.arg(mine->name, mine->type, theirs->type), rule);
        if (const ShardingTable *table = context.facts.table(choice.table); isWiderType(mine->type, theirs->type))
            finding.fixes << changeTypeFix(*table, *mine, *theirs);
        finding.remedy = u"Give it a colocation group of its own, or change the type of one of the columns."_s;
    } else if (mine->collation != theirs->collation) {
        refuse(context, choice, u"the collations of the columns differ."_s, rule).remedy
            = u"Change the collation of one of the columns."_s;
    }
}

void checkChoice(PreflightContext &context, const TableChoice &choice)
{
    if (choice.colocateWith.isEmpty() || choice.colocateWith == u"none")
        return;
    const QualifiedName other = parseQualifiedName(choice.colocateWith);
    const PlannedTable &target = context.state[other];
    if (!context.facts.table(other))
        return; // reported as missing
    if (other == choice.table) {
        refuse(context, choice, u"it is the same table."_s, u"Colocation is with another table."_s);
    } else if (const ShardingTable *table = context.facts.table(other);
               target.kind == TableKind::Distributed && !target.isPlanned && !table->isHashDistributed) {
        refuse(context, choice, u"it is distributed by range or for appending."_s,
            u"A colocation group consists of hash-distributed tables."_s)
            .remedy
            = u"Colocate it with a hash-distributed table, or with none."_s;
    } else if (choice.spread == Spread::Distributed && target.kind == TableKind::Distributed) {
        checkTypes(context, choice, other);
    } else if (!(choice.spread == Spread::SingleShard && target.kind == TableKind::SingleShard)) {
        refuse(context, choice, u"it is not distributed in the same way."_s,
            u"A distributed table can lie with another distributed table, a single-shard one with another of these."_s)
            .remedy
            = u"Colocate it with a table that fits, or with none."_s;
    }
}

} // namespace

void checkColocation(PreflightContext &context)
{
    for (const TableChoice &choice : context.settings.tables)
        checkChoice(context, choice);
    const bool isSpread = std::any_of(context.settings.tables.begin(), context.settings.tables.end(),
        [](const TableChoice &choice) { return choice.spread == Spread::SingleShard; });
    if (isSpread && context.facts.cluster.replicationFactor > 1) {
        Finding &finding = context.block(u"replication-factor"_s, {});
        finding.problem = u"citus.shard_replication_factor is %1."_s.arg(context.facts.cluster.replicationFactor);
        finding.rule = u"A single-shard table has one copy of its shard."_s;
        finding.remedy = u"Set citus.shard_replication_factor to 1."_s;
    }
}

void checkSchema(PreflightContext &context)
{
    const QString &schema = context.settings.schema;
    if (schema.isEmpty())
        return;
    const auto refuseSchema = [&](const QString &code, const QString &problem, const QString &rule) {
        Finding &finding = context.block(code, {schema, {}});
        finding.problem = problem;
        finding.rule = rule;
    };
    if (!context.facts.schemaExists)
        refuseSchema(
            u"missing-schema"_s, u"There is no schema %1."_s.arg(schema), u"The name is taken as it is written."_s);
    if (schema == u"public" || schema.startsWith(u"pg_"))
        refuseSchema(u"schema-name"_s, u"The schema %1 cannot be distributed."_s.arg(schema),
            u"It holds what all users of the database share."_s);
    if (!context.facts.schemaExtension.isEmpty())
        refuseSchema(u"schema-extension"_s,
            u"The extension %1 lives in the schema %2."_s.arg(context.facts.schemaExtension, schema),
            u"The objects of an extension must stay where the extension put them."_s);
    if (context.facts.schemaIsDistributed)
        context.inform(u"already-so"_s, {schema, {}}).problem = u"The schema %1 is distributed already."_s.arg(schema);
    for (const ShardingForeignKey &key : context.facts.foreignKeys) {
        const bool leaves = key.table.schema == schema && key.referenced.schema != schema
            && context.state[key.referenced].kind != TableKind::Reference;
        const bool enters = key.table.schema != schema && key.referenced.schema == schema;
        if (!leaves && !enters)
            continue;
        Finding &finding = context.block(u"foreign-key-across-schemas"_s, key.table, key.name);
        finding.problem
            = u"The foreign key %1 leads from %2 to %3."_s.arg(key.name, key.table.display(), key.referenced.display());
        finding.rule
            = u"A distributed schema lies on one node: its foreign keys lead to tables of the schema or to reference "
              u"tables, and none lead into it."_s;
        finding.fixes << dropForeignKeyFix(key);
    }
    for (const auto &[table, choice] : context.subjects()) {
        if (table->hasForeignSchemaPartition)
            refuseSchema(u"partition-elsewhere"_s,
                u"A partition of %1 is in another schema."_s.arg(table->name.display()),
                u"All partitions of a distributed schema's table must be in that schema."_s);
    }
}

} // namespace Shardboard
