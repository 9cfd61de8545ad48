-- SPDX-License-Identifier: GPL-3.0-or-later
-- Makes an ordinary table a partitioned one beside it: rows are copied while people read and write, what changed
-- meanwhile is copied again while writes wait, both are compared, then the two exchange their names. The ordinary table
-- is kept until somebody drops it, so there is a way back.

-- step: create-conversion: Create table shardboard.conversion, which tables become partitioned
CREATE TABLE IF NOT EXISTS shardboard.conversion (
    table_name    text PRIMARY KEY,                  -- schema.table, quoted where it must be
    copy_name     text NOT NULL,                     -- of the partitioned table until they exchange their names
    original_name text NOT NULL,                     -- of the ordinary table afterwards; both in the same schema
    time_column   text NOT NULL,
    step          interval NOT NULL,
    index_names   jsonb NOT NULL DEFAULT '{}',       -- of the table to those of the copy
    undo_sql      text[] NOT NULL DEFAULT '{}',      -- run when the ordinary table is back
    swapped_at    timestamptz                        -- NULL: not yet
);

-- step: create-sibling: Create function shardboard.sibling
-- Another table of the same schema, as SQL writes it.
CREATE OR REPLACE FUNCTION shardboard.sibling(of_table text, name text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT format('%I.%I', n.nspname, sibling.name) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.oid = of_table::regclass
$$;

-- step: create-insertable-columns: Create function shardboard.insertable_columns
CREATE OR REPLACE FUNCTION shardboard.insertable_columns(of_table text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
     WHERE attrelid = of_table::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
$$;

-- step: create-bin-expression: Create function shardboard.bin_expression
-- The start of a row's partition as an expression that any node can evaluate, whatever its time zone.
CREATE OR REPLACE FUNCTION shardboard.bin_expression(of_table text, time_column text, step interval) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN step < interval '1 day' THEN format('date_bin(%L::interval, %s, ''1970-01-01 00:00:00+00''::timestamptz)', step, moment)
                ELSE format('date_trunc(%L, %s, ''UTC'')',
                            CASE WHEN step = interval '1 day' THEN 'day' WHEN step = interval '7 days' THEN 'week'
                                 WHEN step = interval '1 month' THEN 'month' WHEN step = interval '3 months' THEN 'quarter'
                                 ELSE 'year' END, moment) END
      FROM (SELECT CASE WHEN atttypid = 'timestamptz'::regtype THEN quote_ident(attname)
                        ELSE format('(%I::timestamp AT TIME ZONE ''UTC'')', attname) END AS moment
              FROM pg_attribute WHERE attrelid = of_table::regclass AND attname = time_column) AS a
$$;

-- step: create-rows-condition: Create function shardboard.rows_condition
-- Rows from one moment to before another; without limits where they are infinite, those without a time where they are NULL.
CREATE OR REPLACE FUNCTION shardboard.rows_condition(of_table text, time_column text, first timestamptz, last timestamptz)
RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN first IS NULL THEN format('%I IS NULL', time_column)
                ELSE concat_ws(' AND ', format('%I IS NOT NULL', time_column),
                               CASE WHEN first <> '-infinity' THEN format('%I >= %L', time_column, CASE WHEN has_zone THEN first::text ELSE (first AT TIME ZONE 'UTC')::text END) END,
                               CASE WHEN last <> 'infinity' THEN format('%I < %L', time_column, CASE WHEN has_zone THEN last::text ELSE (last AT TIME ZONE 'UTC')::text END) END) END
      FROM (SELECT atttypid = 'timestamptz'::regtype AS has_zone
              FROM pg_attribute WHERE attrelid = of_table::regclass AND attname = time_column) AS a
$$;

-- step: drop-former-cover-rows: Drop the former function shardboard.cover_rows
-- It returned something else before version 4, which CREATE OR REPLACE cannot change.
DROP FUNCTION IF EXISTS shardboard.cover_rows(text, text, text, interval, text, timestamptz);

-- step: create-cover-rows: Create function shardboard.cover_rows
-- Gives `target` partitions for all rows of `source` that have a finite time, and from then, or from `since`, until the
-- end of the partition after the present one. Rows of a finite time that the default partition took, because they came
-- between two looks, go: settle_rows() copies them anew.
CREATE OR REPLACE FUNCTION shardboard.cover_rows(source text, target text, time_column text, step interval, stem text,
                                                 since timestamptz DEFAULT NULL) RETURNS int
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    lowest timestamptz;
    highest timestamptz;
    strays text;
BEGIN
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    SELECT p.partition INTO strays FROM shardboard.time_partitions(target) AS p WHERE p.starts IS NULL;
    IF strays IS NOT NULL THEN
        EXECUTE format('DELETE FROM %s WHERE %s', strays, shardboard.partitionable(time_column));
    END IF;
    EXECUTE format('SELECT min(%1$I), max(%1$I) FROM %2$s WHERE %3$s', time_column, source, shardboard.partitionable(time_column))
       INTO lowest, highest;
    RETURN shardboard.create_partitions(target, step, least(lowest, since, now()),
        shardboard.partition_end(shardboard.partition_end(shardboard.partition_start(greatest(highest, now()), step), step), step),
        stem);
END
$$;

-- step: create-copy-rows: Create function shardboard.copy_rows
-- Copies the rows of a time unless the target holds rows of it already: then they were copied before. Returns how many.
CREATE OR REPLACE FUNCTION shardboard.copy_rows(source text, target text, time_column text, first timestamptz, last timestamptz)
RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    condition text := shardboard.rows_condition(source, time_column, first, last);
    is_there boolean;
    copied bigint;
BEGIN
    PERFORM shardboard.pin_nodes();
    EXECUTE format('SELECT count(*) > 0 FROM (SELECT 1 FROM %s WHERE %s LIMIT 1) AS r', target, condition) INTO is_there;
    IF is_there THEN
        RETURN 0;
    END IF;
    EXECUTE format('INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM %3$s WHERE %4$s', target,
                   shardboard.insertable_columns(target), source, condition);
    GET DIAGNOSTICS copied = ROW_COUNT;
    RETURN copied;
END
$$;

-- step: create-settle-rows: Create function shardboard.settle_rows
-- Makes the target hold exactly the rows of the source: partitions' worths of time whose rows differ are copied anew.
-- Returns how many rows were.
CREATE OR REPLACE FUNCTION shardboard.settle_rows(source text, target text, time_column text, step interval) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    columns text := shardboard.insertable_columns(target);
    figures text := format('SELECT %s AS bin, %%1$s count(*) AS n, %%1$s sum(hashtextextended(ROW(%s)::text, 0)::numeric) AS h FROM %%2$s GROUP BY 1',
                           shardboard.bin_expression(source, time_column, step), columns);
    bins timestamptz[];
    bin timestamptz;
    condition text;
    copied bigint;
    total bigint := 0;
BEGIN
    PERFORM shardboard.pin_nodes();
    PERFORM shardboard.require_read_committed();
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    EXECUTE format('SELECT array_agg(bin ORDER BY bin) FROM (SELECT bin FROM (%s UNION ALL %s) AS figures '
                   'GROUP BY bin HAVING sum(n) <> 0 OR sum(h) <> 0) AS differing', format(figures, '', source), format(figures, '-', target))
       INTO bins;
    FOREACH bin IN ARRAY coalesce(bins, '{}') LOOP
        condition := CASE WHEN isfinite(bin) THEN shardboard.rows_condition(source, time_column, bin, shardboard.partition_end(bin, step))
                          WHEN bin IS NULL THEN format('%I IS NULL', time_column) ELSE format('%I = %L', time_column, bin) END;
        EXECUTE format('DELETE FROM %s WHERE %s', target, condition);
        EXECUTE format('INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM %3$s WHERE %4$s', target, columns, source, condition);
        GET DIAGNOSTICS copied = ROW_COUNT;
        total := total + copied;
    END LOOP;
    RETURN total;
END
$$;

-- step: create-check-counts: Create function shardboard.check_same_count
-- Raises an error unless both tables hold equally many rows; returns how many.
CREATE OR REPLACE FUNCTION shardboard.check_same_count(source text, target text) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    source_rows bigint;
    target_rows bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM %s', source) INTO source_rows;
    EXECUTE format('SELECT count(*) FROM %s', target) INTO target_rows;
    IF source_rows <> target_rows THEN
        RAISE EXCEPTION '% has % rows, its copy % has %', source, source_rows, target, target_rows
            USING ERRCODE = 'data_exception', HINT = 'Nothing was swapped.';
    END IF;
    RAISE NOTICE '% rows in %, as many in %', source_rows, source, target;
    RETURN source_rows;
END
$$;

-- step: create-copy-grants: Create function shardboard.copy_grants
-- Gives `target` the owner, the privileges and the comment of `source`.
CREATE OR REPLACE FUNCTION shardboard.copy_grants(source text, target text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    command text;
BEGIN
    FOR command IN
        SELECT format('ALTER TABLE %s OWNER TO %I', target, pg_get_userbyid(c.relowner)) FROM pg_class AS c
         WHERE c.oid = source::regclass AND c.relowner <> (SELECT relowner FROM pg_class WHERE oid = target::regclass)
        UNION ALL
        SELECT format('COMMENT ON TABLE %s IS %L', target, obj_description(source::regclass, 'pg_class'))
         WHERE obj_description(source::regclass, 'pg_class') IS NOT NULL
        UNION ALL
        SELECT format('GRANT %s%s ON %s TO %s%s', a.privilege_type, ' (' || quote_ident(g.attname) || ')', target,
                      CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                      CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
          FROM (SELECT relacl, relowner, NULL::name AS attname FROM pg_class WHERE oid = source::regclass
                UNION ALL
                SELECT t.attacl, c.relowner, t.attname FROM pg_attribute AS t JOIN pg_class AS c ON c.oid = t.attrelid
                 WHERE t.attrelid = source::regclass AND t.attnum > 0 AND NOT t.attisdropped) AS g
         CROSS JOIN aclexplode(g.relacl) AS a
         WHERE a.grantee <> g.relowner
    LOOP
        EXECUTE command;
    END LOOP;
END
$$;

-- step: create-dependent-commands: Create function shardboard.dependent_commands
-- Statements that, run once the tables have exchanged their names, make views, triggers and publications of the one
-- use the other.
CREATE OR REPLACE FUNCTION shardboard.dependent_commands(of_table text, incoming text, outgoing text) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
    SELECT format('CREATE OR REPLACE VIEW %s%s AS %s', v.oid::regclass,
                  ' WITH (' || array_to_string(v.reloptions, ', ') || ')', pg_get_viewdef(v.oid))
      FROM pg_class AS v
     WHERE v.relkind = 'v'
       AND v.oid IN (SELECT r.ev_class FROM pg_depend AS d JOIN pg_rewrite AS r ON r.oid = d.objid
                      WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
                        AND d.refobjid = of_table::regclass)
    UNION ALL
    SELECT c.command
      FROM pg_trigger AS t
     CROSS JOIN LATERAL unnest(ARRAY[pg_get_triggerdef(t.oid),
                                     format('ALTER TABLE %s %s TRIGGER %I', of_table,
                                            CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                                                             WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END, t.tgname)]) AS c(command)
     WHERE t.tgrelid = of_table::regclass AND NOT t.tgisinternal AND t.tgname !~ '^truncate_trigger_[0-9]+$'
       AND NOT EXISTS (SELECT FROM pg_trigger AS o WHERE o.tgrelid = incoming::regclass AND o.tgname = t.tgname)
    UNION ALL
    SELECT c.command
      FROM pg_publication_rel AS r
      JOIN pg_publication AS p ON p.oid = r.prpubid
     CROSS JOIN LATERAL unnest(ARRAY[format('ALTER PUBLICATION %I DROP TABLE %s', p.pubname, outgoing),
                                     format('ALTER PUBLICATION %I ADD TABLE %s', p.pubname, of_table)]) AS c(command)
     WHERE r.prrelid = of_table::regclass
$$;

-- step: create-hand-over-sequences: Create function shardboard.hand_over_sequences
-- Identity columns go on counting where those of the other table are; sequences of serial columns change their owner,
-- which citus allows on tables of its own only.
CREATE OR REPLACE FUNCTION shardboard.hand_over_sequences(source text, target text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    has_shards boolean := false;
    one record;
BEGIN
    IF to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
        EXECUTE 'SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = $1::regclass)' INTO has_shards USING target;
    END IF;
    FOR one IN SELECT attname, attidentity <> '' AS is_identity, pg_get_serial_sequence(source, attname) AS old,
                      pg_get_serial_sequence(target, attname) AS new
                 FROM pg_attribute WHERE attrelid = source::regclass AND attnum > 0 AND NOT attisdropped LOOP
        IF one.old IS NULL THEN
            CONTINUE;
        ELSIF one.is_identity THEN
            EXECUTE format('SELECT setval(%L, last_value, is_called) FROM %s', one.new, one.old);
        ELSIF NOT has_shards THEN
            EXECUTE format('ALTER SEQUENCE %s OWNED BY %s.%I', one.old, target, one.attname);
        END IF;
    END LOOP;
END
$$;

-- step: create-exchange-tables: Create function shardboard.exchange_tables
-- `incoming` takes the place of the table, which is called `outgoing` from then on. Waits ten seconds at most for those
-- who use the table, because everybody else waits behind it.
CREATE OR REPLACE FUNCTION shardboard.exchange_tables(of_table text, incoming text, outgoing text) RETURNS void
LANGUAGE plpgsql SET lock_timeout = '10s' AS $$
#variable_conflict error
DECLARE
    own_name text;
    left_aside text := shardboard.sibling(of_table, outgoing);
    commands text[];
    command text;
    one record;
BEGIN
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    SELECT relname INTO own_name FROM pg_class WHERE oid = of_table::regclass;
    commands := ARRAY(SELECT shardboard.dependent_commands(of_table, incoming, left_aside));
    EXECUTE format('ALTER TABLE %s RENAME TO %I', of_table, outgoing);
    EXECUTE format('ALTER TABLE %s RENAME TO %I', incoming, own_name);
    FOR one IN SELECT shardboard.sibling(of_table, key) AS old, key, shardboard.sibling(of_table, value) AS new, value
                 FROM jsonb_each_text((SELECT index_names FROM shardboard.conversion WHERE table_name = of_table)) LOOP
        EXECUTE format('ALTER INDEX %s RENAME TO shardboard_exchange', one.old);
        EXECUTE format('ALTER INDEX %s RENAME TO %I', one.new, one.key);
        EXECUTE format('ALTER INDEX %s RENAME TO %I', shardboard.sibling(of_table, 'shardboard_exchange'), one.value);
    END LOOP;
    PERFORM shardboard.hand_over_sequences(left_aside, of_table);
    FOREACH command IN ARRAY commands LOOP
        EXECUTE command;
    END LOOP;
END
$$;

-- step: create-swap-in: Create function shardboard.swap_in
-- The partitioned copy takes the table's place.
CREATE OR REPLACE FUNCTION shardboard.swap_in(of_table text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    wish shardboard.conversion;
BEGIN
    SELECT * INTO STRICT wish FROM shardboard.conversion WHERE table_name = of_table;
    PERFORM shardboard.exchange_tables(of_table, shardboard.sibling(of_table, wish.copy_name), wish.original_name);
    UPDATE shardboard.conversion SET swapped_at = clock_timestamp() WHERE table_name = of_table;
END
$$;

-- step: create-swap-back: Create function shardboard.swap_back
-- The ordinary table takes its place again, with all that was written since. Returns its number of rows.
CREATE OR REPLACE FUNCTION shardboard.swap_back(of_table text) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    wish shardboard.conversion;
    original text;
    states text[];
    command text;
    row_count bigint;
BEGIN
    SELECT * INTO STRICT wish FROM shardboard.conversion WHERE table_name = of_table AND swapped_at IS NOT NULL;
    original := shardboard.sibling(of_table, wish.original_name);
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    EXECUTE format('LOCK TABLE %s IN EXCLUSIVE MODE', of_table);
    -- What its triggers do was done when the rows were written.
    states := ARRAY(SELECT format('ALTER TABLE %s %s TRIGGER %I', of_table,
                                  CASE tgenabled WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END, tgname)
                      FROM pg_trigger
                     WHERE tgrelid = original::regclass AND NOT tgisinternal AND tgenabled <> 'D' AND tgname !~ '^truncate_trigger_[0-9]+$');
    IF cardinality(states) > 0 THEN
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', original);
    END IF;
    PERFORM shardboard.settle_rows(of_table, original, wish.time_column, wish.step);
    row_count := shardboard.check_same_count(of_table, original);
    PERFORM shardboard.exchange_tables(of_table, original, wish.copy_name);
    FOREACH command IN ARRAY states || wish.undo_sql LOOP
        EXECUTE command;
    END LOOP;
    UPDATE shardboard.conversion SET swapped_at = NULL WHERE table_name = of_table;
    RETURN row_count;
END
$$;

-- step: create-set-default-aside: Create function shardboard.set_default_aside
-- pg_partman 4 makes a default partition and cannot do with one that is there already.
CREATE OR REPLACE FUNCTION shardboard.set_default_aside(of_table text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    strays text;
BEGIN
    SELECT p.partition INTO strays FROM shardboard.time_partitions(of_table) AS p WHERE p.starts IS NULL;
    IF strays IS NOT NULL THEN
        PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
        EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', of_table, strays);
        EXECUTE format('ALTER TABLE %s RENAME TO shardboard_strays', strays);
    END IF;
END
$$;

-- step: create-put-default-back: Create function shardboard.put_default_back
CREATE OR REPLACE FUNCTION shardboard.put_default_back(of_table text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    aside text := shardboard.sibling(of_table, 'shardboard_strays');
    strays text;
    own_name text;
BEGIN
    IF to_regclass(aside) IS NULL THEN
        RETURN;
    END IF;
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    SELECT p.partition, c.relname INTO strays, own_name FROM shardboard.time_partitions(of_table) AS p
      JOIN pg_class AS c ON c.oid = p.partition::regclass WHERE p.starts IS NULL;
    IF strays IS NOT NULL THEN
        EXECUTE format('DROP TABLE %s', strays);
        EXECUTE format('ALTER TABLE %s RENAME TO %I', aside, own_name);
        aside := strays;
    END IF;
    EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s DEFAULT', of_table, aside);
END
$$;
