// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/sharedfile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>
#include <QSaveFile>

#include <chrono>

namespace Shardboard {

namespace {

using namespace std::chrono_literals;

constexpr auto longestWait = 2s;
constexpr auto abandonedAfter = 10s; // a program that died while it wrote

ServerError fileError(const QString &path, const QString &what)
{
    return ServerError::file(QStringLiteral("%1: %2").arg(path, what));
}

Outcome<std::optional<QByteArray>> readAll(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return std::optional<QByteArray>();
    if (!file.open(QIODevice::ReadOnly))
        return fileError(path, file.errorString());
    QByteArray bytes = file.readAll();
    if (file.error() != QFileDevice::NoError)
        return fileError(path, file.errorString());
    return std::optional(std::move(bytes));
}

} // namespace

Completion changeSharedFile(const QString &path, const FileChange &change)
{
    const QString folder = QFileInfo(path).absolutePath();
    if (!QDir().mkpath(folder))
        return ServerError::file(QStringLiteral("The folder %1 cannot be made.").arg(folder));
    QLockFile lock(path + QStringLiteral(".lock"));
    lock.setStaleLockTime(int(std::chrono::milliseconds(abandonedAfter).count()));
    if (!lock.tryLock(int(std::chrono::milliseconds(longestWait).count())))
        return fileError(path,
            lock.error() == QLockFile::LockFailedError ? QStringLiteral("another program is writing it")
                                                       : QStringLiteral("no lock can be made beside it"));
    const auto before = readAll(path);
    if (!before)
        return before.failure<Nothing>();
    const auto after = change(*before);
    if (!after)
        return after.failure<Nothing>();
    if (*before && **before == *after)
        return Nothing{};
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(*after) != after->size() || !file.commit())
        return fileError(path, file.errorString());
    return Nothing{};
}

} // namespace Shardboard
