// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
#include "tests/support/exactness.h"

#include <optional>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

/// What a run does about those who write while it looks.
class TestWriters : public QObject
{
    Q_OBJECT

public:
    explicit TestWriters(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        const auto session = openSession(m_io, m_cluster.settings());
        QVERIFY(session);
        const PlanReport applied = applyHttpTraffic(*session, {});
        QVERIFY2(applied.isComplete(), whyNot(applied));
    }
    void cleanup()
    {
        const auto session = openSession(m_io, m_cluster.settings());
        QVERIFY(session);
        const PlanReport removed = removeHttpTraffic(*session);
        QVERIFY2(removed.isComplete(), whyNot(removed));
    }

    void aWriterThatIsSlowIsWaitedForWithoutStoppingOthers();
    void whoGivesUpWaitingGoesOnWhereItWas();
    void aPreparedTransactionIsAWriter();
    void aSecondRunReturnsAtOnce();
    void aCancelledRunIsLoggedAndLosesNothing();
    void idsHandedOutInBlocksAreRefused();
    void aSequenceThatWentBackIsRefused();
    void aNodeThatIsDownIsNamed();

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
    LiveCluster &m_cluster;
    IoThread m_io;
};

void TestWriters::aWriterThatIsSlowIsWaitedForWithoutStoppingOthers()
{
    const auto slow = connect(nodeName(1));
    const auto quick = connect(nodeName(2));
    QVERIFY(slow && quick);
    QVERIFY(slow->run(Query(u"BEGIN"_s)));
    QVERIFY(slow->run(Query(insertSql(10))));
    std::jthread committer;
    std::optional<Outcome<RollupRun>> run;
    std::jthread runner([&] { run = runRollup(*connect(), rollupName); });
    QTRY_VERIFY(m_cluster.value(u"SELECT is_running FROM shardboard.rollup_status"_s) == u"t"_s);
    // Nobody stands in line behind the run.
    QVERIFY(quick->run(Query(u"SET lock_timeout = '1s'"_s)));
    for (int i = 0; i < 20; ++i) {
        const auto inserted = quick->run(Query(insertOneSql()));
        QVERIFY2(inserted, whyNot(inserted));
    }
    QVERIFY(slow->run(Query(u"COMMIT"_s)));
    runner.join();
    QVERIFY2(run && *run, whyNot(*run));
    QVERIFY((*run)->rowsRead >= 10);
    QVERIFY(catchUp(m_io, m_cluster));
    const ExactFigures figures = compareCounts(m_cluster);
    QCOMPARE(figures.lost + figures.doubled, 0);
    QCOMPARE(figures.rows, 30);
}

void TestWriters::whoGivesUpWaitingGoesOnWhereItWas()
{
    m_cluster.sql(u"UPDATE shardboard.rollup SET writer_wait = '300 milliseconds'"_s);
    const auto slow = connect(nodeName(1));
    const auto newcomer = connect(nodeName(2));
    const auto runner = connect();
    QVERIFY(slow && newcomer && runner);
    QVERIFY(slow->run(Query(u"BEGIN"_s)));
    QVERIFY(slow->run(Query(insertSql(10))));
    const auto first = runRollup(*runner, rollupName);
    QVERIFY2(first, whyNot(first));
    QCOMPARE(first->state, RollupRun::State::Waiting);
    QVERIFY2(first->message.contains(QString::number(slow->backendPid())), qPrintable(first->message));
    QCOMPARE(first->rowsRead, 0);
    // A newcomer that stays open does not hold up what came before it.
    QVERIFY(newcomer->run(Query(u"BEGIN"_s)));
    QVERIFY(newcomer->run(Query(insertSql(5))));
    QVERIFY(slow->run(Query(u"COMMIT"_s)));
    const auto second = runRollup(*runner, rollupName);
    QVERIFY2(second, whyNot(second));
    QCOMPARE(second->rowsRead, 10);
    QCOMPARE(second->state, RollupRun::State::Waiting);
    QVERIFY(newcomer->run(Query(u"COMMIT"_s)));
    QVERIFY(catchUp(m_io, m_cluster));
    QCOMPARE(compareCounts(m_cluster).lost + compareCounts(m_cluster).doubled, 0);
}

void TestWriters::aPreparedTransactionIsAWriter()
{
    if (m_cluster.hasCitus())
        QSKIP("citus refuses PREPARE TRANSACTION of those who use it; its own are part of the long test");
    m_cluster.sql(u"UPDATE shardboard.rollup SET writer_wait = '300 milliseconds'"_s);
    m_cluster.sql(u"BEGIN; INSERT INTO http_request (site_id) VALUES (1); PREPARE TRANSACTION 'left behind'"_s);
    const auto runner = connect();
    const auto first = runRollup(*runner, rollupName);
    QVERIFY2(first, whyNot(first));
    QCOMPARE(first->state, RollupRun::State::Waiting);
    QVERIFY2(first->message.contains(u"left behind"_s), qPrintable(first->message));
    // After a restart it goes by another name, and is the same.
    QVERIFY(m_cluster.cluster().kill(nodeName(0)));
    QVERIFY(m_cluster.cluster().start(nodeName(0)));
    const auto later = connect();
    QVERIFY(later);
    const auto second = runRollup(*later, rollupName);
    QVERIFY2(second, whyNot(second));
    QCOMPARE(second->state, RollupRun::State::Waiting);
    m_cluster.sql(u"COMMIT PREPARED 'left behind'"_s);
    const auto third = runRollup(*later, rollupName);
    QVERIFY2(third, whyNot(third));
    QCOMPARE(third->rowsRead, 1);
}

void TestWriters::aSecondRunReturnsAtOnce()
{
    const auto slow = connect();
    const auto second = connect();
    QVERIFY(slow && second);
    QVERIFY(slow->run(Query(u"BEGIN"_s)));
    QVERIFY(slow->run(Query(insertSql(1))));
    std::jthread runner([&] { (void)runRollup(*connect(), rollupName); });
    QTRY_VERIFY(m_cluster.value(u"SELECT is_running FROM shardboard.rollup_status"_s) == u"t"_s);
    const auto run = runRollup(*second, rollupName);
    QVERIFY2(run, whyNot(run));
    QCOMPARE(run->state, RollupRun::State::AlreadyRunning);
    QVERIFY(slow->run(Query(u"COMMIT"_s)));
}

void TestWriters::aCancelledRunIsLoggedAndLosesNothing()
{
    const auto slow = connect();
    QVERIFY(slow);
    QVERIFY(slow->run(Query(u"BEGIN"_s)));
    QVERIFY(slow->run(Query(insertSql(3))));
    std::optional<Outcome<RollupRun>> run;
    std::jthread runner([&] { run = runRollup(*connect(), rollupName); });
    QTRY_VERIFY(m_cluster.value(u"SELECT is_running FROM shardboard.rollup_status"_s) == u"t"_s);
    m_cluster.sql(u"SELECT pg_cancel_backend(backend_pid) FROM shardboard.rollup_run WHERE state = 'running'"_s);
    runner.join();
    QVERIFY(run && run->isError());
    QCOMPARE(run->error().sqlState, u"57014"_s);
    QCOMPARE(m_cluster.value(u"SELECT last_state FROM shardboard.rollup_status"_s), u"cancelled"_s);
    QVERIFY(slow->run(Query(u"COMMIT"_s)));
    QVERIFY(catchUp(m_io, m_cluster));
    QCOMPARE(compareCounts(m_cluster).rows, 3);
    QCOMPARE(compareCounts(m_cluster).lost + compareCounts(m_cluster).doubled, 0);
}

void TestWriters::idsHandedOutInBlocksAreRefused()
{
    if (m_cluster.hasCitus())
        QSKIP("citus does not let a distributed sequence be altered");
    const auto runner = connect();
    m_cluster.sql(u"ALTER SEQUENCE http_request_request_id_seq CACHE 20"_s);
    m_cluster.sql(insertSql(3));
    const auto refused = runRollup(*runner, rollupName);
    QVERIFY(refused.isError());
    QVERIFY2(refused.error().toText().contains(u"CACHE 1"_s), whyNot(refused));
    QCOMPARE(m_cluster.value(u"SELECT last_state FROM shardboard.rollup_status"_s), u"failed"_s);
    m_cluster.sql(u"ALTER SEQUENCE http_request_request_id_seq CACHE 1"_s);
    const auto run = runRollup(*runner, rollupName);
    QVERIFY2(run, whyNot(run));
    QCOMPARE(run->rowsRead, 3);
}

void TestWriters::aSequenceThatWentBackIsRefused()
{
    const auto runner = connect();
    m_cluster.sql(insertSql(30));
    QVERIFY(runRollup(*runner, rollupName));
    m_cluster.sql(u"SELECT setval('http_request_request_id_seq', 5)"_s);
    const auto refused = runRollup(*runner, rollupName);
    QVERIFY(refused.isError());
    QVERIFY2(refused.error().toText().contains(u"went back"_s) && refused.error().hint.contains(u"setval"_s),
        whyNot(refused));
}

void TestWriters::aNodeThatIsDownIsNamed()
{
    if (!m_cluster.hasCitus())
        QSKIP("one server");
    m_cluster.sql(insertSql(50));
    const auto runner = connect();
    QVERIFY(m_cluster.cluster().kill(nodeName(1)));
    const auto failed = runRollup(*runner, rollupName);
    QVERIFY(failed.isError());
    const QString port = m_cluster.settings(nodeName(1)).value(u"port"_s);
    QVERIFY2(failed.error().toText().contains(port), whyNot(failed));
    QVERIFY(m_cluster.cluster().start(nodeName(1)));
    QVERIFY(catchUp(m_io, m_cluster));
    QCOMPARE(compareCounts(m_cluster).rows, 50);
    QCOMPARE(compareCounts(m_cluster).lost + compareCounts(m_cluster).doubled, 0);
}

SHARDBOARD_LIVE_TEST_MAIN(TestWriters)
#include "test_writers.moc"
