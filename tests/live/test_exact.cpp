// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// The promise the product stands on: whatever writers and crashes do, each row is in the rollup exactly once.
// SHARDBOARD_EXACT_SECONDS says how long (20); SHARDBOARD_EXACT_SEED repeats a run's choices.
#include "tests/support/writingcrew.h"

#include <QRandomGenerator>

#include <atomic>
#include <csignal>
#include <vector>

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

} // namespace

class TestExact : public QObject
{
    Q_OBJECT

public:
    explicit TestExact(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        const auto session = openSession(m_io, m_cluster.settings());
        QVERIFY(session);
        const PlanReport applied = applyHttpTraffic(*session, {{u"schedule"_s, u"* * * * *"_s}});
        QVERIFY2(applied.isComplete(), whyNot(applied));
        // Many small transactions a run, so that crashes find it in the middle.
        m_cluster.sql(u"UPDATE shardboard.rollup SET batch_ids = 500"_s);
    }
    void cleanup()
    {
        const auto session = openSession(m_io, m_cluster.settings());
        QVERIFY(session);
        const PlanReport removed = removeHttpTraffic(*session);
        QVERIFY2(removed.isComplete(), whyNot(removed));
    }

    void everyRowIsCountedOnceWhateverHappens();

private:
    std::unique_ptr<SyncSession> connect(const QString &node = {})
    {
        return openSession(m_io, node.isEmpty() ? m_cluster.settings() : m_cluster.settings(node));
    }
    QString nodeName(int index) const
    {
        const auto &nodes = m_cluster.status().nodes;
        return nodes.at(index % nodes.size()).name;
    }
    void schedule(std::stop_token stop);
    void crash(std::stop_token stop);
    /// The process of a run under way, 0 when none comes along.
    qint64 findRun(std::stop_token stop, bool inTheMiddle);

    LiveCluster &m_cluster;
    IoThread m_io;
    quint32 m_seed = 0;
    std::atomic_int m_runs = 0;
    std::atomic_int m_refusedRuns = 0;
    std::atomic_int m_brokenRuns = 0;
    std::atomic_int m_terminated = 0;
    std::atomic_int m_killed = 0;
    std::atomic_int m_nodeCrashes = 0;
};

void TestExact::schedule(std::stop_token stop)
{
    while (!stop.stop_requested()) {
        const auto session = connect();
        if (session) {
            const auto run = runRollup(*session, rollupName);
            if (!run)
                ++m_brokenRuns;
            else if (run->state == RollupRun::State::AlreadyRunning)
                ++m_refusedRuns;
            else
                ++m_runs;
        }
        std::this_thread::sleep_for(100ms);
    }
}

// Ends the run's session, kills its process (its server then restarts), or a whole node.
void TestExact::crash(std::stop_token stop)
{
    QRandomGenerator random(m_seed);
    while (!stop.stop_requested()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(random.bounded(500, 8000)));
        const int choice = random.bounded(10);
        if (choice == 0) {
            const QString node = nodeName(random.bounded(int(m_cluster.status().nodes.size())));
            QVERIFY(m_cluster.cluster().kill(node));
            QVERIFY(m_cluster.cluster().start(node));
            ++m_nodeCrashes;
            continue;
        }
        // Half of the time in the middle of its transactions, else wherever it is, which is mostly waiting for a
        // writer.
        const qint64 pid = findRun(stop, random.bounded(2) == 0);
        const auto session = connect();
        if (pid == 0 || !session)
            continue;
        if (choice < 7) {
            (void)session->run(Query(u"SELECT pg_terminate_backend(%1)"_s.arg(pid)));
            ++m_terminated;
        } else if (::kill(pid_t(pid), SIGKILL) == 0) {
            ++m_killed;
        }
    }
}

qint64 TestExact::findRun(std::stop_token stop, bool inTheMiddle)
{
    const auto session = connect();
    QElapsedTimer elapsed;
    for (elapsed.start(); session && !stop.stop_requested() && elapsed.elapsed() < 8000;) {
        const auto found = session->run(
            Query(u"SELECT backend_pid FROM shardboard.rollup_run WHERE state = 'running' AND batches >= %1 "
                  "AND backend_pid IN (SELECT pid FROM pg_stat_activity)"_s.arg(inTheMiddle ? 1 : 0)));
        if (!found)
            return 0;
        if (found->rowCount() > 0)
            return found->integer(0, 0);
        std::this_thread::sleep_for(5ms);
    }
    return 0;
}

void TestExact::everyRowIsCountedOnceWhateverHappens()
{
    const int seconds = environmentNumber("SHARDBOARD_EXACT_SECONDS", 20);
    m_seed
        = quint32(environmentNumber("SHARDBOARD_EXACT_SEED", int(QRandomGenerator::global()->bounded(1, 1'000'000))));
    qInfo("seed %u, %d seconds", m_seed, seconds);
    {
        const WritingCrew writers(m_io, m_cluster, m_seed);
        std::vector<std::jthread> crew;
        const auto start = [&](auto work) { crew.emplace_back(std::move(work)); };
        for (int number = 0; number < 2; ++number)
            start([this](std::stop_token stop) { schedule(stop); });
        start([this](std::stop_token stop) { crash(stop); });
        QTest::qSleep(seconds * 1000);
        for (std::jthread &one : crew)
            one.request_stop();
    }
    QVERIFY(catchUp(m_io, m_cluster));
    const ExactFigures figures = compareCounts(m_cluster);
    const QString log
        = m_cluster.value(u"SELECT string_agg(state || ' ' || n, ', ' ORDER BY state) FROM "
                          "(SELECT state, count(*) AS n FROM shardboard.rollup_run GROUP BY 1) AS runs"_s);
    qInfo("rows %lld, lost %lld, double %lld; runs by two schedulers %d, refused as already running %d, broken %d; "
          "sessions ended %d, processes killed %d, nodes crashed %d; log: %s",
        figures.rows, figures.lost, figures.doubled, m_runs.load(), m_refusedRuns.load(), m_brokenRuns.load(),
        m_terminated.load(), m_killed.load(), m_nodeCrashes.load(), qPrintable(log));
    QVERIFY(figures.rows > 0);
    QCOMPARE(figures.lost, 0);
    QCOMPARE(figures.doubled, 0);
    const auto verification = verifyRollup(*connect(), rollupName);
    QVERIFY2(verification, whyNot(verification));
    QVERIFY2(verification->isClean(), qPrintable(verification->differences.value(0).toText()));
}

int main(int argc, char *argv[])
{
    prepare();
    // QTest ends a function after five minutes.
    const int patience = environmentNumber("SHARDBOARD_EXACT_SECONDS", 20) + 280;
    qputenv("QTEST_FUNCTION_TIMEOUT", QByteArray::number(patience * 1000));
    QCoreApplication app(argc, argv);
    LiveCluster cluster(crashingClusterOptions());
    TestExact test(cluster);
    return QTest::qExec(&test, argc, argv);
}
#include "test_exact.moc"
