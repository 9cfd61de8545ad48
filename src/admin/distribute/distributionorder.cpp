// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/distributionorder.h"

#include <algorithm>

namespace Shardboard {

namespace {

/// The table of the plan that decides over the group: the end of a chain of tables that lie with one another.
const TableChoice &leaderOf(const TableChoice &choice, const DistributeSettings &settings)
{
    const TableChoice *leader = &choice;
    for (qsizetype step = 0; step < settings.tables.size(); ++step) {
        const TableChoice *next = settings.choice(parseQualifiedName(leader->colocateWith));
        if (!next)
            break;
        leader = next;
    }
    return *leader;
}

bool isConcurrentNeededFirst(const DistributeSettings &settings)
{
    return std::any_of(settings.tables.begin(), settings.tables.end(), [&](const TableChoice &choice) {
        const TableChoice *other = settings.choice(parseQualifiedName(choice.colocateWith));
        return !choice.concurrently && other && other->concurrently;
    });
}

} // namespace

QList<TableChoice> distributionOrder(const DistributeSettings &settings, const PlannedState &state)
{
    QList<TableChoice> ordered;
    for (const QualifiedName &name : state.order()) {
        if (const TableChoice *choice = settings.choice(name))
            ordered << *choice;
    }
    const bool concurrentFirst = isConcurrentNeededFirst(settings);
    std::stable_partition(ordered.begin(), ordered.end(),
        [&](const TableChoice &choice) { return choice.concurrently == concurrentFirst; });
    QHash<QualifiedName, QualifiedName> beginners; // by leader
    for (TableChoice &choice : ordered) {
        const TableChoice &leader = leaderOf(choice, settings);
        if (const auto first = beginners.constFind(leader.table); first != beginners.cend()) {
            choice.colocateWith = first->quoted();
            choice.shardCount = 0;
            continue;
        }
        beginners.insert(leader.table, choice.table);
        choice.colocateWith = leader.colocateWith;
        choice.shardCount = leader.shardCount;
    }
    return ordered;
}

} // namespace Shardboard
