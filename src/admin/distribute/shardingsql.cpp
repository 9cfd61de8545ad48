// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/shardingsql.h"

namespace Shardboard {

using namespace Qt::StringLiterals;

QString regclass(const QualifiedName &table)
{
    return u"to_regclass(%1)"_s.arg(quoteLiteral(table.quoted()));
}

QString hasConstraintSql(const QualifiedName &table, const QString &constraint)
{
    return u"SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = %1 AND conname = %2)"_s.arg(
        regclass(table), quoteLiteral(constraint));
}

QString distributeCall(const TableChoice &choice)
{
    const QString table = quoteLiteral(choice.table.quoted());
    switch (choice.spread) {
    case Spread::Reference:
        return u"create_reference_table(%1)"_s.arg(table);
    case Spread::LocalManaged:
        return u"citus_add_local_table_to_metadata(%1, cascade_via_foreign_keys => true)"_s.arg(table);
    case Spread::SingleShard:
    case Spread::Distributed:
        break;
    }
    QString arguments = table + u", "_s + (choice.column.isEmpty() ? u"NULL"_s : quoteLiteral(choice.column));
    if (!choice.colocateWith.isEmpty())
        arguments += u", colocate_with => %1"_s.arg(quoteLiteral(choice.colocateWith));
    if (choice.shardCount > 0)
        arguments += u", shard_count => %1"_s.arg(choice.shardCount);
    return u"%1(%2)"_s.arg(
        choice.concurrently ? u"create_distributed_table_concurrently"_s : u"create_distributed_table"_s, arguments);
}

QString undistributeSql(const QualifiedName &table, bool cascade)
{
    return u"SELECT undistribute_table(logicalrelid, cascade_via_foreign_keys => %1) FROM pg_dist_partition WHERE "
           u"logicalrelid = %2"_s.arg(cascade ? u"true"_s : u"false"_s, regclass(table));
}

QString isSpreadSql(const TableChoice &choice)
{
    QString condition;
    switch (choice.spread) {
    case Spread::Distributed:
        condition = u"partmethod = 'h' AND column_to_column_name(logicalrelid, partkey) = %1"_s.arg(
            quoteLiteral(choice.column));
        break;
    case Spread::Reference:
        condition = u"partmethod = 'n' AND repmodel = 't'"_s;
        break;
    case Spread::SingleShard:
        condition = u"partmethod = 'n' AND repmodel = 's' AND colocationid <> 0"_s;
        break;
    case Spread::LocalManaged:
        condition = u"partmethod = 'n' AND repmodel = 's' AND colocationid = 0"_s;
        break;
    }
    return u"SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = %1 AND %2)"_s.arg(
        regclass(choice.table), condition);
}

QString isLocalSql(const QualifiedName &table)
{
    return u"SELECT NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = %1)"_s.arg(regclass(table));
}

QString isSpreadOutSql(const QualifiedName &table)
{
    return u"SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = %1 AND (partmethod <> 'n' OR repmodel = "
           u"'t' "
           u"OR colocationid <> 0))"_s.arg(regclass(table));
}

PlanStep oneConnectionStep(const PlanStep &main)
{
    PlanStep step;
    step.id = u"one-connection"_s;
    step.title = u"Change the shards over one connection a node"_s;
    step.sql = u"SET LOCAL citus.multi_shard_modify_mode TO 'sequential'"_s;
    step.doneSql = main.doneSql;
    return step;
}

PlanStep cleanUpStep()
{
    PlanStep step;
    step.id = u"clean-up"_s;
    step.title = u"Drop what the work has left over on the nodes"_s;
    step.sql = u"CALL citus_cleanup_orphaned_resources()"_s;
    step.doneSql = u"SELECT NOT EXISTS (SELECT FROM pg_dist_cleanup)"_s;
    step.inTransaction = false;
    return step;
}

QString distributionTitle(const TableChoice &choice)
{
    const QString name = choice.table.display();
    switch (choice.spread) {
    case Spread::Distributed:
        return (choice.concurrently ? u"Distribute %1 by %2 while writes go on"_s : u"Distribute %1 by %2"_s)
            .arg(name, choice.column);
    case Spread::Reference:
        return u"Copy %1 to every node as a reference table"_s.arg(name);
    case Spread::SingleShard:
        return u"Move %1 to one node"_s.arg(name);
    case Spread::LocalManaged:
        return u"Let citus manage %1 as a local table"_s.arg(name);
    }
    return {};
}

QStringList distributionLocks(const TableChoice &choice)
{
    const QString name = choice.table.display();
    if (choice.spread == Spread::LocalManaged)
        return {
            u"ACCESS EXCLUSIVE on %1 and tables that foreign keys connect: blocks reads and writes for a moment"_s.arg(
                name)};
    if (choice.concurrently)
        return {
            u"ACCESS EXCLUSIVE on %1 for a moment at the start, and writes are blocked for a moment at the end"_s.arg(
                name),
            u"SHARE UPDATE EXCLUSIVE on %1: blocks schema changes, not reads and writes"_s.arg(name)};
    return {
        u"EXCLUSIVE on %1: blocks writes until all rows are copied and the transaction ends; reads go on"_s.arg(name)};
}

} // namespace Shardboard
