-- SPDX-License-Identifier: GPL-3.0-or-later
-- Recomputing a rollup. The procedure only commits; its work is done by functions with pinned settings.

-- step: create-open-rebuild: Create function shardboard.open_rebuild
-- {"rollup", "since", "until", "empty_too", "size", "written", "left_rows", "left_buckets"}, and "low", where it goes on.
CREATE OR REPLACE FUNCTION shardboard.open_rebuild(rollup_name text, since timestamptz, until timestamptz, empty_too boolean) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
BEGIN
    IF NOT EXISTS (SELECT FROM shardboard.rollup WHERE name = rollup_name) THEN
        RAISE EXCEPTION 'there is no rollup "%"', rollup_name USING ERRCODE = 'undefined_object';
    END IF;
    RETURN jsonb_build_object('rollup', rollup_name, 'since', since, 'until', until, 'empty_too', empty_too, 'size', 1,
                              'written', 0, 'left_rows', 0, 'left_buckets', 0);
END
$$;

-- step: create-rebuild-span: Create function shardboard.rebuild_span
-- The first and the last time of rows in the range, of the source or of the rollup.
CREATE OR REPLACE FUNCTION shardboard.rebuild_span(rollup_name text, low timestamptz, until timestamptz, OUT first timestamptz, OUT last timestamptz)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    span text := 'SELECT least($3, min(%1$I)), greatest($4, max(%1$I)) FROM %2$s
                   WHERE %1$I >= $1 AND (%1$I < $2 OR $2 = ''infinity'')';
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    EXECUTE format(span, job.time_column, job.source) INTO first, last USING low, until, first, last;
    EXECUTE format(span, job.bucket_column, job.target) INTO first, last USING low, until, first, last;
END
$$;

-- step: create-keep-rollup-rows: Create function shardboard.keep_rollup_rows
-- Copies the rollup's rows of these buckets to a temporary table.
CREATE OR REPLACE FUNCTION shardboard.keep_rollup_rows(rollup_name text, buckets timestamptz[]) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    EXECUTE format('CREATE TEMPORARY TABLE shardboard_kept_rows ON COMMIT DROP AS SELECT * FROM %s WHERE %s', job.target,
                   shardboard.time_condition(job.bucket_column, buckets, job.bucket, job.time_zone));
END
$$;

-- step: create-return-rollup-rows: Create function shardboard.return_rollup_rows
-- Puts back the copied rows that have no counterpart among the new ones: the rows they were made of do not exist any more. How
-- many these are, and in how many buckets no row was new.
CREATE OR REPLACE FUNCTION shardboard.return_rollup_rows(rollup_name text, OUT left_rows bigint, OUT left_buckets bigint)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    columns text;
    counting text;
    new_rows bigint;
    span record;
    fresh timestamptz[];
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    columns := shardboard.insertable_columns(job.target);
    EXECUTE format('SELECT min(%1$I) AS first, max(%1$I) AS last FROM pg_temp.shardboard_kept_rows', job.bucket_column) INTO span;
    EXECUTE format('SELECT array_agg(DISTINCT %1$I) FROM %2$s WHERE %1$I >= $1 AND %1$I <= $2', job.bucket_column, job.target)
        INTO fresh USING span.first, span.last;
    EXECUTE format('SELECT count(DISTINCT %1$I) FROM pg_temp.shardboard_kept_rows WHERE %1$I <> ALL ($1)', job.bucket_column)
        INTO left_buckets USING coalesce(fresh, '{}');
    -- Counted before and after: on citus the number of inserted rows includes those that met a conflict.
    counting := format('SELECT count(*) FROM %2$s WHERE %1$I >= $1 AND %1$I <= $2', job.bucket_column, job.target);
    EXECUTE counting INTO new_rows USING span.first, span.last;
    EXECUTE format('INSERT INTO %1$s (%2$s) SELECT %2$s FROM pg_temp.shardboard_kept_rows ON CONFLICT DO NOTHING', job.target, columns);
    EXECUTE counting INTO left_rows USING span.first, span.last;
    left_rows := left_rows - new_rows;
    DROP TABLE pg_temp.shardboard_kept_rows;
END
$$;

-- step: create-continue-rebuild: Create function shardboard.continue_rebuild
-- One transaction of a rebuild. Rows of the rollup whose raw rows do not exist any more stay, unless "empty_too".
CREATE OR REPLACE FUNCTION shardboard.continue_rebuild(run jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    until timestamptz := (run ->> 'until')::timestamptz;
    low timestamptz;
    span record;
    buckets timestamptz[];
    done record;
    spared record;
BEGIN
    PERFORM shardboard.pin_nodes();
    PERFORM shardboard.hold_still(run ->> 'rollup');
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = run ->> 'rollup';
    -- The range in whole buckets, from where nothing has expired; what there is on either side says where it goes on.
    low := greatest((run ->> 'low')::timestamptz, shardboard.bucket_start((run ->> 'since')::timestamptz, job.bucket, job.time_zone),
                    shardboard.whole_from(job.name));
    SELECT * INTO span FROM shardboard.rebuild_span(job.name, low, until);
    buckets := shardboard.bucket_list(span.first, least(until, shardboard.bucket_end(span.last, job.bucket, job.time_zone)),
                                      job.bucket, job.time_zone, (run ->> 'size')::int);
    IF buckets IS NULL THEN
        RETURN run || '{"is_over": true}';
    END IF;
    IF NOT (run ->> 'empty_too')::boolean THEN
        PERFORM shardboard.keep_rollup_rows(job.name, buckets);
    END IF;
    SELECT * INTO done FROM shardboard.replace_buckets(job.name, buckets, ' AND ' || shardboard.taken_rows(job.name));
    IF NOT (run ->> 'empty_too')::boolean THEN
        SELECT * INTO spared FROM shardboard.return_rollup_rows(job.name);
        run := run || jsonb_build_object('left_rows', (run ->> 'left_rows')::bigint + spared.left_rows,
                                         'left_buckets', (run ->> 'left_buckets')::bigint + spared.left_buckets);
    END IF;
    low := shardboard.bucket_end(buckets[cardinality(buckets)], job.bucket, job.time_zone);
    PERFORM pg_notify('shardboard_rollup', json_build_object('rollup', job.name, 'from', shardboard.iso(buckets[1]),
        'to', shardboard.iso(low), 'complete_until', shardboard.iso(job.complete_until), 'rows', done.row_count)::text);
    RETURN run || jsonb_build_object('low', low, 'is_over', low = 'infinity', 'written', (run ->> 'written')::bigint + done.written,
                                     'size', shardboard.next_size((run ->> 'size')::int, done.row_count, job.batch_ids));
END
$$;

-- step: create-run-count: Create function shardboard.run_count
CREATE OR REPLACE FUNCTION shardboard.run_count(run jsonb, counter text) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT (run ->> counter)::bigint
$$;

-- step: drop-former-rebuild: Drop the former procedure rebuild_rollup
DROP PROCEDURE IF EXISTS shardboard.rebuild_rollup(text, timestamptz, timestamptz, bigint);

-- step: create-rebuild-rollup: Create procedure shardboard.rebuild_rollup
-- Recomputes the rollup's rows of a range from the rows it was made of, as far as those have not expired: CALL
-- shardboard.rebuild_rollup('name', since, until), outside of a transaction. Rows of the rollup whose raw rows do not exist any
-- more stay unless `empty_too` is true. Gives the rows written, the rows that stayed so, and the buckets that have only such
-- rows. Runs wait meanwhile.
CREATE OR REPLACE PROCEDURE shardboard.rebuild_rollup(rollup_name text, since timestamptz DEFAULT '-infinity',
                                                      until timestamptz DEFAULT 'infinity', empty_too boolean DEFAULT false,
                                                      INOUT written bigint DEFAULT NULL, INOUT left_rows bigint DEFAULT NULL,
                                                      INOUT left_buckets bigint DEFAULT NULL)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    run pg_catalog.jsonb;
BEGIN
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    run := shardboard.open_rebuild(rollup_name, since, until, empty_too);
    WHILE shardboard.is_open(run) LOOP
        run := shardboard.continue_rebuild(run);
        COMMIT AND CHAIN;
    END LOOP;
    written := shardboard.run_count(run, 'written');
    left_rows := shardboard.run_count(run, 'left_rows');
    left_buckets := shardboard.run_count(run, 'left_buckets');
    COMMIT;
END
$$;
