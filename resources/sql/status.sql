-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the app shows.

-- step: create-rollup-lag: Create function shardboard.rollup_lag
-- Rows waiting: ids handed out and not rolled up yet, or rows of buckets that are to be done, at most a million by time. NULL
-- when a node cannot be asked.
-- Stable, so that a reader of the view who does not want the lag does not ask every node for it.
CREATE OR REPLACE FUNCTION shardboard.rollup_lag(rollup_name text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
    job shardboard.rollup;
    state jsonb;
    done timestamptz;
    waiting bigint;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    IF job.strategy = 'sequence' THEN
        SELECT coalesce(jsonb_object_agg(s.group_id::text, s.last_id), '{}') INTO state
          FROM shardboard.rollup_state AS s WHERE s.rollup = rollup_name;
        RETURN (SELECT coalesce(sum(p.last_value - coalesce((state ->> p.group_id::text)::bigint, p.group_id::bigint << 48)), 0)
                  FROM shardboard.sequence_positions(job.id_sequence) AS p);
    END IF;
    SELECT s.done_until INTO done FROM shardboard.rollup_state AS s WHERE s.rollup = rollup_name;
    IF job.strategy = 'time' THEN
        EXECUTE format('SELECT count(*) FROM (SELECT FROM %s WHERE %I >= %L LIMIT 1000000) AS r', job.source, job.time_column,
                       coalesce(done, '-infinity')) INTO waiting;
    ELSIF done IS NULL THEN
        EXECUTE format('SELECT count(*) FROM (SELECT FROM %s LIMIT 1000000) AS r', job.source) INTO waiting;
    ELSE
        EXECUTE format('SELECT count(*) FROM %s WHERE %s', job.source, shardboard.time_condition(job.time_column,
            (SELECT array_agg(DISTINCT c.bucket) FROM shardboard.rollup_change AS c WHERE c.rollup = rollup_name),
            job.bucket, job.time_zone)) INTO waiting;
    END IF;
    RETURN waiting;
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
       r.bucket, r.bucket_column, r.dimensions, r.measures, r.time_zone, r.parent
  FROM shardboard.rollup AS r
  LEFT JOIN LATERAL (SELECT * FROM shardboard.rollup_run AS u WHERE u.rollup = r.name ORDER BY run_id DESC LIMIT 1) AS last_run ON true;

-- step: grant-rollup-status: Let every role read shardboard.rollup_status
GRANT SELECT ON shardboard.rollup_status TO PUBLIC;

-- step: mark-version: Note the version of the server-side objects
COMMENT ON SCHEMA shardboard IS 'Shardboard server-side objects, version 10';
