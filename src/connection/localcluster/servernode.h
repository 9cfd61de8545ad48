// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/localcluster/command.h"
#include "connection/values/outcome.h"

#include <QMap>
#include <QString>
#include <QStringList>

#include <optional>

namespace Shardboard {

/// One server of a local cluster on disk: where it is and the commands that make, start and stop it. The commands are
/// run by the caller, several nodes side by side.
struct ServerNode
{
    QString name;
    QString dataDirectory;
    int port = 0;
    QString binDirectory;
    ServerAccount account;

    /// Both write without waiting for the disk: syncFolder() afterwards.
    CommandLine initCommand(const QString &user) const;
    /// Creates the database and sets the user's password, without a server: nobody can connect before there is a
    /// password.
    CommandLine databaseCommand(const QString &database, const QString &user, const QString &password) const;
    CommandLine startCommand() const;
    enum class StopMode { Fast, Immediate };
    CommandLine stopCommand(StopMode mode) const;

    QString passFile() const; ///< for the server's own connections to the other nodes
    QString logFile() const;
    QString logTail() const; ///< the last lines of the log, for an error's detail

    /// Pid of the postmaster that runs on this data directory and on no other.
    std::optional<qint64> runningPid() const;
    /// Removes what a dead postmaster left when its pid now belongs to another program, which would stop a new one.
    Completion clearStalePid() const;
    /// Keeps the log from growing for ever: a large one becomes server.log.old.
    Completion rotateLog() const;
};

/// What a node's configuration depends on.
struct ServerConfiguration
{
    QString nodeName;
    QString socketFolder; ///< the data directory
    int port = 0;
    QString database;
    QStringList preload; ///< shared_preload_libraries, in order
    bool hasOutputPluginList = false;
    bool isDurable = true;
    QMap<QString, QString> further;

    QByteArray toText() const; ///< postgresql.conf
};

/// Returns when all that was written into the folder's file system is on the disk: one wait instead of one a file.
Completion syncFolder(const QString &folder);

/// Writes the files as the server's account, so that root never follows what that account may have put there.
Completion writeServerFiles(
    const ServerNode &node, const ServerConfiguration &configuration, const QByteArray &passLine);

} // namespace Shardboard
