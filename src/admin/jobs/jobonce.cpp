// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/jobs/jobonce.h"

#include "connection/syncsession.h"

#include <thread>

namespace Shardboard {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto pause = 500ms;
/// pg_cron starts a job within a few seconds of its minute.
constexpr auto startsWithin = 150s;

const QString nameStem = u"shardboard:once:"_s;

/// What keeps pg_cron from running it; nullopt when nothing does.
std::optional<ServerError> obstacle(SyncSession &session, const CronJob &job)
{
    const Outcome<ResultSet> can = session.run(
        Query(u"SELECT r.rolsuper, pg_catalog.to_regprocedure('cron.schedule_in_database(text, text, text, text, text, "
              "boolean)') IS NOT NULL, coalesce(pg_catalog.current_setting('cron.log_run', true), 'on') "
              "FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user"_s));
    // A role without USAGE of schema cron may not even ask for its functions.
    const bool isRefused = can.isError() && can.error().sqlState == u"42501";
    if (!can && !isRefused)
        return can.isError() ? can.error() : ServerError::usage(u"cancelled"_s);
    if (can && can->rowCount() == 1 && can->boolean(0, 0) && can->boolean(0, 1) && can->text(0, 2) != u"off")
        return std::nullopt;
    return ServerError::usage(u"the job runs as role %1, not as the user of this connection"_s.arg(job.user),
        can && can->text(0, 2) == u"off"
            ? u"pg_cron could run it once, but cron.log_run is off: its outcome would not be known. Connect as %1."_s
                  .arg(job.user)
            : u"Connect as %1, or as a superuser where pg_cron is 1.4 or later: pg_cron then runs it as that role."_s
                  .arg(job.user));
}

/// A schedule that comes once a year, with the next minute that is at least ten seconds away.
Outcome<qint64> scheduleOnce(SyncSession &session, const CronJob &job)
{
    const Outcome<ResultSet> scheduled = session.run(Query(
        u"SELECT cron.schedule_in_database($1, pg_catalog.to_char((pg_catalog.clock_timestamp() + interval '70 "
        u"seconds') "
        "AT TIME ZONE coalesce(pg_catalog.current_setting('cron.timezone', true), 'GMT'), 'FMMI FMHH24 FMDD FMMM *'), "
        "$2, $3, $4)"_s,
        {(nameStem + QString::number(job.id)).toUtf8(), job.command.toUtf8(), job.database.toUtf8(),
            job.user.toUtf8()}));
    if (!scheduled)
        return scheduled.failure<qint64>();
    return scheduled->integer(0, 0);
}

/// Blocks until the run is over. An error when it failed, or did not start.
Outcome<ManualRun> waitForRun(SyncSession &session, qint64 jobId, const CronJob &job)
{
    const auto since = std::chrono::steady_clock::now();
    for (;;) {
        if (session.stopToken().stop_requested())
            return Cancelled{};
        const Outcome<ResultSet> run = session.run(Query(
            u"SELECT status, return_message, coalesce(extract(epoch FROM end_time - start_time) * 1000, 0)::bigint "
            "FROM cron.job_run_details WHERE jobid = $1 ORDER BY runid DESC LIMIT 1"_s,
            {QByteArray::number(jobId)}));
        if (!run)
            return run.failure<ManualRun>();
        const QString status = run->rowCount() == 1 ? run->text(0, 0) : QString();
        if (status == u"succeeded") {
            ManualRun made;
            made.result = run->text(0, 1);
            made.duration = std::chrono::milliseconds(run->integer(0, 2));
            return made;
        }
        if (status == u"failed") {
            ServerError error;
            error.message = run->text(0, 1).trimmed();
            error.detail = u"pg_cron ran the job as role %1."_s.arg(job.user);
            return error;
        }
        if (status.isEmpty() && std::chrono::steady_clock::now() - since > startsWithin)
            return ServerError::usage(u"pg_cron did not start the job"_s,
                u"See cron.launch_active_jobs, cron.max_running_jobs and the server's log."_s);
        std::this_thread::sleep_for(pause);
    }
}

} // namespace

Outcome<ManualRun> runJobByCron(SyncSession &session, const CronJob &job)
{
    if (const auto error = obstacle(session, job))
        return *error;
    // One that was given up earlier would run again in a year.
    if (const auto cleared
        = session.run(Query(u"SELECT cron.unschedule(jobid) FROM cron.job WHERE pg_catalog.starts_with(jobname, $1)"_s,
            {nameStem.toUtf8()}));
        !cleared)
        return cleared.failure<ManualRun>();
    const Outcome<qint64> id = scheduleOnce(session, job);
    if (!id)
        return id.failure<ManualRun>();
    const Outcome<ManualRun> run = waitForRun(session, *id, job);
    const Outcome<ResultSet> removed
        = session.run(Query(u"SELECT cron.unschedule($1::bigint)"_s, {QByteArray::number(*id)}));
    if (run && removed.isError())
        return removed.error();
    return run;
}

} // namespace Shardboard
