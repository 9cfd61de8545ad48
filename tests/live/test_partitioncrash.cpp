// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// kill -9 while a filled table becomes partitioned: of the program, of the coordinator's backend, of a worker; while
// rows are copied, and while the two tables are exchanged. Whoever reads meanwhile sees every row or waits. No row is
// lost, the report says what is so, and applying again or taking back works.
#include "admin/intent.h"
#include "admin/partition/settings.h"
#include "admin/planning.h"
#include "admin/undo.h"
#include "connection/conninfo.h"
#include "tests/support/engine.h"
#include "tests/support/gate.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <atomic>
#include <csignal>
#include <future>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

enum class Moment { Copying, Exchanging };
enum class Victim { Program, Backend, Worker };
enum class Afterwards { Resume, Undo };

const QString program = QStringLiteral(SHARDBOARD_BIN_DIR "/shardboardctl");
const QualifiedName table{u"crash"_s, u"t"_s};

const QStringList filledTable{u"CREATE SCHEMA crash"_s,
    u"CREATE TABLE crash.t (k int NOT NULL, at timestamptz NOT NULL, v text, CHECK (public.pass_gate(k)))"_s,
    u"INSERT INTO crash.t SELECT i, now() - i * interval '1 hour', 'value ' || i FROM generate_series(1, 800) i"_s};
const QString rowsSql
    = u"SELECT count(*) || ' ' || sum(hashtextextended(k || v || extract(epoch FROM at), 0)) FROM crash.t"_s;
const QString kindSql = u"SELECT relkind FROM pg_class WHERE oid = 'crash.t'::regclass"_s;

Intent wish()
{
    PartitionSettings settings;
    settings.table = table;
    settings.column = u"at"_s;
    settings.interval = u"1 week"_s;
    settings.method = PartitionMethod::Sql;
    return partitionIntent(settings);
}

/// Counts the rows over and over, as a dashboard would.
class Reader
{
public:
    Reader(LiveCluster &cluster, const QString &expected)
        : m_done(std::async(std::launch::async, [this, &cluster, expected] {
            while (!m_stop) {
                const auto seen = cluster.trySql(rowsSql);
                if (seen && seen->text(0, 0) != expected)
                    m_wrong = seen->text(0, 0);
                else if (seen)
                    ++m_reads;
                else if (seen.isError() && seen.error().sqlState.startsWith(u"42")) // no such table
                    m_wrong = seen.error().message;
            }
        }))
    {
    }
    /// What was wrong, empty when nothing was.
    QString stop()
    {
        m_stop = true;
        m_done.get();
        return m_reads > 0 ? m_wrong : u"nothing could be read at all"_s;
    }

private:
    std::atomic<bool> m_stop = false;
    int m_reads = 0;
    QString m_wrong;
    std::future<void> m_done; ///< last: it uses the others
};

} // namespace

class TestPartitionCrash : public QObject
{
    Q_OBJECT

public:
    explicit TestPartitionCrash(LiveCluster &cluster) : m_cluster(cluster), m_gate(cluster) {}

private Q_SLOTS:
    void initTestCase() { m_gate.build(); }

    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_gate.open();
        for (const QString &statement : filledTable)
            m_cluster.sql(statement);
        if (m_cluster.hasCitus())
            m_cluster.sql(u"SELECT create_distributed_table('crash.t', 'k', shard_count := 4)"_s);
    }

    void cleanup()
    {
        m_gate.open();
        m_cluster.sql(u"SET client_min_messages TO error; DROP SCHEMA IF EXISTS crash, shardboard CASCADE;"
                      "SELECT cron.unschedule(jobid) FROM cron.job"_s);
    }

    void nothingIsLost_data();
    void nothingIsLost();

private:
    QStringList nodes() const
    {
        QStringList names;
        for (const LocalCluster::Node &node : m_cluster.status().nodes)
            names << node.name;
        return names;
    }
    /// The coordinator's backend at this work, 0 when there is none.
    qint64 workingBackend(const QString &function) const
    {
        return m_cluster
            .value(u"SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE state = 'active' AND pid <> "
                   u"pg_backend_pid() "
                   "AND query ~ '^SELECT shardboard\\.(%1)'"_s.arg(function))
            .toLongLong();
    }

    void crash(Moment moment, Victim victim, qint64 programPid);
    Outcome<Plan> planned(const Intent &intent);
    PlanReport carryOut(const Plan &plan);
    void runProgramAndKillIt(Moment moment);
    bool settle() const;

    LiveCluster &m_cluster;
    Gate m_gate;
    IoThread m_io;
    QTemporaryDir m_folder;
};

void TestPartitionCrash::crash(Moment moment, Victim victim, qint64 programPid)
{
    const QString function = moment == Moment::Copying ? u"copy_rows"_s : u"swap_in"_s;
    qint64 backend = 0; // one that exchanges gives up and tries again
    const auto isThere = [&] {
        backend = moment == Moment::Exchanging || m_gate.isWaitedAt() ? workingBackend(function) : 0;
        return backend > 0;
    };
    QTRY_VERIFY_WITH_TIMEOUT(isThere(), 60000);
    if (victim == Victim::Worker)
        QVERIFY(m_cluster.cluster().kill(u"worker1"_s));
    else
        QCOMPARE(::kill(pid_t(victim == Victim::Program ? programPid : backend), SIGKILL), 0);
    m_gate.release();
}

Outcome<Plan> TestPartitionCrash::planned(const Intent &intent)
{
    const auto session = openSession(m_io, m_cluster.settings());
    return session ? makePlan(*session, intent) : Outcome<Plan>(ServerError::usage(u"no session"_s));
}

PlanReport TestPartitionCrash::carryOut(const Plan &plan)
{
    const auto session = openSession(m_io, m_cluster.settings());
    if (session)
        return PlanExecutor(*session).apply(plan);
    PlanReport report;
    report.error = ServerError::usage(u"no session"_s);
    return report;
}

void TestPartitionCrash::runProgramAndKillIt(Moment moment)
{
    QFile file(m_folder.filePath(u"intent.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(intentToJson(wish()));
    file.close();
    QProcess process;
    process.start(program, {u"-d"_s, toConninfo(m_cluster.settings()), u"apply"_s, file.fileName()});
    QVERIFY(process.waitForStarted());
    crash(moment, Victim::Program, process.processId());
    if (QTest::currentTestFailed())
        qInfo().noquote() << process.readAllStandardOutput() << process.readAllStandardError();
    QVERIFY(process.waitForFinished(10000));
    QCOMPARE(process.exitStatus(), QProcess::CrashExit);
}

/// All servers answer again and nobody works on the table any more: a backend whose program has died goes on until it
/// has something to say.
bool TestPartitionCrash::settle() const
{
    if (m_cluster.hasCitus() && !m_cluster.cluster().status()->isRunning && !m_cluster.cluster().start(u"worker1"_s))
        return false;
    return QTest::qWaitFor(
        [this] {
            const QStringList names = nodes();
            return std::all_of(names.begin(), names.end(), [this](const QString &node) {
                return m_cluster.trySql(u"SELECT 1"_s, node).isOk();
            }) && workingBackend(u"copy_rows|swap_in|cover_rows"_s) == 0;
        },
        40000);
}

void TestPartitionCrash::nothingIsLost_data()
{
    QTest::addColumn<int>("moment");
    QTest::addColumn<int>("victim");
    QTest::addColumn<int>("afterwards");
    constexpr std::array moments{"copying", "exchanging"};
    constexpr std::array victims{"the program", "the backend", "a worker"};
    constexpr std::array ends{"resume", "undo"};
    for (int moment = 0; moment < int(moments.size()); ++moment)
        for (int victim = 0; victim < (m_cluster.hasCitus() ? 3 : 2); ++victim)
            for (int end = 0; end < int(ends.size()); ++end)
                QTest::addRow("%s, %s dies, %s", moments[size_t(moment)], victims[size_t(victim)], ends[size_t(end)])
                    << moment << victim << end;
}

void TestPartitionCrash::nothingIsLost()
{
    QFETCH(int, moment);
    QFETCH(int, victim);
    QFETCH(int, afterwards);
    const QString rows = m_cluster.value(rowsSql);
    const auto plan = planned(wish());
    QVERIFY2(plan, whyNot(plan));
    if (Moment(moment) == Moment::Copying)
        m_gate.close();

    PlanReport report;
    {
        // Somebody who reads for long keeps the exchange waiting.
        const auto holder = openSession(m_io, m_cluster.settings());
        if (Moment(moment) == Moment::Exchanging)
            QVERIFY(holder && holder->run(Query(u"BEGIN"_s)) && holder->run(Query(u"SELECT count(*) FROM crash.t"_s)));
        Reader reader(m_cluster, rows);
        if (Victim(victim) == Victim::Program) {
            runProgramAndKillIt(Moment(moment));
        } else {
            auto running = std::async(std::launch::async, [&] { return carryOut(*plan); });
            crash(Moment(moment), Victim(victim), 0);
            report = running.get();
        }
        QCOMPARE(reader.stop(), QString());
    }
    if (QTest::currentTestFailed())
        return;
    QVERIFY(settle());
    m_gate.open();
    QCOMPARE(m_cluster.value(rowsSql), rows);
    QCOMPARE(m_cluster.value(kindSql), u"r"_s);
    if (Victim(victim) != Victim::Program) {
        QVERIFY(!report.isComplete());
        QVERIFY(report.error);
        const bool isBegun = std::ranges::any_of(report.steps, [](const StepReport &step) {
            return step.id == u"register-copy" && step.state == StepReport::State::Done;
        });
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shardboard.conversion WHERE swapped_at IS NULL"_s),
            isBegun ? u"1"_s : u"0"_s);
    }

    if (Afterwards(afterwards) == Afterwards::Resume) {
        const auto again = planned(wish());
        QVERIFY2(again, whyNot(again));
        const PlanReport resumed = carryOut(*again);
        QVERIFY2(resumed.isComplete(), whyNot(resumed));
        QCOMPARE(m_cluster.value(kindSql), u"p"_s);
    } else {
        const auto back = Victim(victim) == Victim::Program ? planned(undoPartitionIntent(table))
                                                            : Outcome<Plan>(undoPlan(*plan, report));
        QVERIFY2(back, whyNot(back));
        const PlanReport undone = carryOut(*back);
        QVERIFY2(undone.isComplete(), whyNot(undone));
        QCOMPARE(m_cluster.value(kindSql), u"r"_s);
        QCOMPARE(
            m_cluster.value(
                u"SELECT count(*) FROM pg_class WHERE relnamespace = 'crash'::regnamespace AND relkind IN ('r', 'p')"_s),
            u"1"_s);
    }
    QCOMPARE(m_cluster.value(rowsSql), rows);
}

SHARDBOARD_LIVE_TEST_MAIN(TestPartitionCrash)
#include "test_partitioncrash.moc"
