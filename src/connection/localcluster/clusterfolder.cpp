// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/localcluster/clusterfolder.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>
#include <QRandomGenerator>
#include <QSaveFile>

#include <sys/stat.h>
#include <unistd.h>

namespace Shardboard {

namespace {

const QString lockName = QStringLiteral(".lock");
constexpr int lockPollMilliseconds = 100;

constexpr auto ownerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
constexpr auto ownerFolder = ownerOnly | QFileDevice::ExeOwner;

// Printable, without the two characters that a password file escapes.
QString makePassword()
{
    quint32 words[6];
    QRandomGenerator::system()->fillRange(words);
    return QString::fromLatin1(QByteArray(reinterpret_cast<const char *>(words), sizeof words).toHex());
}

} // namespace

ClusterFolder::ClusterFolder(const QString &path) : m_path(QDir::cleanPath(QDir(path).absolutePath())) {}

ClusterFolder::~ClusterFolder() = default;

Completion ClusterFolder::lock(const std::stop_token &stop)
{
    m_lock = std::make_unique<QLockFile>(m_path + u'/' + lockName);
    m_lock->setStaleLockTime(0); // never by age: work may take long, and a dead program's lock is seen as such
    while (!stop.stop_requested()) {
        if (!QDir().mkpath(m_path))
            return ServerError::file(QStringLiteral("The folder %1 cannot be made.").arg(m_path));
        if (m_lock->tryLock(lockPollMilliseconds))
            return Nothing{};
        if (m_lock->error() == QLockFile::PermissionError)
            return ServerError::file(QStringLiteral("The folder %1 cannot be written to.").arg(m_path));
    }
    return Cancelled{};
}

Completion ClusterFolder::unlockAndLeave()
{
    m_lock.reset();
    QDir().rmdir(m_path); // stays when somebody keeps files in it or is just making a new cluster
    return Nothing{};
}

Completion ClusterFolder::claim(const ServerAccount &account)
{
    const QStringList inside
        = QDir(m_path).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    const bool isOurs = QFileInfo::exists(clusterStateFile(m_path));
    if (!isOurs && inside != QStringList{lockName}) {
        return ServerError::usage(QStringLiteral("The folder %1 holds other files and no cluster.").arg(m_path),
            QStringLiteral("Choose an empty folder or one that does not exist."));
    }
    // The server's account walks through to its own data directories; it can neither list nor change the folder.
    const auto walkThrough = QFileDevice::ExeGroup | QFileDevice::ExeOther;
    if (!QFile::setPermissions(m_path, account.isOther ? ownerFolder | walkThrough : ownerFolder))
        return ServerError::file(QStringLiteral("The permissions of %1 cannot be set.").arg(m_path));
    const auto visited = runCommand(account,
        {QStringLiteral("/bin/sh"), {QStringLiteral("-c"), QStringLiteral("cd \"$1\""), QStringLiteral("sh"), m_path},
            QDir::rootPath(), {}, {}});
    if (!visited)
        return visited.failure<Nothing>();
    if (visited->exitCode != 0) {
        return ServerError::usage(
            QStringLiteral("The folder %1 cannot be reached by the account %2, which has to run the servers because "
                           "PostgreSQL refuses to run as root.")
                .arg(m_path, account.name),
            QStringLiteral("Choose a folder outside of private homes, such as /var/lib/shardboard."));
    }
    return Nothing{};
}

Completion ClusterFolder::checkOwned(const ServerAccount &account, const QStringList &nodes) const
{
    const auto refuse = [](const QString &path, const QString &why) {
        return ServerError::file(QStringLiteral("%1 is not used: %2.").arg(path, why));
    };
    const auto whyForeign = [&](const QString &path, mode_t kind, bool mayBeServers) -> QString {
        struct stat found = {};
        if (::lstat(QFile::encodeName(path).constData(), &found) != 0)
            return {}; // does not exist
        if ((found.st_mode & S_IFMT) != kind)
            return QStringLiteral("it is a link, or no %1")
                .arg(kind == S_IFDIR ? QStringLiteral("folder") : QStringLiteral("file"));
        const bool isOurs
            = found.st_uid == ::geteuid() || (mayBeServers && account.isOther && found.st_uid == account.uid);
        if (!isOurs)
            return QStringLiteral("it belongs to another user");
        const bool isTop = path == m_path; // what is in it can be reached through it only
        return isTop && (found.st_mode & (S_IWGRP | S_IWOTH)) ? QStringLiteral("other users can write to it")
                                                              : QString();
    };
    if (const QString why = whyForeign(m_path, S_IFDIR, false); !why.isEmpty())
        return refuse(m_path, why);
    for (const QString &file : {clusterStateFile(m_path), passFile()}) {
        if (const QString why = whyForeign(file, S_IFREG, false); !why.isEmpty())
            return refuse(file, why);
    }
    for (const QString &name : nodes) {
        if (const QString why = whyForeign(m_path + u'/' + name, S_IFDIR, true); !why.isEmpty())
            return refuse(m_path + u'/' + name, why);
    }
    return Nothing{};
}

Outcome<ClusterState> ClusterFolder::requireState() const
{
    const auto state = readClusterState(m_path);
    if (!state)
        return state.failure<ClusterState>();
    if (!state->has_value())
        return ServerError::usage(QStringLiteral("The folder %1 holds no cluster.").arg(m_path));
    return state->value();
}

Outcome<QString> ClusterFolder::readOrMakePassword() const
{
    QFile file(passFile());
    if (!file.exists())
        return makePassword();
    if (!file.open(QIODevice::ReadOnly))
        return ServerError::file(QStringLiteral("%1 cannot be read: %2").arg(file.fileName(), file.errorString()));
    return QString::fromLatin1(file.readAll().trimmed().split(':').last());
}

QByteArray ClusterFolder::passLine(const QString &user, const QString &password) const
{
    return QStringLiteral("*:*:*:%1:%2\n").arg(user, password).toUtf8();
}

QString ClusterFolder::passFile() const
{
    return m_path + QStringLiteral("/passfile");
}

ServerNode ClusterFolder::node(
    const ClusterState::Node &node, const LocalCluster::Installation &installation, const ServerAccount &account) const
{
    return {node.name, m_path + u'/' + node.name, node.port, installation.binDirectory, account};
}

ConnectionSettings ClusterFolder::settings(const ClusterState &state, const ClusterState::Node &node) const
{
    ConnectionSettings settings;
    settings.keywords = {
        {QStringLiteral("host"), m_path + u'/' + node.name}, // the folder of its socket
        {QStringLiteral("port"), QString::number(node.port)},
        {QStringLiteral("dbname"), state.database},
        {QStringLiteral("user"), state.user},
        {QStringLiteral("passfile"), passFile()},
    };
    return settings;
}

} // namespace Shardboard
