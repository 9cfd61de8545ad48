// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/jobsfacts.h"

#include <chrono>

namespace Shardboard {

class SyncSession;

/// What the page does to jobs of pg_cron. One statement each.
Query pauseJobQuery(qint64 jobId, bool isPaused);
Query changeJobQuery(qint64 jobId, const QString &schedule, const QString &command);
Query scheduleJobQuery(const QString &name, const QString &schedule, const QString &command);
Query deleteJobQuery(qint64 jobId);
/// Deletes what job_run_details holds of runs that ended before so many days; only of the user's own jobs where the
/// server hides the others.
Query pruneHistoryQuery(int days);
/// The same once a day, as a job.
Query schedulePruningQuery(int days);
const CronJob *pruningJob(const JobsFacts &facts);

Query pauseRollupQuery(const QString &rollup, bool isPaused);
/// Runs the rollup by pg_cron from now on: changes its job, or makes one.
Query rollupScheduleQuery(const RollupReport &rollup, const QString &schedule);
/// How long rows of a table are kept; an empty interval keeps them for ever. Makes the job that deletes them where
/// there is none, unless pg_cron is missing.
QList<Query> keepRowsQueries(const KeptRows &rows, bool hasCron);

/// What running a job's command once by hand came to.
struct ManualRun
{
    QString result; ///< its last command tag, such as "DELETE 12"
    QStringList notices;
    std::chrono::milliseconds duration{0};
};

/// Runs the job's command: on this session where it is of this session's user, else by pg_cron (jobonce.h).
/// Blocks: for a worker thread.
Outcome<ManualRun> runJobCommand(SyncSession &session, const CronJob &job);

} // namespace Shardboard
