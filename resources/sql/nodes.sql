-- SPDX-License-Identifier: GPL-3.0-or-later
-- Asking every node: where its sequence is, and who is writing. Plain PostgreSQL is a cluster of one node, group 0.

-- step: create-iso: Create function shardboard.iso
-- ISO 8601 in UTC; NULL for an infinite time.
CREATE OR REPLACE FUNCTION shardboard.iso(moment timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') WHERE isfinite(moment)
$$;

-- step: create-answer: Create function shardboard.answer
-- Runs a query of one value on this node with pinned settings: a node's own defaults are those of its role.
CREATE OR REPLACE FUNCTION shardboard.answer(command text) RETURNS text
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    told text;
BEGIN
    EXECUTE command INTO told;
    RETURN told;
END
$$;

-- step: create-on-every-node: Create function shardboard.on_every_node
CREATE OR REPLACE FUNCTION shardboard.on_every_node(command text)
RETURNS TABLE (group_id int, node text, answer text)
LANGUAGE plpgsql AS $$
#variable_conflict error
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
               FROM run_command_on_all_nodes($1) AS r JOIN pg_dist_node AS n USING (nodeid)' USING format('SELECT shardboard.answer(%L)', command)
        LOOP
            IF NOT asked.success THEN
                RAISE EXCEPTION 'node % (group %) does not answer: %', asked.place, asked.groupid, asked.result
                    USING ERRCODE = 'connection_failure',
                          HINT = CASE WHEN (SELECT rolcanlogin FROM pg_roles WHERE rolname = current_user)
                              THEN 'Nothing is lost: the next run goes on from here when the node is back.'
                              ELSE format('Citus connects to the nodes as role %I, which may not log in: ALTER ROLE %I LOGIN.',
                                  current_user, current_user) END;
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

-- step: create-sequence-command: Create function shardboard.sequence_command
-- The question where a node's sequence is: {"last", "cache", "increment", "cycle"}, NULL where it has none.
CREATE OR REPLACE FUNCTION shardboard.sequence_command(sequence_name text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT format($command$
        SELECT (SELECT jsonb_build_object('last', pg_sequence_last_value(seqrelid), 'cache', seqcache, 'increment', seqincrement,
                                          'cycle', seqcycle)
                  FROM pg_sequence WHERE seqrelid = to_regclass(%L)) AS told$command$, sequence_name)
$$;

-- step: create-sequence-last: Create function shardboard.sequence_last
-- The last value of what a node told of its sequence; an error when ids of that sequence do not tell which rows are new.
CREATE OR REPLACE FUNCTION shardboard.sequence_last(sequence_name text, node text, told jsonb) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE AS $$
#variable_conflict error
BEGIN
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
    RETURN (told ->> 'last')::bigint;
END
$$;

-- step: create-sequence-positions: Create function shardboard.sequence_positions
CREATE OR REPLACE FUNCTION shardboard.sequence_positions(sequence_name text)
RETURNS TABLE (group_id int, node text, last_value bigint)
LANGUAGE sql AS $$
    SELECT n.group_id, n.node, shardboard.sequence_last(sequence_name, n.node, n.answer::jsonb)
      FROM shardboard.on_every_node(format('SELECT told::text FROM (%s) AS asked', shardboard.sequence_command(sequence_name))) AS n
$$;

-- step: create-node-views: Create function shardboard.node_views
-- What every node tells, asked once: where its sequence is (of `sequence_name`, which may be NULL), and then who holds, or waits
-- for, a write lock on the table, through any node: on the logical table and its partitions where the statement was sent, on
-- the shards where the rows go. A prepared transaction keeps its virtual transaction id until its server restarts, then it is
-- -1/xid. On the target only prepared ones count: runs that died between prepare and commit.
-- detached: it writes to a shard for another node and may outlive that node's transaction, being prepared or committing by
-- itself; without a right to see that of others, taken to be so.
-- `known`: the ids that have been rolled up; NULL when the sequence's value need not outlive a crash.
CREATE OR REPLACE FUNCTION shardboard.node_views(source text, target text, sequence_name text, known bigint[])
RETURNS TABLE (group_id int, node text, told jsonb, writers jsonb)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    of_shard text := 'NULL::oid';
    coordinated text := 'false';
BEGIN
    IF to_regclass('pg_catalog.pg_dist_shard') IS NOT NULL THEN
        of_shard := $sql$(SELECT s.logicalrelid FROM pg_dist_shard AS s
                           WHERE s.shardid = substring(l.relation::regclass::text FROM '_([0-9]{1,18})"?$')::bigint)$sql$;
        coordinated := $sql$EXISTS (SELECT FROM get_all_active_transactions() AS a
                                     WHERE a.process_id = h.pid AND a.transaction_number <> 0)$sql$;
    END IF;
    -- The locks are looked at after the sequence: they are told apart by what was told of it.
    -- A sequence's new value reaches the disk with a commit. The value just read must not be forgotten by a crash of its
    -- node, or ids already passed over would be handed out again.
    FOR group_id, node, told, writers IN
            SELECT n.group_id, n.node, n.answer::jsonb -> 'told', n.answer::jsonb -> 'writers'
                FROM shardboard.on_every_node(format($command$
        WITH position AS MATERIALIZED (
            SELECT coalesce(told, '{}') || jsonb_build_object('pid', pg_backend_pid()) AS told FROM (%1$s) AS asked)
        SELECT jsonb_build_object('told', told, 'flushed', CASE
            WHEN %2$L::bigint[] IS NOT NULL AND (told ->> 'last')::bigint > ALL (
                SELECT id FROM unnest(%2$L::bigint[]) AS id WHERE id >> 48 = (told ->> 'last')::bigint >> 48)
            THEN pg_logical_emit_message(true, 'shardboard', '')::text
                 || set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'local'
                                                     ELSE current_setting('synchronous_commit') END, true) END,
          'writers', (
            WITH RECURSIVE tree(relation, is_target) AS (
                SELECT to_regclass(%3$L)::oid, false
                UNION SELECT to_regclass(%4$L)::oid, true
                UNION SELECT i.inhrelid, t.is_target FROM tree AS t JOIN pg_inherits AS i ON i.inhparent = t.relation),
            held AS (
                SELECT l.virtualtransaction AS x, l.pid, bool_and(l.relation <> t.relation) AS only_shards
                  FROM pg_locks AS l JOIN tree AS t ON t.relation IN (l.relation, %5$s)
                 WHERE l.locktype = 'relation' AND l.mode = 'RowExclusiveLock'
                   AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                   AND l.pid IS DISTINCT FROM (told ->> 'pid')::int
                   AND (NOT t.is_target OR l.pid IS NULL)
                 GROUP BY 1, 2)
            SELECT coalesce(jsonb_agg(jsonb_build_object('transaction_id', x, 'is_prepared', h.pid IS NULL,
                     'is_detached', only_shards AND NOT (h.pid IS NOT NULL AND %6$s), 'description', CASE
                     WHEN h.pid IS NULL THEN 'prepared transaction ' || coalesce(p.gid, x)
                     ELSE 'process ' || h.pid || coalesce(' (' || nullif(a.application_name, '') || ')', '')
                          || coalesce(', open since ' || date_trunc('second', a.xact_start), '') END)), '[]')
              FROM held AS h
              LEFT JOIN pg_stat_activity AS a ON a.pid = h.pid
              LEFT JOIN pg_locks AS own ON h.pid IS NULL AND own.virtualtransaction = x AND own.locktype = 'transactionid'
              LEFT JOIN pg_prepared_xacts AS p ON p.transaction = own.transactionid))::text
          FROM position
        $command$, shardboard.sequence_command(sequence_name), known, source, target, of_shard, coordinated)) AS n
    LOOP
        IF writers IS NULL THEN
            RAISE EXCEPTION 'node % does not tell who writes to %', node, source USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;

-- step: drop-former-writers: Drop the former shardboard.writers, which asked apart from the sequence
DROP FUNCTION IF EXISTS shardboard.writers(text, text, boolean);

-- step: create-writers: Create function shardboard.writers
-- Who writes to the table now, a row a transaction and node.
CREATE OR REPLACE FUNCTION shardboard.writers(source text, target text)
RETURNS TABLE (group_id int, node text, transaction_id text, is_prepared boolean, is_detached boolean, description text)
LANGUAGE sql AS $$
    SELECT n.group_id, n.node, w.*
      FROM shardboard.node_views(source, target, NULL, NULL) AS n,
           jsonb_to_recordset(n.writers) AS w(transaction_id text, is_prepared boolean, is_detached boolean, description text)
$$;
