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
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT CASE WHEN step < interval '1 day' THEN date_bin(step, moment, '1970-01-01 00:00:00+00')
                WHEN step = interval '1 day' THEN date_trunc('day', moment, 'UTC')
                WHEN step = interval '7 days' THEN date_trunc('week', moment, 'UTC')
                WHEN step = interval '1 month' THEN date_trunc('month', moment, 'UTC')
                WHEN step = interval '3 months' THEN date_trunc('quarter', moment, 'UTC')
                WHEN step = interval '1 year' THEN date_trunc('year', moment, 'UTC') END
$$;

-- step: create-partition-end: Create function shardboard.partition_end
CREATE OR REPLACE FUNCTION shardboard.partition_end(start timestamptz, step interval) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT (start AT TIME ZONE 'UTC' + step) AT TIME ZONE 'UTC'
$$;

-- step: create-time-partitions: Create function shardboard.time_partitions
-- The partitions with their bounds; the default partition has none.
CREATE OR REPLACE FUNCTION shardboard.time_partitions(of_table text)
RETURNS TABLE (partition text, starts timestamptz, ends timestamptz, access_method name)
LANGUAGE sql STABLE SET search_path = pg_catalog SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
    SELECT format('%I.%I', n.nspname, c.relname),
           CASE b[1] WHEN 'MINVALUE' THEN '-infinity' ELSE btrim(b[1], '''')::timestamptz END,
           CASE b[2] WHEN 'MAXVALUE' THEN 'infinity' ELSE btrim(b[2], '''')::timestamptz END, a.amname
      FROM pg_inherits AS i
      JOIN pg_class AS c ON c.oid = i.inhrelid
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
      LEFT JOIN pg_am AS a ON a.oid = c.relam
      LEFT JOIN LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \((.*)\) TO \((.*)\)$') AS b ON true
     WHERE i.inhparent = of_table::regclass
$$;

-- step: create-partition-name: Create function shardboard.partition_name
-- As pg_partman and citus name partitions, and within 63 bytes.
CREATE OR REPLACE FUNCTION shardboard.partition_name(stem text, start timestamptz, step interval) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog SET timezone = 'UTC' AS $$
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
LANGUAGE plpgsql SET search_path = pg_catalog SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
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
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.oid = of_table::regclass
$$;

-- step: create-partman-schema: Create function shardboard.partman_schema
CREATE OR REPLACE FUNCTION shardboard.partman_schema() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT quote_ident(n.nspname) FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
     WHERE e.extname = 'pg_partman'
$$;

-- step: create-extend-partitions: Create function shardboard.extend_partitions
-- Makes the partitions that should be ready ahead of the rows. Without a search_path of its own: pg_partman puts back the one
-- it finds, for the whole session. A retention that pg_partman itself was told of is set aside for this: it asks no rollup.
CREATE OR REPLACE FUNCTION shardboard.extend_partitions(of_table text) RETURNS void
LANGUAGE plpgsql SET timezone = 'UTC' AS $$
DECLARE
    wish shardboard.partitioning;
    starts timestamptz;
    horizon timestamptz;
    config text;
    own_retention text;
BEGIN
    -- Over one connection a node: a partition made by another connection of the same transaction is not seen.
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    SELECT * INTO STRICT wish FROM shardboard.partitioning WHERE table_name = of_table;
    starts := shardboard.partition_start(now(), wish.step);
    horizon := ((starts AT TIME ZONE 'UTC') + wish.step * (wish.ahead + 1)) AT TIME ZONE 'UTC';
    CASE wish.method
    WHEN 'pg_partman' THEN
        config := shardboard.partman_schema() || '.part_config';
        EXECUTE format('SELECT retention FROM %s WHERE parent_table = %L', config, shardboard.partman_name(of_table)) INTO own_retention;
        IF own_retention IS NOT NULL THEN
            EXECUTE format('UPDATE %s SET retention = NULL WHERE parent_table = %L', config, shardboard.partman_name(of_table));
        END IF;
        EXECUTE format('SELECT %s.run_maintenance(%L)', shardboard.partman_schema(), shardboard.partman_name(of_table));
        IF own_retention IS NOT NULL THEN
            EXECUTE format('UPDATE %s SET retention = %L WHERE parent_table = %L', config, own_retention, shardboard.partman_name(of_table));
        END IF;
    WHEN 'citus' THEN
        -- A bound without an end makes citus' function bring the server down (seen with 13.2).
        IF EXISTS (SELECT FROM shardboard.time_partitions(of_table) AS p WHERE NOT isfinite(p.starts) OR NOT isfinite(p.ends)) THEN
            PERFORM shardboard.create_partitions(of_table, wish.step, starts, horizon);
        ELSE
            EXECUTE format('SELECT pg_catalog.create_time_partitions(%L, %L, %L, %L)', of_table, wish.step, horizon, starts);
        END IF;
    ELSE
        PERFORM shardboard.create_partitions(of_table, wish.step, starts, horizon);
    END CASE;
END
$$;

-- step: create-empty-default: Create function shardboard.empty_default_partition
-- Gives rows that found no partition when they came one of their own. Returns how many were moved.
CREATE OR REPLACE FUNCTION shardboard.empty_default_partition(of_table text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog SET timezone = 'UTC' AS $$
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
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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

-- step: create-maintain-partitions: Create procedure shardboard.maintain_partitions
-- Makes partitions ahead, drops what has expired, rewrites what is old into columns: CALL
-- shardboard.maintain_partitions('schema.table'), outside of a transaction. Gives the number of partitions dropped, or
-- NULL when another session is at it.
CREATE OR REPLACE PROCEDURE shardboard.maintain_partitions(of_table text, INOUT dropped int DEFAULT NULL)
LANGUAGE plpgsql AS $$
DECLARE
    wish shardboard.partitioning;
    expiry_run bigint;
    old text;
    olds text[];
    problem text;
    problem_code text;
BEGIN
    COMMIT;
    SELECT * INTO wish FROM shardboard.partitioning WHERE table_name = of_table;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'table % is not partitioned by Shardboard', of_table USING ERRCODE = 'undefined_object';
    END IF;
    IF NOT pg_try_advisory_lock(hashtext('shardboard.partitioning'), hashtext(of_table)) THEN
        RAISE NOTICE 'maintenance of % is already running', of_table;
        RETURN;
    END IF;
    dropped := 0;
    BEGIN
        PERFORM shardboard.extend_partitions(of_table);
    EXCEPTION WHEN OTHERS OR query_canceled THEN
        GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, problem_code = RETURNED_SQLSTATE;
    END;
    COMMIT;
    IF problem IS NULL AND EXISTS (SELECT FROM shardboard.retention WHERE table_name = of_table AND keep IS NOT NULL) THEN
        CALL shardboard.expire(of_table, expiry_run, problem, problem_code);
        SELECT cardinality(partitions_dropped) INTO dropped FROM shardboard.retention_run WHERE run_id = expiry_run;
    END IF;
    IF problem IS NULL AND wish.columnar_after IS NOT NULL THEN
        SELECT array_agg(p.partition ORDER BY p.ends) INTO olds FROM shardboard.time_partitions(of_table) AS p
         WHERE p.ends <= now() - wish.columnar_after AND p.access_method <> 'columnar';
        FOREACH old IN ARRAY coalesce(olds, '{}') LOOP
            BEGIN
                EXECUTE format('SELECT pg_catalog.alter_table_set_access_method(%L, ''columnar'')', old);
            EXCEPTION WHEN OTHERS OR query_canceled THEN
                GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, problem_code = RETURNED_SQLSTATE;
            END;
            COMMIT;
            EXIT WHEN problem IS NOT NULL;
        END LOOP;
    END IF;
    PERFORM shardboard.watch_partitions(of_table);
    UPDATE shardboard.partitioning SET last_run_at = clock_timestamp(), last_error = problem WHERE table_name = of_table;
    PERFORM pg_advisory_unlock(hashtext('shardboard.partitioning'), hashtext(of_table));
    COMMIT;
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = problem_code, MESSAGE = problem;
    END IF;
END
$$;
