// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
#include "tests/support/engine.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestVerify : public QObject
{
    Q_OBJECT

public:
    explicit TestVerify(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_session = openSession(m_io, m_cluster.settings());
        QVERIFY(m_session);
        const PlanReport applied = applyHttpTraffic(*m_session);
        QVERIFY2(applied.isComplete(), whyNot(applied));
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_cluster.sql(u"TRUNCATE http_request"_s);
        m_cluster.sql(u"TRUNCATE http_request_1min"_s);
        m_cluster.sql(
            uR"(INSERT INTO http_request (site_id, ingest_time, status_code, response_time_msec, ip_address, request_country)
            SELECT g % 5, timestamptz '2015-05-17 10:00:00+00' + g % 600 * interval '1 second', (ARRAY[200, 301, 404, 500, NULL])[g % 5 + 1],
                   nullif(g % 97, 0), '10.0.0.' || g % 50, (ARRAY['DE', 'FR', NULL])[g % 3 + 1]
              FROM generate_series(1, 3000) AS g)"_s);
        const auto run = runRollup(*m_session, u"http_request_1min"_s);
        QVERIFY2(run, whyNot(run));
        QCOMPARE(run->rowsRead, 3000);
    }
    void cleanupTestCase() { m_session.reset(); }

    void aRollupThatIsRightIsClean()
    {
        const auto verification = verifyRollup(*m_session, u"http_request_1min"_s);
        QVERIFY2(verification, whyNot(verification));
        QVERIFY2(verification->isClean(), qPrintable(firstOf(*verification)));
        QCOMPARE(verification->bucketsCompared, 50); // 5 sites, 10 minutes
        QVERIFY(!verification->since);
    }

    void itsFiguresAreTheRawOnes()
    {
        QCOMPARE(
            m_cluster.value(
                u"SELECT concat_ws(' ', sum(request_count), sum(success_count), sum(error_count), "
                "sum(response_time_sum), sum(response_time_count), min(response_time_min), max(response_time_max), "
                "sum((country_counters ->> 'DE')::bigint)) FROM http_request_1min"_s),
            m_cluster.value(
                u"SELECT concat_ws(' ', count(*), count(*) FILTER (WHERE status_code BETWEEN 200 AND 299), "
                "count(*) FILTER (WHERE status_code >= 400), sum(response_time_msec), count(response_time_msec), "
                "min(response_time_msec), max(response_time_msec), count(*) FILTER (WHERE request_country = 'DE')) "
                "FROM http_request"_s));
        QCOMPARE(
            m_cluster.value(u"SELECT count(*) FROM http_request_1min WHERE bucket <> date_trunc('minute', bucket)"_s),
            u"0"_s);
    }

    void everyPlantedDifferenceIsFound_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("says");
        const QString site = u" WHERE site_id = 3 AND bucket = '2015-05-17 10:04:00+00'"_s;
        const auto change = [&](const char *column, const char *value) {
            return u"UPDATE http_request_1min SET %1 = %2"_s.arg(QLatin1String(column), QLatin1String(value)) + site;
        };
        QTest::newRow("a raw row deleted")
            << u"DELETE FROM http_request WHERE site_id = 3 AND request_id = (SELECT min(request_id) FROM http_request "
               "WHERE site_id = 3 AND date_trunc('minute', ingest_time) = '2015-05-17 10:04:00+00')"_s
            << u"request_count"_s;
        QTest::newRow("a rollup row deleted")
            << u"DELETE FROM http_request_1min"_s + site << u"the rollup has no row"_s;
        QTest::newRow("a rollup row added") << u"INSERT INTO http_request_1min SELECT site_id, '2015-05-17 "
                                               u"10:04:00+00'::timestamptz + interval '1 hour', request_count, "
                                               "success_count, error_count, response_time_sum, response_time_count, "
                                               "response_time_min, response_time_max, "
                                               "country_counters FROM http_request_1min"_s
                + site << u"there are no raw rows"_s;
        QTest::newRow("requests") << change("request_count", "request_count + 1") << u"request_count"_s;
        QTest::newRow("errors") << change("error_count", "0") << u"error_count"_s;
        QTest::newRow("successes") << change("success_count", "success_count + 1") << u"success_count"_s;
        QTest::newRow("sum") << change("response_time_sum", "response_time_sum - 1") << u"response_time_sum"_s;
        QTest::newRow("sum gone") << change("response_time_sum", "NULL") << u"response_time_sum"_s;
        QTest::newRow("longest") << change("response_time_max", "1000") << u"response_time_max"_s;
        QTest::newRow("countries") << change("country_counters", "'{}'") << u"country_counters"_s;
        QTest::newRow("distinct visitors")
            << change("distinct_ip", "hll_add(distinct_ip, hll_hash_text('someone'))") << u"distinct_ip"_s;
    }

    void everyPlantedDifferenceIsFound()
    {
        QFETCH(QString, sql);
        QFETCH(QString, says);
        m_cluster.sql(sql);
        const auto verification = verifyRollup(*m_session, u"http_request_1min"_s);
        QVERIFY2(verification, whyNot(verification));
        QCOMPARE(verification->differenceCount, 1);
        const QString text = firstOf(*verification);
        QVERIFY2(text.contains(says), qPrintable(text));
        QVERIFY2(text.startsWith(u"2015-05-17 1"_s) && text.contains(u"site_id=3"_s), qPrintable(text));
    }

    void rowsNotRolledUpYetAreNoDifference()
    {
        m_cluster.sql(u"INSERT INTO http_request (site_id, ingest_time) VALUES (1, '2015-05-17 10:00:30+00')"_s);
        const auto verification = verifyRollup(*m_session, u"http_request_1min"_s);
        QVERIFY2(verification && verification->isClean(), whyNot(verification));
    }

    void lateRowsAreTakenInWhereTheyBelong()
    {
        m_cluster.sql(u"INSERT INTO http_request (site_id, ingest_time, ip_address) VALUES (1, '2015-05-17 "
                      u"09:00:30+00', 'late'), "
                      "(1, '2015-05-17 10:00:59.999+00', 'later')"_s);
        const auto run = runRollup(*m_session, u"http_request_1min"_s);
        QVERIFY2(run, whyNot(run));
        QCOMPARE(run->rowsRead, 2);
        QCOMPARE(run->bucketsWritten, 2);
        const auto verification = verifyRollup(*m_session, u"http_request_1min"_s);
        QVERIFY2(verification && verification->isClean(), whyNot(verification));
    }

    void idsThatSomeoneChoseAreTold()
    {
        const auto refused = m_cluster.trySql(u"INSERT INTO http_request (request_id, site_id) VALUES (1000000, 1)"_s);
        QVERIFY(refused.isError());
        m_cluster.sql(
            u"INSERT INTO http_request (request_id, site_id) OVERRIDING SYSTEM VALUE VALUES (1000000, 1), (1000001, 2)"_s);
        const auto verification = verifyRollup(*m_session, u"http_request_1min"_s);
        QVERIFY2(verification, whyNot(verification));
        QVERIFY(verification->isClean());
        QCOMPARE(verification->warnings.size(), 1);
        QVERIFY2(verification->warnings.first().startsWith(u"2 rows"_s), qPrintable(verification->warnings.first()));
    }

    void longListsAreCutAndCounted()
    {
        m_cluster.sql(u"UPDATE http_request_1min SET request_count = 0"_s);
        const auto verification = verifyRollup(*m_session, u"http_request_1min"_s, 7);
        QVERIFY2(verification, whyNot(verification));
        QCOMPARE(verification->differenceCount, 50);
        QCOMPARE(verification->differences.size(), 7);
    }

    void anUnknownRollupIsNamed()
    {
        const auto verification = verifyRollup(*m_session, u"nope"_s);
        QVERIFY(verification.isError());
        QVERIFY(verification.error().message.contains(u"nope"_s));
        const auto run = runRollup(*m_session, u"nope"_s);
        QVERIFY(run.isError());
        QVERIFY(run.error().toText().contains(u"http_request_1min"_s));
    }

private:
    static QString firstOf(const RollupVerification &verification)
    {
        return verification.differences.isEmpty() ? u"no difference"_s : verification.differences.first().toText();
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestVerify)
#include "test_verify.moc"
