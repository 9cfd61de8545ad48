-- SPDX-License-Identifier: GPL-3.0-or-later
-- Tables partitioned by time: which there are, new partitions ahead of the rows, old ones dropped or made columnar. All
-- bounds are cut in UTC, whatever the time zone of the session that happens to make them.

-- step: create-partitioning: Create table shardboard.partitioning, which tables are partitioned by time and how
CREATE TABLE IF NOT EXISTS shardboard.partitioning (
    table_name     text PRIMARY KEY,        -- schema.table, quoted where it must be
    time_column    text NOT NULL,
    step           interval NOT NULL CHECK (step >= interval '1 minute'),
    ahead          int NOT NULL CHECK (ahead > 0), -- partitions kept ready beyond the present one
    method         text NOT NULL CHECK (method IN ('pg_partman', 'citus', 'sql')),
    columnar_after interval CHECK (columnar_after > interval '0'), -- NULL: never
    last_run_at    timestamptz,
    last_error     text,
    ready_until    timestamptz,             -- rows up to then have a partition of their own
    default_rows   bigint                   -- in the default partition, counted to a million; NULL: there is none
);

-- step: create-partition-start: Create function shardboard.partition_start
-- The start of the partition that a moment falls into. Weeks begin on Monday.
CREATE OR REPLACE FUNCTION shardboard.partition_start(moment timestamptz, step interval) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN step < interval '1 day' THEN date_bin(step, moment, '1970-01-01 00:00:00+00')
                WHEN step = interval '1 day' THEN date_trunc('day', moment, 'UTC')
                WHEN step = interval '7 days' THEN date_trunc('week', moment, 'UTC')
                WHEN step = interval '1 month' THEN date_trunc('month', moment, 'UTC')
                WHEN step = interval '3 months' THEN date_trunc('quarter', moment, 'UTC')
                WHEN step = interval '1 year' THEN date_trunc('year', moment, 'UTC') END
$$;

-- step: create-partition-end: Create function shardboard.partition_end
CREATE OR REPLACE FUNCTION shardboard.partition_end(start timestamptz, step interval) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT (start AT TIME ZONE 'UTC' + step) AT TIME ZONE 'UTC'
$$;

-- step: create-time-partitions: Create function shardboard.time_partitions
-- The partitions with their bounds; the default partition has none. An error for bounds that are not one range of time: a wrong
-- bound would let retention drop rows that are to be kept.
CREATE OR REPLACE FUNCTION shardboard.time_partitions(of_table text)
RETURNS TABLE (partition text, starts timestamptz, ends timestamptz, access_method name)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict error
DECLARE
    bound text;
    limits text[];
BEGIN
    FOR partition, access_method, bound IN
        SELECT format('%I.%I', n.nspname, c.relname), a.amname, pg_get_expr(c.relpartbound, c.oid)
          FROM pg_inherits AS i
          JOIN pg_class AS c ON c.oid = i.inhrelid
          JOIN pg_namespace AS n ON n.oid = c.relnamespace
          LEFT JOIN pg_am AS a ON a.oid = c.relam
         WHERE i.inhparent = of_table::regclass
    LOOP
        starts := NULL;
        ends := NULL;
        IF bound <> 'DEFAULT' THEN
            limits := regexp_match(bound, '^FOR VALUES FROM [(]([^,]*)[)] TO [(]([^,]*)[)]$');
            starts := CASE limits[1] WHEN 'MINVALUE' THEN '-infinity' ELSE btrim(limits[1], '''')::timestamptz END;
            ends := CASE limits[2] WHEN 'MAXVALUE' THEN 'infinity' ELSE btrim(limits[2], '''')::timestamptz END;
            IF (starts < ends) IS NOT TRUE THEN
                RAISE EXCEPTION 'partition % has bounds that are not one range of time: %', partition, bound
                    USING ERRCODE = 'object_not_in_prerequisite_state';
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;

-- step: create-partition-name: Create function shardboard.partition_name
-- As pg_partman and citus name partitions, and within 63 bytes.
CREATE OR REPLACE FUNCTION shardboard.partition_name(stem text, start timestamptz, step interval) RETURNS text
LANGUAGE plpgsql STABLE AS $$
#variable_conflict error
DECLARE
    suffix text := '_p' || to_char(start, CASE WHEN step < interval '1 day' THEN 'YYYY_MM_DD_HH24MI'
        WHEN step = interval '7 days' THEN 'IYYY"w"IW' WHEN step < interval '1 month' THEN 'YYYY_MM_DD'
        WHEN step = interval '3 months' THEN 'YYYY"q"Q' WHEN step < interval '1 year' THEN 'YYYY_MM' ELSE 'YYYY' END);
    cut text := stem;
BEGIN
    IF octet_length(stem || suffix) > 63 THEN
        suffix := '_' || left(md5(stem), 8) || suffix;
    END IF;
    WHILE octet_length(cut || suffix) > 63 LOOP
        cut := left(cut, -1);
    END LOOP;
    RETURN cut || suffix;
END
$$;

-- step: create-missing-partitions: Create function shardboard.missing_partitions
-- The bounds of the partitions that are missing between two moments, oldest first.
CREATE OR REPLACE FUNCTION shardboard.missing_partitions(of_table text, step interval, first timestamptz, last timestamptz)
RETURNS TABLE (starts timestamptz, ends timestamptz)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict error
DECLARE
    covered tstzmultirange;
    low timestamptz := shardboard.partition_start(first, step);
    high timestamptz;
BEGIN
    SELECT coalesce(range_agg(tstzrange(p.starts, p.ends)), '{}') INTO covered
      FROM shardboard.time_partitions(of_table) AS p WHERE p.starts IS NOT NULL;
    WHILE low < last LOOP
        high := shardboard.partition_end(low, step);
        RETURN QUERY SELECT lower(gap), upper(gap) FROM unnest(tstzmultirange(tstzrange(low, high)) - covered) AS gap;
        low := high;
    END LOOP;
END
$$;

-- step: create-create-partition: Create function shardboard.create_partition
-- Makes one partition, named after `stem` (the table where it is NULL).
CREATE OR REPLACE FUNCTION shardboard.create_partition(of_table text, step interval, starts timestamptz, ends timestamptz, stem text)
RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    target record;
BEGIN
    SELECT n.nspname, c.relname, a.atttypid = 'timestamptz'::regtype AS has_zone INTO STRICT target
      FROM pg_class AS c
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_partitioned_table AS p ON p.partrelid = c.oid
      JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
     WHERE c.oid = of_table::regclass;
    EXECUTE format('CREATE TABLE %I.%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', target.nspname,
        shardboard.partition_name(coalesce(stem, target.relname), starts, step), of_table,
        CASE WHEN target.has_zone THEN starts::text ELSE (starts AT TIME ZONE 'UTC')::text END,
        CASE WHEN target.has_zone THEN ends::text ELSE (ends AT TIME ZONE 'UTC')::text END);
END
$$;

-- step: create-create-partitions: Create function shardboard.create_partitions
-- Makes what is missing between two moments, named after `stem` (the table unless given). Returns how many.
CREATE OR REPLACE FUNCTION shardboard.create_partitions(of_table text, step interval, first timestamptz, last timestamptz,
                                                        stem text DEFAULT NULL) RETURNS int
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    gap record;
    made int := 0;
BEGIN
    FOR gap IN SELECT * FROM shardboard.missing_partitions(of_table, step, first, last) LOOP
        PERFORM shardboard.create_partition(of_table, step, gap.starts, gap.ends, stem);
        made := made + 1;
    END LOOP;
    RETURN made;
END
$$;

-- step: create-partitionable: Create function shardboard.partitionable
-- The condition that times meet for which there can be a partition: finite ones, and not so near the ends of what their type
-- holds that a calendar's arithmetic fails. The default partition keeps the others.
CREATE OR REPLACE FUNCTION shardboard.partitionable(time_column text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT format('(%1$I >= ''4712-01-01 BC'' AND %1$I < ''294275-01-01'')', time_column)
$$;

-- step: create-partman-name: Create function shardboard.partman_name
-- pg_partman takes names without quotes.
CREATE OR REPLACE FUNCTION shardboard.partman_name(of_table text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.oid = of_table::regclass
$$;

-- step: create-partman-schema: Create function shardboard.partman_schema
CREATE OR REPLACE FUNCTION shardboard.partman_schema() RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT quote_ident(n.nspname) FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
     WHERE e.extname = 'pg_partman'
$$;

-- step: create-next-missing: Create function shardboard.next_missing
-- The bounds of the next partition that should exist ahead of the rows, apart from those that start at one of `passed`. NULL
-- when all exist, or pg_partman makes them.
CREATE OR REPLACE FUNCTION shardboard.next_missing(of_table text, passed jsonb, OUT starts timestamptz, OUT ends timestamptz)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    wish shardboard.partitioning;
    now_starts timestamptz;
BEGIN
    SELECT * INTO STRICT wish FROM shardboard.partitioning WHERE table_name = of_table;
    IF wish.method = 'pg_partman' THEN
        RETURN;
    END IF;
    now_starts := shardboard.partition_start(now(), wish.step);
    SELECT m.starts, m.ends INTO starts, ends
      FROM shardboard.missing_partitions(of_table, wish.step, now_starts,
               ((now_starts AT TIME ZONE 'UTC') + wish.step * (wish.ahead + 1)) AT TIME ZONE 'UTC') AS m
     WHERE NOT passed @> to_jsonb(m.starts) LIMIT 1;
END
$$;

-- step: create-partman-command: Create function shardboard.partman_command
-- The statement that lets pg_partman make partitions ahead of the rows; NULL where it does not make them.
CREATE OR REPLACE FUNCTION shardboard.partman_command(of_table text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT format('SELECT %s.run_maintenance(%L)', shardboard.partman_schema(), shardboard.partman_name(of_table))
      FROM shardboard.partitioning AS w WHERE w.table_name = of_table AND w.method = 'pg_partman'
$$;

-- step: drop-former-own-partitions: Drop the former function own_partitions
DROP FUNCTION IF EXISTS shardboard.own_partitions(text);

-- step: create-swap-partman-retention: Create function shardboard.swap_partman_retention
-- Sets pg_partman's own retention of the table; returns the former one.
CREATE OR REPLACE FUNCTION shardboard.swap_partman_retention(of_table text, retention text) RETURNS text
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    config text := shardboard.partman_schema() || '.part_config';
    former text;
BEGIN
    EXECUTE format('SELECT c.retention FROM %s AS c WHERE c.parent_table = $1', config) INTO former USING shardboard.partman_name(of_table);
    IF former IS DISTINCT FROM retention THEN
        EXECUTE format('UPDATE %s SET retention = $2 WHERE parent_table = $1', config) USING shardboard.partman_name(of_table), retention;
    END IF;
    RETURN former;
END
$$;

-- step: create-lock-default: Create function shardboard.lock_default
-- Locks the default partition where partitions are missing, as making them does. pg_partman hides that it waited too long for that
-- lock behind an error of its own.
CREATE OR REPLACE FUNCTION shardboard.lock_default(of_table text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    wish shardboard.partitioning;
    now_starts timestamptz;
    strays text;
BEGIN
    SELECT * INTO STRICT wish FROM shardboard.partitioning WHERE table_name = of_table;
    now_starts := shardboard.partition_start(now(), wish.step);
    IF EXISTS (SELECT FROM shardboard.missing_partitions(of_table, wish.step, now_starts,
                   ((now_starts AT TIME ZONE 'UTC') + wish.step * (wish.ahead + 1)) AT TIME ZONE 'UTC')) THEN
        SELECT p.partition INTO strays FROM shardboard.time_partitions(of_table) AS p WHERE p.starts IS NULL;
        IF strays IS NOT NULL THEN
            EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', strays);
        END IF;
    END IF;
END
$$;

-- step: create-extend-partitions: Create function shardboard.extend_partitions
-- Lets pg_partman make partitions where it does, while its own retention is set aside: that one does not wait for rollups.
-- pg_partman restores the search_path that it finds for the whole session: this function has none of its own, every name is
-- qualified, and pg_partman finds a safe one.
CREATE OR REPLACE FUNCTION shardboard.extend_partitions(of_table text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    command pg_catalog.text := shardboard.partman_command(of_table);
    own_retention pg_catalog.text;
    session_path pg_catalog.text;
BEGIN
    IF command IS NULL THEN
        RETURN;
    END IF;
    -- Over one connection a node: a partition made by another connection of the same transaction is not seen.
    PERFORM pg_catalog.set_config('citus.multi_shard_modify_mode', 'sequential', true);
    PERFORM shardboard.lock_default(of_table);
    own_retention := shardboard.swap_partman_retention(of_table, NULL);
    session_path := pg_catalog.current_setting('search_path');
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    EXECUTE command;
    PERFORM pg_catalog.set_config('search_path', session_path, false);
    PERFORM shardboard.swap_partman_retention(of_table, own_retention);
END
$$;

-- step: create-empty-default: Create function shardboard.empty_default_partition
-- Gives rows that found no partition when they came one of their own. Returns how many were moved. Rows without a time, and
-- those at infinite times, stay.
CREATE OR REPLACE FUNCTION shardboard.empty_default_partition(of_table text) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    wish shardboard.partitioning;
    strays text;
    stem text;
    columns text;
    bin record;
    movable text;
    moved bigint;
BEGIN
    SELECT * INTO STRICT wish FROM shardboard.partitioning WHERE table_name = of_table;
    movable := shardboard.partitionable(wish.time_column);
    SELECT p.partition INTO strays FROM shardboard.time_partitions(of_table) AS p WHERE p.starts IS NULL;
    IF strays IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
     WHERE attrelid = of_table::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    PERFORM shardboard.limit_lock_wait();
    EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', of_table, strays);
    FOR bin IN EXECUTE format('SELECT DISTINCT shardboard.partition_start(%1$I, %2$L) AS starts FROM %3$s WHERE %4$s',
                              wish.time_column, wish.step, strays, movable) LOOP
        PERFORM shardboard.create_partitions(of_table, wish.step, bin.starts, bin.starts + interval '1 second');
    END LOOP;
    EXECUTE format('INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM %3$s WHERE %4$s', of_table, columns, strays, movable);
    GET DIAGNOSTICS moved = ROW_COUNT;
    EXECUTE format('DELETE FROM %s WHERE %s', strays, movable);
    EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s DEFAULT', of_table, strays);
    RETURN moved;
END
$$;

-- step: create-watch-partitions: Create function shardboard.watch_partitions
-- Notes how far partitions are ready and what lies in the default one.
CREATE OR REPLACE FUNCTION shardboard.watch_partitions(of_table text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    strays text;
    stray_rows bigint;
BEGIN
    SELECT p.partition INTO strays FROM shardboard.time_partitions(of_table) AS p WHERE p.starts IS NULL;
    IF strays IS NOT NULL THEN
        EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM %s LIMIT 1000000) AS r', strays) INTO stray_rows;
    END IF;
    UPDATE shardboard.partitioning SET default_rows = stray_rows,
           ready_until = (SELECT coalesce(max(upper(span)) FILTER (WHERE span @> now()), max(upper(span)))
                            FROM (SELECT unnest(range_agg(tstzrange(p.starts, p.ends))) AS span
                                    FROM shardboard.time_partitions(of_table) AS p WHERE p.starts IS NOT NULL) AS spans)
     WHERE table_name = of_table;
END
$$;

