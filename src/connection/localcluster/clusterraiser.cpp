// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/localcluster/clusterraiser.h"

#include "connection/localcluster/blockingconnection.h"
#include "connection/localcluster/citusnodes.h"
#include "connection/localcluster/installation.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>
#include <chrono>
#include <thread>

namespace Shardboard {

namespace {

constexpr int startAttempts = 20;
constexpr int firstPort = 5432;
constexpr qsizetype longestSocketName = 107; // bytes, of sockaddr_un::sun_path without its end
constexpr auto startPause = std::chrono::milliseconds(500);

// The order is that of creation: citus first, so that it knows of the others.
const QStringList knownExtensions{QStringLiteral("citus"), QStringLiteral("hll"), QStringLiteral("topn"),
    QStringLiteral("tdigest"), QStringLiteral("pg_cron"), QStringLiteral("pg_partman")};

QString creationOf(const QString &extension)
{
    if (extension == QStringLiteral("pg_partman"))
        return QStringLiteral("CREATE SCHEMA IF NOT EXISTS partman; CREATE EXTENSION pg_partman SCHEMA partman");
    return QStringLiteral("CREATE EXTENSION ") + extension;
}

} // namespace

ClusterRaiser::ClusterRaiser(const LocalCluster::Options &options, ClusterFolder &folder,
    const LocalCluster::Progress &progress, const std::stop_token &stop)
    : m_options(options), m_folder(folder), m_progress(progress), m_stop(stop)
{
}

Completion ClusterRaiser::run()
{
    constexpr Completion (ClusterRaiser::*steps[])() = {&ClusterRaiser::chooseInstallation,
        &ClusterRaiser::preparePassword, &ClusterRaiser::prepareNodes, &ClusterRaiser::startNodes,
        &ClusterRaiser::createExtensions, &ClusterRaiser::registerNodes, &ClusterRaiser::finish};
    for (const auto step : steps) {
        const Completion done = m_stop.stop_requested() ? Completion(Cancelled{}) : (this->*step)();
        if (!done) {
            stopStarted();
            return done;
        }
    }
    return Nothing{};
}

Completion ClusterRaiser::chooseInstallation()
{
    const auto account = findServerAccount();
    if (!account)
        return account.failure<Nothing>();
    m_account = *account;
    if (const auto claimed = m_folder.claim(m_account); !claimed)
        return claimed;
    const auto state = readClusterState(m_folder.path());
    if (!state)
        return state.failure<Nothing>();
    if (!state->has_value())
        return describeNewCluster();
    m_state = state->value();
    QStringList nodes;
    for (const auto &node : m_state.nodes)
        nodes << node.name;
    if (const auto owned = m_folder.checkOwned(m_account, nodes); !owned)
        return owned;
    return continueCluster();
}

Completion ClusterRaiser::continueCluster()
{
    using Topology = LocalCluster::Topology;
    const auto other = m_state.hasCitus ? Topology::Plain : Topology::Citus;
    if (m_options.topology == other) {
        return ServerError::usage(m_state.hasCitus
                ? QStringLiteral("The cluster in %1 runs Citus already.").arg(m_folder.path())
                : QStringLiteral("The server in %1 was made without Citus.").arg(m_folder.path()),
            QStringLiteral("Remove it first, or choose another folder."));
    }
    for (const auto &installation : findInstallations()) {
        if (installation.major == m_state.postgresMajor
            && (!m_state.hasCitus || installation.has(QStringLiteral("citus")))) {
            m_installation = installation;
            return Nothing{};
        }
    }
    return ServerError::usage(
        QStringLiteral("The cluster in %1 was made by PostgreSQL %2%3, which is not installed any more.")
            .arg(m_folder.path())
            .arg(m_state.postgresMajor)
            .arg(m_state.hasCitus ? QStringLiteral(" with Citus") : QString()),
        QStringLiteral("Install it again, or remove the cluster and make a new one."));
}

Completion ClusterRaiser::describeNewCluster()
{
    using Topology = LocalCluster::Topology;
    const auto newest = LocalCluster::findInstallation();
    if (!newest)
        return newest.failure<Nothing>();
    const auto all = findInstallations();
    const auto withCitus
        = std::find_if(all.begin(), all.end(), [](const auto &one) { return one.has(QStringLiteral("citus")); });
    if (m_options.topology == Topology::Citus && withCitus == all.end()) {
        return ServerError::usage(QStringLiteral("The citus extension is not installed on this machine."),
            QStringLiteral("Install Citus for PostgreSQL %1, or use a plain server.").arg(newest->major));
    }
    m_state.hasCitus = m_options.topology != Topology::Plain && withCitus != all.end();
    m_installation = m_state.hasCitus ? *withCitus : *newest;
    m_state.postgresMajor = m_installation.major;
    m_state.database = m_options.database;
    m_state.user = QStringLiteral("shardboard");
    m_state.nodes.append({m_state.hasCitus ? QStringLiteral("coordinator") : QStringLiteral("server"), 0, false});
    for (int worker = 1; m_state.hasCitus && worker <= m_options.workers; ++worker)
        m_state.nodes.append({QStringLiteral("worker%1").arg(worker), 0, false});
    // Part of the name of each node's socket; nothing listens on it.
    int port = firstPort;
    for (auto &node : m_state.nodes)
        node.port = port++;
    return checkSocketNames();
}

Completion ClusterRaiser::checkSocketNames()
{
    for (const auto &node : m_state.nodes) {
        const QString socket = QStringLiteral("%1/.s.PGSQL.%2").arg(serverNode(node).dataDirectory).arg(node.port);
        if (QFile::encodeName(socket).size() > longestSocketName)
            return ServerError::usage(
                QStringLiteral("The path of the folder %1 is too long for the sockets of the servers in it.")
                    .arg(m_folder.path()),
                QStringLiteral("Choose a folder with a path of at most %1 bytes.")
                    .arg(longestSocketName - QFile::encodeName(socket).size()
                        + QFile::encodeName(m_folder.path()).size()));
    }
    return save();
}

Completion ClusterRaiser::preparePassword()
{
    const auto password = m_folder.readOrMakePassword();
    if (!password)
        return password.failure<Nothing>();
    m_password = *password;
    QSaveFile file(m_folder.passFile());
    const bool isWritten = file.open(QIODevice::WriteOnly)
        && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)
        && file.write(m_folder.passLine(m_state.user, m_password)) > 0 && file.commit();
    if (!isWritten)
        return ServerError::file(QStringLiteral("%1 cannot be written: %2").arg(file.fileName(), file.errorString()));
    return Nothing{};
}

Completion ClusterRaiser::prepareNodes()
{
    QList<CommandLine> inits, databases;
    for (const auto &node : m_state.nodes) {
        const ServerNode server = serverNode(node);
        if (node.isPrepared) {
            if (!QFileInfo::exists(server.dataDirectory + QStringLiteral("/PG_VERSION"))) {
                return ServerError::file(
                    QStringLiteral("The data of %1 in %2 is gone.").arg(node.name, m_folder.path()));
            }
            continue;
        }
        // A half-made one holds nothing of value.
        QDir(server.dataDirectory).removeRecursively();
        if (!QDir().mkdir(server.dataDirectory))
            return ServerError::file(QStringLiteral("The folder %1 cannot be made.").arg(server.dataDirectory));
        if (const auto given = giveTo(m_account, server.dataDirectory); !given)
            return given;
        inits.append(server.initCommand(m_state.user));
        databases.append(server.databaseCommand(m_state.database, m_state.user, m_password));
    }
    if (inits.isEmpty())
        return Nothing{};
    report(QStringLiteral("Creating the data directories"));
    if (const auto done = runAll(inits, QStringLiteral("A data directory could not be created.")); !done)
        return done;
    if (const auto done = runAll(databases, QStringLiteral("The database could not be created.")); !done)
        return done;
    if (m_options.durable) {
        if (const auto synced = syncFolder(m_folder.path()); !synced)
            return synced;
    }
    for (auto &node : m_state.nodes)
        node.isPrepared = true;
    return save();
}

Completion ClusterRaiser::startNodes()
{
    QList<ClusterState::Node *> waiting;
    for (auto &node : m_state.nodes) {
        if (!serverNode(node).runningPid())
            waiting.append(&node);
    }
    if (waiting.isEmpty())
        return Nothing{};
    report(QStringLiteral("Starting PostgreSQL %1").arg(m_installation.version));
    m_hasOutputPluginList
        = m_state.hasCitus && serverHasSetting(m_installation, QStringLiteral("output_plugin_libraries"));
    m_state.isComplete = false;
    for (int attempt = 1; !waiting.isEmpty(); ++attempt) {
        if (m_stop.stop_requested())
            return Cancelled{};
        const auto tried = startOnce(waiting);
        if (!tried)
            return tried;
        if (waiting.isEmpty())
            break;
        // This passes by itself: processes of a server that was killed have not ended yet.
        const ServerNode failed = serverNode(*waiting.first());
        const bool mayPass = failed.logTail().contains(QStringLiteral("pre-existing shared memory block"));
        if (!mayPass || attempt == startAttempts) {
            auto error = ServerError::connection(QStringLiteral("The server %1 did not start.").arg(failed.name));
            error.detail = failed.logTail();
            if (error.detail.isEmpty())
                error.detail = m_startOutput;
            return error;
        }
        std::this_thread::sleep_for(startPause);
    }
    return Nothing{};
}

Completion ClusterRaiser::startOnce(QList<ClusterState::Node *> &waiting)
{
    QList<CommandLine> commands;
    for (auto *node : waiting) {
        const ServerNode server = serverNode(*node);
        for (const auto &done : {server.clearStalePid(), server.rotateLog(), configure(*node)}) {
            if (!done)
                return done;
        }
        commands.append(server.startCommand());
    }
    // Saved first: a program that finds the servers running later must know of them.
    if (const auto saved = save(); !saved)
        return saved;
    // Not interrupted: a server whose pg_ctl was ended may still be on its way up, and nobody would stop it.
    const auto results = runCommands(m_account, commands);
    if (!results)
        return results.failure<Nothing>();
    QList<ClusterState::Node *> failed;
    for (qsizetype i = 0; i < waiting.size(); ++i) {
        if (serverNode(*waiting[i]).runningPid()) {
            m_started.append(waiting[i]->name);
            continue;
        }
        if (failed.isEmpty())
            m_startOutput = results->at(i).output;
        failed.append(waiting[i]);
    }
    waiting = failed;
    return Nothing{};
}

Completion ClusterRaiser::createExtensions()
{
    if (m_state.isComplete)
        return Nothing{};
    report(QStringLiteral("Installing extensions"));
    for (const auto &node : m_state.nodes) {
        auto connection = BlockingConnection::open(m_folder.settings(m_state, node), m_stop);
        if (!connection)
            return connection.failure<Nothing>();
        BlockingConnection session = std::move(connection).value();
        const auto existing
            = session.run(QStringLiteral("SELECT coalesce(string_agg(extname, ','), '') FROM pg_extension"));
        if (!existing)
            return existing.failure<Nothing>();
        const QStringList present = existing->text(0, 0).split(u',');
        for (const QString &extension : wantedExtensions()) {
            if (present.contains(extension))
                continue;
            const auto created = session.run(creationOf(extension));
            if (!created)
                return created.failure<Nothing>();
        }
    }
    return Nothing{};
}

Completion ClusterRaiser::registerNodes()
{
    if (m_state.isComplete || !m_state.hasCitus)
        return Nothing{};
    report(QStringLiteral("Joining the nodes"));
    QList<ConnectionSettings> nodes;
    for (const auto &node : m_state.nodes)
        nodes.append(m_folder.settings(m_state, node));
    return registerCitusNodes(nodes, m_stop);
}

Completion ClusterRaiser::finish()
{
    if (m_state.isComplete)
        return Nothing{};
    m_state.isComplete = true;
    return save();
}

ServerNode ClusterRaiser::serverNode(const ClusterState::Node &node) const
{
    return m_folder.node(node, m_installation, m_account);
}

Completion ClusterRaiser::configure(const ClusterState::Node &node) const
{
    ServerConfiguration configuration;
    configuration.nodeName = node.name;
    configuration.socketFolder = serverNode(node).dataDirectory;
    configuration.port = node.port;
    configuration.database = m_state.database;
    for (const QString &extension : wantedExtensions()) {
        if (extension == QStringLiteral("citus") || extension == QStringLiteral("pg_cron"))
            configuration.preload.append(extension);
    }
    configuration.hasOutputPluginList = m_hasOutputPluginList;
    configuration.isDurable = m_options.durable;
    configuration.further = m_options.serverSettings;
    return writeServerFiles(serverNode(node), configuration, m_folder.passLine(m_state.user, m_password));
}

Completion ClusterRaiser::runAll(const QList<CommandLine> &commands, const QString &failure) const
{
    const auto results = runCommands(m_account, commands, m_stop);
    if (!results)
        return results.failure<Nothing>();
    for (const CommandResult &result : *results) {
        if (result.exitCode != 0) {
            auto error = ServerError::file(failure);
            error.detail = result.output;
            return error;
        }
    }
    return Nothing{};
}

QStringList ClusterRaiser::wantedExtensions() const
{
    QStringList wanted;
    for (const QString &extension : knownExtensions) {
        const bool isFitting = extension != QStringLiteral("citus") || m_state.hasCitus;
        if (isFitting && m_installation.has(extension))
            wanted.append(extension);
    }
    return wanted;
}

void ClusterRaiser::report(const QString &step) const
{
    if (m_progress)
        m_progress(step);
}

void ClusterRaiser::stopStarted() const
{
    QList<CommandLine> commands;
    for (const auto &node : m_state.nodes) {
        if (m_started.contains(node.name))
            commands.append(serverNode(node).stopCommand(ServerNode::StopMode::Fast));
    }
    // The failure that led here is what the user is told; a server that does not stop is adopted by the next start.
    const auto stopped = runCommands(m_account, commands);
    Q_UNUSED(stopped)
}

} // namespace Shardboard
