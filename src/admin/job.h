// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/progress.h"

#include <QObject>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace Shardboard {

/// A piece of blocking work on a thread of its own: a plan being applied, a rollup verified, a file imported. The
/// object lives on the thread that made it (the GUI's) and emits there; it never waits for the work. Destroying it asks
/// the work to stop and drops what comes of it.
///
///     Job::start<Outcome<RollupRun>>(this,
///         [=](std::stop_token stop, const ProgressSink &) { SyncSession s(io, settings, SessionPurpose::Job, stop); …
///         },
///         [=](Outcome<RollupRun> run) { … });
class Job : public QObject
{
    Q_OBJECT

public:
    /// `work` runs on the new thread; `done` is called on this thread with what it returned, before finished().
    template <typename T>
    static Job *start(
        QObject *parent, std::function<T(std::stop_token, const ProgressSink &)> work, std::function<void(T)> done)
    {
        return launch(parent,
            [work = std::move(work), done = std::move(done)](std::stop_token stop, const ProgressSink &progress) {
                auto result = std::make_shared<T>(work(stop, progress));
                return std::function<void()>([done, result] { done(std::move(*result)); });
            });
    }
    ~Job() override;

    /// Asks the work to stop; finished() comes when it has.
    void cancel();
    bool isRunning() const { return m_isRunning; }

    /// Waits for the threads of all jobs, after asking them to stop. For the end of the program, before the IoThread
    /// goes. False: some have not stopped within `patience` and run on; then nothing that they use may be destroyed.
    static bool stopAll(std::chrono::milliseconds patience = std::chrono::milliseconds::max());

Q_SIGNALS:
    void progressed(const Shardboard::Progress &progress); ///< at most some thirty times a second, the latest wins
    void finished();

private:
    using Finish = std::function<void()>;
    using Work = std::function<Finish(std::stop_token, const ProgressSink &)>;
    struct Shared;

    Job(QObject *parent, Work work);
    static Job *launch(QObject *parent, Work work);
    void report();
    void complete(const Finish &finish);

    std::shared_ptr<Shared> m_shared; ///< outlives the object as long as the thread runs
    bool m_isRunning = true;
};

} // namespace Shardboard
