// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <stop_token>
#include <vector>

namespace Shardboard {

/// The account under which the server programs run. PostgreSQL refuses to run as root, so root lends it another one.
struct ServerAccount
{
    bool isOther = false; ///< false: our own account, and the rest is not set
    QString name;
    unsigned int uid = 0;
    unsigned int gid = 0;
    std::vector<unsigned int> groups;
};

/// Ourselves, or for root the account `postgres`, else `nobody`.
Outcome<ServerAccount> findServerAccount();

/// Gives a file or an empty folder to the account. Nothing to do for our own.
Completion giveTo(const ServerAccount &account, const QString &path);

/// A program to run to its end, in `workingDirectory`, without our own PG* variables.
struct CommandLine
{
    QString program;
    QStringList arguments;
    QString workingDirectory;
    QByteArray input; ///< given on standard input, which then ends
    QList<std::pair<QString, QString>> environment; ///< added
};

struct CommandResult
{
    int exitCode = 0;
    QString output; ///< standard output and standard error together
};

/// Runs all of them side by side as the account and waits. The list has one result a command; an error means that a
/// program could not be started. A stop request ends them.
Outcome<QList<CommandResult>> runCommands(
    const ServerAccount &account, const QList<CommandLine> &commands, const std::stop_token &stop = {});
Outcome<CommandResult> runCommand(
    const ServerAccount &account, const CommandLine &command, const std::stop_token &stop = {});

} // namespace Shardboard
