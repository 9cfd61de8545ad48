// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: citus
// The simulated shards against the real ones: of the largest at most a tenth is wrong.
#include "admin/distribute/candidates.h"
#include "admin/distribute/sampling.h"
#include "admin/distribute/shardingsession.h"
#include "connection/iothread.h"
#include "connection/syncsession.h"
#include "tests/support/livecluster.h"

#include <memory>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestShardSizes : public QObject
{
    Q_OBJECT

public:
    explicit TestShardSizes(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_session = std::make_unique<SyncSession>(m_io, m_cluster.settings(), SessionPurpose::Job);
        QVERIFY(m_session->open());
    }

    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void cleanup() { run(u"DROP TABLE IF EXISTS t"_s); }

    void largestShardIsForeseen_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("value"); // of row i out of 200,000
        QTest::addColumn<int>("shards");
        QTest::newRow("uniform") << u"bigint"_s << u"i"_s << 16;
        QTest::newRow("few uniform keys") << u"int"_s << u"i % 100"_s << 32;
        // The inverse of Zipf's distribution with exponent 1.1 over 10,000 keys.
        QTest::newRow("Zipf 1.1") << u"int"_s << u"floor(power(1 - random() * (1 - power(10001.0, -0.1)), -10))::int"_s
                                  << 32;
        QTest::newRow("one dominant tenant") << u"int"_s << u"CASE WHEN i % 10 < 6 THEN 7 ELSE i % 5000 END"_s << 32;
        QTest::newRow("text") << u"text"_s << u"'user-' || (i % 20000)"_s << 32;
        QTest::newRow("uuid") << u"uuid"_s << u"md5((i % 30000)::text)::uuid"_s << 24;
        QTest::newRow("NULLs") << u"int"_s << u"CASE WHEN i % 4 = 0 THEN NULL ELSE i % 3000 END"_s << 32;
        QTest::newRow("an odd number of shards") << u"bigint"_s << u"i % 400"_s << 7;
    }
    void largestShardIsForeseen()
    {
        QFETCH(QString, type);
        QFETCH(QString, value);
        QFETCH(int, shards);
        // Rows of different width, so that rows alone do not foretell the bytes.
        run(u"CREATE TABLE t (k %1, payload text, n int)"_s.arg(type));
        run(u"CREATE INDEX ON t (k, n)"_s);
        run(u"INSERT INTO t SELECT %1, repeat('x', 20 + (i % 7) * 30), i FROM generate_series(1, 200000) i"_s.arg(
            value));
        run(u"ANALYZE t"_s);
        const ShardingTable table = load().tables.first();
        const std::vector<qint32> ends = evenShardEnds(shards);
        const auto whole = sampleColumn(*m_session, table, u"k"_s);
        const auto part = readHashSample(m_session->run(hashSampleQuery(table, u"k"_s, table.bytes / 5)));
        QVERIFY(whole && part && part->rows < whole->rows / 2);
        const auto guesses = samplesFromStatistics(*m_session, table);

        run(u"DELETE FROM t WHERE k IS NULL"_s);
        run(u"SELECT create_distributed_table('t', 'k', shard_count => %1)"_s.arg(shards));
        const QList<double> real = realSizes();
        QCOMPARE(real.size(), shards);
        const SimulatedShards exact = simulateShards(*whole, ends, table);
        compare("every row", exact, real, 0.10);
        compare("a fifth of the pages", simulateShards(*part, ends, table), real, 0.10);
        compare("statistics", simulateShards(guesses[u"k"_s], ends, table), real, 0.15); // a first guess
        // And it is that one, or one that is nearly as large.
        QVERIFY(real.at(exact.largest) >= 0.90 * *std::max_element(real.begin(), real.end()));
    }

    void statisticsAloneGiveAFirstGuess()
    {
        run(u"CREATE TABLE t (k int, n int)"_s);
        run(u"INSERT INTO t SELECT CASE WHEN i % 10 < 6 THEN 7 ELSE i % 5000 END, i FROM generate_series(1, 100000) i"_s);
        run(u"ANALYZE t"_s);
        const ShardingFacts facts = load();
        const ShardingTable &table = facts.tables.first();
        const auto samples = samplesFromStatistics(*m_session, table);
        QCOMPARE(samples.size(), 2);
        const SimulatedShards guess = simulateShards(samples[u"k"_s], evenShardEnds(32), table);
        const SimulatedShards measured = simulate(32);
        QCOMPARE(guess.largest, measured.largest);
        QVERIFY2(std::abs(guess.skew - measured.skew) < 0.1 * measured.skew, qPrintable(QString::number(guess.skew)));
    }

    void whatIsDistributedCanBeSampledToo()
    {
        run(u"CREATE TABLE t (k int, other text)"_s);
        run(u"INSERT INTO t SELECT i, 'v' || (i % 50) FROM generate_series(1, 20000) i"_s);
        run(u"SELECT create_distributed_table('t', 'k')"_s);
        const auto sample = sampleColumn(*m_session, load().tables.first(), u"other"_s);
        QVERIFY2(sample, sample.isError() ? qPrintable(sample.error().toText()) : "");
        QCOMPARE(sample->rows, 20000.0);
        QCOMPARE(sample->heavyValues.size(), 50);
    }

    void anExistingGroupKeepsItsUnevenRanges()
    {
        run(u"CREATE TABLE t (k int, n int)"_s);
        run(u"SELECT create_distributed_table('t', 'k', shard_count => 4, colocate_with => 'none')"_s);
        run(u"INSERT INTO t SELECT i % 100, i FROM generate_series(1, 20000) i"_s);
        QCOMPARE(*loadShardEnds(*m_session, load().tables.first().colocationId), evenShardEnds(4));
        run(u"SELECT isolate_tenant_to_new_shard('t', 7, shard_transfer_mode => 'block_writes')"_s);
        const ShardingTable table = load().tables.first();
        const auto ends = loadShardEnds(*m_session, table.colocationId);
        QVERIFY(ends);
        const auto sample = sampleColumn(*m_session, table, u"k"_s);
        const SimulatedShards simulated = simulateShards(*sample, *ends, 0, 0);
        QCOMPARE(simulated.rows.size(), realRows().size());
        QCOMPARE(simulated.rows, realRows());
    }

    void theColumnThatServesIsRankedFirst()
    {
        run(u"CREATE TABLE customer (id int PRIMARY KEY); CREATE TABLE t (id bigserial, customer int NOT NULL "
            u"REFERENCES customer, "
            "paid boolean, at timestamptz, body json, PRIMARY KEY (customer, id))"_s);
        run(u"INSERT INTO customer SELECT generate_series(1, 2000)"_s);
        run(u"INSERT INTO t (customer, paid, at) SELECT 1 + i % 2000, i % 2 = 0, now() FROM generate_series(1, 20000) i"_s);
        run(u"ANALYZE t"_s);
        const ShardingFacts facts = load();
        const ShardingTable *table = facts.table({u"public"_s, u"t"_s});
        const QList<ShardingCandidate> ranked = rankCandidates(*table, facts, 32);
        QCOMPARE(ranked.first().column, u"customer"_s);
        QCOMPARE(ranked.first().foreignKeys, 1);
        QCOMPARE(ranked.last().column, u"body"_s);
        QVERIFY(!ranked.last().isPossible);
        QCOMPARE(int(adviseSpread(*facts.table({u"public"_s, u"customer"_s}), facts).spread), int(Spread::Reference));
        run(u"DROP TABLE t, customer"_s);
    }

private:
    void run(const QString &sql)
    {
        const auto outcome = m_session->run(Query(sql));
        if (!outcome)
            QFAIL(qPrintable(sql + u'\n' + (outcome.isError() ? outcome.error().toText() : QString())));
    }

    ShardingFacts load()
    {
        const auto facts = loadShardingFacts(*m_session, {{{u"public"_s, u"t"_s}}, {}});
        return facts.value();
    }

    SimulatedShards simulate(int shards)
    {
        const ShardingTable table = load().tables.first();
        const auto sample = sampleColumn(*m_session, table, u"k"_s);
        return sample ? simulateShards(*sample, evenShardEnds(shards), table) : SimulatedShards();
    }

    static void compare(
        const char *source, const SimulatedShards &simulated, const QList<double> &real, double tolerance)
    {
        const double largest = *std::max_element(real.begin(), real.end());
        const double all = std::accumulate(real.begin(), real.end(), 0.0);
        const double foreseen = simulated.bytes.at(simulated.largest);
        qInfo("from %s: largest shard %.0f kB, foreseen %.0f kB (%+.1f %%), skew %.2f, foreseen %.2f", source,
            largest / 1024, foreseen / 1024, 100 * (foreseen / largest - 1), largest * double(real.size()) / all,
            simulated.skew);
        QVERIFY2(std::abs(foreseen - largest) <= tolerance * largest, source);
    }

    /// In the order of the hash ranges.
    QList<double> realSizes()
    {
        const auto rows = m_session->run(Query(u"SELECT shard_size FROM citus_shards s JOIN pg_dist_shard d USING "
                                               u"(shardid) WHERE s.table_name = 't'::regclass "
                                               "ORDER BY d.shardminvalue::int"_s));
        QList<double> sizes;
        for (qsizetype row = 0; rows && row < rows->rowCount(); ++row)
            sizes << rows->real(row, 0);
        return sizes;
    }

    QList<double> realRows()
    {
        const auto rows = m_session->run(
            Query(u"SELECT r.result FROM run_command_on_shards('t', 'SELECT count(*) FROM %s') r JOIN pg_dist_shard d "
                  u"USING (shardid) ORDER BY d.shardminvalue::int"_s));
        QList<double> counts;
        for (qsizetype row = 0; rows && row < rows->rowCount(); ++row)
            counts << rows->real(row, 0);
        return counts;
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestShardSizes)
#include "test_shardsizes.moc"
