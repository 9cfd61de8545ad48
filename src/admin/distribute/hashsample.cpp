// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/hashsample.h"

#include <QRegularExpression>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int heavyCount = 1000;
constexpr double rowHeader = 28; // line pointer and tuple header
constexpr qint64 hashSpace = qint64(1) << 32;
constexpr qint64 smallestHash = std::numeric_limits<qint32>::min();

int sliceOf(qint32 hash)
{
    return int((qint64(hash) - smallestHash) >> (32 - HashSample::sliceBits));
}

/// What a row weighs: fixed columns by their type, the others as they are stored, compressed and all.
QString rowWidth(const ShardingTable &table)
{
    double fixed = rowHeader;
    QString width;
    for (const ShardingColumn &column : table.columns) {
        if (column.width > 0)
            fixed += column.width;
        else
            width += u" + coalesce(pg_column_size(%1), 0)"_s.arg(quoteIdentifier(column.name));
    }
    return QString::number(qint64(fixed)) + width;
}

/// "character varying(20)" without its modifier, which values of statistics have kept already.
QString bareType(const QString &type)
{
    static const QRegularExpression modifier(QStringLiteral("\\(\\d+(,-?\\d+)?\\)"));
    return QString(type).remove(modifier);
}

/// The same on every machine and in every run: a guess must not flicker.
class FixedRandom
{
public:
    quint32 next()
    {
        m_state += 0x9e3779b97f4a7c15u;
        quint64 mixed = m_state;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
        return quint32(mixed >> 32);
    }

private:
    quint64 m_state = 0;
};

/// The slices of a sample that was guessed. They are made when they are needed: a schema may have thousands of columns.
std::vector<HashSample::Weight> spreadSlices(const HashSample &sample)
{
    constexpr double countable = 200000; // more keys than that are even for all that can be seen
    const double rows = sample.spreadRows, values = sample.spreadValues;
    std::vector<HashSample::Weight> slices(HashSample::sliceCount);
    if (rows <= 0)
        return slices;
    if (values > countable || values < 1) {
        for (HashSample::Weight &slice : slices)
            slice.rows += rows / double(slices.size());
        return slices;
    }
    FixedRandom random;
    for (int i = 0; i < int(values); ++i)
        slices[size_t(sliceOf(qint32(random.next())))].rows += rows / std::floor(values);
    return slices;
}

} // namespace

void HashSample::add(qint32 hash, const Weight &weight)
{
    slices.resize(sliceCount);
    Weight &slice = slices[size_t(sliceOf(hash))];
    slice.rows += weight.rows;
    slice.bytes += weight.bytes;
}

Query hashSampleQuery(const ShardingTable &table, const QString &column, qint64 readAtMost)
{
    QString source = table.name.quoted();
    if (table.bytes > readAtMost)
        source += u" TABLESAMPLE SYSTEM (%1) REPEATABLE (1)"_s.arg(
            100.0 * double(readAtMost) / double(table.bytes), 0, 'f', 6);
    Query query(uR"(
WITH by_hash AS (
  SELECT worker_hash(%1) AS hash, count(*) AS rows, sum(%2) AS bytes FROM %3 GROUP BY 1),
heavy AS (
  SELECT * FROM by_hash WHERE hash IS NOT NULL ORDER BY rows DESC, hash LIMIT %4)
SELECT 'value', hash::bigint, rows, bytes FROM heavy
 UNION ALL
SELECT 'slice', (hash::bigint + 2147483648) >> %5, sum(rows), sum(bytes) FROM by_hash
 WHERE hash IS NOT NULL AND hash NOT IN (SELECT hash FROM heavy) GROUP BY 2
 UNION ALL
SELECT 'null', 0, rows, bytes FROM by_hash WHERE hash IS NULL)"_s.arg(quoteIdentifier(column), rowWidth(table), source,
        QString::number(heavyCount), QString::number(32 - HashSample::sliceBits)));
    query.timeout = std::chrono::minutes(2);
    return query;
}

Outcome<HashSample> readHashSample(const Outcome<ResultSet> &answer)
{
    if (!answer)
        return answer.failure<HashSample>();
    HashSample sample;
    sample.slices.resize(HashSample::sliceCount);
    for (qsizetype row = 0; row < answer->rowCount(); ++row) {
        const QString kind = answer->text(row, 0);
        const qint64 place = answer->integer(row, 1);
        const HashSample::Weight weight{answer->real(row, 2), answer->real(row, 3)};
        if (kind == u"null") {
            sample.nullRows = weight.rows;
            continue;
        }
        sample.rows += weight.rows;
        if (kind == u"value")
            sample.heavyValues << HashSample::HeavyValue{qint32(place), weight};
        else if (place >= 0 && place < qint64(sample.slices.size()))
            sample.slices[size_t(place)] = weight;
    }
    return sample;
}

// A cast to a domain runs its checks, which are code of its owner: only types of the server and enumerations are cast
// to.
Query commonHashesQuery(const ShardingTable &table, const ShardingColumn &column)
{
    return Query(uR"(
SELECT worker_hash(v) FROM pg_stats s
 CROSS JOIN LATERAL unnest(s.most_common_vals::text::%1[]) WITH ORDINALITY u(v, place)
 WHERE s.schemaname = $1 AND s.tablename = $2 AND s.attname = $3 AND s.inherited = $4::bool
   AND EXISTS (SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                WHERE a.attrelid = format('%I.%I', $1, $2)::regclass AND a.attname = $3
                  AND (t.typtype = 'e' OR t.typnamespace = 'pg_catalog'::regnamespace))
 ORDER BY u.place)"_s.arg(bareType(column.type)),
        {table.name.schema.toUtf8(), table.name.name.toUtf8(), column.name.toUtf8(),
            QByteArray(table.isPartitioned() ? "t" : "f")});
}

std::optional<HashSample> sampleFromStatistics(
    const ShardingTable &table, const ShardingColumn &column, const Outcome<ResultSet> &hashes)
{
    const qsizetype common = column.commonFrequencies.size();
    const bool isKnown = column.distinctValues > 0 && table.rows > 0 && hashes && hashes->rowCount() == common;
    if (!isKnown)
        return std::nullopt;
    HashSample sample;
    sample.isFromStatistics = true;
    const double all = double(table.rows);
    sample.nullRows = all * std::max(0.0, column.nullFraction);
    sample.rows = all - sample.nullRows;
    double rest = sample.rows;
    for (qsizetype i = 0; i < common; ++i) {
        const double rows = all * column.commonFrequencies.at(i);
        sample.heavyValues << HashSample::HeavyValue{qint32(hashes->integer(i, 0)), {rows, 0}};
        rest -= rows;
    }
    sample.spreadRows = rest;
    sample.spreadValues = column.distinctValues - double(common);
    return sample;
}

std::vector<qint32> evenShardEnds(int shardCount)
{
    const qint64 step = hashSpace / shardCount;
    std::vector<qint32> ends;
    for (qint64 shard = 1; shard < shardCount; ++shard)
        ends.push_back(qint32(smallestHash + shard * step - 1));
    ends.push_back(std::numeric_limits<qint32>::max()); // the last takes what division leaves over
    return ends;
}

SimulatedShards simulateShards(
    const HashSample &sample, const std::vector<qint32> &shardEnds, double totalRows, double totalBytes)
{
    std::vector<HashSample::Weight> shards(shardEnds.size());
    const auto shardOf = [&](qint64 hash) {
        return size_t(std::lower_bound(shardEnds.begin(), shardEnds.end(), hash) - shardEnds.begin());
    };
    for (const HashSample::HeavyValue &value : sample.heavyValues) {
        HashSample::Weight &shard = shards[shardOf(value.hash)];
        shard.rows += value.weight.rows;
        shard.bytes += value.weight.bytes;
    }
    const qint64 width = hashSpace >> HashSample::sliceBits;
    const std::vector<HashSample::Weight> guessed
        = sample.slices.empty() ? spreadSlices(sample) : std::vector<HashSample::Weight>();
    const std::vector<HashSample::Weight> &slices = sample.slices.empty() ? guessed : sample.slices;
    for (qint64 slice = 0; slice < qint64(slices.size()); ++slice) {
        const HashSample::Weight &weight = slices[size_t(slice)];
        qint64 from = smallestHash + slice * width;
        const qint64 end = from + width;
        while (weight.rows > 0 && from < end) {
            const size_t index = shardOf(from);
            const qint64 until = std::min(end, qint64(shardEnds[index]) + 1);
            const double part = double(until - from) / double(width);
            shards[index].rows += weight.rows * part;
            shards[index].bytes += weight.bytes * part;
            from = until;
        }
    }

    SimulatedShards result;
    const double bytes = std::accumulate(
        shards.begin(), shards.end(), 0.0, [](double sum, const auto &shard) { return sum + shard.bytes; });
    const double rowScale
        = totalRows > 0 && sample.rows > 0 ? totalRows * (1 - sample.nullFraction()) / sample.rows : 1;
    double largest = -1, sum = 0;
    for (const HashSample::Weight &shard : shards) {
        // Without measured widths every row weighs the same.
        const double share = bytes > 0 ? shard.bytes / bytes : sample.rows > 0 ? shard.rows / sample.rows : 0;
        result.rows << shard.rows * rowScale;
        result.bytes << totalBytes * share;
        result.emptyCount += shard.rows <= 0;
        sum += share;
        if (share > largest) {
            largest = share;
            result.largest = int(result.rows.size()) - 1;
        }
    }
    if (sum > 0)
        result.skew = largest * double(shards.size()) / sum;
    return result;
}

} // namespace Shardboard
