// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollupdefinition.h"

#include <QJsonObject>
#include <QStringList>

#include <algorithm>

namespace Shardboard {

namespace {

using Kind = RollupMeasure::Kind;

/// Where the server's format() fills in the condition on ids and the bounds of the buckets.
constexpr QLatin1StringView idHole("%1$s");
constexpr QLatin1StringView bucketHole("%2$s");

/// Text of a template for format() that is to stay as it is.
QString literally(QString sql)
{
    return sql.replace(QLatin1Char('%'), QStringLiteral("%%"));
}

QString kindName(Kind kind)
{
    switch (kind) {
    case Kind::Count:
        return QStringLiteral("count");
    case Kind::CountOf:
        return QStringLiteral("count-of");
    case Kind::Sum:
        return QStringLiteral("sum");
    case Kind::Minimum:
        return QStringLiteral("min");
    case Kind::Maximum:
        return QStringLiteral("max");
    case Kind::Distinct:
        return QStringLiteral("distinct");
    case Kind::Counters:
        return QStringLiteral("counters");
    }
    Q_UNREACHABLE();
}

bool isNeverNull(Kind kind)
{
    return kind == Kind::Count || kind == Kind::CountOf || kind == Kind::Counters;
}

/// schema.function as SQL.
QString hllFunction(const RollupDefinition &rollup, const QString &function)
{
    return QualifiedName{rollup.hllSchema, function}.quoted();
}

/// The measure of a group of raw rows.
QString aggregateOf(const RollupDefinition &rollup, const RollupMeasure &measure)
{
    const QString &what = measure.expression;
    switch (measure.kind) {
    case Kind::Count:
        return what.isEmpty() ? QStringLiteral("count(*)") : QStringLiteral("count(*) FILTER (WHERE %1)").arg(what);
    case Kind::CountOf:
        return QStringLiteral("count(%1)").arg(what);
    case Kind::Sum:
        return QStringLiteral("sum(%1)").arg(what);
    case Kind::Minimum:
        return QStringLiteral("min(%1)").arg(what);
    case Kind::Maximum:
        return QStringLiteral("max(%1)").arg(what);
    case Kind::Distinct:
        return QStringLiteral("%1(%2(%3), %4)")
            .arg(hllFunction(rollup, QStringLiteral("hll_add_agg")),
                hllFunction(rollup, QStringLiteral("hll_hash_text")), what, QString::number(measure.log2m));
    case Kind::Counters:
        return QStringLiteral("shardboard.count_values(array_agg(%1))").arg(what);
    }
    Q_UNREACHABLE();
}

/// The measure of a row that is there and the rows that come to it. Sums, extremes and HLLs are NULL while no row had a
/// value.
QString mergeOf(const RollupDefinition &rollup, const RollupMeasure &measure)
{
    const QString old = QStringLiteral("kept.") + quoteIdentifier(measure.column);
    const QString added = QStringLiteral("excluded.") + quoteIdentifier(measure.column);
    switch (measure.kind) {
    case Kind::Count:
    case Kind::CountOf:
        return QStringLiteral("%1 + %2").arg(old, added);
    case Kind::Sum:
        return QStringLiteral("coalesce(%1 + %2, %1, %2)").arg(old, added);
    case Kind::Minimum:
        return QStringLiteral("least(%1, %2)").arg(old, added);
    case Kind::Maximum:
        return QStringLiteral("greatest(%1, %2)").arg(old, added);
    case Kind::Distinct:
        return QStringLiteral("coalesce(%3(%1, %2), %1, %2)")
            .arg(old, added, hllFunction(rollup, QStringLiteral("hll_union")));
    case Kind::Counters:
        return QStringLiteral("shardboard.merge_counters(%1, %2)").arg(old, added);
    }
    Q_UNREACHABLE();
}

/// The measure as something that compares exactly and that a person can read.
QString comparableOf(const RollupDefinition &rollup, const RollupMeasure &measure)
{
    const QString column = quoteIdentifier(measure.column);
    if (measure.kind != Kind::Distinct)
        return column;
    return QStringLiteral("round(%2(%1)) || ' distinct, registers ' || md5(%1::text)")
        .arg(column, hllFunction(rollup, QStringLiteral("hll_cardinality")));
}

// In UTC and not by the session's time zone; a bucket divides a day.
QString bucketOf(const RollupDefinition &rollup)
{
    return QStringLiteral("date_bin(%1, %2, '1970-01-01 00:00:00+00')")
        .arg(quoteLiteral(rollup.bucket), quoteIdentifier(rollup.timeColumn));
}

QStringList keyColumns(const RollupDefinition &rollup)
{
    QStringList columns;
    for (const RollupDimension &dimension : rollup.dimensions)
        columns << quoteIdentifier(dimension.column);
    columns << quoteIdentifier(rollup.bucketColumn);
    return columns;
}

QString ordinals(qsizetype count)
{
    QStringList numbers;
    for (qsizetype i = 1; i <= count; ++i)
        numbers << QString::number(i);
    return numbers.join(QStringLiteral(", "));
}

/// Dimensions, bucket and measures of raw rows, each with its name, one a line.
QString rawSelectList(const RollupDefinition &rollup)
{
    QStringList lines;
    for (const RollupDimension &dimension : rollup.dimensions)
        lines << QStringLiteral("%1 AS %2").arg(dimension.expression, quoteIdentifier(dimension.column));
    lines << QStringLiteral("%1 AS %2").arg(bucketOf(rollup), quoteIdentifier(rollup.bucketColumn));
    for (const RollupMeasure &measure : rollup.measures)
        lines << QStringLiteral("%1 AS %2").arg(aggregateOf(rollup, measure), quoteIdentifier(measure.column));
    return lines.join(QStringLiteral(",\n       "));
}

/// jsonb_build_object('column', value, …), in pieces of at most 100 arguments, which is what a function takes.
QString jsonObject(const QList<std::pair<QString, QString>> &members)
{
    QStringList objects;
    for (qsizetype from = 0; from < members.size(); from += 50) {
        QStringList arguments;
        for (const auto &[name, value] : members.mid(from, 50))
            arguments << QStringLiteral("%1, %2").arg(quoteLiteral(name), value);
        objects << QStringLiteral("jsonb_build_object(%1)").arg(arguments.join(QStringLiteral(", ")));
    }
    return objects.isEmpty() ? QStringLiteral("'{}'::jsonb") : objects.join(QStringLiteral(" || "));
}

} // namespace

QString RollupDefinition::createTargetSql() const
{
    QStringList lines;
    for (const RollupDimension &dimension : dimensions)
        lines << QStringLiteral("%1 %2%3").arg(quoteIdentifier(dimension.column), dimension.type,
            dimension.isNotNull ? QStringLiteral(" NOT NULL") : QString());
    lines << QStringLiteral("%1 timestamptz NOT NULL").arg(quoteIdentifier(bucketColumn));
    for (const RollupMeasure &measure : measures)
        lines << QStringLiteral("%1 %2%3").arg(quoteIdentifier(measure.column), measure.type,
            isNeverNull(measure.kind) ? QStringLiteral(" NOT NULL") : QString());
    // A primary key where it can be one: citus moves shards online only of tables that have one.
    const bool canBePrimaryKey = std::ranges::all_of(dimensions, &RollupDimension::isNotNull);
    lines << QStringLiteral("%1 (%2)").arg(
        canBePrimaryKey ? QStringLiteral("PRIMARY KEY") : QStringLiteral("UNIQUE NULLS NOT DISTINCT"),
        keyColumns(*this).join(QStringLiteral(", ")));
    return QStringLiteral("CREATE TABLE IF NOT EXISTS %1 (\n    %2\n)")
        .arg(target.quoted(), lines.join(QStringLiteral(",\n    ")));
}

QString RollupDefinition::aggregateSql() const
{
    QStringList columns = keyColumns(*this);
    QStringList merges;
    for (const RollupMeasure &measure : measures) {
        columns << quoteIdentifier(measure.column);
        merges << QStringLiteral("%1 = %2").arg(quoteIdentifier(measure.column), mergeOf(*this, measure));
    }
    const QString head
        = QStringLiteral("INSERT INTO %1 AS kept (%2)\n"
                         "SELECT %3\n"
                         "  FROM %4\n"
                         " WHERE ")
              .arg(target.quoted(), columns.join(QStringLiteral(", ")), rawSelectList(*this), source.quoted());
    const QString tail = QStringLiteral("\n"
                                        " GROUP BY %1\n"
                                        "    ON CONFLICT (%2) DO UPDATE SET\n"
                                        "       %3")
                             .arg(ordinals(dimensions.size() + 1), keyColumns(*this).join(QStringLiteral(", ")),
                                 merges.join(QStringLiteral(",\n       ")));
    return literally(head) + idHole + literally(tail);
}

QString RollupDefinition::compareSql() const
{
    QList<std::pair<QString, QString>> dimensionMembers;
    for (const RollupDimension &dimension : dimensions)
        dimensionMembers.append({dimension.column, quoteIdentifier(dimension.column)});
    QList<std::pair<QString, QString>> measureMembers;
    for (const RollupMeasure &measure : measures)
        measureMembers.append({measure.column, comparableOf(*this, measure)});
    const QString bucketName = quoteIdentifier(bucketColumn);
    const QString key = keyColumns(*this).join(QStringLiteral(", "));
    const QString said = jsonObject(measureMembers);
    // A union that is grouped, not a full join: NULL dimensions meet, and citus leaves all of it to the shards.
    const QString raw
        = QStringLiteral(
            "SELECT %1, %2,\n"
            "       (max(said) FILTER (WHERE is_raw))::jsonb, (max(said) FILTER (WHERE NOT is_raw))::jsonb\n"
            "  FROM (SELECT %3, true AS is_raw, (%4)::text AS said\n"
            "          FROM (SELECT %5\n"
            "                  FROM %6 WHERE ")
              .arg(bucketName, jsonObject(dimensionMembers), key, said, rawSelectList(*this), source.quoted());
    const QString rawEnd = QStringLiteral(" GROUP BY %1) AS raw\n"
                                          "         WHERE %2 ")
                               .arg(ordinals(dimensions.size() + 1), bucketName);
    const QString rolledUp = QStringLiteral("\n"
                                            "        UNION ALL\n"
                                            "        SELECT %1, false, (%2)::text\n"
                                            "          FROM %3 WHERE %4 ")
                                 .arg(key, said, target.quoted(), bucketName);
    const QString end
        = QStringLiteral(") AS sides\n"
                         " GROUP BY %1\n"
                         "HAVING max(said) FILTER (WHERE is_raw) IS DISTINCT FROM max(said) FILTER (WHERE NOT is_raw)")
              .arg(key);
    return literally(raw) + idHole + literally(rawEnd) + bucketHole + literally(rolledUp) + bucketHole + literally(end);
}

QJsonArray RollupDefinition::dimensionsToJson() const
{
    QJsonArray list;
    for (const RollupDimension &dimension : dimensions)
        list.append(QJsonObject{{QStringLiteral("column"), dimension.column},
            {QStringLiteral("expression"), dimension.expression}, {QStringLiteral("type"), dimension.type}});
    return list;
}

QJsonArray RollupDefinition::measuresToJson() const
{
    QJsonArray list;
    for (const RollupMeasure &measure : measures) {
        QJsonObject entry{{QStringLiteral("column"), measure.column}, {QStringLiteral("kind"), kindName(measure.kind)},
            {QStringLiteral("expression"), measure.expression}, {QStringLiteral("type"), measure.type}};
        if (measure.kind == Kind::Distinct)
            entry.insert(QStringLiteral("log2m"), measure.log2m);
        list.append(entry);
    }
    return list;
}

} // namespace Shardboard
