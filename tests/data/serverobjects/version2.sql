-- SPDX-License-Identifier: GPL-3.0-or-later
-- The server-side objects as version 2 had them, for tests of what comes after.
-- What Shardboard keeps on the server: which rollups there are, how far each one is, what its runs did, what expires when.
-- Every statement is one step of a plan; the comment above it is the step's id and title.

-- step: create-schema: Create schema shardboard
CREATE SCHEMA IF NOT EXISTS shardboard;

-- step: create-rollup: Create table shardboard.rollup, the registry of rollups
CREATE TABLE IF NOT EXISTS shardboard.rollup (
    name           text PRIMARY KEY,
    rollup_id      int GENERATED ALWAYS AS IDENTITY UNIQUE, -- key of the advisory lock
    strategy       text NOT NULL CHECK (strategy IN ('sequence')),
    source         text NOT NULL,           -- schema.table, quoted where it must be
    target         text NOT NULL,
    id_column      text NOT NULL,           -- bigint, filled by id_sequence
    id_sequence    text NOT NULL,           -- schema.sequence, quoted where it must be
    time_column    text NOT NULL,
    bucket_column  text NOT NULL,
    bucket         interval NOT NULL CHECK (bucket > interval '0' AND bucket <= interval '1 day'),
    dimensions     jsonb NOT NULL,          -- [{"column", "expression"}]
    measures       jsonb NOT NULL,          -- [{"column", "kind", "expression", …}]
    aggregate_sql  text NOT NULL,           -- for format(): INSERT … SELECT … ON CONFLICT of the rows whose ids meet %1$s
    compare_sql    text NOT NULL,           -- for format(): buckets that differ, of raw ids %1$s and buckets %2$s
    batch_ids      bigint NOT NULL DEFAULT 500000 CHECK (batch_ids > 0),
    writer_wait    interval NOT NULL DEFAULT interval '55 seconds',
    is_paused      boolean NOT NULL DEFAULT false,
    complete_until timestamptz,             -- everything written before is in the rollup
    pending        jsonb,                   -- what a run that gave up waiting had read
    created_at     timestamptz NOT NULL DEFAULT now()
);

-- step: create-rollup-state: Create table shardboard.rollup_state, the last id rolled up of each node group
CREATE TABLE IF NOT EXISTS shardboard.rollup_state (
    rollup   text NOT NULL,
    group_id int NOT NULL,
    last_id  bigint NOT NULL,
    PRIMARY KEY (rollup, group_id)
);

-- step: distribute-rollup-state: Keep shardboard.rollup_state on every node
-- only: citus
-- A copy on every node makes each run a two-phase commit: state and rollup rows move together even when all rollup rows
-- of a run are in one shard, where citus would otherwise commit the shard first and the state after it.
SELECT create_reference_table('shardboard.rollup_state')
 WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = 'shardboard.rollup_state'::regclass);

-- step: create-rollup-run: Create table shardboard.rollup_run, the log of runs
CREATE TABLE IF NOT EXISTS shardboard.rollup_run (
    run_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rollup          text NOT NULL,
    started_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at     timestamptz,
    state           text NOT NULL DEFAULT 'running'
                    CHECK (state IN ('running', 'done', 'waiting', 'failed', 'cancelled', 'interrupted')),
    batches         int NOT NULL DEFAULT 0,
    rows_read       bigint NOT NULL DEFAULT 0,
    buckets_written bigint NOT NULL DEFAULT 0,
    first_bucket    timestamptz,
    last_bucket     timestamptz,
    waited          interval NOT NULL DEFAULT interval '0',
    message         text,   -- the error, or whom it waited for in vain
    backend_pid     int NOT NULL DEFAULT pg_backend_pid()
);

-- step: index-rollup-run: Find the latest runs of a rollup quickly
CREATE INDEX IF NOT EXISTS rollup_run_rollup_idx ON shardboard.rollup_run (rollup, run_id DESC);

-- step: create-retention: Create table shardboard.retention, how long rows are kept
CREATE TABLE IF NOT EXISTS shardboard.retention (
    table_name     text PRIMARY KEY,        -- schema.table, quoted where it must be
    time_column    text NOT NULL,
    keep           interval CHECK (keep > interval '0'), -- NULL: for ever
    batch_rows     bigint NOT NULL DEFAULT 100000 CHECK (batch_rows > 0),
    deleted_before timestamptz,             -- rows older than this may be gone
    last_run_at    timestamptz,
    last_deleted   bigint,
    last_error     text
);

-- step: create-blueprint: Create table shardboard.blueprint, which blueprints were applied and how
CREATE TABLE IF NOT EXISTS shardboard.blueprint (
    name           text NOT NULL,
    schema_name    text NOT NULL,
    settings       jsonb NOT NULL,
    created_schema boolean NOT NULL,        -- removing it takes the schema along
    applied_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, schema_name)
);
-- Counters per value as JSONB, {"DE": 12, "FR": 7}. They run on the shards, so citus carries them to every node.

-- step: create-count-values: Create function shardboard.count_values
CREATE OR REPLACE FUNCTION shardboard.count_values(list text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT coalesce(jsonb_object_agg(v, n), '{}')
      FROM (SELECT v, count(*) AS n FROM unnest(list) AS v WHERE v IS NOT NULL GROUP BY v) AS counted
$$;

-- step: create-merge-counters: Create function shardboard.merge_counters
CREATE OR REPLACE FUNCTION shardboard.merge_counters(one jsonb, other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT coalesce(jsonb_object_agg(key, n), '{}')
      FROM (SELECT key, sum(value::numeric) AS n
              FROM (SELECT * FROM jsonb_each_text(one) UNION ALL SELECT * FROM jsonb_each_text(other)) AS both_sides
             GROUP BY key) AS merged
$$;
-- Asking every node: where its sequence is, and who is writing. Plain PostgreSQL is a cluster of one node, group 0.

-- step: create-iso: Create function shardboard.iso
CREATE OR REPLACE FUNCTION shardboard.iso(moment timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- step: create-on-every-node: Create function shardboard.on_every_node
CREATE OR REPLACE FUNCTION shardboard.on_every_node(command text)
RETURNS TABLE (group_id int, node text, answer text)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    asked record;
    local_group int := 0;
    has_local boolean := false;
BEGIN
    IF to_regclass('pg_catalog.pg_dist_node') IS NOT NULL THEN
        EXECUTE 'SELECT groupid FROM pg_dist_local_group' INTO local_group;
        IF local_group <> 0 THEN
            RAISE EXCEPTION 'rollups are run on the coordinator, this is a worker (group %)', local_group
                USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        FOR asked IN EXECUTE
            'SELECT nodename, nodeport, groupid FROM pg_dist_node WHERE noderole = ''primary'' AND NOT isactive LIMIT 1'
        LOOP
            RAISE EXCEPTION 'node %:% (group %) is disabled, its rows cannot be told', asked.nodename, asked.nodeport, asked.groupid
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = 'Activate the node, or remove it from the cluster.';
        END LOOP;
        FOR asked IN EXECUTE
            'SELECT n.groupid, n.nodename || '':'' || n.nodeport AS place, r.success, r.result
               FROM run_command_on_all_nodes($1) AS r JOIN pg_dist_node AS n USING (nodeid)' USING command
        LOOP
            IF NOT asked.success THEN
                RAISE EXCEPTION 'node % (group %) does not answer: %', asked.place, asked.groupid, asked.result
                    USING ERRCODE = 'connection_failure',
                          HINT = 'Nothing is lost: the next run goes on from here when the node is back.';
            END IF;
            has_local := has_local OR asked.groupid = 0;
            group_id := asked.groupid;
            node := asked.place;
            answer := nullif(asked.result, '');
            RETURN NEXT;
        END LOOP;
    END IF;
    IF NOT has_local THEN
        group_id := 0;
        node := 'this server';
        answer := NULL;
        EXECUTE command INTO answer;
        RETURN NEXT;
    END IF;
END
$$;

-- step: create-sequence-positions: Create function shardboard.sequence_positions
CREATE OR REPLACE FUNCTION shardboard.sequence_positions(sequence_name text)
RETURNS TABLE (group_id int, node text, last_value bigint)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    told jsonb;
BEGIN
    FOR group_id, node, told IN
        SELECT n.group_id, n.node, n.answer::jsonb FROM shardboard.on_every_node(format($command$
            SELECT jsonb_build_object('last', pg_sequence_last_value(seqrelid), 'cache', seqcache,
                                      'increment', seqincrement, 'cycle', seqcycle)::text
              FROM pg_sequence WHERE seqrelid = to_regclass(%L)$command$, sequence_name)) AS n
    LOOP
        IF (told ->> 'cache')::bigint > 1 THEN
            RAISE EXCEPTION 'sequence % on node % hands out ids in blocks of %: a session may still write ids already passed over',
                sequence_name, node, told ->> 'cache'
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = format('ALTER SEQUENCE %s CACHE 1; then let every session that writes connect again.', sequence_name);
        END IF;
        IF (told ->> 'increment')::bigint < 1 OR (told ->> 'cycle')::boolean THEN
            RAISE EXCEPTION 'sequence % on node % does not only go up', sequence_name, node
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = format('ALTER SEQUENCE %s INCREMENT 1 NO CYCLE', sequence_name);
        END IF;
        last_value := (told ->> 'last')::bigint;
        RETURN NEXT;
    END LOOP;
END
$$;

-- step: create-writers: Create function shardboard.writers
-- Who holds, or waits for, a write lock on the table now, through any node: on the logical table and its partitions where
-- the statement was sent, on the shards where the rows go. A prepared transaction keeps its virtual transaction id until its
-- server restarts, then it is -1/xid. On the target only prepared ones count: runs that died between prepare and commit.
-- is_detached: it writes to a shard for another node and may outlive that node's transaction, being prepared or committing
-- by itself; without a right to see that of others, taken to be so.
CREATE OR REPLACE FUNCTION shardboard.writers(source text, target text, flush boolean)
RETURNS TABLE (group_id int, node text, transaction_id text, is_prepared boolean, is_detached boolean, description text)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    of_shard text := 'NULL::oid';
    coordinated text := 'false';
    flushed text := '';
BEGIN
    IF to_regclass('pg_catalog.pg_dist_shard') IS NOT NULL THEN
        of_shard := $sql$(SELECT s.logicalrelid FROM pg_dist_shard AS s
                           WHERE s.shardid = substring(l.relation::regclass::text FROM '_(\d{1,18})"?$')::bigint)$sql$;
        coordinated := $sql$EXISTS (SELECT FROM get_all_active_transactions() AS a
                                     WHERE a.process_id = h.pid AND a.transaction_number <> 0)$sql$;
    END IF;
    IF flush THEN
        -- A sequence's new value reaches the disk with a commit. The value just read must not be forgotten by a crash of
        -- its node, or ids already passed over would be handed out again.
        flushed := $sql$, pg_logical_emit_message(true, 'shardboard', ''),
            set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'local'
                                             ELSE current_setting('synchronous_commit') END, true)$sql$;
    END IF;
    RETURN QUERY
    SELECT n.group_id, n.node, w ->> 'x', (w ->> 'prepared')::boolean, (w ->> 'detached')::boolean, w ->> 'who'
      FROM shardboard.on_every_node(format($command$
        WITH RECURSIVE tree(relation, is_target) AS (
            SELECT to_regclass(%1$L)::oid, false
            UNION SELECT to_regclass(%2$L)::oid, true
            UNION SELECT i.inhrelid, t.is_target FROM tree AS t JOIN pg_inherits AS i ON i.inhparent = t.relation),
        held AS (
            SELECT l.virtualtransaction AS x, l.pid, bool_and(l.relation <> t.relation) AS only_shards
              FROM pg_locks AS l JOIN tree AS t ON t.relation IN (l.relation, %3$s)
             WHERE l.locktype = 'relation' AND l.mode = 'RowExclusiveLock'
               AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND l.pid IS DISTINCT FROM pg_backend_pid()
               AND (NOT t.is_target OR l.pid IS NULL)
             GROUP BY 1, 2)
        SELECT answer FROM (
            SELECT coalesce(jsonb_agg(jsonb_build_object('x', x, 'prepared', h.pid IS NULL,
                     'detached', only_shards AND NOT (h.pid IS NOT NULL AND %4$s), 'who', CASE
                     WHEN h.pid IS NULL THEN 'prepared transaction ' || coalesce(p.gid, x)
                     ELSE 'process ' || h.pid || coalesce(' (' || nullif(a.application_name, '') || ')', '')
                          || coalesce(', open since ' || date_trunc('second', a.xact_start), '') END)), '[]')::text AS answer %5$s
              FROM held AS h
              LEFT JOIN pg_stat_activity AS a ON a.pid = h.pid
              LEFT JOIN pg_locks AS own ON h.pid IS NULL AND own.virtualtransaction = x AND own.locktype = 'transactionid'
              LEFT JOIN pg_prepared_xacts AS p ON p.transaction = own.transactionid) AS answered
        $command$, source, target, of_shard, coordinated, flushed)) AS n,
      jsonb_array_elements(coalesce(n.answer, '[]')::jsonb) AS w;
END
$$;
-- A run of a rollup by sequence: read every node's sequence, then see who is writing, wait until those are gone, then
-- aggregate exactly the ids in between. A transaction takes its lock on the table before it takes an id, so an id up to the
-- values read belongs to one of those seen, or was committed before. No table is locked.

-- step: create-new-ids: Create function shardboard.new_ids
-- The id ranges not rolled up yet, after `first` up to and with `last`. Ids hold their node group in the upper 16 bits.
CREATE OR REPLACE FUNCTION shardboard.new_ids(rollup_name text, sequence_name text)
RETURNS TABLE (group_id int, first bigint, last bigint)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    state jsonb;
    position record;
    seen int[] := '{}';
BEGIN
    SELECT coalesce(jsonb_object_agg(s.group_id::text, s.last_id), '{}') INTO state
      FROM shardboard.rollup_state AS s WHERE s.rollup = rollup_name;
    FOR position IN SELECT * FROM shardboard.sequence_positions(sequence_name) LOOP
        group_id := position.group_id;
        seen := seen || group_id;
        first := coalesce((state ->> group_id::text)::bigint, group_id::bigint << 48);
        last := coalesce(position.last_value, first);
        IF last < first THEN
            RAISE EXCEPTION 'sequence % of node % went back: it is at %, rows up to % are rolled up', sequence_name,
                position.node, coalesce(position.last_value::text, 'its start'), first
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = format('New rows would be taken for old ones. On that node: SELECT setval(%L, %s)', sequence_name, first);
        END IF;
        IF last > first THEN
            RETURN NEXT;
        END IF;
    END LOOP;
    IF to_regclass('pg_catalog.pg_dist_groupid_seq') IS NULL THEN
        RETURN;
    END IF;
    -- A node that left takes its sequence along; its rows stay, and its group never comes back. Its whole range is taken once.
    FOR group_id IN EXECUTE
        'SELECT g::int FROM pg_dist_groupid_seq, generate_series(1, last_value) AS g
          WHERE NOT EXISTS (SELECT FROM pg_dist_node WHERE groupid = g)'
    LOOP
        first := coalesce((state ->> group_id::text)::bigint, group_id::bigint << 48);
        last := (group_id::bigint + 1) << 48;
        IF last > first AND NOT group_id = ANY (seen) THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;

-- step: create-still-writing: Create function shardboard.still_writing
-- Those of `awaited` that still write. Also those a restarted server has recovered as prepared: they go by a new name.
CREATE OR REPLACE FUNCTION shardboard.still_writing(source text, target text, awaited jsonb) RETURNS jsonb
LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT coalesce(jsonb_agg(to_jsonb(w)), '[]') FROM shardboard.writers(source, target, false) AS w
     WHERE w.transaction_id LIKE '-1/%'
        OR EXISTS (SELECT FROM jsonb_array_elements(awaited) AS old
                    WHERE old ->> 'group_id' = w.group_id::text AND old ->> 'transaction_id' = w.transaction_id)
$$;

-- step: create-settle-rollup: Create function shardboard.settle_rollup
-- Id ranges in which nobody can write any more: {"read_at", "ranges": [{"group_id", "first", "last"}], "blocked_by"}.
-- Gives up after the rollup's writer_wait, remembering whom it waited for, so that the next run goes on waiting for those
-- and not for newcomers: a table that is always being written by someone is still rolled up.
CREATE OR REPLACE FUNCTION shardboard.settle_rollup(rollup_name text, after_interruption boolean)
RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    job shardboard.rollup;
    found jsonb;
    awaited jsonb;
    deadline timestamptz;
    nap float := 0.02;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    found := job.pending;
    IF found IS NULL THEN
        found := jsonb_build_object('read_at', clock_timestamp(), 'ranges',
            (SELECT coalesce(jsonb_agg(to_jsonb(n)), '[]') FROM shardboard.new_ids(rollup_name, job.id_sequence) AS n));
        IF found -> 'ranges' = '[]' AND NOT after_interruption THEN
            RETURN found;
        END IF;
        SELECT coalesce(jsonb_agg(to_jsonb(w)), '[]') INTO awaited FROM shardboard.writers(job.source, job.target, true) AS w;
        found := found || jsonb_build_object('writers', awaited, 'detached_seen', awaited = '[]');
    END IF;
    awaited := found -> 'writers';
    deadline := clock_timestamp() + job.writer_wait;
    LOOP
        IF awaited <> '[]' THEN
            awaited := shardboard.still_writing(job.source, job.target, awaited);
        END IF;
        IF awaited = '[]' AND NOT (found ->> 'detached_seen')::boolean THEN
            -- A writer's node may have died and left part of its work to other nodes, where it was not seen before.
            SELECT coalesce(jsonb_agg(to_jsonb(w)), '[]') INTO awaited
              FROM shardboard.writers(job.source, job.target, false) AS w WHERE w.is_detached;
            found := found || '{"detached_seen": true}';
        END IF;
        EXIT WHEN awaited = '[]';
        IF clock_timestamp() >= deadline THEN
            UPDATE shardboard.rollup SET pending = found || jsonb_build_object('writers', awaited) WHERE name = rollup_name;
            RETURN found || jsonb_build_object('blocked_by',
                (SELECT string_agg(format('%s on %s', w ->> 'description', w ->> 'node'), '; ') FROM jsonb_array_elements(awaited) AS w));
        END IF;
        PERFORM pg_sleep(nap);
        nap := least(nap * 1.5, 0.5);
    END LOOP;
    UPDATE shardboard.rollup SET pending = NULL WHERE name = rollup_name AND pending IS NOT NULL;
    RETURN found;
END
$$;

-- step: create-next-batch: Create function shardboard.next_batch
-- Splits settled ranges into those of the next transaction, at most batch_ids ids, and what is left for later.
CREATE OR REPLACE FUNCTION shardboard.next_batch(ranges jsonb, batch_ids bigint, OUT batch jsonb, OUT rest jsonb)
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
DECLARE
    range jsonb;
    budget bigint := batch_ids;
    first bigint;
    last bigint;
    taken bigint;
BEGIN
    batch := '[]';
    rest := '[]';
    FOR range IN SELECT * FROM jsonb_array_elements(ranges) LOOP
        first := (range ->> 'first')::bigint;
        last := (range ->> 'last')::bigint;
        taken := least(last - first, budget);
        budget := budget - taken;
        IF taken > 0 OR first = last THEN
            batch := batch || (range || jsonb_build_object('last', first + taken));
        END IF;
        IF first + taken < last THEN
            rest := rest || (range || jsonb_build_object('first', first + taken));
        END IF;
    END LOOP;
END
$$;

-- step: create-id-condition: Create function shardboard.id_condition
CREATE OR REPLACE FUNCTION shardboard.id_condition(id_column text, ranges jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT '(' || coalesce(string_agg(format('%1$I > %2$s AND %1$I <= %3$s', id_column, (r ->> 'first')::bigint,
                                             (r ->> 'last')::bigint), ' OR '), 'false') || ')'
      FROM jsonb_array_elements(ranges) AS r
$$;

-- step: create-skip-gap: Create function shardboard.skip_gap
-- Moves the start of each range to just before its first row: sequences jump, a node that left had a range of 2^48 ids.
CREATE OR REPLACE FUNCTION shardboard.skip_gap(source text, id_column text, ranges jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    range jsonb;
    lowest bigint;
    kept jsonb := '[]';
BEGIN
    FOR range IN SELECT * FROM jsonb_array_elements(ranges) LOOP
        EXECUTE format('SELECT min(%1$I) FROM %2$s WHERE %1$I > %3$s AND %1$I <= %4$s', id_column, source,
                       range ->> 'first', range ->> 'last') INTO lowest;
        kept := kept || (range || jsonb_build_object('first', coalesce(lowest - 1, (range ->> 'last')::bigint)));
    END LOOP;
    RETURN kept;
END
$$;

-- step: create-roll-up-batch: Create function shardboard.roll_up_batch
-- Aggregates the rows of the ranges into the rollup and moves its state, in the caller's transaction: both or neither.
-- Returns the rows read.
CREATE OR REPLACE FUNCTION shardboard.roll_up_batch(rollup_name text, of_run bigint, batch jsonb, complete timestamptz)
RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    job shardboard.rollup;
    range record;
    done bigint;
    new_rows text;
    row_count bigint := 0;
    buckets bigint := 0;
    lowest timestamptz;
    highest timestamptz;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name FOR UPDATE;
    FOR range IN SELECT * FROM jsonb_to_recordset(batch) AS r(group_id int, first bigint, last bigint) LOOP
        SELECT last_id INTO done FROM shardboard.rollup_state WHERE rollup = rollup_name AND group_id = range.group_id;
        IF coalesce(done, range.group_id::bigint << 48) > range.first THEN
            RAISE EXCEPTION 'another run of rollup % has been here: group % is at %, not at %', rollup_name, range.group_id, done,
                range.first USING ERRCODE = 'serialization_failure';
        END IF;
        INSERT INTO shardboard.rollup_state VALUES (rollup_name, range.group_id, range.last)
            ON CONFLICT (rollup, group_id) DO UPDATE SET last_id = excluded.last_id;
    END LOOP;
    IF batch <> '[]' THEN
        new_rows := shardboard.id_condition(job.id_column, batch);
        EXECUTE format('SELECT count(*), min(%1$I), max(%1$I) FROM %2$s WHERE %3$s', job.time_column, job.source, new_rows)
            INTO row_count, lowest, highest;
    END IF;
    IF row_count > 0 THEN
        EXECUTE format(job.aggregate_sql, new_rows);
        GET DIAGNOSTICS buckets = ROW_COUNT;
        lowest := date_bin(job.bucket, lowest, 'epoch');
        highest := date_bin(job.bucket, highest, 'epoch');
    END IF;
    UPDATE shardboard.rollup SET complete_until = coalesce(complete, complete_until) WHERE name = rollup_name
        RETURNING complete_until INTO complete;
    UPDATE shardboard.rollup_run
       SET batches = batches + (row_count > 0)::int, rows_read = rows_read + row_count,
           buckets_written = buckets_written + buckets,
           first_bucket = least(first_bucket, lowest), last_bucket = greatest(last_bucket, highest)
     WHERE run_id = of_run;
    IF row_count > 0 THEN
        PERFORM pg_notify('shardboard_rollup', json_build_object('rollup', rollup_name,
            'from', shardboard.iso(lowest), 'to', shardboard.iso(highest + job.bucket),
            'complete_until', shardboard.iso(complete), 'rows', row_count)::text);
    END IF;
    RETURN row_count;
END
$$;

-- step: create-begin-run: Create function shardboard.begin_run
-- Opens a line in the log. The caller holds the rollup's lock, so a run still called running is one that died.
CREATE OR REPLACE FUNCTION shardboard.begin_run(rollup_name text, OUT run_id bigint, OUT after_interruption boolean)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    UPDATE shardboard.rollup_run SET state = 'interrupted', finished_at = clock_timestamp(),
           message = 'the session ended before the run did; the next run goes on where its last batch was committed'
     WHERE rollup = rollup_name AND state = 'running';
    after_interruption := FOUND;
    DELETE FROM shardboard.rollup_run WHERE rollup = rollup_name AND started_at < now() - interval '30 days';
    INSERT INTO shardboard.rollup_run (rollup) VALUES (rollup_name) RETURNING rollup_run.run_id INTO run_id;
END
$$;

-- step: create-run-rollup: Create procedure shardboard.run_rollup
-- Rolls up what is new: CALL shardboard.run_rollup('name'), outside of a transaction. Gives the run's number in
-- shardboard.rollup_run, or NULL when another session is at it. Every batch is a transaction of its own.
CREATE OR REPLACE PROCEDURE shardboard.run_rollup(rollup_name text, INOUT run_id bigint DEFAULT NULL)
LANGUAGE plpgsql AS $$
DECLARE
    job shardboard.rollup;
    after_interruption boolean;
    settled jsonb;
    batch jsonb;
    rest jsonb;
    went_on boolean;
    asked_at timestamptz;
    end_state text := 'done';
    problem text;
    problem_hint text;
    problem_code text;
BEGIN
    -- Each statement must see what was committed before it.
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    SELECT * INTO job FROM shardboard.rollup WHERE name = rollup_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no rollup "%"', rollup_name USING ERRCODE = 'undefined_object',
            HINT = (SELECT 'There is ' || coalesce(string_agg(name, ', ' ORDER BY name), 'none') FROM shardboard.rollup);
    END IF;
    IF job.is_paused THEN
        RAISE NOTICE 'rollup "%" is paused', rollup_name;
        RETURN;
    END IF;
    IF NOT pg_try_advisory_lock(hashtext('shardboard.rollup'), job.rollup_id) THEN
        RAISE NOTICE 'rollup "%" is already running', rollup_name;
        RETURN;
    END IF;
    SELECT b.run_id, b.after_interruption INTO run_id, after_interruption FROM shardboard.begin_run(rollup_name) AS b;
    COMMIT AND CHAIN;
    LOOP
        -- The handler must not span a commit; what failed is logged in a transaction that has not failed.
        BEGIN
            IF rest IS NULL THEN
                went_on := job.pending IS NOT NULL;
                job.pending := NULL;
                asked_at := clock_timestamp();
                settled := shardboard.settle_rollup(rollup_name, after_interruption);
                UPDATE shardboard.rollup_run AS r SET waited = waited + (clock_timestamp() - asked_at)
                 WHERE r.run_id = run_rollup.run_id;
                IF settled ? 'blocked_by' THEN
                    end_state := 'waiting';
                    problem := 'still being written by ' || (settled ->> 'blocked_by');
                END IF;
                rest := settled -> 'ranges';
                batch := '[]';
            END IF;
            IF end_state = 'done' THEN
                SELECT b.batch, b.rest INTO batch, rest FROM shardboard.next_batch(rest, job.batch_ids) AS b;
                IF shardboard.roll_up_batch(rollup_name, run_id, batch,
                       CASE WHEN rest = '[]' THEN (settled ->> 'read_at')::timestamptz END) = 0 AND rest <> '[]' THEN
                    rest := shardboard.skip_gap(job.source, job.id_column, rest);
                END IF;
            END IF;
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, problem_hint = PG_EXCEPTION_HINT, problem_code = RETURNED_SQLSTATE;
            end_state := CASE problem_code WHEN '57014' THEN 'cancelled' ELSE 'failed' END;
        END;
        IF problem_code IS NOT NULL THEN
            ROLLBACK AND CHAIN;
            EXIT;
        END IF;
        COMMIT AND CHAIN;
        EXIT WHEN end_state <> 'done' OR (rest = '[]' AND NOT went_on);
        IF rest = '[]' THEN
            rest := NULL; -- what an earlier run had been waiting for is in; now what came since
        END IF;
    END LOOP;
    UPDATE shardboard.rollup_run AS r SET state = end_state, finished_at = clock_timestamp(), message = problem
     WHERE r.run_id = run_rollup.run_id;
    PERFORM pg_advisory_unlock(hashtext('shardboard.rollup'), job.rollup_id);
    COMMIT;
    IF problem_code IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = problem_code, MESSAGE = problem, 
            HINT = coalesce(nullif(problem_hint, ''), format('Logged as run %s in shardboard.rollup_run.', run_id));
    ELSIF problem IS NOT NULL THEN
        RAISE NOTICE 'rollup "%" gave up for now: %', rollup_name, problem;
    END IF;
END
$$;
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
-- Makes the partitions that should be ready ahead of the rows. Without a search_path of its own, like drop_partitions:
-- pg_partman puts back the one it finds, for the whole session.
CREATE OR REPLACE FUNCTION shardboard.extend_partitions(of_table text) RETURNS void
LANGUAGE plpgsql SET timezone = 'UTC' AS $$
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
    CASE wish.method
    WHEN 'pg_partman' THEN
        EXECUTE format('SELECT %s.run_maintenance(%L)', shardboard.partman_schema(), shardboard.partman_name(of_table));
    WHEN 'citus' THEN
        EXECUTE format('SELECT pg_catalog.create_time_partitions(%L, %L, %L, %L)', of_table, wish.step, horizon, starts);
    ELSE
        PERFORM shardboard.create_partitions(of_table, wish.step, starts, horizon);
    END CASE;
END
$$;

-- step: create-partition-cutoff: Create function shardboard.partition_cutoff
-- Partitions that end before this moment may go: old enough, and every rollup of the table has taken their rows. NULL:
-- none may.
CREATE OR REPLACE FUNCTION shardboard.partition_cutoff(of_table text) RETURNS timestamptz
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    due record;
    old record;
    waits boolean;
BEGIN
    IF NOT EXISTS (SELECT FROM shardboard.retention WHERE table_name = of_table AND keep IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO due FROM shardboard.expiry(of_table);
    IF due.condition <> 'true' THEN
        FOR old IN SELECT * FROM shardboard.time_partitions(of_table) AS p WHERE p.ends <= due.cutoff ORDER BY p.ends LOOP
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s WHERE (%s) IS NOT TRUE)', old.partition, due.condition) INTO waits;
            IF waits THEN
                RETURN old.starts;
            END IF;
        END LOOP;
    END IF;
    RETURN due.cutoff;
END
$$;

-- step: create-drop-partitions: Create function shardboard.drop_partitions
-- Drops the partitions that end before the moment. Returns how many.
CREATE OR REPLACE FUNCTION shardboard.drop_partitions(of_table text, cutoff timestamptz) RETURNS int
LANGUAGE plpgsql SET timezone = 'UTC' AS $$
DECLARE
    method text;
    old record;
    before int;
BEGIN
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    SELECT p.method INTO STRICT method FROM shardboard.partitioning AS p WHERE table_name = of_table;
    SELECT count(*) INTO before FROM shardboard.time_partitions(of_table);
    CASE method
    WHEN 'pg_partman' THEN
        EXECUTE format('SELECT %s.drop_partition_time(%L, interval ''0'', p_keep_table := false, p_keep_index := false, '
                       'p_reference_timestamp := %L)', shardboard.partman_schema(), shardboard.partman_name(of_table),
                       cutoff + interval '1 microsecond');
    WHEN 'citus' THEN
        EXECUTE format('CALL pg_catalog.drop_old_time_partitions(%L, %L)', of_table, cutoff);
    ELSE
        FOR old IN SELECT * FROM shardboard.time_partitions(of_table) AS p WHERE p.ends <= cutoff ORDER BY p.ends LOOP
            EXECUTE 'DROP TABLE ' || old.partition;
        END LOOP;
    END CASE;
    RETURN before - (SELECT count(*) FROM shardboard.time_partitions(of_table));
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
    cutoff timestamptz;
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
    IF problem IS NULL THEN
        BEGIN
            cutoff := shardboard.partition_cutoff(of_table);
            -- Noted before the first row goes: Verify compares no bucket that may have lost rows.
            UPDATE shardboard.retention AS r
               SET deleted_before = greatest(deleted_before, (SELECT max(p.ends) FROM shardboard.time_partitions(of_table) AS p
                                                               WHERE p.ends <= cutoff)),
                   last_run_at = clock_timestamp()
             WHERE table_name = of_table AND cutoff IS NOT NULL;
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, problem_code = RETURNED_SQLSTATE;
        END;
        COMMIT;
    END IF;
    IF problem IS NULL AND cutoff IS NOT NULL THEN
        BEGIN
            dropped := shardboard.drop_partitions(of_table, cutoff);
        EXCEPTION WHEN OTHERS OR query_canceled THEN
            GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, problem_code = RETURNED_SQLSTATE;
        END;
        COMMIT;
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

-- step: create-cover-rows: Create function shardboard.cover_rows
-- Gives `target` partitions for all rows of `source` and for the time from then, or from `since`, until now.
CREATE OR REPLACE FUNCTION shardboard.cover_rows(source text, target text, time_column text, step interval, stem text,
                                                 since timestamptz DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog SET timezone = 'UTC' AS $$
DECLARE
    lowest timestamptz;
    highest timestamptz;
BEGIN
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    EXECUTE format('SELECT min(%1$I), max(%1$I) FROM %2$s', time_column, source) INTO lowest, highest;
    PERFORM shardboard.create_partitions(target, step, least(lowest, since, now()),
        shardboard.partition_end(shardboard.partition_start(greatest(highest, now()), step), step), stem);
END
$$;

-- step: create-check-counts: Create function shardboard.check_same_count
-- Raises an error unless both tables hold equally many rows; returns how many.
CREATE OR REPLACE FUNCTION shardboard.check_same_count(source text, target text) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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
-- Deleting what is old, in bounded transactions, and never what a rollup has not taken yet.

-- step: create-whole-since: Create function shardboard.whole_since
-- The moment from which neither raw nor rollup rows have expired.
CREATE OR REPLACE FUNCTION shardboard.whole_since(source text, target text) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
    SELECT coalesce(max(deleted_before), '-infinity') FROM shardboard.retention WHERE table_name IN (source, target)
$$;

-- step: create-expiry: Create function shardboard.expiry
-- Rows older than `cutoff` that also meet `condition` may go. Raw rows: whole buckets only, and every rollup of the table
-- has taken them. Rollup rows: not before the raw rows they were made of, or Verify would miss them.
CREATE OR REPLACE FUNCTION shardboard.expiry(of_table text, OUT cutoff timestamptz, OUT condition text)
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    wish shardboard.retention;
    job shardboard.rollup;
    rolled_up jsonb;
    raw_gone_before timestamptz;
BEGIN
    SELECT * INTO STRICT wish FROM shardboard.retention WHERE table_name = of_table;
    cutoff := date_trunc('minute', now() - wish.keep);
    condition := 'true';
    FOR job IN SELECT * FROM shardboard.rollup WHERE source = of_table LOOP
        cutoff := least(cutoff, date_bin(job.bucket, cutoff, 'epoch'));
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
-- What the app shows.

-- step: create-rollup-lag: Create function shardboard.rollup_lag
-- Ids handed out and not rolled up yet: rows waiting, at most. NULL when a node cannot be asked.
-- Stable, so that a reader of the view who does not want the lag does not ask every node for it.
CREATE OR REPLACE FUNCTION shardboard.rollup_lag(rollup_name text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
    state jsonb;
BEGIN
    SELECT coalesce(jsonb_object_agg(s.group_id::text, s.last_id), '{}') INTO state
      FROM shardboard.rollup_state AS s WHERE s.rollup = rollup_name;
    RETURN (SELECT coalesce(sum(p.last_value - coalesce((state ->> p.group_id::text)::bigint, p.group_id::bigint << 48)), 0)
              FROM shardboard.rollup AS r, LATERAL shardboard.sequence_positions(r.id_sequence) AS p
             WHERE r.name = rollup_name);
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END
$$;

-- step: grant-status: Let every role see how far the rollups are
GRANT USAGE ON SCHEMA shardboard TO PUBLIC;

-- step: keep-view-local: Keep the view on the coordinator, where the tables it reads are
-- only: citus
SET LOCAL citus.enable_ddl_propagation = off;

-- step: create-rollup-status: Create view shardboard.rollup_status
CREATE OR REPLACE VIEW shardboard.rollup_status AS
SELECT r.name, r.source, r.target, r.strategy, r.complete_until, last_run.started_at AS last_run_at,
       shardboard.rollup_lag(r.name) AS lag_rows,
       r.is_paused,
       EXISTS (SELECT FROM pg_catalog.pg_locks AS l
                WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted
                  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
                  AND l.classid = (pg_catalog.hashtext('shardboard.rollup')::bigint & 4294967295)::oid
                  AND l.objid = r.rollup_id::oid) AS is_running,
       last_run.state AS last_state, last_run.message AS last_message,
       last_run.finished_at - last_run.started_at AS last_duration,
       last_run.rows_read AS last_rows_read, last_run.buckets_written AS last_buckets_written,
       r.bucket, r.bucket_column, r.dimensions, r.measures
  FROM shardboard.rollup AS r
  LEFT JOIN LATERAL (SELECT * FROM shardboard.rollup_run AS u WHERE u.rollup = r.name ORDER BY run_id DESC LIMIT 1) AS last_run ON true;

-- step: grant-rollup-status: Let every role read shardboard.rollup_status
GRANT SELECT ON shardboard.rollup_status TO PUBLIC;

-- step: mark-version: Note the version of the server-side objects
COMMENT ON SCHEMA shardboard IS 'Shardboard server-side objects, version 2';
