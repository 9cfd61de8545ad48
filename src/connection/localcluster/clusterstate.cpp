// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/localcluster/clusterstate.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSaveFile>

namespace Shardboard {

namespace {

constexpr int formatVersion = 1;

const QString keyFormat = QStringLiteral("shardboardCluster");
const QString keyMajor = QStringLiteral("postgresMajor");
const QString keyCitus = QStringLiteral("citus");
const QString keyDatabase = QStringLiteral("database");
const QString keyUser = QStringLiteral("user");
const QString keyComplete = QStringLiteral("complete");
const QString keyNodes = QStringLiteral("nodes");
const QString keyName = QStringLiteral("name");
const QString keyPort = QStringLiteral("port");
const QString keyPrepared = QStringLiteral("prepared");

bool isSound(const ClusterState &state)
{
    // A node's name becomes a folder that is deleted with the cluster: nothing but a plain word will do.
    static const QRegularExpression word(QStringLiteral("\\A[a-z]+[0-9]*\\z"));
    for (const auto &node : state.nodes) {
        if (!word.match(node.name).hasMatch() || node.port < 1024 || node.port > 65535)
            return false;
    }
    return !state.nodes.isEmpty() && state.postgresMajor > 0 && !state.database.isEmpty() && !state.user.isEmpty();
}

} // namespace

QString clusterStateFile(const QString &folder)
{
    return folder + QStringLiteral("/cluster.json");
}

Outcome<std::optional<ClusterState>> readClusterState(const QString &folder)
{
    QFile file(clusterStateFile(folder));
    if (!file.exists())
        return std::optional<ClusterState>();
    if (!file.open(QIODevice::ReadOnly))
        return ServerError::file(QStringLiteral("%1 cannot be read: %2").arg(file.fileName(), file.errorString()));

    const QJsonObject object = QJsonDocument::fromJson(file.readAll()).object();
    ClusterState state;
    state.postgresMajor = object[keyMajor].toInt();
    state.hasCitus = object[keyCitus].toBool();
    state.database = object[keyDatabase].toString();
    state.user = object[keyUser].toString();
    state.isComplete = object[keyComplete].toBool();
    const QJsonArray nodes = object[keyNodes].toArray();
    for (const QJsonValue &value : nodes) {
        const QJsonObject node = value.toObject();
        state.nodes.append({node[keyName].toString(), node[keyPort].toInt(), node[keyPrepared].toBool()});
    }
    if (object[keyFormat].toInt() != formatVersion || !isSound(state)) {
        return ServerError::file(
            QStringLiteral("%1 is not a state file that this version can read.").arg(file.fileName()));
    }
    return std::optional(state);
}

Completion writeClusterState(const QString &folder, const ClusterState &state)
{
    QJsonArray nodes;
    for (const auto &node : state.nodes)
        nodes.append(QJsonObject{{keyName, node.name}, {keyPort, node.port}, {keyPrepared, node.isPrepared}});
    const QJsonObject object{{keyFormat, formatVersion}, {keyMajor, state.postgresMajor}, {keyCitus, state.hasCitus},
        {keyDatabase, state.database}, {keyUser, state.user}, {keyComplete, state.isComplete}, {keyNodes, nodes}};

    QSaveFile file(clusterStateFile(folder));
    if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(object).toJson()) < 0 || !file.commit())
        return ServerError::file(QStringLiteral("%1 cannot be written: %2").arg(file.fileName(), file.errorString()));
    return Nothing{};
}

} // namespace Shardboard
