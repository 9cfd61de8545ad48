// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/localcluster.h"
#include "connection/localcluster/clusterstate.h"
#include "connection/localcluster/servernode.h"

#include <memory>
#include <stop_token>

class QLockFile;

namespace Shardboard {

/// The folder of a local cluster: who may work on it now, what is in it, and how to reach its servers.
class ClusterFolder
{
public:
    explicit ClusterFolder(const QString &path);
    ~ClusterFolder();

    const QString &path() const { return m_path; }

    /// Waits until no other program works on the folder. Makes it when it is not there.
    Completion lock(const std::stop_token &stop);
    /// For deleting: the lock ends and an empty folder goes away.
    Completion unlockAndLeave();
    /// Refuses a folder with somebody else's files in it, and one that the servers' account cannot reach.
    Completion claim(const ServerAccount &account);

    /// Refuses a folder that others could have prepared: it, its files and the nodes' folders belong to us (or to the
    /// servers' account), others cannot write to the folder, and none of them is a link. What is in it is deleted by
    /// name.
    Completion checkOwned(const ServerAccount &account, const QStringList &nodes) const;

    /// The state of a folder that must hold a cluster.
    Outcome<ClusterState> requireState() const;
    Outcome<QString> readOrMakePassword() const;
    QByteArray passLine(const QString &user, const QString &password) const;
    QString passFile() const;

    ServerNode node(const ClusterState::Node &node, const LocalCluster::Installation &installation,
        const ServerAccount &account) const;
    ConnectionSettings settings(const ClusterState &state, const ClusterState::Node &node) const;

private:
    QString m_path;
    std::unique_ptr<QLockFile> m_lock;
};

} // namespace Shardboard
