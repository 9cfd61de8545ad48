// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/shardingfacts.h"

#include "admin/catalogue/distributedschemas.h"

#include "admin/catalogue/unlockedsize.h"
#include "admin/distribute/lostobjects.h"
#include "admin/distribute/nodequeries.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace Shardboard {

namespace {

// What was asked for and all that foreign keys connect with it, with the partitions below on any level. A foreign key
// of a partition, or to one, connects the partitioned tables. Asked on its
// own, so that the queries that follow name their tables: the planner would take a recursive part of theirs for a
// thousand rows and compile machine code for it, which costs seconds.
QString scopeSql()
{
    return QStringLiteral(R"(
WITH RECURSIVE link AS MATERIALIZED (
  SELECT coalesce(pg_partition_root(k.conrelid), k.conrelid)::oid AS source,
         coalesce(pg_partition_root(k.confrelid), k.confrelid)::oid AS target
    FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0),
wanted(oid) AS (
  (SELECT to_regclass(name)::oid FROM json_array_elements_text($1::json) name WHERE to_regclass(name) IS NOT NULL
    UNION ALL
   SELECT c.oid FROM pg_class c
    WHERE c.relnamespace = to_regnamespace($2) AND c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition)
  UNION
  SELECT unnest(ARRAY[l.source, l.target]) FROM wanted w JOIN link l ON l.source = w.oid OR l.target = w.oid),
part(oid, root) AS (
  SELECT oid, oid FROM wanted
  UNION
  SELECT i.inhrelid, p.root FROM part p JOIN pg_inherits i ON i.inhparent = p.oid
    JOIN pg_class c ON c.oid = i.inhrelid AND c.relispartition)
SELECT oid, root FROM part)");
}

QString tablesSql()
{
    return QStringLiteral(R"(
WITH @busy
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence,
       EXISTS (SELECT FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
                WHERE (i.inhrelid = c.oid AND NOT c.relispartition) OR (i.inhparent = c.oid AND c.relkind <> 'p')),
       (SELECT json_build_array(pn.nspname, p.relname) FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
          JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE i.inhrelid = c.oid AND c.relispartition),
       pg_has_role(c.relowner, 'USAGE'),
       (SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
         WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e' LIMIT 1),
       f.partitions, f.has_partitioned, f.has_foreign, f.has_other_schema, f.without_identity, f.rows, f.bytes, f.has_rows,
       (SELECT count(*) FROM pg_index x WHERE x.indrelid = c.oid),
       (SELECT json_agg(DISTINCT r.ev_class::regclass::text) FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
         WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
           AND r.ev_class <> c.oid),
       EXISTS (SELECT FROM pg_attrdef a JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = a.oid
                 JOIN pg_proc p ON d.refclassid = 'pg_proc'::regclass AND p.oid = d.refobjid
                WHERE a.adrelid = c.oid AND p.pronamespace = pg_my_temp_schema()),
       f.reads, f.writes, o.rolname, o.rolcanlogin, f.is_clustered
  FROM unnest($1::oid[]) w(oid)
  JOIN pg_class c USING (oid)
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_roles o ON o.oid = c.relowner
 CROSS JOIN LATERAL (
   SELECT coalesce(json_agg(l.name ORDER BY l.oid) FILTER (WHERE l.oid <> c.oid), '[]') AS partitions,
          coalesce(bool_or(l.relkind = 'p') FILTER (WHERE l.oid <> c.oid), false) AS has_partitioned,
          coalesce(bool_or(l.relkind = 'f') FILTER (WHERE l.oid <> c.oid), false) AS has_foreign,
          coalesce(bool_or(l.relnamespace <> c.relnamespace), false) AS has_other_schema,
          coalesce(json_agg(l.name) FILTER (WHERE l.relkind = 'r' AND NOT (l.relreplident = 'f'
            OR (l.relreplident = 'd' AND EXISTS (SELECT FROM pg_index x WHERE x.indrelid = l.oid AND x.indisprimary
                                                   AND x.indimmediate))
            OR (l.relreplident = 'i' AND EXISTS (SELECT FROM pg_index x WHERE x.indrelid = l.oid AND x.indisreplident)))), '[]')
            AS without_identity,
          sum(l.reltuples) FILTER (WHERE l.reltuples >= 0)::bigint AS rows,
          sum(@size) FILTER (WHERE l.relkind = 'r') AS bytes,
          coalesce(bool_or(l.oid IN (SELECT oid FROM busy) OR pg_relation_size(l.oid) > 0) FILTER (WHERE l.relkind = 'r'), false) AS has_rows,
          bool_or(EXISTS (SELECT FROM pg_index x WHERE x.indrelid = l.oid AND x.indisclustered)) AS is_clustered,
          sum(pg_stat_get_numscans(l.oid)) AS reads,
          sum(pg_stat_get_tuples_inserted(l.oid) + pg_stat_get_tuples_updated(l.oid) + pg_stat_get_tuples_deleted(l.oid))
            AS writes
     FROM (SELECT x.oid, x.relkind, x.relnamespace, x.relreplident, x.reltuples, format('%I.%I', xn.nspname, x.relname) AS name
             FROM unnest($2::oid[], $3::oid[]) p(oid, root)
             JOIN pg_class x ON x.oid = p.oid JOIN pg_namespace xn ON xn.oid = x.relnamespace
            WHERE p.root = c.oid) l) f
 ORDER BY n.nspname, c.relname)")
        .replace(QLatin1String("@busy"), busyTablesSql())
        .replace(QLatin1String("@size"), unlockedSizeSql(QStringLiteral("l.oid")));
}

QString citusStateSql()
{
    return QStringLiteral(R"(
SELECT p.logicalrelid::oid, p.partmethod, p.repmodel, p.colocationid, column_to_column_name(p.logicalrelid, p.partkey),
       EXISTS (SELECT FROM pg_dist_schema s WHERE s.colocationid = p.colocationid),
       (SELECT count(*) FROM pg_dist_shard s WHERE s.logicalrelid = p.logicalrelid)
  FROM unnest($1::oid[]) w(oid)
  JOIN pg_dist_partition p ON p.logicalrelid = w.oid)")
        .replace(QLatin1String("pg_dist_schema"), distributedSchemasSql());
}

QString columnsSql()
{
    return QStringLiteral(R"(
SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid, a.attcollation, a.attnotnull,
       a.attgenerated <> '',
       a.attidentity <> '' OR EXISTS (SELECT FROM pg_attrdef f JOIN pg_depend d
            ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
            JOIN pg_class q ON q.oid = d.refobjid AND q.relkind = 'S' WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum),
       coalesce((SELECT l.collisdeterministic FROM pg_collation l WHERE l.oid = a.attcollation), true),
       a.atttypid = 'numeric'::regtype AND a.atttypmod >= 4 AND ((((a.atttypmod - 4) & 2047) # 1024) - 1024) < 0,
       s.null_frac, s.n_distinct, to_json(s.most_common_vals::text::text[]), to_json(s.most_common_freqs),
       a.attlen
  FROM unnest($1::oid[]) w(oid)
  JOIN pg_class c ON c.oid = w.oid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = w.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN LATERAL (SELECT * FROM pg_stats s
         WHERE s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
           AND s.inherited = (c.relkind = 'p')) s ON true
 ORDER BY a.attrelid, a.attnum)");
}

// Citus looks for the default operator classes of the type for hash and for btree, which compares what was hashed. They
// are those of the type, of what it is binary compatible with, or of its kind. Array, composite and range types always
// have them; whether hashing works depends on what they are made of.
QString typesSql()
{
    return QStringLiteral(R"(
WITH RECURSIVE parts(root, depth, typ) AS (
  SELECT DISTINCT a.atttypid, 0, a.atttypid FROM pg_attribute a
   WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
  UNION
  SELECT p.root, p.depth + CASE WHEN t.typtype = 'd' THEN 0 ELSE 1 END, m.typ
    FROM parts p JOIN pg_type t ON t.oid = p.typ
   CROSS JOIN LATERAL (
     SELECT t.typbasetype AS typ WHERE t.typtype = 'd'
      UNION ALL SELECT t.typelem WHERE t.typcategory = 'A' AND t.typelem <> 0 AND t.typtype = 'b'
      UNION ALL SELECT a.atttypid FROM pg_attribute a
                 WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
      UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE t.typtype = 'r' AND r.rngtypid = t.oid
      UNION ALL SELECT r.rngtypid FROM pg_range r WHERE t.typtype = 'm' AND r.rngmultitypid = t.oid) m)
SELECT p.root, p.depth > 0, format_type(p.typ, NULL),
       t.typtype IN ('e', 'c', 'r', 'm') OR (t.typcategory = 'A' AND t.typelem <> 0)
       OR (SELECT count(DISTINCT m.amname) FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
            WHERE o.opcdefault AND m.amname = ANY (CASE WHEN p.depth = 0 THEN ARRAY['hash', 'btree'] ELSE ARRAY['hash'] END)
              AND (o.opcintype = p.typ OR EXISTS (SELECT FROM pg_cast k
                   WHERE k.castsource = p.typ AND k.casttarget = o.opcintype AND k.castmethod = 'b' AND k.castcontext = 'i')))
          = CASE WHEN p.depth = 0 THEN 2 ELSE 1 END
  FROM parts p JOIN pg_type t ON t.oid = p.typ
 WHERE t.typtype <> 'd')");
}

QString companionsSql()
{
    return QStringLiteral(R"(
SELECT a.attname, a.atttypid, json_agg(format('%I.%I', n.nspname, c.relname) ORDER BY n.nspname, c.relname)
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE a.attname IN (SELECT x.attname FROM pg_attribute x WHERE x.attrelid = ANY ($1::oid[]) AND x.attnum > 0)
   AND a.attnum > 0 AND NOT a.attisdropped
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
 GROUP BY 1, 2)");
}

// An index of a partition that hangs under the parent's is the parent's business.
QString keysSql()
{
    return QStringLiteral(R"(
SELECT p.root, n.nspname, c.relname, i.relname, x.indisprimary, k.oid IS NOT NULL, x.indisexclusion,
       x.indpred IS NOT NULL,
       (SELECT json_agg(coalesce(a.attname, '') ORDER BY u.place) FROM unnest(x.indkey) WITH ORDINALITY u(attnum, place)
          LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum),
       x.indnkeyatts,
       (SELECT json_agg(a.attname) FROM unnest(k.conkey, k.conexclop) u(attnum, operator)
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum
         WHERE EXISTS (SELECT FROM pg_amop o JOIN pg_am m ON m.oid = o.amopmethod WHERE o.amopopr = u.operator
                          AND ((m.amname = 'btree' AND o.amopstrategy = 3) OR (m.amname = 'hash' AND o.amopstrategy = 1)))),
       coalesce(pg_get_constraintdef(k.oid), pg_get_indexdef(x.indexrelid)),
       CASE WHEN k.condeferrable THEN ' DEFERRABLE' || CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END END
  FROM unnest($1::oid[], $2::oid[]) p(oid, root)
  JOIN pg_index x ON x.indrelid = p.oid AND (x.indisunique OR x.indisexclusion)
  JOIN pg_class i ON i.oid = x.indexrelid
  JOIN pg_class c ON c.oid = p.oid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x') AND k.conrelid = p.oid
 WHERE NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = x.indexrelid)
 ORDER BY p.root, p.oid <> p.root, c.relname, NOT x.indisprimary, i.relname)");
}

QString foreignKeysSql()
{
    return QStringLiteral(R"(
SELECT k.conname, n.nspname, c.relname, rn.nspname, r.relname,
       (SELECT json_agg(a.attname ORDER BY u.place) FROM unnest(k.conkey) WITH ORDINALITY u(attnum, place)
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum),
       (SELECT json_agg(a.attname ORDER BY u.place) FROM unnest(k.confkey) WITH ORDINALITY u(attnum, place)
          JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum),
       (SELECT relname FROM pg_class x WHERE x.oid = k.conindid), k.confdeltype, k.confupdtype,
       (k.confdeltype = 'd' OR k.confupdtype = 'd') AND EXISTS (
          SELECT FROM pg_attrdef f JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
            JOIN pg_class q ON d.refclassid = 'pg_class'::regclass AND q.oid = d.refobjid AND q.relkind = 'S'
           WHERE f.adrelid = k.conrelid AND f.adnum = ANY (CASE WHEN k.confupdtype = 'd' THEN k.conkey
                 ELSE coalesce(nullif(k.confdelsetcols, '{}'), k.conkey) END)),
       k.convalidated, pg_get_constraintdef(k.oid), fn.nspname, f.relname, tn.nspname, t.relname
  FROM unnest($1::oid[], $2::oid[]) w(oid, root)
  JOIN pg_constraint k ON k.conrelid = w.oid AND k.contype = 'f' AND k.conparentid = 0
  JOIN pg_class f ON f.oid = w.root
  JOIN pg_namespace fn ON fn.oid = f.relnamespace
  JOIN pg_class t ON t.oid = coalesce(pg_partition_root(k.confrelid), k.confrelid)
  JOIN pg_namespace tn ON tn.oid = t.relnamespace
  JOIN pg_class c ON c.oid = k.conrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_class r ON r.oid = k.confrelid
  JOIN pg_namespace rn ON rn.oid = r.relnamespace
 ORDER BY n.nspname, c.relname, k.conname)");
}

QString triggersSql()
{
    return QStringLiteral(R"(
SELECT p.root, n.nspname, c.relname, t.tgname, pg_get_triggerdef(t.oid),
       EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_trigger'::regclass AND d.objid = t.oid AND d.deptype IN ('e', 'x'))
  FROM unnest($1::oid[], $2::oid[]) p(oid, root)
  JOIN pg_trigger t ON t.tgrelid = p.oid AND NOT t.tgisinternal AND t.tgparentid = 0
  JOIN pg_class c ON c.oid = p.oid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 ORDER BY p.root, c.relname, t.tgname)");
}

// An expression of a policy is stored as the parser's tree, where a subquery is a SUBLINK.
QString policiesSql()
{
    return QStringLiteral(R"(
SELECT w.oid, n.nspname, c.relname, y.polname, coalesce(pg_get_expr(y.polqual, w.oid), pg_get_expr(y.polwithcheck, w.oid)),
       coalesce(y.polqual::text, '') || coalesce(y.polwithcheck::text, '') ~ '\{SUBLINK'
  FROM unnest($1::oid[]) w(oid)
  JOIN pg_policy y ON y.polrelid = w.oid
  JOIN pg_class c ON c.oid = w.oid
  JOIN pg_namespace n ON n.oid = c.relnamespace)");
}

QString checksSql()
{
    return QStringLiteral(R"(
SELECT w.oid, n.nspname, c.relname, k.conname, pg_get_expr(k.conbin, w.oid), false
  FROM unnest($1::oid[]) w(oid)
  JOIN pg_constraint k ON k.conrelid = w.oid AND k.contype = 'c' AND NOT k.convalidated
  JOIN pg_class c ON c.oid = w.oid
  JOIN pg_namespace n ON n.oid = c.relnamespace)");
}

QString sequencesSql()
{
    return QStringLiteral(R"(
WITH used AS (
  SELECT DISTINCT d.refobjid AS sequence FROM unnest($1::oid[]) w(oid) JOIN pg_attrdef f ON f.adrelid = w.oid
    JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
    JOIN pg_class q ON q.oid = d.refobjid AND q.relkind = 'S')
SELECT u.sequence::regclass::text, n.nspname, c.relname, a.attname, format_type(a.atttypid, NULL),
       EXISTS (SELECT FROM pg_dist_partition p WHERE p.logicalrelid = c.oid)
  FROM used u
  JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = u.sequence AND d.classid = 'pg_attrdef'::regclass
  JOIN pg_attrdef f ON f.oid = d.objid
  JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 ORDER BY 1, 2, 3, a.attnum)");
}

// What Citus follows from a table before it distributes it: types, functions of defaults, checks and triggers, indexes,
// operator classes. Objects of extensions come with them, what Citus has taken over exists on the nodes. Operators in
// defaults and checks are not followed, so the nodes refuse them.
QString unsupportedSql()
{
    return QStringLiteral(R"(
WITH RECURSIVE needed(root, class, obj, is_refused) AS (
  SELECT p.root, 'pg_class'::regclass::oid, p.oid, true FROM unnest($1::oid[], $2::oid[]) p(oid, root)
  UNION
  SELECT n.root, s.class, s.obj, n.is_refused AND s.is_refused
    FROM needed n
   CROSS JOIN LATERAL (
     SELECT d.refclassid AS class, d.refobjid AS obj, true AS is_refused FROM pg_depend d
      WHERE d.classid = n.class AND d.objid = n.obj AND d.deptype = 'n'
        AND (d.objid = d.refobjid OR n.class NOT IN ('pg_attrdef'::regclass, 'pg_constraint'::regclass))
      UNION ALL SELECT d.refclassid, d.refobjid, d.refclassid <> 'pg_operator'::regclass FROM pg_depend d
      WHERE n.class IN ('pg_attrdef'::regclass, 'pg_constraint'::regclass) AND d.classid = n.class AND d.objid = n.obj
        AND d.deptype = 'n' AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)
      UNION ALL SELECT 'pg_attrdef'::regclass, f.oid, true FROM pg_attrdef f
      WHERE n.class = 'pg_class'::regclass AND f.adrelid = n.obj
      UNION ALL SELECT 'pg_constraint'::regclass, k.oid, true FROM pg_constraint k
      WHERE k.contype = 'c' AND ((n.class = 'pg_class'::regclass AND k.conrelid = n.obj)
        OR (n.class = 'pg_type'::regclass AND k.contypid = n.obj))
      UNION ALL SELECT 'pg_class'::regclass, x.indexrelid, true FROM pg_index x
      WHERE n.class = 'pg_class'::regclass AND x.indrelid = n.obj
      UNION ALL SELECT 'pg_class'::regclass, t.typrelid, true FROM pg_type t
      WHERE n.class = 'pg_type'::regclass AND t.oid = n.obj AND t.typtype = 'c'
      UNION ALL SELECT 'pg_type'::regclass, t.typelem, true FROM pg_type t
      WHERE n.class = 'pg_type'::regclass AND t.oid = n.obj AND t.typcategory = 'A' AND t.typelem <> 0) s
   WHERE s.obj >= 16384
     AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = s.class AND e.objid = s.obj AND e.deptype = 'e')
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_dist_object o WHERE o.classid = s.class AND o.objid = s.obj))
SELECT r.nspname, c.relname, pg_describe_object(n.class, n.obj, 0), xn.nspname, x.relname, bool_and(n.is_refused)
  FROM needed n
  JOIN pg_class c ON c.oid = n.root
  JOIN pg_namespace r ON r.oid = c.relnamespace
  LEFT JOIN pg_class x ON n.class = 'pg_class'::regclass AND x.oid = n.obj
  LEFT JOIN pg_namespace xn ON xn.oid = x.relnamespace
  LEFT JOIN pg_type t ON n.class = 'pg_type'::regclass AND t.oid = n.obj
 WHERE n.obj <> n.root AND NOT EXISTS (SELECT FROM unnest($1::oid[], $2::oid[]) p(oid, root) WHERE p.oid = n.obj AND p.root = n.root)
   AND (n.class IN ('pg_operator'::regclass, 'pg_opclass'::regclass, 'pg_opfamily'::regclass, 'pg_conversion'::regclass,
                    'pg_cast'::regclass, 'pg_language'::regclass)
        OR (x.relkind IN ('r', 'p', 'f', 'm') AND NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = x.oid))
        OR t.typtype IN ('r', 'm', 'p') OR (t.typtype = 'b' AND t.typcategory <> 'A'))
 GROUP BY 1, 2, 3, 4, 5
 ORDER BY 1, 2, 3)");
}

QString schemaSql()
{
    return QStringLiteral(R"(
SELECT to_regnamespace($1) IS NOT NULL,
       EXISTS (SELECT FROM pg_dist_schema s WHERE s.schemaid = to_regnamespace($1)),
       (SELECT extname FROM pg_extension e WHERE e.extnamespace = to_regnamespace($1)
         UNION ALL
        SELECT e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
         WHERE d.classid = 'pg_namespace'::regclass AND d.objid = to_regnamespace($1) AND d.deptype = 'e' LIMIT 1))")
        .replace(QLatin1String("pg_dist_schema"), distributedSchemasSql());
}

QByteArray oidArray(const QList<quint32> &oids)
{
    QByteArrayList texts;
    for (const quint32 oid : oids)
        texts << QByteArray::number(oid);
    return '{' + texts.join(',') + '}';
}

std::optional<QByteArray> schemaParameter(const ShardingQuestion &question)
{
    if (question.schema.isEmpty())
        return std::nullopt;
    return quoteIdentifier(question.schema).toUtf8();
}

} // namespace

ShardingQuestion questionOf(const DistributeSettings &settings)
{
    ShardingQuestion question;
    question.schema = settings.schema;
    for (const TableChoice &choice : settings.tables) {
        question.tables << choice.table;
        const bool isNamed = !choice.colocateWith.isEmpty() && choice.colocateWith != QLatin1String("none");
        if (isNamed)
            question.tables << parseQualifiedName(choice.colocateWith);
    }
    return question;
}

Query shardingScopeQuery(const ShardingQuestion &question)
{
    QJsonArray names;
    for (const QualifiedName &table : question.tables)
        names << table.quoted();
    return Query(scopeSql(), {QJsonDocument(names).toJson(QJsonDocument::Compact), schemaParameter(question)});
}

Outcome<ShardingScope> readShardingScope(const Outcome<ResultSet> &answer)
{
    if (!answer)
        return answer.failure<ShardingScope>();
    ShardingScope scope;
    for (qsizetype row = 0; row < answer->rowCount(); ++row)
        scope.parts << std::pair(quint32(answer->integer(row, 0)), quint32(answer->integer(row, 1)));
    return scope;
}

QList<Query> shardingFactQueries(const ShardingQuestion &question, const ShardingScope &scope)
{
    QList<quint32> roots, parts, rootsOfParts;
    for (const auto &[part, root] : scope.parts) {
        if (part == root)
            roots << root;
        parts << part;
        rootsOfParts << root;
    }
    const QList<std::optional<QByteArray>> onRoots{oidArray(roots)};
    const QList<std::optional<QByteArray>> onParts{oidArray(roots), oidArray(parts), oidArray(rootsOfParts)};
    const QList<std::optional<QByteArray>> onPartsOnly{oidArray(parts), oidArray(rootsOfParts)};
    return {Query(tablesSql(), onParts), Query(citusStateSql(), onRoots), Query(columnsSql(), onRoots),
        Query(typesSql(), onRoots), Query(companionsSql(), onRoots), Query(keysSql(), onPartsOnly),
        Query(foreignKeysSql(), onPartsOnly), Query(triggersSql(), onPartsOnly), Query(policiesSql(), onRoots),
        Query(checksSql(), onRoots), Query(sequencesSql(), onRoots), Query(unsupportedSql(), onPartsOnly),
        Query(lostObjectsSql(), onPartsOnly), Query(schemaSql(), {schemaParameter(question)}), clusterSettingsQuery(),
        colocationGroupsQuery(), nodesQuery(oidArray(parts))};
}

} // namespace Shardboard
