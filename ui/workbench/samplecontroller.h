// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/sample/sample.h"
#include "connection/profile.h"

#include <QObject>
#include <QPointer>

#include <optional>
#include <utility>

namespace Shardboard {

class IoThread;
class Job;
class RunningWork;

/// The live generator of sample traffic, at most one in the program. Its progress is in the list of running work. GUI
/// thread.
class SampleController final : public QObject
{
    Q_OBJECT

public:
    SampleController(IoThread &io, RunningWork &work, QObject *parent = nullptr);

    void start(const ConnectionSettings &target, const SampleSettings &settings);
    void stop();
    /// Ends the present run, if any, and goes on with other settings.
    void restart(const ConnectionSettings &target, const SampleSettings &settings);
    bool isRunning() const;
    const SampleSettings &settings() const { return m_settings; } ///< of the last start

Q_SIGNALS:
    void runningChanged();
    void finished(const Shardboard::SampleReport &report);
    void failed(const Shardboard::ServerError &error);

private:
    void end(const Outcome<SampleReport> &report);

    IoThread &m_io;
    RunningWork &m_work;
    SampleSettings m_settings;
    std::optional<std::pair<ConnectionSettings, SampleSettings>>
        m_next; ///< to be started when the present run has ended
    QPointer<Job> m_job;
};

} // namespace Shardboard
