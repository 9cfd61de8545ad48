// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/lostobjects.h"

namespace Shardboard {

namespace {

// Relations that are replaced: the tables with their partitions, and the views over them at any depth.
QString replacedSql()
{
    return QStringLiteral(R"(
WITH RECURSIVE replaced(root, oid) AS (
  SELECT p.root, p.oid FROM unnest($1::oid[], $2::oid[]) p(oid, root)
  UNION
  SELECT r.root, w.ev_class FROM replaced r
    JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_rewrite w ON w.oid = d.objid AND w.ev_class <> r.oid AND w.rulename = '_RETURN'),
rel AS (
  SELECT r.root, c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) AS name, c.relkind IN ('v', 'm') AS is_view,
         CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END AS noun,
         c.relowner, c.relacl, c.reloptions, c.relispopulated, c.reltype
    FROM replaced r JOIN pg_class c ON c.oid = r.oid JOIN pg_namespace n ON n.oid = c.relnamespace),
row_type AS (
  SELECT l.root, l.oid AS rel, t.oid FROM rel l JOIN pg_type t ON t.oid = l.reltype
  UNION ALL
  SELECT l.root, l.oid, t.typarray FROM rel l JOIN pg_type t ON t.oid = l.reltype WHERE t.typarray <> 0),
dependent AS (
  SELECT DISTINCT s.root, d.classid, d.objid, d.objsubid FROM (
    SELECT root, 'pg_class'::regclass::oid AS class, oid FROM rel
    UNION ALL SELECT root, 'pg_type'::regclass, oid FROM row_type) s
    JOIN pg_depend d ON d.refclassid = s.class AND d.refobjid = s.oid AND d.deptype IN ('n', 'a')),
routine AS (
  SELECT DISTINCT d.root, f.oid, f.prokind, f.proowner, f.proacl,
         format('%I.%I(%s)', n.nspname, f.proname, pg_get_function_identity_arguments(f.oid)) AS signature
    FROM dependent d JOIN pg_proc f ON d.classid = 'pg_proc'::regclass AND f.oid = d.objid
    JOIN pg_namespace n ON n.oid = f.pronamespace WHERE f.prokind <> 'a'),
member AS (
  SELECT l.root, 'pg_class'::regclass::oid AS class, x.indexrelid AS oid, 'INDEX ' || format('%I.%I', n.nspname, i.relname) AS called
    FROM rel l JOIN pg_index x ON x.indrelid = l.oid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace
  UNION ALL SELECT l.root, 'pg_constraint'::regclass, k.oid, format('CONSTRAINT %I ON %s', k.conname, l.name)
    FROM rel l JOIN pg_constraint k ON k.conrelid = l.oid
  UNION ALL SELECT l.root, 'pg_policy'::regclass, p.oid, format('POLICY %I ON %s', p.polname, l.name)
    FROM rel l JOIN pg_policy p ON p.polrelid = l.oid
  UNION ALL SELECT l.root, 'pg_rewrite'::regclass, w.oid, format('RULE %I ON %s', w.rulename, l.name)
    FROM rel l JOIN pg_rewrite w ON w.ev_class = l.oid AND w.rulename <> '_RETURN'
  UNION ALL SELECT l.root, 'pg_trigger'::regclass, t.oid, format('TRIGGER %I ON %s', t.tgname, l.name)
    FROM rel l JOIN pg_trigger t ON t.tgrelid = l.oid AND NOT t.tgisinternal
  UNION ALL SELECT l.root, 'pg_statistic_ext'::regclass, s.oid, format('STATISTICS %I.%I', n.nspname, s.stxname)
    FROM rel l JOIN pg_statistic_ext s ON s.stxrelid = l.oid JOIN pg_namespace n ON n.oid = s.stxnamespace
  UNION ALL SELECT root, 'pg_proc'::regclass, oid, 'ROUTINE ' || signature FROM routine
  UNION ALL SELECT root, 'pg_class'::regclass, oid, noun || ' ' || name FROM rel),
)");
}

// Views and functions are put back in the order in which they were made. A table that Citus takes into its metadata
// leaves its materialized views empty.
// place, root, what, sql, SQL that says whether it is so already, whether only an ordinary table takes it, drop.
QString viewPartsSql()
{
    return QStringLiteral(R"(
lost(place, root, what, sql, present, is_local, dropping) AS (
  SELECT 1, l.root, 'index ' || i.relname || ' of ' || l.name, pg_get_indexdef(i.oid),
         format('SELECT to_regclass(%L) IS NOT NULL', format('%I.%I', n.nspname, i.relname)), false, ''
    FROM rel l JOIN pg_index x ON x.indrelid = l.oid JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_namespace n ON n.oid = i.relnamespace WHERE l.relkind = 'm'
  UNION ALL SELECT 2, l.root, 'cluster order of ' || l.name,
         format('ALTER MATERIALIZED VIEW %s CLUSTER ON %I', l.name, i.relname), '', false, ''
    FROM rel l JOIN pg_index x ON x.indrelid = l.oid AND x.indisclustered JOIN pg_class i ON i.oid = x.indexrelid
   WHERE l.relkind = 'm'
  UNION ALL SELECT 2, l.root, 'storage options of ' || l.name, format('ALTER MATERIALIZED VIEW %s SET (%s)', l.name,
         (SELECT string_agg(format('%I = %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', ') FROM unnest(l.reloptions) o)), '', false, ''
    FROM rel l WHERE l.relkind = 'm' AND l.reloptions IS NOT NULL
  UNION ALL SELECT 2, l.root, format('statistics target of %s.%s', l.name, a.attname),
         format('ALTER MATERIALIZED VIEW %s ALTER COLUMN %I SET STATISTICS %s', l.name, a.attname, a.attstattarget), '', false, ''
    FROM rel l JOIN pg_attribute a ON a.attrelid = l.oid AND a.attnum > 0 AND a.attstattarget > 0 WHERE l.relkind = 'm'
  UNION ALL SELECT 3, l.root, 'statistics ' || s.stxname || ' of ' || l.name, pg_get_statisticsobjdef(s.oid),
         format('SELECT EXISTS (SELECT FROM pg_statistic_ext WHERE stxname = %L AND stxrelid = to_regclass(%L))', s.stxname, l.name), false, ''
    FROM rel l JOIN pg_statistic_ext s ON s.stxrelid = l.oid WHERE l.relkind = 'm'
  UNION ALL SELECT 4, l.root, 'state without rows of ' || l.name, format('REFRESH MATERIALIZED VIEW %s WITH NO DATA', l.name),
         format('SELECT NOT relispopulated FROM pg_class WHERE oid = to_regclass(%L)', l.name), false, ''
    FROM rel l WHERE l.relkind = 'm' AND NOT l.relispopulated
  UNION ALL SELECT 4 + l.oid::bigint / 4294967296.0, l.root, 'rows of ' || l.name, 'REFRESH MATERIALIZED VIEW ' || l.name,
         format('SELECT pg_relation_size(to_regclass(%L)) > 0', l.name), false, ''
    FROM rel l WHERE l.relkind = 'm' AND l.relispopulated AND pg_relation_size(l.oid) > 0
  UNION ALL SELECT 5, l.root, 'owner of ' || l.name, format('ALTER %s %s OWNER TO %I', l.noun, l.name, o.rolname),
         format('SELECT relowner = %L::regrole FROM pg_class WHERE oid = to_regclass(%L)', quote_ident(o.rolname), l.name), false, ''
    FROM rel l JOIN pg_roles o ON o.oid = l.relowner WHERE l.is_view AND o.rolname <> current_user
  UNION ALL SELECT 6, l.root, 'grants on ' || l.name,
         format('GRANT %s ON %s TO %s%s', string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type), l.name,
                coalesce(quote_ident(g.rolname), 'PUBLIC'), CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END), '', false, ''
    FROM rel l CROSS JOIN LATERAL aclexplode(l.relacl) a LEFT JOIN pg_roles g ON g.oid = a.grantee
   WHERE l.is_view AND a.grantee <> l.relowner GROUP BY l.root, l.name, g.rolname, a.is_grantable
  UNION ALL SELECT 6, l.root, format('grants on %s.%s', l.name, t.attname),
         format('GRANT %s ON %s TO %s%s', string_agg(format('%s (%I)', a.privilege_type, t.attname), ', ' ORDER BY a.privilege_type), l.name,
                coalesce(quote_ident(g.rolname), 'PUBLIC'), CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END), '', false, ''
    FROM rel l JOIN pg_attribute t ON t.attrelid = l.oid AND t.attnum > 0 CROSS JOIN LATERAL aclexplode(t.attacl) a
    LEFT JOIN pg_roles g ON g.oid = a.grantee
   WHERE l.is_view AND a.grantee <> l.relowner GROUP BY l.root, l.name, t.attname, g.rolname, a.is_grantable
  UNION ALL SELECT 8, l.root, 'trigger ' || t.tgname || ' of ' || l.name, pg_get_triggerdef(t.oid),
         format('SELECT EXISTS (SELECT FROM pg_trigger WHERE tgname = %L AND tgrelid = to_regclass(%L))', t.tgname, l.name), false, ''
    FROM rel l JOIN pg_trigger t ON t.tgrelid = l.oid AND NOT t.tgisinternal WHERE l.relkind = 'v'
)");
}

QString tablePartsSql()
{
    return QStringLiteral(R"(
  UNION ALL SELECT 7 + f.oid::bigint / 4294967296.0, f.root, 'function ' || f.signature, pg_get_functiondef(f.oid),
         format('SELECT to_regprocedure(%L) IS NOT NULL', f.oid::regprocedure), false, 'DROP ROUTINE ' || f.signature
    FROM routine f
  UNION ALL SELECT 8, f.root, 'owner of function ' || f.signature, format('ALTER ROUTINE %s OWNER TO %I', f.signature, o.rolname), '', false, ''
    FROM routine f JOIN pg_roles o ON o.oid = f.proowner WHERE o.rolname <> current_user
  UNION ALL SELECT 9, f.root, 'grants on function ' || f.signature, 'REVOKE ALL ON ROUTINE ' || f.signature || ' FROM PUBLIC', '', false, ''
    FROM routine f WHERE f.proacl IS NOT NULL AND NOT EXISTS (SELECT FROM aclexplode(f.proacl) a WHERE a.grantee = 0)
  UNION ALL SELECT 9, f.root, 'grants on function ' || f.signature, format('GRANT EXECUTE ON ROUTINE %s TO %s%s', f.signature,
         coalesce(quote_ident(g.rolname), 'PUBLIC'), CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END), '', false, ''
    FROM routine f CROSS JOIN LATERAL aclexplode(f.proacl) a LEFT JOIN pg_roles g ON g.oid = a.grantee WHERE a.grantee <> f.proowner
  UNION ALL SELECT 8, l.root, 'rule ' || w.rulename || ' of ' || l.name,
         regexp_replace(pg_get_ruledef(w.oid), '^CREATE RULE', 'CREATE OR REPLACE RULE'),
         format('SELECT EXISTS (SELECT FROM pg_rewrite WHERE rulename = %L AND ev_class = to_regclass(%L))', w.rulename, l.name), false, ''
    FROM rel l JOIN pg_rewrite w ON w.ev_class = l.oid AND w.rulename <> '_RETURN'
  UNION ALL SELECT 9, l.root, 'state of rule ' || w.rulename || ' of ' || l.name,
         format('ALTER TABLE %s %s RULE %I', l.name, CASE w.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE REPLICA' END, w.rulename),
         '', true, ''
    FROM rel l JOIN pg_rewrite w ON w.ev_class = l.oid AND w.rulename <> '_RETURN' AND w.ev_enabled <> 'O'
  UNION ALL SELECT 9, l.root, format('statistics options of %s.%s', l.name, t.attname),
         format('ALTER TABLE %s ALTER COLUMN %I SET (%s)', l.name, t.attname, o.options), '', true, ''
    FROM rel l JOIN pg_attribute t ON t.attrelid = l.oid AND t.attnum > 0 AND NOT t.attisdropped
   CROSS JOIN LATERAL (SELECT string_agg(v, ', ') AS options FROM unnest(t.attoptions) v WHERE v LIKE 'n\_distinct%') o
   WHERE NOT l.is_view AND o.options IS NOT NULL
  UNION ALL SELECT 10, m.root, 'comment on ' || pg_describe_object(m.class, m.oid, 0), format('COMMENT ON %s IS %L', m.called, d.description),
         format('SELECT EXISTS (SELECT FROM pg_description WHERE description = %L AND objsubid = 0 AND pg_describe_object(classoid, objoid, 0) = %L)',
                d.description, pg_describe_object(m.class, m.oid, 0)), false, ''
    FROM member m JOIN pg_description d ON d.classoid = m.class AND d.objoid = m.oid AND d.objsubid = 0
  UNION ALL SELECT 10, l.root, 'comment on ' || pg_describe_object('pg_class'::regclass, l.oid, d.objsubid),
         format('COMMENT ON COLUMN %s.%I IS %L', l.name, a.attname, d.description),
         format('SELECT col_description(attrelid, attnum) IS NOT DISTINCT FROM %L FROM pg_attribute WHERE attrelid = to_regclass(%L) AND attname = %L',
                d.description, l.name, a.attname), false, ''
    FROM rel l JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = l.oid AND d.objsubid > 0
    JOIN pg_attribute a ON a.attrelid = l.oid AND a.attnum = d.objsubid AND NOT a.attisdropped
)");
}

// What DROP … CASCADE takes along and no statement here puts back. An object that needs a routine from above goes too.
QString droppedSql()
{
    return QStringLiteral(R"(
  UNION ALL SELECT DISTINCT 11, d.root, pg_describe_object(d.classid, d.objid, d.objsubid), '', '', false, ''
    FROM (SELECT root, classid, objid, objsubid FROM dependent
           UNION SELECT f.root, d.classid, d.objid, d.objsubid FROM routine f
            JOIN pg_depend d ON d.refclassid = 'pg_proc'::regclass AND d.refobjid = f.oid AND d.deptype IN ('n', 'a')) d
   WHERE NOT (d.classid = 'pg_class'::regclass AND d.objsubid = 0)
     AND NOT EXISTS (SELECT FROM rel l WHERE l.root = d.root AND d.classid = 'pg_class'::regclass AND l.oid = d.objid)
     AND NOT EXISTS (SELECT FROM member m WHERE m.root = d.root AND m.class = d.classid AND m.oid = d.objid)
     AND NOT EXISTS (SELECT FROM pg_index x JOIN rel l ON l.oid = x.indrelid
                      WHERE d.classid = 'pg_class'::regclass AND x.indexrelid = d.objid)
     AND NOT EXISTS (SELECT FROM pg_attrdef f JOIN rel l ON l.oid = f.adrelid
                      WHERE d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid AND l.root = d.root)
     AND NOT EXISTS (SELECT FROM pg_rewrite w JOIN rel l ON l.oid = w.ev_class
                      WHERE d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid AND l.root = d.root
                        AND NOT EXISTS (SELECT FROM routine f JOIN pg_depend u ON u.refclassid = 'pg_proc'::regclass
                              AND u.refobjid = f.oid WHERE u.classid = 'pg_rewrite'::regclass AND u.objid = w.oid))
     AND NOT (d.classid IN ('pg_publication_rel'::regclass, 'pg_trigger'::regclass))
     AND NOT (d.classid = 'pg_constraint'::regclass AND EXISTS (SELECT FROM pg_constraint k WHERE k.oid = d.objid AND k.contype IN ('f', 't')))
     AND NOT (d.classid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_class s WHERE s.oid = d.objid AND s.relkind IN ('S', 't'))))
SELECT n.nspname, c.relname, x.what, x.sql, x.present, x.is_local, x.dropping
  FROM (SELECT DISTINCT * FROM lost) x JOIN pg_class c ON c.oid = x.root JOIN pg_namespace n ON n.oid = c.relnamespace
 ORDER BY n.nspname, c.relname, x.place, x.what, x.sql)");
}

} // namespace

QString lostObjectsSql()
{
    return replacedSql() + viewPartsSql() + tablePartsSql() + droppedSql();
}

} // namespace Shardboard
