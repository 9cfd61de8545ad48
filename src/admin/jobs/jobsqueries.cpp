// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/jobs/jobsqueries.h"

#include "admin/catalogue/nodefigures.h"

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

constexpr int runsShown = 60;
/// job_run_details has no index but its key: only so many of the latest runs are looked through.
constexpr int runsLookedThrough = 20000;

// Times as milliseconds since the epoch, whatever the session's DateStyle.
QString epoch(const QString &expression)
{
    return u"(extract(epoch FROM %1) * 1000)::bigint"_s.arg(expression);
}

Query rollupsQuery()
{
    return Query(uR"(
SELECT name, source, target, strategy, coalesce(parent, ''), bucket_column, time_zone,
       extract(epoch FROM bucket)::bigint, (extract(year FROM bucket) * 12 + extract(month FROM bucket))::int,
       %1, lag_rows, is_paused, is_running, last_state, left(last_message, 2000), %2
  FROM shardboard.rollup_status ORDER BY name)"_s.arg(epoch(u"complete_until"_s), epoch(u"last_run_at"_s)));
}

Query rollupRunsQuery()
{
    return Query(uR"(
SELECT r.name, u.run_id, %1, %2, u.state, u.rows_read, u.buckets_written, %3, left(u.message, 2000)
  FROM shardboard.rollup r
 CROSS JOIN LATERAL (SELECT * FROM shardboard.rollup_run u WHERE u.rollup = r.name ORDER BY u.run_id DESC LIMIT %4) u
 ORDER BY r.name, u.run_id DESC)"_s.arg(
        epoch(u"u.started_at"_s), epoch(u"u.finished_at"_s), epoch(u"u.waited"_s), QString::number(runsShown)));
}

Query keptQuery()
{
    return Query(uR"(
SELECT table_name, time_column, keep, %1, %2, last_deleted, left(last_error, 2000),
       EXISTS (SELECT FROM pg_partitioned_table p
                 JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
                WHERE p.partrelid = to_regclass(r.table_name) AND p.partstrat = 'r' AND p.partnatts = 1
                  AND a.attname = r.time_column),
       coalesce((to_jsonb(r) ->> 'drops_wide')::boolean, false)
  FROM shardboard.retention r ORDER BY table_name)"_s.arg(
        epoch(u"nullif(to_jsonb(r) ->> 'deleted_before', '-infinity')::timestamptz"_s), epoch(u"last_run_at"_s)));
}

// Up to version 10 of the server-side objects it was a column of shardboard.retention.
Query expiredQuery()
{
    return Query(u"SELECT table_name, %1 FROM shardboard.expired WHERE isfinite(deleted_before)"_s.arg(
        epoch(u"deleted_before"_s)));
}

// The same columns as nodeFiguresQuery(). A partitioned table holds nothing itself: its leaves are counted with it.
Query plainSizesQuery()
{
    return Query(uR"(
SELECT 0, NULL, n.nspname, c.relname, sum(pg_total_relation_size(leaf.oid))::bigint,
       coalesce(sum(leaf.reltuples) FILTER (WHERE leaf.reltuples >= 0), -1)::bigint
  FROM (SELECT source AS name FROM shardboard.rollup_status UNION SELECT target FROM shardboard.rollup_status) t
  JOIN pg_class c ON c.oid = to_regclass(t.name)
  JOIN pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf UNION SELECT c.oid) part
  JOIN pg_class leaf ON leaf.oid = part.relid
 GROUP BY 3, 4)"_s);
}

Query jobRunsQuery()
{
    return Query(uR"(
SELECT jobid, runid, status, left(return_message, 2000), %1, %2
  FROM (SELECT *, row_number() OVER (PARTITION BY jobid ORDER BY runid DESC) AS age FROM cron.job_run_details
         WHERE runid > (SELECT max(runid) FROM cron.job_run_details) - %3) d
 WHERE age <= %4 AND jobid IN (SELECT jobid FROM cron.job)
 ORDER BY jobid, runid DESC)"_s.arg(
        epoch(u"start_time"_s), epoch(u"end_time"_s), QString::number(runsLookedThrough), QString::number(runsShown)));
}

Query settingsQuery()
{
    // pg_settings leaves out what the role may not read, where current_setting() fails and takes the clock along.
    return Query(uR"(
SELECT %1, s.found ->> 'cron.timezone', s.found ->> 'cron.host', s.found ->> 'cron.use_background_workers',
       s.found ->> 'cron.log_run', s.found ->> 'cron.launch_active_jobs', s.found ->> 'cron.match_dom_and_dow',
       pg_has_role(current_user, 'pg_read_all_settings', 'USAGE'),
       (SELECT extversion FROM pg_extension WHERE extname = 'pg_cron')
  FROM (SELECT json_object_agg(name, setting) AS found FROM pg_settings WHERE name LIKE 'cron.%') s)"_s.replace(
        u"%1"_s, epoch(u"clock_timestamp()"_s)));
}

Query historyQuery()
{
    return Query(u"SELECT pg_total_relation_size('cron.job_run_details'), "
                 "(SELECT %1 FROM cron.job_run_details WHERE start_time IS NOT NULL ORDER BY runid LIMIT 1)"_s.arg(
                     epoch(u"start_time"_s)));
}

} // namespace

JobsParts availableParts(const ServerCapabilities &capabilities, const JobsFacts &before)
{
    JobsParts parts = JobsPart::Rollups;
    if (before.hasRegistry.value_or(true))
        parts |= JobsPart::Sizes;
    if (capabilities.pgCron.isAvailable())
        parts |= JobsPart::Cron;
    return parts;
}

QList<JobsQuery> jobsQueriesOf(const ServerCapabilities &capabilities, JobsParts parts, const JobsFacts &before)
{
    const JobsParts asked = parts & availableParts(capabilities, before);
    QList<JobsQuery> queries;
    // Where nothing is set up, the server's log is spared an error at each refresh.
    if (asked.testFlag(JobsPart::Rollups))
        queries << JobsQuery::Registry;
    if (asked.testFlag(JobsPart::Rollups) && before.hasRegistry.value_or(true))
        queries << JobsQuery::Rollups << JobsQuery::RollupRuns << JobsQuery::Kept << JobsQuery::Expired
                << JobsQuery::RetentionRuns;
    if (asked.testFlag(JobsPart::Sizes))
        queries << JobsQuery::Sizes;
    if (asked.testFlag(JobsPart::Cron))
        queries << JobsQuery::Jobs << JobsQuery::JobRuns << JobsQuery::CronSettings << JobsQuery::History;
    return queries;
}

Query jobsQuery(JobsQuery query, bool hasCitus)
{
    switch (query) {
    case JobsQuery::Registry:
        return Query(
            u"SELECT to_regclass('shardboard.rollup_status') IS NOT NULL, %1"_s.arg(epoch(u"clock_timestamp()"_s)));
    case JobsQuery::Rollups:
        return rollupsQuery();
    case JobsQuery::RollupRuns:
        return rollupRunsQuery();
    case JobsQuery::Kept:
        return keptQuery();
    case JobsQuery::Expired:
        return expiredQuery();
    case JobsQuery::RetentionRuns:
        return retentionRunsQuery(runsShown);
    case JobsQuery::Sizes:
        return hasCitus ? nodeFiguresQuery() : plainSizesQuery();
    case JobsQuery::Jobs:
        return Query(u"SELECT jobid, jobname, schedule, command, database, username, nodename, nodeport, active "
                     "FROM cron.job ORDER BY jobid"_s);
    case JobsQuery::JobRuns:
        return jobRunsQuery();
    case JobsQuery::CronSettings:
        return settingsQuery();
    case JobsQuery::History:
        return historyQuery();
    }
    Q_UNREACHABLE();
}

QList<Query> jobsQueries(const ServerCapabilities &capabilities, JobsParts parts, const JobsFacts &before)
{
    QList<Query> queries;
    for (const JobsQuery query : jobsQueriesOf(capabilities, parts, before))
        queries << jobsQuery(query, capabilities.hasCitus());
    return queries;
}

} // namespace Shardboard
