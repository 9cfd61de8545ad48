-- SPDX-License-Identifier: GPL-3.0-or-later
-- Maintenance of time partitions. The procedure only commits; its work is done by functions with pinned settings.

-- step: create-open-maintenance: Create function shardboard.open_maintenance
-- Begins a maintenance run; NULL when another session runs one. Besides what every run has: {"table", "todo": what is left, in
-- this order, of "partman", "partition", "expire" and "columnar", "tries": how often the current thing was in use, "passed": the
-- partitions that could not be made or rewritten, "problems": [{"code", "problem", "hint"}], "dropped"}.
CREATE OR REPLACE FUNCTION shardboard.open_maintenance(of_table text) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
BEGIN
    IF NOT EXISTS (SELECT FROM shardboard.partitioning WHERE table_name = of_table) THEN
        RAISE EXCEPTION 'table % is not partitioned by Shardboard', of_table USING ERRCODE = 'undefined_object';
    END IF;
    IF NOT pg_try_advisory_lock(hashtext('shardboard.partitioning'), hashtext(of_table)) THEN
        RAISE NOTICE 'maintenance of % is already running', of_table;
        RETURN NULL;
    END IF;
    RETURN jsonb_build_object('table', of_table, 'dropped', 0, 'tries', 0, 'passed', '[]'::jsonb, 'problems', '[]'::jsonb,
        'todo', to_jsonb(ARRAY(SELECT thing FROM unnest(ARRAY['partman', 'partition', 'expire', 'columnar']) WITH ORDINALITY AS t(thing, place)
            WHERE thing <> 'expire' OR EXISTS (SELECT FROM shardboard.retention AS r WHERE r.table_name = of_table AND r.keep IS NOT NULL)
            ORDER BY place)));
END
$$;

-- step: create-is-turn: Create function shardboard.is_turn
-- Whether an open run is to do this next.
CREATE OR REPLACE FUNCTION shardboard.is_turn(run jsonb, thing text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT NOT run ? 'code' AND NOT coalesce((run ->> 'is_over')::boolean, false) AND run #>> '{todo,0}' = thing
$$;

-- step: create-end-turn: Create function shardboard.end_turn
-- The run with what it does next. Over where that was all, or half of statement_timeout has passed.
CREATE OR REPLACE FUNCTION shardboard.end_turn(run jsonb) RETURNS jsonb
LANGUAGE sql AS $$
    SELECT run || jsonb_build_object('todo', (run -> 'todo') - 0, 'tries', 0,
                                     'is_over', jsonb_array_length(run -> 'todo') <= 1 OR shardboard.is_time_up())
$$;

-- step: create-begin-try: Create function shardboard.begin_try
-- Before each transaction that needs locks. What was in use is tried again after two seconds, in which those who waited behind
-- the last try go on.
CREATE OR REPLACE FUNCTION shardboard.begin_try(run jsonb) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
BEGIN
    IF (run ->> 'tries')::int > 0 THEN
        PERFORM pg_sleep(2);
    END IF;
    PERFORM shardboard.limit_lock_wait();
END
$$;

-- step: create-note-expiry: Create function shardboard.note_expiry
-- Adds the outcome of the retention run to the maintenance run.
CREATE OR REPLACE FUNCTION shardboard.note_expiry(run jsonb, expiry jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT shardboard.end_turn(run || jsonb_build_object(
        'dropped', coalesce((SELECT cardinality(u.partitions_dropped) FROM shardboard.retention_run AS u
                              WHERE u.run_id = (expiry ->> 'run_id')::bigint), 0),
        'problems', (run -> 'problems') || CASE WHEN expiry ? 'code' THEN jsonb_build_array(jsonb_build_object('code', expiry -> 'code',
            'problem', expiry -> 'problem', 'hint', expiry -> 'hint')) ELSE '[]' END))
        || CASE WHEN expiry ->> 'code' = '57014' THEN '{"is_over": true}'::jsonb ELSE '{}' END
$$;

-- step: create-next-columnar: Create function shardboard.next_columnar
-- The oldest partition that is to be rewritten into columnar storage, apart from those of `passed`; NULL when there is none.
CREATE OR REPLACE FUNCTION shardboard.next_columnar(of_table text, passed jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT p.partition FROM shardboard.partitioning AS w, shardboard.time_partitions(w.table_name) AS p
     WHERE w.table_name = of_table AND p.ends <= now() - w.columnar_after AND p.access_method <> 'columnar'
       AND NOT passed ? p.partition
     ORDER BY p.ends LIMIT 1
$$;

-- step: create-make-columnar: Create function shardboard.make_columnar
CREATE OR REPLACE FUNCTION shardboard.make_columnar(old text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
BEGIN
    EXECUTE format('SELECT pg_catalog.alter_table_set_access_method(%L, ''columnar'')', old);
END
$$;

-- step: create-continue-maintenance: Create function shardboard.continue_maintenance
-- One transaction of the run: one partition is made or rewritten.
CREATE OR REPLACE FUNCTION shardboard.continue_maintenance(run jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    of_table text := run ->> 'table';
    step interval := (SELECT w.step FROM shardboard.partitioning AS w WHERE w.table_name = run ->> 'table');
    missing record;
    old text;
BEGIN
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    IF shardboard.is_turn(run, 'partition') THEN
        SELECT * INTO missing FROM shardboard.next_missing(of_table, run -> 'passed');
        IF missing.starts IS NULL THEN
            RETURN shardboard.end_turn(run);
        END IF;
        PERFORM shardboard.begin_try(run);
        PERFORM shardboard.create_partition(of_table, step, missing.starts, missing.ends, NULL);
        RETURN run || jsonb_build_object('tries', 0, 'is_over', shardboard.is_time_up());
    END IF;
    old := shardboard.next_columnar(of_table, run -> 'passed');
    IF old IS NULL THEN
        RETURN shardboard.end_turn(run);
    END IF;
    PERFORM shardboard.begin_try(run);
    PERFORM shardboard.make_columnar(old);
    RETURN run || jsonb_build_object('tries', 0, 'is_over', shardboard.is_time_up());
END
$$;

-- step: create-pass-obstacle: Create function shardboard.pass_obstacle
-- The run after an error, with what comes next: what is in use is tried again, for half a minute or so; what cannot be done is
-- noted, and the run goes on without it. Only a cancel ends the run.
CREATE OR REPLACE FUNCTION shardboard.pass_obstacle(run jsonb, problem text, hint text, code text) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    of_table text := run ->> 'table';
    object text;
BEGIN
    IF code = '57014' THEN
        RETURN shardboard.fail_run(run, problem, hint, code);
    ELSIF shardboard.is_busy(code) AND (run ->> 'tries')::int < 10 AND NOT shardboard.is_time_up() THEN
        RETURN run || jsonb_build_object('tries', (run ->> 'tries')::int + 1);
    END IF;
    IF shardboard.is_turn(run, 'partition') THEN
        SELECT m.starts::text, run || jsonb_build_object('passed', (run -> 'passed') || to_jsonb(m.starts)) INTO object, run
          FROM shardboard.next_missing(of_table, run -> 'passed') AS m;
        object := 'the partition from ' || object;
    ELSIF shardboard.is_turn(run, 'columnar') THEN
        object := shardboard.next_columnar(of_table, run -> 'passed');
        run := run || jsonb_build_object('passed', (run -> 'passed') || to_jsonb(object));
        object := 'columnar storage of ' || object;
    END IF;
    IF shardboard.is_busy(code) THEN
        problem := format('%s was in use the whole time; the next run tries again', of_table);
        hint := 'Look for long transactions that use the table.';
    ELSIF code = '23514' THEN
        hint := format('Give the rows of the default partition partitions of their own: SELECT shardboard.empty_default_partition(%L)', of_table);
    END IF;
    run := run || jsonb_build_object('tries', 0, 'problems', (run -> 'problems') || jsonb_build_object('code', code,
        'problem', coalesce(object || ': ', '') || problem, 'hint', hint));
    -- The next partition needs the same lock; pg_partman is one thing.
    RETURN CASE WHEN object IS NULL OR shardboard.is_busy(code) AND shardboard.is_turn(run, 'partition') THEN shardboard.end_turn(run)
                ELSE run END;
END
$$;

-- step: create-close-maintenance: Create function shardboard.close_maintenance
-- Notes the outcome and releases the table; the run with its problems as one error.
CREATE OR REPLACE FUNCTION shardboard.close_maintenance(run jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
BEGIN
    PERFORM shardboard.watch_partitions(run ->> 'table');
    IF run -> 'problems' <> '[]' AND NOT run ? 'code' THEN
        run := run || (SELECT jsonb_build_object('code', min(p ->> 'code') FILTER (WHERE place = 1),
                                                 'problem', string_agg(p ->> 'problem', '; ' ORDER BY place),
                                                 'hint', min(p ->> 'hint') FILTER (WHERE place = 1))
                         FROM jsonb_array_elements(run -> 'problems') WITH ORDINALITY AS t(p, place));
    END IF;
    UPDATE shardboard.partitioning SET last_run_at = clock_timestamp(), last_error = run ->> 'problem' WHERE table_name = run ->> 'table';
    PERFORM pg_advisory_unlock(hashtext('shardboard.partitioning'), hashtext(run ->> 'table'));
    RETURN run;
END
$$;

-- step: create-maintain-partitions: Create procedure shardboard.maintain_partitions
-- Creates partitions ahead, drops what has expired, rewrites what is old into columnar storage: CALL
-- shardboard.maintain_partitions('schema.table'), outside of a transaction. Gives the number of partitions dropped, or
-- NULL when another session does it. Goes on past what cannot be done; the error at the end names all of it.
CREATE OR REPLACE PROCEDURE shardboard.maintain_partitions(of_table text, INOUT dropped int DEFAULT NULL)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    run pg_catalog.jsonb;
    expiry pg_catalog.jsonb;
    problem pg_catalog.text;
    problem_hint pg_catalog.text;
    problem_code pg_catalog.text;
BEGIN
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    run := shardboard.open_maintenance(of_table);
    COMMIT AND CHAIN;
    WHILE shardboard.is_open(run) LOOP
        problem_code := NULL;
        -- The handler must not span a commit; what failed is noted in a transaction that has not failed.
        BEGIN
            IF shardboard.is_turn(run, 'partman') THEN
                PERFORM shardboard.begin_try(run);
                PERFORM shardboard.extend_partitions(of_table);
                run := shardboard.end_turn(run);
            ELSIF NOT shardboard.is_turn(run, 'expire') THEN
                run := shardboard.continue_maintenance(run);
            END IF;
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, problem_hint = PG_EXCEPTION_HINT, problem_code = RETURNED_SQLSTATE;
        END;
        IF problem_code IS NOT NULL THEN
            ROLLBACK AND CHAIN;
            run := shardboard.pass_obstacle(run, problem, problem_hint, problem_code);
        END IF;
        COMMIT AND CHAIN;
        IF shardboard.is_turn(run, 'expire') THEN
            CALL shardboard.expire(of_table, expiry);
            run := shardboard.note_expiry(run, expiry);
            COMMIT;
            SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
        END IF;
    END LOOP;
    IF run IS NOT NULL THEN
        run := shardboard.close_maintenance(run);
        dropped := shardboard.run_count(run, 'dropped');
    END IF;
    COMMIT;
    PERFORM shardboard.report_run(run);
END
$$;
