// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/localcluster/servernode.h"

#include "connection/values/sqlquote.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

namespace Shardboard {

namespace {

constexpr qint64 largestLog = 8 << 20;
constexpr qint64 logTailBytes = 2000;

/// One entry of a list of folders.
QString quoteListEntry(const QString &value)
{
    return u'"' + QString(value).replace(u'"', QStringLiteral("\"\"")) + u'"';
}

QString quoteSetting(const QString &value)
{
    return u'\'' + QString(value).replace(u'\'', QStringLiteral("''")) + u'\'';
}

} // namespace

Completion syncFolder(const QString &folder)
{
    const int handle = ::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0)
        return ServerError::file(
            QStringLiteral("%1 cannot be opened: %2").arg(folder, QString::fromLocal8Bit(std::strerror(errno))));
#ifdef __linux__
    const bool isDone = ::syncfs(handle) == 0;
#else
    ::sync();
    const bool isDone = true;
#endif
    const int problem = errno;
    ::close(handle);
    if (isDone)
        return Nothing{};
    return ServerError::file(QStringLiteral("%1 cannot be written to the disk: %2")
                                 .arg(folder, QString::fromLocal8Bit(std::strerror(problem))));
}

namespace {

// The postmaster works in its data directory, which tells it from a program that got its pid later.
bool worksIn(qint64 pid, const QString &directory)
{
    if (kill(pid_t(pid), 0) != 0 && errno != EPERM)
        return false;
    if (!QFileInfo::exists(QStringLiteral("/proc/self/cwd")))
        return true; // no such file system here: the server's own check of its pid file has to do
    std::error_code failed;
    const auto link = std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/cwd", failed);
    return !failed && QFileInfo(directory).canonicalFilePath() == QFile::decodeName(link.c_str());
}

Completion writeAs(const ServerNode &node, const QString &path, const QByteArray &content)
{
    const CommandLine write{QStringLiteral("/bin/sh"),
        {QStringLiteral("-c"), QStringLiteral("umask 077; rm -f \"$1\" && cat > \"$1\""), QStringLiteral("sh"), path},
        node.dataDirectory, content, {}};
    const auto result = runCommand(node.account, write);
    if (!result)
        return result.failure<Nothing>();
    if (result->exitCode != 0)
        return ServerError::file(QStringLiteral("%1 cannot be written: %2").arg(path, result->output));
    return Nothing{};
}

} // namespace

CommandLine ServerNode::initCommand(const QString &user) const
{
    return {binDirectory + QStringLiteral("/initdb"),
        {QStringLiteral("--pgdata=") + dataDirectory, QStringLiteral("--username=") + user,
            QStringLiteral("--encoding=UTF8"), QStringLiteral("--locale=C.UTF-8"), QStringLiteral("--auth=reject"),
            QStringLiteral("--no-instructions"), QStringLiteral("--no-sync")},
        dataDirectory, {}, {}};
}

CommandLine ServerNode::databaseCommand(const QString &database, const QString &user, const QString &password) const
{
    // The user has the name of the registry's schema: "$user" would put tables of one's own there.
    const QString sql = QStringLiteral("CREATE DATABASE %1\nALTER DATABASE %1 SET search_path TO public\n"
                                       "ALTER ROLE %2 PASSWORD %3\n")
                            .arg(quoteIdentifier(database), quoteIdentifier(user), quoteLiteral(password));
    return {binDirectory + QStringLiteral("/postgres"),
        {QStringLiteral("--single"), QStringLiteral("-D"), dataDirectory, QStringLiteral("-c"),
            QStringLiteral("exit_on_error=on"), QStringLiteral("-c"), QStringLiteral("fsync=off"), QStringLiteral("-c"),
            QStringLiteral("shared_preload_libraries="), QStringLiteral("postgres")},
        dataDirectory, sql.toUtf8(), {}};
}

// pg_ctl puts its paths into a shell's command line: relative ones need no quoting that it would not do.
CommandLine ServerNode::startCommand() const
{
    return {binDirectory + QStringLiteral("/pg_ctl"),
        {QStringLiteral("start"), QStringLiteral("-w"), QStringLiteral("-t"), QStringLiteral("120"),
            QStringLiteral("-D"), QStringLiteral("."), QStringLiteral("-l"), QFileInfo(logFile()).fileName()},
        dataDirectory, {}, {{QStringLiteral("PGPASSFILE"), passFile()}}};
}

CommandLine ServerNode::stopCommand(StopMode mode) const
{
    const QString how = mode == StopMode::Fast ? QStringLiteral("fast") : QStringLiteral("immediate");
    return {binDirectory + QStringLiteral("/pg_ctl"),
        {QStringLiteral("stop"), QStringLiteral("-w"), QStringLiteral("-t"), QStringLiteral("20"), QStringLiteral("-D"),
            QStringLiteral("."), QStringLiteral("-m"), how},
        dataDirectory, {}, {}};
}

QString ServerNode::passFile() const
{
    return dataDirectory + QStringLiteral("/shardboard.pgpass");
}

QString ServerNode::logFile() const
{
    return dataDirectory + QStringLiteral("/server.log");
}

QString ServerNode::logTail() const
{
    QFile file(logFile());
    if (!file.open(QIODevice::ReadOnly))
        return {};
    file.seek(qMax(qint64(0), file.size() - logTailBytes));
    return QString::fromUtf8(file.readAll()).trimmed();
}

std::optional<qint64> ServerNode::runningPid() const
{
    QFile file(dataDirectory + QStringLiteral("/postmaster.pid"));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QList<QByteArray> lines = file.readAll().split('\n');
    const qint64 pid = lines.value(0).toLongLong();
    const QString directory = QFile::decodeName(lines.value(1));
    const bool isHere = QFileInfo(directory).canonicalFilePath() == QFileInfo(dataDirectory).canonicalFilePath();
    return pid > 1 && isHere && worksIn(pid, dataDirectory) ? std::optional(pid) : std::nullopt;
}

Completion ServerNode::clearStalePid() const
{
    if (runningPid())
        return Nothing{};
    // Both name a process; a new server does not start while one of that number lives, whatever it is.
    for (const QString &lockFile : {QStringLiteral("postmaster.pid"), QStringLiteral(".s.PGSQL.%1.lock").arg(port)}) {
        QFile file(dataDirectory + u'/' + lockFile);
        if (file.exists() && !file.remove())
            return ServerError::file(
                QStringLiteral("%1 cannot be removed: %2").arg(file.fileName(), file.errorString()));
    }
    return Nothing{};
}

Completion ServerNode::rotateLog() const
{
    if (QFileInfo(logFile()).size() < largestLog)
        return Nothing{};
    const QString old = logFile() + QStringLiteral(".old");
    QFile::remove(old);
    QFile file(logFile());
    if (!file.rename(old))
        return ServerError::file(QStringLiteral("%1 cannot be renamed: %2").arg(file.fileName(), file.errorString()));
    return Nothing{};
}

QByteArray ServerConfiguration::toText() const
{
    // A socket in the server's own folder, which only its account can enter, and no port: no other account of this
    // machine can reach the server, nor pose as it when it is down.
    QList<std::pair<QString, QString>> settings{
        {QStringLiteral("listen_addresses"), QString()},
        {QStringLiteral("port"), QString::number(port)},
        {QStringLiteral("cluster_name"), QStringLiteral("shardboard ") + nodeName}, // seen in lists of processes
        {QStringLiteral("unix_socket_directories"), quoteListEntry(socketFolder)},
        {QStringLiteral("unix_socket_permissions"), QStringLiteral("0700")},
        {QStringLiteral("password_encryption"), QStringLiteral("scram-sha-256")},
        {QStringLiteral("shared_preload_libraries"), preload.join(u',')},
        {QStringLiteral("max_connections"), QStringLiteral("200")},
        {QStringLiteral("max_prepared_transactions"), QStringLiteral("200")},
        {QStringLiteral("max_worker_processes"), QStringLiteral("32")},
        {QStringLiteral("max_logical_replication_workers"), QStringLiteral("8")},
        {QStringLiteral("wal_level"), QStringLiteral("logical")},
        {QStringLiteral("shared_buffers"), QStringLiteral("128MB")},
        {QStringLiteral("max_wal_size"), QStringLiteral("512MB")},
        {QStringLiteral("timezone"), QStringLiteral("UTC")},
        {QStringLiteral("log_timezone"), QStringLiteral("UTC")},
        {QStringLiteral("log_checkpoints"), QStringLiteral("off")},
    };
    if (preload.contains(QStringLiteral("citus"))) {
        settings.append({QStringLiteral("citus.local_hostname"), socketFolder});
        settings.append({QStringLiteral("citus.node_conninfo"), QStringLiteral("sslmode=disable")});
        // A node of this machine that does not answer at once never will; waiting for it delays a shutdown.
        settings.append({QStringLiteral("citus.node_connection_timeout"), QStringLiteral("10s")});
        if (hasOutputPluginList) {
            settings.append(
                {QStringLiteral("output_plugin_libraries"), QStringLiteral("pgoutput, test_decoding, citus")});
        }
    }
    if (preload.contains(QStringLiteral("pg_cron"))) {
        settings.append({QStringLiteral("cron.database_name"), database});
        settings.append({QStringLiteral("cron.use_background_workers"), QStringLiteral("on")});
        settings.append({QStringLiteral("cron.log_statement"), QStringLiteral("off")});
    }
    if (!isDurable) { // a crash of the machine loses data, one of the server must not
        for (const auto *name : {"fsync", "full_page_writes"})
            settings.append({QLatin1String(name), QStringLiteral("off")});
    }
    for (auto it = further.begin(); it != further.end(); ++it)
        settings.append({it.key(), it.value()});

    QString text = QStringLiteral("# Written at every start. Settings of your own: ALTER SYSTEM SET … keeps them.\n");
    for (const auto &[name, value] : settings)
        text += name + QStringLiteral(" = ") + quoteSetting(value) + u'\n';
    return text.toUtf8();
}

Completion writeServerFiles(
    const ServerNode &node, const ServerConfiguration &configuration, const QByteArray &passLine)
{
    const QByteArray access = "# Written at every start.\n"
                              "local all all scram-sha-256\n";
    const std::pair<QString, QByteArray> files[] = {
        {node.dataDirectory + QStringLiteral("/postgresql.conf"), configuration.toText()},
        {node.dataDirectory + QStringLiteral("/pg_hba.conf"), access},
        {node.passFile(), passLine},
    };
    for (const auto &[path, content] : files) {
        if (const auto written = writeAs(node, path, content); !written)
            return written;
    }
    return Nothing{};
}

} // namespace Shardboard
