// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: citus
// Nodes come and go and shards move by plans: rows stay as many as they were, what the server would refuse is refused
// before, applying twice changes nothing, and what can be undone is.
#include "admin/cluster/clusterplanner.h"
#include "admin/intent.h"
#include "admin/planning.h"
#include "admin/undo.h"
#include "connection/capabilityscan.h"
#include "connection/conninfo.h"
#include "tests/support/engine.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 40000;

} // namespace

class TestClusterChange : public QObject
{
    Q_OBJECT

public:
    explicit TestClusterChange(LiveCluster &live) : m_live(live) {}

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void whatDoesNotFitIsRefused();
    void aNodeIsAddedFilledAndEmptiedAgain();
    void theNumbersOfThePlanAreThoseOfTheOutcome();
    void aRebalanceIsStoppedAndTakenUpAgain();
    void aNodeIsDisabledAndActivated();
    void theVerdictOnDecodingIsTheServers();
    void tablesWithoutIdentityAreNamedBefore();
    void theLastNodesAreKept();
    void theCoordinatorsHostIsSetAndSetBack();
    void ctlPlansAndAppliesIntents();

private:
    int port(const QString &node) const { return m_live.settings(node).value(u"port"_s).toInt(); }
    QString host(const QString &node) const { return m_live.settings(node).value(u"host"_s); }
    ClusterSettings change(ClusterChange what, const QString &node = {}) const;
    Outcome<Plan> planOf(const ClusterSettings &settings) const;
    PlanReport carryOut(const ClusterSettings &settings) const;
    QString refusal(const ClusterSettings &settings) const;
    ClusterFacts read(ClusterParts parts) const;
    bool isRebalanceOver() const;
    QString rows() const;
    int shardsOn(const QString &node) const;
    bool hasNode(const QString &node) const;

    LiveCluster &m_live;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
    QString m_rows;
};

void TestClusterChange::initTestCase()
{
    m_live.sql(u"SELECT citus_remove_node('%1', %2)"_s.arg(host(u"worker3"_s)).arg(port(u"worker3"_s)));
    m_live.sql(uR"(SET citus.shard_count TO 6;
        CREATE TABLE account (id int PRIMARY KEY, balance int);
        CREATE TABLE entry (account int, id int, note text, PRIMARY KEY (account, id));
        CREATE TABLE currency (code text PRIMARY KEY);
        SELECT create_distributed_table('account', 'id');
        SELECT create_distributed_table('entry', 'account', colocate_with => 'account');
        SELECT create_reference_table('currency');
        INSERT INTO account SELECT i, 100 FROM generate_series(1, 500) i;
        INSERT INTO entry SELECT i % 500 + 1, i, repeat('x', 200) FROM generate_series(1, 20000) i;
        INSERT INTO currency VALUES ('EUR'), ('GBP');)"_s);
    m_session = openSession(m_io, m_live.settings());
    QVERIFY(m_session);
    m_rows = rows();
}

ClusterSettings TestClusterChange::change(ClusterChange what, const QString &node) const
{
    ClusterSettings settings;
    settings.change = what;
    if (!node.isEmpty()) {
        settings.host = host(node);
        settings.port = port(node);
    }
    return settings;
}

Outcome<Plan> TestClusterChange::planOf(const ClusterSettings &settings) const
{
    return makePlan(*m_session, clusterIntent(settings));
}

PlanReport TestClusterChange::carryOut(const ClusterSettings &settings) const
{
    const auto plan = planOf(settings);
    if (plan)
        return PlanExecutor(*m_session).apply(*plan);
    PlanReport report;
    report.error = plan.isError() ? plan.error() : ServerError::usage(u"cancelled"_s);
    return report;
}

/// Why no plan is made; empty when one is.
QString TestClusterChange::refusal(const ClusterSettings &settings) const
{
    const auto plan = planOf(settings);
    return plan.isError() ? plan.error().toText() : QString();
}

ClusterFacts TestClusterChange::read(ClusterParts parts) const
{
    const auto capabilities = scanCapabilities(*m_session);
    const auto facts = readCluster(*capabilities, parts, m_session->runPipeline(clusterQueries(*capabilities, parts)));
    return facts ? *facts : ClusterFacts();
}

bool TestClusterChange::isRebalanceOver() const
{
    const ClusterFacts facts = read(ClusterPart::Jobs);
    return facts.jobs.rebalance() && facts.jobs.rebalance()->isOver();
}

QString TestClusterChange::rows() const
{
    return m_live.value(uR"(SELECT (SELECT count(*) || ':' || sum(hashint4(id)::bigint) FROM account) || ' '
        || (SELECT count(*) || ':' || sum(hashtext(account || note || id)::bigint) FROM entry) || ' '
        || (SELECT count(*) FROM currency))"_s);
}

int TestClusterChange::shardsOn(const QString &node) const
{
    return m_live
        .value(u"SELECT count(*) FROM citus_shards WHERE nodeport = %1 AND citus_table_type = 'distributed'"_s.arg(
            port(node)))
        .toInt();
}

bool TestClusterChange::hasNode(const QString &node) const
{
    return m_live.value(u"SELECT count(*) FROM pg_dist_node WHERE nodeport = %1 AND isactive"_s.arg(port(node)))
        == u"1"_s;
}

void TestClusterChange::whatDoesNotFitIsRefused()
{
    ClusterSettings nobody = change(ClusterChange::AddNode, u"worker3"_s);
    nobody.port = 1;
    QVERIFY2(refusal(nobody).contains(u"cannot be reached from the coordinator"_s), qPrintable(refusal(nobody)));

    m_live.sql(u"DROP EXTENSION citus CASCADE"_s, u"worker3"_s);
    const ClusterSettings third = change(ClusterChange::AddNode, u"worker3"_s);
    QVERIFY2(refusal(third).contains(u"not installed in its database"_s), qPrintable(refusal(third)));
    QVERIFY2(refusal(third).contains(u"CREATE EXTENSION citus"_s), qPrintable(refusal(third)));
    QVERIFY(m_live.trySql(u"SELECT citus_add_node('%1', %2)"_s.arg(third.host).arg(third.port)).isError());
    m_live.sql(u"CREATE EXTENSION citus"_s, u"worker3"_s);

    QVERIFY2(refusal(change(ClusterChange::AddNode, u"coordinator"_s)).contains(u"this very server"_s),
        qPrintable(refusal(change(ClusterChange::AddNode, u"coordinator"_s))));
    const QString gone = refusal(change(ClusterChange::RemoveNode, u"worker3"_s));
    QVERIFY2(gone.contains(u"The cluster has no node"_s), qPrintable(gone));
    for (const ClusterChange leaving : {ClusterChange::RemoveNode, ClusterChange::DisableNode}) {
        const QString held = refusal(change(leaving, u"worker1"_s));
        QVERIFY2(held.contains(u"still holds"_s) && held.contains(u"Drain it first"_s), qPrintable(held));
        QVERIFY(refusal(change(leaving, u"coordinator"_s)).contains(u"is the coordinator"_s));
    }
    QVERIFY(m_live.trySql(u"SELECT citus_remove_node('%1', %2)"_s.arg(host(u"worker1"_s)).arg(port(u"worker1"_s)))
                .isError());
    ClusterSettings odd = change(ClusterChange::Rebalance);
    odd.strategy = u"by_moon"_s;
    QVERIFY2(refusal(odd).contains(u"There is no strategy \"by_moon\""_s), qPrintable(refusal(odd)));
}

void TestClusterChange::aNodeIsAddedFilledAndEmptiedAgain()
{
    const ClusterSettings add = change(ClusterChange::AddNode, u"worker3"_s);
    const auto addition = planOf(add);
    QVERIFY2(addition, whyNot(addition));
    const PlanReport added = PlanExecutor(*m_session).apply(*addition);
    QVERIFY2(added.isComplete() && added.changedAnything(), whyNot(added));
    QVERIFY(hasNode(u"worker3"_s));
    const PlanReport again = carryOut(add);
    QVERIFY2(again.isComplete() && !again.changedAnything(), whyNot(again));
    QCOMPARE(shardsOn(u"worker3"_s), 0);

    const PlanReport undone = PlanExecutor(*m_session).apply(undoPlan(*addition, added));
    QVERIFY2(undone.isComplete(), whyNot(undone));
    QVERIFY(!hasNode(u"worker3"_s));
    QVERIFY2(carryOut(add).isComplete(), whyNot(carryOut(add)));

    const PlanReport started = carryOut(change(ClusterChange::Rebalance));
    QVERIFY2(started.isComplete(), whyNot(started));
    QTRY_VERIFY_WITH_TIMEOUT(isRebalanceOver(), patience);
    QCOMPARE(read(ClusterPart::Jobs).jobs.rebalance()->state, u"finished"_s);
    QCOMPARE(shardsOn(u"worker3"_s), 4); // two of six hash ranges, of two tables
    QCOMPARE(rows(), m_rows);

    const PlanReport drained = carryOut(change(ClusterChange::DrainNode, u"worker3"_s));
    QVERIFY2(drained.isComplete(), whyNot(drained));
    QTRY_VERIFY_WITH_TIMEOUT(isRebalanceOver(), patience);
    QCOMPARE(shardsOn(u"worker3"_s), 0);
    QCOMPARE(rows(), m_rows);

    const PlanReport removed = carryOut(change(ClusterChange::RemoveNode, u"worker3"_s));
    QVERIFY2(removed.isComplete(), whyNot(removed));
    QVERIFY(!hasNode(u"worker3"_s));
    QCOMPARE(rows(), m_rows);
}

void TestClusterChange::theNumbersOfThePlanAreThoseOfTheOutcome()
{
    const auto addition = planOf(change(ClusterChange::AddNode, u"worker3"_s));
    QVERIFY2(addition, whyNot(addition));
    const QString warnings = addition->warnings.join(u'\n');
    QVERIFY2(!warnings.contains(u"still holds"_s), qPrintable(warnings)); // it was left tidy
    QVERIFY(PlanExecutor(*m_session).apply(*addition).isComplete());
    const auto facts = readChangeFacts(*m_session, change(ClusterChange::Rebalance));
    QVERIFY2(facts, whyNot(facts));
    const RebalancePreview preview = previewMoves(facts->moves, facts->cluster);
    QVERIFY(!preview.moves.isEmpty());
    qint64 bytes = 0;
    for (const ShardMove &move : preview.moves)
        bytes += move.bytes;
    QCOMPARE(preview.bytes, bytes);
    QVERIFY(carryOut(change(ClusterChange::Rebalance)).isComplete());
    QTRY_VERIFY_WITH_TIMEOUT(isRebalanceOver(), patience);
    const ClusterFacts after = read(ClusterPart::Nodes | ClusterPart::Shards);
    for (const NodeLoad &load : preview.nodes) {
        int shards = 0;
        for (const Shard &shard : after.shards->shards)
            shards += shard.nodeId == load.nodeId && isSpread(after.shards->tables.at(shard.table).kind) ? 1 : 0;
        QCOMPARE(shards, load.shardsAfter);
    }
    const PlanReport nothing = carryOut(change(ClusterChange::Rebalance));
    QVERIFY2(nothing.isComplete() && !nothing.changedAnything(), whyNot(nothing));
}

void TestClusterChange::aRebalanceIsStoppedAndTakenUpAgain()
{
    // A transaction that has written holds a move back.
    const auto writer = openSession(m_io, m_live.settings());
    QVERIFY(writer->run(Query(u"BEGIN"_s)) && writer->run(Query(u"UPDATE account SET balance = 7"_s)));
    QVERIFY(carryOut(change(ClusterChange::DrainNode, u"worker3"_s)).isComplete());
    const auto running = [this] {
        const JobFacts jobs = read(ClusterPart::Jobs).jobs;
        return std::ranges::any_of(jobs.tasks,
            [](const BackgroundTask &task) { return task.status == u"running"_s && task.shardId && task.toNode; });
    };
    QTRY_VERIFY_WITH_TIMEOUT(running(), patience);
    const QString busy = refusal(change(ClusterChange::DrainNode, u"worker1"_s));
    QVERIFY2(busy.contains(u"A rebalance is running"_s), qPrintable(busy));

    const PlanReport stopped = carryOut(change(ClusterChange::StopRebalance));
    QVERIFY2(stopped.isComplete() && stopped.changedAnything(), whyNot(stopped));
    QVERIFY(writer->rollback());
    QTRY_VERIFY_WITH_TIMEOUT(isRebalanceOver(), patience);
    QCOMPARE(read(ClusterPart::Jobs).jobs.rebalance()->state, u"cancelled"_s);
    QVERIFY(!carryOut(change(ClusterChange::StopRebalance)).changedAnything());
    QVERIFY(shardsOn(u"worker3"_s) > 0);
    QCOMPARE(rows(), m_rows);

    const PlanReport resumed = carryOut(change(ClusterChange::DrainNode, u"worker3"_s));
    QVERIFY2(resumed.isComplete() && resumed.changedAnything(), whyNot(resumed));
    QTRY_VERIFY_WITH_TIMEOUT(isRebalanceOver(), patience);
    QCOMPARE(shardsOn(u"worker3"_s), 0);
    QCOMPARE(rows(), m_rows);
}

void TestClusterChange::aNodeIsDisabledAndActivated()
{
    const ClusterSettings disable = change(ClusterChange::DisableNode, u"worker3"_s);
    const auto plan = planOf(disable);
    QVERIFY2(plan, whyNot(plan));
    const PlanReport disabled = PlanExecutor(*m_session).apply(*plan);
    QVERIFY2(disabled.isComplete(), whyNot(disabled));
    QVERIFY(!hasNode(u"worker3"_s));
    const ClusterFacts facts = read(ClusterPart::Nodes);
    QVERIFY(!facts.nodes.last().isActive);
    m_live.sql(u"INSERT INTO currency VALUES ('CHF')"_s);

    const PlanReport activated = carryOut(change(ClusterChange::ActivateNode, u"worker3"_s));
    QVERIFY2(activated.isComplete(), whyNot(activated));
    QVERIFY(hasNode(u"worker3"_s));
    const PlanReport again = carryOut(change(ClusterChange::ActivateNode, u"worker3"_s));
    QVERIFY2(again.isComplete() && !again.changedAnything(), whyNot(again));
    m_live.sql(u"DELETE FROM currency WHERE code = 'CHF'"_s);
    QCOMPARE(rows(), m_rows);
}

void TestClusterChange::theVerdictOnDecodingIsTheServers()
{
    if (m_live.value(u"SELECT current_setting('output_plugin_libraries', true)"_s).isEmpty())
        QSKIP("this PostgreSQL lets every plugin decode");
    const auto allow = [&](const QString &plugins) {
        m_live.sql(u"ALTER SYSTEM SET output_plugin_libraries = %1"_s.arg(plugins), u"worker1"_s);
        m_live.sql(u"SELECT pg_reload_conf()"_s, u"worker1"_s);
        QTRY_COMPARE(m_live.value(u"SHOW output_plugin_libraries"_s, u"worker1"_s), plugins);
    };
    const auto move = [&] {
        return m_live.trySql(uR"(SELECT citus_move_shard_placement(shardid, nodename, nodeport, '%3', %2, 'auto')
            FROM citus_shards WHERE table_name = 'account'::regclass AND nodeport = %1 LIMIT 1)"_s
                                 .arg(port(u"worker1"_s))
                                 .arg(port(u"worker2"_s))
                                 .arg(host(u"worker2"_s)));
    };
    // The node that was activated again has none yet, and a single move wants them everywhere.
    m_live.sql(u"SELECT replicate_reference_tables('block_writes')"_s);
    allow(u"test_decoding"_s);
    const QString why = refusal(change(ClusterChange::DrainNode, u"worker1"_s));
    QVERIFY2(why.contains(u"output_plugin_libraries"_s), qPrintable(why));
    QVERIFY(move().isError());
    allow(u"pgoutput"_s);
    QVERIFY2(refusal(change(ClusterChange::DrainNode, u"worker1"_s)).isEmpty(), qPrintable(why));
    const auto moved = move();
    QVERIFY2(moved, whyNot(moved));
    QCOMPARE(rows(), m_rows);
}

void TestClusterChange::tablesWithoutIdentityAreNamedBefore()
{
    m_live.sql(u"CREATE TABLE note (k int, v text); SELECT create_distributed_table('note', 'k', colocate_with => "
               u"'none')"_s);
    const QString why = refusal(change(ClusterChange::DrainNode, u"worker1"_s));
    QVERIFY2(why.contains(u"neither primary key nor replica identity"_s) && why.contains(u"note"_s), qPrintable(why));
    ClusterSettings blocking = change(ClusterChange::DrainNode, u"worker1"_s);
    blocking.transferMode = u"block_writes"_s;
    QVERIFY2(refusal(blocking).isEmpty(), qPrintable(refusal(blocking)));
    m_live.sql(u"DROP TABLE note"_s);
}

void TestClusterChange::theLastNodesAreKept()
{
    QVERIFY(carryOut(change(ClusterChange::RemoveNode, u"worker3"_s)).isComplete());
    QVERIFY(carryOut(change(ClusterChange::DrainNode, u"worker2"_s)).isComplete());
    QTRY_VERIFY_WITH_TIMEOUT(isRebalanceOver(), patience);
    QCOMPARE(shardsOn(u"worker2"_s), 0);
    const QString last = refusal(change(ClusterChange::DrainNode, u"worker1"_s));
    QVERIFY2(last.contains(u"there is nowhere to move them to"_s), qPrintable(last));
    QCOMPARE(rows(), m_rows);
    m_live.sql(u"SELECT citus_set_node_property('%1', %2, 'shouldhaveshards', true)"_s.arg(host(u"worker2"_s))
                   .arg(port(u"worker2"_s)));
}

void TestClusterChange::theCoordinatorsHostIsSetAndSetBack()
{
    m_live.sql(u"SELECT citus_remove_node('%1', %2)"_s.arg(host(u"coordinator"_s)).arg(port(u"coordinator"_s)));
    QVERIFY(!read(ClusterPart::Nodes).nodes.first().isInMetadata);
    ClusterSettings settings = change(ClusterChange::SetCoordinatorHost, u"coordinator"_s);
    const auto plan = planOf(settings);
    QVERIFY2(plan, whyNot(plan));
    const PlanReport report = PlanExecutor(*m_session).apply(*plan);
    QVERIFY2(report.isComplete(), whyNot(report));
    const QString hostNow = u"SELECT nodename FROM pg_dist_node WHERE groupid = 0"_s;
    QCOMPARE(m_live.value(hostNow), host(u"coordinator"_s));
    const PlanReport undone = PlanExecutor(*m_session).apply(undoPlan(*plan, report));
    QVERIFY2(undone.isComplete(), whyNot(undone));
    QCOMPARE(m_live.value(hostNow), QString());
    QVERIFY2(carryOut(settings).isComplete(), whyNot(carryOut(settings)));
    QCOMPARE(rows(), m_rows);

    settings.host = u"192.0.2.1"_s; // for documentation: nobody is there
    QVERIFY2(refusal(settings).contains(u"there is no way to"_s), qPrintable(refusal(settings)));
}

void TestClusterChange::ctlPlansAndAppliesIntents()
{
    const QTemporaryDir folder;
    const auto run = [&](const QString &command, const ClusterSettings &settings) {
        QFile file(folder.filePath(u"intent.json"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(intentToJson(clusterIntent(settings))) < 0)
            return std::pair(-1, QByteArray());
        file.close();
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral(SHARDBOARD_BIN_DIR "/shardboardctl"),
            {u"-d"_s, toConninfo(m_live.settings()), command, file.fileName()});
        if (!process.waitForFinished(patience))
            return std::pair(-1, QByteArray("did not end"));
        return std::pair(process.exitCode(), process.readAll());
    };
    const ClusterSettings add = change(ClusterChange::AddNode, u"worker3"_s);
    const auto [status, script] = run(u"plan"_s, add);
    QVERIFY2(status == 0 && script.contains("SELECT citus_add_node('" + host(u"worker3"_s).toUtf8() + "', "),
        script.constData());
    QVERIFY(!hasNode(u"worker3"_s));
    const auto [applied, report] = run(u"apply"_s, add);
    QVERIFY2(applied == 0, report.constData());
    QVERIFY(hasNode(u"worker3"_s));
    const auto [refused, why] = run(u"apply"_s, change(ClusterChange::RemoveNode, u"worker1"_s));
    QVERIFY2(refused != 0 && why.contains("Drain it first"), why.constData());
    const auto [removed, text] = run(u"apply"_s, change(ClusterChange::RemoveNode, u"worker3"_s));
    QVERIFY2(removed == 0, text.constData());
    QVERIFY(!hasNode(u"worker3"_s));
}

int main(int argc, char *argv[])
{
    prepare();
    QCoreApplication app(argc, argv);
    LocalCluster::Options options;
    options.workers = 3;
    options.serverSettings.insert(u"citus.background_task_queue_interval"_s, u"200ms"_s);
    LiveCluster live(options);
    TestClusterChange test(live);
    return QTest::qExec(&test, argc, argv);
}
#include "test_clusterchange.moc"
