-- SPDX-License-Identifier: GPL-3.0-or-later
-- Functions of schema shardboard run with the same settings whatever the session, the role or the database prefers. Names
-- resolve in pg_catalog only, text constants are read as the standard says, and the server refuses a query that row security
-- would filter instead of leaving rows out. Expressions of dimensions and measures run with these settings too: they see times
-- in UTC, and name what lies outside pg_catalog with its schema.
-- Procedures that commit cannot carry settings: they only commit and call functions, every name qualified.

-- step: pin-functions: Pin the settings of every function in schema shardboard
-- The functions that run once per group of rows depend on fewer settings and carry fewer: each costs time on each call. pg_partman
-- restores the search_path that it finds for the whole session, so extend_partitions, which calls it, has none of its own.
DO $do$
#variable_conflict error
DECLARE
    one record;
    settings text;
BEGIN
    FOR one IN
        SELECT p.oid::pg_catalog.regprocedure AS signature, p.proname <> 'extend_partitions' AS has_path,
               p.provolatile <> 'i' AND p.proname NOT LIKE 'bucket%' AS is_wide
          FROM pg_catalog.pg_proc AS p
         WHERE p.pronamespace = 'shardboard'::pg_catalog.regnamespace AND p.prokind = 'f' ORDER BY p.oid
    LOOP
        settings := ' SET standard_conforming_strings = on SET row_security = off';
        IF one.has_path THEN
            settings := settings || ' SET search_path = pg_catalog, pg_temp';
        END IF;
        IF one.is_wide THEN
            settings := settings || ' SET datestyle = ''ISO, MDY'' SET intervalstyle = ''postgres'' SET timezone = ''UTC'''
                || ' SET extra_float_digits = 1 SET quote_all_identifiers = off';
        END IF;
        EXECUTE pg_catalog.format('ALTER FUNCTION %s', one.signature) || settings;
    END LOOP;
END
$do$;
