// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/jobs/jobsfacts.h"

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 patienceSeconds = 60;
constexpr int missedIntervals = 3;

qint64 span(const QDateTime &from, const QDateTime &to)
{
    return from.isValid() && to.isValid() ? from.msecsTo(to) : -1;
}

/// How far behind now the watermark of a rollup may be that is as it should be.
qint64 usualLag(const RollupReport &rollup, const CronJob &job, const JobsFacts &facts)
{
    qint64 interval = patienceSeconds;
    if (const auto schedule = CronSchedule::parse(job.schedule, facts.cron.dialect)) {
        const QList<QDateTime> runs = schedule->next(facts.now, 2);
        if (runs.size() == 2)
            interval = runs.first().secsTo(runs.last());
    }
    // What is made of closed buckets is as far as its last bucket by nature.
    const qint64 bucket = rollup.strategy == u"sequence" ? 0 : 2 * rollup.bucketSeconds;
    return missedIntervals * interval + patienceSeconds + bucket;
}

} // namespace

qint64 CronRun::milliseconds() const
{
    return span(startedAt, finishedAt);
}

qint64 RollupRunEntry::milliseconds() const
{
    return span(startedAt, finishedAt);
}

QString CronJob::title() const
{
    return name.isEmpty() ? u"job %1"_s.arg(id) : name;
}

const CronJob *JobsFacts::job(qint64 id) const
{
    const auto found = std::ranges::find(jobs, id, &CronJob::id);
    return found == jobs.end() ? nullptr : &*found;
}

const RollupReport *JobsFacts::rollup(const QString &name) const
{
    const auto found = std::ranges::find(rollups, name, &RollupReport::name);
    return found == rollups.end() ? nullptr : &*found;
}

const KeptRows *JobsFacts::keptRows(const QString &table) const
{
    const auto found = std::ranges::find(kept, table, &KeptRows::table);
    return found == kept.end() ? nullptr : &*found;
}

qint64 JobsFacts::lagSeconds(const RollupReport &rollup) const
{
    return rollup.completeUntil.isValid() && now.isValid() ? std::max<qint64>(0, rollup.completeUntil.secsTo(now)) : -1;
}

RollupHealth healthOf(const RollupReport &rollup, const JobsFacts &facts)
{
    const CronJob *job = facts.job(rollup.jobId);
    if (rollup.isPaused)
        return RollupHealth::Paused;
    if (rollup.lastState == u"failed" || rollup.lastState == u"interrupted")
        return RollupHealth::Failing;
    if (rollup.isRunning)
        return RollupHealth::Running;
    if (!job || !job->isActive)
        return RollupHealth::Unscheduled;
    if (job->lastRun() && job->lastRun()->hasFailed())
        return RollupHealth::Failing;
    if (rollup.lastState == u"waiting")
        return RollupHealth::Waiting;
    if (rollup.lastState.isEmpty())
        return RollupHealth::New;
    const bool nothingWaits = rollup.lagRows && *rollup.lagRows == 0;
    if (!nothingWaits && facts.lagSeconds(rollup) > usualLag(rollup, *job, facts))
        return RollupHealth::Behind;
    return RollupHealth::Healthy;
}

RetentionHealth healthOf(const KeptRows &rows, const JobsFacts &facts)
{
    using State = RetentionRun::State;
    if (rows.keep.isEmpty())
        return RetentionHealth::ForEver;
    const CronJob *job = facts.job(rows.jobId);
    const RetentionRun *last = rows.lastRun();
    if (last && last->state == State::Running)
        return RetentionHealth::Running;
    if (last && (last->state == State::Failed || last->state == State::Interrupted))
        return RetentionHealth::Failing;
    if (!job)
        return RetentionHealth::Unscheduled;
    if (!job->isActive)
        return RetentionHealth::Paused;
    if (job->lastRun() && job->lastRun()->hasFailed())
        return RetentionHealth::Failing;
    if (!last)
        return RetentionHealth::New;
    return last->state == State::Refused ? RetentionHealth::HeldBack : RetentionHealth::Healthy;
}

} // namespace Shardboard
