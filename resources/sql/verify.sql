-- SPDX-License-Identifier: GPL-3.0-or-later
-- Holding a rollup against its raw rows.

-- step: create-foreign-ids: Create function shardboard.foreign_ids
-- Rows whose ids the node's sequence has not handed out: someone chose them. They are rolled up when the sequence comes
-- to them, if it does not collide with them first.
CREATE OR REPLACE FUNCTION shardboard.foreign_ids(source text, id_column text, sequence_name text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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

-- step: create-verify-rollup: Create function shardboard.verify_rollup
-- The buckets in which the rollup does not say what the raw rows say: none when all is well. Compares the rows rolled up so
-- far, in the buckets of which no raw row has expired. Runs of the rollup wait meanwhile.
CREATE OR REPLACE FUNCTION shardboard.verify_rollup(rollup_name text, since timestamptz DEFAULT '-infinity', until timestamptz DEFAULT 'infinity')
RETURNS TABLE (bucket timestamptz, dimensions jsonb, raw jsonb, rolled_up jsonb)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    job shardboard.rollup;
    deadline timestamptz := clock_timestamp() + interval '60 seconds';
    taken jsonb;
    bounds text;
    foreign_rows bigint;
BEGIN
    SELECT * INTO job FROM shardboard.rollup WHERE name = rollup_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no rollup "%"', rollup_name USING ERRCODE = 'undefined_object';
    END IF;
    WHILE NOT pg_try_advisory_xact_lock(hashtext('shardboard.rollup'), job.rollup_id) LOOP
        IF clock_timestamp() > deadline THEN
            RAISE EXCEPTION 'rollup "%" is running', rollup_name
                USING ERRCODE = 'lock_not_available', HINT = 'Try again when the run has ended.';
        END IF;
        PERFORM pg_sleep(0.1);
    END LOOP;
    -- A run that died between prepare and commit is finished by citus within a minute.
    WHILE EXISTS (SELECT FROM shardboard.writers(job.target, job.target, false) AS w WHERE w.is_prepared) LOOP
        IF clock_timestamp() > deadline THEN
            RAISE EXCEPTION 'a prepared transaction holds rows of rollup "%"', rollup_name
                USING ERRCODE = 'lock_not_available', HINT = 'See pg_prepared_xacts on every node.';
        END IF;
        PERFORM pg_sleep(0.5);
    END LOOP;
    foreign_rows := shardboard.foreign_ids(job.source, job.id_column, job.id_sequence);
    IF foreign_rows > 0 THEN
        RAISE WARNING '% rows of % have ids that its sequence has not handed out; they are not rolled up', foreign_rows, job.source
            USING HINT = format('Let the server fill in %s.', job.id_column);
    END IF;
    SELECT jsonb_agg(jsonb_build_object('first', s.group_id::bigint << 48, 'last', s.last_id)) INTO taken
      FROM shardboard.rollup_state AS s WHERE s.rollup = rollup_name;
    since := greatest(since, shardboard.whole_since(job.source, job.target));
    bounds := format('BETWEEN %L AND %L', since, until);
    FOR bucket, dimensions, raw, rolled_up IN EXECUTE
        format(job.compare_sql, shardboard.id_condition(job.id_column, taken), bounds)
    LOOP
        -- Retention may have gone on while rows were compared.
        IF bucket >= shardboard.whole_since(job.source, job.target) THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;
