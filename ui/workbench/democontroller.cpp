// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/democontroller.h"

#include "admin/demo/demo.h"
#include "admin/demo/demotraffic.h"
#include "admin/job.h"
#include "ui/workbench/runningwork.h"

#include <future>
#include <thread>

namespace Shardboard {

namespace {
constexpr std::chrono::seconds clusterPatience{10}; // a checkpoint may be due
} // namespace

DemoController::DemoController(IoThread &io, RunningWork &work, LocalCluster::Options options, QObject *parent)
    : QObject(parent)
    , m_io(io)
    , m_work(work)
    , m_options(std::move(options))
    , m_startedHere(std::make_shared<std::atomic_bool>(false))
{
}

bool DemoController::isStarting() const
{
    return !m_job.isNull();
}

void DemoController::start()
{
    if (isStarting())
        return;
    m_job = Job::start<Outcome<LocalCluster::Status>>(
        this,
        [&io = m_io, options = m_options, startedHere = m_startedHere](
            std::stop_token stop, const ProgressSink &progress) {
            const auto before = LocalCluster(options).status();
            if (before.isOk() && !before->isRunning)
                *startedHere = true;
            return raiseDemo(io, options, progress, stop);
        },
        [this](Outcome<LocalCluster::Status> started) { end(started); });
    const int work = m_work.add(
        tr("Demo"), [this] { cancel(); }, RunningWork::AtExit::Stop);
    connect(m_job, &Job::progressed, this, [this, work](const Progress &progress) {
        m_work.update(work, progress);
        const QString amount = describeProgress(progress);
        Q_EMIT progressed(amount.isEmpty() ? progress.activity : progress.activity + QStringLiteral(" · ") + amount);
    });
    connect(m_job, &Job::finished, &m_work, [&list = m_work, work] { list.finish(work); });
    Q_EMIT startingChanged();
}

void DemoController::cancel()
{
    if (m_job)
        m_job->cancel();
}

void DemoController::end(const Outcome<LocalCluster::Status> &started)
{
    m_job = nullptr;
    Q_EMIT startingChanged();
    if (started.isError()) {
        Q_EMIT failed(started.error());
    } else if (started) {
        Profile profile;
        profile.name = tr("Demo on this machine");
        profile.settings = started->settings;
        profile.colour = QStringLiteral("#56b4e9");
        m_hasTraffic = DemoTraffic(started->folder).runningPid() != 0;
        Q_EMIT ready(profile, demoTraffic());
    }
}

bool DemoController::shutDown(std::chrono::milliseconds patience)
{
    const bool haveEnded = Job::stopAll(patience);
    if (!m_startedHere->exchange(false))
        return haveEnded;
    // Servers that were asked to stop do so without being waited for; the next start adopts or cleans up what is left.
    std::promise<void> promise;
    const std::future<void> stopped = promise.get_future();
    std::thread([options = m_options, promise = std::move(promise)]() mutable {
        const auto down = LocalCluster(options).down();
        if (down.isError())
            qWarning("%s", qPrintable(down.error().toText()));
        promise.set_value();
    }).detach();
    return stopped.wait_for(clusterPatience) == std::future_status::ready && haveEnded;
}

} // namespace Shardboard
