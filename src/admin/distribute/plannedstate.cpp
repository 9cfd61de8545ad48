// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/plannedstate.h"

#include <QSet>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

TableKind kindOf(Spread spread)
{
    switch (spread) {
    case Spread::Distributed:
        return TableKind::Distributed;
    case Spread::Reference:
        return TableKind::Reference;
    case Spread::SingleShard:
        return TableKind::SingleShard;
    case Spread::LocalManaged:
        return TableKind::LocalManaged;
    }
    return TableKind::Local;
}

QString existingGroupKey(int colocationId)
{
    return u"group %1"_s.arg(colocationId);
}

} // namespace

PlannedState::PlannedState(const DistributeSettings &settings, const ShardingFacts &facts)
    : m_settings(settings), m_facts(facts)
{
    for (const ShardingTable &table : facts.tables) {
        PlannedTable planned;
        planned.kind = table.kind;
        planned.column = table.distributionColumn;
        planned.shardCount = table.shardCount;
        if (table.colocationId != 0)
            planned.group = existingGroupKey(table.colocationId);
        if (!settings.schema.isEmpty() && table.name.schema == settings.schema) {
            planned.kind = TableKind::SchemaSharded;
            planned.group = u"schema"_s;
            planned.isPlanned = true;
        }
        m_tables.insert(table.name, planned);
    }
    for (const TableChoice &choice : settings.tables)
        place(choice);
    drawIn();
}

const PlannedTable &PlannedState::operator[](const QualifiedName &table) const
{
    static const PlannedTable unknown;
    const auto found = m_tables.constFind(table);
    return found == m_tables.cend() ? unknown : *found;
}

void PlannedState::place(const TableChoice &choice)
{
    PlannedTable &planned = m_tables[choice.table];
    planned.kind = kindOf(choice.spread);
    planned.isPlanned = true;
    planned.column = choice.column;
    planned.group = groupOf(choice);
    planned.shardCount = 0;
    if (choice.spread == Spread::Distributed) {
        const GroupFacts *group = existingGroup(choice.table);
        planned.shardCount = group  ? group->group.shardCount
            : choice.shardCount > 0 ? choice.shardCount
                                    : m_facts.cluster.defaultShardCount;
    }
}

/// citus takes local tables into its metadata when foreign keys lead from them to a reference table or to another such
/// table, and all that hangs on them.
void PlannedState::drawIn()
{
    bool hasChanged = m_facts.cluster.convertsLocalTables;
    while (hasChanged) {
        hasChanged = false;
        for (const ShardingForeignKey &key : m_facts.foreignKeys) {
            for (const auto &[one, other] :
                {std::pair(key.table, key.referenced), std::pair(key.referenced, key.table)}) {
                PlannedTable &local = m_tables[one];
                const TableKind neighbour = m_tables[other].kind;
                const bool draws = neighbour == TableKind::Reference || neighbour == TableKind::LocalManaged;
                if (local.kind != TableKind::Local || local.isPlanned || !draws)
                    continue;
                local.kind = TableKind::LocalManaged;
                local.isDrawnIn = true;
                hasChanged = true;
            }
        }
    }
}

QString PlannedState::groupOf(const TableChoice &choice, int depth) const
{
    if (choice.spread == Spread::Reference || choice.spread == Spread::LocalManaged)
        return {};
    if (choice.colocateWith == u"none")
        return u"own %1"_s.arg(choice.table.quoted());
    if (choice.colocateWith.isEmpty())
        return defaultGroup(choice);
    const QualifiedName other = parseQualifiedName(choice.colocateWith);
    if (const TableChoice *next = m_settings.choice(other); next && depth < m_settings.tables.size())
        return groupOf(*next, depth + 1);
    if (const ShardingTable *table = m_facts.table(other); table && table->colocationId != 0)
        return existingGroupKey(table->colocationId);
    // The facts hold what was asked for; the groups name everybody.
    for (const GroupFacts &group : m_facts.cluster.groups) {
        if (group.members.contains(other.quoted()))
            return existingGroupKey(group.group.id);
    }
    return {};
}

/// citus takes the oldest group with the same column type, collation, shard count and replication factor.
QString PlannedState::defaultGroup(const TableChoice &choice) const
{
    const ShardingTable *table = m_facts.table(choice.table);
    const ShardingColumn *column = table ? table->column(choice.column) : nullptr;
    const bool isSingle = choice.spread == Spread::SingleShard;
    const quint32 type = column ? column->typeOid : 0;
    const QString collation = column ? column->collation : u"0"_s;
    const int count = isSingle ? 1 : choice.shardCount > 0 ? choice.shardCount : m_facts.cluster.defaultShardCount;
    for (const GroupFacts &group : m_facts.cluster.groups) {
        if (!isSingle && group.columnTypeOid == type && group.columnCollation == collation
            && group.group.shardCount == count && group.group.replicationFactor == m_facts.cluster.replicationFactor)
            return existingGroupKey(group.group.id);
    }
    return u"new %1 %2 %3"_s.arg(type).arg(collation).arg(count);
}

const GroupFacts *PlannedState::existingGroup(const QualifiedName &table) const
{
    const QString key = (*this)[table].group;
    const auto found = std::find_if(m_facts.cluster.groups.begin(), m_facts.cluster.groups.end(),
        [&key](const GroupFacts &group) { return existingGroupKey(group.group.id) == key; });
    return found == m_facts.cluster.groups.end() ? nullptr : &*found;
}

QList<QualifiedName> PlannedState::order() const
{
    QList<QualifiedName> waiting, ready;
    for (const TableChoice &choice : m_settings.tables)
        waiting << choice.table;
    // Reference tables may be referenced by anything, local ones by nothing that is distributed.
    std::stable_sort(waiting.begin(), waiting.end(), [this](const QualifiedName &left, const QualifiedName &right) {
        const auto rank = [this](const QualifiedName &name) {
            const TableKind kind = (*this)[name].kind;
            return kind == TableKind::Reference ? 0 : kind == TableKind::LocalManaged ? 2 : 1;
        };
        return rank(left) < rank(right);
    });
    while (!waiting.isEmpty()) {
        const auto isFree = [&](const QualifiedName &table) {
            return std::none_of(m_facts.foreignKeys.begin(), m_facts.foreignKeys.end(), [&](const auto &key) {
                return key.table == table && !key.isSelf() && !key.isAddedLast && waiting.contains(key.referenced);
            });
        };
        auto next = std::find_if(waiting.begin(), waiting.end(), isFree);
        if (next == waiting.end())
            return ready + waiting;
        ready << *next;
        waiting.erase(next);
    }
    return ready;
}

bool PlannedState::mixesReferenceAndDistributed() const
{
    const auto has = [this](bool reference) {
        return std::any_of(m_settings.tables.begin(), m_settings.tables.end(), [&](const TableChoice &choice) {
            return (choice.spread == Spread::Reference) == reference && choice.spread != Spread::LocalManaged;
        });
    };
    return has(true) && has(false);
}

QList<ShardingForeignKey> PlannedState::circle() const
{
    QSet<QualifiedName> left;
    for (const TableChoice &choice : m_settings.tables)
        left.insert(choice.table);
    const bool mixes = mixesReferenceAndDistributed();
    const auto isInside = [&](const ShardingForeignKey &key) {
        const bool citusManages
            = (*this)[key.table].isLocalOrReference() && (*this)[key.referenced].isLocalOrReference();
        return !key.isSelf() && !key.isAddedLast && left.contains(key.table) && left.contains(key.referenced)
            && (mixes || !citusManages);
    };
    // What nothing inside points to, or what points to nothing inside, is on no circle.
    bool hasShrunk = true;
    while (hasShrunk) {
        hasShrunk = false;
        for (const QualifiedName &table : QSet<QualifiedName>(left)) {
            bool pointsIn = false, isPointedAt = false;
            for (const ShardingForeignKey &key : m_facts.foreignKeys) {
                pointsIn |= isInside(key) && key.table == table;
                isPointedAt |= isInside(key) && key.referenced == table;
            }
            if (!pointsIn || !isPointedAt)
                hasShrunk |= left.remove(table);
        }
    }
    QList<ShardingForeignKey> keys;
    std::copy_if(m_facts.foreignKeys.begin(), m_facts.foreignKeys.end(), std::back_inserter(keys), isInside);
    return keys;
}

} // namespace Shardboard
