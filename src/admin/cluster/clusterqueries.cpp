// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/clusterqueries.h"

#include "admin/catalogue/distributedschemas.h"

#include "admin/catalogue/unlockedsize.h"

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

// What a node says of itself, as one JSON object. %1: of its disk, %2: of citus.
QString nodeTellsSql()
{
    return uR"(
SELECT json_build_object(
  'version', current_setting('server_version'),
  'disk', %1,
  'citus', %2,
  'connections', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
  'maxConnections', current_setting('max_connections')::int,
  'startedAt', to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'walLevel', current_setting('wal_level'),
  'outputPlugins', current_setting('output_plugin_libraries', true)))"_s;
}

Query nodesQuery(bool hasCitus)
{
    if (!hasCitus)
        return Query(uR"(
SELECT 0, 0, host(inet_server_addr()), coalesce(inet_server_port(), current_setting('port')::int), true, true, true, true,
       true, 0, NULL, (%1)::text)"_s.arg(nodeTellsSql().arg(u"NULL::json"_s, u"NULL::text"_s)));
    const QString command = nodeTellsSql().arg(u"(SELECT row_to_json(d) FROM citus_local_disk_space_stats() d)"_s,
        u"(SELECT extversion FROM pg_extension WHERE extname = 'citus')"_s);
    // The coordinator may be missing in pg_dist_node and answers all the same, as node 0.
    return Query(uR"(
SELECT coalesce(n.nodeid, 0), coalesce(n.groupid, 0), n.nodename, n.nodeport, n.nodeid IS NOT NULL,
       coalesce(n.noderole = 'primary', true), coalesce(n.isactive, true), coalesce(n.shouldhaveshards, false),
       coalesce(n.metadatasynced OR n.groupid = 0, true), coalesce(p.placements, 0),
       CASE WHEN NOT r.success THEN r.result END, CASE WHEN r.success THEN r.result END
  FROM pg_dist_node n
  FULL JOIN run_command_on_all_nodes($1) r ON r.nodeid = n.nodeid
  LEFT JOIN (SELECT groupid, count(*) AS placements FROM pg_dist_placement WHERE shardstate = 1 GROUP BY 1) p
    ON p.groupid = coalesce(n.groupid, 0)
 ORDER BY coalesce(n.groupid, 0), 1)"_s,
        {command.toUtf8()});
}

Query healthQuery()
{
    return Query(uR"(
SELECT f.nodeid, t.nodeid, h.result
  FROM citus_check_cluster_node_health() h
  JOIN pg_dist_node f ON f.nodename = h.from_nodename AND f.nodeport = h.from_nodeport
  JOIN pg_dist_node t ON t.nodename = h.to_nodename AND t.nodeport = h.to_nodeport)"_s);
}

// Tables of extensions are somebody else's. A table without replica identity cannot be moved while it is written to.
Query shardTablesQuery()
{
    return Query(uR"(
SELECT p.logicalrelid::oid, coalesce(pg_partition_root(p.logicalrelid), p.logicalrelid)::oid, n.nspname,
       c.relname, p.partmethod, p.repmodel, p.colocationid, s.schemaid IS NOT NULL,
       c.relkind <> 'p' AND c.relreplident <> 'f' AND NOT EXISTS (
         SELECT FROM pg_index i WHERE i.indrelid = c.oid AND CASE c.relreplident
           WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END)
  FROM pg_dist_partition p
  JOIN pg_class c ON c.oid = p.logicalrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_dist_schema s ON s.colocationid = p.colocationid
 WHERE NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))"_s.replace(
        u"pg_dist_schema"_s, distributedSchemasSql()));
}

Query shardPlacementsQuery()
{
    return Query(uR"(
SELECT s.shardid, s.logicalrelid::oid, coalesce(n.nodeid, 0), s.shardminvalue, s.shardmaxvalue
  FROM pg_dist_shard s
  JOIN pg_dist_placement p ON p.shardid = s.shardid AND p.shardstate = 1
  LEFT JOIN pg_dist_node n ON n.groupid = p.groupid AND n.noderole = 'primary')"_s);
}

// Runs on each node: "102008 8192,102009 16384,…". One text a node, for there may be a hundred thousand of them.
Query shardSizesQuery()
{
    return Query(uR"(
SELECT r.nodeid, CASE WHEN NOT r.success THEN r.result END, CASE WHEN r.success THEN r.result END
  FROM run_command_on_all_nodes($1) r)"_s,
        {uR"(
WITH %1
SELECT coalesce(string_agg(s.shardid || ' ' || %2, ','), '')
  FROM pg_dist_local_group g
  JOIN pg_dist_placement p ON p.groupid = g.groupid
  JOIN pg_dist_shard s ON s.shardid = p.shardid
  JOIN pg_class c ON c.oid = to_regclass(shard_name(s.logicalrelid, s.shardid, false)))"_s
                .arg(busyTablesSql(), u'(' + unlockedSizeSql(u"c.oid"_s) + u')')
                .toUtf8()});
}

Query tenantsQuery()
{
    return Query(uR"(
SELECT r.nodeid, CASE WHEN NOT r.success THEN r.result END, CASE WHEN r.success THEN r.result END
  FROM run_command_on_all_nodes($1) r)"_s,
        {QByteArrayLiteral(R"(
SELECT json_build_object('track', current_setting('citus.stat_tenants_track'),
                         'period', current_setting('citus.stat_tenants_period')::int,
                         'tenants', (SELECT json_agg(t) FROM citus_stat_tenants_local(false) t)))")});
}

// %1: global pid, %2: whether it works for another node, %3: a join. Ages are told by the node's own clock. What reads
// this is left out, on every node.
QString sessionsSql()
{
    return uR"(
SELECT json_build_object(
  'idle', count(*) FILTER (WHERE a.state = 'idle' AND NOT %2),
  'sessions', json_agg(json_build_object(
    'pid', a.pid, 'gpid', %1, 'worker', %2, 'user', a.usename, 'application', a.application_name,
    'client', host(a.client_addr), 'state', a.state, 'wait', a.wait_event_type || ': ' || a.wait_event,
    'lock', (SELECT l.mode || ' on ' || coalesce(l.relation::regclass::text, l.locktype)
               FROM pg_locks l WHERE l.pid = a.pid AND NOT l.granted LIMIT 1),
    'queryMs', (extract(epoch FROM clock_timestamp() - a.query_start) * 1000)::bigint,
    'transactionMs', (extract(epoch FROM clock_timestamp() - a.xact_start) * 1000)::bigint,
    'query', left(a.query, 2000))) FILTER (WHERE a.state <> 'idle'))
  FROM pg_stat_activity a %3
 WHERE a.datname = current_database() AND a.state IS NOT NULL AND a.backend_type <> 'parallel worker'
   AND a.pid <> pg_backend_pid())"_s;
}

Query sessionsQuery(bool hasCitus)
{
    if (!hasCitus)
        return Query(u"SELECT 0, NULL, (%1)::text, 0"_s.arg(sessionsSql().arg(u"a.pid"_s, u"false"_s, QString())));
    const QString command = sessionsSql().arg(u"t.global_pid"_s, u"coalesce(t.worker_query, false)"_s,
        u"LEFT JOIN get_all_active_transactions() t ON t.process_id = a.pid"_s);
    return Query(uR"(
SELECT r.nodeid, CASE WHEN NOT r.success THEN r.result END, CASE WHEN r.success THEN r.result END, citus_backend_gpid()
  FROM run_command_on_all_nodes($1) r)"_s,
        {command.toUtf8()});
}

Query waitsQuery(bool hasCitus)
{
    if (hasCitus)
        return Query(u"SELECT DISTINCT waiting_gpid, blocking_gpid FROM citus_lock_waits"_s);
    return Query(uR"(
SELECT a.pid, b.pid FROM pg_stat_activity a CROSS JOIN unnest(pg_blocking_pids(a.pid)) AS b(pid)
 WHERE a.wait_event_type = 'Lock')"_s);
}

QString timestamp(const QString &column)
{
    return uR"(to_char(%1 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))"_s.arg(column);
}

Query jobsQuery()
{
    return Query(uR"(
SELECT j.job_id, j.state, j.job_type, j.description, %1, %2,
       count(t.*) FILTER (WHERE t.status = 'done'), count(t.*)
  FROM (SELECT * FROM pg_dist_background_job ORDER BY job_id DESC LIMIT 50) j
  LEFT JOIN pg_dist_background_task t USING (job_id)
 GROUP BY j.job_id, j.state, j.job_type, j.description, j.started_at, j.finished_at
 ORDER BY j.job_id DESC)"_s.arg(timestamp(u"j.started_at"_s), timestamp(u"j.finished_at"_s)));
}

Query tasksQuery()
{
    return Query(uR"(
SELECT t.job_id, t.task_id, t.status, t.command, coalesce(t.retry_count, 0), %1, t.message, t.pid
  FROM pg_dist_background_task t
 WHERE t.job_id = (SELECT max(job_id) FROM pg_dist_background_job WHERE job_type = 'rebalance')
 ORDER BY t.task_id)"_s.arg(timestamp(u"t.not_before"_s)));
}

// One move carries all colocated shards: their sizes are added up. The session is the pid of the task.
Query movesQuery()
{
    return Query(uR"(
SELECT sessionid, max(status), sum(source_shard_size), sum(target_shard_size) FROM get_rebalance_progress() GROUP BY 1)"_s);
}

} // namespace

ClusterPart partOf(ClusterQuery query)
{
    switch (query) {
    case ClusterQuery::Nodes:
        return ClusterPart::Nodes;
    case ClusterQuery::Health:
        return ClusterPart::Health;
    case ClusterQuery::ShardTables:
    case ClusterQuery::ShardPlacements:
    case ClusterQuery::ShardSizes:
        return ClusterPart::Shards;
    case ClusterQuery::Tenants:
        return ClusterPart::Tenants;
    case ClusterQuery::Sessions:
    case ClusterQuery::Waits:
        return ClusterPart::Activity;
    case ClusterQuery::Jobs:
    case ClusterQuery::Tasks:
    case ClusterQuery::Moves:
        return ClusterPart::Jobs;
    }
    Q_UNREACHABLE();
}

QList<ClusterQuery> queriesOf(ClusterParts parts)
{
    QList<ClusterQuery> queries;
    for (const ClusterQuery query : {ClusterQuery::Nodes, ClusterQuery::Jobs, ClusterQuery::Tasks, ClusterQuery::Moves,
             ClusterQuery::Sessions, ClusterQuery::Waits, ClusterQuery::Tenants, ClusterQuery::Health,
             ClusterQuery::ShardTables, ClusterQuery::ShardPlacements, ClusterQuery::ShardSizes}) {
        if (parts.testFlag(partOf(query)))
            queries << query;
    }
    return queries;
}

Query clusterQuery(ClusterQuery query, bool hasCitus)
{
    switch (query) {
    case ClusterQuery::Nodes:
        return nodesQuery(hasCitus);
    case ClusterQuery::Health:
        return healthQuery();
    case ClusterQuery::ShardTables:
        return shardTablesQuery();
    case ClusterQuery::ShardPlacements:
        return shardPlacementsQuery();
    case ClusterQuery::ShardSizes:
        return shardSizesQuery();
    case ClusterQuery::Tenants:
        return tenantsQuery();
    case ClusterQuery::Sessions:
        return sessionsQuery(hasCitus);
    case ClusterQuery::Waits:
        return waitsQuery(hasCitus);
    case ClusterQuery::Jobs:
        return jobsQuery();
    case ClusterQuery::Tasks:
        return tasksQuery();
    case ClusterQuery::Moves:
        return movesQuery();
    }
    Q_UNREACHABLE();
}

QList<Query> clusterQueries(const ServerCapabilities &capabilities, ClusterParts parts)
{
    QList<Query> queries;
    for (const ClusterQuery query : queriesOf(parts & availableParts(capabilities)))
        queries << clusterQuery(query, knowsCluster(capabilities));
    return queries;
}

} // namespace Shardboard
