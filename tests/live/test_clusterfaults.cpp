// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain
#include "connection/localcluster/blockingconnection.h"
#include "tests/support/livecluster.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <csignal>
#include <thread>
#include <unistd.h>

using namespace Shardboard;

/// What a private cluster does when something went wrong before, or somebody else is in the way. Each test makes its
/// own.
class ClusterFaultsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void makesAHalfMadeNodeAgain();
    void asksForWhatIsGone();
    void refusesAFolderWithOtherFiles();
    void refusesABrokenStateFile();
    void refusesAnotherTopology();
    void refusesAFolderTheServersCannotReach();
    void aStoppedStartLeavesNothingRunning();
    void twoStartsAtOnceMakeOneCluster();
    void removesOnlyItsOwnFiles();
    void removesNothingThatItDidNotMake();
    void doesNotTakeAnotherProgramForTheServer();
    void saysWhyAServerDoesNotStart();
    void worksInAFolderWithOddCharacters();
    void hasNoNodeOfThatName();

private:
    LocalCluster cluster() const { return LocalCluster(m_options); }
    QString file(const QString &name) const { return m_options.folder + u'/' + name; }
    void changeState(const std::function<void(QJsonObject &)> &change) const;

    LocalCluster::Options m_options;
};

namespace {

template <typename T>
QString errorOf(const Outcome<T> &outcome)
{
    return outcome.isError() ? outcome.error().toText() : QString();
}

QString firstCell(const ConnectionSettings &settings, const QString &sql)
{
    auto connection = BlockingConnection::open(settings);
    if (!connection)
        return connection.error().toText();
    const auto result = std::move(connection).value().run(sql);
    return result ? result->text(0, 0) : result.error().toText();
}

void writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

} // namespace

#define VERIFY_OK(outcome)                                                                                             \
    do {                                                                                                               \
        const auto &checked = (outcome);                                                                               \
        QVERIFY2(checked.isOk(), qPrintable(errorOf(checked)));                                                        \
    } while (false)

#define VERIFY_ERROR(outcome, naming)                                                                                  \
    do {                                                                                                               \
        const auto &checked = (outcome);                                                                               \
        QVERIFY(checked.isError());                                                                                    \
        QVERIFY2(checked.error().toText().contains(QStringLiteral(naming)), qPrintable(errorOf(checked)));             \
    } while (false)

void ClusterFaultsTest::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".")));
    m_options = {};
    m_options.folder = Testing::makeClusterFolder();
    m_options.topology = LocalCluster::Topology::Plain;
    m_options.durable = false;
}

void ClusterFaultsTest::cleanup()
{
    if (cluster().status().isOk() && cluster().status()->exists)
        VERIFY_OK(cluster().remove());
    QDir(m_options.folder).removeRecursively();
}

void ClusterFaultsTest::changeState(const std::function<void(QJsonObject &)> &change) const
{
    QFile state(file(QStringLiteral("cluster.json")));
    QVERIFY(state.open(QIODevice::ReadWrite));
    QJsonObject object = QJsonDocument::fromJson(state.readAll()).object();
    change(object);
    state.resize(0);
    state.seek(0);
    state.write(QJsonDocument(object).toJson());
}

void ClusterFaultsTest::makesAHalfMadeNodeAgain()
{
    VERIFY_OK(cluster().up());
    VERIFY_OK(cluster().down());
    // As if the program had died while initdb was running.
    changeState([](QJsonObject &state) {
        QJsonArray nodes = state[QStringLiteral("nodes")].toArray();
        QJsonObject node = nodes[0].toObject();
        node.insert(QStringLiteral("prepared"), false);
        nodes[0] = node;
        state.insert(QStringLiteral("nodes"), nodes);
    });
    QVERIFY(QFile::remove(file(QStringLiteral("server/PG_VERSION"))));
    const auto up = cluster().up();
    VERIFY_OK(up);
    QCOMPARE(firstCell(up->settings, QStringLiteral("SELECT 7")), QStringLiteral("7"));
}

void ClusterFaultsTest::asksForWhatIsGone()
{
    VERIFY_OK(cluster().up());
    VERIFY_OK(cluster().down());
    QVERIFY(QDir(file(QStringLiteral("server"))).removeRecursively());
    VERIFY_ERROR(cluster().up(), "The data of server");
    VERIFY_OK(cluster().remove());
    QVERIFY(!QFile::exists(m_options.folder));
}

void ClusterFaultsTest::refusesAFolderWithOtherFiles()
{
    QVERIFY(QDir().mkpath(m_options.folder));
    writeFile(file(QStringLiteral("thesis.txt")), "mine");
    VERIFY_ERROR(cluster().up(), "holds other files");
    VERIFY_ERROR(cluster().remove(), "holds no cluster");
    VERIFY_ERROR(cluster().down(), "holds no cluster");
    QCOMPARE(QDir(m_options.folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
        QStringList{QStringLiteral("thesis.txt")});
}

void ClusterFaultsTest::refusesABrokenStateFile()
{
    QVERIFY(QDir().mkpath(m_options.folder));
    const QByteArray hostile = R"({"shardboardCluster": 1, "postgresMajor": 15, "database": "d", "user": "u",
        "nodes": [{"name": "../../etc", "port": 5432}]})";
    for (const QByteArray &content :
        {QByteArray("{"), QByteArray(), QByteArray("{\"shardboardCluster\": 99}"), hostile}) {
        writeFile(file(QStringLiteral("cluster.json")), content);
        VERIFY_ERROR(cluster().status(), "cluster.json");
        VERIFY_ERROR(cluster().up(), "cluster.json");
        VERIFY_ERROR(cluster().remove(), "cluster.json");
    }
}

void ClusterFaultsTest::refusesAnotherTopology()
{
    VERIFY_OK(cluster().up());
    m_options.topology = LocalCluster::Topology::Citus;
    VERIFY_ERROR(cluster().up(), "made without Citus");
    m_options.topology = LocalCluster::Topology::Best;
    VERIFY_OK(cluster().up());
}

void ClusterFaultsTest::refusesAFolderTheServersCannotReach()
{
    if (geteuid() != 0)
        QSKIP("only root lends another account to the servers");
    const QTemporaryDir home; // 0700
    m_options.folder = home.filePath(QStringLiteral("cluster"));
    VERIFY_ERROR(cluster().up(), "cannot be reached by the account");
    QVERIFY(!cluster().status()->exists);
}

void ClusterFaultsTest::aStoppedStartLeavesNothingRunning()
{
    for (const auto *last : {"Creating", "Starting", "Installing"}) {
        std::stop_source source;
        const auto up = cluster().up(
            [&](const QString &step) {
                if (step.startsWith(QLatin1String(last)))
                    source.request_stop();
            },
            source.get_token());
        QVERIFY2(up.isCancelled(), last);
        const auto status = cluster().status();
        VERIFY_OK(status);
        for (const auto &node : status->nodes)
            QVERIFY(!node.isRunning);
    }
    const auto up = cluster().up(); // and what was interrupted is taken up again
    VERIFY_OK(up);
    QVERIFY(up->isRunning);
}

void ClusterFaultsTest::twoStartsAtOnceMakeOneCluster()
{
    std::vector<Outcome<LocalCluster::Status>> results(2, Outcome<LocalCluster::Status>(Cancelled{}));
    {
        std::vector<std::jthread> threads;
        for (auto &result : results)
            threads.emplace_back([&] { result = cluster().up(); });
    }
    for (const auto &result : results)
        VERIFY_OK(result);
    QCOMPARE(results[0]->nodes.first().pid, results[1]->nodes.first().pid);
}

void ClusterFaultsTest::removesOnlyItsOwnFiles()
{
    VERIFY_OK(cluster().up());
    writeFile(file(QStringLiteral("notes.txt")), "mine");
    VERIFY_OK(cluster().remove());
    QCOMPARE(QDir(m_options.folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
        QStringList{QStringLiteral("notes.txt")});
}

void ClusterFaultsTest::removesNothingThatItDidNotMake()
{
    VERIFY_ERROR(cluster().remove(), "holds no cluster");
    QVERIFY(!QFile::exists(m_options.folder));
}

void ClusterFaultsTest::doesNotTakeAnotherProgramForTheServer()
{
    VERIFY_OK(cluster().up());
    VERIFY_OK(cluster().down());
    // After a crash of the machine the pid in the file belongs to somebody else: here, to this very test.
    const QString directory = file(QStringLiteral("server"));
    writeFile(directory + QStringLiteral("/postmaster.pid"),
        QByteArray::number(QCoreApplication::applicationPid()) + '\n' + directory.toLocal8Bit()
            + "\n1\n5432\n\n127.0.0.1\n");
    QVERIFY(!cluster().status()->isRunning);
    VERIFY_OK(cluster().down()); // signals nobody
    const auto up = cluster().up();
    VERIFY_OK(up);
    QVERIFY(up->nodes.first().pid != QCoreApplication::applicationPid());
}

void ClusterFaultsTest::saysWhyAServerDoesNotStart()
{
    m_options.serverSettings.insert(QStringLiteral("shared_buffers"), QStringLiteral("much"));
    const auto up = cluster().up();
    VERIFY_ERROR(up, "The server server did not start");
    VERIFY_ERROR(up, "shared_buffers");
    m_options.serverSettings.clear();
    VERIFY_OK(cluster().up());
}

void ClusterFaultsTest::worksInAFolderWithOddCharacters()
{
    m_options.folder += QStringLiteral(" it's “odd” $HOME;x");
    const auto up = cluster().up();
    VERIFY_OK(up);
    QCOMPARE(firstCell(up->settings, QStringLiteral("SELECT 7")), QStringLiteral("7"));
}

void ClusterFaultsTest::hasNoNodeOfThatName()
{
    VERIFY_OK(cluster().up());
    VERIFY_ERROR(cluster().kill(QStringLiteral("worker9")), "worker9");
    VERIFY_ERROR(cluster().start(QStringLiteral("worker9")), "worker9");
    QCOMPARE(cluster().nodeSettings(QStringLiteral("worker9")), ConnectionSettings());
}

SHARDBOARD_TEST_MAIN(ClusterFaultsTest)
#include "test_clusterfaults.moc"
