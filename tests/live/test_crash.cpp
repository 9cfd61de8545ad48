// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// Kills at random: the session that rolls up, a worker, the coordinator, the scheduler. Afterwards each row is in every
// level of the family exactly once. SHARDBOARD_CRASH_KILLS says how many (8); SHARDBOARD_CRASH_SEED repeats a run's
// choices.
#include "tests/support/writingcrew.h"

#include <QJsonArray>

#include <algorithm>
#include <atomic>
#include <csignal>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

int environmentNumber(const char *name, int fallback)
{
    const int number = qEnvironmentVariableIntValue(name);
    return number > 0 ? number : fallback;
}

const QStringList family{u"http_request_1min"_s, u"http_request_1min_5min"_s, u"http_request_1min_1hour"_s};

} // namespace

class TestCrash : public QObject
{
    Q_OBJECT

public:
    explicit TestCrash(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init();
    void everyRowIsInEveryLevelOnceWhoeverIsKilled();

private:
    enum Victim { Backend, Worker, Coordinator, Cron, VictimCount };
    bool kill(Victim victim);
    bool killBackend();
    bool killNode(qsizetype index);
    bool killCron();
    /// The process of a run under way that has or has not committed anything yet, 0 when none comes along.
    qint64 findRun();
    void schedule(std::stop_token stop);
    bool catchUpWith(const QString &rollup);
    void expectExact(const QString &rollup);

    LiveCluster &m_cluster;
    IoThread m_io;
    QRandomGenerator m_random;
    std::atomic_int m_runs = 0;
    std::atomic_int m_brokenRuns = 0;
};

void TestCrash::init()
{
    QTest::failOnWarning(QRegularExpression(u"."_s));
    const auto session = openSession(m_io, m_cluster.settings());
    QVERIFY(session);
    const PlanReport applied = applyHttpTraffic(*session, {{u"schedule"_s, u"* * * * *"_s}});
    QVERIFY2(applied.isComplete(), whyNot(applied));
    const QJsonObject coarser{{u"table"_s, u"public.http_request_1min"_s}, {u"dimensions"_s, QJsonArray{u"site_id"_s}},
        {u"measures"_s, QJsonArray{QJsonObject{{u"column"_s, u"request_count"_s}, {u"kind"_s, u"count"_s}}}},
        {u"levels"_s, QJsonArray{QJsonObject{{u"bucket"_s, u"5 minutes"_s}}, QJsonObject{{u"bucket"_s, u"1 hour"_s}}}}};
    const PlanReport made = carryOut(*session, Outcome<Intent>(Intent{u"rollup"_s, coarser}));
    QVERIFY2(made.isComplete(), whyNot(made));
    // Many small transactions a run, so that a kill finds it in the middle.
    m_cluster.sql(u"UPDATE shardboard.rollup SET batch_ids = 400"_s);
}

qint64 TestCrash::findRun()
{
    const auto session = openSession(m_io, m_cluster.settings());
    const bool inTheMiddle = m_random.bounded(2) == 0;
    QElapsedTimer elapsed;
    for (elapsed.start(); session && elapsed.elapsed() < 6000;) {
        const auto found = session->run(Query(
            u"SELECT backend_pid FROM shardboard.rollup_run WHERE state = 'running' AND batches >= %1 AND backend_pid "
            "IN (SELECT pid FROM pg_stat_activity) ORDER BY random() LIMIT 1"_s.arg(inTheMiddle ? 1 : 0)));
        if (!found)
            return 0;
        if (found->rowCount() > 0)
            return found->integer(0, 0);
        std::this_thread::sleep_for(5ms);
    }
    return 0;
}

/// Ended by the server, or killed so that its server takes all others down with it and recovers.
bool TestCrash::killBackend()
{
    const qint64 pid = findRun();
    if (pid == 0)
        return false;
    if (m_random.bounded(3) == 0)
        return ::kill(pid_t(pid), SIGKILL) == 0;
    const auto session = openSession(m_io, m_cluster.settings());
    return session && session->run(Query(u"SELECT pg_terminate_backend(%1)"_s.arg(pid)));
}

bool TestCrash::killNode(qsizetype index)
{
    const QString name = m_cluster.status().nodes.at(index).name;
    return m_cluster.cluster().kill(name) && m_cluster.cluster().start(name);
}

bool TestCrash::killCron()
{
    const auto session = openSession(m_io, m_cluster.settings());
    if (!session)
        return false;
    const auto found = session->run(
        Query(u"SELECT pid FROM pg_stat_activity WHERE backend_type LIKE 'pg_cron%' ORDER BY random() LIMIT 1"_s));
    if (!found || found->rowCount() == 0)
        return false;
    return ::kill(pid_t(found->integer(0, 0)), m_random.bounded(2) == 0 ? SIGKILL : SIGTERM) == 0;
}

bool TestCrash::kill(Victim victim)
{
    switch (victim) {
    case Backend:
        return killBackend();
    case Worker:
        return m_cluster.hasCitus() ? killNode(1 + m_random.bounded(2)) : killBackend();
    case Coordinator:
        return killNode(0);
    case Cron:
    case VictimCount:
        break;
    }
    return killCron();
}

void TestCrash::schedule(std::stop_token stop)
{
    while (!stop.stop_requested()) {
        const auto session = openSession(m_io, m_cluster.settings());
        for (const QString &rollup : family) {
            if (session && !stop.stop_requested())
                ++(runRollup(*session, rollup) ? m_runs : m_brokenRuns);
        }
        std::this_thread::sleep_for(100ms);
    }
}

bool TestCrash::catchUpWith(const QString &rollup)
{
    QElapsedTimer elapsed;
    for (elapsed.start(); elapsed.elapsed() < 120'000;) {
        const auto session = openSession(m_io, m_cluster.settings());
        if (session) {
            const auto run = runRollup(*session, rollup);
            if (run && run->state == RollupRun::State::Done && run->lagRows == 0)
                return true;
        }
        std::this_thread::sleep_for(300ms);
    }
    return false;
}

void TestCrash::expectExact(const QString &rollup)
{
    const ResultSet sums = m_cluster.sql(u"SELECT coalesce(sum(greatest(raw - rolled_up, 0)), 0), "
                                         u"coalesce(sum(greatest(rolled_up - raw, 0)), 0), sum(raw) FROM ("
                                         "SELECT site_id, bucket, sum(raw) AS raw, sum(rolled_up) AS rolled_up FROM ("
                                         "SELECT site_id, date_bin((SELECT bucket FROM shardboard.rollup WHERE name = "
                                         "'%1'), ingest_time, 'epoch') AS bucket, count(*) AS raw, "
                                         "0 AS rolled_up FROM http_request GROUP BY 1, 2 UNION ALL SELECT site_id, "
                                         "bucket, 0, request_count FROM %1) AS sides "
                                         "GROUP BY 1, 2) AS buckets"_s.arg(rollup));
    qInfo("%s: %lld rows, lost %lld, double %lld", qPrintable(rollup), sums.integer(0, 2, -1), sums.integer(0, 0, -1),
        sums.integer(0, 1, -1));
    QVERIFY(sums.integer(0, 2, -1) > 0);
    QCOMPARE(sums.integer(0, 0, -1), 0);
    QCOMPARE(sums.integer(0, 1, -1), 0);
    const auto verification = verifyRollup(*openSession(m_io, m_cluster.settings()), rollup);
    QVERIFY2(verification, whyNot(verification));
    QVERIFY2(verification->isClean(), qPrintable(verification->differences.value(0).toText()));
}

void TestCrash::everyRowIsInEveryLevelOnceWhoeverIsKilled()
{
    const int kills = environmentNumber("SHARDBOARD_CRASH_KILLS", 8);
    const auto seed
        = quint32(environmentNumber("SHARDBOARD_CRASH_SEED", int(QRandomGenerator::global()->bounded(1, 1'000'000))));
    m_random.seed(seed);
    qInfo("seed %u, %d kills", seed, kills);
    int done[VictimCount] = {};
    {
        const WritingCrew writers(m_io, m_cluster, seed);
        std::vector<std::jthread> schedulers;
        for (int number = 0; number < 2; ++number)
            schedulers.emplace_back([this](std::stop_token stop) { schedule(stop); });
        QElapsedTimer elapsed;
        elapsed.start();
        // Each kind in turn, at a moment nobody chose; one that finds no victim is tried again.
        for (int number = 0; number < kills && elapsed.elapsed() < (60 + kills * 15) * 1000;) {
            std::this_thread::sleep_for(std::chrono::milliseconds(m_random.bounded(100, 2500)));
            const auto victim = Victim(number % VictimCount);
            if (kill(victim)) {
                ++done[victim];
                ++number;
            }
        }
        std::this_thread::sleep_for(2s);
        for (std::jthread &one : schedulers)
            one.request_stop();
    }
    qInfo("killed: %d sessions of runs, %d workers, %d coordinators, %d schedulers; runs %d, broken %d", done[Backend],
        done[Worker], done[Coordinator], done[Cron], m_runs.load(), m_brokenRuns.load());
    QCOMPARE(done[Backend] + done[Worker] + done[Coordinator] + done[Cron], kills);
    m_cluster.sql(u"SELECT cron.unschedule(jobid) FROM cron.job"_s);
    for (const QString &rollup : family)
        QVERIFY2(catchUpWith(rollup), qPrintable(rollup));
    for (const QString &rollup : family)
        expectExact(rollup);
}

int main(int argc, char *argv[])
{
    prepare();
    // QTest ends a function after five minutes.
    const int patience = environmentNumber("SHARDBOARD_CRASH_KILLS", 8) * 20 + 400;
    qputenv("QTEST_FUNCTION_TIMEOUT", QByteArray::number(patience * 1000));
    QCoreApplication app(argc, argv);
    LiveCluster cluster(crashingClusterOptions());
    TestCrash test(cluster);
    return QTest::qExec(&test, argc, argv);
}
#include "test_crash.moc"
