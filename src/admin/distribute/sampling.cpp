// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/sampling.h"

#include "connection/syncsession.h"

namespace Shardboard {

QHash<QString, HashSample> samplesFromStatistics(SyncSession &session, const ShardingTable &table)
{
    QList<const ShardingColumn *> columns;
    QList<Query> queries;
    for (const ShardingColumn &column : table.columns) {
        if (!column.isHashable || !column.unhashablePart.isEmpty() || column.distinctValues < 0)
            continue;
        columns << &column;
        queries << commonHashesQuery(table, column);
    }
    QHash<QString, HashSample> samples;
    if (queries.isEmpty())
        return samples;
    const QList<Outcome<ResultSet>> answers = session.runPipeline(queries);
    for (qsizetype i = 0; i < std::min(columns.size(), answers.size()); ++i) {
        if (const auto sample = sampleFromStatistics(table, *columns.at(i), answers.at(i)))
            samples.insert(columns.at(i)->name, *sample);
    }
    return samples;
}

Outcome<HashSample> sampleColumn(SyncSession &session, const ShardingTable &table, const QString &column)
{
    return readHashSample(session.run(hashSampleQuery(table, column)));
}

Outcome<std::vector<qint32>> loadShardEnds(SyncSession &session, int colocationId)
{
    const auto rows = session.run(Query(QStringLiteral(R"(
SELECT DISTINCT s.shardmaxvalue::int
  FROM pg_dist_shard s
 WHERE s.logicalrelid = (SELECT min(logicalrelid::oid) FROM pg_dist_partition
                          WHERE colocationid = $1::int AND partmethod = 'h')
 ORDER BY 1)"),
        {QByteArray::number(colocationId)}));
    if (!rows)
        return rows.failure<std::vector<qint32>>();
    std::vector<qint32> ends;
    for (qsizetype row = 0; row < rows->rowCount(); ++row)
        ends.push_back(qint32(rows->integer(row, 0)));
    if (ends.empty())
        return ServerError::usage(
            QStringLiteral("Colocation group %1 has no table that is distributed by hash.").arg(colocationId));
    return ends;
}

SimulatedShards simulateShards(
    const HashSample &sample, const std::vector<qint32> &shardEnds, const ShardingTable &table)
{
    return simulateShards(sample, shardEnds, double(table.rows), double(table.bytes) * (1 - sample.nullFraction()));
}

} // namespace Shardboard
