// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollup/rollupsource.h"

#include "admin/catalogue/unlockedsize.h"

#include "admin/catalogue/nodefigures.h"
#include "admin/facts.h"
#include "connection/syncsession.h"
#include "connection/values/reading.h"

#include <QSet>

namespace Shardboard {

namespace {

using namespace std::chrono_literals;

constexpr int rowsToSee = 4000;
constexpr auto patience = 5s;

/// The table and all of its partitions, as the server quotes them.
QString partsSql(const QualifiedName &table)
{
    return QStringLiteral("WITH RECURSIVE %2, tree(oid) AS (SELECT %1::regclass::oid UNION ALL "
                          "SELECT i.inhrelid FROM tree t JOIN pg_inherits i ON i.inhparent = t.oid) "
                          "SELECT n.nspname, c.relname, c.reltuples::bigint, "
                          "CASE WHEN c.relkind = 'p' THEN 0 ELSE %3 END, c.relkind = 'p' "
                          "FROM tree AS t JOIN pg_class AS c ON c.oid = t.oid "
                          "JOIN pg_namespace AS n ON n.oid = c.relnamespace")
        .arg(quoteLiteral(table.quoted()), busyTablesSql(), unlockedSizeSql(QStringLiteral("c.oid")));
}

void addRows(RollupSourceFigures &figures, qint64 rows)
{
    if (rows >= 0)
        figures.rows = std::max<qint64>(figures.rows, 0) + rows;
}

bool isSampled(qint64 rows)
{
    return rows > 2 * rowsToSee;
}

/// A few pages of every partition and shard: the first rows that come would be of one, with few of the values that rows
/// are spread by.
QString columnsSql(const TableFacts &table, qint64 rows)
{
    QStringList names, counts;
    for (const ColumnFacts &column : table.columns) {
        const QString name = quoteIdentifier(column.name);
        names << name;
        // As text: not every type can be compared.
        counts << QStringLiteral("count(DISTINCT %1::text), count(*) FILTER (WHERE %1 IS NULL)").arg(name);
    }
    const QString sample = isSampled(rows)
        ? QStringLiteral(" TABLESAMPLE SYSTEM (%1)").arg(100.0 * rowsToSee / double(rows), 0, 'f', 6)
        : QString();
    // More than are expected, lest the limit cut whole shards off.
    return QStringLiteral("SELECT count(*), %1 FROM (SELECT %2 FROM %3%4 LIMIT %5) AS seen")
        .arg(counts.join(QStringLiteral(", ")), names.join(QStringLiteral(", ")), table.name.quoted(), sample,
            QString::number(4 * rowsToSee));
}

} // namespace

Outcome<RollupSourceFigures> loadTableSize(SyncSession &session, const QualifiedName &table, bool hasCitus)
{
    const Outcome<ResultSet> parts = session.run(Query(partsSql(table)));
    if (!parts)
        return parts.failure<RollupSourceFigures>();
    RollupSourceFigures figures;
    figures.bytes = 0;
    QSet<QualifiedName> names;
    for (qsizetype row = 0; row < parts->rowCount(); ++row) {
        names.insert({parts->text(row, 0), parts->text(row, 1)});
        figures.bytes += parts->integer(row, 3);
        if (!parts->boolean(row, 4)) // a partitioned table's own count is of all of its partitions
            addRows(figures, parts->integer(row, 2, -1));
    }
    if (!hasCitus)
        return figures;
    const Outcome<NodeFigures> nodes = readNodeFigures(session.run(nodeFiguresQuery()));
    if (nodes.isCancelled())
        return Cancelled{};
    if (nodes.isError() && !saysRefused(nodes.error())) // the coordinator alone would make the table look small
        return nodes.error();
    RollupSourceFigures spread;
    for (const NodeFigure &figure : nodes ? nodes->figures : QList<NodeFigure>()) {
        if (!names.contains(figure.table))
            continue;
        spread.bytes = std::max<qint64>(spread.bytes, 0) + figure.bytes;
        addRows(spread, figure.rows);
    }
    return spread.bytes >= 0 ? spread : figures;
}

Outcome<RollupSourceFigures> loadSourceFigures(SyncSession &session, const TableFacts &table, bool hasCitus)
{
    Outcome<RollupSourceFigures> size = loadTableSize(session, table.name, hasCitus);
    if (!size)
        return size;
    RollupSourceFigures figures = *size;
    Query question(columnsSql(table, size->rows));
    question.timeout = patience;
    const Outcome<ResultSet> seen = session.run(question);
    if (seen.isCancelled())
        return Cancelled{};
    if (seen.isError() && seen.error().connectionLost)
        return seen.error();
    if (!seen) // no right to read it, or too slow: the wizard goes on without
        return figures;
    figures.rowsSeen = seen->integer(0, 0);
    int place = 1;
    for (const ColumnFacts &column : table.columns) {
        // Never analysed: the rows seen may be of some shards only.
        if (size->rows >= 0 || column.name != table.distributionColumn)
            figures.columns.insert(column.name, {seen->integer(0, place), seen->integer(0, place + 1)});
        place += 2;
    }
    return figures;
}

} // namespace Shardboard
