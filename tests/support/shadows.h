// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace Shardboard::Testing {

/// One of each that a role who may create in schema public can make. The second half beats variadic functions even when
/// pg_catalog comes first.
inline const QString shadows = QStringLiteral(R"(
CREATE ROLE low;
CREATE SCHEMA shadow AUTHORIZATION low;
DO $do$
DECLARE
    one record;
    made int := 0;
BEGIN
    SET LOCAL ROLE low;
    FOR one IN SELECT p.proname, oidvectortypes(p.proargtypes) AS args, p.prorettype::regtype AS result FROM pg_proc AS p
                WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND p.provariadic = 0 AND NOT p.proretset
                  AND NOT EXISTS (SELECT FROM unnest(p.proargtypes::oid[] || p.prorettype) AS a JOIN pg_type AS t ON t.oid = a
                                   WHERE t.typtype = 'p' OR t.typname IN ('internal', 'cstring')) LOOP
        BEGIN
            EXECUTE format('CREATE FUNCTION shadow.%I(%s) RETURNS %s LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION ''captured: %s''; END $f$',
                           one.proname, one.args, one.result, one.proname);
            made := made + 1;
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
    FOR one IN SELECT o.oprname, o.oprleft::regtype AS l, o.oprright::regtype AS r, o.oprresult::regtype AS result, row_number() OVER () AS n
                 FROM pg_operator AS o
                WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oprkind = 'b'
                  AND NOT EXISTS (SELECT FROM pg_type AS t WHERE t.oid IN (o.oprleft, o.oprright, o.oprresult) AND t.typtype = 'p') LOOP
        BEGIN
            EXECUTE format('CREATE FUNCTION shadow.op%s(%s, %s) RETURNS %s LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION ''captured: %s''; END $f$',
                           one.n, one.l, one.r, one.result, replace(one.oprname, '%', 'percent'));
            EXECUTE format('CREATE OPERATOR shadow.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = shadow.op%s)', one.oprname, one.l, one.r, one.n);
            made := made + 1;
        EXCEPTION WHEN OTHERS THEN NULL;
        END;
    END LOOP;
    FOR one IN SELECT f.name, array_to_string(array_fill('text'::text, ARRAY[n]), ', ') AS args, f.result
                 FROM (VALUES ('format', 'text'), ('concat', 'text'), ('concat_ws', 'text'), ('jsonb_build_object', 'jsonb'),
                              ('json_build_object', 'json'), ('jsonb_build_array', 'jsonb')) AS f(name, result),
                      generate_series(1, 6) AS n LOOP
        EXECUTE format('CREATE OR REPLACE FUNCTION shadow.%I(%s) RETURNS %s LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION ''captured: %s''; END $f$',
                       one.name, one.args, one.result, one.name);
        made := made + 1;
    END LOOP;
    RESET ROLE;
    IF made < 1500 THEN
        RAISE EXCEPTION 'only % shadows were made', made;
    END IF;
END
$do$;
DO $do$
DECLARE
    type text;
BEGIN
    FOREACH type IN ARRAY ARRAY['int', 'bigint', 'text', 'timestamptz'] LOOP
        EXECUTE format('CREATE FUNCTION public.jsonb_build_object(text, %s) RETURNS jsonb LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION ''captured on a node''; END $f$', type);
        EXECUTE format('ALTER FUNCTION public.jsonb_build_object(text, %s) OWNER TO low', type);
    END LOOP;
END
$do$;
CREATE DOMAIN shadow.text AS pg_catalog.text CHECK (false);
CREATE DOMAIN shadow.jsonb AS pg_catalog.jsonb CHECK (false);
CREATE DOMAIN shadow.record AS pg_catalog.text CHECK (false);
)");

} // namespace Shardboard::Testing
