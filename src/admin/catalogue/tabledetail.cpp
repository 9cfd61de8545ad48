// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/catalogue/tabledetail.h"

#include "admin/catalogue/unlockedsize.h"

#include "admin/catalogue/partitionhorizon.h"

namespace Shardboard {

namespace {

QString columnsSql()
{
    return QStringLiteral(R"(
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
       CASE WHEN a.attidentity = 'a' THEN 'identity always' WHEN a.attidentity = 'd' THEN 'identity by default'
            WHEN a.attgenerated <> '' THEN 'generated' END,
       (SELECT collname FROM pg_collation c JOIN pg_type t ON t.oid = a.atttypid
         WHERE c.oid = a.attcollation AND a.attcollation <> t.typcollation),
       col_description(a.attrelid, a.attnum)
  FROM pg_attribute a
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY a.attnum)");
}

QString indexesSql()
{
    return QStringLiteral(R"(
SELECT c.relname, pg_get_indexdef(i.indexrelid), i.indisunique, i.indisprimary, i.indisvalid
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
 WHERE i.indrelid = $1::oid
 ORDER BY i.indisprimary DESC, i.indisunique DESC, c.relname)");
}

QString constraintsSql()
{
    return QStringLiteral(R"(
SELECT k.contype, k.conname, pg_get_constraintdef(k.oid, true), k.convalidated, n.nspname, c.relname,
       k.conrelid <> $1::oid
  FROM pg_constraint k
  JOIN pg_class c ON c.oid = k.conrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE k.contype <> 't' AND k.conparentid = 0
   AND (k.conrelid = $1::oid OR (k.confrelid = $1::oid AND k.contype = 'f'))
 ORDER BY 7, position(k.contype IN 'puxfc'), k.conname)");
}

// citus guards TRUNCATE with a trigger of its own, marked as internal.
QString triggersSql()
{
    return QStringLiteral(R"(
SELECT t.tgname, pg_get_triggerdef(t.oid, true), t.tgenabled <> 'D'
  FROM pg_trigger t
 WHERE t.tgrelid = $1::oid AND NOT t.tgisinternal AND t.tgname !~ '^truncate_trigger_\d+$'
 ORDER BY t.tgname)");
}

QString viewSql()
{
    return QStringLiteral(
        "SELECT pg_get_viewdef(c.oid, true) FROM pg_class c WHERE c.oid = $1::oid AND c.relkind IN ('v', 'm')");
}

QString shardFiguresCommand(const QualifiedName &table)
{
    return QStringLiteral(R"(
WITH RECURSIVE %2,
tree(shardid, oid) AS (
  SELECT s.shardid, to_regclass(shard_name(s.logicalrelid, s.shardid, false))::oid FROM pg_dist_shard s
   WHERE s.logicalrelid = to_regclass(%1)
  UNION ALL
  SELECT t.shardid, i.inhrelid FROM tree t JOIN pg_inherits i ON i.inhparent = t.oid)
SELECT coalesce(json_agg(json_build_array(shardid, bytes, rows)), '[]')
  FROM (SELECT t.shardid, coalesce(sum(%3), 0) AS bytes,
               coalesce(sum(leaf.reltuples) FILTER (WHERE leaf.reltuples >= 0), -1)::bigint AS rows
          FROM tree t
          JOIN pg_class leaf ON leaf.oid = t.oid AND leaf.relkind <> 'p'
         GROUP BY 1) f)")
        .arg(quoteLiteral(table.quoted()), busyTablesSql(), unlockedSizeSql(QStringLiteral("leaf.oid")));
}

Query placementsQuery(const CatalogueTable &table)
{
    return Query(QStringLiteral(R"(
WITH figures AS (
  SELECT r.nodeid, (e ->> 0)::bigint AS shardid, (e ->> 1)::bigint AS bytes, (e ->> 2)::bigint AS rows
    FROM run_command_on_all_nodes($2) r
   CROSS JOIN LATERAL json_array_elements(CASE WHEN r.success THEN r.result::json END) e)
SELECT s.shardid, s.shardminvalue, s.shardmaxvalue, n.nodeid, n.nodename, n.nodeport, f.bytes, f.rows
  FROM pg_dist_shard s
  JOIN pg_dist_placement p USING (shardid)
  JOIN pg_dist_node n ON n.groupid = p.groupid AND n.noderole = 'primary'
  LEFT JOIN figures f ON f.nodeid = n.nodeid AND f.shardid = s.shardid
 WHERE s.logicalrelid = $1::oid AND p.shardstate = 1
 ORDER BY s.shardminvalue::bigint, s.shardid, n.nodeid)"),
        {QByteArray::number(table.oid), shardFiguresCommand(table.name).toUtf8()});
}

TableConstraint::Kind constraintKind(const QString &contype)
{
    switch (contype.isEmpty() ? 0 : contype.at(0).toLatin1()) {
    case 'p':
        return TableConstraint::Kind::PrimaryKey;
    case 'u':
        return TableConstraint::Kind::Unique;
    case 'f':
        return TableConstraint::Kind::ForeignKey;
    case 'c':
        return TableConstraint::Kind::Check;
    case 'x':
        return TableConstraint::Kind::Exclusion;
    default:
        return TableConstraint::Kind::Other;
    }
}

void readColumns(const ResultSet &rows, TableDetail &detail)
{
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        detail.columns << TableColumn{rows.text(row, 0), rows.text(row, 1), rows.boolean(row, 2), rows.text(row, 3),
            rows.text(row, 4), rows.text(row, 5), rows.text(row, 6)};
    }
}

void readIndexes(const ResultSet &rows, TableDetail &detail)
{
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        detail.indexes << TableIndex{
            rows.text(row, 0), rows.text(row, 1), rows.boolean(row, 2), rows.boolean(row, 3), rows.boolean(row, 4)};
    }
}

void readConstraints(const ResultSet &rows, TableDetail &detail)
{
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        detail.constraints << TableConstraint{constraintKind(rows.text(row, 0)), rows.text(row, 1), rows.text(row, 2),
            rows.boolean(row, 3), {rows.text(row, 4), rows.text(row, 5)}, rows.boolean(row, 6)};
    }
}

void readTriggers(const ResultSet &rows, TableDetail &detail)
{
    for (qsizetype row = 0; row < rows.rowCount(); ++row)
        detail.triggers << TableTrigger{rows.text(row, 0), rows.text(row, 1), rows.boolean(row, 2)};
}

void readPlacements(const ResultSet &rows, TableDetail &detail)
{
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        ShardPlacement placement;
        placement.shardId = rows.integer(row, 0);
        if (!rows.isNull(row, 1)) {
            placement.minHash = int(rows.integer(row, 1));
            placement.maxHash = int(rows.integer(row, 2));
        }
        placement.nodeId = int(rows.integer(row, 3));
        placement.host = rows.text(row, 4);
        placement.port = int(rows.integer(row, 5));
        placement.bytes = rows.integer(row, 6, -1);
        placement.rows = rows.integer(row, 7, -1);
        detail.placements << placement;
    }
}

} // namespace

QList<Query> tableDetailQueries(
    const ServerCapabilities &capabilities, const CatalogueTable &table, const QualifiedName &defaultPartition)
{
    const QByteArray oid = QByteArray::number(table.oid);
    QList<Query> queries;
    for (const QString &sql : {columnsSql(), indexesSql(), constraintsSql(), triggersSql(), viewSql()})
        queries << Query(sql, {oid});
    if (capabilities.hasCitus() && table.shardCount > 0)
        queries << placementsQuery(table);
    if (!defaultPartition.name.isEmpty())
        queries << defaultRowsQuery(defaultPartition);
    return queries;
}

Outcome<TableDetail> readTableDetail(
    const CatalogueTable &table, const QList<Outcome<ResultSet>> &answers, bool asksDefaultPartition)
{
    if (answers.isEmpty())
        return ServerError::usage(QStringLiteral("The columns of %1 were not answered.").arg(table.name.display()));
    if (!answers.first())
        return answers.first().failure<TableDetail>();
    TableDetail detail;
    detail.oid = table.oid;
    readColumns(*answers.first(), detail);
    const auto apply = [&](qsizetype index, const QString &what, auto read) {
        if (index >= answers.size())
            return;
        if (answers.at(index))
            read(*answers.at(index), detail);
        else if (answers.at(index).isError())
            detail.gaps << QStringLiteral("%1 could not be read: %2").arg(what, answers.at(index).error().message);
    };
    apply(1, QStringLiteral("Indexes"), readIndexes);
    apply(2, QStringLiteral("Constraints"), readConstraints);
    apply(3, QStringLiteral("Triggers"), readTriggers);
    apply(4, QStringLiteral("The view's definition"), [](const ResultSet &rows, TableDetail &result) {
        if (rows.rowCount() > 0)
            result.viewDefinition = rows.text(0, 0);
    });
    const qsizetype last = answers.size() - 1;
    if (!asksDefaultPartition || last > 5)
        apply(5, QStringLiteral("Shards"), readPlacements);
    if (asksDefaultPartition && last >= 5)
        apply(last, QStringLiteral("The default partition"),
            [](const ResultSet &rows, TableDetail &result) { result.defaultRows = rows.integer(0, 0); });
    return detail;
}

} // namespace Shardboard
