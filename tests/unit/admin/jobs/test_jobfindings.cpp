// SPDX-License-Identifier: GPL-3.0-or-later
// What is said about a job: failures with cause and remedy, runs that are missing, runs that take too long.
#include "admin/jobs/jobfindings.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

const QDateTime noon(QDate(2026, 3, 2), QTime(12, 0), Qt::UTC);

CronRun run(qint64 id, const QDateTime &start, qint64 seconds = 1, const QString &status = u"succeeded"_s)
{
    return {id, 1, status, u"1 row"_s, start, seconds < 0 ? QDateTime() : start.addSecs(seconds)};
}

CronJob job(const QString &schedule)
{
    CronJob one;
    one.id = 1;
    one.schedule = schedule;
    one.command = u"SELECT 1"_s;
    one.database = u"shop"_s;
    one.user = u"postgres"_s;
    one.host = u"localhost"_s;
    one.port = 5432;
    return one;
}

/// A run each minute from `from` minutes ago on, but those left out.
QList<CronRun> minutely(int from, const QList<int> &leftOut = {}, qint64 seconds = 1)
{
    QList<CronRun> runs;
    for (int ago = 0; ago <= from; ++ago) {
        if (!leftOut.contains(ago))
            runs << run(1000 - ago, noon.addSecs(-60 * ago).addMSecs(40), seconds);
    }
    return runs;
}

JobsFacts factsWith(const QList<CronJob> &jobs)
{
    JobsFacts facts;
    facts.jobs = jobs;
    facts.now = noon.addSecs(10);
    return facts;
}

QString titles(const QList<JobFinding> &findings)
{
    QStringList list;
    for (const JobFinding &finding : findings)
        list << finding.title;
    return list.join(u"; "_s);
}

} // namespace

class TestJobFindings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void nothingIsMissingWhenAllRan();
    void missingRunsAreCounted();
    void aLongRunIsNotAMissingOne();
    void runsThatDoNotFitTheirIntervalAreSeen();
    void theYoungestMomentIsGivenTime();
    void nothingBeforeTheFirstNotedRunIsMissing();
    void failuresWithoutATimeAreNotMissing();
    void connectionFailedNamesWaysOut();
    void backgroundWorkersNeedNoConnection();
    void knownFailuresAreExplained_data();
    void knownFailuresAreExplained();
    void unknownFailuresSayWhatTheServerSaid();
    void twinsAreNamed();
    void pausedJobsMissNothing();
    void schedulesThatNeverRunAreNamed();
    void healthIsTheWorstThatIsFound();
    void rollupsHaveAHealth_data();
    void rollupsHaveAHealth();
};

void TestJobFindings::nothingIsMissingWhenAllRan()
{
    CronJob one = job(u"* * * * *"_s);
    one.runs = minutely(30);
    QCOMPARE(titles(findingsOf(one, factsWith({one}))), QString());
}

void TestJobFindings::missingRunsAreCounted()
{
    const auto schedule = CronSchedule::parse(u"* * * * *"_s);
    const ScheduleRecord record = holdAgainstSchedule(*schedule, minutely(30, {5, 6, 7}), noon.addSecs(10));
    QCOMPARE(record.missed.size(), 3);
    QCOMPARE(record.missed.first(), noon.addSecs(-7 * 60));
    QCOMPARE(record.overlaps, 0);
    CronJob one = job(u"* * * * *"_s);
    one.runs = minutely(30, {5, 6, 7});
    QCOMPARE(titles(findingsOf(one, factsWith({one}))), u"3 runs are missing"_s);
}

void TestJobFindings::aLongRunIsNotAMissingOne()
{
    const auto schedule = CronSchedule::parse(u"* * * * *"_s);
    QList<CronRun> runs = minutely(20, {8, 9});
    runs << run(1, noon.addSecs(-10 * 60), 170); // over the two moments in which nothing starts
    std::ranges::sort(runs, std::greater(), &CronRun::startedAt);
    const ScheduleRecord record = holdAgainstSchedule(*schedule, runs, noon.addSecs(10));
    QCOMPARE(record.missed.size(), 0);
    QCOMPARE(record.overlaps, 1);
    QCOMPARE(record.longestMs, 170000);
}

void TestJobFindings::runsThatDoNotFitTheirIntervalAreSeen()
{
    CronJob one = job(u"* * * * *"_s);
    one.runs = minutely(3, {}, 90);
    const QList<JobFinding> findings = findingsOf(one, factsWith({one}));
    QCOMPARE(titles(findings), u"It takes longer than its interval"_s);
    QVERIFY2(findings.first().cause.contains(u"90 s"_s), qPrintable(findings.first().cause));
}

void TestJobFindings::theYoungestMomentIsGivenTime()
{
    const auto schedule = CronSchedule::parse(u"* * * * *"_s);
    QCOMPARE(holdAgainstSchedule(*schedule, minutely(10, {0}), noon.addSecs(10)).missed.size(), 0);
}

void TestJobFindings::nothingBeforeTheFirstNotedRunIsMissing()
{
    const auto schedule = CronSchedule::parse(u"0 * * * *"_s);
    const ScheduleRecord record = holdAgainstSchedule(*schedule, {run(1, noon)}, noon.addSecs(3000));
    QCOMPARE(record.missed.size(), 0);
    QCOMPARE(holdAgainstSchedule(*schedule, {}, noon).missed.size(), 0);
}

void TestJobFindings::failuresWithoutATimeAreNotMissing()
{
    const auto schedule = CronSchedule::parse(u"* * * * *"_s);
    QList<CronRun> runs = minutely(10, {4});
    CronRun failed{1, 1, u"failed"_s, u"connection failed"_s, {}, {}};
    runs << failed;
    QCOMPARE(holdAgainstSchedule(*schedule, runs, noon.addSecs(10)).missed.size(), 0);
}

void TestJobFindings::connectionFailedNamesWaysOut()
{
    CronJob one = job(u"* * * * *"_s);
    one.runs = {CronRun{7, 1, u"failed"_s, u"connection failed"_s, {}, {}}};
    const QList<JobFinding> findings = findingsOf(one, factsWith({one}));
    QCOMPARE(titles(findings), u"pg_cron cannot connect to run it"_s);
    for (const QString &word : {u"localhost:5432"_s, u"shop"_s, u"postgres"_s, u"pg_hba.conf"_s})
        QVERIFY2(findings.first().cause.contains(word), qPrintable(findings.first().cause));
    for (const QString &word :
        {u"cron.use_background_workers = on"_s, u"host shop postgres 127.0.0.1/32 trust"_s, u"nodename = ''"_s})
        QVERIFY2(findings.first().remedy.contains(word), qPrintable(findings.first().remedy));
}

void TestJobFindings::backgroundWorkersNeedNoConnection()
{
    CronSettings settings;
    settings.usesBackgroundWorkers = true;
    const CronRun failed{7, 1, u"failed"_s, u"connection failed"_s, {}, {}};
    QVERIFY(explainFailure(failed, job(u"* * * * *"_s), settings).remedy.contains(u"wait for the next run"_s));
}

void TestJobFindings::knownFailuresAreExplained_data()
{
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("cause");
    QTest::newRow("restart") << u"server restarted"_s << u"server stopped"_s;
    QTest::newRow("right") << u"ERROR:  permission denied for table t"_s << u"lacks a right"_s;
    QTest::newRow("role") << u"ERROR: role \"ann\" does not exist"_s << u"user it runs as was dropped"_s;
    QTest::newRow("table") << u"ERROR:  relation \"t\" does not exist\nLINE 1"_s << u"not there"_s;
    QTest::newRow("timeout") << u"ERROR:  canceling statement due to statement timeout"_s << u"statement_timeout"_s;
    QTest::newRow("workers") << u"could not start background process; more details may be available"_s
                             << u"background workers were taken"_s;
    QTest::newRow("syntax") << u"ERROR:  syntax error at or near \"x\""_s << u"not valid SQL"_s;
}

void TestJobFindings::knownFailuresAreExplained()
{
    QFETCH(QString, message);
    QFETCH(QString, cause);
    const CronRun failed{7, 1, u"failed"_s, message, noon, noon};
    const JobFinding finding = explainFailure(failed, job(u"* * * * *"_s), {});
    QVERIFY2(finding.cause.contains(cause), qPrintable(finding.cause));
    QVERIFY(!finding.remedy.isEmpty());
    QVERIFY(finding.weight == JobFinding::Weight::Error);
}

void TestJobFindings::unknownFailuresSayWhatTheServerSaid()
{
    const CronRun failed{7, 1, u"failed"_s, u"ERROR:  division by zero"_s, noon, noon};
    QCOMPARE(explainFailure(failed, job(u"* * * * *"_s), {}).title, u"ERROR: division by zero"_s);
}

void TestJobFindings::twinsAreNamed()
{
    CronJob one = job(u"* * * * *"_s), other = job(u"0 * * * *"_s);
    other.id = 2;
    other.name = u"nightly"_s;
    QCOMPARE(titles(findingsOf(one, factsWith({one, other}))), u"Another job does the same"_s);
    other.isActive = false;
    QCOMPARE(titles(findingsOf(one, factsWith({one, other}))), QString());
}

void TestJobFindings::pausedJobsMissNothing()
{
    CronJob one = job(u"* * * * *"_s);
    one.runs = minutely(30, {5, 6, 7});
    one.isActive = false;
    QCOMPARE(titles(findingsOf(one, factsWith({one}))), u"It is paused"_s);
}

void TestJobFindings::schedulesThatNeverRunAreNamed()
{
    for (const QString &never : {u"0 0 31 2 *"_s, u"@yearly"_s}) {
        const CronJob one = job(never);
        QCOMPARE(titles(findingsOf(one, factsWith({one}))), u"It never runs"_s);
    }
    const CronJob unclear = job(u"5/10 * * * *"_s);
    QCOMPARE(titles(findingsOf(unclear, factsWith({unclear}))), u"Its schedule is not clear"_s);
}

void TestJobFindings::healthIsTheWorstThatIsFound()
{
    CronJob one = job(u"* * * * *"_s);
    QVERIFY(healthOf(one, findingsOf(one, factsWith({one}))) == JobHealth::New);
    one.runs = minutely(5);
    QVERIFY(healthOf(one, findingsOf(one, factsWith({one}))) == JobHealth::Fine);
    one.runs = minutely(10, {4});
    QVERIFY(healthOf(one, findingsOf(one, factsWith({one}))) == JobHealth::Late);
    one.runs.prepend(run(2000, noon.addSecs(5), 1, u"failed"_s));
    QVERIFY(healthOf(one, findingsOf(one, factsWith({one}))) == JobHealth::Failing);
    one.isActive = false;
    QVERIFY(healthOf(one, findingsOf(one, factsWith({one}))) == JobHealth::Paused);
}

void TestJobFindings::rollupsHaveAHealth_data()
{
    QTest::addColumn<QString>("lastState");
    QTest::addColumn<int>("secondsBehind");
    QTest::addColumn<int>("lagRows");
    QTest::addColumn<bool>("isPaused");
    QTest::addColumn<bool>("hasJob");
    QTest::addColumn<int>("health");
    const auto row = [](const char *name, const QString &state, int behind, int rows, bool paused, bool scheduled,
                         RollupHealth health) {
        QTest::newRow(name) << state << behind << rows << paused << scheduled << int(health);
    };
    row("as it should be", u"done"_s, 30, 100, false, true, RollupHealth::Healthy);
    row("an hour behind", u"done"_s, 3600, 100, false, true, RollupHealth::Behind);
    row("nothing to do", u"done"_s, 3600, 0, false, true, RollupHealth::Healthy);
    row("a writer in the way", u"waiting"_s, 30, 100, false, true, RollupHealth::Waiting);
    row("failed", u"failed"_s, 30, 100, false, true, RollupHealth::Failing);
    row("died", u"interrupted"_s, 30, 100, false, true, RollupHealth::Failing);
    row("paused, whatever came before", u"failed"_s, 30, 100, true, true, RollupHealth::Paused);
    row("nobody runs it", u"done"_s, 30, 100, false, false, RollupHealth::Unscheduled);
    row("never ran", QString(), 30, 100, false, true, RollupHealth::New);
}

void TestJobFindings::rollupsHaveAHealth()
{
    QFETCH(QString, lastState);
    QFETCH(int, secondsBehind);
    QFETCH(int, lagRows);
    QFETCH(bool, isPaused);
    QFETCH(bool, hasJob);
    JobsFacts facts = factsWith({job(u"* * * * *"_s)});
    RollupReport rollup;
    rollup.strategy = u"sequence"_s;
    rollup.lastState = lastState;
    rollup.completeUntil = facts.now.addSecs(-secondsBehind);
    rollup.lagRows = lagRows;
    rollup.isPaused = isPaused;
    rollup.jobId = hasJob ? 1 : 0;
    QTEST(int(healthOf(rollup, facts)), "health");
}

SHARDBOARD_TEST_MAIN(TestJobFindings)
#include "test_jobfindings.moc"
