// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/jobs/jobfindings.h"
#include "app/shardboardctl/context.h"
#include "connection/capabilityscan.h"

#include <QJsonArray>

namespace Shardboard::Ctl {

namespace {

constexpr int shownMoments = 5;

QString healthName(JobHealth health)
{
    switch (health) {
    case JobHealth::Fine:
        return QStringLiteral("healthy");
    case JobHealth::Running:
        return QStringLiteral("running");
    case JobHealth::New:
        return QStringLiteral("no run yet");
    case JobHealth::Paused:
        return QStringLiteral("paused");
    case JobHealth::Late:
        return QStringLiteral("attention");
    case JobHealth::Failing:
        return QStringLiteral("failing");
    }
    Q_UNREACHABLE();
}

QStringList nextMoments(const CronJob &job, const JobsFacts &facts)
{
    QStringList moments;
    const auto schedule = CronSchedule::parse(job.schedule, facts.cron.dialect);
    if (!schedule || !job.isActive)
        return moments;
    const CronRun *last = job.lastRun();
    const bool isInterval = schedule->kind() == CronSchedule::Kind::Interval && last && last->startedAt.isValid();
    for (const QDateTime &moment : schedule->next(isInterval ? last->startedAt : facts.now, shownMoments))
        moments << moment.toString(Qt::ISODate);
    return moments;
}

QJsonObject toJson(const CronJob &job, const QList<JobFinding> &findings, const JobsFacts &facts)
{
    const auto schedule = CronSchedule::parse(job.schedule, facts.cron.dialect);
    QJsonArray found;
    for (const JobFinding &finding : findings)
        found.append(QJsonObject{{QStringLiteral("title"), finding.title}, {QStringLiteral("cause"), finding.cause},
            {QStringLiteral("remedy"), finding.remedy}});
    return {{QStringLiteral("id"), job.id}, {QStringLiteral("name"), job.name},
        {QStringLiteral("schedule"), job.schedule},
        {QStringLiteral("words"), schedule ? QJsonValue(schedule->toWords()) : QJsonValue()},
        {QStringLiteral("command"), job.command}, {QStringLiteral("database"), job.database},
        {QStringLiteral("user"), job.user}, {QStringLiteral("active"), job.isActive},
        {QStringLiteral("health"), healthName(healthOf(job, findings))},
        {QStringLiteral("next"), QJsonArray::fromStringList(nextMoments(job, facts))},
        {QStringLiteral("findings"), found}};
}

void print(const Context &context, const CronJob &job, const QList<JobFinding> &findings, const JobsFacts &facts)
{
    const auto schedule = CronSchedule::parse(job.schedule, facts.cron.dialect);
    context.print(QStringLiteral("%1  %2: %3").arg(job.id).arg(job.title(), healthName(healthOf(job, findings))));
    context.print(QStringLiteral("  %1 (%2), in %3 as %4: %5")
                      .arg(job.schedule, schedule ? schedule->toWords() : schedule.error().message, job.database,
                          job.user, job.command.simplified()));
    if (const QStringList moments = nextMoments(job, facts); !moments.isEmpty())
        context.print(QStringLiteral("  next %1").arg(moments.join(QStringLiteral(", "))));
    for (const JobFinding &finding : findings)
        context.print(QStringLiteral("  %1. %2")
                          .arg(finding.title, (finding.cause + QLatin1Char(' ') + finding.remedy).trimmed()));
}

int list(Context &context, SyncSession &session)
{
    const auto capabilities = scanCapabilities(session);
    if (!capabilities)
        return context.fail(capabilities);
    if (!capabilities->pgCron.isAvailable())
        return context.fail(
            ServerError::usage(QStringLiteral("pg_cron: ") + capabilities->pgCron.reason, capabilities->pgCron.remedy));
    const auto answers = session.runPipeline(jobsQueries(*capabilities, JobsPart::Cron, {}));
    const auto facts = readJobs(*capabilities, JobsPart::Cron, answers, {});
    if (!facts)
        return context.fail(facts);
    if (!facts->failures.isEmpty())
        return context.fail(facts->failures.first());
    QJsonArray all;
    for (const CronJob &job : facts->jobs) {
        const QList<JobFinding> findings = findingsOf(job, *facts);
        all.append(toJson(job, findings, *facts));
        if (!context.json())
            print(context, job, findings, *facts);
    }
    if (context.json())
        context.printJson(
            {{QStringLiteral("timezone"),
                 facts->cron.hidden.contains(QStringLiteral("cron.timezone")) ? QJsonValue()
                                                                              : QJsonValue(facts->cron.timezone)},
                {QStringLiteral("jobs"), all}});
    else if (facts->jobs.isEmpty())
        context.print(QStringLiteral("There are no jobs on this server, or none that this user may see."));
    return Ok;
}

int run(Context &context)
{
    QCommandLineParser parser;
    if (const auto over = context.parse(parser))
        return *over;
    const QStringList words = parser.positionalArguments();
    if (words != QStringList{QStringLiteral("list")})
        return context.badUsage(QStringLiteral("Say list."));
    const auto session = context.openSession();
    if (!session)
        return context.fail(session);
    return list(context, **session);
}

const CommandRegistration registration({QStringLiteral("job"), {QStringLiteral("job list")},
    QStringLiteral("Shows the jobs of pg_cron: when they run next, and what is wrong with them."),
    QStringLiteral("Each job with its schedule in words, its next five runs in UTC, and what is to be said about it:\n"
                   "why its last run failed and what to do, runs that are missing, runs that take longer than their\n"
                   "interval, schedules that never come."),
    run});

} // namespace

} // namespace Shardboard::Ctl
