// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QList>
#include <QString>

#include <optional>

namespace Shardboard {

/// What a cluster's folder says about itself. Its presence is what makes a folder ours.
struct ClusterState
{
    struct Node
    {
        QString name; ///< also the name of its data folder
        int port = 0;
        bool isPrepared = false; ///< initdb and the database are done; false: its folder is made again
    };

    int postgresMajor = 0;
    bool hasCitus = false;
    QString database;
    QString user;
    bool isComplete = false; ///< extensions and node registration are done since the last start
    QList<Node> nodes; ///< coordinator first
};

QString clusterStateFile(const QString &folder);
/// nullopt: the folder holds no cluster.
Outcome<std::optional<ClusterState>> readClusterState(const QString &folder);
Completion writeClusterState(const QString &folder, const ClusterState &state);

} // namespace Shardboard
