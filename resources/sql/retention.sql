-- SPDX-License-Identifier: GPL-3.0-or-later
-- Deleting what is old, in bounded transactions, and never what a rollup has not taken yet.

-- step: create-expiry: Create function shardboard.expiry
-- Rows older than `cutoff` that also meet `condition` may go. Whole buckets only of every rollup that reads the table, and it
-- has taken them; a rollup by time, or a cascade, does no bucket again of which rows have expired. Rollup rows: not before the
-- rows they were made of, or Verify would miss them.
CREATE OR REPLACE FUNCTION shardboard.expiry(of_table text, OUT cutoff timestamptz, OUT condition text)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    wish shardboard.retention;
    job shardboard.rollup;
    rolled_up jsonb;
    done timestamptz;
    raw_gone_before timestamptz;
BEGIN
    SELECT * INTO STRICT wish FROM shardboard.retention WHERE table_name = of_table;
    cutoff := date_trunc('minute', now() - wish.keep);
    condition := 'true';
    FOR job IN SELECT * FROM shardboard.rollup WHERE source = of_table LOOP
        cutoff := least(cutoff, shardboard.bucket_start(cutoff, job.bucket, job.time_zone));
        IF job.strategy <> 'sequence' THEN
            SELECT done_until INTO done FROM shardboard.rollup_state WHERE rollup = job.name;
            IF job.strategy = 'time' THEN
                done := shardboard.bucket_end(done, job.bucket, job.time_zone, -job.recompute);
            ELSE
                done := least(done, (SELECT min(c.bucket) FROM shardboard.rollup_change AS c WHERE c.rollup = job.name));
            END IF;
            cutoff := least(cutoff, coalesce(done, '-infinity'));
            CONTINUE;
        END IF;
        SELECT jsonb_agg(jsonb_build_object('first', s.group_id::bigint << 48, 'last', s.last_id)) INTO rolled_up
          FROM shardboard.rollup_state AS s WHERE s.rollup = job.name;
        condition := condition || ' AND ' || shardboard.id_condition(job.id_column, rolled_up);
    END LOOP;
    FOR job IN SELECT * FROM shardboard.rollup WHERE target = of_table LOOP
        SELECT deleted_before INTO raw_gone_before FROM shardboard.retention WHERE table_name = job.source;
        cutoff := least(cutoff, coalesce(raw_gone_before, '-infinity'));
    END LOOP;
END
$$;

-- step: create-run-retention: Create procedure shardboard.run_retention
-- Deletes what is older than shardboard.retention says: CALL shardboard.run_retention('schema.table'), outside of a
-- transaction. Gives the number of rows deleted, or NULL when another session is at it.
CREATE OR REPLACE PROCEDURE shardboard.run_retention(of_table text, INOUT deleted bigint DEFAULT NULL)
LANGUAGE plpgsql AS $$
DECLARE
    wish shardboard.retention;
    due record;
    low timestamptz;
    high timestamptz;
    slice interval := interval '1 minute';
    gone bigint;
    problem text;
    problem_code text;
BEGIN
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    SELECT * INTO wish FROM shardboard.retention WHERE table_name = of_table;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no retention for table %', of_table USING ERRCODE = 'undefined_object',
            HINT = (SELECT 'There is for ' || coalesce(string_agg(table_name, ', ' ORDER BY table_name), 'none') FROM shardboard.retention);
    END IF;
    IF wish.keep IS NULL THEN
        RAISE NOTICE 'rows of % are kept for ever', of_table;
        deleted := 0;
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM shardboard.partitioning WHERE table_name = of_table) THEN
        CALL shardboard.maintain_partitions(of_table, NULL); -- drops whole partitions instead of rows
        deleted := 0;
        RETURN;
    END IF;
    IF NOT pg_try_advisory_lock(hashtext('shardboard.retention'), hashtext(of_table)) THEN
        RAISE NOTICE 'retention of % is already running', of_table;
        RETURN;
    END IF;
    deleted := 0;
    SELECT * INTO due FROM shardboard.expiry(of_table);
    -- Committed before the first row goes: Verify compares no bucket that may have lost rows.
    UPDATE shardboard.retention SET deleted_before = greatest(deleted_before, due.cutoff), last_run_at = clock_timestamp()
     WHERE table_name = of_table AND isfinite(due.cutoff);
    COMMIT AND CHAIN;
    LOOP
        BEGIN
            IF low IS NULL THEN
                EXECUTE format('SELECT min(%1$I) FROM %2$s WHERE %1$I < %3$L AND %4$s', wish.time_column, of_table, due.cutoff,
                               due.condition) INTO low;
            END IF;
            IF low < due.cutoff THEN
                high := least(low + slice, due.cutoff);
                EXECUTE format('DELETE FROM %2$s WHERE %1$I >= %3$L AND %1$I < %4$L AND %5$s', wish.time_column, of_table, low, high,
                               due.condition);
                GET DIAGNOSTICS gone = ROW_COUNT;
                deleted := deleted + gone;
                low := high;
                slice := CASE WHEN gone > wish.batch_rows THEN greatest(slice / 2, interval '1 second')
                              WHEN gone < wish.batch_rows / 4 THEN least(slice * 2, interval '365 days') ELSE slice END;
            END IF;
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, problem_code = RETURNED_SQLSTATE;
        END;
        IF problem IS NOT NULL THEN
            ROLLBACK AND CHAIN;
            EXIT;
        END IF;
        COMMIT AND CHAIN;
        EXIT WHEN low IS NULL OR low >= due.cutoff;
    END LOOP;
    UPDATE shardboard.retention SET last_run_at = clock_timestamp(), last_deleted = deleted, last_error = problem
     WHERE table_name = of_table;
    PERFORM pg_advisory_unlock(hashtext('shardboard.retention'), hashtext(of_table));
    COMMIT;
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = problem_code, MESSAGE = problem;
    END IF;
END
$$;
