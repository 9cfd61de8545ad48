-- SPDX-License-Identifier: GPL-3.0-or-later
-- A run of a rollup: note what there is to do, then see who is writing, wait until those are gone, then do exactly that. No
-- table is locked. By sequence, what there is to do are ids: a transaction takes its lock on the table before it takes an
-- id, so an id up to the values read belongs to one of those seen, or was committed before. By time it is every bucket that
-- has closed; a cascade does those buckets again of which its parent has changed rows.

-- step: drop-former-new-ids: Drop the former shardboard.new_ids, which asked the nodes itself
DROP FUNCTION IF EXISTS shardboard.new_ids(text, text);

-- step: create-new-ids: Create function shardboard.new_ids
-- The id ranges not rolled up yet, after `first` up to and with `last`. Ids hold their node group in the upper 16 bits.
-- `positions`: [{"group_id", "node", "last"}] of the sequence.
CREATE OR REPLACE FUNCTION shardboard.new_ids(rollup_name text, sequence_name text, positions jsonb)
RETURNS TABLE (group_id int, first bigint, last bigint)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    state jsonb;
    position record;
    seen int[] := '{}';
BEGIN
    SELECT coalesce(jsonb_object_agg(s.group_id::text, s.last_id), '{}') INTO state
      FROM shardboard.rollup_state AS s WHERE s.rollup = rollup_name;
    FOR position IN SELECT * FROM jsonb_to_recordset(positions) AS p(group_id int, node text, last bigint) LOOP
        group_id := position.group_id;
        seen := seen || group_id;
        first := coalesce((state ->> group_id::text)::bigint, group_id::bigint << 48);
        last := coalesce(position.last, first);
        IF last < first THEN
            RAISE EXCEPTION 'sequence % of node % went back: it is at %, rows up to % are rolled up', sequence_name,
                position.node, coalesce(position.last::text, 'its start'), first
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = format('New rows would be taken for old ones. On that node: SELECT setval(%L, %s)', sequence_name, first);
        END IF;
        IF last > first THEN
            RETURN NEXT;
        END IF;
    END LOOP;
    IF to_regclass('pg_catalog.pg_dist_groupid_seq') IS NULL THEN
        RETURN;
    END IF;
    -- A node that left takes its sequence along; its rows stay, and its group never comes back. Its whole range is taken once.
    FOR group_id IN EXECUTE
        'SELECT g::int FROM pg_dist_groupid_seq, generate_series(1, last_value) AS g
          WHERE NOT EXISTS (SELECT FROM pg_dist_node WHERE groupid = g)'
    LOOP
        first := coalesce((state ->> group_id::text)::bigint, group_id::bigint << 48);
        last := (group_id::bigint + 1) << 48;
        IF last > first AND NOT group_id = ANY (seen) THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;

-- step: create-seed-state: Create function shardboard.seed_state
-- Before the first run: no row is rolled up yet, which the rollup's live view has to know.
CREATE OR REPLACE FUNCTION shardboard.seed_state(rollup_name text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    job shardboard.rollup;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    IF job.strategy = 'sequence' THEN
        INSERT INTO shardboard.rollup_state (rollup, group_id, last_id)
            SELECT rollup_name, p.group_id, p.group_id::bigint << 48 FROM shardboard.sequence_positions(job.id_sequence) AS p
            ON CONFLICT DO NOTHING;
    ELSE
        INSERT INTO shardboard.rollup_state (rollup, group_id, last_id) VALUES (rollup_name, 0, 0) ON CONFLICT DO NOTHING;
    END IF;
END
$$;

-- step: create-still-writing: Create function shardboard.still_writing
-- Those of `awaited` that still write. Also those a restarted server has recovered as prepared: they go by a new name.
CREATE OR REPLACE FUNCTION shardboard.still_writing(source text, target text, awaited jsonb) RETURNS jsonb
LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT coalesce(jsonb_agg(to_jsonb(w)), '[]') FROM shardboard.writers(source, target) AS w
     WHERE w.transaction_id LIKE '-1/%'
        OR EXISTS (SELECT FROM jsonb_array_elements(awaited) AS old
                    WHERE old ->> 'group_id' = w.group_id::text AND old ->> 'transaction_id' = w.transaction_id)
$$;

-- step: create-local-still-writing: Create function shardboard.local_still_writing
-- Whether one of `awaited` whose session is on this server is still open: told without asking any node.
CREATE OR REPLACE FUNCTION shardboard.local_still_writing(awaited jsonb) RETURNS boolean
LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT EXISTS (SELECT FROM pg_locks AS l, jsonb_array_elements(awaited) AS w
                    WHERE w ->> 'group_id' = '0' AND l.virtualtransaction = w ->> 'transaction_id')
$$;

-- step: create-new-work: Create function shardboard.new_work
-- What a rollup without ids has to do, as a list: [{"from", "until"}] of times; [{"change"}] up to that change, or
-- [{"seed": true}] of a cascade that knows nothing of its parent's rows yet.
CREATE OR REPLACE FUNCTION shardboard.new_work(rollup_name text) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    job shardboard.rollup;
    done timestamptz;
    until timestamptz;
    change bigint;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    SELECT done_until INTO done FROM shardboard.rollup_state WHERE rollup = job.name AND group_id = 0;
    IF job.strategy = 'time' THEN
        until := shardboard.bucket_start(clock_timestamp() - job.grace, job.bucket, job.time_zone);
        IF done >= until THEN
            RETURN '[]';
        END IF;
        RETURN jsonb_build_array(jsonb_build_object('until', until,
            'from', coalesce(shardboard.bucket_end(done, job.bucket, job.time_zone, -job.recompute), '-infinity')));
    END IF;
    IF done IS NULL THEN
        RETURN '[{"seed": true}]';
    END IF;
    SELECT max(change_id) INTO change FROM shardboard.rollup_change WHERE rollup = job.name;
    RETURN CASE WHEN change IS NULL THEN '[]' ELSE jsonb_build_array(jsonb_build_object('change', change)) END;
END
$$;

-- step: create-look: Create function shardboard.look
-- What there is to do and who was writing then: {"read_at", "complete", "ranges": [{"group_id", "first", "last"}] of ids after
-- first up to and with last, or as of new_work(), "writers", "detached_seen"}.
CREATE OR REPLACE FUNCTION shardboard.look(rollup_name text, after_interruption boolean) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    job shardboard.rollup;
    found jsonb;
    ranges jsonb;
    writers jsonb;
    positions jsonb;
    known bigint[];
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    -- First how far the parent is, then what it has changed: the other way round what came in between would be missing.
    found := jsonb_build_object('read_at', clock_timestamp(), 'complete', CASE WHEN job.parent IS NULL THEN clock_timestamp()
        ELSE (SELECT complete_until FROM shardboard.rollup WHERE name = job.parent) END);
    IF job.strategy <> 'sequence' THEN
        ranges := shardboard.new_work(job.name);
        IF ranges = '[]' AND NOT after_interruption THEN
            RETURN found || '{"ranges": []}';
        END IF;
    ELSE
        SELECT coalesce(array_agg(s.last_id), '{}') INTO known FROM shardboard.rollup_state AS s WHERE s.rollup = rollup_name;
    END IF;
    SELECT jsonb_agg(jsonb_build_object('group_id', n.group_id, 'node', n.node,
                                        'last', shardboard.sequence_last(job.id_sequence, n.node, n.told))),
           (SELECT coalesce(jsonb_agg(w || jsonb_build_object('group_id', held ->> 'group_id', 'node', held ->> 'node')), '[]')
              FROM jsonb_array_elements(jsonb_agg(to_jsonb(n))) AS held, jsonb_array_elements(held -> 'writers') AS w)
      INTO positions, writers
      FROM shardboard.node_views(job.source, job.target, job.id_sequence, known) AS n;
    IF job.strategy = 'sequence' THEN
        SELECT coalesce(jsonb_agg(to_jsonb(n)), '[]') INTO ranges FROM shardboard.new_ids(job.name, job.id_sequence, positions) AS n;
        IF ranges = '[]' AND NOT after_interruption THEN
            writers := '[]';
        END IF;
    END IF;
    RETURN found || jsonb_build_object('ranges', ranges, 'writers', writers, 'detached_seen', writers = '[]');
END
$$;

-- step: create-settle-rollup: Create function shardboard.settle_rollup
-- What is to be done and nobody can change any more: as of look(), with "blocked_by" when it gave up waiting. It does so
-- after the rollup's writer_wait, remembering whom it waited for, so that the next run goes on waiting for those
-- and not for newcomers: a table that is always being written by someone is still rolled up.
CREATE OR REPLACE FUNCTION shardboard.settle_rollup(rollup_name text, after_interruption boolean)
RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    job shardboard.rollup;
    found jsonb;
    awaited jsonb;
    deadline timestamptz;
    nap float := 0.02;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    found := coalesce(job.pending, shardboard.look(rollup_name, after_interruption));
    awaited := coalesce(found -> 'writers', '[]');
    deadline := clock_timestamp() + job.writer_wait;
    LOOP
        IF awaited <> '[]' AND NOT shardboard.local_still_writing(awaited) THEN
            awaited := shardboard.still_writing(job.source, job.target, awaited);
        END IF;
        IF awaited = '[]' AND NOT coalesce((found ->> 'detached_seen')::boolean, true) THEN
            -- A writer's node may have died and left part of its work to other nodes, where it was not seen before.
            SELECT coalesce(jsonb_agg(to_jsonb(w)), '[]') INTO awaited
              FROM shardboard.writers(job.source, job.target) AS w WHERE w.is_detached;
            found := found || '{"detached_seen": true}';
        END IF;
        EXIT WHEN awaited = '[]';
        IF clock_timestamp() >= deadline THEN
            UPDATE shardboard.rollup SET pending = found || jsonb_build_object('writers', awaited) WHERE name = rollup_name;
            RETURN found || jsonb_build_object('blocked_by',
                (SELECT string_agg(format('%s on %s', w ->> 'description', w ->> 'node'), '; ') FROM jsonb_array_elements(awaited) AS w));
        END IF;
        PERFORM pg_sleep(nap);
        nap := least(nap * 1.5, 0.5);
    END LOOP;
    UPDATE shardboard.rollup SET pending = NULL WHERE name = rollup_name AND pending IS NOT NULL;
    RETURN found;
END
$$;

-- step: create-next-batch: Create function shardboard.next_batch
-- Splits settled ranges into those of the next transaction, at most batch_ids ids, and what is left for later.
CREATE OR REPLACE FUNCTION shardboard.next_batch(ranges jsonb, batch_ids bigint, OUT batch jsonb, OUT rest jsonb)
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
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
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT '(' || coalesce(string_agg(format('%1$I > %2$s AND %1$I <= %3$s', id_column, (r ->> 'first')::bigint,
                                             (r ->> 'last')::bigint), ' OR '), 'false') || ')'
      FROM jsonb_array_elements(ranges) AS r
$$;

-- step: create-skip-gap: Create function shardboard.skip_gap
-- Moves the start of each range to just before its first row: sequences jump, a node that left had a range of 2^48 ids.
CREATE OR REPLACE FUNCTION shardboard.skip_gap(source text, id_column text, ranges jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    range jsonb;
    lowest bigint;
    kept jsonb := '[]';
BEGIN
    FOR range IN SELECT * FROM jsonb_array_elements(ranges) LOOP
        EXECUTE format('SELECT min(%1$I) FROM %2$s WHERE %1$I > %3$s AND %1$I <= %4$s', id_column, source,
                       range ->> 'first', range ->> 'last') INTO lowest;
        kept := kept || (range || jsonb_build_object('first', coalesce(lowest - 1, (range ->> 'last')::bigint)));
    END LOOP;
    RETURN kept;
END
$$;

-- step: create-tell-cascades: Create function shardboard.tell_cascades
-- Notes for the cascades of a rollup that rows of these buckets have changed, in the caller's transaction.
CREATE OR REPLACE FUNCTION shardboard.tell_cascades(rollup_name text, buckets timestamptz[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog AS $$
    INSERT INTO shardboard.rollup_change (rollup, bucket)
    SELECT DISTINCT c.name, shardboard.bucket_start(b, c.bucket, c.time_zone)
      FROM shardboard.rollup AS c, unnest(buckets) AS b WHERE c.parent = rollup_name
$$;

-- step: create-log-batch: Create function shardboard.log_batch
-- What every transaction of a run ends with: the line in the log grows, and whoever listens is told.
CREATE OR REPLACE FUNCTION shardboard.log_batch(rollup_name text, of_run bigint, row_count bigint, buckets bigint,
                                                lowest timestamptz, highest timestamptz, complete timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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

-- step: create-time-condition: Create function shardboard.time_condition
-- Times of these buckets, neighbours taken together. Used for rows and for buckets of the rollup alike.
CREATE OR REPLACE FUNCTION shardboard.time_condition(column_name text, buckets timestamptz[], bucket interval, zone text)
RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT '(' || coalesce(string_agg(format('%1$I >= %2$L AND %1$I < %3$L', column_name, lower(span), upper(span)), ' OR '), 'false') || ')'
      FROM (SELECT range_agg(tstzrange(b, shardboard.bucket_end(b, bucket, zone))) AS spans FROM unnest(buckets) AS b) AS joined,
           unnest(spans) AS span
$$;

-- step: create-replace-buckets: Create function shardboard.replace_buckets
-- Makes the rollup's rows of these buckets anew from the rows of the source that also meet `condition`, in the caller's
-- transaction. Returns the rows read and the rows written.
CREATE OR REPLACE FUNCTION shardboard.replace_buckets(rollup_name text, buckets timestamptz[], condition text,
                                                      OUT row_count bigint, OUT written bigint)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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
-- The starts of the buckets between two moments, at most so many.
CREATE OR REPLACE FUNCTION shardboard.bucket_list(first timestamptz, until timestamptz, bucket interval, zone text, most int)
RETURNS timestamptz[]
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT array_agg(b ORDER BY b)
      FROM (SELECT shardboard.bucket_end(shardboard.bucket_start(first, bucket, zone), bucket, zone, n) AS b
              FROM generate_series(0, most - 1) AS n) AS listed
     WHERE b < until
$$;

-- step: create-whole-since: Create function shardboard.whole_since
-- The moment from which neither raw nor rollup rows have expired.
CREATE OR REPLACE FUNCTION shardboard.whole_since(source text, target text) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT coalesce(max(deleted_before), '-infinity') FROM shardboard.retention WHERE table_name IN (source, target)
$$;

-- step: create-whole-from: Create function shardboard.whole_from
-- The start of the first bucket of which no row has expired.
CREATE OR REPLACE FUNCTION shardboard.whole_from(rollup_name text) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT CASE WHEN start < since THEN shardboard.bucket_end(start, bucket, time_zone) ELSE start END
      FROM (SELECT since, r.bucket, r.time_zone, shardboard.bucket_start(since, r.bucket, r.time_zone) AS start
              FROM shardboard.rollup AS r, shardboard.whole_since(r.source, r.target) AS since WHERE r.name = rollup_name) AS cut
$$;

-- step: create-next-size: Create function shardboard.next_size
-- How many buckets the next transaction may do, after one of so many buckets has read so many rows.
CREATE OR REPLACE FUNCTION shardboard.next_size(buckets int, row_count bigint, batch_rows bigint) RETURNS int
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT CASE WHEN row_count > batch_rows THEN greatest(buckets / 2, 1)
                WHEN row_count < batch_rows / 4 THEN least(buckets * 2, 1000) ELSE buckets END
$$;

-- step: create-roll-up-closed: Create function shardboard.roll_up_closed
-- Does the next closed buckets of a rollup by time, in the caller's transaction. `work` is what new_work() said, or what the
-- call before has left; returns what is left.
CREATE OR REPLACE FUNCTION shardboard.roll_up_closed(rollup_name text, of_run bigint, work jsonb, complete timestamptz)
RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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
    IF low = '-infinity' OR size > job.recompute + 1 THEN
        -- Nothing to do where there is no row; what the rollup holds there is old, and its raw rows have expired.
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
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    job shardboard.rollup;
    up_to bigint := (work #>> '{0,change}')::bigint;
    size int := coalesce((work #>> '{0,size}')::int, 4);
    finer interval;
    buckets timestamptz[];
    expired timestamptz[];
    cut timestamptz;
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
        SELECT r.bucket INTO finer FROM shardboard.rollup AS r WHERE r.name = job.parent;
        SELECT b INTO cut FROM unnest(buckets) AS b WHERE shardboard.bucket_start(b, finer, 'UTC') <> b LIMIT 1;
        IF cut IS NOT NULL AND finer < interval '1 day' THEN
            RAISE EXCEPTION 'the bucket of rollup % that starts at % begins within a bucket of its parent', job.name, cut
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = format('%s is not a whole number of %s away from UTC: roll it up from the raw rows.', job.time_zone, finer);
        END IF;
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

-- step: create-roll-up-step: Create function shardboard.roll_up_step
-- One transaction of a run; returns what is left to do.
CREATE OR REPLACE FUNCTION shardboard.roll_up_step(rollup_name text, of_run bigint, work jsonb, settled jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    job shardboard.rollup;
    complete timestamptz := (settled ->> 'complete')::timestamptz;
    batch jsonb;
    rest jsonb;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    IF job.strategy = 'sequence' THEN
        SELECT b.batch, b.rest INTO batch, rest FROM shardboard.next_batch(work, job.batch_ids) AS b;
        IF shardboard.roll_up_batch(rollup_name, of_run, batch,
               CASE WHEN rest = '[]' THEN (settled ->> 'read_at')::timestamptz END) = 0 AND rest <> '[]' THEN
            rest := shardboard.skip_gap(job.source, job.id_column, rest);
        END IF;
        RETURN rest;
    ELSIF work = '[]' THEN
        PERFORM shardboard.log_batch(job.name, of_run, 0, 0, NULL, NULL, CASE WHEN job.strategy = 'cascade' THEN complete END);
        RETURN work;
    ELSIF job.strategy = 'time' THEN
        RETURN shardboard.roll_up_closed(job.name, of_run, work, complete);
    END IF;
    RETURN shardboard.roll_up_changed(job.name, of_run, work, complete);
END
$$;

-- step: create-begin-run: Create function shardboard.begin_run
-- Opens a line in the log. The caller holds the rollup's lock, so a run still called running is one that died.
CREATE OR REPLACE FUNCTION shardboard.begin_run(rollup_name text, OUT run_id bigint, OUT after_interruption boolean)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    UPDATE shardboard.rollup_run SET state = 'interrupted', finished_at = clock_timestamp(),
           message = 'the session ended before the run did; the next run goes on where its last batch was committed'
     WHERE rollup = rollup_name AND state = 'running';
    after_interruption := FOUND;
    DELETE FROM shardboard.rollup_run WHERE rollup = rollup_name AND started_at < now() - interval '30 days';
    INSERT INTO shardboard.rollup_run (rollup) VALUES (rollup_name) RETURNING rollup_run.run_id INTO run_id;
END
$$;

-- step: create-run-rollup: Create procedure shardboard.run_rollup
-- Rolls up what is new: CALL shardboard.run_rollup('name'), outside of a transaction. Gives the run's number in
-- shardboard.rollup_run, or NULL when another session is at it. Every batch is a transaction of its own.
CREATE OR REPLACE PROCEDURE shardboard.run_rollup(rollup_name text, INOUT run_id bigint DEFAULT NULL)
LANGUAGE plpgsql AS $$
DECLARE
    job shardboard.rollup;
    after_interruption boolean;
    settled jsonb;
    rest jsonb;
    went_on boolean;
    asked_at timestamptz;
    end_state text := 'done';
    problem text;
    problem_hint text;
    problem_code text;
BEGIN
    -- Each statement must see what was committed before it.
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    SELECT * INTO job FROM shardboard.rollup WHERE name = rollup_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no rollup "%"', rollup_name USING ERRCODE = 'undefined_object',
            HINT = (SELECT 'There is ' || coalesce(string_agg(name, ', ' ORDER BY name), 'none') FROM shardboard.rollup);
    END IF;
    IF job.is_paused THEN
        RAISE NOTICE 'rollup "%" is paused', rollup_name;
        RETURN;
    END IF;
    IF NOT pg_try_advisory_lock(hashtext('shardboard.rollup'), job.rollup_id) THEN
        RAISE NOTICE 'rollup "%" is already running', rollup_name;
        RETURN;
    END IF;
    SELECT b.run_id, b.after_interruption INTO run_id, after_interruption FROM shardboard.begin_run(rollup_name) AS b;
    COMMIT AND CHAIN;
    LOOP
        -- The handler must not span a commit; what failed is logged in a transaction that has not failed.
        BEGIN
            IF rest IS NULL THEN
                went_on := job.pending IS NOT NULL;
                job.pending := NULL;
                asked_at := clock_timestamp();
                settled := shardboard.settle_rollup(rollup_name, after_interruption);
                UPDATE shardboard.rollup_run AS r SET waited = waited + (clock_timestamp() - asked_at)
                 WHERE r.run_id = run_rollup.run_id;
                IF settled ? 'blocked_by' THEN
                    end_state := 'waiting';
                    problem := 'still being written by ' || (settled ->> 'blocked_by');
                END IF;
                rest := settled -> 'ranges';
                went_on := went_on OR rest @> '[{"seed": true}]';
            END IF;
            IF end_state = 'done' THEN
                rest := shardboard.roll_up_step(rollup_name, run_id, rest, settled);
            END IF;
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, problem_hint = PG_EXCEPTION_HINT, problem_code = RETURNED_SQLSTATE;
            end_state := CASE problem_code WHEN '57014' THEN 'cancelled' ELSE 'failed' END;
        END;
        IF problem_code IS NOT NULL THEN
            ROLLBACK AND CHAIN;
            EXIT;
        END IF;
        COMMIT AND CHAIN;
        EXIT WHEN end_state <> 'done' OR (rest = '[]' AND NOT went_on);
        IF rest = '[]' THEN
            rest := NULL; -- what an earlier run had been waiting for is in; now what came since
        END IF;
    END LOOP;
    UPDATE shardboard.rollup_run AS r SET state = end_state, finished_at = clock_timestamp(), message = coalesce(problem, r.message)
     WHERE r.run_id = run_rollup.run_id;
    PERFORM pg_advisory_unlock(hashtext('shardboard.rollup'), job.rollup_id);
    COMMIT;
    IF problem_code IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = problem_code, MESSAGE = problem,
            HINT = coalesce(nullif(problem_hint, ''), format('Logged as run %s in shardboard.rollup_run.', run_id));
    ELSIF problem IS NOT NULL THEN
        RAISE NOTICE 'rollup "%" gave up for now: %', rollup_name, problem;
    END IF;
END
$$;
