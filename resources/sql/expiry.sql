-- SPDX-License-Identifier: GPL-3.0-or-later
-- What may go of a table of which rows expire, and what is held back and why. The dry run and the run ask the same functions.
-- What is held back is a list of {"code", …}:
--   bucket      the cutoff lay within a bucket of "rollup": moved "from" "to" its start
--   behind      "rollup" is done "until" then only, or "rows" of the table wait for it, in "partition" where it has some
--   source      rows of "rollup" stay while "source", which they were made of, keeps its own: those are gone "until" then
--   wide        "partition" reaches from "starts" to "ends", far more than the others
--   default     "rows" lie in the default "partition", which is never dropped
--   busy        "partition" was in use the whole time
--   referenced  rows of another table refer to rows in "partition": "problem" is what the server says
--   obstacle    "partition" cannot be dropped: "problem" is what the server says
-- Moments are milliseconds since 1970, null is for ever ago.

-- step: forget-partition-cutoff: Drop the former function partition_cutoff
DROP FUNCTION IF EXISTS shardboard.partition_cutoff(text);

-- step: forget-drop-partitions: Drop the former function drop_partitions
DROP FUNCTION IF EXISTS shardboard.drop_partitions(text, timestamptz);

-- step: create-epoch: Create function shardboard.epoch
CREATE OR REPLACE FUNCTION shardboard.epoch(moment timestamptz) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN isfinite(moment) THEN (extract(epoch FROM moment) * 1000)::bigint END
$$;

-- step: create-is-cut-by: Create function shardboard.is_cut_by
-- Whether the table has range partitions by this column alone: then whole partitions expire instead of rows.
CREATE OR REPLACE FUNCTION shardboard.is_cut_by(of_table text, of_column text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM pg_partitioned_table AS p
                     JOIN pg_attribute AS a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
                    WHERE p.partrelid = to_regclass(of_table) AND p.partstrat = 'r' AND p.partnatts = 1 AND a.attname = of_column)
$$;

-- step: create-untaken-rows: Create function shardboard.untaken_rows
-- The condition that rows of the source meet which a rollup by sequence has not taken, in ranges that an index knows.
CREATE OR REPLACE FUNCTION shardboard.untaken_rows(rollup_name text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
#variable_conflict error
DECLARE
    id_column text;
    taken record;
    beyond bigint;
    parts text[] := '{}';
BEGIN
    SELECT r.id_column INTO STRICT id_column FROM shardboard.rollup AS r WHERE r.name = rollup_name;
    FOR taken IN SELECT s.group_id::bigint << 48 AS first, s.last_id AS last FROM shardboard.rollup_state AS s
                  WHERE s.rollup = rollup_name ORDER BY s.group_id LOOP
        parts := parts || CASE WHEN beyond IS NULL THEN format('%I <= %s', id_column, taken.first)
                               ELSE format('%1$I > %2$s AND %1$I <= %3$s', id_column, beyond, taken.first) END;
        beyond := taken.last;
    END LOOP;
    RETURN CASE WHEN beyond IS NULL THEN '(true)'
                ELSE format('(%s OR %I > %s)', array_to_string(parts, ' OR '), id_column, beyond) END;
END
$$;

-- step: create-expiry-of: Create function shardboard.expiry_of
-- Rows older than `cutoff` that also meet `condition` may go when they are to be kept so long. Whole buckets only of every
-- rollup that reads the table, and it has taken them; a rollup by time, or a cascade, does no bucket again of which rows have
-- expired. Rollup rows: not before the rows they were made of, or Verify would miss them.
CREATE OR REPLACE FUNCTION shardboard.expiry_of(of_table text, keep interval, OUT wanted timestamptz, OUT cutoff timestamptz,
                                                OUT condition text, OUT held jsonb)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    rolled_up jsonb;
    done timestamptz;
BEGIN
    wanted := date_trunc('minute', now() - keep);
    cutoff := wanted;
    condition := 'true';
    held := '[]';
    FOR job IN SELECT * FROM shardboard.rollup WHERE source = of_table ORDER BY name LOOP
        IF job.strategy = 'sequence' THEN
            SELECT jsonb_agg(jsonb_build_object('first', s.group_id::bigint << 48, 'last', s.last_id)) INTO rolled_up
              FROM shardboard.rollup_state AS s WHERE s.rollup = job.name;
            condition := condition || ' AND ' || shardboard.id_condition(job.id_column, rolled_up);
            CONTINUE;
        END IF;
        SELECT done_until INTO done FROM shardboard.rollup_state WHERE rollup = job.name;
        IF job.strategy = 'time' THEN
            done := shardboard.bucket_end(done, job.bucket, job.time_zone, -job.recompute);
        ELSE
            -- One that knows nothing of its parent's rows yet has taken none, whatever has changed since.
            done := least(coalesce(done, '-infinity'), (SELECT min(c.bucket) FROM shardboard.rollup_change AS c WHERE c.rollup = job.name));
        END IF;
        done := coalesce(done, '-infinity');
        IF done < wanted THEN
            held := held || jsonb_build_object('code', 'behind', 'rollup', job.name, 'until', shardboard.epoch(done));
            cutoff := least(cutoff, done);
        END IF;
    END LOOP;
    FOR job IN SELECT * FROM shardboard.rollup WHERE target = of_table LOOP
        SELECT deleted_before INTO done FROM shardboard.expired WHERE table_name = job.source;
        done := coalesce(done, '-infinity');
        IF done < wanted THEN
            held := held || jsonb_build_object('code', 'source', 'rollup', job.name, 'source', job.source, 'until', shardboard.epoch(done));
            cutoff := least(cutoff, done);
        END IF;
    END LOOP;
    -- The widest last: what begins one of its buckets begins one of the narrower ones.
    FOR job IN SELECT * FROM shardboard.rollup WHERE source = of_table ORDER BY bucket LOOP
        done := CASE WHEN isfinite(cutoff) THEN shardboard.bucket_start(cutoff, job.bucket, job.time_zone) ELSE cutoff END;
        IF done < cutoff THEN
            held := held || jsonb_build_object('code', 'bucket', 'rollup', job.name, 'from', shardboard.epoch(cutoff), 'to', shardboard.epoch(done));
            cutoff := done;
        END IF;
    END LOOP;
END
$$;

-- step: create-expiry: Create function shardboard.expiry
-- The same of a table that has a retention.
CREATE OR REPLACE FUNCTION shardboard.expiry(of_table text, OUT cutoff timestamptz, OUT condition text)
LANGUAGE sql AS $$
    SELECT e.cutoff, e.condition FROM shardboard.retention AS r, shardboard.expiry_of(r.table_name, r.keep) AS e WHERE r.table_name = of_table
$$;

-- step: create-waiting-rows: Create function shardboard.waiting_rows
-- Which rollup by sequence has not taken rows that meet `condition`, and how many, counted to a million. Nothing when all have.
CREATE OR REPLACE FUNCTION shardboard.waiting_rows(of_table text, relation text, condition text, OUT rollup text, OUT waiting bigint)
RETURNS SETOF record
LANGUAGE plpgsql AS $$
#variable_conflict error
BEGIN
    FOR rollup IN SELECT r.name FROM shardboard.rollup AS r WHERE r.source = of_table AND r.strategy = 'sequence' ORDER BY r.name LOOP
        EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM %s WHERE %s AND %s LIMIT 1000000) AS r', relation, condition,
                       shardboard.untaken_rows(rollup)) INTO waiting;
        IF waiting > 0 THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;

-- step: create-partition-fates: Create function shardboard.partition_fates
-- What becomes of each partition that holds rows older than is wanted: it 'goes'; it 'waits' for a rollup; it is too 'wide' to be
-- dropped unasked; it reaches 'beyond' the cutoff. Oldest first.
CREATE OR REPLACE FUNCTION shardboard.partition_fates(of_table text, of_keep interval, drops_wide boolean)
RETURNS TABLE (partition text, starts timestamptz, ends timestamptz, fate text, held jsonb)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    due record;
    usual interval;
BEGIN
    SELECT * INTO due FROM shardboard.expiry_of(of_table, of_keep);
    SELECT p.step INTO usual FROM shardboard.partitioning AS p WHERE p.table_name = of_table;
    IF usual IS NULL THEN
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY p.ends - p.starts) INTO usual
          FROM shardboard.time_partitions(of_table) AS p WHERE isfinite(p.starts) AND isfinite(p.ends);
    END IF;
    FOR partition, starts, ends IN
        SELECT p.partition, p.starts, p.ends FROM shardboard.time_partitions(of_table) AS p WHERE p.starts < due.wanted ORDER BY p.ends
    LOOP
        held := '[]';
        IF ends > due.cutoff THEN
            fate := 'beyond';
        ELSIF (NOT isfinite(starts) OR ends - starts > usual * 2) AND NOT drops_wide THEN
            fate := 'wide';
            held := jsonb_build_array(jsonb_build_object('code', 'wide', 'partition', partition, 'starts', shardboard.epoch(starts),
                                                         'ends', shardboard.epoch(ends), 'usual', usual::text));
        ELSE
            SELECT coalesce(jsonb_agg(jsonb_build_object('code', 'behind', 'rollup', w.rollup, 'rows', w.waiting, 'partition', partition)), '[]')
              INTO held FROM shardboard.waiting_rows(of_table, partition, 'true') AS w;
            fate := CASE WHEN held = '[]' THEN 'goes' ELSE 'waits' END;
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;

-- step: create-default-held: Create function shardboard.default_held
-- Rows older than is wanted that lie in the default partition, counted to a million.
CREATE OR REPLACE FUNCTION shardboard.default_held(of_table text, of_column text, wanted timestamptz) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    strays text;
    stray_rows bigint;
BEGIN
    SELECT p.partition INTO strays FROM shardboard.time_partitions(of_table) AS p WHERE p.starts IS NULL;
    IF strays IS NULL THEN
        RETURN '[]';
    END IF;
    EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM %s WHERE %I < %L LIMIT 1000000) AS r', strays, of_column, wanted) INTO stray_rows;
    RETURN CASE WHEN stray_rows = 0 THEN '[]'
                ELSE jsonb_build_array(jsonb_build_object('code', 'default', 'partition', strays, 'rows', stray_rows)) END;
END
$$;

-- step: create-oldest-row: Create function shardboard.oldest_row
-- The oldest moment that a row of the table has. Of partitions only those are read that may hold it.
CREATE OR REPLACE FUNCTION shardboard.oldest_row(of_table text, of_column text) RETURNS timestamptz
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    part record;
    found timestamptz;
    oldest timestamptz;
BEGIN
    IF NOT shardboard.is_cut_by(of_table, of_column) THEN
        EXECUTE format('SELECT min(%I) FROM %s', of_column, of_table) INTO oldest;
        RETURN oldest;
    END IF;
    FOR part IN SELECT * FROM shardboard.time_partitions(of_table) AS p ORDER BY p.starts NULLS FIRST LOOP
        EXIT WHEN part.starts >= oldest;
        EXECUTE format('SELECT min(%I) FROM %s', of_column, part.partition) INTO found;
        oldest := least(oldest, found);
    END LOOP;
    RETURN oldest;
END
$$;

-- step: create-due: Create function shardboard.due
-- All that a run would do now: {"how": "partitions" or "rows", "wanted", "cutoff", "condition", "oldest", "minus_infinity", "held",
-- "partitions": [{"name", "starts", "ends", "fate"}]}. What would hold back, but has nothing to hold, is left out.
CREATE OR REPLACE FUNCTION shardboard.due(of_table text, of_column text, of_keep interval, drops_wide boolean DEFAULT false)
RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    found record;
    oldest timestamptz;
    fates jsonb;
    held_parts jsonb;
BEGIN
    SELECT * INTO found FROM shardboard.expiry_of(of_table, of_keep);
    IF shardboard.is_cut_by(of_table, of_column) THEN
        SELECT coalesce(jsonb_agg(jsonb_build_object('name', f.partition, 'starts', shardboard.epoch(f.starts),
                                                     'ends', shardboard.epoch(f.ends), 'fate', f.fate) ORDER BY f.ends), '[]'),
               coalesce(jsonb_path_query_array(jsonb_agg(f.held ORDER BY f.ends), '$[*][*]'), '[]')
          INTO fates, held_parts FROM shardboard.partition_fates(of_table, of_keep, drops_wide) AS f;
        held_parts := held_parts || shardboard.default_held(of_table, of_column, found.wanted);
    ELSE
        SELECT coalesce(jsonb_agg(jsonb_build_object('code', 'behind', 'rollup', w.rollup, 'rows', w.waiting)), '[]') INTO held_parts
          FROM shardboard.waiting_rows(of_table, of_table, format('%I < %L', of_column, found.wanted)) AS w;
    END IF;
    oldest := shardboard.oldest_row(of_table, of_column);
    IF oldest IS NULL OR oldest >= found.wanted THEN
        found.held := '[]';
    END IF;
    RETURN jsonb_build_object('how', CASE WHEN fates IS NULL THEN 'rows' ELSE 'partitions' END,
        'wanted', shardboard.epoch(found.wanted), 'cutoff', shardboard.epoch(found.cutoff), 'condition', found.condition,
        'oldest', shardboard.epoch(oldest), 'minus_infinity', coalesce(oldest = '-infinity', false), 'held', found.held || held_parts, 'partitions', coalesce(fates, '[]'));
END
$$;
