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
        return QStringLiteral("date_bin(%1, %2, '1970-01-01 00:00:00+00')").arg(quoteLiteral(rollup.bucket), time);
    const char *unit = seconds == day ? "day" : seconds == 7 * day ? "week" : seconds == 30 * day ? "month" : nullptr;
    if (!unit)
        unit = seconds == 90 * day ? "quarter" : "year";
    return QStringLiteral("date_trunc('%1', %2, %3)").arg(QLatin1String(unit), time, quoteLiteral(rollup.timeZone));
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
    const QString state = QStringLiteral("JOIN shardboard.rollup_state AS s ON s.rollup = ") + quoteLiteral(name);
    const QString time = QStringLiteral("r.") + quoteIdentifier(timeColumn);
    QString keptFrom = target.quoted() + QStringLiteral(" AS t");
    QualifiedName tail = source;
    QString isFresh = QStringLiteral("%1 >= coalesce(s.done_until, '-infinity')").arg(time);
    if (strategy == RollupStrategy::Sequence) {
        isFresh = QStringLiteral("r.%1 > s.last_id AND r.%1 < (s.group_id::bigint + 1) << 48")
                      .arg(quoteIdentifier(idColumn));
    } else if (isCascade(*this)) {
        // What the finer rollup has not taken either comes through its own view.
        tail = parentLiveView;
        keptFrom += QStringLiteral(" %1 AND t.%2 < s.done_until").arg(state, quoteIdentifier(bucketColumn));
    }
    if (timeMayBeNull)
        isFresh += QStringLiteral(" AND %1 IS NOT NULL").arg(time);
    return QStringLiteral("CREATE OR REPLACE VIEW %1 (%2) AS\n"
                          "SELECT %3\n"
                          "  FROM %4\n"
                          " UNION ALL\n"
                          "SELECT %5\n"
                          "  FROM (SELECT r.* FROM %6 AS r %7 AND %8) AS fresh\n"
                          " GROUP BY %9")
        .arg(liveView().quoted(), (keyColumns(*this) + measureColumns(*this)).join(QStringLiteral(", ")),
            kept.join(QStringLiteral(", ")), keptFrom, fresh.join(QStringLiteral(",\n       ")), tail.quoted(), state,
            isFresh, ordinals(dimensions.size() + 1));
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
    QList<std::pair<QString, QString>> dimensionMembers;
    for (const RollupDimension &dimension : dimensions)
        dimensionMembers.append({dimension.column, quoteIdentifier(dimension.column)});
    QList<std::pair<QString, QString>> measureMembers;
    for (const RollupMeasure &measure : measures)
        measureMembers.append({measure.column, RollupMeasures::comparable(measure, extensions)});
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
    const QString rawEnd = hasTime(*this)
        + QStringLiteral(" GROUP BY %1) AS raw\n"
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
    for (const RollupMeasure &measure : measures)
        list.append(RollupMeasures::toJson(measure));
    return list;
}

} // namespace Shardboard
