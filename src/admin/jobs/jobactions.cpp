// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/jobs/jobactions.h"

#include "admin/jobs/jobonce.h"
#include "admin/registrysteps.h"
#include "connection/syncsession.h"
#include "connection/values/sqlquote.h"

#include <QElapsedTimer>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

const QString pruningName = u"shardboard:prune-job-history"_s;

QString pruneSql(int days)
{
    return u"DELETE FROM cron.job_run_details WHERE coalesce(end_time, start_time) < now() - interval '%1 days'"_s.arg(
        days);
}

/// As the blueprints name their jobs: the schema only where it is not public.
QString nameInJob(const QString &table)
{
    const QualifiedName name = parseQualifiedName(table);
    return name.schema == u"public"_s ? name.name : name.display();
}

} // namespace

Query pauseJobQuery(qint64 jobId, bool isPaused)
{
    return Query(u"SELECT cron.alter_job(job_id := $1, active := $2)"_s,
        {QByteArray::number(jobId), QByteArray(isPaused ? "false" : "true")});
}

Query changeJobQuery(qint64 jobId, const QString &schedule, const QString &command)
{
    return Query(u"SELECT cron.alter_job(job_id := $1, schedule := $2, command := $3)"_s,
        {QByteArray::number(jobId), schedule.toUtf8(), command.toUtf8()});
}

Query scheduleJobQuery(const QString &name, const QString &schedule, const QString &command)
{
    return Query(u"SELECT cron.schedule($1, $2, $3)"_s, {name.toUtf8(), schedule.toUtf8(), command.toUtf8()});
}

Query deleteJobQuery(qint64 jobId)
{
    return Query(u"SELECT cron.unschedule($1::bigint)"_s, {QByteArray::number(jobId)});
}

Query pruneHistoryQuery(int days)
{
    return Query(pruneSql(days));
}

Query schedulePruningQuery(int days)
{
    return scheduleJobQuery(pruningName, u"17 3 * * *"_s, pruneSql(days));
}

const CronJob *pruningJob(const JobsFacts &facts)
{
    const auto prunes = [](const CronJob &job) {
        return job.isActive && job.command.contains(u"cron.job_run_details"_s)
            && job.command.contains(u"delete"_s, Qt::CaseInsensitive);
    };
    const auto job = std::ranges::find_if(facts.jobs, prunes);
    return job == facts.jobs.end() ? nullptr : &*job;
}

Query pauseRollupQuery(const QString &rollup, bool isPaused)
{
    return Query(u"UPDATE shardboard.rollup SET is_paused = $2 WHERE name = $1"_s,
        {rollup.toUtf8(), QByteArray(isPaused ? "true" : "false")});
}

Query rollupScheduleQuery(const RollupReport &rollup, const QString &schedule)
{
    if (rollup.jobId)
        return Query(u"SELECT cron.alter_job(job_id := $1, schedule := $2, active := true)"_s,
            {QByteArray::number(rollup.jobId), schedule.toUtf8()});
    return Query(u"SELECT shardboard.schedule_run($1, $2, $3, $4)"_s,
        {rollup.target.toUtf8(), RegistrySteps::rollupJob(rollup.name).toUtf8(), schedule.toUtf8(),
            u"CALL shardboard.run_rollup(%1)"_s.arg(quoteLiteral(rollup.name)).toUtf8()});
}

QList<Query> keepRowsQueries(const KeptRows &rows, bool hasCron)
{
    const QByteArray table = rows.table.toUtf8();
    const auto keep = rows.keep.isEmpty() ? std::nullopt : std::optional(rows.keep.toUtf8());
    QList<Query> queries{Query(u"INSERT INTO shardboard.retention (table_name, time_column, keep) VALUES ($1, $2, $3) "
                               "ON CONFLICT (table_name) DO UPDATE SET keep = excluded.keep"_s,
        {table, rows.timeColumn.toUtf8(), keep})};
    const QString command = u"CALL shardboard.run_retention(%1)"_s.arg(quoteLiteral(rows.table));
    if (hasCron && keep)
        queries << Query(u"SELECT shardboard.schedule_run($4, $1, '*/10 * * * *', $2) WHERE NOT EXISTS (SELECT FROM "
                         "cron.job WHERE command = $2 OR command = $3)"_s,
            {RegistrySteps::retentionJob(nameInJob(rows.table)).toUtf8(), command.toUtf8(),
                u"CALL shardboard.maintain_partitions(%1)"_s.arg(quoteLiteral(rows.table)).toUtf8(), table});
    return queries;
}

Outcome<ManualRun> runJobCommand(SyncSession &session, const CronJob &job)
{
    const Outcome<ResultSet> who
        = session.run(Query(u"SELECT current_user, session_user, pg_catalog.current_database()"_s));
    if (!who)
        return who.failure<ManualRun>();
    const bool isOwn = who->text(0, 0) == job.user && who->text(0, 1) == job.user;
    if (!isOwn)
        return runJobByCron(session, job);
    if (who->text(0, 2) != job.database)
        return ServerError::usage(
            u"the job runs in database %1, and this connection is to %2"_s.arg(job.database, who->text(0, 2)),
            u"Connect to %1 to run it."_s.arg(job.database));
    ManualRun run;
    session.onNotice([&](const ServerNotice &notice) { run.notices << notice.message; });
    QElapsedTimer timer;
    timer.start();
    const Outcome<ResultSet> ran = session.run(Query(job.command));
    session.onNotice({});
    if (!ran)
        return ran.failure<ManualRun>();
    run.duration = std::chrono::milliseconds(timer.elapsed());
    run.result = ran->commandTag;
    return run;
}

} // namespace Shardboard
