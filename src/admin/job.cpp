// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/job.h"

#include <QMetaObject>
#include <QPointer>
#include <QTimer>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <list>
#include <optional>

namespace Shardboard {

namespace {

constexpr std::chrono::milliseconds s_reportInterval{33};
constexpr std::chrono::milliseconds s_pollInterval{10};

/// The threads of all jobs, also of those whose object is gone: someone must join them.
struct Threads
{
    struct Entry
    {
        std::shared_ptr<std::atomic_bool> hasEnded;
        std::jthread thread;
    };
    std::mutex mutex;
    std::list<Entry> entries;
};

Threads &threads()
{
    static Threads instance;
    return instance;
}

} // namespace

struct Job::Shared
{
    std::mutex mutex;
    Job *job = nullptr; ///< null when the object is gone
    std::optional<Progress> latest;
    std::stop_source stop;
};

Job *Job::launch(QObject *parent, Work work)
{
    return new Job(parent, std::move(work));
}

Job::Job(QObject *parent, Work work) : QObject(parent), m_shared(std::make_shared<Shared>())
{
    m_shared->job = this;
    auto hasEnded = std::make_shared<std::atomic_bool>(false);
    auto body = [shared = m_shared, work = std::move(work), hasEnded](std::stop_token threadStop) {
        // stopAll() stops the thread, cancel() and the destructor stop the job.
        std::stop_callback relay(threadStop, [shared] { shared->stop.request_stop(); });
        const ProgressSink sink = [shared](const Progress &progress) {
            std::lock_guard lock(shared->mutex);
            const bool isAnnounced = shared->latest.has_value();
            shared->latest = progress;
            if (!isAnnounced && shared->job)
                QMetaObject::invokeMethod(
                    shared->job, [job = shared->job] { job->report(); }, Qt::QueuedConnection);
        };
        Finish finish = work(shared->stop.get_token(), sink);
        std::lock_guard lock(shared->mutex);
        if (shared->job)
            QMetaObject::invokeMethod(
                shared->job, [job = shared->job, finish = std::move(finish)] { job->complete(finish); },
                Qt::QueuedConnection);
        *hasEnded = true;
    };
    std::lock_guard lock(threads().mutex);
    threads().entries.remove_if([](const Threads::Entry &entry) { return entry.hasEnded->load(); });
    threads().entries.push_back({hasEnded, std::jthread(std::move(body))});
}

Job::~Job()
{
    m_shared->stop.request_stop();
    std::lock_guard lock(m_shared->mutex);
    m_shared->job = nullptr;
}

void Job::cancel()
{
    m_shared->stop.request_stop();
}

bool Job::stopAll(std::chrono::milliseconds patience)
{
    std::list<Threads::Entry> all;
    {
        std::lock_guard lock(threads().mutex);
        all.swap(threads().entries);
    }
    for (Threads::Entry &entry : all)
        entry.thread.request_stop();
    if (patience == std::chrono::milliseconds::max())
        return true; // each is joined as the list goes
    const auto haveEnded = [&all] {
        return std::all_of(all.begin(), all.end(), [](const Threads::Entry &entry) { return entry.hasEnded->load(); });
    };
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!haveEnded() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(s_pollInterval);
    bool isAnyLeft = false;
    for (Threads::Entry &entry : all) {
        if (entry.hasEnded->load())
            continue;
        entry.thread.detach();
        isAnyLeft = true;
    }
    return !isAnyLeft;
}

void Job::report()
{
    QTimer::singleShot(s_reportInterval, this, [this] {
        std::optional<Progress> latest;
        {
            std::lock_guard lock(m_shared->mutex);
            latest.swap(m_shared->latest);
        }
        if (latest && m_isRunning)
            Q_EMIT progressed(*latest);
    });
}

void Job::complete(const Finish &finish)
{
    m_isRunning = false;
    const QPointer<Job> self(this);
    finish();
    if (!self)
        return;
    Q_EMIT finished();
    deleteLater();
}

} // namespace Shardboard
