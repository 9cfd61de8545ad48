-- SPDX-License-Identifier: GPL-3.0-or-later
-- Jobs run as the owner of their table, so that triggers and expressions of that table run with its owner's rights. Such a role
-- may note how far its runs have come; it may not change what the registry lets other roles run.

-- step: create-allow-runs: Create function shardboard.allow_runs
-- Lets the role run rollups, retention and maintenance of its own tables.
CREATE OR REPLACE FUNCTION shardboard.allow_runs(role_name name) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM (VALUES ('rollup', 'SELECT, UPDATE (complete_until, pending)'),
                                     ('rollup_state', 'SELECT, INSERT, UPDATE'),
                                     ('rollup_change', 'SELECT, INSERT, DELETE'),
                                     ('rollup_run', 'SELECT, INSERT, UPDATE, DELETE'),
                                     ('retention', 'SELECT, UPDATE (last_run_at, last_deleted, last_error)'),
                                     ('expired', 'SELECT, INSERT, UPDATE, DELETE'),
                                     ('retention_run', 'SELECT, INSERT, UPDATE, DELETE'),
                                     ('partitioning', 'SELECT, UPDATE (last_run_at, last_error, ready_until, default_rows)')) AS g(relation, privileges) LOOP
        EXECUTE format('GRANT %s ON shardboard.%I TO %I', one.privileges, one.relation, role_name);
    END LOOP;
END
$$;

-- step: create-may-run: Create function shardboard.may_run
CREATE OR REPLACE FUNCTION shardboard.may_run(role_name name) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT has_table_privilege(role_name, 'shardboard.rollup_state', 'SELECT, INSERT, UPDATE')
       AND has_table_privilege(role_name, 'shardboard.rollup', 'SELECT')
       AND has_column_privilege(role_name, 'shardboard.rollup', 'pending', 'UPDATE')
       AND has_column_privilege(role_name, 'shardboard.retention', 'last_error', 'UPDATE')
       AND has_table_privilege(role_name, 'shardboard.expired', 'INSERT')
       AND has_column_privilege(role_name, 'shardboard.partitioning', 'last_error', 'UPDATE')
$$;
