// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/localcluster.h"

#include "connection/localcluster/clusterfolder.h"
#include "connection/localcluster/clusterraiser.h"
#include "connection/localcluster/installation.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include <unistd.h>

#include <algorithm>

namespace Shardboard {

namespace {

/// A cluster that is there, locked, with what is needed to run commands on its servers.
struct OpenCluster
{
    std::unique_ptr<ClusterFolder> folder;
    ClusterState state;
    LocalCluster::Installation installation;
    ServerAccount account;

    QList<ServerNode> nodes() const
    {
        QList<ServerNode> all;
        for (const auto &node : state.nodes)
            all.append(folder->node(node, installation, account));
        return all;
    }
};

Outcome<OpenCluster> openCluster(const QString &path, const std::stop_token &stop = {})
{
    OpenCluster cluster;
    cluster.folder = std::make_unique<ClusterFolder>(path);
    // Asked before locking, which would make the folder.
    if (const auto state = cluster.folder->requireState(); !state)
        return state.failure<OpenCluster>();
    if (const auto locked = cluster.folder->lock(stop); !locked)
        return locked.failure<OpenCluster>();
    auto state = cluster.folder->requireState();
    if (!state)
        return state.failure<OpenCluster>();
    cluster.state = std::move(state).value();
    const auto account = findServerAccount();
    if (!account)
        return account.failure<OpenCluster>();
    cluster.account = *account;
    QStringList nodes;
    for (const auto &node : cluster.state.nodes)
        nodes << node.name;
    if (const auto owned = cluster.folder->checkOwned(cluster.account, nodes); !owned)
        return owned.failure<OpenCluster>();
    const auto installations = findInstallations();
    const auto same = std::find_if(installations.begin(), installations.end(),
        [&](const auto &one) { return one.major == cluster.state.postgresMajor; });
    if (same != installations.end())
        cluster.installation = *same;
    else if (!installations.isEmpty()) // any version's pg_ctl can stop a server
        cluster.installation = installations.first();
    else
        return LocalCluster::findInstallation().failure<OpenCluster>();
    return cluster;
}

// Tells whether they still run, not what pg_ctl says: that is what counts.
Outcome<QList<ServerNode>> tryStop(
    const QList<ServerNode> &nodes, ServerNode::StopMode mode, const std::stop_token &stop)
{
    QList<CommandLine> commands;
    for (const ServerNode &node : nodes) {
        if (node.runningPid())
            commands.append(node.stopCommand(mode));
    }
    if (!commands.isEmpty()) {
        if (const auto results = runCommands(nodes.first().account, commands, stop); !results)
            return results.failure<QList<ServerNode>>();
    }
    if (stop.stop_requested())
        return Cancelled{};
    QList<ServerNode> running;
    std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(running),
        [](const ServerNode &node) { return node.runningPid().has_value(); });
    return running;
}

Completion stopServers(const QList<ServerNode> &nodes, ServerNode::StopMode mode, const std::stop_token &stop = {})
{
    auto running = tryStop(nodes, mode, stop);
    // A server that waits for another node's answer does not hear a polite request.
    if (running && !running->isEmpty())
        running = tryStop(*running, ServerNode::StopMode::Immediate, stop);
    if (!running)
        return running.failure<Nothing>();
    if (running->isEmpty())
        return Nothing{};
    auto error = ServerError::connection(QStringLiteral("The server %1 did not stop.").arg(running->first().name));
    error.detail = running->first().logTail();
    return error;
}

Outcome<ServerNode> findNode(const OpenCluster &cluster, const QString &name)
{
    for (const ServerNode &node : cluster.nodes()) {
        if (node.name == name)
            return node;
    }
    return ServerError::usage(QStringLiteral("The cluster has no node named %1.").arg(name));
}

} // namespace

LocalCluster::LocalCluster(Options options) : m_options(std::move(options)) {}

QString LocalCluster::defaultFolder()
{
    if (geteuid() == 0)
        return QStringLiteral("/var/lib/shardboard");
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
        + QStringLiteral("/shardboard/cluster");
}

Outcome<LocalCluster::Installation> LocalCluster::findInstallation()
{
    const auto installations = findInstallations();
    if (!installations.isEmpty())
        return installations.first();
    return ServerError::usage(QStringLiteral("No PostgreSQL server programs (initdb, pg_ctl, postgres) were found."),
        QStringLiteral("Install the PostgreSQL server; on Debian: apt install postgresql"));
}

Outcome<LocalCluster::Status> LocalCluster::up(const Progress &progress, std::stop_token stop)
{
    ClusterFolder folder(m_options.folder);
    if (const auto found = findInstallation(); !found)
        return found.failure<Status>();
    if (const auto locked = folder.lock(stop); !locked)
        return locked.failure<Status>();
    ClusterRaiser raiser(m_options, folder, progress, stop);
    if (const auto raised = raiser.run(); !raised)
        return raised.failure<Status>();
    return status();
}

Outcome<LocalCluster::Status> LocalCluster::status() const
{
    const ClusterFolder folder(m_options.folder);
    Status status;
    status.folder = folder.path();
    const auto state = readClusterState(folder.path());
    if (!state)
        return state.failure<Status>();
    if (!state->has_value())
        return status;
    status.exists = true;
    status.isRunning = true;
    status.hasCitus = (*state)->hasCitus;
    status.settings = folder.settings(**state, (*state)->nodes.first());
    for (const auto &node : (*state)->nodes) {
        const ServerNode server = folder.node(node, {}, {});
        const auto pid = server.runningPid();
        status.nodes.append({node.name, server.dataDirectory, node.port, pid.has_value(), pid.value_or(0)});
        status.isRunning = status.isRunning && pid.has_value();
    }
    return status;
}

Completion LocalCluster::down(const std::stop_token &stop)
{
    const auto cluster = openCluster(m_options.folder, stop);
    if (!cluster)
        return cluster.failure<Nothing>();
    return stopServers(cluster->nodes(), ServerNode::StopMode::Fast, stop);
}

Completion LocalCluster::remove(const std::stop_token &stop)
{
    const auto cluster = openCluster(m_options.folder, stop);
    if (!cluster)
        return cluster.failure<Nothing>();
    const auto nodes = cluster->nodes();
    if (const auto stopped = stopServers(nodes, ServerNode::StopMode::Immediate, stop); !stopped)
        return stopped;
    // Only what was made here; the state file last, so that an interrupted removal can be repeated.
    QStringList left;
    for (const ServerNode &node : nodes) {
        if (!QDir(node.dataDirectory).removeRecursively())
            left.append(node.dataDirectory);
    }
    for (const QString &file : {cluster->folder->passFile(), clusterStateFile(cluster->folder->path())}) {
        if (left.isEmpty() && QFile::exists(file) && !QFile::remove(file))
            left.append(file);
    }
    if (!left.isEmpty())
        return ServerError::file(QStringLiteral("%1 cannot be deleted.").arg(left.join(QStringLiteral(", "))));
    return cluster->folder->unlockAndLeave();
}

Completion LocalCluster::kill(const QString &name)
{
    const auto cluster = openCluster(m_options.folder);
    if (!cluster)
        return cluster.failure<Nothing>();
    const auto node = findNode(*cluster, name);
    if (!node)
        return node.failure<Nothing>();
    return stopServers({*node}, ServerNode::StopMode::Immediate);
}

Completion LocalCluster::start(const QString &name)
{
    const auto cluster = openCluster(m_options.folder);
    if (!cluster)
        return cluster.failure<Nothing>();
    const auto node = findNode(*cluster, name);
    if (!node)
        return node.failure<Nothing>();
    if (node->runningPid())
        return Nothing{};
    const auto started = runCommand(node->account, node->startCommand());
    if (!started)
        return started.failure<Nothing>();
    if (started->exitCode != 0) {
        auto error = ServerError::connection(QStringLiteral("The server %1 did not start.").arg(name));
        error.detail = node->logTail();
        return error;
    }
    return Nothing{};
}

ConnectionSettings LocalCluster::nodeSettings(const QString &name) const
{
    const ClusterFolder folder(m_options.folder);
    const auto state = readClusterState(folder.path());
    if (!state || !state->has_value())
        return {};
    for (const auto &node : (*state)->nodes) {
        if (node.name == name)
            return folder.settings(**state, node);
    }
    return {};
}

} // namespace Shardboard
