-- SPDX-License-Identifier: GPL-3.0-or-later
-- Holding a rollup against its raw rows.

-- step: create-foreign-ids: Create function shardboard.foreign_ids
-- Rows whose ids the node's sequence has not handed out: someone chose them. They are rolled up when the sequence comes
-- to them, if it does not collide with them first.
CREATE OR REPLACE FUNCTION shardboard.foreign_ids(source text, id_column text, sequence_name text) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    place record;
    highest jsonb := '{}';
    top bigint;
    beyond bigint;
    total bigint := 0;
BEGIN
    -- First the rows, then the sequence, which is then beyond every id it gave to them.
    FOR place IN SELECT * FROM shardboard.sequence_positions(sequence_name) LOOP
        EXECUTE format('SELECT max(%1$I) FROM %2$s WHERE %1$I > %3$s AND %1$I <= %4$s', id_column, source,
                       place.group_id::bigint << 48, (place.group_id::bigint + 1) << 48) INTO top;
        highest := highest || jsonb_build_object(place.group_id::text, top);
    END LOOP;
    FOR place IN SELECT * FROM shardboard.sequence_positions(sequence_name) LOOP
        top := (highest ->> place.group_id::text)::bigint;
        IF top > coalesce(place.last_value, place.group_id::bigint << 48) THEN
            EXECUTE format('SELECT count(*) FROM %2$s WHERE %1$I > %3$s AND %1$I <= %4$s', id_column, source,
                           coalesce(place.last_value, place.group_id::bigint << 48), top) INTO beyond;
            total := total + beyond;
        END IF;
    END LOOP;
    RETURN total;
END
$$;

-- step: create-hold-still: Create function shardboard.hold_still
-- Keeps the rollup, and its parent, from running until the caller's transaction ends. Waits a minute for runs under way and
-- for what a run that died between prepare and commit has left, which citus finishes within a minute.
CREATE OR REPLACE FUNCTION shardboard.hold_still(rollup_name text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    deadline timestamptz := clock_timestamp() + interval '60 seconds';
    held shardboard.rollup;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    FOR held IN SELECT * FROM shardboard.rollup AS r WHERE r.name IN (job.name, job.parent) ORDER BY r.rollup_id LOOP
        WHILE NOT pg_try_advisory_xact_lock(hashtext('shardboard.rollup'), held.rollup_id) LOOP
            IF clock_timestamp() > deadline THEN
                RAISE EXCEPTION 'rollup "%" is running', held.name
                    USING ERRCODE = 'lock_not_available', HINT = 'Try again when the run has ended.';
            END IF;
            PERFORM pg_sleep(0.1);
        END LOOP;
        WHILE EXISTS (SELECT FROM shardboard.writers(held.target, held.target) AS w WHERE w.is_prepared) LOOP
            IF clock_timestamp() > deadline THEN
                RAISE EXCEPTION 'a prepared transaction holds rows of rollup "%"', held.name
                    USING ERRCODE = 'lock_not_available', HINT = 'See pg_prepared_xacts on every node.';
            END IF;
            PERFORM pg_sleep(0.5);
        END LOOP;
    END LOOP;
END
$$;

-- step: create-taken-rows: Create function shardboard.taken_rows
-- The condition that rows of the source meet which the rollup has taken.
CREATE OR REPLACE FUNCTION shardboard.taken_rows(rollup_name text) RETURNS text
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    taken jsonb;
    done timestamptz;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    IF job.strategy = 'sequence' THEN
        SELECT jsonb_agg(jsonb_build_object('first', s.group_id::bigint << 48, 'last', s.last_id)) INTO taken
          FROM shardboard.rollup_state AS s WHERE s.rollup = job.name;
        RETURN shardboard.id_condition(job.id_column, taken);
    END IF;
    SELECT s.done_until INTO done FROM shardboard.rollup_state AS s WHERE s.rollup = job.name;
    RETURN CASE WHEN done IS NULL THEN '(false)' WHEN job.strategy = 'cascade' THEN '(true)'
                ELSE format('(%I < %L)', job.time_column, done) END;
END
$$;

-- step: create-warn-of-strays: Create function shardboard.warn_of_strays
-- Raises a warning for rows that no run takes.
CREATE OR REPLACE FUNCTION shardboard.warn_of_strays(rollup_name text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    strays bigint;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    IF job.strategy = 'sequence' THEN
        strays := shardboard.foreign_ids(job.source, job.id_column, job.id_sequence);
        IF strays > 0 THEN
            RAISE WARNING '% rows of % have ids that its sequence has not handed out; they are not rolled up', strays, job.source
                USING HINT = format('Let the server fill in %s.', job.id_column);
        END IF;
    END IF;
    IF job.strategy <> 'cascade' THEN
        EXECUTE format('SELECT count(*) FROM %s WHERE %I IS NULL', job.source, job.time_column) INTO strays;
        IF strays > 0 THEN
            RAISE WARNING '% rows of % have no %; they belong to no bucket', strays, job.source, job.time_column;
        END IF;
    END IF;
    IF job.strategy = 'time' THEN
        EXECUTE format('SELECT count(*) FROM %s WHERE %s', job.source,
                       shardboard.time_condition(job.time_column, '{infinity}', job.bucket, job.time_zone)) INTO strays;
        IF strays > 0 THEN
            RAISE WARNING '% rows of % are in bucket infinity, which never closes; the live view shows them', strays, job.source;
        END IF;
    END IF;
END
$$;

-- step: create-verify-rollup: Create function shardboard.verify_rollup
-- The buckets in which the rollup does not say what the rows it is made of say, raw ones or those of its parent: none when
-- all is well. Compares what was taken so far, in the buckets of which no such row has expired. Runs of the rollup wait
-- meanwhile.
CREATE OR REPLACE FUNCTION shardboard.verify_rollup(rollup_name text, since timestamptz DEFAULT '-infinity', until timestamptz DEFAULT 'infinity')
RETURNS TABLE (bucket timestamptz, dimensions jsonb, raw jsonb, rolled_up jsonb)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    differs_by_order boolean;
    rounded bigint := 0;
BEGIN
    SELECT * INTO job FROM shardboard.rollup WHERE name = rollup_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no rollup "%"', rollup_name USING ERRCODE = 'undefined_object';
    END IF;
    PERFORM shardboard.pin_nodes();
    -- The lock makes citus begin transactions on the nodes: only those get the settings.
    PERFORM FROM shardboard.rollup_state AS s WHERE s.rollup = job.name FOR KEY SHARE;
    PERFORM shardboard.hold_still(job.name);
    PERFORM shardboard.warn_of_strays(job.name);
    since := greatest(since, shardboard.whole_since(job.source, job.target));
    FOR bucket, dimensions, raw, rolled_up, differs_by_order IN EXECUTE
        format(job.compare_sql, shardboard.taken_rows(job.name), format('BETWEEN %L AND %L', since, until))
    LOOP
        -- Retention may have gone on while rows were compared; what is noted as changed is the next run's work.
        IF differs_by_order THEN
            rounded := rounded + 1;
        ELSIF bucket >= shardboard.whole_since(job.source, job.target)
           AND NOT EXISTS (SELECT FROM shardboard.rollup_change AS c WHERE c.rollup = rollup_name AND c.bucket = verify_rollup.bucket) THEN
            RETURN NEXT;
        END IF;
    END LOOP;
    IF rounded > 0 THEN
        RAISE WARNING 'in % buckets sums of double precision differ in their last digits: they depend on the order of the rows', rounded;
    END IF;
END
$$;

