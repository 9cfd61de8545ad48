-- SPDX-License-Identifier: GPL-3.0-or-later
-- Maintenance of time partitions. The procedure only commits; its work is done by functions with pinned settings.

-- step: create-open-maintenance: Create function shardboard.open_maintenance
-- Begins a maintenance run; NULL when another session runs one.
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
    RETURN jsonb_build_object('table', of_table, 'dropped', 0, 'columnar', true);
END
$$;

-- step: create-has-expiry: Create function shardboard.has_expiry
-- Whether a maintenance run is to drop expired partitions.
CREATE OR REPLACE FUNCTION shardboard.has_expiry(run jsonb) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT NOT run ? 'code' AND EXISTS (SELECT FROM shardboard.retention WHERE table_name = run ->> 'table' AND keep IS NOT NULL)
$$;

-- step: create-note-expiry: Create function shardboard.note_expiry
-- Adds the outcome of the retention run to the maintenance run.
CREATE OR REPLACE FUNCTION shardboard.note_expiry(run jsonb, expiry jsonb) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT run || jsonb_build_object('dropped', coalesce((SELECT cardinality(u.partitions_dropped) FROM shardboard.retention_run AS u
                                                           WHERE u.run_id = (expiry ->> 'run_id')::bigint), 0))
               || CASE WHEN expiry ? 'code' THEN jsonb_build_object('code', expiry -> 'code', 'problem', expiry -> 'problem', 'hint', expiry -> 'hint')
                       ELSE '{}' END
$$;

-- step: create-next-columnar: Create function shardboard.next_columnar
-- The oldest partition that is to be rewritten into columnar storage; NULL when there is none, or the run has failed.
CREATE OR REPLACE FUNCTION shardboard.next_columnar(run jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT p.partition FROM shardboard.partitioning AS w, shardboard.time_partitions(w.table_name) AS p
     WHERE NOT run ? 'code' AND w.table_name = run ->> 'table' AND p.ends <= now() - w.columnar_after AND p.access_method <> 'columnar'
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

-- step: create-close-maintenance: Create function shardboard.close_maintenance
CREATE OR REPLACE FUNCTION shardboard.close_maintenance(run jsonb) RETURNS int
LANGUAGE plpgsql AS $$
#variable_conflict error
BEGIN
    PERFORM shardboard.watch_partitions(run ->> 'table');
    UPDATE shardboard.partitioning SET last_run_at = clock_timestamp(), last_error = run ->> 'problem' WHERE table_name = run ->> 'table';
    PERFORM pg_advisory_unlock(hashtext('shardboard.partitioning'), hashtext(run ->> 'table'));
    RETURN (run ->> 'dropped')::int;
END
$$;

-- step: create-maintain-partitions: Create procedure shardboard.maintain_partitions
-- Creates partitions ahead, drops what has expired, rewrites what is old into columnar storage: CALL
-- shardboard.maintain_partitions('schema.table'), outside of a transaction. Gives the number of partitions dropped, or
-- NULL when another session does it.
CREATE OR REPLACE PROCEDURE shardboard.maintain_partitions(of_table text, INOUT dropped int DEFAULT NULL)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    run pg_catalog.jsonb;
    expiry pg_catalog.jsonb;
    old pg_catalog.text;
    problem pg_catalog.text;
    problem_hint pg_catalog.text;
    problem_code pg_catalog.text;
BEGIN
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    run := shardboard.open_maintenance(of_table);
    IF run IS NULL THEN
        RETURN;
    END IF;
    COMMIT AND CHAIN;
    BEGIN
        PERFORM shardboard.extend_partitions(of_table);
    EXCEPTION WHEN OTHERS OR query_canceled THEN
        GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, problem_hint = PG_EXCEPTION_HINT, problem_code = RETURNED_SQLSTATE;
    END;
    IF problem_code IS NOT NULL THEN
        ROLLBACK AND CHAIN;
        run := shardboard.fail_run(run, problem, problem_hint, problem_code);
    END IF;
    COMMIT AND CHAIN;
    IF shardboard.has_expiry(run) THEN
        CALL shardboard.expire(of_table, expiry);
        run := shardboard.note_expiry(run, expiry);
        COMMIT;
        SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    END IF;
    LOOP
        old := shardboard.next_columnar(run);
        EXIT WHEN old IS NULL;
        problem_code := NULL;
        BEGIN
            PERFORM shardboard.make_columnar(old);
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, problem_hint = PG_EXCEPTION_HINT, problem_code = RETURNED_SQLSTATE;
        END;
        IF problem_code IS NOT NULL THEN
            ROLLBACK AND CHAIN;
            run := shardboard.fail_run(run, problem, problem_hint, problem_code);
        END IF;
        COMMIT AND CHAIN;
    END LOOP;
    dropped := shardboard.close_maintenance(run);
    COMMIT;
    PERFORM shardboard.report_run(run);
END
$$;
