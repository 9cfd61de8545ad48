// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/democontroller.h"

#include "admin/blueprint.h"
#include "admin/executor.h"
#include "admin/facts.h"
#include "admin/job.h"
#include "admin/planner.h"
#include "admin/rollup.h"
#include "connection/syncsession.h"
#include "ui/workbench/runningwork.h"

namespace Shardboard {

namespace {

constexpr std::chrono::hours history{6};

SampleSettings sampleSettings()
{
    return SampleSettings{};
}

/// As much history as the charts show at first, written once: a pipeline that already has rows keeps them.
Completion fillHistory(
    SyncSession &session, const BlueprintInfo &blueprint, const ProgressSink &progress, std::stop_token stop)
{
    SampleSettings settings = sampleSettings();
    settings.backfill = history;
    settings.duration = std::chrono::seconds(0);
    progress({DemoController::tr("Writing %1 hours of traffic").arg(history.count()), 0, 0});
    if (const auto written = runSample(session, settings, progress, stop); !written)
        return written.failure<Nothing>();
    progress({DemoController::tr("Rolling it up"), 0, 0});
    const auto rolled = runRollup(session, blueprint.rollup);
    return rolled ? Completion(Nothing{}) : rolled.failure<Nothing>();
}

} // namespace

DemoController::DemoController(IoThread &io, RunningWork &work, LocalCluster::Options options, QObject *parent)
    : QObject(parent)
    , m_io(io)
    , m_work(work)
    , m_options(std::move(options))
    , m_startedHere(std::make_shared<std::atomic_bool>(false))
{
}

Outcome<LocalCluster::Status> DemoController::bringUp(
    IoThread &io, const LocalCluster::Options &options, const ProgressSink &progress, std::stop_token stop)
{
    LocalCluster cluster(options);
    auto status = cluster.up([&progress](const QString &step) { progress({step, 0, 0}); }, stop);
    if (!status)
        return status;
    SyncSession session(io, status->settings, SessionPurpose::Job, stop);
    if (const auto opened = session.open(); !opened)
        return opened.failure<LocalCluster::Status>();
    if (const auto done = setUpPipeline(session, progress, stop); !done)
        return done.failure<LocalCluster::Status>();
    return status;
}

Completion DemoController::setUpPipeline(SyncSession &session, const ProgressSink &progress, std::stop_token stop)
{
    const BlueprintInfo *blueprint = findBlueprint(blueprintName());
    const auto intent = blueprintIntent(blueprintName(), {});
    if (!intent)
        return intent.failure<Nothing>();
    progress({tr("Setting the pipeline up"), 0, 0});
    const auto facts = loadFacts(session);
    if (!facts)
        return facts.failure<Nothing>();
    const auto plan = planFor(intent.value(), facts.value());
    if (!plan)
        return plan.failure<Nothing>();
    const bool wasThere = facts->blueprint(blueprint->name, QStringLiteral("public")) != nullptr;
    const PlanReport report = PlanExecutor(session).apply(plan.value(), progress);
    if (report.error)
        return *report.error;
    if (report.wasCancelled)
        return Cancelled{};
    return wasThere ? Completion(Nothing{}) : fillHistory(session, *blueprint, progress, stop);
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
            return bringUp(io, options, progress, stop);
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
        Q_EMIT ready(profile, sampleSettings());
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
