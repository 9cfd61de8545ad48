// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/localcluster/command.h"

#include <QFile>
#include <QProcess>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace Shardboard {

namespace {

constexpr int pollMilliseconds = 50; // how soon a stop request is noticed

// Everything that allocates happens before the fork: between fork and exec only system calls are safe.
void becomeAccount(const ServerAccount &account)
{
    if (setgroups(account.groups.size(), account.groups.data()) != 0 || setgid(account.gid) != 0
        || setuid(account.uid) != 0)
        _exit(126);
}

QProcessEnvironment environmentFor(const CommandLine &command)
{
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const QString &key : environment.keys()) {
        if (key.startsWith(QStringLiteral("PG")) || key.startsWith(QStringLiteral("LC_")))
            environment.remove(key);
    }
    // English messages, which the log reader understands; and initdb need not search the machine's time zone.
    environment.insert(QStringLiteral("LANG"), QStringLiteral("C"));
    environment.insert(QStringLiteral("TZ"), QStringLiteral("UTC"));
    environment.insert(QStringLiteral("HOME"), command.workingDirectory);
    for (const auto &[key, value] : command.environment)
        environment.insert(key, value);
    return environment;
}

std::unique_ptr<QProcess> startProcess(const ServerAccount &account, const CommandLine &command)
{
    auto process = std::make_unique<QProcess>();
    process->setProcessChannelMode(QProcess::MergedChannels);
    process->setWorkingDirectory(command.workingDirectory);
    process->setProcessEnvironment(environmentFor(command));
    if (account.isOther)
        process->setChildProcessModifier([account] { becomeAccount(account); });
    process->start(command.program, command.arguments);
    process->write(command.input);
    process->closeWriteChannel();
    return process;
}

} // namespace

Outcome<ServerAccount> findServerAccount()
{
    ServerAccount account;
    if (geteuid() != 0)
        return account;
    const passwd *entry = getpwnam("postgres");
    if (!entry)
        entry = getpwnam("nobody");
    if (!entry || entry->pw_uid == 0) {
        return ServerError::usage(
            QStringLiteral(
                "PostgreSQL refuses to run as root, and there is no account postgres or nobody to run it as."),
            QStringLiteral("Create an account: useradd --system postgres"));
    }
    account.isOther = true;
    account.name = QString::fromLocal8Bit(entry->pw_name);
    account.uid = entry->pw_uid;
    account.gid = entry->pw_gid;
    int count = 64;
    account.groups.resize(size_t(count));
    if (getgrouplist(entry->pw_name, entry->pw_gid, account.groups.data(), &count) < 0)
        count = 1, account.groups[0] = account.gid;
    account.groups.resize(size_t(count));
    return account;
}

Completion giveTo(const ServerAccount &account, const QString &path)
{
    if (account.isOther && lchown(QFile::encodeName(path).constData(), account.uid, account.gid) != 0) {
        return ServerError::file(QStringLiteral("%1 cannot be given to the account %2: %3")
                                     .arg(path, account.name, QString::fromLocal8Bit(std::strerror(errno))));
    }
    return Nothing{};
}

Outcome<QList<CommandResult>> runCommands(
    const ServerAccount &account, const QList<CommandLine> &commands, const std::stop_token &stop)
{
    std::vector<std::unique_ptr<QProcess>> processes;
    for (const CommandLine &command : commands)
        processes.push_back(startProcess(account, command));

    QList<CommandResult> results;
    for (const auto &process : processes) {
        while (process->state() != QProcess::NotRunning && !process->waitForFinished(pollMilliseconds)) {
            if (stop.stop_requested())
                process->terminate();
        }
        if (process->error() == QProcess::FailedToStart) {
            return ServerError::file(
                QStringLiteral("%1 cannot be started: %2").arg(process->program(), process->errorString()));
        }
        const bool hasExited = process->exitStatus() == QProcess::NormalExit;
        results.append({hasExited ? process->exitCode() : -1, QString::fromLocal8Bit(process->readAll()).trimmed()});
    }
    if (stop.stop_requested())
        return Cancelled{};
    return results;
}

Outcome<CommandResult> runCommand(const ServerAccount &account, const CommandLine &command, const std::stop_token &stop)
{
    const auto results = runCommands(account, {command}, stop);
    if (!results)
        return results.failure<CommandResult>();
    return results->first();
}

} // namespace Shardboard
