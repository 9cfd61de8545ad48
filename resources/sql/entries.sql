-- SPDX-License-Identifier: GPL-3.0-or-later
-- A plan that changes an entry of the registry saves the former one first; its undo restores that one instead of deleting what
-- existed before.

-- step: create-save-entry: Create function shardboard.save_entry
-- Saves the entry with this key, or that there is none. `mark` identifies what is about to be written.
CREATE OR REPLACE FUNCTION shardboard.save_entry(registry text, entry_key jsonb, mark text) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    former jsonb;
BEGIN
    EXECUTE format('SELECT to_jsonb(r) FROM shardboard.%I AS r WHERE to_jsonb(r) @> $1', registry) INTO former USING entry_key;
    INSERT INTO shardboard.former_entry AS f (registry, entry_key, mark, entry)
    VALUES (save_entry.registry, save_entry.entry_key, save_entry.mark, former);
    DELETE FROM shardboard.former_entry AS f WHERE f.saved_at < now() - interval '90 days';
END
$$;

-- step: create-restore-entry: Create function shardboard.restore_entry
-- Restores the entry as it was before the plan with this mark wrote it; how far runs have come stays as it is. Returns whether
-- there was one. Without a saved entry nothing is changed.
CREATE OR REPLACE FUNCTION shardboard.restore_entry(registry text, entry_key jsonb, mark text) RETURNS boolean
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    saved shardboard.former_entry;
    present jsonb;
BEGIN
    SELECT f.* INTO saved FROM shardboard.former_entry AS f
     WHERE f.registry = restore_entry.registry AND f.entry_key = restore_entry.entry_key AND f.mark = restore_entry.mark
     ORDER BY f.entry_id DESC LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the former entry % of shardboard.% is not known', entry_key, registry USING ERRCODE = 'no_data_found',
            HINT = 'It was changed by an earlier version. Change it back by a plan of its own.';
    END IF;
    EXECUTE format('SELECT to_jsonb(r) FROM shardboard.%I AS r WHERE to_jsonb(r) @> $1', registry) INTO present USING entry_key;
    EXECUTE format('DELETE FROM shardboard.%I AS r WHERE to_jsonb(r) @> $1', registry) USING entry_key;
    IF saved.entry IS NOT NULL THEN
        SELECT saved.entry || coalesce(jsonb_object_agg(p.key, p.value), '{}') INTO present FROM jsonb_each(present) AS p
         WHERE p.key IN ('complete_until', 'pending', 'is_paused', 'last_run_at', 'last_deleted', 'last_error', 'ready_until', 'default_rows');
        EXECUTE format('INSERT INTO shardboard.%1$I OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(NULL::shardboard.%1$I, $1)).*', registry)
            USING present;
    ELSIF registry = 'rollup' THEN
        DELETE FROM shardboard.rollup_state AS s WHERE s.rollup = entry_key ->> 'name';
        DELETE FROM shardboard.rollup_change AS c WHERE c.rollup = entry_key ->> 'name';
        DELETE FROM shardboard.rollup_run AS u WHERE u.rollup = entry_key ->> 'name';
    END IF;
    DELETE FROM shardboard.former_entry AS f WHERE f.entry_id = saved.entry_id;
    RETURN saved.entry IS NOT NULL;
END
$$;
