// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: citus
// kill -9 while a filled table is spread, brought back or spread anew: of the program, of the coordinator's backend, of
// a worker. What the report says is so on the server, no row is lost, and applying again or taking back works.
#include "admin/distribute/altersharding.h"
#include "admin/distribute/shardingsession.h"
#include "admin/distribute/undistribute.h"
#include "admin/intent.h"
#include "admin/undo.h"
#include "connection/conninfo.h"
#include "connection/iothread.h"
#include "connection/syncsession.h"
#include "tests/support/gate.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <csignal>
#include <future>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

enum class Work { Distribute, DistributeConcurrently, Undistribute, Alter };
enum class Victim { Program, Backend, Worker };
enum class Afterwards { Resume, Undo };

const QString program = QStringLiteral(SHARDBOARD_BIN_DIR "/shardboardctl");
const QualifiedName table{u"crash"_s, u"t"_s};

const QStringList filledTable{u"CREATE SCHEMA crash"_s,
    u"CREATE TABLE crash.t (k int PRIMARY KEY, v text, CHECK (public.pass_gate(k)))"_s,
    u"INSERT INTO crash.t SELECT i, 'value ' || i FROM generate_series(1, 500) i"_s};
const QString rowsSql = u"SELECT count(*) || ' ' || sum(hashtext(t::text)) FROM crash.t t"_s;
const QString stateSql = uR"(
SELECT coalesce((SELECT concat_ws(' ', partmethod, repmodel, (SELECT count(*) FROM pg_dist_shard s WHERE s.logicalrelid = p.logicalrelid))
                   FROM pg_dist_partition p WHERE logicalrelid = 'crash.t'::regclass), 'local'))"_s;

Intent intentOf(Work work)
{
    switch (work) {
    case Work::Distribute:
    case Work::DistributeConcurrently: {
        DistributeSettings settings;
        settings.tables << TableChoice{
            table, Spread::Distributed, u"k"_s, u"none"_s, 4, work == Work::DistributeConcurrently};
        settings.fixes << u"allow-output-plugin"_s;
        return distributeIntent(settings);
    }
    case Work::Undistribute:
        return undistributeIntent({{table}, {}, true});
    case Work::Alter: {
        AlterShardingSettings settings;
        settings.table = table;
        settings.shardCount = 6;
        return alterShardingIntent(settings);
    }
    }
    Q_UNREACHABLE();
}

QString wantedState(Work work)
{
    return work == Work::Undistribute ? u"local"_s : work == Work::Alter ? u"h s 6"_s : u"h s 4"_s;
}

} // namespace

class TestDistributeCrash : public QObject
{
    Q_OBJECT

public:
    explicit TestDistributeCrash(LiveCluster &cluster) : m_cluster(cluster), m_gate(cluster) {}

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void nothingIsLost_data();
    void nothingIsLost();

private:
    QStringList nodes() const;
    qint64 workingBackend() const;
    void crash(Victim victim, qint64 programPid);
    PlanReport carryOut(const Plan &plan);
    Outcome<Plan> planned(const Intent &intent);
    void runProgramAndKillIt(const Intent &intent);
    PlanReport runAndCrash(const Plan &plan, Victim victim);
    void compareWithServer(const Plan &plan, const PlanReport &report, const QString &before);
    bool settle() const;

    LiveCluster &m_cluster;
    Gate m_gate;
    IoThread m_io;
    QTemporaryDir m_folder;
};

void TestDistributeCrash::initTestCase()
{
    m_gate.build();
}

void TestDistributeCrash::init()
{
    QTest::failOnWarning(QRegularExpression(u"."_s));
    m_gate.open();
    for (const QString &statement : filledTable)
        m_cluster.sql(statement);
}

void TestDistributeCrash::cleanup()
{
    m_gate.open();
    m_cluster.sql(u"SET client_min_messages TO error; DROP SCHEMA IF EXISTS crash CASCADE"_s);
    m_cluster.sql(u"CALL citus_cleanup_orphaned_resources()"_s);
}

QStringList TestDistributeCrash::nodes() const
{
    QStringList names;
    for (const LocalCluster::Node &node : m_cluster.status().nodes)
        names << node.name;
    return names;
}

/// The coordinator's backend that does the work, 0 when there is none.
qint64 TestDistributeCrash::workingBackend() const
{
    return m_cluster
        .value(u"SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() "
               u"AND query ~ '^SELECT (create_distributed_table|undistribute_table|alter_distributed_table)'"_s)
        .toLongLong();
}

void TestDistributeCrash::crash(Victim victim, qint64 programPid)
{
    QTRY_VERIFY_WITH_TIMEOUT(m_gate.isWaitedAt(), 60000); // some rows are through
    const qint64 backend = workingBackend();
    QVERIFY(backend > 0);
    if (victim == Victim::Worker)
        QVERIFY(m_cluster.cluster().kill(u"worker1"_s));
    else
        QCOMPARE(::kill(pid_t(victim == Victim::Program ? programPid : backend), SIGKILL), 0);
    m_gate.release();
}

Outcome<Plan> TestDistributeCrash::planned(const Intent &intent)
{
    SyncSession session(m_io, m_cluster.settings(), SessionPurpose::Job);
    if (const auto opened = session.open(); !opened)
        return opened.failure<Plan>();
    return planSharding(session, intent);
}

PlanReport TestDistributeCrash::carryOut(const Plan &plan)
{
    SyncSession session(m_io, m_cluster.settings(), SessionPurpose::Job);
    if (const auto opened = session.open(); !opened) {
        PlanReport report;
        report.error = opened.error();
        return report;
    }
    return PlanExecutor(session).apply(plan);
}

void TestDistributeCrash::runProgramAndKillIt(const Intent &intent)
{
    QFile file(m_folder.filePath(u"intent.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(intentToJson(intent));
    file.close();
    QProcess process;
    process.start(program, {u"-d"_s, toConninfo(m_cluster.settings()), u"apply"_s, file.fileName()});
    QVERIFY(process.waitForStarted());
    crash(Victim::Program, process.processId());
    if (QTest::currentTestFailed())
        qInfo().noquote() << process.readAllStandardOutput() << process.readAllStandardError();
    QVERIFY(process.waitForFinished(10000));
    QCOMPARE(process.exitStatus(), QProcess::CrashExit);
}

PlanReport TestDistributeCrash::runAndCrash(const Plan &plan, Victim victim)
{
    auto running = std::async(std::launch::async, [&] { return carryOut(plan); });
    crash(victim, 0);
    return running.get();
}

/// All servers answer again and nobody works on the table any more: a backend whose program has died goes on until it
/// has something to say.
bool TestDistributeCrash::settle() const
{
    if (!m_cluster.cluster().status()->isRunning && !m_cluster.cluster().start(u"worker1"_s))
        return false;
    return QTest::qWaitFor(
        [this] {
            const QStringList names = nodes();
            return std::all_of(names.begin(), names.end(), [this](const QString &node) {
                return m_cluster.trySql(u"SELECT 1"_s, node).isOk();
            }) && workingBackend() == 0;
        },
        30000);
}

/// What is reported done is done, and what is not is not.
void TestDistributeCrash::compareWithServer(const Plan &plan, const PlanReport &report, const QString &before)
{
    QVERIFY(!report.isComplete());
    QVERIFY(report.error);
    for (qsizetype i = 0; i < plan.steps.size(); ++i) {
        const PlanStep &step = plan.steps.at(i);
        if (!step.id.contains(table.display()) || step.doneSql.isEmpty())
            continue;
        const bool isReported = report.steps.at(i).state == StepReport::State::Done
            || report.steps.at(i).state == StepReport::State::AlreadySo;
        QVERIFY2(
            (m_cluster.value(step.doneSql) == u"t"_s) == isReported, qPrintable(step.title + u'\n' + report.toText()));
    }
    if (plan.steps.constLast().inTransaction)
        QCOMPARE(m_cluster.value(stateSql), before);
}

void TestDistributeCrash::nothingIsLost_data()
{
    QTest::addColumn<int>("work");
    QTest::addColumn<int>("victim");
    QTest::addColumn<int>("afterwards");
    constexpr std::array works{"distribute", "distribute concurrently", "undistribute", "alter"};
    constexpr std::array victims{"the program", "the backend", "a worker"};
    constexpr std::array ends{"resume", "undo"};
    for (int work = 0; work < int(works.size()); ++work)
        for (int victim = 0; victim < int(victims.size()); ++victim)
            for (int end = 0; end < int(ends.size()); ++end)
                QTest::addRow("%s, %s dies, %s", works[size_t(work)], victims[size_t(victim)], ends[size_t(end)])
                    << work << victim << end;
}

void TestDistributeCrash::nothingIsLost()
{
    QFETCH(int, work);
    QFETCH(int, victim);
    QFETCH(int, afterwards);
    const bool isSpreadBefore = Work(work) == Work::Undistribute || Work(work) == Work::Alter;
    if (isSpreadBefore)
        m_cluster.sql(u"SELECT create_distributed_table('crash.t', 'k', colocate_with => 'none', shard_count => 4)"_s);
    const QString rows = m_cluster.value(rowsSql), before = m_cluster.value(stateSql);
    const Intent intent = intentOf(Work(work));
    const auto plan = planned(intent);
    QVERIFY2(plan, plan.isError() ? qPrintable(plan.error().toText()) : "");
    m_gate.close();

    PlanReport report;
    if (Victim(victim) == Victim::Program)
        runProgramAndKillIt(intent);
    else
        report = runAndCrash(*plan, Victim(victim));
    if (QTest::currentTestFailed())
        return;
    QVERIFY(settle());
    m_gate.open();
    QCOMPARE(m_cluster.value(rowsSql), rows);
    if (Victim(victim) != Victim::Program)
        compareWithServer(*plan, report, before);

    if (Afterwards(afterwards) == Afterwards::Resume) {
        const auto again = planned(intent);
        QVERIFY2(again, again.isError() ? qPrintable(again.error().toText()) : "");
        const PlanReport resumed = carryOut(*again);
        QVERIFY2(resumed.isComplete(), qPrintable(resumed.toText()));
        QCOMPARE(m_cluster.value(stateSql), wantedState(Work(work)));
    } else {
        const PlanReport undone = carryOut(undoPlan(*plan, report));
        QVERIFY2(undone.isComplete(), qPrintable(undone.toText()));
        QCOMPARE(m_cluster.value(stateSql), before);
    }
    QCOMPARE(m_cluster.value(rowsSql), rows);
    m_cluster.sql(u"CALL citus_cleanup_orphaned_resources()"_s);
    QCOMPARE(m_cluster.value(u"SELECT count(*) FROM pg_dist_cleanup"_s), u"0"_s);
    for (const QString &node : nodes())
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM pg_replication_slots"_s, node), u"0"_s);
}

SHARDBOARD_LIVE_TEST_MAIN(TestDistributeCrash)
#include "test_distributecrash.moc"
