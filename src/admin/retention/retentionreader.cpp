// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/retention/retentionreader.h"

#include "admin/catalogue/nodefigures.h"
#include "admin/facts.h"
#include "connection/syncsession.h"

#include <QHash>

namespace Shardboard::RetentionReader {

using namespace Qt::StringLiterals;

namespace {

using Fate = ExpiringPartition::Fate;

struct Figure
{
    qint64 rows = -1, bytes = -1;
};

/// Of every relation below the table, by its name as it is quoted.
Query plainFiguresQuery(const QualifiedName &table)
{
    return Query(u"SELECT format('%I.%I', n.nspname, c.relname), coalesce(sum(leaf.reltuples) FILTER (WHERE "
                 u"leaf.reltuples >= 0), -1)::bigint, "
                 "sum(pg_total_relation_size(leaf.oid))::bigint\n"
                 "  FROM pg_inherits AS i\n"
                 "  JOIN pg_class AS c ON c.oid = i.inhrelid\n"
                 "  JOIN pg_namespace AS n ON n.oid = c.relnamespace\n"
                 " CROSS JOIN LATERAL (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf) AS part\n"
                 "  JOIN pg_class AS leaf ON leaf.oid = part.relid\n"
                 " WHERE i.inhparent = $1::regclass GROUP BY 1"_s,
        {table.quoted().toUtf8()});
}

Outcome<QHash<QString, Figure>> readPartFigures(
    SyncSession &session, const CatalogueFacts &facts, const QualifiedName &table)
{
    using Figures = QHash<QString, Figure>;
    Figures figures;
    const TableFacts *known = facts.table(table);
    if (known && known->colocationId != 0) {
        const auto read = readNodeFigures(session.run(nodeFiguresQuery()));
        if (!read)
            return read.failure<Figures>();
        for (const NodeFigure &part : read->figures) {
            Figure &sum = figures[part.table.quoted()];
            sum.bytes = std::max<qint64>(sum.bytes, 0) + part.bytes;
            if (part.rows >= 0)
                sum.rows = std::max<qint64>(sum.rows, 0) + part.rows;
        }
        return read->failures.isEmpty() ? figures : Figures();
    }
    const Outcome<ResultSet> rows = session.run(plainFiguresQuery(table));
    if (!rows)
        return rows.failure<Figures>();
    for (qsizetype row = 0; row < rows->rowCount(); ++row)
        figures.insert(rows->text(row, 0), {rows->integer(row, 1), rows->integer(row, 2)});
    return figures;
}

Completion readPartitionFigures(SyncSession &session, const CatalogueFacts &facts, RetentionPreview &preview)
{
    const auto figures = readPartFigures(session, facts, preview.wish.table);
    if (!figures)
        return figures.failure<Nothing>();
    preview.isExact = false;
    for (ExpiringPartition &partition : preview.partitions) {
        const Figure figure = figures->value(partition.name);
        partition.rows = figure.rows;
        partition.bytes = figure.bytes;
        if (partition.fate != Fate::Goes)
            continue;
        preview.rows = preview.rows < 0 || figure.rows < 0 ? -1 : preview.rows + figure.rows;
        preview.bytes = preview.bytes < 0 || figure.bytes < 0 ? -1 : preview.bytes + figure.bytes;
    }
    return Nothing{};
}

Completion readRowFigures(
    SyncSession &session, const CatalogueFacts &facts, const QString &condition, RetentionPreview &preview)
{
    preview.isExact = true;
    if (!preview.cutoff.isValid())
        return Nothing{};
    const QString column = quoteIdentifier(preview.wish.timeColumn), table = preview.wish.table.quoted();
    const QByteArray cutoff = QByteArray::number(preview.cutoff.toMSecsSinceEpoch());
    const QString where = u"r.%1 < %2 AND %3"_s.arg(column, momentOfColumn(preview.wish, facts), condition);
    const QList<Outcome<ResultSet>> answers
        = session.runPipeline({Query(u"SELECT count(*) FROM (SELECT 1 FROM %1 AS r WHERE %2 LIMIT %3) AS counted"_s.arg(
                                         table, where, QString::number(countedTo + 1)),
                                   {cutoff}),
            Query(u"SELECT avg(pg_column_size(r)) + 28 FROM (SELECT r FROM %1 AS r WHERE %2 LIMIT 200) AS r"_s.arg(
                      table, where),
                {cutoff})});
    for (const Outcome<ResultSet> &answer : answers)
        if (!answer)
            return answer.failure<Nothing>();
    preview.rows = std::min(answers.at(0)->integer(0, 0), countedTo);
    preview.isExact = answers.at(0)->integer(0, 0) <= countedTo;
    preview.bytes = qint64(double(preview.rows) * answers.at(1)->real(0, 0));
    return Nothing{};
}

void addReaders(const QString &table, const CatalogueFacts &facts, bool isFirst, RetentionPreview &preview)
{
    using Kind = RetentionDependant::Kind;
    for (const RollupFacts &rollup : facts.rollups) {
        if (rollup.source != table)
            continue;
        preview.dependants << (isFirst
                ? RetentionDependant{Kind::Rollup, rollup.name,
                    u"Reads the table: rows stay until it has taken them. What it holds stays."_s}
                : RetentionDependant{Kind::Cascade, rollup.name, u"Made from what that rollup holds, which stays."_s});
        addReaders(rollup.target, facts, false, preview);
    }
}

QString keyEffect(const QString &action, bool isByPartitions)
{
    if (isByPartitions)
        return u"A partition is not dropped while its rows refer to rows in it; the others are."_s;
    if (action == u"c")
        return u"Its rows that refer to what goes are deleted as well (ON DELETE CASCADE)."_s;
    if (action == u"n" || action == u"d")
        return u"Its rows that refer to what goes lose the reference (ON DELETE SET NULL or DEFAULT)."_s;
    return u"Deleting fails while its rows refer to what goes."_s;
}

} // namespace

Completion readFigures(
    SyncSession &session, const CatalogueFacts &facts, const QString &condition, RetentionPreview &preview)
{
    return preview.isByPartitions ? readPartitionFigures(session, facts, preview)
                                  : readRowFigures(session, facts, condition, preview);
}

Completion readDependants(SyncSession &session, const CatalogueFacts &facts, RetentionPreview &preview)
{
    addReaders(preview.wish.table.quoted(), facts, true, preview);
    const QByteArray table = preview.wish.table.quoted().toUtf8();
    const Outcome<ResultSet> found = session.run(
        Query(u"SELECT 'view', format('%I.%I', n.nspname, v.relname), v.relkind::text\n"
              "  FROM pg_depend AS d\n"
              "  JOIN pg_rewrite AS w ON w.oid = d.objid AND w.ev_class <> d.refobjid\n"
              "  JOIN pg_class AS v ON v.oid = w.ev_class\n"
              "  JOIN pg_namespace AS n ON n.oid = v.relnamespace\n"
              " WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = "
              "$1::regclass\n"
              " UNION\n"
              "SELECT 'key', k.conrelid::regclass::text || ' (' || k.conname || ')', k.confdeltype::text\n"
              "  FROM pg_constraint AS k\n"
              " WHERE k.contype = 'f' AND k.confrelid = $1::regclass AND k.conparentid = 0\n"
              " ORDER BY 1, 2"_s,
            {table}));
    if (!found)
        return found.failure<Nothing>();
    for (qsizetype row = 0; row < found->rowCount(); ++row) {
        const QString what = found->text(row, 2);
        if (found->text(row, 0) == u"key")
            preview.dependants << RetentionDependant{
                RetentionDependant::Kind::ForeignKey, found->text(row, 1), keyEffect(what, preview.isByPartitions)};
        else
            preview.dependants << RetentionDependant{RetentionDependant::Kind::View, found->text(row, 1),
                what == u"m" ? u"Shows what went until it is refreshed."_s : u"Shows no more what has gone."_s};
    }
    return Nothing{};
}

Completion readNotes(SyncSession &session, const CatalogueFacts &facts, RetentionPreview &preview)
{
    const TableFacts *table = facts.table(preview.wish.table);
    const ColumnFacts *column = table ? table->column(preview.wish.timeColumn) : nullptr;
    if (column && !column->isNotNull)
        preview.notes << u"Rows without %1 never expire."_s.arg(column->name);
    if (column && !column->isIndexed && !preview.isByPartitions)
        preview.notes << u"No index begins with %1: each run reads the whole table to find what is old."_s.arg(
            column->name);
    if (!preview.isByPartitions)
        preview.notes
            << u"Deleting rows makes room for new ones; the disk gets it back by VACUUM FULL only. Where whole "
               "partitions are dropped, at once."_s;
    const Capability &partman = facts.capabilities.pgPartman;
    if (!partman.isAvailable() || !preview.isByPartitions)
        return Nothing{};
    const Outcome<ResultSet> own
        = session.run(Query(u"SELECT retention FROM %1 WHERE parent_table = $1 AND retention IS NOT NULL"_s.arg(
                                QualifiedName{partman.schema, u"part_config"_s}.quoted()),
            {(preview.wish.table.schema + u'.' + preview.wish.table.name).toUtf8()}));
    if (!own)
        return own.failure<Nothing>();
    if (own->rowCount() == 1)
        preview.notes << u"pg_partman itself drops partitions of this table after %1 and asks no rollup. Setting the "
                         "retention up here takes that out of its configuration."_s.arg(own->text(0, 0));
    return Nothing{};
}

} // namespace Shardboard::RetentionReader
