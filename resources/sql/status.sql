-- SPDX-License-Identifier: GPL-3.0-or-later
-- What every role may see of the rollups.

-- step: grant-status: Let every role see how far the rollups are
GRANT USAGE ON SCHEMA shardboard TO PUBLIC;

-- step: keep-view-local: Keep the view on the coordinator, where the tables it reads are
-- only: citus
SET LOCAL citus.enable_ddl_propagation = off;

-- step: create-rollup-status: Create view shardboard.rollup_status
CREATE OR REPLACE VIEW shardboard.rollup_status AS
SELECT r.name, r.source, r.target, r.strategy, r.complete_until, last_run.started_at AS last_run_at,
       shardboard.rollup_lag(r.name) AS lag_rows,
       r.is_paused,
       EXISTS (SELECT FROM pg_catalog.pg_locks AS l
                WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted
                  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
                  AND l.classid = (pg_catalog.hashtext('shardboard.rollup')::bigint & 4294967295)::oid
                  AND l.objid = r.rollup_id::oid) AS is_running,
       -- A run whose session ended before it did: only the next run corrects the log.
       CASE WHEN last_run.state = 'running' AND NOT shardboard.is_at_work('shardboard.rollup', r.rollup_id, last_run.backend_pid)
            THEN 'interrupted' ELSE last_run.state END AS last_state,
       -- An error may quote a row: it is for those who may read the rows.
       CASE WHEN pg_catalog.has_table_privilege(pg_catalog.to_regclass(r.source)::oid, 'SELECT') THEN last_run.message END AS last_message,
       last_run.finished_at - last_run.started_at AS last_duration,
       last_run.rows_read AS last_rows_read, last_run.buckets_written AS last_buckets_written,
       r.bucket, r.bucket_column,
       CASE WHEN pg_catalog.has_table_privilege(pg_catalog.to_regclass(r.target)::oid, 'SELECT') THEN r.dimensions END AS dimensions,
       CASE WHEN pg_catalog.has_table_privilege(pg_catalog.to_regclass(r.target)::oid, 'SELECT') THEN r.measures END AS measures,
       r.time_zone, r.parent
  FROM shardboard.rollup AS r
  LEFT JOIN LATERAL (SELECT * FROM shardboard.rollup_run AS u WHERE u.rollup = r.name ORDER BY run_id DESC LIMIT 1) AS last_run ON true;

-- step: grant-rollup-status: Let every role read shardboard.rollup_status
GRANT SELECT ON shardboard.rollup_status TO PUBLIC;

-- step: mark-version: Note the version of the server-side objects
COMMENT ON SCHEMA shardboard IS 'Shardboard server-side objects, version 11';
