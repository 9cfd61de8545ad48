-- SPDX-License-Identifier: GPL-3.0-or-later
-- Deleting what is old, in bounded transactions, and never what a rollup has not taken yet.

-- step: forget-run-retention: Drop the former procedure run_retention
-- Its result is another one now.
DROP PROCEDURE IF EXISTS shardboard.run_retention(text, bigint);

-- step: create-table-bytes: Create function shardboard.table_bytes
-- With indexes, TOAST and partitions, on all nodes.
CREATE OR REPLACE FUNCTION shardboard.table_bytes(of_table text) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    is_spread boolean := false;
    total bigint;
BEGIN
    IF to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
        EXECUTE 'SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = $1::regclass)' INTO is_spread USING of_table;
    END IF;
    IF is_spread THEN
        EXECUTE 'SELECT citus_total_relation_size($1::regclass)' INTO total USING of_table;
    ELSE
        SELECT sum(pg_total_relation_size(relid)) INTO total FROM pg_partition_tree(of_table::regclass);
    END IF;
    RETURN coalesce(total, pg_total_relation_size(of_table::regclass));
END
$$;

-- step: create-drop-partition: Create function shardboard.drop_partition
-- Drops the partition unless it holds rows that a rollup has not taken: those are looked for once more when nobody can write
-- any, for one that was being written when it was judged would go as well. Says what holds it, nothing when it is gone. The
-- table is locked first, like every writer does. The caller limits how long locks are awaited.
CREATE OR REPLACE FUNCTION shardboard.drop_partition(of_table text, old text) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    held jsonb;
BEGIN
    PERFORM shardboard.require_read_committed();
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    EXECUTE format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE', of_table);
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', old);
    SELECT coalesce(jsonb_agg(jsonb_build_object('code', 'behind', 'rollup', w.rollup, 'rows', w.waiting, 'partition', old)), '[]')
      INTO held FROM shardboard.waiting_rows(of_table, old, 'true') AS w;
    IF held = '[]' THEN
        -- The piece of a foreign key that refers to the table depends on the partition until it is detached, which looks for rows
        -- that refer to rows in it.
        IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND confrelid = of_table::regclass) THEN
            EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', of_table, old);
        END IF;
        EXECUTE 'DROP TABLE ' || old;
    END IF;
    RETURN held;
END
$$;

-- step: create-begin-retention: Create function shardboard.begin_retention
-- Opens a line in the log. The caller holds the table's lock, so a run still called running is one that died. What did nothing
-- is forgotten after a day, and all runs for tables of which no rows expire any more.
CREATE OR REPLACE FUNCTION shardboard.begin_retention(of_table text) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    made bigint;
BEGIN
    UPDATE shardboard.retention_run SET state = 'interrupted', finished_at = clock_timestamp(),
           message = 'the session ended before the run did; the next run goes on'
     WHERE table_name = of_table AND state = 'running';
    DELETE FROM shardboard.retention_run
     WHERE table_name = of_table AND started_at < now() - CASE WHEN state = 'done' AND rows_deleted = 0
           AND partitions_dropped = '{}' THEN interval '1 day' ELSE interval '180 days' END;
    DELETE FROM shardboard.expired AS e WHERE to_regclass(e.table_name) IS NULL;
    DELETE FROM shardboard.retention_run AS u WHERE NOT EXISTS (SELECT FROM shardboard.retention AS r WHERE r.table_name = u.table_name);
    INSERT INTO shardboard.retention_run (table_name) VALUES (of_table) RETURNING run_id INTO made;
    RETURN made;
END
$$;

-- step: create-plan-retention: Create function shardboard.plan_retention
-- What the run is to do, and the note, committed before the first row goes, that Verify compares no bucket that may have lost
-- rows.
CREATE OR REPLACE FUNCTION shardboard.plan_retention(of_table text, of_run bigint) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    wish shardboard.retention;
    work jsonb;
    until bigint;
BEGIN
    SELECT * INTO STRICT wish FROM shardboard.retention WHERE table_name = of_table;
    work := shardboard.due(of_table, wish.time_column, wish.keep, wish.drops_wide);
    work := work || jsonb_build_object('partitions', jsonb_path_query_array(work -> 'partitions', '$[*] ? (@.fate == "goes")'));
    until := CASE work ->> 'how' WHEN 'rows' THEN (work ->> 'cutoff')::bigint
                  ELSE (SELECT max((p ->> 'ends')::bigint) FROM jsonb_array_elements(work -> 'partitions') AS p) END;
    IF until IS NOT NULL THEN
        INSERT INTO shardboard.expired AS e (table_name, deleted_before) VALUES (of_table, to_timestamp(until / 1000.0))
            ON CONFLICT (table_name) DO UPDATE SET deleted_before = greatest(e.deleted_before, excluded.deleted_before);
    END IF;
    UPDATE shardboard.retention SET last_run_at = clock_timestamp() WHERE table_name = of_table;
    UPDATE shardboard.retention_run SET held = work -> 'held', cutoff = to_timestamp((work ->> 'cutoff')::bigint / 1000.0)
     WHERE run_id = of_run;
    RETURN work || jsonb_build_object('column', wish.time_column, 'batch', wish.batch_rows, 'slice', interval '1 minute', 'tries', 0);
END
$$;

-- step: create-expire-rows: Create function shardboard.expire_rows
-- Deletes the rows of the next slice of time; what is left to do, or NULL.
CREATE OR REPLACE FUNCTION shardboard.expire_rows(of_table text, of_run bigint, work jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    time_column text := work ->> 'column';
    cutoff timestamptz := to_timestamp((work ->> 'cutoff')::bigint / 1000.0);
    low timestamptz := (work ->> 'low')::timestamptz;
    high timestamptz;
    slice interval := (work ->> 'slice')::interval;
    batch bigint := (work ->> 'batch')::bigint;
    width float := (work ->> 'width')::float;
    gone bigint;
BEGIN
    IF low IS NULL THEN
        -- Rows at -infinity are in no slice.
        EXECUTE format('DELETE FROM %2$s WHERE %1$I = ''-infinity'' AND %3$s', time_column, of_table, work ->> 'condition');
        GET DIAGNOSTICS gone = ROW_COUNT;
        UPDATE shardboard.retention_run SET rows_deleted = rows_deleted + gone WHERE run_id = of_run AND gone > 0;
        EXECUTE format('SELECT min(%1$I) FROM %2$s WHERE %1$I > ''-infinity'' AND %1$I < %3$L AND %4$s', time_column, of_table, cutoff,
                       work ->> 'condition') INTO low;
        IF low IS NULL THEN
            RETURN NULL;
        END IF;
        -- With the header of each row and its place on the page.
        EXECUTE format('SELECT avg(pg_column_size(r)) + 28 FROM (SELECT r FROM %2$s AS r WHERE %1$I < %3$L LIMIT 200) AS r',
                       time_column, of_table, cutoff) INTO width;
    END IF;
    high := least(low + slice, cutoff);
    EXECUTE format('DELETE FROM %2$s WHERE %1$I >= %3$L AND %1$I < %4$L AND %5$s', time_column, of_table, low, high, work ->> 'condition');
    GET DIAGNOSTICS gone = ROW_COUNT;
    UPDATE shardboard.retention_run SET rows_deleted = rows_deleted + gone, bytes_freed = bytes_freed + (gone * width)::bigint
     WHERE run_id = of_run;
    slice := CASE WHEN gone > batch THEN greatest(slice / 2, interval '1 second')
                  WHEN gone < batch / 4 THEN least(slice * 2, interval '365 days') ELSE slice END;
    IF gone = 0 AND high < cutoff THEN
        -- On to the next row, however far.
        EXECUTE format('SELECT min(%1$I) FROM %2$s WHERE %1$I >= %3$L AND %1$I < %4$L AND %5$s', time_column, of_table, high, cutoff,
                       work ->> 'condition') INTO high;
    END IF;
    RETURN CASE WHEN high < cutoff THEN work || jsonb_build_object('low', high, 'slice', slice, 'width', width) END;
END
$$;

-- step: create-expire-partition: Create function shardboard.expire_partition
-- Drops the next partition; what is left to do, or NULL. One that must stay is noted, and those after it go all the same.
CREATE OR REPLACE FUNCTION shardboard.expire_partition(of_table text, of_run bigint, work jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    old text := work #>> '{partitions,0,name}';
    size bigint;
    why jsonb;
BEGIN
    IF old IS NULL THEN
        RETURN NULL;
    ELSIF (work ->> 'tries')::int > 0 THEN
        PERFORM pg_sleep(1);
    END IF;
    PERFORM shardboard.limit_lock_wait();
    size := shardboard.table_bytes(old);
    why := shardboard.drop_partition(of_table, old);
    IF why = '[]' THEN
        UPDATE shardboard.retention_run SET partitions_dropped = partitions_dropped || old, bytes_freed = bytes_freed + size
         WHERE run_id = of_run;
    ELSE
        UPDATE shardboard.retention_run SET held = held || why WHERE run_id = of_run;
    END IF;
    RETURN work || jsonb_build_object('partitions', (work -> 'partitions') - 0, 'tries', 0);
END
$$;

-- step: create-pass-partition: Create function shardboard.pass_partition
-- The run after an error. A partition that is in use is tried three times; one that cannot be dropped is noted, and the run goes
-- on with the next one. Anything else ends the run.
CREATE OR REPLACE FUNCTION shardboard.pass_partition(run jsonb, problem text, hint text, code text) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    work jsonb := run -> 'work';
    old text := work #>> '{partitions,0,name}';
    why jsonb;
BEGIN
    IF code = '57014' OR old IS NULL THEN
        RETURN shardboard.fail_run(run, problem, hint, code);
    ELSIF shardboard.is_busy(code) AND (work ->> 'tries')::int < 2 THEN
        RETURN run || jsonb_build_object('work', work || jsonb_build_object('tries', (work ->> 'tries')::int + 1));
    END IF;
    why := jsonb_build_object('code', CASE WHEN shardboard.is_busy(code) THEN 'busy' WHEN code = '23503' THEN 'referenced' ELSE 'obstacle' END,
                              'partition', old, 'problem', problem);
    UPDATE shardboard.retention_run SET held = held || why WHERE run_id = (run ->> 'run_id')::bigint;
    -- What keeps the table in use keeps all partitions of it.
    RETURN run || jsonb_build_object('work', work || jsonb_build_object('tries', 0,
        'partitions', CASE WHEN shardboard.is_busy(code) THEN '[]' ELSE (work -> 'partitions') - 0 END));
END
$$;

-- step: create-end-retention: Create function shardboard.end_retention
-- Closes the line in the log.
CREATE OR REPLACE FUNCTION shardboard.end_retention(of_table text, of_run bigint, problem text, problem_code text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    gone bigint;
    oldest timestamptz;
BEGIN
    IF problem IS NULL THEN
        SELECT shardboard.oldest_row(of_table, r.time_column) INTO oldest FROM shardboard.retention AS r WHERE r.table_name = of_table;
    END IF;
    UPDATE shardboard.retention_run AS r SET finished_at = clock_timestamp(), message = problem, oldest_kept = oldest,
           state = CASE WHEN problem_code = '57014' THEN 'cancelled' WHEN problem IS NOT NULL THEN 'failed'
                        WHEN jsonb_path_exists(r.held, '$[*] ? (@.code != "bucket")') THEN 'refused' ELSE 'done' END
     WHERE r.run_id = of_run RETURNING r.rows_deleted INTO gone;
    UPDATE shardboard.retention SET last_run_at = clock_timestamp(), last_deleted = gone, last_error = problem WHERE table_name = of_table;
END
$$;

-- step: create-open-expiry: Create function shardboard.open_expiry
-- Begins a run for a table that has a retention; NULL when another session runs it.
CREATE OR REPLACE FUNCTION shardboard.open_expiry(of_table text) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
BEGIN
    IF NOT pg_try_advisory_lock(hashtext('shardboard.retention'), hashtext(of_table)) THEN
        RAISE NOTICE 'retention of % is already running', of_table;
        RETURN NULL;
    END IF;
    RETURN jsonb_build_object('table', of_table, 'run_id', shardboard.begin_retention(of_table));
END
$$;

-- step: create-continue-expiry: Create function shardboard.continue_expiry
-- One transaction of the run: the first one plans it.
CREATE OR REPLACE FUNCTION shardboard.continue_expiry(run jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    of_table text := run ->> 'table';
    of_run bigint := (run ->> 'run_id')::bigint;
    work jsonb := run -> 'work';
BEGIN
    PERFORM shardboard.pin_nodes();
    work := CASE WHEN work IS NULL THEN shardboard.plan_retention(of_table, of_run)
                 WHEN work ->> 'how' = 'partitions' THEN shardboard.expire_partition(of_table, of_run, work)
                 WHEN work ->> 'cutoff' IS NOT NULL THEN shardboard.expire_rows(of_table, of_run, work) END;
    IF work IS NULL OR shardboard.is_time_up() THEN
        RETURN run || '{"is_over": true}';
    END IF;
    RETURN run || jsonb_build_object('work', work);
END
$$;

-- step: create-close-expiry: Create function shardboard.close_expiry
-- Closes the line in the log and releases the table. Nothing without a run.
CREATE OR REPLACE FUNCTION shardboard.close_expiry(run jsonb) RETURNS void
LANGUAGE plpgsql STRICT AS $$
#variable_conflict error
BEGIN
    PERFORM shardboard.end_retention(run ->> 'table', (run ->> 'run_id')::bigint, run ->> 'problem', run ->> 'code');
    PERFORM pg_advisory_unlock(hashtext('shardboard.retention'), hashtext(run ->> 'table'));
END
$$;

-- step: drop-former-expire: Drop the former procedure expire
DROP PROCEDURE IF EXISTS shardboard.expire(text, bigint, text, text);

-- step: create-expire: Create procedure shardboard.expire
-- One run for a table that has a retention, with the error that ended it instead of raising it; NULL when another session runs it.
CREATE OR REPLACE PROCEDURE shardboard.expire(of_table text, INOUT run jsonb)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    problem pg_catalog.text;
    problem_hint pg_catalog.text;
    problem_code pg_catalog.text;
BEGIN
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    run := shardboard.open_expiry(of_table);
    COMMIT AND CHAIN;
    WHILE shardboard.is_open(run) LOOP
        BEGIN
            run := shardboard.continue_expiry(run);
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, problem_hint = PG_EXCEPTION_HINT, problem_code = RETURNED_SQLSTATE;
        END;
        IF problem_code IS NOT NULL THEN
            ROLLBACK AND CHAIN;
            run := shardboard.pass_partition(run, problem, problem_hint, problem_code);
            problem_code := NULL;
        END IF;
        COMMIT AND CHAIN;
    END LOOP;
    PERFORM shardboard.close_expiry(run);
    COMMIT;
END
$$;

-- step: create-is-maintained: Create function shardboard.is_maintained
-- Whether rows of the table expire with the maintenance of its partitions; NULL when they are kept forever. An error without a
-- retention.
CREATE OR REPLACE FUNCTION shardboard.is_maintained(of_table text) RETURNS boolean
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    wish shardboard.retention;
BEGIN
    SELECT * INTO wish FROM shardboard.retention WHERE table_name = of_table;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no retention for table %', of_table USING ERRCODE = 'undefined_object',
            HINT = (SELECT 'There is for ' || coalesce(string_agg(table_name, ', ' ORDER BY table_name), 'none') FROM shardboard.retention);
    END IF;
    IF wish.keep IS NULL THEN
        RAISE NOTICE 'rows of % are kept for ever', of_table;
        RETURN NULL;
    END IF;
    RETURN EXISTS (SELECT FROM shardboard.partitioning WHERE table_name = of_table);
END
$$;

-- step: create-retention-run-after: Create function shardboard.retention_run_after
-- The latest run for the table after the one with this number; NULL when there is none.
CREATE OR REPLACE FUNCTION shardboard.retention_run_after(of_table text, run_id bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT max(u.run_id) FROM shardboard.retention_run AS u
     WHERE u.table_name = of_table AND u.run_id > coalesce(retention_run_after.run_id, 0)
$$;

-- step: create-run-retention: Create procedure shardboard.run_retention
-- Deletes what is older than shardboard.retention says: CALL shardboard.run_retention('schema.table'), outside of a
-- transaction. Gives the run's number in shardboard.retention_run, or NULL when another session does it, or all is kept.
CREATE OR REPLACE PROCEDURE shardboard.run_retention(of_table text, INOUT run_id bigint DEFAULT NULL)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    is_maintained boolean;
    before bigint;
    dropped int;
    run pg_catalog.jsonb;
BEGIN
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    is_maintained := shardboard.is_maintained(of_table);
    IF is_maintained IS NULL THEN
        RETURN;
    END IF;
    IF is_maintained THEN
        before := shardboard.retention_run_after(of_table, NULL);
        CALL shardboard.maintain_partitions(of_table, dropped);
        run_id := shardboard.retention_run_after(of_table, before);
        RETURN;
    END IF;
    CALL shardboard.expire(of_table, run);
    run_id := shardboard.run_number(run);
    COMMIT;
    PERFORM shardboard.report_run(run);
END
$$;
