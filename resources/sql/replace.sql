-- SPDX-License-Identifier: GPL-3.0-or-later
-- One transaction of a run by time and of a cascade: whole buckets are deleted and aggregated again.

-- step: create-bucket-span: Create function shardboard.bucket_span
-- The times of a bucket. Bucket 'infinity' holds its end too.
CREATE OR REPLACE FUNCTION shardboard.bucket_span(start timestamptz, bucket interval, zone text) RETURNS tstzrange
LANGUAGE sql STABLE AS $$
    SELECT CASE start WHEN 'infinity' THEN tstzrange(shardboard.last_bucket_end(bucket, zone), start, '[]')
                ELSE tstzrange(start, shardboard.bucket_end(start, bucket, zone)) END
$$;

-- step: create-time-condition: Create function shardboard.time_condition
-- Times of these buckets, neighbours taken together. Used for rows and for buckets of the rollup alike.
CREATE OR REPLACE FUNCTION shardboard.time_condition(column_name text, buckets timestamptz[], bucket interval, zone text)
RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT '(' || coalesce(string_agg(format('%1$I >= %2$L AND %1$I %4$s %3$L', column_name, lower(span), upper(span),
                                             CASE WHEN upper_inc(span) THEN '<=' ELSE '<' END), ' OR '), 'false') || ')'
      FROM (SELECT range_agg(shardboard.bucket_span(b, bucket, zone)) AS spans FROM unnest(buckets) AS b) AS joined,
           unnest(spans) AS span
$$;

-- step: create-replace-buckets: Create function shardboard.replace_buckets
-- Recomputes the rollup's rows of these buckets from the rows of the source that also meet `condition`, in the caller's
-- transaction. Returns the rows read and the rows written.
CREATE OR REPLACE FUNCTION shardboard.replace_buckets(rollup_name text, buckets timestamptz[], condition text,
                                                      OUT row_count bigint, OUT written bigint)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    rows_of text;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    rows_of := shardboard.time_condition(job.time_column, buckets, job.bucket, job.time_zone) || condition;
    EXECUTE format('DELETE FROM %s WHERE %s', job.target,
                   shardboard.time_condition(job.bucket_column, buckets, job.bucket, job.time_zone));
    EXECUTE format('SELECT count(*) FROM %s WHERE %s', job.source, rows_of) INTO row_count;
    EXECUTE format(job.aggregate_sql, rows_of);
    GET DIAGNOSTICS written = ROW_COUNT;
    PERFORM shardboard.tell_cascades(job.name, buckets);
END
$$;

-- step: create-bucket-list: Create function shardboard.bucket_list
-- The starts of the buckets from the one of `first` on that start before `until`, at most so many. The bucket of an infinite
-- time is a list of its own: the next one with rows may be anywhere.
CREATE OR REPLACE FUNCTION shardboard.bucket_list(first timestamptz, until timestamptz, bucket interval, zone text, most int)
RETURNS timestamptz[]
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN isfinite(start)
                THEN (SELECT array_agg(DISTINCT b ORDER BY b)
                        FROM (SELECT shardboard.bucket_end(start, bucket, zone, n) AS b FROM generate_series(0, most - 1) AS n) AS listed
                       WHERE b < least(until, shardboard.last_bucket_end(bucket, zone)))
                WHEN start <= until THEN ARRAY[start] END
      FROM shardboard.bucket_start(first, bucket, zone) AS start
$$;

-- step: create-whole-since: Create function shardboard.whole_since
-- The time from which neither raw nor rollup rows have expired.
CREATE OR REPLACE FUNCTION shardboard.whole_since(source text, target text) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT coalesce(max(deleted_before), '-infinity') FROM shardboard.expired WHERE table_name IN (source, target)
$$;

-- step: create-whole-from: Create function shardboard.whole_from
-- The start of the first bucket of which no row has expired.
CREATE OR REPLACE FUNCTION shardboard.whole_from(rollup_name text) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN start < since THEN shardboard.bucket_end(start, bucket, time_zone) ELSE start END
      FROM (SELECT since, r.bucket, r.time_zone, shardboard.bucket_start(since, r.bucket, r.time_zone) AS start
              FROM shardboard.rollup AS r, shardboard.whole_since(r.source, r.target) AS since WHERE r.name = rollup_name) AS cut
$$;

-- step: create-next-size: Create function shardboard.next_size
-- How many buckets the next transaction may do, after one of so many buckets has read so many rows.
CREATE OR REPLACE FUNCTION shardboard.next_size(buckets int, row_count bigint, batch_rows bigint) RETURNS int
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN row_count > batch_rows THEN greatest(buckets / 2, 1)
                WHEN row_count < batch_rows / 4 THEN least(buckets * 2, 1000) ELSE buckets END
$$;

-- step: create-roll-up-closed: Create function shardboard.roll_up_closed
-- Does the next closed buckets of a rollup by time, in the caller's transaction. `work` is what new_work() said, or what the
-- call before has left; returns what is left.
CREATE OR REPLACE FUNCTION shardboard.roll_up_closed(rollup_name text, of_run bigint, work jsonb, complete timestamptz)
RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    low timestamptz := (work #>> '{0,from}')::timestamptz;
    until timestamptz := (work #>> '{0,until}')::timestamptz;
    size int;
    buckets timestamptz[];
    high timestamptz;
    row_count bigint := 0;
    written bigint := 0;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    size := coalesce((work #>> '{0,size}')::int, job.recompute + 1);
    IF low = '-infinity' OR work #> '{0,size}' IS NOT NULL THEN
        -- On to the next row, however far: what the rollup holds in between is old, and its raw rows have expired.
        EXECUTE format('SELECT min(%1$I) FROM %2$s WHERE %1$I >= %3$L AND %1$I < %4$L', job.time_column, job.source, low, until)
            INTO low;
        low := coalesce(shardboard.bucket_start(low, job.bucket, job.time_zone), until);
    END IF;
    buckets := shardboard.bucket_list(greatest(low, shardboard.whole_from(job.name)), until, job.bucket, job.time_zone, size);
    high := until;
    IF buckets IS NOT NULL THEN
        SELECT * INTO row_count, written FROM shardboard.replace_buckets(job.name, buckets, '');
        high := least(until, shardboard.bucket_end(buckets[cardinality(buckets)], job.bucket, job.time_zone));
        size := shardboard.next_size(size, row_count, job.batch_ids);
    END IF;
    INSERT INTO shardboard.rollup_state (rollup, group_id, last_id, done_until) VALUES (job.name, 0, 0, high)
        ON CONFLICT (rollup, group_id) DO UPDATE SET done_until = greatest(rollup_state.done_until, excluded.done_until);
    PERFORM shardboard.log_batch(job.name, of_run, row_count, written, buckets[1],
                                 buckets[cardinality(buckets)], CASE WHEN high >= until THEN until END);
    RETURN CASE WHEN high >= until THEN '[]'
                ELSE jsonb_build_array(jsonb_build_object('from', high, 'until', until, 'size', size)) END;
END
$$;

-- step: create-seed-cascade: Create function shardboard.seed_cascade
-- All buckets for which the parent has rows are to be done.
CREATE OR REPLACE FUNCTION shardboard.seed_cascade(rollup_name text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    EXECUTE format('INSERT INTO shardboard.rollup_change (rollup, bucket) SELECT %L, b FROM (SELECT DISTINCT %s AS b FROM %s) AS held',
                   job.name, shardboard.bucket_expression(job.time_column, job.bucket, job.time_zone), job.source);
    INSERT INTO shardboard.rollup_state (rollup, group_id, last_id, done_until) VALUES (job.name, 0, 0, '-infinity')
        ON CONFLICT (rollup, group_id) DO UPDATE SET done_until = excluded.done_until;
END
$$;

-- step: create-roll-up-changed: Create function shardboard.roll_up_changed
-- Does the next changed buckets of a cascade, in the caller's transaction; returns what is left. A bucket of which the
-- parent's rows have begun to expire is not done again: it would forget what has gone.
CREATE OR REPLACE FUNCTION shardboard.roll_up_changed(rollup_name text, of_run bigint, work jsonb, complete timestamptz)
RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    up_to bigint := (work #>> '{0,change}')::bigint;
    size int := coalesce((work #>> '{0,size}')::int, 4);
    buckets timestamptz[];
    expired timestamptz[];
    row_count bigint := 0;
    written bigint := 0;
    is_last boolean;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    IF work @> '[{"seed": true}]' THEN
        PERFORM shardboard.seed_cascade(job.name);
        RETURN '[]';
    END IF;
    SELECT array_agg(c.bucket) INTO buckets FROM (SELECT DISTINCT bucket FROM shardboard.rollup_change
        WHERE rollup = job.name AND change_id <= up_to ORDER BY bucket LIMIT size) AS c;
    DELETE FROM shardboard.rollup_change WHERE rollup = job.name AND change_id <= up_to AND bucket = ANY (buckets);
    is_last := NOT EXISTS (SELECT FROM shardboard.rollup_change WHERE rollup = job.name AND change_id <= up_to);
    SELECT array_agg(b) FILTER (WHERE b < since), array_agg(b ORDER BY b) FILTER (WHERE b >= since) INTO expired, buckets
      FROM unnest(buckets) AS b, shardboard.whole_since(job.source, job.target) AS since;
    IF expired IS NOT NULL THEN
        UPDATE shardboard.rollup_run SET message = format('rows of %s came too late for %s: what lies beside them has expired',
            shardboard.iso(expired[1]), job.source) WHERE run_id = of_run;
    END IF;
    IF buckets IS NOT NULL THEN
        SELECT * INTO row_count, written FROM shardboard.replace_buckets(job.name, buckets, '');
        size := shardboard.next_size(size, row_count, job.batch_ids);
    END IF;
    IF is_last THEN
        UPDATE shardboard.rollup_state SET done_until = greatest(done_until, shardboard.bucket_start(complete, job.bucket, job.time_zone))
         WHERE rollup = job.name;
    END IF;
    PERFORM shardboard.log_batch(job.name, of_run, row_count, written, buckets[1],
                                 buckets[cardinality(buckets)], CASE WHEN is_last THEN complete END);
    RETURN CASE WHEN is_last THEN '[]' ELSE jsonb_build_array(jsonb_build_object('change', up_to, 'size', size)) END;
END
$$;

-- step: create-open-buckets-sql: Create function shardboard.open_buckets_sql
-- A query of the starts, as b, of the buckets with rows that the rollup, or a finer one that it is made of, has not taken. Those
-- that a cascade does not do again, because rows of its parent have begun to expire, are not among them. Nothing of a later
-- version of the registry changes it: a live view keeps it.
CREATE OR REPLACE FUNCTION shardboard.open_buckets_sql(rollup_name text) RETURNS text
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    is_fresh text;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    IF job.strategy <> 'cascade' THEN
        is_fresh := CASE job.strategy WHEN 'time' THEN format('r.%I >= coalesce(s.done_until, ''-infinity'')', job.time_column)
                         ELSE format('r.%1$I > s.last_id AND r.%1$I < (s.group_id::bigint + 1) << 48', job.id_column) END;
        RETURN format('SELECT DISTINCT %1$s AS b FROM (SELECT r.%2$I FROM %3$s AS r JOIN shardboard.rollup_state AS s ON s.rollup = %4$L '
                      'AND %5$s AND r.%2$I IS NOT NULL) AS fresh',
                      shardboard.bucket_expression(job.time_column, job.bucket, job.time_zone), job.time_column, job.source, job.name, is_fresh);
    END IF;
    RETURN format('SELECT b FROM (SELECT c.bucket AS b FROM shardboard.rollup_change AS c WHERE c.rollup = %1$L UNION '
                  'SELECT %2$s FROM (%3$s) AS finer UNION '
                  'SELECT DISTINCT %4$s FROM %5$s WHERE (SELECT s.done_until IS NULL FROM shardboard.rollup_state AS s WHERE s.rollup = %1$L)'
                  ') AS open WHERE b >= coalesce((SELECT max(e.deleted_before) FROM shardboard.expired AS e WHERE e.table_name IN (%5$L, %6$L)), ''-infinity'')',
                  job.name, shardboard.bucket_expression('b', job.bucket, job.time_zone), shardboard.open_buckets_sql(job.parent),
                  shardboard.bucket_expression(job.time_column, job.bucket, job.time_zone), job.source, job.target);
END
$$;
