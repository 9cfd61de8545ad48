// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/jobsfacts.h"

namespace Shardboard {

/// Something about a job that its owner should know: what, why, and what to do about it. In plain English.
struct JobFinding
{
    enum class Weight { Error, Warning, Note };
    Weight weight = Weight::Note;
    QString title, cause, remedy;
};

/// How the runs of a job that are noted compare with its schedule.
struct ScheduleRecord
{
    QList<QDateTime> missed; ///< due, but nothing was started and nothing was running; UTC, oldest first
    QDateTime since; ///< how far back was looked; invalid: there was nothing to look at
    int overlaps = 0; ///< runs that were still going when the next was due
    qint64 longestMs = 0; ///< of those
};

/// Five fields only. Looks back one day at most, and not behind the oldest run that is noted.
ScheduleRecord holdAgainstSchedule(const CronSchedule &schedule, const QList<CronRun> &runs, const QDateTime &now);

/// Why a run failed, and what to do.
JobFinding explainFailure(const CronRun &run, const CronJob &job, const CronSettings &settings);

/// All there is to say about a job, what is worst first.
QList<JobFinding> findingsOf(const CronJob &job, const JobsFacts &facts);

enum class JobHealth { Fine, Running, New, Paused, Late, Failing };
JobHealth healthOf(const CronJob &job, const QList<JobFinding> &findings);

} // namespace Shardboard
