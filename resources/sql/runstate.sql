-- SPDX-License-Identifier: GPL-3.0-or-later
-- A run of a rollup, a retention or a maintenance as a JSON object that its procedure keeps from one transaction to the next:
-- {"code", "problem", "hint"} where it failed, {"is_over": true} once there is nothing left to do, and what each kind adds.

-- step: create-time-left: Create function shardboard.time_left
-- How long until statement_timeout ends the statement under way; NULL where there is no such limit. A procedure is one statement
-- however often it commits.
CREATE OR REPLACE FUNCTION shardboard.time_left() RETURNS interval
LANGUAGE sql AS $$
    SELECT nullif(current_setting('statement_timeout')::interval, interval '0') - (clock_timestamp() - statement_timestamp())
$$;

-- step: create-is-time-up: Create function shardboard.is_time_up
-- Whether half of statement_timeout has passed: a run that stops by itself keeps what it has done, and the next one goes on.
CREATE OR REPLACE FUNCTION shardboard.is_time_up() RETURNS boolean
LANGUAGE sql AS $$
    SELECT coalesce(shardboard.time_left() < current_setting('statement_timeout')::interval / 2, false)
$$;

-- step: create-is-open: Create function shardboard.is_open
-- Whether the run has something left to do. False without a run.
CREATE OR REPLACE FUNCTION shardboard.is_open(run jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT run IS NOT NULL AND NOT run ? 'code' AND NOT coalesce((run ->> 'is_over')::boolean, false)
$$;

-- step: create-run-number: Create function shardboard.run_number
CREATE OR REPLACE FUNCTION shardboard.run_number(run jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT (run ->> 'run_id')::bigint
$$;

-- step: create-fail-run: Create function shardboard.fail_run
-- The run with the error that ended it. A time limit of the role is named, because a job's settings are seen nowhere else.
CREATE OR REPLACE FUNCTION shardboard.fail_run(run jsonb, problem text, hint text, code text) RETURNS jsonb
LANGUAGE sql AS $$
    SELECT run || jsonb_build_object('code', code, 'problem', problem, 'hint', coalesce(CASE
        WHEN code = '57014' AND shardboard.time_left() <= interval '0' THEN
            format('statement_timeout is %s here. Raise it for the role that runs the job: ALTER ROLE %I SET statement_timeout = 0',
                   current_setting('statement_timeout'), current_user)
        WHEN code = '55P03' AND current_setting('lock_timeout') <> '0' THEN
            format('lock_timeout is %s here. The next run tries again; if this persists, raise it for role %I.',
                   current_setting('lock_timeout'), current_user)
        WHEN code = '42501' AND problem LIKE '%row-level%' THEN
            format('Row security would hide rows from role %I. Run the job as a role with BYPASSRLS, or as the owner without FORCE ROW LEVEL SECURITY.',
                   current_user)
        END, nullif(hint, '')))
$$;

-- step: create-run-state: Create function shardboard.run_state
-- The state that the log notes for a run.
CREATE OR REPLACE FUNCTION shardboard.run_state(run jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN run ->> 'code' = '57014' THEN 'cancelled' WHEN run ? 'code' THEN 'failed' ELSE coalesce(run ->> 'state', 'done') END
$$;

-- step: create-report-run: Create function shardboard.report_run
-- Raises the error that ended the run, after it was logged.
CREATE OR REPLACE FUNCTION shardboard.report_run(run jsonb) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
BEGIN
    IF run ? 'code' THEN
        RAISE EXCEPTION USING ERRCODE = run ->> 'code', MESSAGE = run ->> 'problem', HINT = coalesce(run ->> 'hint', 'The log of the runs holds this error.');
    ELSIF run ? 'notice' THEN
        RAISE NOTICE '%', run ->> 'notice';
    END IF;
END
$$;

-- step: create-execute-pinned: Create function shardboard.execute_pinned
-- Runs a statement with the settings that runs have.
CREATE OR REPLACE FUNCTION shardboard.execute_pinned(command text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
BEGIN
    EXECUTE command;
END
$$;

-- step: create-require-read-committed: Create function shardboard.require_read_committed
-- For what locks a table and then looks at its rows: an older snapshot would not show what was committed before the lock.
CREATE OR REPLACE FUNCTION shardboard.require_read_committed() RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'the transaction is %, and would not see rows that were committed meanwhile', current_setting('transaction_isolation')
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Begin it with BEGIN ISOLATION LEVEL READ COMMITTED.';
    END IF;
END
$$;

-- step: create-pin-nodes: Create function shardboard.pin_nodes
-- Gives the sessions on the other nodes the same settings for the rest of this transaction. Citus sends them functions of
-- pg_catalog without their schema, and they have the search_path of the role. Citus sends no settings where it begins no
-- transaction on the nodes, as for a single SELECT.
CREATE OR REPLACE FUNCTION shardboard.pin_nodes() RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    setting text;
BEGIN
    IF to_regclass('pg_catalog.pg_dist_node') IS NULL THEN
        RETURN;
    END IF;
    PERFORM set_config('citus.propagate_set_commands', 'local', true);
    FOREACH setting IN ARRAY ARRAY['search_path = pg_catalog, pg_temp', 'standard_conforming_strings = on', 'datestyle = ''ISO, MDY''',
                                   'intervalstyle = ''postgres''', 'timezone = ''UTC''', 'extra_float_digits = 1'] LOOP
        EXECUTE 'SET LOCAL ' || setting;
    END LOOP;
END
$$;

-- step: create-limit-lock-wait: Create function shardboard.limit_lock_wait
-- Until the transaction ends, no lock on this node or another is awaited for longer than a second: whoever needs the table waits
-- behind one who awaits a lock. The caller tries again later, in another transaction.
CREATE OR REPLACE FUNCTION shardboard.limit_lock_wait() RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
BEGIN
    IF to_regclass('pg_catalog.pg_dist_node') IS NOT NULL THEN
        PERFORM set_config('citus.propagate_set_commands', 'local', true);
    END IF;
    SET LOCAL lock_timeout = '1s';
END
$$;

-- step: create-is-busy: Create function shardboard.is_busy
-- Whether the error with this code means that others use what was to be locked: a lock timeout or a deadlock.
CREATE OR REPLACE FUNCTION shardboard.is_busy(code text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT code IN ('55P03', '40P01')
$$;

-- step: create-is-at-work: Create function shardboard.is_at_work
-- Whether this session holds the lock of a run and does something.
CREATE OR REPLACE FUNCTION shardboard.is_at_work(kind text, key int, pid int) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
                    WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND l.pid = is_at_work.pid
                      AND l.classid = (hashtext(kind)::bigint & 4294967295)::oid AND l.objid = (key::bigint & 4294967295)::oid
                      AND a.state IS DISTINCT FROM 'idle')
$$;
