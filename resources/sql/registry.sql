-- SPDX-License-Identifier: GPL-3.0-or-later
-- What Shardboard keeps on the server: which rollups there are, how far each one is, what its runs did, what expires when.
-- Every statement is one step of a plan; the comment above it is the step's id and title.

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

-- step: extend-rollup: Let shardboard.rollup hold all strategies
-- Columns of later versions: an older registry keeps its rows.
ALTER TABLE shardboard.rollup
    ADD COLUMN IF NOT EXISTS time_zone text NOT NULL DEFAULT 'UTC',            -- of buckets of a day and longer
    ADD COLUMN IF NOT EXISTS parent text,                                      -- of a cascade: the rollup it reads
    ADD COLUMN IF NOT EXISTS grace interval NOT NULL DEFAULT interval '1 minute', -- of closed buckets: how long rows may take
    ADD COLUMN IF NOT EXISTS recompute int NOT NULL DEFAULT 2 CHECK (recompute >= 0), -- closed buckets done again by each run
    ADD COLUMN IF NOT EXISTS source_index text,                                -- made for it on the source, goes with it
    ALTER COLUMN id_column DROP NOT NULL,
    ALTER COLUMN id_sequence DROP NOT NULL,
    DROP CONSTRAINT IF EXISTS rollup_strategy_check,
    DROP CONSTRAINT IF EXISTS rollup_bucket_check,
    ADD CONSTRAINT rollup_strategy_check CHECK (
        strategy = 'sequence' AND id_column IS NOT NULL AND id_sequence IS NOT NULL OR strategy = 'time'
        OR strategy = 'cascade' AND parent IS NOT NULL),
    ADD CONSTRAINT rollup_bucket_check CHECK (
        bucket > interval '0' AND (bucket < interval '1 day' OR shardboard.bucket_unit(bucket) IS NOT NULL));

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

-- step: extend-rollup-state: Let shardboard.rollup_state hold times
ALTER TABLE shardboard.rollup_state ADD COLUMN IF NOT EXISTS done_until timestamptz; -- buckets before are done; without ids

-- step: create-rollup-change: Create table shardboard.rollup_change, buckets a cascade has to do again
-- One row a change, never one updated: a change that comes while its bucket is being done is done after it.
CREATE TABLE IF NOT EXISTS shardboard.rollup_change (
    change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rollup    text NOT NULL,
    bucket    timestamptz NOT NULL          -- of that rollup
);

-- step: index-rollup-change: Find the changes of a rollup quickly
CREATE INDEX IF NOT EXISTS rollup_change_rollup_idx ON shardboard.rollup_change (rollup, bucket);

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
    last_run_at    timestamptz,
    last_deleted   bigint,
    last_error     text
);

-- step: extend-retention: Let shardboard.retention say whether wide partitions may go
ALTER TABLE shardboard.retention
    ADD COLUMN IF NOT EXISTS drops_wide boolean NOT NULL DEFAULT false; -- also partitions far wider than the others

-- step: create-expired: Create table shardboard.expired, up to when rows of a table may have expired
-- Verify and rebuild depend on it: it outlives the retention itself, and no undo touches it.
CREATE TABLE IF NOT EXISTS shardboard.expired (
    table_name     text PRIMARY KEY,        -- schema.table, quoted where it must be
    deleted_before timestamptz NOT NULL     -- rows older than this may be gone
);

-- step: move-expired: Move what has expired from shardboard.retention to shardboard.expired
-- Up to version 10 it was a column of shardboard.retention.
DO $do$
#variable_conflict error
BEGIN
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'shardboard.retention'::regclass AND attname = 'deleted_before'
                  AND NOT attisdropped) THEN
        EXECUTE 'INSERT INTO shardboard.expired AS e (table_name, deleted_before)
                 SELECT table_name, deleted_before FROM shardboard.retention WHERE deleted_before IS NOT NULL
                 ON CONFLICT (table_name) DO UPDATE SET deleted_before = greatest(e.deleted_before, excluded.deleted_before)';
        EXECUTE 'ALTER TABLE shardboard.retention DROP COLUMN deleted_before';
    END IF;
END
$do$;

-- step: create-former-entry: Create table shardboard.former_entry, registry entries as they were before a plan changed them
CREATE TABLE IF NOT EXISTS shardboard.former_entry (
    entry_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    registry  text NOT NULL,                -- table of schema shardboard
    entry_key jsonb NOT NULL,               -- its key columns with their values
    mark      text NOT NULL,                -- identifies what the plan wrote
    entry     jsonb,                        -- the row; NULL: there was none
    saved_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- step: create-retention-run: Create table shardboard.retention_run, the log of what expired
CREATE TABLE IF NOT EXISTS shardboard.retention_run (
    run_id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_name         text NOT NULL,
    started_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at        timestamptz,
    state              text NOT NULL DEFAULT 'running' -- refused: something is older than it should be, held says why
                       CHECK (state IN ('running', 'done', 'refused', 'failed', 'cancelled', 'interrupted')),
    cutoff             timestamptz,
    rows_deleted       bigint NOT NULL DEFAULT 0, -- one by one; of partitions nobody counts them
    partitions_dropped text[] NOT NULL DEFAULT '{}',
    bytes_freed        bigint NOT NULL DEFAULT 0, -- of rows an estimate without indexes: room for new rows
    oldest_kept        timestamptz,
    held               jsonb NOT NULL DEFAULT '[]', -- as of shardboard.due()
    message            text,                        -- the error
    backend_pid        int NOT NULL DEFAULT pg_backend_pid()
);

-- step: index-retention-run: Find the latest runs for a table quickly
CREATE INDEX IF NOT EXISTS retention_run_table_idx ON shardboard.retention_run (table_name, run_id DESC);

-- step: create-blueprint: Create table shardboard.blueprint, which blueprints were applied and how
CREATE TABLE IF NOT EXISTS shardboard.blueprint (
    name           text NOT NULL,
    schema_name    text NOT NULL,
    settings       jsonb NOT NULL,
    created_schema boolean NOT NULL,        -- removing it takes the schema along
    applied_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, schema_name)
);
