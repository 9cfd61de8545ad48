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

-- step: create-schedule-run: Create function shardboard.schedule_run
-- Schedules a job for a table: as its owner where a superuser schedules it for the table of another role, else as the current role.
CREATE OR REPLACE FUNCTION shardboard.schedule_run(of_table text, job_name text, schedule text, command text) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict error
DECLARE
    owner record;
    made bigint;
BEGIN
    SELECT o.rolname, o.rolcanlogin AND NOT o.rolsuper AND me.rolsuper AS runs_it INTO owner
      FROM pg_class AS c JOIN pg_roles AS o ON o.oid = c.relowner JOIN pg_roles AS me ON me.rolname = current_user
     WHERE c.oid = to_regclass(of_table);
    IF owner.runs_it AND to_regprocedure('cron.schedule_in_database(text, text, text, text, text, boolean)') IS NOT NULL THEN
        PERFORM shardboard.allow_runs(owner.rolname);
        EXECUTE 'SELECT cron.schedule_in_database($1, $2, $3, $4, $5)' INTO made
            USING job_name, schedule, command, current_database(), owner.rolname;
    ELSE
        EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO made USING job_name, schedule, command;
    END IF;
    RETURN made;
END
$$;
