-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the app shows.

-- step: create-rollup-lag: Create function shardboard.rollup_lag
-- Ids handed out and not rolled up yet: rows waiting, at most. NULL when a node cannot be asked.
-- Stable, so that a reader of the view who does not want the lag does not ask every node for it.
CREATE OR REPLACE FUNCTION shardboard.rollup_lag(rollup_name text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
    state jsonb;
BEGIN
    SELECT coalesce(jsonb_object_agg(s.group_id::text, s.last_id), '{}') INTO state
      FROM shardboard.rollup_state AS s WHERE s.rollup = rollup_name;
    RETURN (SELECT coalesce(sum(p.last_value - coalesce((state ->> p.group_id::text)::bigint, p.group_id::bigint << 48)), 0)
              FROM shardboard.rollup AS r, LATERAL shardboard.sequence_positions(r.id_sequence) AS p
             WHERE r.name = rollup_name);
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END
$$;

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
       last_run.state AS last_state, last_run.message AS last_message,
       last_run.finished_at - last_run.started_at AS last_duration,
       last_run.rows_read AS last_rows_read, last_run.buckets_written AS last_buckets_written,
       r.bucket, r.bucket_column, r.dimensions, r.measures
  FROM shardboard.rollup AS r
  LEFT JOIN LATERAL (SELECT * FROM shardboard.rollup_run AS u WHERE u.rollup = r.name ORDER BY run_id DESC LIMIT 1) AS last_run ON true;

-- step: grant-rollup-status: Let every role read shardboard.rollup_status
GRANT SELECT ON shardboard.rollup_status TO PUBLIC;

-- step: mark-version: Note the version of the server-side objects
COMMENT ON SCHEMA shardboard IS 'Shardboard server-side objects, version 2';
