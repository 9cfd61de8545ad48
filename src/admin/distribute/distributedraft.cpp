// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/distributedraft.h"

#include <algorithm>

namespace Shardboard {

namespace {

/// Tables whose distribution columns hash alike can share a group.
using HashKind = std::pair<quint32, QString>;

HashKind hashKind(const DistributeDraft::Table &table, const ShardingFacts &facts)
{
    const ShardingTable *known = facts.table(table.name);
    const ShardingColumn *column = known ? known->column(table.column) : nullptr;
    return column ? HashKind(column->typeOid, column->collation) : HashKind();
}

} // namespace

DistributeDraft DistributeDraft::ofTables(const QList<QualifiedName> &names)
{
    DistributeDraft draft;
    for (const QualifiedName &name : names)
        draft.tables << Table{name, Spread::Distributed, {}};
    return draft;
}

DistributeDraft DistributeDraft::ofSchema(const QString &schema)
{
    DistributeDraft draft;
    draft.isWholeSchema = true;
    draft.schema = schema;
    return draft;
}

DistributeDraft::Table *DistributeDraft::table(const QualifiedName &name)
{
    const auto found = std::ranges::find(tables, name, &Table::name);
    return found == tables.end() ? nullptr : &*found;
}

QList<DistributeDraft::Table> DistributeDraft::distributed() const
{
    QList<Table> found;
    std::ranges::copy_if(
        tables, std::back_inserter(found), [](const Table &one) { return one.spread == Spread::Distributed; });
    return found;
}

bool DistributeDraft::isComplete() const
{
    if (isWholeSchema)
        return !schema.isEmpty();
    const auto by = distributed();
    return !tables.isEmpty() && std::ranges::none_of(by, [](const Table &one) { return one.column.isEmpty(); });
}

DistributeSettings DistributeDraft::settings(const ShardingFacts &facts) const
{
    DistributeSettings result;
    result.truncateLocalData = truncatesLocalData;
    if (isWholeSchema) {
        result.schema = schema;
        return result;
    }
    QMap<HashKind, QualifiedName> firstOfGroup;
    for (const Table &table : tables) {
        TableChoice choice{table.name, table.spread, {}, {}, 0, false};
        if (table.spread == Spread::Distributed) {
            choice.column = table.column;
            choice.concurrently = isConcurrent;
            const HashKind kind = hashKind(table, facts);
            if (group == Group::Existing)
                choice.colocateWith = mate.quoted();
            else if (group == Group::Own && firstOfGroup.contains(kind))
                choice.colocateWith = firstOfGroup.value(kind).quoted();
            else if (group == Group::Own)
                choice.colocateWith = QStringLiteral("none");
            const bool makesGroup = group == Group::Default || choice.colocateWith == QStringLiteral("none");
            choice.shardCount = makesGroup ? shardCount : 0;
            if (!firstOfGroup.contains(kind))
                firstOfGroup.insert(kind, table.name);
        }
        result.tables << choice;
    }
    return result;
}

} // namespace Shardboard
