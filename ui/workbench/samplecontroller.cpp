// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/samplecontroller.h"

#include "admin/job.h"
#include "admin/latestop.h"
#include "connection/syncsession.h"
#include "ui/workbench/runningwork.h"

namespace Shardboard {

namespace {
constexpr std::chrono::milliseconds lastBatchPatience{2000};
} // namespace

SampleController::SampleController(IoThread &io, RunningWork &work, QObject *parent)
    : QObject(parent), m_io(io), m_work(work)
{
}

bool SampleController::isRunning() const
{
    return !m_job.isNull();
}

void SampleController::start(const ConnectionSettings &target, const SampleSettings &settings)
{
    if (isRunning())
        return;
    m_settings = settings;
    m_job = Job::start<Outcome<SampleReport>>(
        this,
        [&io = m_io, target, settings](std::stop_token stop, const ProgressSink &progress) -> Outcome<SampleReport> {
            // The last batch is finished, not cut off, unless a lock or the network holds it up.
            const LateStop hardStop(stop, lastBatchPatience);
            SyncSession session(io, target, SessionPurpose::Job, hardStop.token());
            if (const auto opened = session.open(); !opened)
                return opened.failure<SampleReport>();
            return runSample(session, settings, progress, stop);
        },
        [this](Outcome<SampleReport> report) { end(report); });
    const int work = m_work.add(
        tr("Sample data"), [this] { stop(); }, RunningWork::AtExit::Stop);
    connect(m_job, &Job::progressed, &m_work,
        [&list = m_work, work](const Progress &progress) { list.update(work, progress); });
    connect(m_job, &Job::finished, &m_work, [&list = m_work, work] { list.finish(work); });
    Q_EMIT runningChanged();
}

void SampleController::restart(const ConnectionSettings &target, const SampleSettings &settings)
{
    if (!isRunning())
        return start(target, settings);
    m_next.emplace(target, settings);
    m_job->cancel();
}

void SampleController::stop()
{
    m_next.reset();
    if (m_job)
        m_job->cancel();
}

void SampleController::end(const Outcome<SampleReport> &report)
{
    m_job = nullptr;
    if (m_next && report) {
        const auto next = *std::exchange(m_next, std::nullopt);
        return start(next.first, next.second);
    }
    m_next.reset();
    Q_EMIT runningChanged();
    if (report)
        Q_EMIT finished(report.value());
    else if (report.isError())
        Q_EMIT failed(report.error());
}

} // namespace Shardboard
