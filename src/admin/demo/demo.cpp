// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/demo/demo.h"

#include "admin/blueprint.h"
#include "admin/executor.h"
#include "admin/facts.h"
#include "admin/planner.h"
#include "admin/rollup.h"
#include "connection/syncsession.h"

#include <algorithm>

namespace Shardboard {

namespace {

using std::chrono::seconds;

constexpr seconds smallestGap{60}; // the live traffic catches that up by itself

void tell(const ProgressSink &progress, const QString &activity)
{
    if (progress)
        progress({activity, 0, 0});
}

Completion applyBlueprint(SyncSession &session, const ProgressSink &progress)
{
    const auto intent = blueprintIntent(demoBlueprintName(), {});
    if (!intent)
        return intent.failure<Nothing>();
    const auto facts = loadFacts(session);
    if (!facts)
        return facts.failure<Nothing>();
    const auto plan = planFor(*intent, *facts);
    if (!plan)
        return plan.failure<Nothing>();
    const PlanReport report = PlanExecutor(session).apply(*plan, progress);
    if (report.error)
        return *report.error;
    return report.wasCancelled ? Completion(Cancelled{}) : Completion(Nothing{});
}

/// How much history is to be written so that the last hours have no hole up to now.
Outcome<seconds> missingHistory(SyncSession &session, seconds history)
{
    const Query query(QStringLiteral("SELECT extract(epoch FROM now() - max(ingest_time))::bigint FROM %1")
                          .arg(demoTraffic().table.quoted()));
    const auto age = session.run(query);
    if (!age)
        return age.failure<seconds>();
    const bool isEmpty = age->rowCount() == 0 || age->isNull(0, 0);
    return isEmpty ? history : std::clamp(seconds(age->integer(0, 0)), seconds(0), history);
}

} // namespace

QString demoBlueprintName()
{
    return QStringLiteral("http-traffic");
}

SampleSettings demoTraffic()
{
    return SampleSettings{};
}

Completion setUpDemoPipeline(
    SyncSession &session, const ProgressSink &progress, const std::stop_token &stop, std::chrono::seconds history)
{
    tell(progress, QStringLiteral("Setting the pipeline up"));
    if (const auto applied = applyBlueprint(session, progress); !applied)
        return applied;
    const auto missing = missingHistory(session, history);
    if (!missing)
        return missing.failure<Nothing>();
    if (*missing < smallestGap)
        return Nothing{};
    SampleSettings settings = demoTraffic();
    settings.backfill = *missing;
    settings.duration = seconds(0);
    if (const auto written = runSample(session, settings, progress, stop); !written)
        return written.failure<Nothing>();
    if (stop.stop_requested())
        return Cancelled{};
    tell(progress, QStringLiteral("Rolling the history up"));
    const auto rolledUp = runRollup(session, findBlueprint(demoBlueprintName())->rollup);
    return rolledUp ? Completion(Nothing{}) : rolledUp.failure<Nothing>();
}

Outcome<LocalCluster::Status> raiseDemo(IoThread &io, const LocalCluster::Options &options,
    const ProgressSink &progress, const std::stop_token &stop, std::chrono::seconds history)
{
    const auto status = LocalCluster(options).up([&](const QString &step) { tell(progress, step); }, stop);
    if (!status)
        return status;
    SyncSession session(io, status->settings, SessionPurpose::Job, stop);
    if (const auto opened = session.open(); !opened)
        return opened.failure<LocalCluster::Status>();
    if (const auto done = setUpDemoPipeline(session, progress, stop, history); !done)
        return done.failure<LocalCluster::Status>();
    return status;
}

} // namespace Shardboard
