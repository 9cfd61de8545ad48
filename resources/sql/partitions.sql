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

-- step: create-create-partitions: Create function shardboard.create_partitions
-- Makes what is missing between two moments, named after `stem` (the table unless given). Returns how many.
CREATE OR REPLACE FUNCTION shardboard.create_partitions(of_table text, step interval, first timestamptz, last timestamptz,
                                                        stem text DEFAULT NULL) RETURNS int
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    target record;
    covered tstzmultirange;
    starts timestamptz := shardboard.partition_start(first, step);
    ends timestamptz;
    gap tstzrange;
    made int := 0;
BEGIN
    SELECT n.nspname, c.relname, a.atttypid = 'timestamptz'::regtype AS has_zone INTO STRICT target
      FROM pg_class AS c
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_partitioned_table AS p ON p.partrelid = c.oid
      JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
     WHERE c.oid = of_table::regclass;
    SELECT coalesce(range_agg(tstzrange(p.starts, p.ends)), '{}') INTO covered
      FROM shardboard.time_partitions(of_table) AS p WHERE p.starts IS NOT NULL;
    WHILE starts < last LOOP
        ends := shardboard.partition_end(starts, step);
        FOR gap IN SELECT * FROM unnest(tstzmultirange(tstzrange(starts, ends)) - covered) LOOP
            EXECUTE format('CREATE TABLE %I.%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', target.nspname,
                shardboard.partition_name(coalesce(stem, target.relname), lower(gap), step), of_table,
                CASE WHEN target.has_zone THEN lower(gap)::text ELSE (lower(gap) AT TIME ZONE 'UTC')::text END,
                CASE WHEN target.has_zone THEN upper(gap)::text ELSE (upper(gap) AT TIME ZONE 'UTC')::text END);
            made := made + 1;
        END LOOP;
        starts := ends;
    END LOOP;
    RETURN made;
END
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

-- step: create-own-partitions: Create function shardboard.own_partitions
-- Creates the partitions that should exist ahead of the rows. Where pg_partman does that, returns the statement that lets it, and
-- sets aside a retention of pg_partman's own: that one does not wait for rollups.
CREATE OR REPLACE FUNCTION shardboard.own_partitions(of_table text) RETURNS text
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    wish shardboard.partitioning;
    starts timestamptz;
    horizon timestamptz;
BEGIN
    -- Over one connection a node: a partition made by another connection of the same transaction is not seen.
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    SELECT * INTO STRICT wish FROM shardboard.partitioning WHERE table_name = of_table;
    starts := shardboard.partition_start(now(), wish.step);
    horizon := ((starts AT TIME ZONE 'UTC') + wish.step * (wish.ahead + 1)) AT TIME ZONE 'UTC';
    IF wish.method = 'pg_partman' THEN
        RETURN format('SELECT %s.run_maintenance(%L)', shardboard.partman_schema(), shardboard.partman_name(of_table));
    ELSIF wish.method = 'citus' AND NOT EXISTS (
            SELECT FROM shardboard.time_partitions(of_table) AS p WHERE NOT isfinite(p.starts) OR NOT isfinite(p.ends)) THEN
        EXECUTE format('SELECT pg_catalog.create_time_partitions(%L, %L, %L, %L)', of_table, wish.step, horizon, starts);
    ELSE
        -- A bound without an end makes citus' function bring the server down (seen with 13.2).
        PERFORM shardboard.create_partitions(of_table, wish.step, starts, horizon);
    END IF;
    RETURN NULL;
END
$$;

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

-- step: create-extend-partitions: Create function shardboard.extend_partitions
-- Creates the partitions that should exist ahead of the rows. pg_partman restores the search_path that it finds for the whole
-- session: this function has none of its own, every name is qualified, and pg_partman finds a safe one.
CREATE OR REPLACE FUNCTION shardboard.extend_partitions(of_table text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    command pg_catalog.text;
    own_retention pg_catalog.text;
    session_path pg_catalog.text;
BEGIN
    command := shardboard.own_partitions(of_table);
    IF command IS NULL THEN
        RETURN;
    END IF;
    own_retention := shardboard.swap_partman_retention(of_table, NULL);
    session_path := pg_catalog.current_setting('search_path');
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    EXECUTE command;
    PERFORM pg_catalog.set_config('search_path', session_path, false);
    PERFORM shardboard.swap_partman_retention(of_table, own_retention);
END
$$;

-- step: create-empty-default: Create function shardboard.empty_default_partition
-- Gives rows that found no partition when they came one of their own. Returns how many were moved.
CREATE OR REPLACE FUNCTION shardboard.empty_default_partition(of_table text) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    wish shardboard.partitioning;
    strays text;
    stem text;
    columns text;
    bin record;
    moved bigint;
BEGIN
    SELECT * INTO STRICT wish FROM shardboard.partitioning WHERE table_name = of_table;
    SELECT p.partition INTO strays FROM shardboard.time_partitions(of_table) AS p WHERE p.starts IS NULL;
    IF strays IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
     WHERE attrelid = of_table::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', of_table, strays);
    FOR bin IN EXECUTE format('SELECT DISTINCT shardboard.partition_start(%1$I, %2$L) AS starts FROM %3$s WHERE %1$I IS NOT NULL',
                              wish.time_column, wish.step, strays) LOOP
        PERFORM shardboard.create_partitions(of_table, wish.step, bin.starts, bin.starts + interval '1 second');
    END LOOP;
    EXECUTE format('INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM %3$s WHERE %4$I IS NOT NULL',
                   of_table, columns, strays, wish.time_column);
    GET DIAGNOSTICS moved = ROW_COUNT;
    EXECUTE format('DELETE FROM %s WHERE %I IS NOT NULL', strays, wish.time_column);
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
           ready_until = (SELECT max(p.ends) FROM shardboard.time_partitions(of_table) AS p)
     WHERE table_name = of_table;
END
$$;

