// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/facts.h"
#include "admin/retention/retentionreader.h"
#include "connection/syncsession.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace Shardboard::RetentionReader {

using namespace Qt::StringLiterals;

namespace {

using Fate = ExpiringPartition::Fate;

/// The first version of the server's objects that has shardboard.due().
constexpr int versionWithDue = 7;
constexpr qint64 wideFactor = 2; ///< as in resources/sql/expiry.sql

QDateTime momentOf(const QJsonValue &value)
{
    return value.isDouble() ? QDateTime::fromMSecsSinceEpoch(value.toInteger(), Qt::UTC) : QDateTime();
}

QDateTime moment(const ResultSet &rows, qsizetype row, int column)
{
    return rows.isNull(row, column) ? QDateTime() : QDateTime::fromMSecsSinceEpoch(rows.integer(row, column), Qt::UTC);
}

Fate fateOf(const QString &name)
{
    for (const Fate fate : {Fate::Waits, Fate::Wide, Fate::Beyond})
        if (partitionFateName(fate) == name)
            return fate;
    return Fate::Goes;
}

Outcome<QString> askObjects(SyncSession &session, RetentionPreview &preview)
{
    const RetentionWish &wish = preview.wish;
    const Outcome<ResultSet> answer = session.run(Query(u"SELECT shardboard.due($1, $2, $3, $4)"_s,
        {wish.table.quoted().toUtf8(), wish.timeColumn.toUtf8(), wish.keep.toUtf8(),
            QByteArray(wish.dropsWide ? "true" : "false")}));
    if (!answer)
        return answer.failure<QString>();
    const QJsonObject due = QJsonDocument::fromJson(answer->text(0, 0).toUtf8()).object();
    preview.isByPartitions = due.value(u"how").toString() == u"partitions";
    preview.wanted = momentOf(due.value(u"wanted"));
    preview.cutoff = momentOf(due.value(u"cutoff"));
    preview.oldest = momentOf(due.value(u"oldest"));
    preview.hasMinusInfinity = due.value(u"minus_infinity").toBool();
    preview.holds = retentionHolds(due.value(u"held").toArray());
    for (const QJsonValue &value : due.value(u"partitions").toArray()) {
        const QJsonObject part = value.toObject();
        preview.partitions << ExpiringPartition{part.value(u"name").toString(), momentOf(part.value(u"starts")),
            momentOf(part.value(u"ends")), fateOf(part.value(u"fate").toString())};
    }
    return due.value(u"condition").toString();
}

/// Of a database where Shardboard has set up nothing: whether the table is cut by the column, and its range partitions.
Query partitionsQuery(const RetentionWish &wish)
{
    const QString bound
        = u"CASE b[%1] WHEN '%2' THEN NULL ELSE (extract(epoch FROM CASE WHEN a.atttypid = 'timestamptz'::regtype "
          "THEN btrim(b[%1], '''')::timestamptz ELSE btrim(b[%1], '''')::timestamp AT TIME ZONE 'UTC' END) "
          "* 1000)::bigint END"_s;
    return Query(u"SELECT format('%I.%I', n.nspname, c.relname), %1, %2, b IS NULL\n"
                 "  FROM pg_partitioned_table AS p\n"
                 "  JOIN pg_attribute AS a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]\n"
                 "  LEFT JOIN pg_inherits AS i ON i.inhparent = p.partrelid\n"
                 "  LEFT JOIN pg_class AS c ON c.oid = i.inhrelid\n"
                 "  LEFT JOIN pg_namespace AS n ON n.oid = c.relnamespace\n"
                 "  LEFT JOIN LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \\((.*)\\) TO "
                 "\\((.*)\\)$') AS b ON true\n"
                 " WHERE p.partrelid = $1::regclass AND p.partstrat = 'r' AND p.partnatts = 1 AND a.attname = $2\n"
                 " ORDER BY 3"_s.arg(bound.arg(u"1"_s, u"MINVALUE"_s), bound.arg(u"2"_s, u"MAXVALUE"_s)),
        {wish.table.quoted().toUtf8(), wish.timeColumn.toUtf8()});
}

/// The usual width in milliseconds, 0 when there is no saying.
qint64 usualWidth(const QList<ExpiringPartition> &partitions)
{
    QList<qint64> widths;
    for (const ExpiringPartition &partition : partitions)
        if (partition.starts.isValid() && partition.ends.isValid())
            widths << partition.starts.msecsTo(partition.ends);
    std::ranges::sort(widths);
    return widths.isEmpty() ? 0 : widths.at(widths.size() / 2);
}

void judge(QList<ExpiringPartition> partitions, RetentionPreview &preview)
{
    const qint64 usual = usualWidth(partitions);
    for (ExpiringPartition &partition : partitions) {
        if (partition.starts.isValid() && partition.starts >= preview.wanted)
            continue;
        const bool isWide = !partition.starts.isValid()
            || (partition.ends.isValid() && partition.starts.msecsTo(partition.ends) > wideFactor * usual);
        partition.fate = !partition.ends.isValid() || partition.ends > preview.cutoff ? Fate::Beyond
            : isWide && !preview.wish.dropsWide                                       ? Fate::Wide
                                                                                      : Fate::Goes;
        if (partition.fate == Fate::Wide) {
            RetentionHold hold;
            hold.kind = RetentionHold::Kind::WidePartition;
            hold.partition = partition.name;
            hold.from = partition.starts;
            hold.until = partition.ends;
            preview.holds << hold;
        }
        preview.partitions << partition;
    }
}

Completion readStrays(
    SyncSession &session, const CatalogueFacts &facts, const QString &partition, RetentionPreview &preview)
{
    const Outcome<ResultSet> counted
        = session.run(Query(u"SELECT count(*) FROM (SELECT 1 FROM %1 WHERE %2 < %3 LIMIT 1000000) AS r"_s.arg(partition,
                                quoteIdentifier(preview.wish.timeColumn), momentOfColumn(preview.wish, facts)),
            {QByteArray::number(preview.wanted.toMSecsSinceEpoch())}));
    if (!counted)
        return counted.failure<Nothing>();
    if (counted->integer(0, 0) > 0) {
        RetentionHold hold;
        hold.kind = RetentionHold::Kind::DefaultPartition;
        hold.partition = partition;
        hold.rows = counted->integer(0, 0);
        preview.holds << hold;
    }
    return Nothing{};
}

/// The same for a table that no rollup can read yet.
Outcome<QString> askCatalogue(SyncSession &session, const CatalogueFacts &facts, RetentionPreview &preview)
{
    const QList<Outcome<ResultSet>> answers = session.runPipeline(
        {Query(u"SELECT (extract(epoch FROM date_trunc('minute', now() - $1::interval)) * 1000)::bigint"_s,
             {preview.wish.keep.toUtf8()}),
            partitionsQuery(preview.wish),
            Query(u"SELECT CASE WHEN isfinite(oldest) THEN (extract(epoch FROM oldest) * 1000)::bigint END, "
                  "oldest = '-infinity' FROM (SELECT min(%1) AS oldest FROM %2) AS r"_s.arg(
                      quoteIdentifier(preview.wish.timeColumn), preview.wish.table.quoted()))});
    for (const Outcome<ResultSet> &answer : answers)
        if (!answer)
            return answer.failure<QString>();
    preview.wanted = preview.cutoff = moment(*answers.at(0), 0, 0);
    preview.oldest = moment(*answers.at(2), 0, 0);
    preview.hasMinusInfinity = !answers.at(2)->isNull(0, 1) && answers.at(2)->boolean(0, 1);
    const ResultSet &rows = *answers.at(1);
    preview.isByPartitions = rows.rowCount() > 0;
    QList<ExpiringPartition> partitions;
    QString strays;
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        if (rows.isNull(row, 0))
            continue;
        if (rows.boolean(row, 3))
            strays = rows.text(row, 0);
        else
            partitions << ExpiringPartition{rows.text(row, 0), moment(rows, row, 1), moment(rows, row, 2), Fate::Goes};
    }
    judge(partitions, preview);
    if (!strays.isEmpty())
        if (const Completion read = readStrays(session, facts, strays, preview); !read)
            return read.failure<QString>();
    return u"true"_s;
}

} // namespace

QString momentOfColumn(const RetentionWish &wish, const CatalogueFacts &facts)
{
    const TableFacts *table = facts.table(wish.table);
    const ColumnFacts *column = table ? table->column(wish.timeColumn) : nullptr;
    const QString moment = u"to_timestamp($1::bigint / 1000.0)"_s;
    if (!column || column->type.endsWith(u"with time zone"))
        return moment;
    return u"(%1 AT TIME ZONE 'UTC')%2"_s.arg(moment, column->type == u"date" ? u"::date"_s : QString());
}

Outcome<QString> readDue(SyncSession &session, const CatalogueFacts &facts, RetentionPreview &preview)
{
    if (facts.objectsVersion >= versionWithDue)
        return askObjects(session, preview);
    if (facts.objectsVersion == 0 && facts.rollups.isEmpty())
        return askCatalogue(session, facts, preview);
    return ServerError::usage(u"the objects in schema shardboard are of an older version, which cannot tell"_s,
        u"Applying any plan brings them up to date: a blueprint again, or this retention."_s);
}

} // namespace Shardboard::RetentionReader
