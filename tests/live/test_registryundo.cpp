// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// An undo restores the entries that a plan changed instead of deleting them; what has expired is known whatever becomes
// of the retention; a rebuild leaves rows alone whose raw rows do not exist any more.
#include "admin/planning.h"
#include "admin/undo.h"
#include "tests/support/engine.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestRegistryUndo : public QObject
{
    Q_OBJECT

public:
    explicit TestRegistryUndo(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init();
    void cleanup()
    {
        const PlanReport removed = removeHttpTraffic(*m_session);
        QVERIFY2(removed.isComplete(), whyNot(removed));
        m_session.reset();
    }

    void undoRestoresWhatThePlanChanged();
    void undoTwiceLeadsBackToTheBeginning();
    void undoLeavesWhatAnotherPlanHasChangedSince();
    void whatHasExpiredSurvivesUndoAndKeepForever();
    void rebuildKeepsRowsWithoutRawRows();
    void rebuildDeletesThemWhenAsked();
    void jobsAreRestored();

private:
    struct Applied
    {
        Plan plan;
        PlanReport report;
    };
    Applied apply(const QMap<QString, QString> &settings)
    {
        QMap<QString, QString> all{
            {u"shard_count"_s, u"4"_s}, {u"raw_retention"_s, u"2 days"_s}, {u"schedule"_s, u"0 0 31 2 *"_s}};
        all.insert(settings);
        const auto plan = planOn(*m_session, blueprintIntent(u"http-traffic"_s, all));
        if (!plan)
            QTest::qFail(whyNot(plan).constData(), __FILE__, __LINE__);
        const PlanReport report = PlanExecutor(*m_session).apply(*plan);
        if (!report.isComplete())
            QTest::qFail(whyNot(report).constData(), __FILE__, __LINE__);
        return {*plan, report};
    }
    void undo(const Applied &applied)
    {
        const PlanReport undone = PlanExecutor(*m_session).apply(undoPlan(applied.plan, applied.report));
        QVERIFY2(undone.isComplete(), whyNot(undone));
    }
    QString registry() const
    {
        return m_cluster.value(
            u"SELECT concat_ws(' | ', (SELECT string_agg((to_jsonb(r) - ARRAY['complete_until', 'pending'])::text, ' ' "
            "ORDER BY name) FROM shardboard.rollup AS r), (SELECT string_agg((to_jsonb(t) - ARRAY['last_run_at', "
            "'last_deleted', 'last_error'])::text, ' ' ORDER BY table_name) FROM shardboard.retention AS t), "
            "(SELECT string_agg((to_jsonb(b) - 'applied_at')::text, ' ') FROM shardboard.blueprint AS b))"_s);
    }
    QString jobs() const
    {
        return m_cluster.value(
            u"SELECT string_agg(concat_ws(' ', jobname, schedule, command, active), '; ' ORDER BY jobname) FROM cron.job"_s);
    }
    void rollUpOldRows();
    void run()
    {
        const auto done = runRollup(*m_session, u"http_request_1min"_s);
        QVERIFY2(done, whyNot(done));
    }
    qint64 differences()
    {
        const auto verification = verifyRollup(*m_session, u"http_request_1min"_s);
        if (!verification)
            QTest::qFail(whyNot(verification).constData(), __FILE__, __LINE__);
        return verification ? verification->differenceCount : -1;
    }
    QString counted() const { return m_cluster.value(u"SELECT sum(request_count) FROM http_request_1min"_s); }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
    Applied m_first;
};

void TestRegistryUndo::init()
{
    QTest::failOnWarning(QRegularExpression(u"."_s));
    m_session = openSession(m_io, m_cluster.settings());
    QVERIFY(m_session);
    m_first = apply({});
}

void TestRegistryUndo::rollUpOldRows()
{
    (void)m_cluster.trySql(u"SELECT cron.unschedule(jobid) FROM cron.job"_s); // only what the test does
    m_cluster.sql(u"INSERT INTO http_request (site_id, ingest_time, request_country) SELECT g % 5, now() - g * "
                  u"interval '1 hour', 'DE' "
                  "FROM generate_series(1, 200) AS g"_s);
    run();
    QCOMPARE(counted(), u"200"_s);
}

void TestRegistryUndo::undoRestoresWhatThePlanChanged()
{
    const QString before = registry(), jobsBefore = jobs();
    const Applied second = apply({{u"raw_retention"_s, u"30 days"_s}, {u"schedule"_s, u"5 4 * * *"_s}});
    QVERIFY(registry() != before);
    run(); // how far it has come stays
    undo(second);
    QCOMPARE(registry(), before);
    QCOMPARE(jobs(), jobsBefore);
    QVERIFY(m_cluster.value(u"SELECT complete_until IS NOT NULL FROM shardboard.rollup"_s) == u"t");
    QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shardboard.rollup_state"_s).toInt() > 0, true);
}

void TestRegistryUndo::undoTwiceLeadsBackToTheBeginning()
{
    const QString before = registry();
    const Applied second = apply({{u"raw_retention"_s, u"30 days"_s}});
    const QString between = registry();
    const Applied third = apply({{u"raw_retention"_s, u"90 days"_s}});
    undo(third);
    QCOMPARE(registry(), between);
    undo(second);
    QCOMPARE(registry(), before);
}

void TestRegistryUndo::undoLeavesWhatAnotherPlanHasChangedSince()
{
    const Applied second = apply({{u"raw_retention"_s, u"30 days"_s}});
    apply({{u"raw_retention"_s, u"90 days"_s}});
    const QString latest = registry();
    undo(second);
    QCOMPARE(registry(), latest);
}

void TestRegistryUndo::whatHasExpiredSurvivesUndoAndKeepForever()
{
    rollUpOldRows();
    const Applied second = apply({{u"raw_retention"_s, u"1 day"_s}});
    (void)m_cluster.trySql(u"SELECT cron.unschedule(jobid) FROM cron.job"_s);
    const auto expired = runRetention(*m_session, u"public.http_request"_s);
    QVERIFY2(expired && expired->rowsDeleted > 100, whyNot(expired));
    undo(second);
    QCOMPARE(m_cluster.value(u"SELECT keep FROM shardboard.retention WHERE table_name = 'public.http_request'"_s),
        u"2 days"_s);
    QCOMPARE(differences(), 0);
    const Outcome<Plan> kept
        = makePlan(*m_session, {u"retention"_s, {{u"table"_s, u"public.http_request"_s}, {u"keep"_s, u"never"_s}}});
    QVERIFY2(kept, whyNot(kept));
    QVERIFY(PlanExecutor(*m_session).apply(*kept).isComplete());
    QCOMPARE(differences(), 0);
    m_cluster.sql(u"DELETE FROM shardboard.retention"_s);
    QCOMPARE(differences(), 0);
    const auto rebuilt = rebuildRollup(*m_session, u"http_request_1min"_s, {}, RowsWithoutSource::Delete);
    QVERIFY2(rebuilt, whyNot(rebuilt));
    QCOMPARE(counted(), u"200"_s);
}

void TestRegistryUndo::rebuildKeepsRowsWithoutRawRows()
{
    rollUpOldRows();
    // Some rows of a bucket, all rows of others; a bucket that says too much.
    m_cluster.sql(
        u"INSERT INTO http_request (site_id, ingest_time) SELECT g % 5, date_trunc('hour', now()) - interval '1 day' FROM generate_series(1, 10) AS g"_s);
    run();
    QCOMPARE(counted(), u"210"_s);
    m_cluster.sql(
        u"DELETE FROM http_request WHERE site_id = 3 AND ingest_time = date_trunc('hour', now()) - interval '1 day'"_s);
    m_cluster.sql(u"DELETE FROM http_request WHERE ingest_time < now() - interval '100 hours 30 minutes'"_s);
    m_cluster.sql(
        u"UPDATE http_request_1min SET request_count = 7 WHERE bucket = (SELECT max(bucket) FROM http_request_1min)"_s);
    QCOMPARE(differences(), 102); // 100 hours, a site, and the one
    const auto rebuilt = rebuildRollup(*m_session, u"http_request_1min"_s, {});
    QVERIFY2(rebuilt, whyNot(rebuilt));
    QCOMPARE(rebuilt->rowsLeft, 101);
    QCOMPARE(rebuilt->bucketsLeft, 100);
    QVERIFY(rebuilt->leftText().contains(u"101 rows"_s));
    QCOMPARE(counted(), u"210"_s);
    QCOMPARE(differences(), 101);
    m_cluster.sql(u"TRUNCATE http_request"_s);
    const auto again = rebuildRollup(*m_session, u"http_request_1min"_s, {});
    QVERIFY2(again, whyNot(again));
    QCOMPARE(again->rowsWritten, 0);
    QCOMPARE(counted(), u"210"_s);
}

void TestRegistryUndo::rebuildDeletesThemWhenAsked()
{
    rollUpOldRows();
    m_cluster.sql(u"DELETE FROM http_request WHERE ingest_time < now() - interval '150 hours 30 minutes'"_s);
    const auto rebuilt = rebuildRollup(*m_session, u"http_request_1min"_s, {}, RowsWithoutSource::Delete);
    QVERIFY2(rebuilt, whyNot(rebuilt));
    QCOMPARE(rebuilt->rowsLeft, 0);
    QVERIFY(rebuilt->leftText().isEmpty());
    QCOMPARE(counted(), u"150"_s);
    QCOMPARE(differences(), 0);
}

void TestRegistryUndo::jobsAreRestored()
{
    if (m_cluster.value(u"SELECT to_regclass('cron.job') IS NOT NULL"_s) != u"t")
        QSKIP("pg_cron is not here");
    // A job of another role with the same name is not ours.
    m_cluster.sql(
        u"SELECT cron.schedule_in_database('shardboard:rollup:http_request_1min', '1 1 1 1 *', 'SELECT 1', "
        u"current_database(), "
        "'postgres_reader') FROM (SELECT) AS x WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'postgres_reader')"_s);
    const QString before = jobs();
    const Applied second = apply({{u"raw_retention"_s, u"never"_s}});
    QVERIFY(jobs() != before);
    undo(second);
    QCOMPARE(jobs(), before);
}

SHARDBOARD_LIVE_TEST_MAIN(TestRegistryUndo)
#include "test_registryundo.moc"
