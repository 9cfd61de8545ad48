// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/rollupwords.h"

#include "ui/common/timetext.h"
#include "ui/tables/figures.h"

#include <QCoreApplication>
#include <QLocale>

namespace Shardboard {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("Shardboard::rollupwords", text);
}

} // namespace

QString healthText(RollupHealth health)
{
    switch (health) {
    case RollupHealth::Healthy:
        return tr("healthy");
    case RollupHealth::Running:
        return tr("running");
    case RollupHealth::New:
        return tr("new");
    case RollupHealth::Paused:
        return tr("paused");
    case RollupHealth::Unscheduled:
        return tr("unscheduled");
    case RollupHealth::Behind:
        return tr("behind");
    case RollupHealth::Waiting:
        return tr("waiting");
    case RollupHealth::Failing:
        return tr("failing");
    }
    return {};
}

Tone healthTone(RollupHealth health)
{
    switch (health) {
    case RollupHealth::Healthy:
        return Tone::Success;
    case RollupHealth::Running:
    case RollupHealth::New:
        return Tone::Accent;
    case RollupHealth::Paused:
        return Tone::Dim;
    case RollupHealth::Unscheduled:
    case RollupHealth::Behind:
    case RollupHealth::Waiting:
        return Tone::Warning;
    case RollupHealth::Failing:
        return Tone::Error;
    }
    return Tone::Text;
}

QString healthText(JobHealth health)
{
    switch (health) {
    case JobHealth::Fine:
        return tr("healthy");
    case JobHealth::Running:
        return tr("running");
    case JobHealth::New:
        return tr("no run yet");
    case JobHealth::Paused:
        return tr("paused");
    case JobHealth::Late:
        return tr("attention");
    case JobHealth::Failing:
        return tr("failing");
    }
    return {};
}

Tone healthTone(JobHealth health)
{
    switch (health) {
    case JobHealth::Fine:
        return Tone::Success;
    case JobHealth::Running:
        return Tone::Accent;
    case JobHealth::New:
    case JobHealth::Paused:
        return Tone::Dim;
    case JobHealth::Late:
        return Tone::Warning;
    case JobHealth::Failing:
        return Tone::Error;
    }
    return Tone::Text;
}

QString strategyText(const RollupReport &rollup)
{
    if (rollup.strategy == QStringLiteral("sequence"))
        return tr("incremental, by sequence");
    if (rollup.strategy == QStringLiteral("cascade"))
        return tr("cascade, from %1").arg(rollup.parent);
    return tr("closed buckets, by time");
}

QString bucketText(const RollupReport &rollup)
{
    const auto count = [](qint64 n, const char *one, const char *many) { return n == 1 ? tr(one) : tr(many).arg(n); };
    if (rollup.bucketMonths > 0)
        return count(rollup.bucketMonths, "1 month", "%1 months");
    const qint64 seconds = rollup.bucketSeconds;
    if (seconds % 86400 == 0)
        return count(seconds / 86400, "1 day", "%1 days");
    if (seconds % 3600 == 0)
        return tr("%1 h").arg(seconds / 3600);
    return seconds % 60 == 0 ? tr("%1 min").arg(seconds / 60) : tr("%1 s").arg(seconds);
}

QString lagText(const RollupReport &rollup, const JobsFacts &facts)
{
    const qint64 seconds = facts.lagSeconds(rollup);
    const QString time = seconds < 0 ? tr("nothing yet") : describeDuration(double(seconds) * 1000);
    return QStringLiteral("%1 · %2").arg(
        time, rollup.lagRows ? tr("%1 rows").arg(exactText(*rollup.lagRows)) : tr("rows unknown"));
}

QString runStateText(const QString &state)
{
    if (state == QStringLiteral("done") || state == QStringLiteral("succeeded"))
        return tr("done");
    if (state == QStringLiteral("failed"))
        return tr("failed");
    if (state == QStringLiteral("waiting"))
        return tr("gave up waiting");
    if (state == QStringLiteral("cancelled"))
        return tr("cancelled");
    if (state == QStringLiteral("interrupted"))
        return tr("died");
    return state.isEmpty() ? tr("never ran") : tr("running");
}

QString momentText(const QDateTime &utc, const QDateTime &now)
{
    if (!utc.isValid())
        return tr("unknown");
    const bool isToday = utc.date() == now.toUTC().date();
    const QString format = isToday ? QStringLiteral("HH:mm:ss") : QStringLiteral("yyyy-MM-dd HH:mm:ss");
    const QDateTime local = utc.toLocalTime();
    const QString text = utc.toUTC().toString(format) + tr(" UTC");
    return local.offsetFromUtc() == 0 ? text
                                      : tr("%1 (local %2)").arg(text, local.toString(QStringLiteral("HH:mm:ss")));
}

QStringList nextRunLines(const QString &schedule, const QDateTime &lastStart, const JobsFacts &facts, int count)
{
    const auto parsed = CronSchedule::parse(schedule, facts.cron.dialect);
    if (!parsed)
        return {};
    const bool isInterval = parsed->kind() == CronSchedule::Kind::Interval;
    const QDateTime from = isInterval && lastStart.isValid() ? std::max(lastStart, facts.now.addSecs(-60)) : facts.now;
    QStringList lines;
    for (const QDateTime &moment : parsed->next(from, count)) {
        const QDateTime local = moment.toLocalTime();
        const QString seconds = isInterval ? QStringLiteral("ddd dd MMM HH:mm:ss") : QStringLiteral("ddd dd MMM HH:mm");
        const QString universal = tr("%1 UTC").arg(QLocale().toString(moment, seconds));
        lines << (local.offsetFromUtc() == 0
                ? universal
                : tr("%1 · %2 %3").arg(universal, QLocale().toString(local, seconds), local.timeZoneAbbreviation()));
    }
    return lines;
}

QString nextRunText(const CronJob &job, const JobsFacts &facts)
{
    if (!job.isActive)
        return tr("paused");
    const auto parsed = CronSchedule::parse(job.schedule, facts.cron.dialect);
    if (!parsed)
        return tr("unknown");
    if (parsed->kind() == CronSchedule::Kind::AtStart)
        return tr("at the server's start");
    const CronRun *last = job.lastRun();
    const bool isInterval = parsed->kind() == CronSchedule::Kind::Interval && last && last->startedAt.isValid();
    const QList<QDateTime> next = parsed->next(isInterval ? last->startedAt : facts.now, 1);
    if (next.isEmpty())
        return tr("never");
    const qint64 seconds = std::max<qint64>(0, facts.now.secsTo(next.first()));
    if (seconds == 0)
        return tr("now");
    if (seconds < 60)
        return tr("in %1 s").arg(seconds);
    if (seconds < 3600)
        return tr("in %1").arg(describeDuration(double(seconds) * 1000));
    return QLocale().toString(next.first().toLocalTime(), QStringLiteral("ddd dd MMM HH:mm"));
}

QString scheduleWords(const QString &schedule, const CronSettings &settings)
{
    const auto parsed = CronSchedule::parse(schedule, settings.dialect);
    return parsed ? parsed->toWords() : parsed.error().message;
}

QString reductionText(const TableSize &source, const TableSize &target)
{
    const QLocale locale;
    if (source.rows > 0 && target.rows > 0)
        return tr("about %1 rows of its source a row")
            .arg(locale.toString(double(source.rows) / double(target.rows), 'f', 1));
    if (source.bytes > 0 && target.bytes > 0)
        return tr("%1 × smaller").arg(locale.toString(double(source.bytes) / double(target.bytes), 'f', 1));
    return {};
}

QString keepText(const KeptRows *rows)
{
    return !rows || rows->keep.isEmpty() ? tr("for ever") : rows->keep;
}

} // namespace Shardboard
