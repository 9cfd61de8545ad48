// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollupdefinition.h"

#include <QJsonObject>
#include <QStringList>

#include <algorithm>

namespace Shardboard {

namespace {

/// Where the server's format() fills in the condition on ids and the bounds of the buckets.
constexpr QLatin1StringView idHole("%1$s");
constexpr QLatin1StringView bucketHole("%2$s");

/// Text of a template for format() that is to stay as it is.
QString literally(QString sql)
{
    return sql.replace(QLatin1Char('%'), QStringLiteral("%%"));
}

/// Never by the session's time zone. A week is 7 days and a quarter 3 months to the server: it is told by seconds here.
QString bucketOf(const RollupDefinition &rollup)
{
    constexpr qint64 day = 86400;
    const qint64 seconds = bucketSeconds(rollup.bucket);
    const QString time = quoteIdentifier(rollup.timeColumn);
    if (seconds < day)
        return QStringLiteral("date_bin(%1, %2, '2000-01-01 00:00:00+00')").arg(quoteLiteral(rollup.bucket), time);
    const char *unit = seconds == day ? "day" : seconds == 7 * day ? "week" : seconds == 30 * day ? "month" : nullptr;
    if (!unit)
        unit = seconds == 90 * day ? "quarter" : "year";
    const bool isWeek = seconds == 7 * day;
    const auto limit = [&rollup](const char *local) {
        return QStringLiteral("timestamp '%1' AT TIME ZONE %2")
            .arg(QLatin1String(local), quoteLiteral(rollup.timeZone));
    };
    // As shardboard.bucket_start() has it: a calendar's arithmetic fails near the ends of what the type holds.
    return QStringLiteral(
        "CASE WHEN %1 < %2 THEN '-infinity' WHEN %1 >= %3 THEN 'infinity' ELSE date_trunc('%4', %1, %5) END")
        .arg(time, limit(isWeek ? "4712-01-31 BC" : "4712-01-01 BC"), limit(isWeek ? "294275-02-01" : "294275-01-01"),
            QLatin1String(unit), quoteLiteral(rollup.timeZone));
}

bool isCascade(const RollupDefinition &rollup)
{
    return rollup.strategy == RollupStrategy::Cascade;
}

QString aggregateOf(const RollupDefinition &rollup, const RollupMeasure &measure)
{
    return isCascade(rollup) ? RollupMeasures::unionOf(measure, rollup.extensions)
                             : RollupMeasures::aggregate(measure, rollup.extensions);
}

QString expressionOf(const RollupDefinition &rollup, const RollupDimension &dimension)
{
    return isCascade(rollup) ? quoteIdentifier(dimension.expression) : dimension.expression;
}

/// What the source's rows must meet beside the condition that is filled in.
QString hasTime(const RollupDefinition &rollup)
{
    return rollup.timeMayBeNull ? QStringLiteral(" AND %1 IS NOT NULL").arg(quoteIdentifier(rollup.timeColumn))
                                : QString();
}

/// Only by sequence do rows come to what is there; otherwise a bucket's rows are deleted and made anew.
QString mergeOf(const RollupDefinition &rollup, const RollupMeasure &measure)
{
    if (rollup.strategy == RollupStrategy::Sequence)
        return RollupMeasures::merge(measure, rollup.extensions);
    return QStringLiteral("excluded.") + quoteIdentifier(measure.column);
}

QStringList keyColumns(const RollupDefinition &rollup)
{
    QStringList columns;
    for (const RollupDimension &dimension : rollup.dimensions)
        columns << quoteIdentifier(dimension.column);
    columns << quoteIdentifier(rollup.bucketColumn);
    return columns;
}

QStringList measureColumns(const RollupDefinition &rollup)
{
    QStringList columns;
    for (const RollupMeasure &measure : rollup.measures)
        columns << quoteIdentifier(measure.column);
    return columns;
}

QString ordinals(qsizetype count)
{
    QStringList numbers;
    for (qsizetype i = 1; i <= count; ++i)
        numbers << QString::number(i);
    return numbers.join(QStringLiteral(", "));
}

/// Dimensions, bucket and measures of the source's rows, each with its name, one a line.
QString rawSelectList(const RollupDefinition &rollup)
{
    QStringList lines;
    for (const RollupDimension &dimension : rollup.dimensions)
        lines << QStringLiteral("%1 AS %2").arg(expressionOf(rollup, dimension), quoteIdentifier(dimension.column));
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

QString sideOf(const char *column, const QString &side)
{
    return QStringLiteral("max(%1) FILTER (WHERE %2)").arg(QLatin1String(column), side);
}

/// What Verify compares: all measures as they are, but sums whose last digits depend on the order of rows within that.
struct Comparison
{
    QString dimensions; ///< jsonb
    QString said; ///< jsonb of the measures that are compared as they are
    QStringList sumNames, sumColumns, boundNames;
    QString boundColumns; ///< to be added to the raw side's list

    static QString array(const QStringList &members)
    {
        return QStringLiteral("ARRAY[%1]::float8[]").arg(members.join(QStringLiteral(", ")));
    }
    QString sums() const { return array(sumColumns); }
    QString bounds() const { return array(boundNames); }
    /// All measures of one side; NULL where it has no row.
    QString shown(const QString &side) const
    {
        QList<std::pair<QString, QString>> members;
        for (qsizetype i = 0; i < sumNames.size(); ++i)
            members.append({sumNames.at(i), QStringLiteral("(%1)[%2]").arg(sideOf("sums", side)).arg(i + 1)});
        const QString all = QStringLiteral("(%1)::jsonb").arg(sideOf("said", side));
        return members.isEmpty() ? all : all + QStringLiteral(" || ") + jsonObject(members);
    }
    QString differs() const
    {
        const QString raw = QStringLiteral("is_raw"), rolledUp = QStringLiteral("NOT is_raw");
        QString text = QStringLiteral("%1 IS DISTINCT FROM %2").arg(sideOf("said", raw), sideOf("said", rolledUp));
        if (!sumNames.isEmpty())
            text
                += QStringLiteral("\n    OR %1 IS DISTINCT FROM %2").arg(sideOf("sums", raw), sideOf("sums", rolledUp));
        return text;
    }
    QString differsByOrder() const
    {
        if (sumNames.isEmpty())
            return QStringLiteral("false");
        const QString raw = QStringLiteral("is_raw"), rolledUp = QStringLiteral("NOT is_raw");
        return QStringLiteral("%1 = %2 AND shardboard.same_sums(%3, %4, %5)")
            .arg(sideOf("said", raw), sideOf("said", rolledUp), sideOf("sums", raw), sideOf("sums", rolledUp),
                sideOf("bounds", raw));
    }
};

Comparison comparisonOf(const RollupDefinition &rollup)
{
    Comparison made;
    QList<std::pair<QString, QString>> dimensionMembers, measureMembers;
    for (const RollupDimension &dimension : rollup.dimensions)
        dimensionMembers.append({dimension.column, quoteIdentifier(dimension.column)});
    for (const RollupMeasure &measure : rollup.measures) {
        if (!RollupMeasures::dependsOnOrder(measure)) {
            measureMembers.append({measure.column, RollupMeasures::comparable(measure, rollup.extensions)});
            continue;
        }
        const QString bound = QStringLiteral("shardboard_bound_%1").arg(made.sumNames.size() + 1);
        made.sumNames << measure.column;
        made.sumColumns << quoteIdentifier(measure.column);
        made.boundNames << bound;
        made.boundColumns
            += QStringLiteral(",\n       %1 AS %2").arg(RollupMeasures::orderBound(measure, isCascade(rollup)), bound);
    }
    made.dimensions = jsonObject(dimensionMembers);
    made.said = jsonObject(measureMembers);
    return made;
}

/// What a live view selects from, for format().
struct LiveSources
{
    QString with, kept, fresh;
};

LiveSources rawSources(const RollupDefinition &rollup)
{
    const QString state
        = QStringLiteral("JOIN shardboard.rollup_state AS s ON s.rollup = ") + quoteLiteral(rollup.name);
    const QString time = QStringLiteral("r.") + quoteIdentifier(rollup.timeColumn);
    QString isFresh = QStringLiteral("%1 >= coalesce(s.done_until, '-infinity')").arg(time);
    if (rollup.strategy == RollupStrategy::Sequence)
        isFresh = QStringLiteral("r.%1 > s.last_id AND r.%1 < (s.group_id::bigint + 1) << 48")
                      .arg(quoteIdentifier(rollup.idColumn));
    if (rollup.timeMayBeNull)
        isFresh += QStringLiteral(" AND %1 IS NOT NULL").arg(time);
    return {QString(), literally(rollup.target.quoted() + QStringLiteral(" AS t")),
        literally(QStringLiteral("(SELECT r.* FROM %1 AS r %2 AND %3)").arg(rollup.source.quoted(), state, isFresh))};
}

/// Buckets with rows that the rollup, or a finer one, has not taken are made from the finer rollup's live view, all
/// others are those of the rollup. Bound below for the indexes, and by equality so that the finer view is read once.
LiveSources cascadeSources(const RollupDefinition &rollup)
{
    const QString bucket = quoteIdentifier(rollup.bucketColumn), time = quoteIdentifier(rollup.timeColumn);
    return {QStringLiteral("WITH open (b) AS MATERIALIZED (%1)\n").arg(idHole),
        literally(QStringLiteral("%1 AS t WHERE NOT EXISTS (SELECT FROM open WHERE open.b = t.%2)")
                      .arg(rollup.target.quoted(), bucket)),
        literally(QStringLiteral(
            "(SELECT r.* FROM %1 AS r WHERE r.%2 >= (SELECT min(b) FROM open) AND %3 IN (SELECT b FROM open))")
                      .arg(rollup.parentLiveView.quoted(), time, bucketOf(rollup)))};
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
            RollupMeasures::isNeverNull(measure.kind) ? QStringLiteral(" NOT NULL") : QString());
    // A primary key where it can be one: citus moves shards online only of tables that have one.
    const bool canBePrimaryKey = std::ranges::all_of(dimensions, &RollupDimension::isNotNull);
    lines << QStringLiteral("%1 (%2)").arg(
        canBePrimaryKey ? QStringLiteral("PRIMARY KEY") : QStringLiteral("UNIQUE NULLS NOT DISTINCT"),
        keyColumns(*this).join(QStringLiteral(", ")));
    return QStringLiteral("CREATE TABLE IF NOT EXISTS %1 (\n    %2\n)")
        .arg(target.quoted(), lines.join(QStringLiteral(",\n    ")));
}

QualifiedName RollupDefinition::liveView() const
{
    return {target.schema, makeIdentifier(target.name, QStringLiteral("_live"))};
}

QString RollupDefinition::createLiveViewSql() const
{
    QStringList kept;
    QStringList fresh;
    for (const RollupDimension &dimension : dimensions) {
        kept << QStringLiteral("t.") + quoteIdentifier(dimension.column);
        fresh << QStringLiteral("(%1)::%2").arg(expressionOf(*this, dimension), dimension.type);
    }
    kept << QStringLiteral("t.") + quoteIdentifier(bucketColumn);
    fresh << bucketOf(*this);
    for (const RollupMeasure &measure : measures) {
        kept << QStringLiteral("t.") + quoteIdentifier(measure.column);
        fresh << QStringLiteral("(%1)::%2").arg(aggregateOf(*this, measure), measure.type);
    }
    const LiveSources from = isCascade(*this) ? cascadeSources(*this) : rawSources(*this);
    const QString head
        = QStringLiteral("CREATE OR REPLACE VIEW %1 (%2) AS\n")
              .arg(liveView().quoted(), (keyColumns(*this) + measureColumns(*this)).join(QStringLiteral(", ")));
    const QString first = QStringLiteral("SELECT %1\n  FROM ").arg(kept.join(QStringLiteral(", ")));
    const QString middle
        = QStringLiteral("\n UNION ALL\nSELECT %1\n  FROM ").arg(fresh.join(QStringLiteral(",\n       ")));
    const QString tail = QStringLiteral(" AS fresh\n GROUP BY %1").arg(ordinals(dimensions.size() + 1));
    return literally(head) + from.with + literally(first) + from.kept + literally(middle) + from.fresh
        + literally(tail);
}

QString RollupDefinition::previewSql(const QString &condition, int limit) const
{
    return QStringLiteral("SELECT %1\n  FROM %2\n WHERE %3%4\n GROUP BY %5\n LIMIT %6")
        .arg(rawSelectList(*this), source.quoted(), condition, hasTime(*this), ordinals(dimensions.size() + 1),
            QString::number(limit));
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
    const QString tail = hasTime(*this)
        + QStringLiteral("\n"
                         " GROUP BY %1\n"
                         "    ON CONFLICT (%2) DO UPDATE SET\n"
                         "       %3")
              .arg(ordinals(dimensions.size() + 1), keyColumns(*this).join(QStringLiteral(", ")),
                  merges.join(QStringLiteral(",\n       ")));
    return literally(head) + idHole + literally(tail);
}

QString RollupDefinition::compareSql() const
{
    const Comparison compared = comparisonOf(*this);
    const QString bucketName = quoteIdentifier(bucketColumn);
    const QString key = keyColumns(*this).join(QStringLiteral(", "));
    // A union that is grouped, not a full join: NULL dimensions meet, and citus leaves all of it to the shards.
    const QString raw
        = QStringLiteral("SELECT %1, %2,\n"
                         "       %3,\n"
                         "       %4,\n"
                         "       %5\n"
                         "  FROM (SELECT %6, true AS is_raw, (%7)::text AS said, %8 AS sums, %9 AS bounds\n")
              .arg(bucketName, compared.dimensions, compared.shown(QStringLiteral("is_raw")),
                  compared.shown(QStringLiteral("NOT is_raw")), compared.differsByOrder(), key, compared.said,
                  compared.sums(), compared.bounds())
        + QStringLiteral("          FROM (SELECT %1\n"
                         "                  FROM %2 WHERE ")
              .arg(rawSelectList(*this) + compared.boundColumns, source.quoted());
    const QString rawEnd = hasTime(*this)
        + QStringLiteral(" GROUP BY %1) AS raw\n"
                         "         WHERE %2 ")
              .arg(ordinals(dimensions.size() + 1), bucketName);
    const QString rolledUp = QStringLiteral("\n"
                                            "        UNION ALL\n"
                                            "        SELECT %1, false, (%2)::text, %3, NULL::float8[]\n"
                                            "          FROM %4 WHERE %5 ")
                                 .arg(key, compared.said, compared.sums(), target.quoted(), bucketName);
    const QString end = QStringLiteral(") AS sides\n"
                                       " GROUP BY %1\n"
                                       "HAVING %2")
                            .arg(key, compared.differs());
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
    for (const RollupMeasure &measure : measures)
        list.append(RollupMeasures::toJson(measure));
    return list;
}

} // namespace Shardboard
