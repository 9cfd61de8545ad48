// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/democontroller.h"

#include "admin/demo/demo.h"
#include "admin/demo/demotraffic.h"
#include "admin/job.h"
#include "ui/workbench/runningwork.h"

namespace Shardboard {

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
    const int work = m_work.add(tr("Demo"), [this] { cancel(); });
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

void DemoController::shutDown()
{
    Job::stopAll();
    if (!m_startedHere->exchange(false))
        return;
    // At the very end of the program there is nobody to tell; the next start adopts or cleans up what is left.
    const auto stopped = LocalCluster(m_options).down();
    if (stopped.isError())
        qWarning("%s", qPrintable(stopped.error().toText()));
}

} // namespace Shardboard
