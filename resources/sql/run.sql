-- SPDX-License-Identifier: GPL-3.0-or-later
-- A run of a rollup by sequence: read every node's sequence, then see who is writing, wait until those are gone, then
-- aggregate exactly the ids in between. A transaction takes its lock on the table before it takes an id, so an id up to the
-- values read belongs to one of those seen, or was committed before. No table is locked.

-- step: create-new-ids: Create function shardboard.new_ids
-- The id ranges not rolled up yet, after `first` up to and with `last`. Ids hold their node group in the upper 16 bits.
CREATE OR REPLACE FUNCTION shardboard.new_ids(rollup_name text, sequence_name text)
RETURNS TABLE (group_id int, first bigint, last bigint)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    state jsonb;
    position record;
    seen int[] := '{}';
BEGIN
    SELECT coalesce(jsonb_object_agg(s.group_id::text, s.last_id), '{}') INTO state
      FROM shardboard.rollup_state AS s WHERE s.rollup = rollup_name;
    FOR position IN SELECT * FROM shardboard.sequence_positions(sequence_name) LOOP
        group_id := position.group_id;
        seen := seen || group_id;
        first := coalesce((state ->> group_id::text)::bigint, group_id::bigint << 48);
        last := coalesce(position.last_value, first);
        IF last < first THEN
            RAISE EXCEPTION 'sequence % of node % went back: it is at %, rows up to % are rolled up', sequence_name,
                position.node, coalesce(position.last_value::text, 'its start'), first
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

-- step: create-still-writing: Create function shardboard.still_writing
-- Those of `awaited` that still write. Also those a restarted server has recovered as prepared: they go by a new name.
CREATE OR REPLACE FUNCTION shardboard.still_writing(source text, target text, awaited jsonb) RETURNS jsonb
LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT coalesce(jsonb_agg(to_jsonb(w)), '[]') FROM shardboard.writers(source, target, false) AS w
     WHERE w.transaction_id LIKE '-1/%'
        OR EXISTS (SELECT FROM jsonb_array_elements(awaited) AS old
                    WHERE old ->> 'group_id' = w.group_id::text AND old ->> 'transaction_id' = w.transaction_id)
$$;

-- step: create-settle-rollup: Create function shardboard.settle_rollup
-- Id ranges in which nobody can write any more: {"read_at", "ranges": [{"group_id", "first", "last"}], "blocked_by"}.
-- Gives up after the rollup's writer_wait, remembering whom it waited for, so that the next run goes on waiting for those
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
    found := job.pending;
    IF found IS NULL THEN
        found := jsonb_build_object('read_at', clock_timestamp(), 'ranges',
            (SELECT coalesce(jsonb_agg(to_jsonb(n)), '[]') FROM shardboard.new_ids(rollup_name, job.id_sequence) AS n));
        IF found -> 'ranges' = '[]' AND NOT after_interruption THEN
            RETURN found;
        END IF;
        SELECT coalesce(jsonb_agg(to_jsonb(w)), '[]') INTO awaited FROM shardboard.writers(job.source, job.target, true) AS w;
        found := found || jsonb_build_object('writers', awaited, 'detached_seen', awaited = '[]');
    END IF;
    awaited := found -> 'writers';
    deadline := clock_timestamp() + job.writer_wait;
    LOOP
        IF awaited <> '[]' THEN
            awaited := shardboard.still_writing(job.source, job.target, awaited);
        END IF;
        IF awaited = '[]' AND NOT (found ->> 'detached_seen')::boolean THEN
            -- A writer's node may have died and left part of its work to other nodes, where it was not seen before.
            SELECT coalesce(jsonb_agg(to_jsonb(w)), '[]') INTO awaited
              FROM shardboard.writers(job.source, job.target, false) AS w WHERE w.is_detached;
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
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name FOR UPDATE;
    FOR range IN SELECT * FROM jsonb_to_recordset(batch) AS r(group_id int, first bigint, last bigint) LOOP
        SELECT last_id INTO done FROM shardboard.rollup_state WHERE rollup = rollup_name AND group_id = range.group_id;
        IF coalesce(done, range.group_id::bigint << 48) > range.first THEN
            RAISE EXCEPTION 'another run of rollup % has been here: group % is at %, not at %', rollup_name, range.group_id, done,
                range.first USING ERRCODE = 'serialization_failure';
        END IF;
        INSERT INTO shardboard.rollup_state VALUES (rollup_name, range.group_id, range.last)
            ON CONFLICT (rollup, group_id) DO UPDATE SET last_id = excluded.last_id;
    END LOOP;
    IF batch <> '[]' THEN
        new_rows := shardboard.id_condition(job.id_column, batch);
        EXECUTE format('SELECT count(*), min(%1$I), max(%1$I) FROM %2$s WHERE %3$s', job.time_column, job.source, new_rows)
            INTO row_count, lowest, highest;
    END IF;
    IF row_count > 0 THEN
        EXECUTE format(job.aggregate_sql, new_rows);
        GET DIAGNOSTICS buckets = ROW_COUNT;
        lowest := date_bin(job.bucket, lowest, 'epoch');
        highest := date_bin(job.bucket, highest, 'epoch');
    END IF;
    UPDATE shardboard.rollup SET complete_until = coalesce(complete, complete_until) WHERE name = rollup_name
        RETURNING complete_until INTO complete;
    UPDATE shardboard.rollup_run
       SET batches = batches + (row_count > 0)::int, rows_read = rows_read + row_count,
           buckets_written = buckets_written + buckets,
           first_bucket = least(first_bucket, lowest), last_bucket = greatest(last_bucket, highest)
     WHERE run_id = of_run;
    IF row_count > 0 THEN
        PERFORM pg_notify('shardboard_rollup', json_build_object('rollup', rollup_name,
            'from', shardboard.iso(lowest), 'to', shardboard.iso(highest + job.bucket),
            'complete_until', shardboard.iso(complete), 'rows', row_count)::text);
    END IF;
    RETURN row_count;
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
    batch jsonb;
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
                batch := '[]';
            END IF;
            IF end_state = 'done' THEN
                SELECT b.batch, b.rest INTO batch, rest FROM shardboard.next_batch(rest, job.batch_ids) AS b;
                IF shardboard.roll_up_batch(rollup_name, run_id, batch,
                       CASE WHEN rest = '[]' THEN (settled ->> 'read_at')::timestamptz END) = 0 AND rest <> '[]' THEN
                    rest := shardboard.skip_gap(job.source, job.id_column, rest);
                END IF;
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
    UPDATE shardboard.rollup_run AS r SET state = end_state, finished_at = clock_timestamp(), message = problem
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
