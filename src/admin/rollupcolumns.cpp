// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollupcolumns.h"

#include "admin/facts.h"

#include <algorithm>

namespace Shardboard::RollupColumns {

namespace {

using Kind = RollupMeasure::Kind;

QString castTo(const QString &expression, const char *type)
{
    return QStringLiteral("(%1)::%2").arg(expression, QLatin1String(type));
}

bool isText(const QString &type)
{
    return type == QStringLiteral("text") || type.startsWith(QStringLiteral("character varying"));
}

/// As the server's own sum(), of `real` with the digits of double precision. Floating point that is to be summed as
/// numeric goes by its text: the cast to numeric keeps 15 digits of 17.
void fitSum(RollupMeasure &measure, const QString &type)
{
    const bool isSmall = type == QStringLiteral("integer") || type == QStringLiteral("smallint");
    const bool isFloat = type == QStringLiteral("real") || type == QStringLiteral("double precision");
    if (isFloat && measure.type == QStringLiteral("numeric"))
        measure.expression = castTo(castTo(measure.expression, "text"), "numeric");
    if (measure.type.isEmpty())
        measure.type = isSmall                                                      ? QStringLiteral("bigint")
            : isFloat                                                               ? QStringLiteral("double precision")
            : type == QStringLiteral("interval") || type == QStringLiteral("money") ? type
                                                                                    : QStringLiteral("numeric");
}

/// A numeric may be smaller or larger than any double precision, which must not be an error.
void fitPercentile(RollupMeasure &measure, const QString &type)
{
    if (type.startsWith(QStringLiteral("numeric")))
        measure.expression = QStringLiteral("shardboard.to_float8(%1)").arg(measure.expression);
    else if (type != QStringLiteral("double precision"))
        measure.expression = castTo(measure.expression, "double precision");
}

void fitHash(RollupMeasure &measure, const QString &type)
{
    if (type == QStringLiteral("integer") || type == QStringLiteral("bigint"))
        measure.hash = type;
    else if (!isText(type))
        measure.expression = castTo(measure.expression, "text");
}

/// Column of the source by the expression that is just its name; nullptr for anything else.
const ColumnFacts *plainColumn(const TableFacts &table, const QString &expression)
{
    const auto found = std::ranges::find_if(table.columns, [&](const ColumnFacts &column) {
        return column.name == expression || quoteIdentifier(column.name) == expression;
    });
    return found == table.columns.cend() ? nullptr : &*found;
}

RollupDimension readDimension(const QJsonValue &value, const TableFacts &table, bool isCascade)
{
    const QJsonObject object = value.toObject();
    RollupDimension made;
    made.column = value.isString() ? value.toString() : object.value(QStringLiteral("column")).toString();
    made.expression = object.value(QStringLiteral("expression")).toString();
    made.type = object.value(QStringLiteral("type")).toString();
    const ColumnFacts *column = plainColumn(table, made.expression.isEmpty() ? made.column : made.expression);
    if (made.column.isEmpty() && column)
        made.column = column->name;
    made.isNotNull = column && column->isNotNull;
    if (column) {
        made.expression = isCascade ? column->name : quoteIdentifier(column->name);
        made.type = made.type.isEmpty() ? column->type : made.type;
    }
    return made;
}

/// In a cascade a measure is the finer rollup's measure of the same, or of the named, column.
RollupMeasure readFinerMeasure(const QJsonObject &object, const RollupFacts &parent, QStringList &problems)
{
    const QString column = object.value(QStringLiteral("column")).toString();
    const QString finer = object.value(QStringLiteral("expression")).toString(column);
    for (const QJsonValue &known : parent.measures) {
        if (known.toObject().value(QStringLiteral("column")).toString() != finer)
            continue;
        RollupMeasure measure = RollupMeasures::fromJson(known.toObject(), problems);
        for (const auto &[key, value] : {std::pair{"log2m", measure.log2m}, std::pair{"regwidth", measure.regwidth},
                 std::pair{"size", measure.size}})
            if (object.contains(QLatin1String(key)) && object.value(QLatin1String(key)).toInt() != value)
                problems << QStringLiteral("measure %1: rollup %2 has it with %3 %4, and only the same can be merged")
                                .arg(column, parent.name, QLatin1String(key), QString::number(value));
        measure.column = column;
        measure.expression = finer;
        measure.filter.clear();
        return measure;
    }
    problems << QStringLiteral("measure %1: rollup %2 has no measure %3").arg(column, parent.name, finer);
    return {};
}

RollupMeasure readMeasure(
    const QJsonObject &object, const TableFacts &table, const RollupExtensions &extensions, QStringList &problems)
{
    RollupMeasure measure = RollupMeasures::fromJson(object, problems);
    if (const ColumnFacts *column = plainColumn(table, measure.expression)) {
        measure.expression = quoteIdentifier(column->name);
        fitToType(measure, column->type, extensions);
    } else {
        fitToType(measure, {}, extensions);
    }
    return measure;
}

} // namespace

void fitToType(RollupMeasure &measure, const QString &columnType, const RollupExtensions &extensions)
{
    const auto typed = [&measure](const QString &type) { measure.type = measure.type.isEmpty() ? type : measure.type; };
    const bool isColumn = !columnType.isEmpty();
    switch (measure.kind) {
    case Kind::Count:
    case Kind::CountOf:
    case Kind::ExactDistinct:
        typed(QStringLiteral("bigint"));
        break;
    case Kind::Sum:
        if (isColumn)
            fitSum(measure, columnType);
        break;
    case Kind::Minimum:
    case Kind::Maximum:
        typed(columnType);
        break;
    case Kind::Distinct:
        if (isColumn)
            fitHash(measure, columnType);
        typed(QualifiedName{extensions.hll, QStringLiteral("hll")}.quoted());
        break;
    case Kind::Counters:
    case Kind::TopN:
        if (isColumn && !isText(columnType))
            measure.expression = castTo(measure.expression, "text");
        typed(QStringLiteral("jsonb"));
        break;
    case Kind::Percentiles:
        fitPercentile(measure, columnType);
        typed(QualifiedName{extensions.tdigest, QStringLiteral("tdigest")}.quoted());
        break;
    case Kind::ExactPercentile:
        if (columnType.startsWith(QStringLiteral("numeric")))
            fitPercentile(measure, columnType);
        typed(QStringLiteral("double precision"));
        break;
    }
}

void read(RollupDefinition &rollup, const TableFacts &table, const CatalogueFacts &facts, const QJsonObject &settings,
    QStringList &problems)
{
    const bool isCascade = rollup.strategy == RollupStrategy::Cascade;
    for (const QJsonValue &value : settings.value(QStringLiteral("dimensions")).toArray()) {
        rollup.dimensions << readDimension(value, table, isCascade);
        if (isCascade && !plainColumn(table, rollup.dimensions.constLast().expression))
            problems << QStringLiteral("dimension %1 is no column of %2")
                            .arg(rollup.dimensions.constLast().column, table.name.display());
    }
    if (table.isDistributed()) {
        const QString key = isCascade ? table.distributionColumn : quoteIdentifier(table.distributionColumn);
        const auto found = std::ranges::find(rollup.dimensions, key, &RollupDimension::expression);
        const RollupDimension first = found == rollup.dimensions.cend()
            ? readDimension(QJsonValue(table.distributionColumn), table, isCascade)
            : *found;
        rollup.dimensions.removeAll(first);
        rollup.dimensions.prepend(first);
    }
    for (const QJsonValue &value : settings.value(QStringLiteral("measures")).toArray())
        rollup.measures << (isCascade ? readFinerMeasure(value.toObject(), *facts.rollup(rollup.parent), problems)
                                      : readMeasure(value.toObject(), table, rollup.extensions, problems));
}

} // namespace Shardboard::RollupColumns
