-- SPDX-License-Identifier: GPL-3.0-or-later
-- A run of a rollup. The procedure only commits; each transaction is one call of a function with pinned settings.

-- step: create-roll-up-step: Create function shardboard.roll_up_step
-- One transaction of a run; returns what is left to do.
CREATE OR REPLACE FUNCTION shardboard.roll_up_step(rollup_name text, of_run bigint, work jsonb, settled jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
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
-- Opens a line in the log. The caller holds the rollup's lock, so a run still called running is one whose session ended.
CREATE OR REPLACE FUNCTION shardboard.begin_run(rollup_name text, OUT run_id bigint, OUT after_interruption boolean)
LANGUAGE plpgsql AS $$
#variable_conflict error
BEGIN
    UPDATE shardboard.rollup_run SET state = 'interrupted', finished_at = clock_timestamp(),
           message = 'the session ended before the run did; the next run goes on where its last batch was committed'
     WHERE rollup = rollup_name AND state = 'running';
    after_interruption := FOUND;
    DELETE FROM shardboard.rollup_run WHERE rollup = rollup_name AND started_at < now() - interval '30 days';
    INSERT INTO shardboard.rollup_run (rollup) VALUES (rollup_name) RETURNING rollup_run.run_id INTO run_id;
END
$$;

-- step: create-open-run: Create function shardboard.open_run
-- Begins a run; NULL when the rollup is paused or another session runs it. Besides what every run has: {"rollup", "run_id",
-- "after_interruption", "settled", "rest"}, the last two once it is known what there is to do.
CREATE OR REPLACE FUNCTION shardboard.open_run(rollup_name text) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    begun record;
BEGIN
    SELECT * INTO job FROM shardboard.rollup WHERE name = rollup_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no rollup "%"', rollup_name USING ERRCODE = 'undefined_object',
            HINT = (SELECT 'There is ' || coalesce(string_agg(name, ', ' ORDER BY name), 'none') FROM shardboard.rollup);
    END IF;
    IF job.is_paused THEN
        RAISE NOTICE 'rollup "%" is paused', rollup_name;
        RETURN NULL;
    END IF;
    IF NOT pg_try_advisory_lock(hashtext('shardboard.rollup'), job.rollup_id) THEN
        RAISE NOTICE 'rollup "%" is already running', rollup_name;
        RETURN NULL;
    END IF;
    SELECT * INTO begun FROM shardboard.begin_run(rollup_name);
    RETURN jsonb_build_object('rollup', rollup_name, 'lock', job.rollup_id, 'run_id', begun.run_id,
                              'after_interruption', begun.after_interruption);
END
$$;

-- step: create-settle-run: Create function shardboard.settle_run
-- Waits for writers, then notes in the run what there is to do.
CREATE OR REPLACE FUNCTION shardboard.settle_run(run jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    asked_at timestamptz := clock_timestamp();
    -- What an earlier run waited for is settled first; what came since is the next thing to do.
    goes_on boolean := (SELECT r.pending IS NOT NULL FROM shardboard.rollup AS r WHERE r.name = run ->> 'rollup');
    settled jsonb := shardboard.settle_rollup(run ->> 'rollup', (run ->> 'after_interruption')::boolean);
BEGIN
    UPDATE shardboard.rollup_run AS r SET waited = waited + (clock_timestamp() - asked_at) WHERE r.run_id = (run ->> 'run_id')::bigint;
    run := run || jsonb_build_object('settled', settled, 'rest', settled -> 'ranges',
                                     'goes_on', goes_on OR settled -> 'ranges' @> '[{"seed": true}]');
    IF settled ? 'blocked_by' THEN
        run := run || jsonb_build_object('is_over', true, 'state', 'waiting', 'problem', 'still being written by ' || (settled ->> 'blocked_by'),
            'notice', format('rollup "%s" gave up for now: still being written by %s', run ->> 'rollup', settled ->> 'blocked_by'));
    END IF;
    RETURN run;
END
$$;

-- step: create-continue-run: Create function shardboard.continue_run
-- One transaction of the run.
CREATE OR REPLACE FUNCTION shardboard.continue_run(run jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    rest jsonb;
BEGIN
    PERFORM shardboard.pin_nodes();
    IF NOT run ? 'rest' THEN
        run := shardboard.settle_run(run);
    END IF;
    IF shardboard.is_open(run) THEN
        rest := shardboard.roll_up_step(run ->> 'rollup', (run ->> 'run_id')::bigint, run -> 'rest', run -> 'settled');
        IF rest <> '[]' THEN
            run := run || jsonb_build_object('rest', rest);
        ELSIF (run ->> 'goes_on')::boolean THEN
            run := run - 'rest';
        ELSE
            run := run || '{"is_over": true}';
        END IF;
    END IF;
    IF shardboard.is_open(run) AND shardboard.is_time_up() THEN
        run := run || jsonb_build_object('is_over', true, 'problem',
            format('stopped at half of statement_timeout (%s); the next run goes on', current_setting('statement_timeout')));
    END IF;
    RETURN run;
END
$$;

-- step: create-close-run: Create function shardboard.close_run
-- Closes the line in the log and releases the rollup. Nothing without a run.
CREATE OR REPLACE FUNCTION shardboard.close_run(run jsonb) RETURNS void
LANGUAGE plpgsql STRICT AS $$
#variable_conflict error
BEGIN
    UPDATE shardboard.rollup_run AS r SET state = shardboard.run_state(run), finished_at = clock_timestamp(),
           message = coalesce(run ->> 'problem', r.message)
     WHERE r.run_id = (run ->> 'run_id')::bigint;
    PERFORM pg_advisory_unlock(hashtext('shardboard.rollup'), (run ->> 'lock')::int);
END
$$;

-- step: create-run-rollup: Create procedure shardboard.run_rollup
-- Rolls up what is new: CALL shardboard.run_rollup('name'), outside of a transaction. Gives the run's number in
-- shardboard.rollup_run, or NULL when another session does it. Every batch is a transaction of its own.
CREATE OR REPLACE PROCEDURE shardboard.run_rollup(rollup_name text, INOUT run_id bigint DEFAULT NULL)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    run pg_catalog.jsonb;
    problem pg_catalog.text;
    problem_hint pg_catalog.text;
    problem_code pg_catalog.text;
BEGIN
    -- Each statement must see what was committed before it.
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    run := shardboard.open_run(rollup_name);
    run_id := shardboard.run_number(run);
    COMMIT AND CHAIN;
    WHILE shardboard.is_open(run) LOOP
        -- The handler must not span a commit; what failed is logged in a transaction that has not failed.
        BEGIN
            run := shardboard.continue_run(run);
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, problem_hint = PG_EXCEPTION_HINT, problem_code = RETURNED_SQLSTATE;
        END;
        IF problem_code IS NOT NULL THEN
            ROLLBACK AND CHAIN;
            run := shardboard.fail_run(run, problem, problem_hint, problem_code);
        END IF;
        COMMIT AND CHAIN;
    END LOOP;
    PERFORM shardboard.close_run(run);
    COMMIT;
    PERFORM shardboard.report_run(run);
END
$$;
