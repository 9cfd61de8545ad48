// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/jobs/jobfindings.h"

#include <QRegularExpression>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 lookBackSeconds = 24 * 3600;
constexpr int mostMoments = 1440;
constexpr qint64 startSlackMs = 2000; ///< between the full minute and the start
constexpr qint64 dueSlackSeconds = 90; ///< younger moments may still get their run

using Weight = JobFinding::Weight;

QString secondsText(qint64 milliseconds)
{
    return u"%1 s"_s.arg(double(milliseconds) / 1000, 0, 'f', milliseconds < 10000 ? 1 : 0);
}

JobFinding connectionFailed(const CronJob &job, const CronSettings &settings)
{
    const QString where = job.host.isEmpty() ? u"the local socket"_s : u"%1:%2"_s.arg(job.host).arg(job.port);
    JobFinding finding{Weight::Error, u"pg_cron cannot connect to run it"_s,
        u"For each run pg_cron connects to %1, database %2, as user %3, without a password. The server let it in there "
        "neither by pg_hba.conf nor by a password file of its own account, or nothing answers at that address. The "
        "server's log says which."_s.arg(where, job.database, job.user),
        {}};
    if (settings.usesBackgroundWorkers)
        finding.remedy = u"cron.use_background_workers is on now, so this should be over: wait for the next run."_s;
    else
        finding.remedy = u"Best: ALTER SYSTEM SET cron.use_background_workers = on and restart the server; then no "
                         "connection is needed (max_worker_processes must leave room). Or let it in: a line \"host %1 "
                         "%2 127.0.0.1/32 trust\" in pg_hba.conf (and ::1/128), or \"local %1 %2 trust\" with UPDATE "
                         "cron.job SET nodename = '' WHERE jobid = %3, which takes the local socket."_s.arg(
                             job.database, job.user, QString::number(job.id));
    return finding;
}

struct Explanation
{
    QString pattern, cause, remedy;
};

const QList<Explanation> &explanations()
{
    static const QList<Explanation> list{
        {u"server restarted"_s, u"The server stopped while it ran; what it had not committed was taken back."_s,
            u"Nothing, unless the server stops often."_s},
        {u"job startup timeout"_s, u"No connection or process could be had for it in time."_s,
            u"See whether max_connections is used up, or max_worker_processes with cron.use_background_workers."_s},
        {u"could not start background process"_s, u"All background workers were taken."_s,
            u"Raise max_worker_processes and restart the server, or run fewer jobs at once (cron.max_running_jobs)."_s},
        {u"permission denied"_s, u"The user it runs as lacks a right that the command needs."_s,
            u"GRANT the right to that user, or let another user own the job."_s},
        {u"role \".*\" does not exist"_s, u"The user it runs as was dropped."_s,
            u"Delete the job and make it again as a user that exists."_s},
        {u"database \".*\" does not exist"_s, u"The database it runs in was dropped or renamed."_s,
            u"Delete the job, or edit its database."_s},
        {u"(relation|function|procedure|schema|table) .*does not exist"_s,
            u"What the command names is not there, or not on the search_path of the user it runs as."_s,
            u"Name things with their schema; delete the job if they are gone for good."_s},
        {u"statement timeout"_s, u"It took longer than statement_timeout allows the user it runs as."_s,
            u"ALTER ROLE … SET statement_timeout, or begin the command with SET statement_timeout = 0;."_s},
        {u"canceling statement due to lock timeout|deadlock"_s, u"Another transaction held a lock it needed."_s,
            u"It is tried again at the next run; the Cluster page shows who blocks whom."_s},
        {u"job canceled|terminating connection|canceling statement due to user request"_s,
            u"Somebody ended it, or the job was deleted while it ran."_s, u"Nothing: the next run goes on."_s},
        {u"syntax error"_s, u"The command is not valid SQL."_s, u"Edit the command and run it once by hand."_s}};
    return list;
}

void addRecord(const ScheduleRecord &record, QList<JobFinding> &findings)
{
    if (!record.missed.isEmpty())
        findings << JobFinding{Weight::Warning,
            record.missed.size() == 1 ? u"One run is missing"_s : u"%1 runs are missing"_s.arg(record.missed.size()),
            u"By its schedule it was due, and neither started nor still running, last at %1 UTC (looked at since %2 "
            "UTC). The server or pg_cron's launcher was down, the job was paused, or its schedule was another one."_s
                .arg(record.missed.last().toString(u"yyyy-MM-dd HH:mm"), record.since.toString(u"yyyy-MM-dd HH:mm")),
            u"pg_cron does not make up for missed runs. Rollups lose nothing: the next run takes all that has come "
            "since. For other commands, run it now if it matters."_s};
    if (record.overlaps > 0)
        findings << JobFinding{Weight::Warning, u"It takes longer than its interval"_s,
            u"%1 still going when the next was due, the longest for %2. pg_cron lets a job run once at a time and "
            "starts the next right after."_s.arg(record.overlaps == 1
                    ? u"One of the runs seen was"_s
                    : u"%1 of the runs seen were"_s.arg(record.overlaps),
                secondsText(record.longestMs)),
            u"Run it less often, or make what it does cheaper."_s};
}

void addScheduleFindings(const CronJob &job, const JobsFacts &facts, QList<JobFinding> &findings)
{
    const auto schedule = CronSchedule::parse(job.schedule, facts.cron.dialect);
    if (schedule.isError()) {
        findings << JobFinding{Weight::Warning, u"Its schedule is not clear"_s,
            u"\"%1\": %2."_s.arg(job.schedule, schedule.error().message), u"Edit its schedule."_s};
        return;
    }
    if (!schedule->isEverDue()) {
        findings << JobFinding{Weight::Warning, u"It never runs"_s,
            u"No day is as \"%1\" wants it."_s.arg(job.schedule)
                + (job.schedule.contains(u"ly") ? u" pg_cron takes this word but never runs it."_s : QString()),
            u"Edit its schedule."_s};
        return;
    }
    if (facts.cron.hidden.contains(u"cron.timezone"_s)) {
        findings << JobFinding{Weight::Note, u"The time zone of its schedule is unknown"_s,
            u"This role may not read cron.timezone. Next runs are shown as in GMT, and missed runs are not looked for."_s,
            u"A superuser can GRANT pg_read_all_settings to the role."_s};
        return;
    }
    if (job.isActive)
        addRecord(holdAgainstSchedule(*schedule, job.runs, facts.now), findings);
}

} // namespace

ScheduleRecord holdAgainstSchedule(const CronSchedule &schedule, const QList<CronRun> &runs, const QDateTime &now)
{
    ScheduleRecord record;
    QList<CronRun> timed;
    std::ranges::copy_if(runs, std::back_inserter(timed), [](const CronRun &run) { return run.startedAt.isValid(); });
    if (timed.isEmpty() || schedule.kind() != CronSchedule::Kind::Fields)
        return record;
    std::ranges::sort(timed, {}, &CronRun::startedAt);
    record.since = std::max(timed.first().startedAt, now.addSecs(-lookBackSeconds));
    // One moment more than is judged: how long each may wait for its start ends where the next begins.
    const QList<QDateTime> due = schedule.between(record.since, now, mostMoments);
    const auto isAt = [&](const QDateTime &moment, const QDateTime &next) {
        return std::ranges::any_of(timed, [&](const CronRun &run) {
            const bool starts = run.startedAt >= moment.addMSecs(-startSlackMs) && run.startedAt < next;
            const QDateTime end = run.finishedAt.isValid() ? run.finishedAt : run.isOver() ? run.startedAt : now;
            return starts || (run.startedAt < moment && end > moment);
        });
    };
    for (qsizetype i = 0; i < due.size(); ++i) {
        const QDateTime next = i + 1 < due.size() ? due.at(i + 1) : now;
        if (due.at(i).secsTo(now) >= dueSlackSeconds && !isAt(due.at(i), next))
            record.missed << due.at(i);
    }
    // A run without times failed to start; it was due once all the same.
    const qsizetype untimed = std::ranges::count_if(runs, [](const CronRun &run) { return !run.startedAt.isValid(); });
    record.missed = record.missed.mid(std::min(untimed, record.missed.size()));
    for (const CronRun &run : std::as_const(timed)) {
        const QList<QDateTime> next = schedule.next(run.startedAt.addMSecs(startSlackMs), 1);
        const QDateTime end = run.isOver() ? run.finishedAt : now;
        if (next.isEmpty() || !end.isValid() || end <= next.first())
            continue;
        ++record.overlaps;
        record.longestMs = std::max(record.longestMs, run.startedAt.msecsTo(end));
    }
    return record;
}

JobFinding explainFailure(const CronRun &run, const CronJob &job, const CronSettings &settings)
{
    if (run.message.contains(u"connection failed", Qt::CaseInsensitive))
        return connectionFailed(job, settings);
    const QString message = run.message.simplified();
    for (const Explanation &known : explanations()) {
        if (QRegularExpression(known.pattern, QRegularExpression::CaseInsensitiveOption).match(message).hasMatch())
            return {Weight::Error, message, known.cause, known.remedy};
    }
    return {Weight::Error, message.isEmpty() ? u"It failed without saying why"_s : message,
        u"The command failed; what it had not committed was taken back."_s,
        u"Run it now to see the error with its place in the command."_s};
}

QList<JobFinding> findingsOf(const CronJob &job, const JobsFacts &facts)
{
    QList<JobFinding> findings;
    const CronRun *last = job.lastRun();
    if (last && last->hasFailed())
        findings << explainFailure(*last, job, facts.cron);
    addScheduleFindings(job, facts, findings);
    const auto isTwin = [&](const CronJob &other) {
        return other.id != job.id && other.isActive && other.database == job.database
            && other.command.simplified() == job.command.simplified();
    };
    if (const auto twin = std::ranges::find_if(facts.jobs, isTwin); job.isActive && twin != facts.jobs.end())
        findings << JobFinding{Weight::Warning, u"Another job does the same"_s,
            u"\"%1\" runs the same command in the same database."_s.arg(twin->title()), u"Delete one of the two."_s};
    if (!facts.cron.launchesJobs)
        findings << JobFinding{Weight::Warning, u"pg_cron starts no jobs"_s, u"cron.launch_active_jobs is off."_s,
            u"ALTER SYSTEM SET cron.launch_active_jobs = on and SELECT pg_reload_conf()."_s};
    if (!job.isActive)
        findings << JobFinding{Weight::Note, u"It is paused"_s, u"pg_cron leaves it out until it is resumed."_s, {}};
    if (!facts.cron.logsRuns)
        findings << JobFinding{Weight::Note, u"Its runs are not noted"_s, u"cron.log_run is off."_s,
            u"ALTER SYSTEM SET cron.log_run = on and restart the server."_s};
    std::ranges::stable_sort(findings, {}, &JobFinding::weight);
    return findings;
}

JobHealth healthOf(const CronJob &job, const QList<JobFinding> &findings)
{
    const auto has = [&](Weight weight) { return std::ranges::count(findings, weight, &JobFinding::weight) > 0; };
    if (!job.isActive)
        return JobHealth::Paused;
    if (has(Weight::Error))
        return JobHealth::Failing;
    if (has(Weight::Warning))
        return JobHealth::Late;
    if (!job.lastRun())
        return JobHealth::New;
    return job.lastRun()->isOver() ? JobHealth::Fine : JobHealth::Running;
}

} // namespace Shardboard
