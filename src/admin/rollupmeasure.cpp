// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollupmeasure.h"

#include "connection/values/sqlquote.h"

#include <array>
#include <utility>

namespace Shardboard::RollupMeasures {

namespace {

const std::array<std::pair<Kind, const char *>, 11> names{{
    {Kind::Count, "count"},
    {Kind::CountOf, "count-of"},
    {Kind::Sum, "sum"},
    {Kind::Minimum, "min"},
    {Kind::Maximum, "max"},
    {Kind::Distinct, "distinct"},
    {Kind::Counters, "counters"},
    {Kind::TopN, "top-n"},
    {Kind::Percentiles, "percentiles"},
    {Kind::ExactDistinct, "exact-distinct"},
    {Kind::ExactPercentile, "exact-percentile"},
}};

/// How many values extension topn keeps.

bool isByTopn(const RollupMeasure &measure, const RollupExtensions &extensions)
{
    return !extensions.topn.isEmpty() && measure.size <= topnSize;
}

QString call(const QString &schema, const char *function, const QStringList &arguments)
{
    return QStringLiteral("%1(%2)").arg(
        QualifiedName{schema, QLatin1String(function)}.quoted(), arguments.join(QStringLiteral(", ")));
}

QString own(const char *function, const QStringList &arguments)
{
    return call(QStringLiteral("shardboard"), function, arguments);
}

/// topn keeps a thousand; fewer are cut by us.
QString cutToSize(const RollupMeasure &measure, const RollupExtensions &extensions, const QString &counters)
{
    if (isByTopn(measure, extensions) && measure.size == topnSize)
        return counters;
    return own("top_counters", {counters, QString::number(measure.size)});
}

/// Of exactly this type: in the schema of an extension another role may have made a function of the same name that fits
/// the expression's own type better.
QString ofType(const QString &expression, const char *type)
{
    return QStringLiteral("(%1)::%2").arg(expression, QLatin1String(type));
}

QString hashed(const RollupMeasure &measure, const RollupExtensions &extensions)
{
    if (measure.hash == QStringLiteral("integer"))
        return call(extensions.hll, "hll_hash_integer", {ofType(measure.expression, "integer")});
    if (measure.hash == QStringLiteral("bigint"))
        return call(extensions.hll, "hll_hash_bigint", {ofType(measure.expression, "bigint")});
    return call(extensions.hll, "hll_hash_text", {ofType(measure.expression, "text")});
}

QString sketch(const RollupMeasure &measure, const RollupExtensions &extensions, const QString &filter)
{
    QStringList arguments{hashed(measure, extensions), QString::number(measure.log2m)};
    if (measure.regwidth != RollupMeasure().regwidth)
        arguments << QString::number(measure.regwidth);
    return call(extensions.hll, "hll_add_agg", arguments) + filter;
}

QString filtered(const QString &condition, const QString &filter)
{
    return filter.isEmpty() ? QStringLiteral(" FILTER (WHERE %1)").arg(condition)
                            : QStringLiteral(" FILTER (WHERE %1 AND (%2))").arg(condition, filter);
}

/// sum() of double precision, whose own sum is an error where it leaves the range of the type: the few values that
/// large are summed as numeric, exactly, by the text that tells each of them apart.
QString floatSum(const QString &value, const QString &filter)
{
    const QString isSmall = QStringLiteral("abs(%1) < 1e290").arg(value);
    const QString small = QStringLiteral("sum(%1)").arg(value) + filtered(isSmall, filter);
    const QString large
        = QStringLiteral("sum(%1::text::numeric)").arg(value) + filtered(QStringLiteral("NOT ") + isSmall, filter);
    return own("add_float8", {small, own("to_float8", {large})});
}

/// Of `one` and `other`, either of which may be NULL.
QString eitherOrBoth(const QString &both, const QString &one, const QString &other)
{
    return QStringLiteral("coalesce(%1, %2, %3)").arg(both, one, other);
}

} // namespace

QString kindName(Kind kind)
{
    for (const auto &[known, name] : names)
        if (known == kind)
            return QLatin1String(name);
    Q_UNREACHABLE();
}

bool kindFromName(const QString &name, Kind &kind)
{
    for (const auto &[known, itsName] : names) {
        if (name == QLatin1String(itsName)) {
            kind = known;
            return true;
        }
    }
    return false;
}

QStringList kindNames()
{
    QStringList list;
    for (const auto &entry : names)
        list << QLatin1String(entry.second);
    return list;
}

bool canBeMerged(Kind kind)
{
    return kind != Kind::ExactDistinct && kind != Kind::ExactPercentile;
}

bool dependsOnOrder(const RollupMeasure &measure)
{
    return measure.kind == Kind::Sum && measure.type == QStringLiteral("double precision");
}

QString orderBound(const RollupMeasure &measure, bool isCascade)
{
    const QString value
        = isCascade ? quoteIdentifier(measure.expression) : ofType(measure.expression, "double precision");
    const QString filter = isCascade ? QString() : measure.filter;
    const QString isSmall = QStringLiteral("abs(%1) < 1e290").arg(value);
    return own("sum_bound",
        {QStringLiteral("sum(abs(%1))").arg(value) + filtered(isSmall, filter),
            QStringLiteral("count(%1)").arg(value)});
}

bool isNeverNull(Kind kind)
{
    return kind == Kind::Count || kind == Kind::CountOf || kind == Kind::Counters || kind == Kind::TopN
        || kind == Kind::ExactDistinct;
}

QString aggregate(const RollupMeasure &measure, const RollupExtensions &extensions)
{
    const QString &what = measure.expression;
    const QString filter
        = measure.filter.isEmpty() ? QString() : QStringLiteral(" FILTER (WHERE %1)").arg(measure.filter);
    const auto of = [&](const char *function, const QString &argument) {
        return QLatin1String(function) + u'(' + argument + u')' + filter;
    };
    switch (measure.kind) {
    case Kind::Count: {
        QStringList conditions;
        for (const QString &condition : {what, measure.filter})
            if (!condition.isEmpty())
                conditions << condition;
        if (conditions.size() == 2)
            return QStringLiteral("count(*) FILTER (WHERE (%1) AND (%2))").arg(conditions.at(0), conditions.at(1));
        return conditions.isEmpty() ? QStringLiteral("count(*)")
                                    : QStringLiteral("count(*) FILTER (WHERE %1)").arg(conditions.constFirst());
    }
    case Kind::CountOf:
        return of("count", what);
    case Kind::Sum:
        return dependsOnOrder(measure) ? floatSum(ofType(what, "double precision"), measure.filter) : of("sum", what);
    case Kind::Minimum:
        return of("min", what);
    case Kind::Maximum:
        return of("max", what);
    case Kind::Distinct:
        return sketch(measure, extensions, filter);
    case Kind::Counters:
        return own("count_values", {of("array_agg", what)});
    case Kind::TopN: {
        if (!isByTopn(measure, extensions))
            return cutToSize(measure, extensions, own("count_values", {of("array_agg", what)}));
        const QString counted = QStringLiteral("coalesce(%1, '{}')")
                                    .arg(call(extensions.topn, "topn_add_agg", {ofType(what, "text")}) + filter);
        return cutToSize(measure, extensions, counted);
    }
    case Kind::Percentiles:
        // Without end for NaN, and for sums of means that are infinite (seen with tdigest 1.4).
        return call(extensions.tdigest, "tdigest",
                   {QStringLiteral("CASE WHEN %1 < 'NaN' THEN least(greatest(%1, -1e290), 1e290) END").arg(what),
                       QString::number(measure.compression)})
            + filter;
    case Kind::ExactDistinct:
        return of("count", QStringLiteral("DISTINCT ") + what);
    case Kind::ExactPercentile:
        return QStringLiteral("percentile_cont(%1) WITHIN GROUP (ORDER BY %2)")
                   .arg(QString::number(measure.fraction, 'g', 10), what)
            + filter;
    }
    Q_UNREACHABLE();
}

QString unionOf(const RollupMeasure &measure, const RollupExtensions &extensions)
{
    const QString finer = quoteIdentifier(measure.expression);
    switch (measure.kind) {
    case Kind::Count:
    case Kind::CountOf:
        return QStringLiteral("sum(%1)").arg(finer);
    case Kind::Sum:
        return dependsOnOrder(measure) ? floatSum(finer, {}) : QStringLiteral("sum(%1)").arg(finer);
    case Kind::Minimum:
        return QStringLiteral("min(%1)").arg(finer);
    case Kind::Maximum:
        return QStringLiteral("max(%1)").arg(finer);
    case Kind::Distinct:
        return call(extensions.hll, "hll_union_agg", {finer});
    case Kind::Counters:
        return own("sum_counters", {QStringLiteral("array_agg(%1)").arg(finer)});
    case Kind::TopN:
        if (!isByTopn(measure, extensions))
            return cutToSize(measure, extensions, own("sum_counters", {QStringLiteral("array_agg(%1)").arg(finer)}));
        return cutToSize(measure, extensions,
            QStringLiteral("coalesce(%1, '{}')").arg(call(extensions.topn, "topn_union_agg", {finer})));
    case Kind::Percentiles:
        return call(extensions.tdigest, "tdigest", {finer});
    case Kind::ExactDistinct:
    case Kind::ExactPercentile:
        break;
    }
    Q_UNREACHABLE();
}

QString merge(const RollupMeasure &measure, const RollupExtensions &extensions)
{
    const QString old = QStringLiteral("kept.") + quoteIdentifier(measure.column);
    const QString added = QStringLiteral("excluded.") + quoteIdentifier(measure.column);
    switch (measure.kind) {
    case Kind::Count:
    case Kind::CountOf:
        return QStringLiteral("%1 + %2").arg(old, added);
    case Kind::Sum:
        if (dependsOnOrder(measure))
            return own("add_float8", {old, added});
        return eitherOrBoth(QStringLiteral("%1 + %2").arg(old, added), old, added);
    case Kind::Minimum:
        return QStringLiteral("least(%1, %2)").arg(old, added);
    case Kind::Maximum:
        return QStringLiteral("greatest(%1, %2)").arg(old, added);
    case Kind::Distinct:
        return eitherOrBoth(call(extensions.hll, "hll_union", {old, added}), old, added);
    case Kind::Counters:
        return own("merge_counters", {old, added});
    case Kind::TopN:
        return cutToSize(measure, extensions,
            isByTopn(measure, extensions) ? call(extensions.topn, "topn_union", {old, added})
                                          : own("merge_counters", {old, added}));
    case Kind::Percentiles:
        return eitherOrBoth(call(extensions.tdigest, "tdigest_union", {old, added}), old, added);
    case Kind::ExactDistinct:
    case Kind::ExactPercentile:
        return added;
    }
    Q_UNREACHABLE();
}

QString comparable(const RollupMeasure &measure, const RollupExtensions &extensions)
{
    const QString column = quoteIdentifier(measure.column);
    switch (measure.kind) {
    case Kind::Distinct:
        return QStringLiteral("round(%2) || ' distinct, registers ' || md5(%1::text)")
            .arg(column, call(extensions.hll, "hll_cardinality", {column}));
    case Kind::TopN:
        return own("whole_counters", {column, QString::number(measure.size)});
    case Kind::Percentiles: // its centroids hang on the order of the rows
        return QStringLiteral("%1 || ' values'").arg(call(extensions.tdigest, "tdigest_count", {column}));
    default:
        return column;
    }
}

} // namespace Shardboard::RollupMeasures
