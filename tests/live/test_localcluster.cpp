// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
#include "connection/localcluster/blockingconnection.h"
#include "tests/support/livecluster.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <csignal>
#include <sys/stat.h>
#include <unistd.h>

using namespace Shardboard;
using Testing::LiveCluster;

class LocalClusterTest : public QObject
{
    Q_OBJECT

public:
    explicit LocalClusterTest(LiveCluster &live) : m_live(live) {}

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }
    void runsEveryNode();
    void installsTheExtensionsOfTheMachine();
    void joinsTheNodes();
    void tablesOfOnesOwnAreNotMadeInTheRegistry();
    void movesShardsOnline();
    void letsNobodyInWithoutPassword();
    void keepsSecretsToItself();
    void upTwiceDoesNothing();
    void restartsOnlyWhatWasKilled();
    void recoversFromKilledPostmaster();
    void keepsDataOverDownAndUp();
    void aFolderThatOthersPreparedIsNotTouched();

private:
    LocalCluster::Status statusNow() { return m_live.cluster().status().value(); }

    LiveCluster &m_live;
};

namespace {

QString text(const Completion &outcome)
{
    return outcome.isError() ? outcome.error().toText() : QStringLiteral("no error");
}
QString text(const Outcome<LocalCluster::Status> &outcome)
{
    return outcome.isError() ? outcome.error().toText() : QStringLiteral("no error");
}
} // namespace

#define QVERIFY_OK(outcome)                                                                                            \
    do {                                                                                                               \
        const auto &shardboardOutcome = (outcome);                                                                     \
        QVERIFY2(shardboardOutcome.isOk(), qPrintable(text(shardboardOutcome)));                                       \
    } while (false)

void LocalClusterTest::runsEveryNode()
{
    const auto status = statusNow();
    QVERIFY(status.exists);
    QVERIFY(status.isRunning);
    QCOMPARE(status.nodes.size(), m_live.hasCitus() ? 3 : 1);
    for (const auto &node : status.nodes) {
        QVERIFY(node.isRunning);
        QVERIFY(node.pid > 0);
        QCOMPARE(m_live.value(QStringLiteral("SHOW port"), node.name), QString::number(node.port));
        QCOMPARE(m_live.value(QStringLiteral("SHOW data_directory"), node.name), node.dataDirectory);
        // Reached by a socket that no other account of this machine can open, or put one of its own in the place of.
        QCOMPARE(m_live.value(QStringLiteral("SHOW listen_addresses"), node.name), QString());
        QCOMPARE(m_live.settings(node.name).value(QStringLiteral("host")), node.dataDirectory);
        QCOMPARE(m_live.value(QStringLiteral("SELECT inet_client_addr() IS NULL"), node.name), QStringLiteral("t"));
    }
}

void LocalClusterTest::installsTheExtensionsOfTheMachine()
{
    const auto installation = LocalCluster::findInstallation().value();
    for (const auto *name : {"hll", "topn", "tdigest", "pg_cron", "pg_partman"}) {
        const QString extension = QLatin1String(name);
        const QString present
            = m_live.value(QStringLiteral("SELECT count(*) FROM pg_extension WHERE extname = '%1'").arg(extension));
        QCOMPARE(present, installation.has(extension) ? QStringLiteral("1") : QStringLiteral("0"));
    }
    QCOMPARE(m_live.value(QStringLiteral("SELECT count(*) FROM pg_extension WHERE extname = 'citus'")),
        m_live.hasCitus() ? QStringLiteral("1") : QStringLiteral("0"));
    if (installation.has(QStringLiteral("pg_cron")))
        QCOMPARE(m_live.value(QStringLiteral("SHOW cron.database_name")),
            m_live.value(QStringLiteral("SELECT current_database()")));
}

void LocalClusterTest::joinsTheNodes()
{
    if (!m_live.hasCitus())
        QSKIP("a plain server has no nodes");
    QCOMPARE(m_live.value(QStringLiteral("SELECT count(*) FROM citus_get_active_worker_nodes()")), QStringLiteral("2"));
    QCOMPARE(m_live.value(QStringLiteral("SELECT count(*) FROM citus_check_cluster_node_health() WHERE result")),
        QStringLiteral("9"));
}

void LocalClusterTest::tablesOfOnesOwnAreNotMadeInTheRegistry()
{
    m_live.sql(QStringLiteral("CREATE SCHEMA shardboard"));
    QCOMPARE(m_live.value(QStringLiteral("SELECT current_schema()")), QStringLiteral("public"));
    m_live.sql(QStringLiteral("DROP SCHEMA shardboard"));
}

void LocalClusterTest::movesShardsOnline()
{
    if (!m_live.hasCitus())
        QSKIP("a plain server has no shards");
    m_live.sql(QStringLiteral(
        "CREATE TABLE moving (id bigint PRIMARY KEY); INSERT INTO moving SELECT generate_series(1, 100)"));
    m_live.sql(QStringLiteral("SELECT create_distributed_table_concurrently('moving', 'id', shard_count => 4)"));
    m_live.sql(QStringLiteral(
        "SELECT citus_move_shard_placement(shardid, s.nodename, s.nodeport, w.node_name, w.node_port::int, "
        "'force_logical') FROM citus_shards s, citus_get_active_worker_nodes() w "
        "WHERE table_name = 'moving'::regclass AND nodeport <> w.node_port LIMIT 1"));
    QCOMPARE(m_live.value(QStringLiteral("SELECT count(*) FROM moving")), QStringLiteral("100"));
    m_live.sql(QStringLiteral("DROP TABLE moving"));
}

void LocalClusterTest::letsNobodyInWithoutPassword()
{
    auto settings = m_live.settings();
    settings.keywords[QStringLiteral("passfile")] = QStringLiteral("/nonexistent/passfile");
    settings.keywords[QStringLiteral("connect_timeout")] = QStringLiteral("5");
    LiveCluster &live = m_live;
    for (const auto &node : live.status().nodes) {
        settings.keywords[QStringLiteral("host")] = node.dataDirectory;
        settings.keywords[QStringLiteral("port")] = QString::number(node.port);
        const auto refused = BlockingConnection::open(settings);
        QVERIFY(refused.isError());
        QVERIFY2(refused.error().message.contains(QStringLiteral("no password supplied")),
            qPrintable(refused.error().message));
    }
}

void LocalClusterTest::keepsSecretsToItself()
{
    struct stat info = {};
    const QByteArray passfile = m_live.settings().value(QStringLiteral("passfile")).toLocal8Bit();
    QCOMPARE(::stat(passfile.constData(), &info), 0);
    QCOMPARE(int(info.st_mode & 0777), 0600);
    QCOMPARE(info.st_uid, geteuid());
    for (const auto &node : m_live.status().nodes) {
        QCOMPARE(::stat(node.dataDirectory.toLocal8Bit().constData(), &info), 0);
        QCOMPARE(int(info.st_mode & 0077), 0);
        QCOMPARE(info.st_uid == 0, false);
    }
    QVERIFY(!m_live.settings().password);
}

void LocalClusterTest::upTwiceDoesNothing()
{
    const auto before = statusNow();
    QStringList steps;
    const auto again = m_live.cluster().up([&](const QString &step) { steps.append(step); });
    QVERIFY_OK(again);
    QCOMPARE(steps, QStringList());
    for (qsizetype i = 0; i < before.nodes.size(); ++i)
        QCOMPARE(again->nodes[i].pid, before.nodes[i].pid);
}

void LocalClusterTest::restartsOnlyWhatWasKilled()
{
    const QString victim = m_live.status().nodes.last().name;
    const auto before = statusNow();
    QVERIFY_OK(m_live.cluster().kill(victim));
    const auto killed = statusNow();
    QVERIFY(!killed.isRunning);
    QVERIFY(!killed.nodes.last().isRunning);
    QVERIFY_OK(m_live.cluster().start(victim));
    const auto after = statusNow();
    QVERIFY(after.isRunning);
    QVERIFY(after.nodes.last().pid != before.nodes.last().pid);
    if (after.nodes.size() > 1)
        QCOMPARE(after.nodes.first().pid, before.nodes.first().pid);
    QCOMPARE(m_live.value(QStringLiteral("SELECT 1"), victim), QStringLiteral("1"));
}

void LocalClusterTest::recoversFromKilledPostmaster()
{
    const auto before = statusNow();
    // As the kernel ends a program that ate all memory: nothing is tidied up, postmaster.pid stays.
    QCOMPARE(::kill(pid_t(before.nodes.first().pid), SIGKILL), 0);
    QTRY_VERIFY(!statusNow().nodes.first().isRunning);
    QVERIFY(QFile::exists(before.nodes.first().dataDirectory + QStringLiteral("/postmaster.pid")));
    QVERIFY_OK(m_live.cluster().up());
    QVERIFY(statusNow().isRunning);
    QCOMPARE(m_live.value(QStringLiteral("SELECT 1")), QStringLiteral("1"));
}

void LocalClusterTest::aFolderThatOthersPreparedIsNotTouched()
{
    QTemporaryDir place;
    const QString folder = place.filePath(QStringLiteral("cluster")),
                  precious = place.filePath(QStringLiteral("precious"));
    QVERIFY(QDir().mkpath(folder) && QDir().mkpath(precious));
    QFile kept(precious + QStringLiteral("/kept"));
    QVERIFY(kept.open(QIODevice::WriteOnly));
    QFile state(folder + QStringLiteral("/cluster.json"));
    QVERIFY(state.open(QIODevice::WriteOnly));
    state.write(R"({"shardboardCluster": 1, "postgresMajor": 15, "citus": false, "database": "d", "user": "u",
                    "complete": true, "nodes": [{"name": "server", "port": 54321, "prepared": true}]})");
    state.close();
    LocalCluster::Options options;
    options.folder = folder;

    QVERIFY(QFile::link(precious, folder + QStringLiteral("/server")));
    auto removed = LocalCluster(options).remove();
    QVERIFY(removed.isError());
    QVERIFY2(removed.error().message.contains(QStringLiteral("it is a link")), qPrintable(removed.error().toText()));
    QVERIFY(kept.exists());
    QVERIFY(LocalCluster(options).up().isError());
    QVERIFY(kept.exists());

    QVERIFY(QFile::remove(folder + QStringLiteral("/server")));
    QVERIFY(QFile::setPermissions(folder, QFile::Permissions(0x7777)));
    removed = LocalCluster(options).remove();
    QVERIFY(removed.isError());
    QVERIFY2(removed.error().message.contains(QStringLiteral("other users can write")),
        qPrintable(removed.error().toText()));
}

void LocalClusterTest::keepsDataOverDownAndUp()
{
    m_live.sql(QStringLiteral("CREATE TABLE kept AS SELECT 7 AS number"));
    QVERIFY_OK(m_live.cluster().down());
    QVERIFY(!statusNow().isRunning);
    QVERIFY_OK(m_live.cluster().up());
    QCOMPARE(m_live.value(QStringLiteral("SELECT number FROM kept")), QStringLiteral("7"));
}

SHARDBOARD_LIVE_TEST_MAIN(LocalClusterTest)
#include "test_localcluster.moc"
