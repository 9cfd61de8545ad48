// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/livecluster.h"

#include "connection/localcluster/blockingconnection.h"
#include "connection/localcluster/installation.h"

#include <QDir>
#include <QFileInfo>
#include <QStorageInfo>
#include <QUuid>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace Shardboard::Testing {

namespace {

constexpr qint64 roomForClusters = qint64(4) << 30; // in memory, or not at all
const QString folderPrefix = QStringLiteral("shardboard-test-");
constexpr int skipped = 77;

[[noreturn]] void giveUp(const ServerError &error)
{
    std::fprintf(stderr, "the private cluster did not start: %s\n", qPrintable(error.toText()));
    std::exit(1);
}

void skipWhatIsMissing()
{
    if (LiveCluster::wantedTopology() != LocalCluster::Topology::Citus)
        return;
    for (const auto &installation : findInstallations()) {
        if (installation.has(QStringLiteral("citus")))
            return;
    }
    std::printf("SKIP: needs the citus extension\n");
    std::fflush(stdout);
    std::exit(skipped);
}

// In memory where there is plenty: making and deleting thousands of files is most of what a cluster costs.
QString temporaryFolder()
{
    const QString memory = QStringLiteral("/dev/shm");
    const bool isRoomy = QFileInfo(memory).isWritable() && QStorageInfo(memory).bytesAvailable() >= roomForClusters;
    return isRoomy && !qEnvironmentVariableIsSet("TMPDIR") ? memory : QDir::tempPath();
}

// The folder's name holds the pid of the program it belongs to.
void removeAbandoned()
{
    const QDir temporary(temporaryFolder());
    for (const QString &name : temporary.entryList({folderPrefix + u'*'}, QDir::Dirs)) {
        const qint64 owner = name.mid(folderPrefix.size()).section(u'-', 0, 0).toLongLong();
        if (owner <= 1 || ::kill(pid_t(owner), 0) == 0 || errno != ESRCH)
            continue;
        LocalCluster::Options options;
        options.folder = temporary.filePath(name);
        if (const auto removed = LocalCluster(options).remove(); !removed)
            QDir().rmdir(options.folder); // it had not come to be a cluster yet, or belongs to another user
    }
}

LocalCluster::Options forTests(LocalCluster::Options options)
{
    skipWhatIsMissing();
    removeAbandoned();
    options.folder = makeClusterFolder();
    options.topology = LiveCluster::wantedTopology();
    options.durable = false;
    return options;
}

} // namespace

QString makeClusterFolder()
{
    return temporaryFolder() + u'/' + folderPrefix + QString::number(QCoreApplication::applicationPid()) + u'-'
        + QUuid::createUuid().toString(QUuid::Id128).left(8);
}

LocalCluster::Topology LiveCluster::wantedTopology()
{
    return qgetenv("SHARDBOARD_TEST_TOPOLOGY") == "citus" ? LocalCluster::Topology::Citus
                                                          : LocalCluster::Topology::Plain;
}

LiveCluster::LiveCluster(LocalCluster::Options options) : m_cluster(forTests(std::move(options)))
{
    const auto up = m_cluster.up();
    if (!up) {
        // Nothing of it may stay behind; what matters is why it did not start.
        const auto removed = m_cluster.remove();
        Q_UNUSED(removed)
        giveUp(up.error());
    }
    m_status = *up;
}

LiveCluster::~LiveCluster()
{
    if (const auto removed = m_cluster.remove(); !removed)
        std::fprintf(stderr, "the private cluster was not removed: %s\n", qPrintable(removed.error().toText()));
}

Outcome<ResultSet> LiveCluster::trySql(const QString &statements, const QString &node) const
{
    auto connection = BlockingConnection::open(node.isEmpty() ? settings() : settings(node));
    if (!connection)
        return connection.failure<ResultSet>();
    return std::move(connection).value().run(statements);
}

ResultSet LiveCluster::sql(const QString &statements, const QString &node) const
{
    const auto result = trySql(statements, node);
    if (result)
        return *result;
    QTest::qFail(
        qPrintable(result.error().toText() + QStringLiteral("\nStatement: ") + statements), __FILE__, __LINE__);
    return {};
}

void LiveCluster::addLogin(const QString &role) const
{
    sql(QStringLiteral("CREATE ROLE %1 LOGIN PASSWORD 'secret'").arg(role));
    for (const auto &node : m_status.nodes) {
        QFile file(value(QStringLiteral("SHOW data_directory"), node.name) + QStringLiteral("/shardboard.pgpass"));
        if (!file.open(QIODevice::Append) || file.write("*:*:*:" + role.toUtf8() + ":secret\n") < 0)
            QTest::qFail(qPrintable(file.fileName() + QStringLiteral(": ") + file.errorString()), __FILE__, __LINE__);
    }
}

QString LiveCluster::value(const QString &statements, const QString &node) const
{
    const ResultSet result = sql(statements, node);
    return result.rowCount() > 0 && result.columnCount() > 0 ? result.text(0, 0) : QString();
}

} // namespace Shardboard::Testing
