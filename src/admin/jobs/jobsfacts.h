// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/cronschedule.h"
#include "admin/retention/retention.h"
#include "connection/values/capabilities.h"
#include "connection/values/outcome.h"
#include "connection/values/query.h"
#include "connection/values/resultset.h"

#include <QFlags>
#include <QMap>

#include <optional>

namespace Shardboard {

/// What is read together.
enum class JobsPart {
    Rollups = 1, ///< rollups and their runs
    Sizes = 2, ///< of their tables, on all nodes
    Cron = 4, ///< jobs of pg_cron, their runs, its settings
    Kept = 8, ///< how long rows are kept; read along with Rollups, and can fail alone
};
Q_DECLARE_FLAGS(JobsParts, JobsPart)
Q_DECLARE_OPERATORS_FOR_FLAGS(JobsParts)

/// A run that pg_cron noted. Times are UTC, invalid where it noted none.
struct CronRun
{
    qint64 runId = 0, jobId = 0;
    QString status; ///< "starting", "running", "sending", "connecting", "succeeded", "failed"
    QString message; ///< what the command returned, or the error
    QDateTime startedAt, finishedAt;

    bool hasFailed() const { return status == QStringLiteral("failed"); }
    bool isOver() const { return hasFailed() || status == QStringLiteral("succeeded"); }
    qint64 milliseconds() const; ///< -1 when unknown
};

struct CronJob
{
    qint64 id = 0;
    QString name; ///< may be empty
    QString schedule, command, database, user, host;
    int port = 0;
    bool isActive = true;
    QList<CronRun> runs; ///< newest first, those of late only

    QString title() const; ///< the name, or "job 12"
    const CronRun *lastRun() const { return runs.isEmpty() ? nullptr : &runs.first(); }
};

/// How pg_cron is set up here.
struct CronSettings
{
    CronDialect dialect;
    QString timezone = QStringLiteral("GMT");
    QString host; ///< cron.host
    bool usesBackgroundWorkers = false;
    bool logsRuns = true;
    bool launchesJobs = true; ///< cron.launch_active_jobs
    QStringList hidden; ///< names of settings that the role may not read: the values here are pg_cron's defaults
    qint64 historyBytes = -1; ///< of job_run_details; -1 unknown
    QDateTime historyFrom; ///< the oldest run that is noted; invalid: none
};

/// A run of a rollup, from its own log.
struct RollupRunEntry
{
    qint64 runId = 0;
    QDateTime startedAt, finishedAt; ///< UTC
    QString state; ///< "running", "done", "waiting", "failed", "cancelled", "interrupted"
    qint64 rowsRead = 0, bucketsWritten = 0;
    qint64 waitedMs = 0; ///< for writers
    QString message;

    qint64 milliseconds() const; ///< -1 while it runs
};

enum class RetentionHealth {
    Healthy,
    Running,
    New, ///< never ran
    ForEver, ///< nothing expires
    Paused,
    Unscheduled, ///< nobody runs it
    HeldBack, ///< rows stay that should have gone: the last run says why
    Failing,
};

/// How long the rows of a table are kept.
struct KeptRows
{
    QString table; ///< schema.table, quoted where it must be
    QString timeColumn;
    QString keep; ///< an interval as the server writes it; empty: for ever
    QDateTime deletedBefore, lastRunAt; ///< UTC; invalid: nothing yet
    qint64 lastDeleted = 0;
    QString lastError;
    bool isByPartitions = false; ///< whole partitions go, else rows
    bool dropsWide = false; ///< also partitions far wider than the others
    QList<RetentionRun> runs = {}; ///< newest first; empty also where the log must not be read
    qint64 jobId = 0; ///< that runs it; 0: none
    RetentionHealth health = RetentionHealth::New;

    const RetentionRun *lastRun() const { return runs.isEmpty() ? nullptr : &runs.first(); }
};

struct TableSize
{
    qint64 bytes = -1; ///< with indexes and TOAST, on all nodes; -1 unknown
    qint64 rows = -1; ///< estimate; -1 unknown
};

enum class RollupHealth {
    Healthy,
    Running,
    New, ///< never ran
    Paused,
    Unscheduled, ///< nobody runs it
    Behind,
    Waiting, ///< gave up waiting for a writer
    Failing,
};

struct RollupReport
{
    QString name, source, target, strategy, parent; ///< tables as schema.table, quoted where it must be
    QString bucketColumn, timeZone;
    qint64 bucketSeconds = 0; ///< of months, some 30 days each
    int bucketMonths = 0; ///< 0: bucketSeconds is exact
    QDateTime completeUntil; ///< UTC; everything written before is in the rollup; invalid: nothing is
    std::optional<qint64> lagRows; ///< nullopt: a node does not answer
    bool isPaused = false, isRunning = false;
    QString lastState, lastMessage;
    QDateTime lastRunAt; ///< UTC
    QList<RollupRunEntry> runs; ///< newest first; empty also where the log must not be read
    qint64 jobId = 0; ///< that runs it; 0: none
    RollupHealth health = RollupHealth::New;
};

/// Rollups and jobs at one moment; each part is as of when it was last read.
struct JobsFacts
{
    std::optional<bool> hasRegistry; ///< schema shardboard is set up; nullopt: not asked yet
    QList<RollupReport> rollups; ///< by name
    QList<KeptRows> kept;
    QMap<QString, TableSize> sizes; ///< by table as in RollupReport
    QList<CronJob> jobs; ///< by id
    CronSettings cron;
    QDateTime now; ///< the server's, when this was read
    JobsParts known; ///< what has been read at least once
    QMap<JobsPart, ServerError> failures; ///< what the server refused the last time it was asked

    const CronJob *job(qint64 id) const;
    const RollupReport *rollup(const QString &name) const;
    const KeptRows *keptRows(const QString &table) const;
    /// "how long ago is the watermark"; -1 when there is none.
    qint64 lagSeconds(const RollupReport &rollup) const;
};

/// What a server with these capabilities can tell.
JobsParts availableParts(const ServerCapabilities &capabilities, const JobsFacts &before);

/// The queries for these parts, for one pipeline. `before`: what is known already spares questions.
QList<Query> jobsQueries(const ServerCapabilities &capabilities, JobsParts parts, const JobsFacts &before);

/// Puts the answers to jobsQueries(), called with the same arguments, into the facts; what failed stays as it was.
Outcome<JobsFacts> readJobs(const ServerCapabilities &capabilities, JobsParts parts,
    const QList<Outcome<ResultSet>> &answers, const JobsFacts &before);

/// What the facts make of each rollup's health, given its job and the server's time.
RollupHealth healthOf(const RollupReport &rollup, const JobsFacts &facts);
RetentionHealth healthOf(const KeptRows &rows, const JobsFacts &facts);

} // namespace Shardboard
