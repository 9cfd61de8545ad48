// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: citus
// The program, the coordinator's backend, a worker or the coordinator itself killed in the middle of a rebalance: no
// row is lost, what is read afterwards is what the server did, and the rest of the moves can be taken up again.
#include "admin/cluster/clusterplanner.h"
#include "admin/intent.h"
#include "admin/planning.h"
#include "connection/capabilityscan.h"
#include "connection/conninfo.h"
#include "tests/support/engine.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <csignal>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 60000;

} // namespace

class TestRebalanceFaults : public QObject
{
    Q_OBJECT

public:
    explicit TestRebalanceFaults(LiveCluster &live) : m_live(live) {}

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void theProgramMayGo();
    void aKilledBackendLosesNothing();
    void aWorkerThatCrashesIsWaitedFor();
    void aCoordinatorThatCrashesGoesOnAfterwards();

private:
    std::unique_ptr<SyncSession> session() { return openSession(m_io, m_live.settings()); }
    PlanReport carryOut(const ClusterSettings &settings);
    JobFacts jobs();
    bool isOver();
    bool isMoving();
    QString rows() const;
    /// Every shard of a distributed table lies on one node, and where the metadata says: each can be read there.
    void verifyPlacements();
    ClusterSettings drain(const QString &node) const;
    int shardsOn(const QString &node) const;
    /// A transaction that keeps the first move from going on, as long as it is there.
    std::unique_ptr<SyncSession> holdMovesBack();
    void takeUpAgain(const QString &drained);

    LiveCluster &m_live;
    IoThread m_io;
    QString m_rows;
};

void TestRebalanceFaults::initTestCase()
{
    m_live.sql(uR"(SET citus.shard_count TO 4;
        CREATE TABLE account (id int PRIMARY KEY, balance int);
        CREATE TABLE entry (account int, id int, note text, PRIMARY KEY (account, id));
        SELECT create_distributed_table('account', 'id');
        SELECT create_distributed_table('entry', 'account', colocate_with => 'account');
        INSERT INTO account SELECT i, 100 FROM generate_series(1, 500) i;
        INSERT INTO entry SELECT i % 500 + 1, i, repeat('x', 200) FROM generate_series(1, 20000) i;)"_s);
    m_rows = rows();
}

void TestRebalanceFaults::init()
{
    QTest::failOnWarning(QRegularExpression(u"."_s));
}

void TestRebalanceFaults::cleanup()
{
    m_live.sql(u"SELECT citus_rebalance_stop() WHERE EXISTS (SELECT FROM pg_dist_background_job WHERE state NOT IN "
               u"('finished', 'cancelled', 'failed'))"_s);
    QTRY_VERIFY_WITH_TIMEOUT(isOver(), patience);
    m_live.sql(u"SELECT citus_set_node_property(nodename, nodeport, 'shouldhaveshards', true) FROM pg_dist_node "
               u"WHERE groupid > 0"_s);
}

PlanReport TestRebalanceFaults::carryOut(const ClusterSettings &settings)
{
    const auto worker = session();
    const auto plan = makePlan(*worker, clusterIntent(settings));
    if (plan)
        return PlanExecutor(*worker).apply(*plan);
    PlanReport report;
    report.error = plan.isError() ? plan.error() : ServerError::usage(u"cancelled"_s);
    return report;
}

JobFacts TestRebalanceFaults::jobs()
{
    const auto reader = session();
    if (!reader)
        return {};
    const auto capabilities = scanCapabilities(*reader);
    if (!capabilities)
        return {};
    const auto facts = readCluster(
        *capabilities, ClusterPart::Jobs, reader->runPipeline(clusterQueries(*capabilities, ClusterPart::Jobs)));
    return facts ? facts->jobs : JobFacts();
}

bool TestRebalanceFaults::isOver()
{
    const JobFacts now = jobs();
    return now.rebalance() && now.rebalance()->isOver();
}

bool TestRebalanceFaults::isMoving()
{
    const JobFacts now = jobs();
    return std::ranges::any_of(now.tasks, [](const BackgroundTask &task) {
        return task.shardId && task.status == u"running"_s && !task.phase.isEmpty();
    });
}

QString TestRebalanceFaults::rows() const
{
    return m_live.value(uR"(SELECT (SELECT count(*) || ':' || sum(hashint4(id)::bigint) FROM account) || ' '
        || (SELECT count(*) || ':' || sum(hashtext(account || note || id)::bigint) FROM entry))"_s);
}

void TestRebalanceFaults::verifyPlacements()
{
    QCOMPARE(rows(), m_rows);
    QCOMPARE(m_live.value(u"SELECT count(*) || ' ' || count(DISTINCT shardid) FROM citus_shards"_s), u"8 8"_s);
    QCOMPARE(
        m_live.value(u"SELECT sum(result::bigint) FROM run_command_on_placements('entry', 'SELECT count(*) FROM %s') "
                     u"WHERE success"_s),
        u"20000"_s);
}

ClusterSettings TestRebalanceFaults::drain(const QString &node) const
{
    ClusterSettings settings;
    settings.change = ClusterChange::DrainNode;
    settings.host = m_live.settings(node).value(u"host"_s);
    settings.port = m_live.settings(node).value(u"port"_s).toInt();
    return settings;
}

int TestRebalanceFaults::shardsOn(const QString &node) const
{
    return m_live.value(u"SELECT count(*) FROM citus_shards WHERE nodeport = %1"_s.arg(drain(node).port)).toInt();
}

std::unique_ptr<SyncSession> TestRebalanceFaults::holdMovesBack()
{
    auto writer = session();
    const bool holds
        = writer && writer->run(Query(u"BEGIN"_s)) && writer->run(Query(u"UPDATE account SET balance = balance"_s));
    return holds ? std::move(writer) : nullptr;
}

/// What is left is planned by the same intent, and done.
void TestRebalanceFaults::takeUpAgain(const QString &drained)
{
    QTRY_VERIFY_WITH_TIMEOUT(isOver(), patience);
    const PlanReport resumed = carryOut(drain(drained));
    QVERIFY2(resumed.isComplete(), whyNot(resumed));
    QTRY_VERIFY_WITH_TIMEOUT(isOver(), patience);
    QCOMPARE(shardsOn(drained), 0);
    verifyPlacements();
}

void TestRebalanceFaults::theProgramMayGo()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"drain.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(intentToJson(clusterIntent(drain(u"worker1"_s))));
    file.close();
    const auto writer = holdMovesBack();
    QVERIFY(writer);
    QProcess program;
    program.start(QStringLiteral(SHARDBOARD_BIN_DIR "/shardboardctl"),
        {u"-d"_s, toConninfo(m_live.settings()), u"apply"_s, file.fileName()});
    const auto hasBegun = [this] {
        const JobFacts now = jobs();
        return now.rebalance() && !now.rebalance()->isOver();
    };
    QTRY_VERIFY_WITH_TIMEOUT(hasBegun(), patience);
    if (program.state() == QProcess::Running)
        program.kill();
    program.waitForFinished();
    // Found again by a program that has just been started, while it goes on.
    QTRY_VERIFY_WITH_TIMEOUT(isMoving(), patience);
    QVERIFY(writer->rollback());
    QTRY_VERIFY_WITH_TIMEOUT(isOver(), patience);
    QCOMPARE(jobs().rebalance()->state, u"finished"_s);
    QCOMPARE(shardsOn(u"worker1"_s), 0);
    verifyPlacements();
}

void TestRebalanceFaults::aKilledBackendLosesNothing()
{
    const auto writer = holdMovesBack();
    QVERIFY(writer);
    const PlanReport started = carryOut(drain(u"worker2"_s));
    QVERIFY2(started.isComplete(), whyNot(started));
    QTRY_VERIFY_WITH_TIMEOUT(isMoving(), patience);
    const QString killed = m_live.value(u"SELECT pid FROM pg_dist_background_task WHERE status = 'running' LIMIT 1"_s);
    QVERIFY(!killed.isEmpty());
    QCOMPARE(m_live.value(u"SELECT pg_terminate_backend(%1)"_s.arg(killed)), u"t"_s);
    QVERIFY(writer->rollback());
    takeUpAgain(u"worker2"_s);
}

void TestRebalanceFaults::aWorkerThatCrashesIsWaitedFor()
{
    const auto writer = holdMovesBack();
    QVERIFY(writer);
    const PlanReport started = carryOut(drain(u"worker1"_s));
    QVERIFY2(started.isComplete(), whyNot(started));
    QTRY_VERIFY_WITH_TIMEOUT(isMoving(), patience);
    QVERIFY(m_live.cluster().kill(u"worker2"_s));
    if (const auto ended = writer->rollback(); ended.isError())
        QVERIFY(ended.error().connectionLost);
    const auto hasReason = [this] {
        const JobFacts now = jobs();
        return std::ranges::any_of(
            now.tasks, [](const BackgroundTask &task) { return task.retries > 0 && !task.message.isEmpty(); });
    };
    QTRY_VERIFY_WITH_TIMEOUT(hasReason(), patience); // it is tried again, and says why
    QVERIFY(m_live.cluster().start(u"worker2"_s));
    QTRY_VERIFY_WITH_TIMEOUT(isOver(), patience);
    takeUpAgain(u"worker1"_s);
}

void TestRebalanceFaults::aCoordinatorThatCrashesGoesOnAfterwards()
{
    auto writer = holdMovesBack();
    QVERIFY(writer);
    const PlanReport started = carryOut(drain(u"worker2"_s));
    QVERIFY2(started.isComplete(), whyNot(started));
    QTRY_VERIFY_WITH_TIMEOUT(isMoving(), patience);
    QVERIFY(m_live.cluster().kill(u"coordinator"_s));
    QVERIFY(m_live.cluster().start(u"coordinator"_s));
    writer.reset();
    QTRY_VERIFY_WITH_TIMEOUT(jobs().rebalance(), patience);
    takeUpAgain(u"worker2"_s);
}

int main(int argc, char *argv[])
{
    prepare();
    QCoreApplication app(argc, argv);
    LocalCluster::Options options;
    options.serverSettings.insert(u"citus.background_task_queue_interval"_s, u"200ms"_s);
    LiveCluster live(options);
    TestRebalanceFaults test(live);
    return QTest::qExec(&test, argc, argv);
}
#include "test_rebalancefaults.moc"
