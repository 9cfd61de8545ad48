// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// A server that an older version of the program has set up goes on where it was.
#include "tests/support/engine.h"

#include <QFile>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestUpgrade : public QObject
{
    Q_OBJECT

public:
    explicit TestUpgrade(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void everythingThatWasKnownIsStillKnown();

private:
    /// The objects of that version in place of ours, with a rollup of ours in its registry.
    void goBackTo(const QString &version);

    LiveCluster &m_cluster;
    IoThread m_io;
};

void TestUpgrade::goBackTo(const QString &version)
{
    QFile file(QStringLiteral(SHARDBOARD_SOURCE_DIR "/tests/data/serverobjects/") + version + u".sql"_s);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString kept = u"name, strategy, source, target, id_column, id_sequence, time_column, bucket_column, bucket, "
                         "dimensions, measures, aggregate_sql, compare_sql"_s;
    m_cluster.sql(u"CREATE TABLE public.kept AS SELECT %1 FROM shardboard.rollup"_s.arg(kept));
    m_cluster.sql(u"CREATE TABLE public.kept_blueprint AS SELECT * FROM shardboard.blueprint"_s);
    m_cluster.sql(u"DROP SCHEMA shardboard CASCADE"_s);
    for (const QString &step : QString::fromUtf8(file.readAll()).split(u"-- step: "_s).mid(1))
        if (m_cluster.hasCitus() || !step.contains(u"-- only: citus"_s))
            m_cluster.sql(u"-- "_s + step);
    m_cluster.sql(u"INSERT INTO shardboard.rollup (%1) SELECT * FROM public.kept"_s.arg(kept));
    m_cluster.sql(u"INSERT INTO shardboard.blueprint SELECT * FROM public.kept_blueprint"_s);
    m_cluster.sql(u"DROP TABLE public.kept, public.kept_blueprint"_s);
}

void TestUpgrade::everythingThatWasKnownIsStillKnown()
{
    const auto session = openSession(m_io, m_cluster.settings());
    QVERIFY(session);
    const PlanReport applied = applyHttpTraffic(*session);
    QVERIFY2(applied.isComplete(), whyNot(applied));
    goBackTo(u"version2"_s);
    const QString insert
        = u"INSERT INTO http_request (site_id, ip_address) SELECT g % 5, g FROM generate_series(1, %1) AS g"_s;
    m_cluster.sql(insert.arg(100));
    m_cluster.sql(u"CALL shardboard.run_rollup('http_request_1min')"_s);
    const QString known
        = u"SELECT concat_ws(' ', (SELECT string_agg(rollup || group_id || '=' || last_id, ',' ORDER BY "
          "group_id) FROM shardboard.rollup_state WHERE last_id > group_id::bigint << 48), "
          "(SELECT string_agg(run_id || state || rows_read, ',') FROM shardboard.rollup_run), "
          "(SELECT complete_until FROM shardboard.rollup))"_s;
    m_cluster.sql(u"INSERT INTO shardboard.retention (table_name, time_column, keep, deleted_before) "
                  "VALUES ('public.http_request', 'ingest_time', '2 hours', '2020-01-01 00:00:00+00')"_s);
    const QString before = m_cluster.value(known);
    QVERIFY2(before.contains(u"1done100"_s), qPrintable(before));

    const auto facts = loadFacts(*session);
    QVERIFY2(facts, whyNot(facts));
    QVERIFY(facts->objectsVersion > 0);
    const PlanReport upgraded = applyHttpTraffic(*session);
    QVERIFY2(upgraded.isComplete() && upgraded.changedAnything(), whyNot(upgraded));
    QCOMPARE(m_cluster.value(known), before);
    m_cluster.sql(insert.arg(50));
    const auto run = runRollup(*session, u"http_request_1min"_s);
    QVERIFY2(run, whyNot(run));
    QCOMPARE(run->rowsRead, 50);
    const auto verification = verifyRollup(*session, u"http_request_1min"_s);
    QVERIFY2(verification && verification->isClean(), whyNot(verification));
    QCOMPARE(m_cluster.value(u"SELECT sum(request_count) FROM http_request_1min"_s), u"150"_s);
    QCOMPARE(m_cluster.value(u"SELECT deleted_before = '2020-01-01Z' AND keep IS NULL AND NOT drops_wide FROM "
                             "shardboard.retention JOIN shardboard.expired USING (table_name) "
                             "WHERE table_name = 'public.http_request'"_s),
        u"t"_s);
    m_cluster.sql(u"UPDATE shardboard.retention SET keep = '1 day' WHERE table_name = 'public.http_request'"_s);
    const auto expired = runRetention(*session, u"public.http_request"_s);
    QVERIFY2(expired && expired->state == RetentionRun::State::Done && expired->runId == 1, whyNot(expired));
    const PlanReport removed = removeHttpTraffic(*session);
    QVERIFY2(removed.isComplete(), whyNot(removed));
    QCOMPARE(m_cluster.value(u"SELECT to_regnamespace('shardboard')"_s), QString());
}

SHARDBOARD_LIVE_TEST_MAIN(TestUpgrade)
#include "test_upgrade.moc"
