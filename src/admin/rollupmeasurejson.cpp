// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollupmeasure.h"

#include "connection/sqlsplit.h"
#include "connection/values/sqlquote.h"

namespace Shardboard::RollupMeasures {

namespace {

template <typename T>
void putUnlessDefault(QJsonObject &object, const char *key, const T &value, const T &usual)
{
    if (value != usual)
        object.insert(QLatin1String(key), value);
}

QString checkRange(const RollupMeasure &measure, const char *what, int value, int lowest, int highest)
{
    if (value >= lowest && value <= highest)
        return {};
    return QStringLiteral("measure %1: %2 must be a whole number from %3 to %4, not %5")
        .arg(measure.column, QLatin1String(what), QString::number(lowest), QString::number(highest),
            QString::number(value));
}

QString checkExtension(const RollupMeasure &measure, const char *name, const QString &schema)
{
    return schema.isEmpty()
        ? QStringLiteral("measure %1 needs the extension %2").arg(measure.column, QLatin1String(name))
        : QString();
}

/// Something of another shape than one expression would end up as other SQL than it looks.
QString checkExpression(const RollupMeasure &measure, const char *what, const QString &sql)
{
    const SqlScript script = splitSql(QStringLiteral("SELECT (%1)").arg(sql));
    if (!script.syntaxError && script.statements.size() == 1)
        return {};
    return QStringLiteral("measure %1: its %2 is not one SQL expression: %3")
        .arg(measure.column, QLatin1String(what), sql);
}

QStringList parameterProblems(const RollupMeasure &measure, const RollupExtensions &extensions)
{
    switch (measure.kind) {
    case Kind::Distinct: {
        static const QStringList hashes{QStringLiteral("text"), QStringLiteral("integer"), QStringLiteral("bigint")};
        QStringList list{checkExtension(measure, "hll", extensions.hll),
            checkRange(measure, "log2m", measure.log2m, 4, 17),
            checkRange(measure, "regwidth", measure.regwidth, 4, 8)};
        if (!hashes.contains(measure.hash))
            list << QStringLiteral("measure %1: hash must be one of %2, not \"%3\"")
                        .arg(measure.column, hashes.join(QStringLiteral(", ")), measure.hash);
        return list;
    }
    case Kind::TopN:
        return {checkRange(measure, "size", measure.size, 1, 10000)};
    case Kind::Percentiles:
        return {checkExtension(measure, "tdigest", extensions.tdigest),
            checkRange(measure, "compression", measure.compression, 10, 10000)};
    case Kind::ExactPercentile:
        if (measure.fraction < 0 || measure.fraction > 1)
            return {QStringLiteral("measure %1: fraction must be from 0 to 1").arg(measure.column)};
        return {};
    default:
        return {};
    }
}

} // namespace

QJsonObject toJson(const RollupMeasure &measure)
{
    const RollupMeasure usual;
    QJsonObject entry{{QStringLiteral("column"), measure.column}, {QStringLiteral("kind"), kindName(measure.kind)},
        {QStringLiteral("expression"), measure.expression}, {QStringLiteral("type"), measure.type}};
    putUnlessDefault(entry, "filter", measure.filter, usual.filter);
    switch (measure.kind) {
    case Kind::Distinct:
        entry.insert(QStringLiteral("log2m"), measure.log2m);
        putUnlessDefault(entry, "regwidth", measure.regwidth, usual.regwidth);
        putUnlessDefault(entry, "hash", measure.hash, usual.hash);
        break;
    case Kind::TopN:
        entry.insert(QStringLiteral("size"), measure.size);
        break;
    case Kind::Percentiles:
        entry.insert(QStringLiteral("compression"), measure.compression);
        break;
    case Kind::ExactPercentile:
        entry.insert(QStringLiteral("fraction"), measure.fraction);
        break;
    default:
        break;
    }
    return entry;
}

RollupMeasure fromJson(const QJsonObject &object, QStringList &problems)
{
    RollupMeasure measure;
    const auto text
        = [&](const char *key, const QString &usual) { return object.value(QLatin1String(key)).toString(usual); };
    measure.column = text("column", {});
    measure.expression = text("expression", {});
    measure.type = text("type", {});
    measure.filter = text("filter", {});
    measure.hash = text("hash", measure.hash);
    measure.log2m = object.value(QStringLiteral("log2m")).toInt(measure.log2m);
    measure.regwidth = object.value(QStringLiteral("regwidth")).toInt(measure.regwidth);
    measure.size = object.value(QStringLiteral("size")).toInt(measure.size);
    measure.compression = object.value(QStringLiteral("compression")).toInt(measure.compression);
    measure.fraction = object.value(QStringLiteral("fraction")).toDouble(measure.fraction);
    if (!kindFromName(text("kind", {}), measure.kind))
        problems << QStringLiteral("measure %1: kind must be one of %2, not \"%3\"")
                        .arg(measure.column, kindNames().join(QStringLiteral(", ")), text("kind", {}));
    return measure;
}

QStringList problems(const RollupMeasure &measure, const RollupExtensions &extensions)
{
    QStringList list;
    if (const QString bad = checkIdentifier(measure.column); !bad.isEmpty())
        list << QStringLiteral("measure \"%1\": %2").arg(measure.column, bad);
    if (measure.expression.isEmpty() && measure.kind != Kind::Count)
        list << QStringLiteral("measure %1 (%2) needs an expression").arg(measure.column, kindName(measure.kind));
    if (!measure.expression.isEmpty())
        list << checkExpression(measure, "expression", measure.expression);
    if (!measure.filter.isEmpty())
        list << checkExpression(measure, "filter", measure.filter);
    if (measure.type.isEmpty())
        list << QStringLiteral("measure %1 has no type").arg(measure.column);
    list << parameterProblems(measure, extensions);
    list.removeAll(QString());
    return list;
}

} // namespace Shardboard::RollupMeasures
