// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/partition/partitionsession.h"

#include "admin/partition/partitionplanner.h"
#include "connection/syncsession.h"

namespace Shardboard {

using namespace Qt::StringLiterals;

Outcome<PartitionFacts> loadPartitionFacts(SyncSession &session, const QualifiedName &table, const QString &timeColumn)
{
    const Outcome<CatalogueFacts> catalogue = loadFacts(session);
    if (!catalogue)
        return catalogue.failure<PartitionFacts>();
    const auto read = readPartitionFacts(
        table, session.runPipeline(partitionFactQueries(table, catalogue->capabilities.hasCitus())));
    if (!read)
        return read;
    PartitionFacts facts = *read;
    facts.catalogue = *catalogue;
    const ConvertedColumn *column = facts.table ? facts.table->column(timeColumn) : nullptr;
    if (column && column->isTime() && facts.table->relkind == u"r")
        facts.times = readTimeFigures(session.runPipeline(timeFigureQueries(table, timeColumn)));
    return facts;
}

QStringList partitionIntentKinds()
{
    return {u"partition"_s, u"undo-partition"_s};
}

Outcome<Preflight> runPartitionPreflight(SyncSession &session, const Intent &intent)
{
    if (intent.kind == u"undo-partition")
        return Preflight();
    const auto settings = partitionSettings(intent);
    if (!settings)
        return settings.failure<Preflight>();
    const auto facts = loadPartitionFacts(session, settings->table, settings->column);
    return facts ? Outcome<Preflight>(partitionPreflight(*settings, *facts)) : facts.failure<Preflight>();
}

Outcome<Plan> planPartition(SyncSession &session, const Intent &intent)
{
    if (intent.kind == u"undo-partition") {
        const auto table = undoPartitionTable(intent);
        if (!table)
            return table.failure<Plan>();
        const auto facts = loadPartitionFacts(session, *table);
        return facts ? planUndoPartitioning(*table, *facts) : facts.failure<Plan>();
    }
    const auto settings = partitionSettings(intent);
    if (!settings)
        return settings.failure<Plan>();
    const auto facts = loadPartitionFacts(session, settings->table, settings->column);
    if (!facts)
        return facts.failure<Plan>();
    return planPartitioning(*settings, *facts, partitionPreflight(*settings, *facts));
}

} // namespace Shardboard
