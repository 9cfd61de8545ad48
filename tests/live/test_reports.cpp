// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// The questions people ask of these workloads, answered from the rollups and from the raw rows: counts are the same,
// distinct counts within the error of HyperLogLog, the most frequent the same ones.
#include "tests/support/engine.h"

#include <cmath>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestReports : public QObject
{
    Q_OBJECT

public:
    explicit TestReports(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void cleanupTestCase() { m_session.reset(); }

    void clickstreamOfTheLastHalfHour();
    void clickstreamOfAWeek();
    void clickstreamTrendOfTwoDaysByTheHour();
    void clickstreamTopDevices();
    void requestsByTheMinute();
    void visitorsOfAWhile();
    void requestsOfOneCountry();
    void whoWasMostActiveOnGitHub();
    void commitsByTheHour();
    void whoCreatedRepositories();

private:
    void apply(const QString &blueprint, QMap<QString, QString> settings);
    void roll(const QString &rollup);
    QStringList rowsOf(const QString &sql) const;
    void expectSame(const QString &raw, const QString &rolledUp);
    /// The first columns the same, those from `estimated` on within three standard errors.
    void expectClose(const QString &raw, const QString &rolledUp, int estimated);
    QString moment(const char *ago) const
    {
        return u"date_bin('5 minutes', now() - interval '%1', 'epoch')"_s.arg(QLatin1String(ago));
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

void TestReports::apply(const QString &blueprint, QMap<QString, QString> settings)
{
    settings.insert(u"shard_count"_s, u"4"_s);
    settings.insert(u"raw_retention"_s, u"never"_s);
    settings.insert(u"schedule"_s, u"0 0 31 2 *"_s);
    const PlanReport applied = carryOut(*m_session, blueprintIntent(blueprint, settings));
    QVERIFY2(applied.isComplete(), whyNot(applied));
}

void TestReports::roll(const QString &rollup)
{
    const auto run = runRollup(*m_session, rollup);
    QVERIFY2(run && run->rowsRead > 0, whyNot(run));
}

void TestReports::initTestCase()
{
    m_session = openSession(m_io, m_cluster.settings());
    QVERIFY(m_session);
    apply(u"clickstream"_s,
        {{u"history"_s, u"8 days"_s}, {u"partition_interval"_s, u"1 day"_s}, {u"partitions_ahead"_s, u"1"_s}});
    apply(u"http-traffic"_s, {{u"error_definition"_s, u"not-2xx"_s}});
    apply(u"github"_s, {});
    for (int part = 0; part < 2; ++part) {
        m_cluster.sql(u"SELECT setseed(0.%1); INSERT INTO events (event_time, customer_id, event_type, country, "
                      u"browser, device_id, session_id) "
                      "SELECT now() - power(random(), 3) * interval '7 days', ceil(random() * 3), (ARRAY['click', "
                      "'view', NULL])[ceil(random() * 3)], "
                      "(ARRAY['DE', 'FR', NULL])[ceil(random() * 3)], 'b', floor(power(random(), 4) * 3000), "
                      "floor(random() * 4000) "
                      "FROM generate_series(1, 20000)"_s.arg(part + 1));
        m_cluster.sql(u"INSERT INTO http_request (site_id, ingest_time, request_country, ip_address, status_code, "
                      u"response_time_msec) "
                      "SELECT trunc(random() * 8), now() - random() * interval '10 minutes', "
                      "('{China,India,USA,Indonesia}'::text[])[ceil(random() * 4)], "
                      "concat('10.0.', trunc(random() * 20), '.', trunc(random() * 50)), "
                      "('{200,404}'::int[])[ceil(random() * 2)], "
                      "5 + trunc(random() * 150) FROM generate_series(1, 5000)"_s);
        m_cluster.sql(
            u"INSERT INTO github_events (event_id, event_type, repo_id, user_id, payload, created_at) "
            "SELECT g + %1, (ARRAY['PushEvent', 'CreateEvent', 'WatchEvent'])[1 + g % 3], g % 11, "
            "floor(power(random(), 3) * 40), CASE g % 3 "
            "WHEN 0 THEN jsonb_build_object('distinct_size', g % 5) WHEN 1 THEN jsonb_build_object('ref_type', "
            "(ARRAY['repository', 'branch'])[1 + g % 2]) ELSE '{}' END, now() - random() * interval '6 hours' FROM generate_series(1, 4000) AS g"_s
                .arg(part * 10000));
        for (const char *rollup : {"events_5min", "events_1hour", "http_request_1min", "github_events_1min"})
            roll(QLatin1String(rollup));
    }
    m_cluster.sql(
        u"INSERT INTO github_users (user_id, login) SELECT g, 'user ' || g FROM generate_series(0, 39) AS g"_s);
}

QStringList TestReports::rowsOf(const QString &sql) const
{
    const ResultSet rows = m_cluster.sql(sql);
    QStringList list;
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < rows.columnCount(); ++column)
            cells << rows.text(row, column);
        list << cells.join(u'|');
    }
    return list;
}

void TestReports::expectSame(const QString &raw, const QString &rolledUp)
{
    const QStringList expected = rowsOf(raw);
    QVERIFY2(expected.size() > 0 && expected.constFirst() != u"0"_s, qPrintable(raw));
    QCOMPARE(rowsOf(rolledUp), expected);
}

void TestReports::expectClose(const QString &raw, const QString &rolledUp, int estimated)
{
    const QStringList expected = rowsOf(raw);
    const QStringList found = rowsOf(rolledUp);
    QVERIFY(expected.size() > 0);
    QCOMPARE(found.size(), expected.size());
    const double error = 3 * 1.04 / std::sqrt(2048.);
    for (qsizetype row = 0; row < expected.size(); ++row) {
        const QStringList a = expected.at(row).split(u'|');
        const QStringList b = found.at(row).split(u'|');
        QCOMPARE(b.first(estimated), a.first(estimated));
        for (int column = estimated; column < a.size(); ++column) {
            const double exact = a.at(column).toDouble();
            QVERIFY2(exact > 0 && std::abs(b.at(column).toDouble() - exact) <= std::max(error * exact, 0.5),
                qPrintable(expected.at(row) + u" against "_s + found.at(row)));
        }
    }
}

void TestReports::clickstreamOfTheLastHalfHour()
{
    expectClose(
        u"SELECT count(*), count(DISTINCT device_id) FROM events WHERE event_time >= %1 AND event_time < %2 AND customer_id = 1"_s
            .arg(moment("35 minutes"), moment("0 minutes")),
        u"SELECT sum(event_count), hll_cardinality(hll_union_agg(device_distinct_count)) FROM events_5min "
        "WHERE bucket >= %1 AND bucket < %2 AND customer_id = 1"_s.arg(moment("35 minutes"), moment("0 minutes")),
        1);
}

void TestReports::clickstreamOfAWeek()
{
    expectClose(u"SELECT count(*), count(DISTINCT device_id), count(DISTINCT session_id) FROM events WHERE "
                "event_time >= date_trunc('day', now()) - interval '7 days' AND customer_id = 1"_s,
        u"SELECT sum(event_count), hll_cardinality(hll_union_agg(device_distinct_count)), "
        "hll_cardinality(hll_union_agg(session_distinct_count)) FROM events_1hour WHERE bucket >= date_trunc('day', "
        "now()) - "
        "interval '7 days' AND customer_id = 1"_s,
        1);
}

void TestReports::clickstreamTrendOfTwoDaysByTheHour()
{
    expectClose(
        u"SELECT extract(epoch FROM date_trunc('hour', event_time)), count(*), count(DISTINCT device_id), "
        u"count(DISTINCT session_id) "
        "FROM events WHERE event_time >= date_trunc('day', now()) - interval '2 days' AND customer_id = 1 GROUP BY 1 ORDER BY 1"_s,
        u"SELECT extract(epoch FROM bucket), sum(event_count), hll_cardinality(hll_union_agg(device_distinct_count)), "
        "hll_cardinality(hll_union_agg(session_distinct_count)) FROM events_1hour WHERE bucket >= date_trunc('day', "
        "now()) - interval '2 days' "
        "AND customer_id = 1 GROUP BY 1 ORDER BY 1"_s,
        2);
}

void TestReports::clickstreamTopDevices()
{
    const QString raw = u"SELECT device_id, count(*) FROM events WHERE event_time >= %1 AND customer_id = 2 GROUP BY 1 "
                        u"ORDER BY 2 DESC, "
                        "device_id::text LIMIT 10"_s.arg(moment("600 minutes"));
    const QString rolledUp = u"SELECT d.key, sum(d.value::bigint) FROM events_5min, jsonb_each_text(top_devices_1000) "
                             u"AS d WHERE bucket >= %1 "
                             "AND customer_id = 2 GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10"_s.arg(moment("600 minutes"));
    expectSame(raw, rolledUp);
    // As extension topn's own functions read them, and in the hours made from the five minutes.
    if (m_cluster.value(u"SELECT count(*) FROM pg_extension WHERE extname = 'topn'"_s) == u"1"_s)
        expectSame(
            u"SELECT device_id, count(*) FROM events WHERE customer_id = 2 GROUP BY 1 ORDER BY 2 DESC, device_id::text LIMIT 3"_s,
            u"SELECT item, frequency FROM topn((SELECT topn_union_agg(top_devices_1000) FROM events_1hour WHERE "
            u"customer_id = 2), 3) "
            "ORDER BY 2 DESC, 1"_s);
}

void TestReports::requestsByTheMinute()
{
    expectSame(u"SELECT site_id, date_trunc('minute', ingest_time), count(1), sum(CASE WHEN status_code BETWEEN 200 "
               u"AND 299 THEN 1 ELSE 0 END), "
               "sum(CASE WHEN status_code BETWEEN 200 AND 299 THEN 0 ELSE 1 END), sum(response_time_msec) / count(1) "
               "FROM http_request "
               "WHERE date_trunc('minute', ingest_time) > now() - interval '5 minutes' GROUP BY 1, 2 ORDER BY 2, 1"_s,
        u"SELECT site_id, bucket, request_count, success_count, error_count, response_time_sum / request_count FROM "
        u"http_request_1min "
        "WHERE bucket > now() - interval '5 minutes' ORDER BY 2, 1"_s);
}

void TestReports::visitorsOfAWhile()
{
    expectClose(
        u"SELECT count(*), count(DISTINCT ip_address) FROM http_request WHERE date_trunc('minute', ingest_time) > now() - interval '8 minutes'"_s,
        u"SELECT sum(request_count), hll_cardinality(hll_union_agg(distinct_ip)) FROM http_request_1min WHERE bucket > now() - interval '8 minutes'"_s,
        1);
}

void TestReports::requestsOfOneCountry()
{
    expectSame(
        u"SELECT site_id, date_trunc('minute', ingest_time), count(*) FILTER (WHERE request_country = 'USA') FROM http_request GROUP BY 1, 2 ORDER BY 1, 2"_s,
        u"SELECT site_id, bucket, coalesce(country_counters ->> 'USA', '0')::int FROM http_request_1min ORDER BY 1, 2"_s);
}

void TestReports::whoWasMostActiveOnGitHub()
{
    expectSame(
        u"SELECT user_id, date_trunc('minute', created_at), count(1) FROM github_events GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 5"_s,
        u"SELECT user_id, bucket, sum(event_count) FROM github_events_1min GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 5"_s);
}

void TestReports::commitsByTheHour()
{
    expectSame(
        u"SELECT date_trunc('hour', created_at), sum((payload ->> 'distinct_size')::int) FROM github_events WHERE event_type = 'PushEvent' GROUP BY 1 ORDER BY 1"_s,
        u"SELECT date_trunc('hour', bucket), sum(commit_count) FROM github_events_1min WHERE event_type = 'PushEvent' GROUP BY 1 ORDER BY 1"_s);
}

void TestReports::whoCreatedRepositories()
{
    expectSame(u"SELECT login, count(*) FROM github_events JOIN github_users USING (user_id) WHERE event_type = "
               u"'CreateEvent' AND "
               "payload @> '{\"ref_type\": \"repository\"}' GROUP BY login ORDER BY 2 DESC, 1"_s,
        u"SELECT login, sum(repository_count) FROM github_events_1min JOIN github_users USING (user_id) WHERE "
        u"repository_count > 0 "
        "GROUP BY login ORDER BY 2 DESC, 1"_s);
}

SHARDBOARD_LIVE_TEST_MAIN(TestReports)
#include "test_reports.moc"
