// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// What the page of rollups and jobs reads is what the server does, and what it offers happens.
#include "admin/jobs/jobactions.h"
#include "admin/jobs/jobfindings.h"
#include "connection/capabilityscan.h"
#include "tests/support/engine.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

const QString rollupName = u"http_request_1min"_s;
constexpr JobsParts allParts = JobsPart::Rollups | JobsPart::Sizes | JobsPart::Cron;

} // namespace

class TestJobs : public QObject
{
    Q_OBJECT

public:
    explicit TestJobs(LiveCluster &live) : m_live(live) {}

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void aServerWithoutRollupsSaysSo();
    void schedulesAreTakenAsTheServerTakesThem();
    void rollupsAreReadWithTheirRuns();
    void pausingHoldsARollupBack();
    void differencesAreFoundInTheirSpanAndRebuilt();
    void schedulesOfRollupsAreChangedAndMade();
    void retentionIsChangedWithItsJob();
    void jobsAreMadeChangedPausedAndDeleted();
    void jobsRunByHand();
    void theHistoryOfJobsIsReadAndPruned();
    void aRoleWithoutTheSettingsReadsTheClock();
    void removingLeavesNothingBehind();

private:
    JobsFacts read(const JobsFacts &before = {}) const;
    void perform(const QList<Query> &queries) const;
    const CronJob *job(const JobsFacts &facts, const QString &name) const;

    LiveCluster &m_live;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
    ServerCapabilities m_capabilities;
};

void TestJobs::initTestCase()
{
    m_session = openSession(m_io, m_live.settings());
    QVERIFY(m_session);
    const auto found = scanCapabilities(*m_session);
    QVERIFY2(found.isOk(), whyNot(found).constData());
    m_capabilities = *found;
    QVERIFY2(m_capabilities.pgCron.isAvailable(), qPrintable(m_capabilities.pgCron.reason));
}

JobsFacts TestJobs::read(const JobsFacts &before) const
{
    const auto answers = m_session->runPipeline(jobsQueries(m_capabilities, allParts, before));
    const auto facts = readJobs(m_capabilities, allParts, answers, before);
    if (!facts) {
        QTest::qFail(whyNot(facts).constData(), __FILE__, __LINE__);
        return {};
    }
    for (const ServerError &error : facts->failures)
        QTest::qFail(qPrintable(error.toText()), __FILE__, __LINE__);
    return *facts;
}

void TestJobs::perform(const QList<Query> &queries) const
{
    for (const Query &query : queries) {
        const auto done = m_session->run(query);
        if (!done)
            QTest::qFail(whyNot(done).constData(), __FILE__, __LINE__);
    }
}

const CronJob *TestJobs::job(const JobsFacts &facts, const QString &name) const
{
    const auto found = std::ranges::find(facts.jobs, name, &CronJob::name);
    return found == facts.jobs.end() ? nullptr : &*found;
}

void TestJobs::aServerWithoutRollupsSaysSo()
{
    // The first question may be answered by an error, the later ones ask only whether that has changed.
    const auto answers = m_session->runPipeline(jobsQueries(m_capabilities, allParts, {}));
    const auto facts = readJobs(m_capabilities, allParts, answers, {});
    QVERIFY2(facts.isOk(), whyNot(facts).constData());
    QCOMPARE(facts->hasRegistry.value_or(true), false);
    QVERIFY(facts->rollups.isEmpty());
    QVERIFY(facts->failures.isEmpty());
    QVERIFY(jobsQueries(m_capabilities, allParts, *facts).size() < answers.size());
    QCOMPARE(read(*facts).hasRegistry.value_or(true), false);
}

void TestJobs::schedulesAreTakenAsTheServerTakesThem()
{
    const CronDialect dialect = read().cron.dialect;
    const QStringList schedules{u"* * * * *"_s, u"*/5 * * * *"_s, u"17 3 * * 1-5"_s, u"0 0 * jan-feb mon"_s,
        u"1,2,3 * * * *"_s, u"0 9-17/2 * * *"_s, u"@hourly"_s, u"@daily"_s, u"60 * * * *"_s, u"* 24 * * *"_s,
        u"* * 0 * *"_s, u"* * * 13 *"_s, u"* * * * 8"_s, u"*/0 * * * *"_s, u"nonsense"_s, u"10 seconds"_s,
        u"61 seconds"_s, u"0 0 $ * *"_s};
    for (const QString &schedule : schedules) {
        const auto taken = m_session->run(scheduleJobQuery(u"check"_s, schedule, u"SELECT 1"_s));
        QVERIFY2(taken.isOk() == CronSchedule::parse(schedule, dialect).isOk(),
            qPrintable(schedule + u": "_s + QString::fromUtf8(whyNot(taken))));
        if (taken)
            perform({deleteJobQuery(taken->integer(0, 0))});
    }
}

void TestJobs::rollupsAreReadWithTheirRuns()
{
    const PlanReport report = applyHttpTraffic(*m_session);
    QVERIFY2(report.isComplete(), whyNot(report).constData());
    m_live.sql(
        u"INSERT INTO http_request (site_id, status_code, response_time_msec, ip_address) "
        "SELECT 1 + i % 5, 200, i, '10.0.0.' || i % 50 FROM generate_series(1, 5000) i; ANALYZE http_request;"_s);
    const auto run = runRollup(*m_session, rollupName);
    QVERIFY2(run.isOk(), whyNot(run).constData());
    const JobsFacts facts = read();
    const RollupReport *rollup = facts.rollup(rollupName);
    QVERIFY(rollup);
    QCOMPARE(rollup->source, u"public.http_request"_s);
    QCOMPARE(rollup->target, u"public.http_request_1min"_s);
    QCOMPARE(rollup->bucketSeconds, 60);
    QCOMPARE(rollup->bucketMonths, 0);
    QCOMPARE(rollup->lagRows.value_or(-1), 0);
    QVERIFY(facts.lagSeconds(*rollup) >= 0 && facts.lagSeconds(*rollup) < 600);
    QCOMPARE(rollup->runs.value(0).rowsRead, 5000);
    QCOMPARE(rollup->runs.value(0).state, u"done"_s);
    QVERIFY(rollup->runs.value(0).milliseconds() >= 0);
    QVERIFY(rollup->health == RollupHealth::Healthy);
    const CronJob *cron = facts.job(rollup->jobId);
    QVERIFY(cron);
    QCOMPARE(cron->name, u"shardboard:rollup:http_request_1min"_s);
    QVERIFY(facts.sizes.value(rollup->source).bytes > 0);
    QVERIFY(facts.sizes.value(rollup->target).bytes > 0);
    QCOMPARE(facts.sizes.value(rollup->source).rows, 5000);
    // The 31st of February, by which the blueprint runs in tests.
    QCOMPARE(findingsOf(*cron, facts).value(0).title, u"It never runs"_s);
}

void TestJobs::pausingHoldsARollupBack()
{
    perform({pauseRollupQuery(rollupName, true)});
    m_live.sql(u"INSERT INTO http_request (site_id, status_code) SELECT 1, 200 FROM generate_series(1, 10)"_s);
    const auto run = runRollup(*m_session, rollupName);
    QVERIFY2(run.isOk(), whyNot(run).constData());
    QVERIFY(run->state == RollupRun::State::Paused);
    const JobsFacts paused = read();
    QVERIFY(paused.rollup(rollupName)->health == RollupHealth::Paused);
    QCOMPARE(paused.rollup(rollupName)->lagRows.value_or(-1), 10);
    perform({pauseRollupQuery(rollupName, false)});
    QVERIFY(runRollup(*m_session, rollupName).isOk());
    QCOMPARE(read().rollup(rollupName)->lagRows.value_or(-1), 0);
}

void TestJobs::differencesAreFoundInTheirSpanAndRebuilt()
{
    m_live.sql(u"UPDATE http_request_1min SET request_count = request_count + 1 WHERE site_id = 2"_s);
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const auto all = verifyRollup(*m_session, rollupName);
    QVERIFY2(all.isOk(), whyNot(all).constData());
    QVERIFY(all->differenceCount > 0);
    const QDateTime bucket = all->differences.first().bucket;
    const auto before = verifyRollup(*m_session, rollupName, 100, {bucket.addDays(-2), bucket.addDays(-1)});
    QVERIFY2(before.isOk() && before->isClean(), whyNot(before).constData());
    QCOMPARE(before->bucketsCompared, 0);
    const auto around = verifyRollup(*m_session, rollupName, 100, {bucket, now.addDays(1)});
    QVERIFY2(around.isOk(), whyNot(around).constData());
    QCOMPARE(around->differenceCount, all->differenceCount);
    const auto written = rebuildRollup(*m_session, rollupName, {bucket, all->differences.last().bucket.addSecs(60)});
    QVERIFY2(written.isOk(), whyNot(written).constData());
    QVERIFY(written->rowsWritten > 0);
    const auto after = verifyRollup(*m_session, rollupName);
    QVERIFY2(after.isOk() && after->isClean(), whyNot(after).constData());
}

void TestJobs::schedulesOfRollupsAreChangedAndMade()
{
    const JobsFacts before = read();
    const RollupReport rollup = *before.rollup(rollupName);
    perform({rollupScheduleQuery(rollup, u"*/5 * * * *"_s)});
    const JobsFacts changed = read();
    QCOMPARE(changed.job(rollup.jobId)->schedule, u"*/5 * * * *"_s);
    QCOMPARE(changed.jobs.size(), before.jobs.size());
    perform({deleteJobQuery(rollup.jobId)});
    const JobsFacts without = read();
    QVERIFY(without.rollup(rollupName)->health == RollupHealth::Unscheduled);
    perform({rollupScheduleQuery(*without.rollup(rollupName), u"0 0 31 2 *"_s)});
    const JobsFacts made = read();
    QVERIFY(made.rollup(rollupName)->jobId != 0);
    QCOMPARE(made.job(made.rollup(rollupName)->jobId)->name, u"shardboard:rollup:http_request_1min"_s);
}

void TestJobs::retentionIsChangedWithItsJob()
{
    const JobsFacts before = read();
    const KeptRows *kept = before.keptRows(u"public.http_request"_s);
    QVERIFY(kept);
    QVERIFY(kept->keep.isEmpty());
    KeptRows rows = *kept;
    rows.keep = u"3 days"_s;
    perform(keepRowsQueries(rows, true));
    const JobsFacts after = read();
    QCOMPARE(after.keptRows(u"public.http_request"_s)->keep, u"3 days"_s);
    QVERIFY(job(after, u"shardboard:retention:http_request"_s));
    rows.keep = u"4 days"_s;
    perform(keepRowsQueries(rows, true));
    QCOMPARE(read().jobs.size(), after.jobs.size()); // no second job for the same
    const auto deleted = runRetention(*m_session, u"public.http_request"_s);
    QVERIFY2(deleted.isOk(), whyNot(deleted).constData());
}

void TestJobs::jobsAreMadeChangedPausedAndDeleted()
{
    perform({scheduleJobQuery(u"nightly"_s, u"0 3 * * *"_s, u"SELECT 1"_s)});
    const JobsFacts made = read();
    const CronJob *nightly = job(made, u"nightly"_s);
    QVERIFY(nightly && nightly->isActive);
    QVERIFY(healthOf(*nightly, findingsOf(*nightly, made)) == JobHealth::New);
    perform({changeJobQuery(nightly->id, u"0 4 * * *"_s, u"SELECT 2"_s), pauseJobQuery(nightly->id, true)});
    const JobsFacts changed = read();
    nightly = job(changed, u"nightly"_s);
    QCOMPARE(nightly->schedule, u"0 4 * * *"_s);
    QCOMPARE(nightly->command, u"SELECT 2"_s);
    QVERIFY(!nightly->isActive);
    perform({pauseJobQuery(nightly->id, false)});
    QVERIFY(job(read(), u"nightly"_s)->isActive);
    perform({deleteJobQuery(nightly->id)});
    QVERIFY(!job(read(), u"nightly"_s));
}

void TestJobs::jobsRunByHand()
{
    m_live.sql(u"CREATE TABLE public.done (n int)"_s);
    CronJob one;
    one.database = m_capabilities.database;
    one.user = m_capabilities.user;
    one.command
        = u"INSERT INTO public.done SELECT 1 FROM generate_series(1, 3); DO $$BEGIN RAISE NOTICE 'hello'; END$$"_s;
    const auto session = openSession(m_io, m_live.settings());
    const auto run = runJobCommand(*session, one);
    QVERIFY2(run.isOk(), whyNot(run).constData());
    QCOMPARE(run->notices, QStringList{u"hello"_s});
    QCOMPARE(m_live.value(u"SELECT count(*) FROM public.done"_s), u"3"_s);
    one.database = u"elsewhere"_s;
    QVERIFY(runJobCommand(*session, one).error().message.contains(u"elsewhere"_s));
}

void TestJobs::theHistoryOfJobsIsReadAndPruned()
{
    perform({scheduleJobQuery(u"past"_s, u"* * * * *"_s, u"SELECT 1"_s)});
    const qint64 id = job(read(), u"past"_s)->id;
    perform({pauseJobQuery(id, true)}); // or pg_cron itself adds to the history
    // As pg_cron writes them: a run that failed to connect has no times; a gap of twenty minutes in between.
    m_live.sql(uR"(INSERT INTO cron.job_run_details (jobid, runid, job_pid, database, username, command, status,
              return_message, start_time, end_time)
        SELECT %1, nextval('cron.runid_seq'), 1, current_database(), current_user, 'SELECT 1', 'succeeded', '1 row',
               date_trunc('minute', now()) - i * interval '1 minute', date_trunc('minute', now()) - i * interval '1 minute'
               + interval '2 seconds' FROM generate_series(60, 0, -1) i WHERE i NOT BETWEEN 20 AND 39;
        INSERT INTO cron.job_run_details (jobid, runid, command, status, return_message)
        VALUES (%1, nextval('cron.runid_seq'), 'SELECT 1', 'failed', 'connection failed'))"_s.arg(id));
    const JobsFacts facts = read();
    const CronJob &past = *facts.job(id);
    QVERIFY(past.runs.size() >= 40);
    const auto failed = std::ranges::find_if(past.runs, &CronRun::hasFailed);
    QVERIFY(failed != past.runs.end() && !failed->startedAt.isValid());
    QVERIFY(explainFailure(*failed, past, facts.cron).title.contains(u"cannot connect"_s));
    const auto schedule = CronSchedule::parse(past.schedule, facts.cron.dialect);
    QCOMPARE(holdAgainstSchedule(*schedule, past.runs, facts.now).missed.size(), 19); // one of 20 failed to connect
    QVERIFY(facts.cron.historyBytes > 0);
    m_live.sql(u"UPDATE cron.job_run_details SET end_time = end_time - interval '30 days', "
               "start_time = start_time - interval '30 days' WHERE jobid = %1 AND status = 'succeeded'"_s.arg(id));
    QVERIFY(!pruningJob(facts));
    perform({pruneHistoryQuery(7), schedulePruningQuery(7)});
    const JobsFacts pruned = read();
    QVERIFY(pruned.job(id)->runs.size() < 10);
    QVERIFY(pruningJob(pruned));
    perform({deleteJobQuery(id), deleteJobQuery(pruningJob(pruned)->id)});
}

void TestJobs::aRoleWithoutTheSettingsReadsTheClock()
{
    m_live.sql(u"CREATE ROLE clock_reader LOGIN PASSWORD 'secret'; GRANT USAGE ON SCHEMA cron TO clock_reader"_s);
    ConnectionSettings settings = m_live.settings();
    settings.keywords.insert(u"user"_s, u"clock_reader"_s);
    settings.keywords.remove(u"passfile"_s);
    settings.password = u"secret"_s;
    const auto session = openSession(m_io, settings);
    QVERIFY(session);
    const auto capabilities = scanCapabilities(*session);
    QVERIFY2(capabilities.isOk(), whyNot(capabilities).constData());
    const auto answers = session->runPipeline(jobsQueries(*capabilities, JobsPart::Cron, {}));
    const auto facts = readJobs(*capabilities, JobsPart::Cron, answers, {});
    QVERIFY2(facts.isOk(), whyNot(facts).constData());
    QVERIFY(facts->failures.isEmpty());
    QVERIFY(qAbs(facts->now.secsTo(QDateTime::currentDateTimeUtc())) < 3600);
    QVERIFY2(facts->cron.hidden.contains(u"cron.host"_s), qPrintable(facts->cron.hidden.join(u' ')));
    QVERIFY(read().cron.hidden.isEmpty());
}

void TestJobs::removingLeavesNothingBehind()
{
    const PlanReport report = removeHttpTraffic(*m_session);
    QVERIFY2(report.isComplete(), whyNot(report).constData());
    const JobsFacts facts = read();
    QVERIFY(facts.rollups.isEmpty());
    QVERIFY(facts.jobs.isEmpty());
}

SHARDBOARD_LIVE_TEST_MAIN(TestJobs)
#include "test_jobs.moc"
