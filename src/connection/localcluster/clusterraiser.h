// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/localcluster.h"
#include "connection/localcluster/clusterfolder.h"

namespace Shardboard {

/// The way from whatever is in a (locked) folder to a cluster that runs, each step doing only what is missing. When a
/// step fails or a stop is asked for, the servers that were started here are stopped again.
class ClusterRaiser
{
public:
    ClusterRaiser(const LocalCluster::Options &options, ClusterFolder &folder, const LocalCluster::Progress &progress,
        const std::stop_token &stop);
    Completion run();

private:
    Completion chooseInstallation();
    Completion continueCluster();
    Completion describeNewCluster();
    Completion preparePassword();
    Completion prepareNodes();
    Completion startNodes();
    Completion startOnce(QList<ClusterState::Node *> &waiting);
    Completion createExtensions();
    Completion registerNodes();
    Completion finish();

    ServerNode serverNode(const ClusterState::Node &node) const;
    Completion configure(const ClusterState::Node &node) const;
    Completion checkSocketNames();
    Completion save() const { return writeClusterState(m_folder.path(), m_state); }
    Completion runAll(const QList<CommandLine> &commands, const QString &failure) const;
    QStringList wantedExtensions() const;
    void report(const QString &step) const;
    void stopStarted() const;

    const LocalCluster::Options &m_options;
    ClusterFolder &m_folder;
    const LocalCluster::Progress &m_progress;
    std::stop_token m_stop;
    LocalCluster::Installation m_installation;
    ServerAccount m_account;
    ClusterState m_state;
    QString m_password;
    bool m_hasOutputPluginList = false;
    QStringList m_started; ///< names of the nodes started here
    QString m_startOutput; ///< what pg_ctl said of the first that did not start
};

} // namespace Shardboard
