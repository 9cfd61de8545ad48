// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
#include "tests/support/engine.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestRetention : public QObject
{
    Q_OBJECT

public:
    explicit TestRetention(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_session = openSession(m_io, m_cluster.settings());
        QVERIFY(m_session);
        const PlanReport applied
            = applyHttpTraffic(*m_session, {{u"raw_retention"_s, u"2 hours"_s}, {u"rollup_retention"_s, u"1 day"_s}});
        QVERIFY2(applied.isComplete(), whyNot(applied));
        m_cluster.sql(u"SELECT cron.unschedule(jobid) FROM cron.job"_s); // only what the test does
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_cluster.sql(u"TRUNCATE http_request"_s);
        m_cluster.sql(u"TRUNCATE http_request_1min"_s);
        m_cluster.sql(u"UPDATE shardboard.retention SET batch_rows = 100000; DELETE FROM shardboard.expired"_s);
    }
    void cleanupTestCase() { m_session.reset(); }

    void onlyWhatIsOldGoes()
    {
        insert(u"now() - interval '5 hours'"_s, 100);
        insert(u"now() - interval '119 minutes'"_s, 50);
        insert(u"now()"_s, 30);
        rollUp();
        QCOMPARE(expire(u"public.http_request"_s), 100);
        QCOMPARE(rawCount(), 80);
        QCOMPARE(rolledUpCount(), 180);
        QCOMPARE(expire(u"public.http_request"_s), 0);
    }

    void whatIsNotRolledUpStays()
    {
        insert(u"now() - interval '5 hours'"_s, 100);
        QCOMPARE(expire(u"public.http_request"_s), 0);
        rollUp();
        insert(u"now() - interval '6 hours'"_s, 7);
        QCOMPARE(expire(u"public.http_request"_s), 100);
        QCOMPARE(rawCount(), 7);
        rollUp();
        QCOMPARE(expire(u"public.http_request"_s), 7);
        QCOMPARE(rolledUpCount(), 107);
    }

    void whatASecondRollupHasNotTakenStays()
    {
        m_cluster.sql(u"CREATE TABLE slower (LIKE http_request_1min)"_s);
        m_cluster.sql(
            u"INSERT INTO shardboard.rollup (name, strategy, source, target, id_column, id_sequence, time_column, "
            "bucket_column, bucket, dimensions, measures, aggregate_sql, compare_sql) SELECT 'slower', strategy, "
            "source, "
            "'public.slower', id_column, id_sequence, time_column, bucket_column, bucket, dimensions, measures, "
            "aggregate_sql, compare_sql FROM shardboard.rollup"_s);
        insert(u"now() - interval '5 hours'"_s, 100);
        rollUp();
        QCOMPARE(expire(u"public.http_request"_s), 0);
        m_cluster.sql(u"DELETE FROM shardboard.rollup WHERE name = 'slower'"_s);
        m_cluster.sql(u"DROP TABLE slower"_s);
        QCOMPARE(expire(u"public.http_request"_s), 100);
    }

    void whatACascadeThatNeverRanHasNotTakenStays()
    {
        m_cluster.sql(u"CREATE TABLE hourly (LIKE http_request_1min)"_s);
        insert(u"now() - interval '3 days'"_s, 100);
        rollUp();
        QCOMPARE(expire(u"public.http_request"_s), 100);
        m_cluster.sql(
            u"INSERT INTO shardboard.rollup (name, strategy, source, target, time_column, bucket_column, bucket, "
            "dimensions, measures, aggregate_sql, compare_sql, parent) SELECT 'hourly', 'cascade', target, "
            "'public.hourly', bucket_column, bucket_column, '1 hour', dimensions, measures, aggregate_sql, "
            "compare_sql, "
            "name FROM shardboard.rollup"_s);
        insert(u"now()"_s, 30); // the cascade is told of what this changes, and of nothing before
        rollUp();
        QCOMPARE(expire(u"public.http_request_1min"_s), 0);
        QCOMPARE(rolledUpCount(), 130);
        m_cluster.sql(u"DELETE FROM shardboard.rollup WHERE name = 'hourly'"_s);
        m_cluster.sql(u"DELETE FROM shardboard.rollup_change"_s);
        m_cluster.sql(u"DROP TABLE hourly"_s);
    }

    void theCutoffIsMovedToTheStartOfABucket()
    {
        m_cluster.sql(u"UPDATE shardboard.rollup SET bucket = '1 day'"_s);
        m_cluster.sql(u"UPDATE shardboard.retention SET keep = '36 hours' WHERE table_name = 'public.http_request'"_s);
        insert(u"date_trunc('day', now() - interval '36 hours', 'UTC')"_s, 10);
        insert(u"date_trunc('day', now() - interval '36 hours', 'UTC') - interval '1 second'"_s, 5);
        rollUp();
        const auto run = runRetention(*m_session, u"public.http_request"_s);
        QVERIFY2(run, whyNot(run));
        QCOMPARE(run->rowsDeleted, 5);
        QCOMPARE(run->cutoff.time(), QTime(0, 0));
        QCOMPARE(run->oldestKept, run->cutoff);
        QCOMPARE(run->holds.size(), 1);
        QCOMPARE(run->holds.first().kind, RetentionHold::Kind::Bucket);
        QCOMPARE(run->state, RetentionRun::State::Done);
        QVERIFY(run->bytesFreed > 5 * 28);
        m_cluster.sql(u"UPDATE shardboard.rollup SET bucket = '1 minute'"_s);
        m_cluster.sql(u"UPDATE shardboard.retention SET keep = '2 hours' WHERE table_name = 'public.http_request'"_s);
    }

    void aRunThatFailsIsNoted()
    {
        insert(u"now() - interval '5 hours'"_s, 10);
        rollUp();
        m_cluster.sql(
            u"UPDATE shardboard.retention SET time_column = 'nope' WHERE table_name = 'public.http_request'"_s);
        const auto run = runRetention(*m_session, u"public.http_request"_s);
        QVERIFY(run.isError());
        m_cluster.sql(u"UPDATE shardboard.retention SET time_column = 'ingest_time' "
                      "WHERE table_name = 'public.http_request'"_s);
        const auto logged = m_session->run(retentionRunsQuery(1));
        QVERIFY2(logged, whyNot(logged));
        const QList<RetentionRun> runs = readRetentionRuns(*logged);
        QCOMPARE(runs.first().table, u"public.http_request"_s);
        QCOMPARE(runs.first().state, RetentionRun::State::Failed);
        QVERIFY2(runs.first().message.contains(u"nope"_s), qPrintable(runs.first().message));
        QCOMPARE(expire(u"public.http_request"_s), 10);
    }

    void theLogForgetsWhatDidNothing()
    {
        m_cluster.sql(u"TRUNCATE shardboard.retention_run"_s);
        m_cluster.sql(u"INSERT INTO shardboard.retention_run (table_name, started_at, state, rows_deleted) VALUES "
                      "('public.http_request', now() - interval '2 days', 'done', 0), "
                      "('public.http_request', now() - interval '2 days', 'done', 7), "
                      "('public.http_request', now() - interval '2 days', 'refused', 0), "
                      "('public.http_request', now() - interval '1 year', 'done', 7), "
                      "('public.dropped', now() - interval '1 hour', 'done', 9), "
                      "('public.http_request', now() - interval '1 hour', 'running', 0)"_s);
        QCOMPARE(expire(u"public.http_request"_s), 0);
        QCOMPARE(m_cluster.value(
                     u"SELECT string_agg(state || rows_deleted, ' ' ORDER BY run_id) FROM shardboard.retention_run"_s),
            u"done7 refused0 interrupted0 done0"_s);
    }

    void rowsWrittenThroughWorkersCountTheSame()
    {
        if (!m_cluster.hasCitus())
            QSKIP("one server");
        insert(u"now() - interval '5 hours'"_s, 40, u"worker1"_s);
        insert(u"now() - interval '5 hours'"_s, 50);
        rollUp();
        insert(u"now() - interval '5 hours'"_s, 60, u"worker2"_s);
        QCOMPARE(expire(u"public.http_request"_s), 90);
        rollUp();
        QCOMPARE(expire(u"public.http_request"_s), 60);
    }

    void manyRowsGoInManyTransactions()
    {
        m_cluster.sql(u"UPDATE shardboard.retention SET batch_rows = 50"_s);
        m_cluster.sql(u"INSERT INTO http_request (site_id, ingest_time) SELECT g % 7, now() - interval '1 year' + g * "
                      u"interval '1 minute' "
                      "FROM generate_series(1, 3000) AS g"_s);
        insert(u"timestamptz '1999-12-31 23:59:59+00'"_s, 5);
        rollUp();
        QCOMPARE(expire(u"public.http_request"_s), 3005);
        QCOMPARE(rawCount(), 0);
    }

    void rollupRowsStayAsLongAsTheirRawRows()
    {
        insert(u"now() - interval '3 days'"_s, 10);
        rollUp();
        QCOMPARE(expire(u"public.http_request_1min"_s), 0); // its raw rows are there
        QCOMPARE(expire(u"public.http_request"_s), 10);
        QVERIFY(expire(u"public.http_request_1min"_s) > 0);
        QCOMPARE(rolledUpCount(), 0);
    }

    void rollupRowsOfRawRowsKeptForEverStayForEver()
    {
        m_cluster.sql(u"UPDATE shardboard.retention SET keep = NULL WHERE table_name = 'public.http_request'"_s);
        insert(u"timestamptz '2015-05-17 10:00:00+00'"_s, 10);
        rollUp();
        QCOMPARE(expire(u"public.http_request"_s), -1);
        QCOMPARE(runRetention(*m_session, u"public.http_request"_s)->state, RetentionRun::State::KeptForEver);
        QCOMPARE(expire(u"public.http_request_1min"_s), 0);
        const auto held = runRetention(*m_session, u"public.http_request_1min"_s);
        QCOMPARE(held->state, RetentionRun::State::Refused);
        QCOMPARE(held->holds.first().kind, RetentionHold::Kind::Source);
        QCOMPARE(rolledUpCount(), 10);
        m_cluster.sql(u"UPDATE shardboard.retention SET keep = '2 hours' WHERE table_name = 'public.http_request'"_s);
    }

    void expiryIsNoDifferenceToVerify()
    {
        insert(u"now() - interval '5 hours'"_s, 100);
        insert(u"now()"_s, 30);
        rollUp();
        expire(u"public.http_request"_s);
        const auto clean = verifyRollup(*m_session, u"http_request_1min"_s);
        QVERIFY2(clean && clean->isClean(), whyNot(clean));
        QVERIFY(clean->since);
        // What has not expired is still compared.
        m_cluster.sql(u"DELETE FROM http_request WHERE site_id = 1"_s);
        const auto damaged = verifyRollup(*m_session, u"http_request_1min"_s);
        QVERIFY2(damaged, whyNot(damaged));
        QCOMPARE(damaged->differenceCount, 1);
    }

    void twoAtOnceDoNotOverlap()
    {
        const auto other = openSession(m_io, m_cluster.settings());
        QVERIFY(other);
        QVERIFY(other->run(
            Query(u"SELECT pg_advisory_lock(hashtext('shardboard.retention'), hashtext('public.http_request'))"_s)));
        const auto deleted = runRetention(*m_session, u"public.http_request"_s);
        QVERIFY2(deleted, whyNot(deleted));
        QCOMPARE(deleted->state, RetentionRun::State::AlreadyRunning);
    }

    void anUnknownTableIsNamed()
    {
        const auto deleted = runRetention(*m_session, u"public.nope"_s);
        QVERIFY(deleted.isError());
        QVERIFY2(deleted.error().toText().contains(u"public.http_request"_s), whyNot(deleted));
    }

private:
    void insert(const QString &when, int count, const QString &node = {})
    {
        m_cluster.sql(
            u"INSERT INTO http_request (site_id, ingest_time, request_country) SELECT mod(g, 5), %1, 'DE' FROM "
            "generate_series(1, %2) AS g"_s.arg(when, QString::number(count)),
            node);
    }
    void rollUp()
    {
        const auto run = runRollup(*m_session, u"http_request_1min"_s);
        QVERIFY2(run, whyNot(run));
    }
    qint64 expire(const QString &table)
    {
        const auto deleted = runRetention(*m_session, table);
        return deleted && deleted->runId ? deleted->rowsDeleted : -1;
    }
    qint64 rawCount() const { return m_cluster.value(u"SELECT count(*) FROM http_request"_s).toLongLong(); }
    qint64 rolledUpCount() const
    {
        return m_cluster.value(u"SELECT coalesce(sum(request_count), 0) FROM http_request_1min"_s).toLongLong();
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestRetention)
#include "test_retention.moc"
