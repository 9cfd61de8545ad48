-- SPDX-License-Identifier: GPL-3.0-or-later
-- The removal of schema shardboard. One statement looks and drops, and the locks keep other sessions from registering
-- anything in between: what a client read earlier decides nothing.

-- step: drop-server-objects: Drop schema shardboard, unless something is registered or depends on it
DO $shardboard$
DECLARE
    path      pg_catalog.text := pg_catalog.current_setting('search_path');
    home      pg_catalog.oid;
    registry  pg_catalog.text;
    rows      pg_catalog.int8;
    found     pg_catalog.text[] := '{}';
    ours      pg_catalog.text[] := '{}'; -- tables and views of Shardboard; the program fills them in
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true); -- until the end of this statement
    SELECT oid INTO home FROM pg_namespace WHERE nspname = 'shardboard';
    IF home IS NULL THEN
        PERFORM set_config('search_path', path, true);
        RETURN;
    END IF;
    -- Always in this order: two removals do not wait for each other.
    FOREACH registry IN ARRAY ARRAY['blueprint', 'conversion', 'partitioning', 'retention', 'rollup'] LOOP
        CONTINUE WHEN NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = home AND relname = registry);
        EXECUTE format('LOCK TABLE shardboard.%I IN ACCESS EXCLUSIVE MODE', registry);
        EXECUTE format('SELECT count(*) FROM shardboard.%I', registry) INTO rows;
        IF rows > 0 THEN
            found := found || format('%s (%s)', registry, rows);
        END IF;
    END LOOP;
    -- A role that is called shardboard creates its own tables here, as "$user" comes first in its search_path.
    found := found || ARRAY(
        SELECT format('%s is not of Shardboard', oid::regclass) FROM pg_class
         WHERE relnamespace = home AND relkind IN ('r', 'p', 'v', 'm', 'f') AND relname <> ALL (ours) ORDER BY 1);
    -- Objects of others that depend on the schema, such as a view that reads the registry, would go with CASCADE.
    found := found || ARRAY(
        WITH ours (classid, objid) AS (
            SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relnamespace = home
            UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE pronamespace = home
            UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typnamespace = home),
        dependent (classid, objid, relation) AS (
            SELECT DISTINCT d.classid, d.objid,
                   coalesce(
                       (SELECT ev_class FROM pg_rewrite WHERE d.classid = 'pg_rewrite'::regclass AND oid = d.objid),
                       (SELECT tgrelid FROM pg_trigger WHERE d.classid = 'pg_trigger'::regclass AND oid = d.objid),
                       (SELECT adrelid FROM pg_attrdef WHERE d.classid = 'pg_attrdef'::regclass AND oid = d.objid),
                       (SELECT polrelid FROM pg_policy WHERE d.classid = 'pg_policy'::regclass AND oid = d.objid),
                       (SELECT nullif(conrelid, 0) FROM pg_constraint
                         WHERE d.classid = 'pg_constraint'::regclass AND oid = d.objid))
              FROM ours AS o JOIN pg_depend AS d ON d.refclassid = o.classid AND d.refobjid = o.objid
             WHERE d.deptype = 'n')
        SELECT pg_describe_object(classid, objid, 0)
          FROM dependent
         WHERE coalesce(
                   (SELECT relnamespace FROM pg_class WHERE oid = dependent.relation),
                   (SELECT oid FROM pg_namespace WHERE nspname = (pg_identify_object(classid, objid, 0)).schema),
                   0) <> home
         ORDER BY 1);
    IF found = '{}' THEN
        DROP SCHEMA shardboard CASCADE;
    ELSE
        RAISE NOTICE 'schema shardboard stays, it is in use: %', array_to_string(found, ', ');
    END IF;
    PERFORM pg_catalog.set_config('search_path', path, true);
END
$shardboard$;
