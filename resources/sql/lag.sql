-- SPDX-License-Identifier: GPL-3.0-or-later
-- How many rows wait for a rollup.

-- step: create-rollup-lag: Create function shardboard.rollup_lag
-- Rows waiting: ids handed out and not rolled up yet, or rows of buckets that are to be done, at most a million by time. NULL
-- when a node cannot be asked.
-- Stable, so that a reader of the view who does not want the lag does not ask every node for it.
CREATE OR REPLACE FUNCTION shardboard.rollup_lag(rollup_name text) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
#variable_conflict error
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
