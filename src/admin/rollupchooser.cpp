// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollupchooser.h"

#include "admin/facts.h"

#include <algorithm>

namespace Shardboard {

namespace {

const QString timestamptz = QStringLiteral("timestamp with time zone");

bool isWholeNumber(const ColumnFacts &column)
{
    return column.type == QStringLiteral("bigint") || column.type == QStringLiteral("integer");
}

/// The id to go by, and what speaks against it.
RollupStrategyChoice bySequence(const TableFacts &table, const CatalogueFacts &facts)
{
    RollupStrategyChoice choice{.strategy = RollupStrategy::Sequence};
    const QString addId = QStringLiteral("ALTER TABLE %1 ADD COLUMN ingest_id bigint GENERATED ALWAYS AS IDENTITY")
                              .arg(table.name.quoted());
    const ColumnFacts *id = nullptr;
    for (const ColumnFacts &column : table.columns) {
        const bool isBetter = !id || (id->type != QStringLiteral("bigint") && column.type == QStringLiteral("bigint"));
        if (isWholeNumber(column) && !column.sequence.isEmpty() && isBetter)
            id = &column;
    }
    if (!id) {
        choice.reason = QStringLiteral("%1 has no whole number that the server fills in from a sequence.")
                            .arg(table.name.display());
        choice.remedy = addId;
        return choice;
    }
    choice.column = id->name;
    if (id->sequenceCache > 1) {
        choice.reason = QStringLiteral(
            "the sequence of %1 hands out ids in blocks of %2: rows may come in with ids long passed over.")
                            .arg(id->name)
                            .arg(id->sequenceCache);
        choice.remedy = QStringLiteral("ALTER SEQUENCE %1 CACHE 1; then let every session that writes connect again")
                            .arg(id->sequence);
        return choice;
    }
    if (facts.capabilities.hasCitus() && id->type != QStringLiteral("bigint")) {
        choice.reason
            = QStringLiteral("%1 is an integer: only a bigint has a range of ids for each node.").arg(id->name);
        choice.remedy = addId;
        return choice;
    }
    choice.isPossible = true;
    choice.reason = QStringLiteral(
        "%1 is filled in by the server: each row is taken exactly once, however late it comes and whatever its time.")
                        .arg(id->name);
    return choice;
}

RollupStrategyChoice byTime(const TableFacts &table, const QString &timeColumn)
{
    RollupStrategyChoice choice{.strategy = RollupStrategy::ClosedBuckets, .column = timeColumn};
    const ColumnFacts *time = table.column(timeColumn);
    if (!time || time->type != timestamptz) {
        choice.reason = time
            ? QStringLiteral("%1 is of type %2: without a time zone it is no moment.").arg(timeColumn, time->type)
            : QStringLiteral("%1 has no column of type timestamp with time zone.").arg(table.name.display());
        choice.remedy = time
            ? QStringLiteral("ALTER TABLE %1 ALTER COLUMN %2 TYPE timestamptz USING %2 AT TIME ZONE 'UTC'")
                  .arg(table.name.quoted(), quoteIdentifier(timeColumn))
            : QStringLiteral("ALTER TABLE %1 ADD COLUMN ingest_time timestamptz NOT NULL DEFAULT now()")
                  .arg(table.name.quoted());
        return choice;
    }
    choice.isPossible = true;
    choice.reason
        = QStringLiteral("Buckets are rolled up once they have closed, and the last ones again on each run; rows that "
                         "come later than that are shown by Verify. Needed for exact distinct counts and percentiles.");
    return choice;
}

} // namespace

QString likelyTimeColumn(const TableFacts &table)
{
    const auto isMoment = [](const ColumnFacts &column) { return column.type == timestamptz; };
    auto found = std::ranges::find_if(
        table.columns, [&](const ColumnFacts &column) { return isMoment(column) && column.isNotNull; });
    if (found == table.columns.cend())
        found = std::ranges::find_if(table.columns, isMoment);
    return found == table.columns.cend() ? QString() : found->name;
}

QList<RollupStrategyChoice> rollupStrategies(
    const TableFacts &table, const QString &timeColumn, const CatalogueFacts &facts)
{
    QList<RollupStrategyChoice> choices;
    for (const RollupFacts &rollup : facts.rollups) {
        if (rollup.target != table.name.quoted())
            continue;
        choices << RollupStrategyChoice{.strategy = RollupStrategy::Cascade,
            .isPossible = true,
            .column = rollup.bucketColumn,
            .parent = rollup.name,
            .reason
            = QStringLiteral("%1 is rollup %2: longer buckets are made from those of its rows that have changed.")
                  .arg(table.name.display(), rollup.name)};
    }
    const RollupStrategyChoice time = byTime(table, timeColumn);
    RollupStrategyChoice sequence = bySequence(table, facts);
    if (sequence.isPossible && !time.isPossible) {
        sequence.isPossible = false; // rows have an order, but no bucket
        sequence.reason = time.reason;
        sequence.remedy = time.remedy;
    }
    return choices << sequence << time;
}

} // namespace Shardboard
