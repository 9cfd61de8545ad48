// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/jobs/jobfindings.h"
#include "ui/common/labels.h"

namespace Shardboard {

/// Rollups and jobs in the words of the page.
QString healthText(RollupHealth health);
Tone healthTone(RollupHealth health);
QString healthText(JobHealth health);
Tone healthTone(JobHealth health);
QString strategyText(const RollupReport &rollup);
QString bucketText(const RollupReport &rollup);
QString lagText(const RollupReport &rollup, const JobsFacts &facts); ///< "12 s · 340 rows"
QString runStateText(const QString &state);
/// "17:05:00 (local 19:05:00)", with the day where it is another than today.
QString momentText(const QDateTime &utc, const QDateTime &now);
/// The next moments of a schedule: one line each in UTC and local time.
QStringList nextRunLines(const QString &schedule, const QDateTime &lastStart, const JobsFacts &facts, int count);
/// The first of them in short, local; "paused", "–".
QString nextRunText(const CronJob &job, const JobsFacts &facts);
QString scheduleWords(const QString &schedule, const CronSettings &settings);
/// How much smaller the rollup is, in rows where both are known, else in bytes; empty when neither is.
QString reductionText(const TableSize &source, const TableSize &target);
QString keepText(const KeptRows *rows);

} // namespace Shardboard
