// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/catalogue/catalogue.h"

#include "admin/catalogue/distributedschemas.h"

#include "admin/catalogue/nodefigures.h"
#include "admin/catalogue/unlockedsize.h"

namespace Shardboard {

namespace {

// Bounds and keys of tables under an exclusive lock are left out: printing them takes a lock, too.
// Members of extensions (citus' views, pg_partman's tables) are somebody else's; shards are hidden by citus itself.
QString relationsSql()
{
    return QStringLiteral(R"(
WITH %1
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence = 'u', i.inhparent, CASE WHEN c.oid NOT IN (SELECT oid FROM busy) THEN pg_get_expr(c.relpartbound, c.oid) END,
       CASE WHEN c.relkind = 'p' AND c.oid NOT IN (SELECT oid FROM busy) THEN pg_get_partkeydef(c.oid) END, pg_get_userbyid(c.relowner), a.amname,
       c.reltuples::bigint, obj_description(c.oid, 'pg_class')
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_am a ON a.oid = c.relam
  LEFT JOIN pg_inherits i ON c.relispartition AND i.inhrelid = c.oid
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
   AND NOT EXISTS (SELECT FROM pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY n.nspname, c.relname)")
        .arg(busyTablesSql());
}

QString citusTablesSql()
{
    return QStringLiteral(R"(
SELECT p.logicalrelid::oid, p.partmethod, p.repmodel, p.colocationid, column_to_column_name(p.logicalrelid, p.partkey),
       s.schemaid IS NOT NULL, coalesce(h.shards, 0)
  FROM pg_dist_partition p
  LEFT JOIN pg_dist_schema s ON s.colocationid = p.colocationid
  LEFT JOIN (SELECT logicalrelid, count(*) AS shards FROM pg_dist_shard GROUP BY 1) h USING (logicalrelid))")
        .replace(QLatin1String("pg_dist_schema"), distributedSchemasSql());
}

// Shards that were split or moved away stay for a while as orphans, which citus does not hide.
QString orphansSql()
{
    return QStringLiteral(
        "SELECT to_regclass(object_name)::oid FROM pg_dist_cleanup WHERE node_group_id = 0 AND object_type = 1");
}

QString colocationSql()
{
    return QStringLiteral(R"(
SELECT g.colocationid, g.shardcount, g.replicationfactor, format_type(nullif(g.distributioncolumntype, 0), NULL),
       (SELECT collname FROM pg_collation WHERE oid = g.distributioncolumncollation AND collname <> 'default'),
       (SELECT nspname FROM pg_namespace n JOIN pg_dist_schema s ON s.schemaid = n.oid
         WHERE s.colocationid = g.colocationid)
  FROM pg_dist_colocation g
 ORDER BY 1)")
        .replace(QLatin1String("pg_dist_schema"), distributedSchemasSql());
}

// Sizes take a lock of the table, so those of tables under an exclusive lock are left out: the others shall not wait.
// Of a distributed table this is what the coordinator still keeps of it; without rows its indexes do not count.
QString localSizesSql()
{
    return QStringLiteral(R"(
WITH %1
SELECT c.oid, %2, c.oid IN (SELECT oid FROM busy) OR pg_relation_size(c.oid) > 0
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)')")
        .arg(busyTablesSql(), unlockedSizeSql(QStringLiteral("c.oid")));
}

} // namespace

QList<Query> catalogueQueries(const ServerCapabilities &capabilities)
{
    QList<Query> queries{Query(relationsSql())};
    if (capabilities.hasCitus())
        queries << Query(citusTablesSql()) << Query(orphansSql()) << Query(colocationSql());
    queries << Query(localSizesSql());
    if (capabilities.hasCitus())
        queries << nodeFiguresQuery();
    return queries;
}

} // namespace Shardboard
