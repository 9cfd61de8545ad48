-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a run of a rollup has to do, and who is still writing it. A run notes what there is to do, then sees who is writing,
-- waits until those are gone, then does exactly that. No table is locked. By sequence, what there is to do are ids: a
-- transaction takes its lock on the table before it takes an id, so an id up to the values read belongs to one of those seen, or
-- was committed before. By time it is every bucket that has closed; a cascade does those buckets again of which its parent has
-- changed rows.

-- step: drop-former-new-ids: Drop the former shardboard.new_ids, which asked the nodes itself
DROP FUNCTION IF EXISTS shardboard.new_ids(text, text);

-- step: create-new-ids: Create function shardboard.new_ids
-- The id ranges not rolled up yet, after `first` up to and with `last`. Ids hold their node group in the upper 16 bits.
-- `positions`: [{"group_id", "node", "last"}] of the sequence.
CREATE OR REPLACE FUNCTION shardboard.new_ids(rollup_name text, sequence_name text, positions jsonb)
RETURNS TABLE (group_id int, first bigint, last bigint)
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    state jsonb;
    position record;
    seen int[] := '{}';
BEGIN
    SELECT coalesce(jsonb_object_agg(s.group_id::text, s.last_id), '{}') INTO state
      FROM shardboard.rollup_state AS s WHERE s.rollup = rollup_name;
    FOR position IN SELECT * FROM jsonb_to_recordset(positions) AS p(group_id int, node text, last bigint) LOOP
        group_id := position.group_id;
        seen := seen || group_id;
        first := coalesce((state ->> group_id::text)::bigint, group_id::bigint << 48);
        last := coalesce(position.last, first);
        IF last < first THEN
            RAISE EXCEPTION 'sequence % of node % went back: it is at %, rows up to % are rolled up', sequence_name,
                position.node, coalesce(position.last::text, 'its start'), first
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

-- step: create-seed-state: Create function shardboard.seed_state
-- Before the first run: no row is rolled up yet, which the rollup's live view has to know.
CREATE OR REPLACE FUNCTION shardboard.seed_state(rollup_name text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    IF job.strategy = 'sequence' THEN
        INSERT INTO shardboard.rollup_state (rollup, group_id, last_id)
            SELECT rollup_name, p.group_id, p.group_id::bigint << 48 FROM shardboard.sequence_positions(job.id_sequence) AS p
            ON CONFLICT DO NOTHING;
    ELSE
        INSERT INTO shardboard.rollup_state (rollup, group_id, last_id) VALUES (rollup_name, 0, 0) ON CONFLICT DO NOTHING;
    END IF;
END
$$;

-- step: create-still-writing: Create function shardboard.still_writing
-- Those of `awaited` that still write. Also those a restarted server has recovered as prepared: they go by a new name.
CREATE OR REPLACE FUNCTION shardboard.still_writing(source text, target text, awaited jsonb) RETURNS jsonb
LANGUAGE sql AS $$
    SELECT coalesce(jsonb_agg(to_jsonb(w)), '[]') FROM shardboard.writers(source, target) AS w
     WHERE w.transaction_id LIKE '-1/%'
        OR EXISTS (SELECT FROM jsonb_array_elements(awaited) AS old
                    WHERE old ->> 'group_id' = w.group_id::text AND old ->> 'transaction_id' = w.transaction_id)
$$;

-- step: create-local-still-writing: Create function shardboard.local_still_writing
-- Whether one of `awaited` whose session is on this server is still open: told without asking any node.
CREATE OR REPLACE FUNCTION shardboard.local_still_writing(awaited jsonb) RETURNS boolean
LANGUAGE sql AS $$
    SELECT EXISTS (SELECT FROM pg_locks AS l, jsonb_array_elements(awaited) AS w
                    WHERE w ->> 'group_id' = '0' AND l.virtualtransaction = w ->> 'transaction_id')
$$;

-- step: create-new-work: Create function shardboard.new_work
-- What a rollup without ids has to do, as a list: [{"from", "until"}] of times; [{"change"}] up to that change, or
-- [{"seed": true}] of a cascade that knows nothing of its parent's rows yet.
CREATE OR REPLACE FUNCTION shardboard.new_work(rollup_name text) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    done timestamptz;
    until timestamptz;
    change bigint;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    SELECT done_until INTO done FROM shardboard.rollup_state WHERE rollup = job.name AND group_id = 0;
    IF job.strategy = 'time' THEN
        until := shardboard.bucket_start(clock_timestamp() - job.grace, job.bucket, job.time_zone);
        IF done >= until THEN
            RETURN '[]';
        END IF;
        RETURN jsonb_build_array(jsonb_build_object('until', until,
            'from', coalesce(shardboard.bucket_end(done, job.bucket, job.time_zone, -job.recompute), '-infinity')));
    END IF;
    IF done IS NULL THEN
        RETURN '[{"seed": true}]';
    END IF;
    SELECT max(change_id) INTO change FROM shardboard.rollup_change WHERE rollup = job.name;
    RETURN CASE WHEN change IS NULL THEN '[]' ELSE jsonb_build_array(jsonb_build_object('change', change)) END;
END
$$;

-- step: create-look: Create function shardboard.look
-- What there is to do and who was writing then: {"read_at", "complete", "ranges": [{"group_id", "first", "last"}] of ids after
-- first up to and with last, or as of new_work(), "writers", "detached_seen"}.
CREATE OR REPLACE FUNCTION shardboard.look(rollup_name text, after_interruption boolean) RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    found jsonb;
    ranges jsonb;
    writers jsonb;
    positions jsonb;
    known bigint[];
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    -- First how far the parent is, then what it has changed: the other way round what came in between would be missing.
    found := jsonb_build_object('read_at', clock_timestamp(), 'complete', CASE WHEN job.parent IS NULL THEN clock_timestamp()
        ELSE (SELECT complete_until FROM shardboard.rollup WHERE name = job.parent) END);
    IF job.strategy <> 'sequence' THEN
        ranges := shardboard.new_work(job.name);
        IF ranges = '[]' AND NOT after_interruption THEN
            RETURN found || '{"ranges": []}';
        END IF;
    ELSE
        SELECT coalesce(array_agg(s.last_id), '{}') INTO known FROM shardboard.rollup_state AS s WHERE s.rollup = rollup_name;
    END IF;
    SELECT jsonb_agg(jsonb_build_object('group_id', n.group_id, 'node', n.node,
                                        'last', shardboard.sequence_last(job.id_sequence, n.node, n.told))),
           (SELECT coalesce(jsonb_agg(w || jsonb_build_object('group_id', held ->> 'group_id', 'node', held ->> 'node')), '[]')
              FROM jsonb_array_elements(jsonb_agg(to_jsonb(n))) AS held, jsonb_array_elements(held -> 'writers') AS w)
      INTO positions, writers
      FROM shardboard.node_views(job.source, job.target, job.id_sequence, known) AS n;
    IF job.strategy = 'sequence' THEN
        SELECT coalesce(jsonb_agg(to_jsonb(n)), '[]') INTO ranges FROM shardboard.new_ids(job.name, job.id_sequence, positions) AS n;
        IF ranges = '[]' AND NOT after_interruption THEN
            writers := '[]';
        END IF;
    END IF;
    RETURN found || jsonb_build_object('ranges', ranges, 'writers', writers, 'detached_seen', writers = '[]');
END
$$;

-- step: create-settle-rollup: Create function shardboard.settle_rollup
-- What is to be done and no session can change any more: as of look(), with "blocked_by" when it gave up waiting. It does so
-- after the rollup's writer_wait, remembering whom it waited for, so that the next run goes on waiting for those
-- and not for newcomers: a table that is always being written by someone is still rolled up.
CREATE OR REPLACE FUNCTION shardboard.settle_rollup(rollup_name text, after_interruption boolean)
RETURNS jsonb
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    job shardboard.rollup;
    found jsonb;
    awaited jsonb;
    deadline timestamptz;
    nap float := 0.02;
BEGIN
    SELECT * INTO STRICT job FROM shardboard.rollup WHERE name = rollup_name;
    found := coalesce(job.pending, shardboard.look(rollup_name, after_interruption));
    awaited := coalesce(found -> 'writers', '[]');
    -- Without a statement_timeout there is no time left to divide: NULL.
    deadline := clock_timestamp() + greatest(least(job.writer_wait, coalesce(shardboard.time_left() / 2, job.writer_wait)), interval '0');
    LOOP
        IF awaited <> '[]' AND NOT shardboard.local_still_writing(awaited) THEN
            awaited := shardboard.still_writing(job.source, job.target, awaited);
        END IF;
        IF awaited = '[]' AND NOT coalesce((found ->> 'detached_seen')::boolean, true) THEN
            -- A writer's node may have died and left part of its work to other nodes, where it was not seen before.
            SELECT coalesce(jsonb_agg(to_jsonb(w)), '[]') INTO awaited
              FROM shardboard.writers(job.source, job.target) AS w WHERE w.is_detached;
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
