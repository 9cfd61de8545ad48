// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"
#include "connection/values/outcome.h"

#include <QString>
#include <QStringList>

#include <functional>
#include <stop_token>

namespace Shardboard {

/// A private cluster made of the machine's own PostgreSQL binaries: plain PostgreSQL, or a coordinator and two workers.
/// It lives in one folder with a state file, on free loopback ports, and survives the program: the next start adopts
/// what runs and cleans up what crashed. It never touches a server whose data directory is not in its folder. Works as
/// root (the servers run as another user) and as an ordinary user. Calls block: use it on a worker thread.
class LocalCluster
{
public:
    enum class Topology {
        Best, ///< citus where the extension is installed, else plain
        Plain,
        Citus, ///< an error where the extension is not installed
    };

    struct Options
    {
        QString folder = defaultFolder();
        Topology topology = Topology::Best;
        int workers = 2;
        QString database = QStringLiteral("shardboard"); ///< also cron.database_name
        bool durable = true; ///< false: fsync off, for tests
        QMap<QString, QString> serverSettings; ///< further lines of postgresql.conf, for every node
    };

    struct Node
    {
        QString name; ///< "coordinator", "worker1", … or "server"
        QString dataDirectory;
        int port = 0;
        bool isRunning = false;
        qint64 pid = 0; ///< of the postmaster, 0 when not running
    };

    struct Status
    {
        bool exists = false;
        bool isRunning = false; ///< every node
        bool hasCitus = false;
        QString folder;
        QList<Node> nodes; ///< coordinator first
        ConnectionSettings settings; ///< of the coordinator, or of the plain server
    };

    /// What the machine offers: where PostgreSQL is, which extensions its folders hold.
    struct Installation
    {
        QString binDirectory; ///< holds initdb, pg_ctl, postgres
        QString version; ///< "15.20"
        int major = 0;
        QStringList extensions; ///< those with a control file
        bool has(const QString &extension) const { return extensions.contains(extension); }
    };

    explicit LocalCluster(Options options);

    static QString defaultFolder();
    /// The newest installation found by pg_config, PATH and the known folders; the error says what to install.
    static Outcome<Installation> findInstallation();

    using Progress = std::function<void(const QString &step)>;
    /// Creates what is not there, starts what is not running, installs extensions. Doing it twice does nothing.
    Outcome<Status> up(const Progress &progress = {}, std::stop_token stop = {});
    Outcome<Status> status() const;
    /// Stops the servers; the data stays. A stop request ends the waiting: servers that were told to stop go on doing
    /// so.
    Completion down(const std::stop_token &stop = {});
    /// Stops the servers and deletes the folder.
    Completion remove(const std::stop_token &stop = {});

    /// For tests: one node, by its name, stopped at once as a crash would, or started again.
    Completion kill(const QString &node);
    Completion start(const QString &node);
    ConnectionSettings nodeSettings(const QString &node) const;

private:
    Options m_options;
};

} // namespace Shardboard
