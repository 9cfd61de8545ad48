-- SPDX-License-Identifier: GPL-3.0-or-later
-- One transaction of a run by sequence, and what every transaction of a run does.

-- step: create-next-batch: Create function shardboard.next_batch
-- Splits settled ranges into those of the next transaction, at most batch_ids ids, and what is left for later.
CREATE OR REPLACE FUNCTION shardboard.next_batch(ranges jsonb, batch_ids bigint, OUT batch jsonb, OUT rest jsonb)
LANGUAGE plpgsql IMMUTABLE AS $$
#variable_conflict error
DECLARE
    range jsonb;
    budget bigint := batch_ids;
    first bigint;
    last bigint;
    taken bigint;
BEGIN
    batch := '[]';
    rest := '[]';
    FOR range IN SELECT * FROM jsonb_array_elements(ranges) LOOP
        first := (range ->> 'first')::bigint;
        last := (range ->> 'last')::bigint;
        taken := least(last - first, budget);
        budget := budget - taken;
        IF taken > 0 OR first = last THEN
            batch := batch || (range || jsonb_build_object('last', first + taken));
        END IF;
        IF first + taken < last THEN
            rest := rest || (range || jsonb_build_object('first', first + taken));
        END IF;
    END LOOP;
END
$$;

-- step: create-id-condition: Create function shardboard.id_condition
CREATE OR REPLACE FUNCTION shardboard.id_condition(id_column text, ranges jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT '(' || coalesce(string_agg(format('%1$I > %2$s AND %1$I <= %3$s', id_column, (r ->> 'first')::bigint,
                                             (r ->> 'last')::bigint), ' OR '), 'false') || ')'
      FROM jsonb_array_elements(ranges) AS r
$$;

-- step: create-skip-gap: Create function shardboard.skip_gap
-- Moves the start of each range to just before its first row: sequences jump, a node that left had a range of 2^48 ids.
CREATE OR REPLACE FUNCTION shardboard.skip_gap(source text, id_column text, ranges jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    range jsonb;
    lowest bigint;
    kept jsonb := '[]';
BEGIN
    FOR range IN SELECT * FROM jsonb_array_elements(ranges) LOOP
        EXECUTE format('SELECT min(%1$I) FROM %2$s WHERE %1$I > %3$s AND %1$I <= %4$s', id_column, source,
                       (range ->> 'first')::bigint, (range ->> 'last')::bigint) INTO lowest;
        kept := kept || (range || jsonb_build_object('first', coalesce(lowest - 1, (range ->> 'last')::bigint)));
    END LOOP;
    RETURN kept;
END
$$;

-- step: create-tell-cascades: Create function shardboard.tell_cascades
-- Notes for the cascades of a rollup that rows of these buckets have changed, in the caller's transaction.
CREATE OR REPLACE FUNCTION shardboard.tell_cascades(rollup_name text, buckets timestamptz[]) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO shardboard.rollup_change (rollup, bucket)
    SELECT DISTINCT c.name, shardboard.bucket_start(b, c.bucket, c.time_zone)
      FROM shardboard.rollup AS c, unnest(buckets) AS b WHERE c.parent = rollup_name
$$;

-- step: create-log-batch: Create function shardboard.log_batch
-- What every transaction of a run ends with: the line in the log grows, and listeners are notified.
CREATE OR REPLACE FUNCTION shardboard.log_batch(rollup_name text, of_run bigint, row_count bigint, buckets bigint,
                                                lowest timestamptz, highest timestamptz, complete timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    UPDATE shardboard.rollup SET complete_until = coalesce(complete, complete_until) WHERE name = job.name
        RETURNING complete_until INTO complete;
    UPDATE shardboard.rollup_run
       SET batches = batches + (row_count > 0)::int, rows_read = rows_read + row_count,
           buckets_written = buckets_written + buckets,
           first_bucket = least(first_bucket, lowest), last_bucket = greatest(last_bucket, highest)
     WHERE run_id = of_run;
    IF row_count > 0 THEN
        PERFORM pg_notify('shardboard_rollup', json_build_object('rollup', job.name, 'from', shardboard.iso(lowest),
            'to', shardboard.iso(shardboard.bucket_end(highest, job.bucket, job.time_zone)),
            'complete_until', shardboard.iso(complete), 'rows', row_count)::text);
    END IF;
END
$$;

-- step: create-roll-up-batch: Create function shardboard.roll_up_batch
-- Aggregates the rows of the ranges into the rollup and moves its state, in the caller's transaction: both or neither.
-- Returns the rows read.
CREATE OR REPLACE FUNCTION shardboard.roll_up_batch(rollup_name text, of_run bigint, batch jsonb, complete timestamptz)
RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    range record;
    done bigint;
    new_rows text;
    row_count bigint := 0;
    buckets bigint := 0;
    lowest timestamptz;
    highest timestamptz;
    touched timestamptz[];
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name FOR UPDATE;
    FOR range IN SELECT * FROM jsonb_to_recordset(batch) AS r(group_id int, first bigint, last bigint) LOOP
        SELECT last_id INTO done FROM shardboard.rollup_state WHERE rollup = rollup_name AND group_id = range.group_id;
        IF coalesce(done, range.group_id::bigint << 48) > range.first THEN
            RAISE EXCEPTION 'another run of rollup % has been here: group % is at %, not at %', rollup_name, range.group_id, done,
                range.first USING ERRCODE = 'serialization_failure';
        END IF;
        INSERT INTO shardboard.rollup_state (rollup, group_id, last_id) VALUES (rollup_name, range.group_id, range.last)
            ON CONFLICT (rollup, group_id) DO UPDATE SET last_id = excluded.last_id;
    END LOOP;
    IF batch <> '[]' THEN
        new_rows := shardboard.id_condition(job.id_column, batch);
        IF EXISTS (SELECT FROM shardboard.rollup WHERE parent = rollup_name) THEN
            EXECUTE format('SELECT sum(n), min(b), max(b), array_agg(b) FILTER (WHERE b IS NOT NULL)
                              FROM (SELECT %s AS b, count(*) AS n FROM %s WHERE %s GROUP BY 1) AS counted',
                           shardboard.bucket_expression(job.time_column, job.bucket, job.time_zone), job.source, new_rows)
                INTO row_count, lowest, highest, touched;
            PERFORM shardboard.tell_cascades(rollup_name, touched);
            row_count := coalesce(row_count, 0);
        ELSE
            EXECUTE format('SELECT count(*), min(%1$I), max(%1$I) FROM %2$s WHERE %3$s', job.time_column, job.source, new_rows)
                INTO row_count, lowest, highest;
            lowest := shardboard.bucket_start(lowest, job.bucket, job.time_zone);
            highest := shardboard.bucket_start(highest, job.bucket, job.time_zone);
        END IF;
    END IF;
    IF row_count > 0 THEN
        EXECUTE format(job.aggregate_sql, new_rows);
        GET DIAGNOSTICS buckets = ROW_COUNT;
    END IF;
    PERFORM shardboard.log_batch(job.name, of_run, row_count, buckets, lowest, highest, complete);
    RETURN row_count;
END
$$;
