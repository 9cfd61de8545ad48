// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain
#include "admin/planscript.h"
#include "tests/support/engine.h"

#include <QProcess>
#include <QTemporaryDir>

#include <thread>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;
using State = StepReport::State;

namespace {

PlanStep step(int group, const QString &sql, const QString &doneSql = {})
{
    PlanStep made;
    made.id = sql;
    made.title = sql;
    made.sql = sql;
    made.doneSql = doneSql;
    made.group = group;
    return made;
}

PlanStep createTable(int group, const QString &name)
{
    return step(group, u"CREATE TABLE %1 (i int)"_s.arg(name), u"SELECT to_regclass('%1') IS NOT NULL"_s.arg(name));
}

QList<State> states(const PlanReport &report)
{
    QList<State> list;
    for (const StepReport &one : report.steps)
        list << one.state;
    return list;
}

} // namespace

class TestPlan : public QObject
{
    Q_OBJECT

public:
    explicit TestPlan(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_stop = std::stop_source();
        m_session = openSession(m_io, m_cluster.settings(), m_stop.get_token());
        QVERIFY(m_session);
    }
    void cleanup()
    {
        m_session.reset();
        m_cluster.sql(u"DROP TABLE IF EXISTS a, b, c"_s);
    }

    void whatIsAlreadySoIsNotDoneAgain()
    {
        Plan plan;
        plan.steps = {createTable(1, u"a"_s), createTable(2, u"b"_s)};
        const PlanReport first = PlanExecutor(*m_session).apply(plan);
        QVERIFY2(first.isComplete(), whyNot(first));
        QVERIFY(first.changedAnything());
        const PlanReport second = PlanExecutor(*m_session).apply(plan);
        QVERIFY2(second.isComplete(), whyNot(second));
        QVERIFY(!second.changedAnything());
        QCOMPARE(states(second), (QList<State>{State::AlreadySo, State::AlreadySo}));
        QVERIFY2(second.toText().contains(u"Nothing to change"_s), whyNot(second));
    }

    void aFailureRollsItsGroupBackAndKeepsThoseBefore()
    {
        Plan plan;
        plan.steps = {createTable(1, u"a"_s), createTable(2, u"b"_s), step(2, u"SELECT 1/0"_s), createTable(3, u"c"_s)};
        const PlanReport report = PlanExecutor(*m_session).apply(plan);
        QVERIFY(!report.isComplete());
        QCOMPARE(states(report), (QList<State>{State::Done, State::RolledBack, State::Failed, State::Pending}));
        QCOMPARE(report.error->sqlState, u"22012"_s);
        QCOMPARE(
            m_cluster.value(u"SELECT concat_ws(',', to_regclass('a'), to_regclass('b'), to_regclass('c'))"_s), u"a"_s);
        QVERIFY(!m_session->inTransaction());

        plan.steps[2] = step(2, u"SELECT 1"_s);
        const PlanReport again = PlanExecutor(*m_session).apply(plan);
        QCOMPARE(states(again), (QList<State>{State::AlreadySo, State::Done, State::Done, State::Done}));
    }

    void aStopRollsBackWhatItsGroupHadDone()
    {
        Plan plan;
        plan.steps = {createTable(1, u"a"_s), createTable(2, u"b"_s), step(2, u"SELECT pg_sleep(60)"_s)};
        std::jthread stopper;
        const PlanReport report = PlanExecutor(*m_session).apply(plan, [&](const Progress &progress) {
            if (progress.done == 2)
                stopper = std::jthread([this] {
                    std::this_thread::sleep_for(std::chrono::milliseconds(200));
                    m_stop.request_stop();
                });
        });
        QVERIFY(report.wasCancelled);
        QVERIFY(!report.error);
        QCOMPARE(states(report), (QList<State>{State::Done, State::RolledBack, State::Cancelled}));
        QCOMPARE(m_cluster.value(u"SELECT concat_ws(',', to_regclass('a'), to_regclass('b'))"_s), u"a"_s);
    }

    void aLostConnectionIsToldAndThePlanGoesOnLater()
    {
        Plan plan;
        plan.steps = {createTable(1, u"a"_s), createTable(2, u"b"_s), step(2, u"SELECT pg_sleep(60)"_s)};
        const int pid = m_session->backendPid();
        std::jthread killer;
        const PlanReport report = PlanExecutor(*m_session).apply(plan, [&](const Progress &progress) {
            if (progress.done == 2)
                killer = std::jthread([this, pid] {
                    std::this_thread::sleep_for(std::chrono::milliseconds(200));
                    m_cluster.sql(u"SELECT pg_terminate_backend(%1)"_s.arg(pid));
                });
        });
        QVERIFY(report.error);
        QVERIFY(report.error->connectionLost);
        QCOMPARE(states(report), (QList<State>{State::Done, State::RolledBack, State::Failed}));

        plan.steps[2] = step(2, u"SELECT 1"_s);
        const auto other = openSession(m_io, m_cluster.settings());
        QVERIFY(other);
        const PlanReport again = PlanExecutor(*other).apply(plan);
        QCOMPARE(states(again), (QList<State>{State::AlreadySo, State::Done, State::Done}));
    }

    void aStepThatRefusesATransactionRunsOutsideOfOne()
    {
        Plan plan;
        plan.steps = {createTable(1, u"a"_s), step(2, u"VACUUM a"_s), createTable(3, u"b"_s)};
        plan.steps[1].inTransaction = false;
        const PlanReport report = PlanExecutor(*m_session).apply(plan);
        QVERIFY2(report.isComplete(), whyNot(report));
    }

    void noticesBelongToTheirStep()
    {
        Plan plan;
        plan.steps = {step(1, u"SELECT 1"_s), step(1, u"DO $$ BEGIN RAISE NOTICE 'mind the gap'; END $$"_s)};
        const PlanReport report = PlanExecutor(*m_session).apply(plan);
        QVERIFY(report.steps.at(0).notices.isEmpty());
        QCOMPARE(report.steps.at(1).notices, QStringList{u"mind the gap"_s});
    }

    void theScriptDoesInPsqlWhatTheExecutorDoes()
    {
        const auto installation = LocalCluster::findInstallation();
        QVERIFY(installation);
        const Outcome<Plan> plan = planOn(*m_session, blueprintIntent(u"http-traffic"_s, {{u"schema"_s, u"We \"b"_s}}));
        QVERIFY2(plan, whyNot(plan));
        QTemporaryDir folder;
        QFile script(folder.filePath(u"plan.sql"_s));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write(planScript(*plan).toUtf8());
        script.close();
        for (int round = 1; round <= 2; ++round) {
            QProcess psql;
            psql.start(installation->binDirectory + u"/psql"_s,
                {u"-X"_s, u"-q"_s, u"-o"_s, u"/dev/null"_s, u"-d"_s, conninfo(), u"-f"_s, script.fileName()});
            QVERIFY(psql.waitForFinished());
            QVERIFY2(psql.exitCode() == 0, psql.readAllStandardError());
        }
        const PlanReport report = PlanExecutor(*m_session).apply(*plan);
        QVERIFY2(report.isComplete() && !report.changedAnything(), whyNot(report));
        const PlanReport removed = removeHttpTraffic(*m_session, u"We \"b"_s);
        QVERIFY2(removed.isComplete(), whyNot(removed));
    }

private:
    /// As psql takes it; the password is in the passfile.
    QString conninfo() const
    {
        QStringList parts;
        const ConnectionSettings settings = m_cluster.settings();
        for (auto it = settings.keywords.cbegin(); it != settings.keywords.cend(); ++it)
            parts << it.key() + u"='"_s + it.value() + u'\'';
        return parts.join(u' ');
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::stop_source m_stop;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestPlan)
#include "test_plan.moc"
