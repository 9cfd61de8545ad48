// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// Times that are infinite or near the ends of what timestamptz holds: no run is endless, every such row has its place,
// and all others arrive.
#include "admin/retention/retentionpreview.h"
#include "tests/support/engine.h"

#include <QJsonArray>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

const QStringList edges{u"-infinity"_s, u"4714-11-24 00:00:01+00 BC"_s, u"4713-06-01 00:00:00+00 BC"_s,
    u"0001-01-01 00:00:00+00"_s, u"1883-11-18 12:03:58+00"_s, u"1969-12-31 23:59:59.999999+00"_s,
    u"2021-01-01 00:00:00+00"_s, u"294270-01-01 00:00:00+00"_s, u"294276-12-31 23:59:59.999999+00"_s, u"infinity"_s};

} // namespace

class TestTimeEdges : public QObject
{
    Q_OBJECT

public:
    explicit TestTimeEdges(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init();
    void cleanup();

    void bucketsOfAllTimesHaveAPlace();
    void everyLevelHoldsTheEdges_data();
    void everyLevelHoldsTheEdges();
    void closedBucketsTakeTheEdges();
    void verifyNamesAnInfiniteBucket();
    void expiryTakesTheEdges();
    void aPreviewShowsTheEdges();
    void theDefaultPartitionKeepsOnlyTheEdges();

private:
    PlanReport make(const QJsonObject &more);
    void insert(const QStringList &times);
    void roll(const QStringList &rollups);
    void checkLevel(const QString &level, int rows);

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

void TestTimeEdges::init()
{
    QTest::failOnWarning(QRegularExpression(u"."_s));
    m_session = openSession(m_io, m_cluster.settings());
    QVERIFY(m_session);
    // What is endless fails.
    QVERIFY(m_session->run(Query(u"SET statement_timeout = '120s'"_s)));
    m_cluster.sql(
        u"CREATE TABLE hits (site int NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL)"_s);
    if (m_cluster.hasCitus())
        m_cluster.sql(u"SELECT create_distributed_table('hits', 'site', shard_count := 2, colocate_with := 'none')"_s);
}

void TestTimeEdges::cleanup()
{
    const auto facts = loadFacts(*m_session);
    QVERIFY2(facts, whyNot(facts));
    for (const RollupFacts &rollup : facts->rollups)
        if (rollup.parent.isEmpty())
            QVERIFY(carryOut(*m_session, Outcome<Intent>(dropRollupIntent(rollup.name))).isComplete());
    m_cluster.sql(u"DROP TABLE IF EXISTS hits, logs; DROP SCHEMA IF EXISTS shardboard CASCADE"_s);
    m_session.reset();
}

PlanReport TestTimeEdges::make(const QJsonObject &more)
{
    QJsonObject settings{{u"table"_s, u"public.hits"_s},
        {u"measures"_s, QJsonArray{QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}}}}};
    for (auto it = more.begin(); it != more.end(); ++it)
        settings.insert(it.key(), it.value());
    const PlanReport report = carryOut(*m_session, Outcome<Intent>(Intent{u"rollup"_s, settings}));
    if (report.isComplete())
        m_cluster.sql(u"UPDATE cron.job SET active = false"_s); // only the test runs rollups
    return report;
}

void TestTimeEdges::insert(const QStringList &times)
{
    for (const QString &time : times)
        m_cluster.sql(u"INSERT INTO hits (site, at) VALUES (1, %1)"_s.arg(quoteLiteral(time)));
}

void TestTimeEdges::roll(const QStringList &rollups)
{
    for (const QString &rollup : rollups) {
        const auto run = runRollup(*m_session, rollup);
        QVERIFY2(run, whyNot(run));
        QCOMPARE(run->state, RollupRun::State::Done);
    }
}

/// It, and its live view, hold so many rows, before a rebuild and after it.
void TestTimeEdges::checkLevel(const QString &level, int rows)
{
    const QString wanted = QString::number(rows);
    QCOMPARE(m_cluster.value(u"SELECT coalesce(sum(n), 0) FROM %1"_s.arg(level)), wanted);
    QCOMPARE(m_cluster.value(u"SELECT coalesce(sum(n), 0) FROM %1_live"_s.arg(level)), wanted);
    const QString before = m_cluster.value(u"SELECT json_agg(t ORDER BY bucket)::text FROM %1 AS t"_s.arg(level));
    const auto verification = verifyRollup(*m_session, level);
    QVERIFY2(verification && verification->isClean(), whyNot(verification));
    QVERIFY(verification->warnings.isEmpty());
    const auto rebuilt = rebuildRollup(*m_session, level, {});
    QVERIFY2(rebuilt, whyNot(rebuilt));
    QCOMPARE(m_cluster.value(u"SELECT json_agg(t ORDER BY bucket)::text FROM %1 AS t"_s.arg(level)), before);
}

void TestTimeEdges::bucketsOfAllTimesHaveAPlace()
{
    QVERIFY(make({}).isComplete()); // the functions
    QString values;
    for (const QString &edge : edges)
        values += (values.isEmpty() ? u"("_s : u"), ("_s) + quoteLiteral(edge) + u"::timestamptz"_s;
    for (const QString &bucket : {u"1 second"_s, u"1 minute"_s, u"1 hour"_s, u"12 hours"_s, u"1 day"_s, u"7 days"_s,
             u"1 month"_s, u"3 months"_s, u"1 year"_s}) {
        for (const QString &zone : {u"UTC"_s, u"Pacific/Kiritimati"_s, u"Pacific/Pago_Pago"_s, u"America/St_Johns"_s}) {
            const QString call = quoteLiteral(bucket) + u", "_s + quoteLiteral(zone);
            // Each time is in the span of its bucket, so is the start of that, and the next one begins where it ends;
            // runs have the same as an expression.
            const QString wrong = m_cluster.value(
                u"SELECT string_agg(at::text, ', ') FROM (VALUES %1)) AS v(at), "
                "LATERAL (SELECT shardboard.bucket_start(at, %2) AS b) AS s, "
                "LATERAL (SELECT shardboard.bucket_span(b, %2) AS span) AS p "
                "WHERE NOT (span @> at AND span @> b AND shardboard.bucket_start(b, %2) = b AND (%3) = b "
                "AND (b = 'infinity' OR upper(span) = 'infinity' "
                "OR shardboard.bucket_start(upper(span), %2) IN (upper(span), 'infinity')))"_s.arg(
                    values, call, m_cluster.value(u"SELECT shardboard.bucket_expression('at', %1)"_s.arg(call))));
            QVERIFY2(wrong.isEmpty(), qPrintable(bucket + u' ' + zone + u": "_s + wrong));
            // A rollup that has done nothing yet.
            QCOMPARE(
                m_cluster.value(u"SELECT coalesce(shardboard.bucket_start(NULL, %1), shardboard.bucket_end(NULL, %1), "
                                "shardboard.bucket_end(NULL, %1, -2)) IS NULL"_s.arg(call)),
                u"t"_s);
        }
    }
}

void TestTimeEdges::everyLevelHoldsTheEdges_data()
{
    QTest::addColumn<QString>("zone");
    for (const char *zone : {"UTC", "America/New_York", "Asia/Tokyo"})
        QTest::newRow(zone) << QString::fromLatin1(zone);
}

void TestTimeEdges::everyLevelHoldsTheEdges()
{
    QFETCH(QString, zone);
    const QStringList levels{u"hits_1hour"_s, u"hits_1day"_s, u"hits_1month"_s, u"hits_1year"_s};
    const PlanReport made = make({{u"timeZone"_s, zone},
        {u"levels"_s,
            QJsonArray{QJsonObject{{u"bucket"_s, u"1 hour"_s}}, QJsonObject{{u"bucket"_s, u"1 day"_s}},
                QJsonObject{{u"bucket"_s, u"1 month"_s}}, QJsonObject{{u"bucket"_s, u"1 year"_s}}}}});
    QVERIFY2(made.isComplete(), whyNot(made));
    insert(edges);
    for (const QString &level : levels)
        QCOMPARE(m_cluster.value(u"SELECT sum(n) FROM %1_live"_s.arg(level)), QString::number(edges.size()));
    roll(levels);
    for (const QString &level : levels) {
        QCOMPARE(m_cluster.value(u"SELECT n FROM %1 WHERE bucket = 'infinity'"_s.arg(level)),
            level == levels.at(0) ? u"1"_s : u"2"_s);
        checkLevel(level, int(edges.size()));
    }
    // Late rows at the edges, too.
    insert({edges.first(), edges.last(), u"294276-12-31 23:00:00+00"_s});
    roll(levels);
    for (const QString &level : levels)
        checkLevel(level, int(edges.size()) + 3);
}

void TestTimeEdges::closedBucketsTakeTheEdges()
{
    const PlanReport made = make({{u"strategy"_s, u"time"_s}, {u"bucket"_s, u"1 minute"_s}, {u"recompute"_s, 1000}});
    QVERIFY2(made.isComplete(), whyNot(made));
    insert(edges);
    m_cluster.sql(u"INSERT INTO hits (site, at) VALUES (1, now() - interval '10 minutes')"_s);
    roll({u"hits_1min"_s});
    // Those of the future, four of them with now's, are not closed.
    QCOMPARE(m_cluster.value(u"SELECT sum(n) FROM hits_1min"_s), u"8"_s);
    QCOMPARE(m_cluster.value(u"SELECT sum(n) FROM hits_1min_live"_s), u"11"_s);
    const auto verification = verifyRollup(*m_session, u"hits_1min"_s);
    QVERIFY2(verification && verification->isClean(), whyNot(verification));
    QCOMPARE(verification->warnings.size(), 1);
    QVERIFY2(verification->warnings.constFirst().startsWith(u"1 rows of public.hits are in bucket infinity"_s),
        qPrintable(verification->warnings.constFirst()));
    const auto rebuilt = rebuildRollup(*m_session, u"hits_1min"_s, {});
    QVERIFY2(rebuilt, whyNot(rebuilt));
    QCOMPARE(m_cluster.value(u"SELECT sum(n) FROM hits_1min"_s), u"8"_s);
}

void TestTimeEdges::verifyNamesAnInfiniteBucket()
{
    QVERIFY(make({{u"bucket"_s, u"1 day"_s}}).isComplete());
    insert({u"-infinity"_s, u"infinity"_s, u"0044-03-15 12:00:00+00 BC"_s});
    roll({u"hits_1day"_s});
    m_cluster.sql(u"UPDATE hits_1day SET n = n + 1"_s);
    const auto verification = verifyRollup(*m_session, u"hits_1day"_s);
    QVERIFY2(verification, whyNot(verification));
    QStringList named;
    for (const BucketDifference &difference : verification->differences)
        named << difference.bucketText;
    QCOMPARE(named.join(u", "_s), u"-infinity, 44-03-15 00:00:00 BC, infinity"_s);
}

void TestTimeEdges::expiryTakesTheEdges()
{
    insert(edges);
    m_cluster.sql(u"INSERT INTO hits (site, at) VALUES (1, now()), (1, now() - interval '10 days')"_s);
    const auto wish = RetentionWish{{u"public"_s, u"hits"_s}, u"at"_s, u"1 day"_s};
    const auto preview = previewRetention(*m_session, wish);
    QVERIFY2(preview, whyNot(preview));
    QVERIFY(preview->hasMinusInfinity);
    const PlanReport kept = carryOutIntent(*m_session,
        {u"retention"_s, {{u"table"_s, u"public.hits"_s}, {u"column"_s, u"at"_s}, {u"keep"_s, u"1 day"_s}}});
    QVERIFY2(kept.isComplete(), whyNot(kept));
    const auto run = runRetention(*m_session, u"public.hits"_s);
    QVERIFY2(run, whyNot(run));
    QCOMPARE(run->state, RetentionRun::State::Done);
    QCOMPARE(run->rowsDeleted, 8);
    QCOMPARE(m_cluster.value(u"SELECT count(*) FROM hits WHERE at >= now() - interval '1 day'"_s), u"4"_s);
    QCOMPARE(m_cluster.value(u"SELECT count(*) FROM hits"_s), u"4"_s);
    const auto after = previewRetention(*m_session, wish);
    QVERIFY2(after && after->isEmpty() && !after->hasMinusInfinity, whyNot(after));
}

void TestTimeEdges::aPreviewShowsTheEdges()
{
    const Intent intent{u"rollup"_s,
        {{u"table"_s, u"public.hits"_s},
            {u"levels"_s, QJsonArray{QJsonObject{{u"bucket"_s, u"1 hour"_s}}, QJsonObject{{u"bucket"_s, u"1 day"_s}}}},
            {u"measures"_s, QJsonArray{QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}}}}}};
    insert(edges);
    const auto planned = planOn(*m_session, Outcome<Intent>(intent));
    QVERIFY2(planned, whyNot(planned));
    m_cluster.sql(u"DELETE FROM hits WHERE at < 'infinity' AND at > '-infinity'"_s);
    const auto empty = planOn(*m_session, Outcome<Intent>(intent));
    QVERIFY2(empty, whyNot(empty));
}

void TestTimeEdges::theDefaultPartitionKeepsOnlyTheEdges()
{
    m_cluster.sql(u"CREATE TABLE logs (site int NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (at)"_s);
    if (m_cluster.hasCitus())
        m_cluster.sql(u"SELECT create_distributed_table('logs', 'site', shard_count := 2, colocate_with := 'none')"_s);
    const PlanReport made = carryOutIntent(*m_session,
        {u"partition"_s,
            {{u"table"_s, u"public.logs"_s}, {u"column"_s, u"at"_s}, {u"interval"_s, u"1 day"_s}, {u"ahead"_s, 2},
                {u"method"_s, u"sql"_s}, {u"default"_s, true}}});
    QVERIFY2(made.isComplete(), whyNot(made));
    for (const QString &edge : edges)
        m_cluster.sql(u"INSERT INTO logs VALUES (1, %1)"_s.arg(quoteLiteral(edge)));
    m_cluster.sql(u"INSERT INTO logs VALUES (1, now() + interval '20 days')"_s);
    QCOMPARE(m_cluster.value(u"SELECT shardboard.empty_default_partition('public.logs')"_s), u"6"_s);
    QCOMPARE(m_cluster.value(u"SELECT string_agg(at::text, ', ' ORDER BY at) FROM logs_default"_s).count(u","_s), 4);
    QCOMPARE(m_cluster.value(u"SELECT count(*) FROM logs"_s), u"11"_s);
    QVERIFY(m_session->run(Query(u"CALL shardboard.maintain_partitions('public.logs')"_s)));
}

SHARDBOARD_LIVE_TEST_MAIN(TestTimeEdges)
#include "test_timeedges.moc"
