// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/demo/demotraffic.h"

#include "admin/demo/demo.h"
#include "connection/syncsession.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QLockFile>
#include <QProcess>

#include <chrono>
#include <csignal>
#include <thread>

namespace Shardboard {

namespace {

using namespace std::chrono_literals;

constexpr auto pollPause = 50ms;
constexpr auto startPatience = 10s;
constexpr auto stopPatience = 15s;
constexpr auto reconnectPause = 1s;
constexpr auto reconnectPatience = 60s; // a server that recovers from a crash takes a while

bool isHeld(QLockFile &lock)
{
    lock.setStaleLockTime(0);
    const bool isFree = lock.tryLock(0);
    if (isFree)
        lock.unlock();
    return !isFree && lock.error() == QLockFile::LockFailedError;
}

} // namespace

DemoTraffic::DemoTraffic(const QString &clusterFolder) : m_folder(clusterFolder) {}

QString DemoTraffic::lockFile() const
{
    return m_folder + QStringLiteral("/traffic.lock");
}

QString DemoTraffic::logFile() const
{
    return m_folder + QStringLiteral("/traffic.log");
}

qint64 DemoTraffic::runningPid() const
{
    if (!QFile::exists(lockFile()))
        return 0;
    QLockFile lock(lockFile());
    qint64 pid = 0;
    QString host, program;
    return isHeld(lock) && lock.getLockInfo(&pid, &host, &program) ? pid : 0;
}

Completion DemoTraffic::start(const QString &program, const QStringList &arguments) const
{
    if (runningPid() != 0)
        return Nothing{};
    QFile::remove(logFile());
    QProcess process;
    process.setProgram(program);
    process.setArguments(arguments);
    process.setWorkingDirectory(m_folder);
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(logFile());
    process.setStandardErrorFile(logFile(), QIODevice::Append);
    qint64 pid = 0;
    if (!process.startDetached(&pid))
        return ServerError::file(QStringLiteral("%1 cannot be started: %2").arg(program, process.errorString()));
    for (QDeadlineTimer patience(startPatience); !patience.hasExpired();) {
        if (runningPid() == pid)
            return Nothing{};
        if (::kill(pid_t(pid), 0) != 0)
            break;
        std::this_thread::sleep_for(pollPause);
    }
    ServerError error = ServerError::usage(QStringLiteral("The traffic of the demo did not start."));
    QFile log(logFile());
    if (log.open(QIODevice::ReadOnly))
        error.detail = QString::fromUtf8(log.readAll()).trimmed();
    return error;
}

Completion DemoTraffic::stop(const std::stop_token &stop) const
{
    const qint64 pid = runningPid();
    if (pid == 0)
        return Nothing{};
    ::kill(pid_t(pid), SIGTERM);
    for (QDeadlineTimer patience(stopPatience); !patience.hasExpired();) {
        if (runningPid() != pid)
            return Nothing{};
        if (stop.stop_requested())
            return Cancelled{};
        std::this_thread::sleep_for(pollPause);
    }
    return ServerError::usage(QStringLiteral("The traffic of the demo (process %1) does not stop.").arg(pid));
}

void DemoTraffic::removeFiles() const
{
    QFile::remove(logFile());
    QFile::remove(lockFile()); // left by one that died
}

Completion DemoTraffic::run(IoThread &io, const std::stop_token &stop) const
{
    QLockFile lock(lockFile());
    lock.setStaleLockTime(0);
    if (!lock.tryLock(1000)) // who only looks whether it is free holds it for a moment
        return ServerError::usage(QStringLiteral("The demo in %1 has traffic already.").arg(m_folder));

    LocalCluster::Options options;
    options.folder = m_folder;
    QDeadlineTimer patience(reconnectPatience);
    while (!stop.stop_requested()) {
        const auto status = LocalCluster(options).status(); // its port may have changed
        if (!status)
            return status.failure<Nothing>();
        if (!status->exists)
            return ServerError::usage(QStringLiteral("There is no cluster in %1 any more.").arg(m_folder));
        // Without the stop token: the last batch is finished, not cut off.
        SyncSession session(io, status->settings, SessionPurpose::Job);
        Completion done = session.open();
        if (done) {
            const auto report = runSample(session, demoTraffic(), {}, stop);
            done = report ? Completion(Nothing{}) : report.failure<Nothing>();
            patience.setRemainingTime(reconnectPatience);
        }
        if (done.isError() && (!done.error().connectionLost || patience.hasExpired()))
            return done;
        if (done.isError())
            SampleClock::system(stop).wait(reconnectPause);
    }
    return Nothing{};
}

} // namespace Shardboard
