// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollup/rollupdraft.h"

#include "admin/facts.h"
#include "admin/rollupchooser.h"
#include "admin/rollupcolumns.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace Shardboard {

namespace {

QJsonObject levelToJson(const RollupDraft &draft, const RollupLevelDraft &level)
{
    return {{QStringLiteral("bucket"), level.bucket}, {QStringLiteral("target"), levelTarget(draft, level)},
        {QStringLiteral("schedule"), level.schedule}, {QStringLiteral("keep"), level.keep}};
}

QJsonValue dimensionToJson(const RollupDimensionDraft &dimension)
{
    if (!dimension.isOwn())
        return dimension.column;
    return QJsonObject{{QStringLiteral("column"), dimension.column},
        {QStringLiteral("expression"), dimension.expression}, {QStringLiteral("type"), dimension.type}};
}

bool isPlainColumn(const TableFacts &table, const QString &expression)
{
    return std::ranges::any_of(table.columns, [&](const ColumnFacts &column) {
        return column.name == expression || quoteIdentifier(column.name) == expression;
    });
}

/// What the server told of an expression decides the figure's type as a plain column's type does.
QJsonObject measureToJson(const RollupMeasureDraft &draft, const TableFacts &table, const RollupExtensions &extensions)
{
    RollupMeasure measure = draft.measure;
    const bool isPlain = isPlainColumn(table, measure.expression);
    // Percentiles are cast by the planner, whatever the type.
    if (!isPlain && !draft.expressionType.isEmpty() && measure.kind != RollupMeasure::Kind::Percentiles)
        RollupColumns::fitToType(measure, draft.expressionType, extensions);
    return RollupMeasures::toJson(measure);
}

} // namespace

const RollupFacts *finerRollup(const QualifiedName &table, const CatalogueFacts &facts)
{
    const auto found = std::ranges::find(facts.rollups, table.quoted(), &RollupFacts::target);
    return found == facts.rollups.cend() ? nullptr : &*found;
}

QString levelTarget(const RollupDraft &draft, const RollupLevelDraft &level)
{
    return level.target.isEmpty() ? makeIdentifier(draft.table.name, u'_' + bucketSuffix(level.bucket)) : level.target;
}

RollupExtensions extensionsOf(const CatalogueFacts &facts)
{
    const auto schemaOf = [](const Capability &one) { return one.isAvailable() ? one.schema : QString(); };
    const ServerCapabilities &can = facts.capabilities;
    return {schemaOf(can.hll), schemaOf(can.topn), schemaOf(can.tdigest)};
}

Intent RollupDraft::toIntent(const TableFacts &source, const CatalogueFacts &facts) const
{
    QJsonObject settings{{QStringLiteral("table"), table.quoted()}, {QStringLiteral("timeZone"), timeZone}};
    if (strategy)
        settings.insert(QStringLiteral("strategy"), strategyName(*strategy));
    if (!timeColumn.isEmpty())
        settings.insert(QStringLiteral("timeColumn"), timeColumn);
    if (strategyOf(*this, source, facts) == RollupStrategy::ClosedBuckets) {
        settings.insert(QStringLiteral("grace"), grace);
        settings.insert(QStringLiteral("recompute"), recompute);
    }
    if (!schema.isEmpty())
        settings.insert(QStringLiteral("schema"), schema);
    QJsonArray listed;
    for (const RollupLevelDraft &level : levels)
        listed.append(levelToJson(*this, level));
    settings.insert(QStringLiteral("levels"), listed);
    QJsonArray grouped;
    for (const RollupDimensionDraft &dimension : dimensions) {
        if (dimension.isChosen || dimension.isForced)
            grouped.append(dimensionToJson(dimension));
    }
    settings.insert(QStringLiteral("dimensions"), grouped);
    QJsonArray figures;
    for (const RollupMeasureDraft &measure : measures)
        figures.append(measureToJson(measure, source, extensionsOf(facts)));
    settings.insert(QStringLiteral("measures"), figures);
    return {QStringLiteral("rollup"), settings};
}

std::optional<RollupStrategy> strategyOf(const RollupDraft &draft, const TableFacts &table, const CatalogueFacts &facts)
{
    for (const RollupStrategyChoice &choice : rollupStrategies(table, draft.timeColumn, facts)) {
        if (choice.isPossible && (!draft.strategy || *draft.strategy == choice.strategy))
            return choice.strategy;
    }
    return std::nullopt;
}

qint64 sketchBytes(int log2m, int regwidth)
{
    return (qint64(1) << log2m) * regwidth / 8;
}

double sketchError(int log2m)
{
    return 1.04 / std::sqrt(std::ldexp(1.0, log2m));
}

QString readableBucket(const QString &bucket)
{
    const qint64 seconds = bucketSeconds(bucket);
    for (const auto &[unit, length] :
        {std::pair("year", 360 * 86400LL), std::pair("month", 30 * 86400LL), std::pair("week", 604800LL),
            std::pair("day", 86400LL), std::pair("hour", 3600LL), std::pair("minute", 60LL)}) {
        if (seconds > 0 && seconds % length == 0) {
            const qint64 count = seconds / length;
            return QStringLiteral("%1 %2%3").arg(count).arg(QLatin1String(unit), QLatin1String(count == 1 ? "" : "s"));
        }
    }
    return bucket;
}

qint64 keepSeconds(const QString &keep)
{
    if (keep == QStringLiteral("never"))
        return -1;
    static const QRegularExpression pattern(QStringLiteral("^(\\d{1,5}) *(minute|hour|day|week|month|year)s?$"));
    const QRegularExpressionMatch match = pattern.match(keep.trimmed());
    for (const auto &[unit, seconds] : {std::pair("minute", 60LL), std::pair("hour", 3600LL), std::pair("day", 86400LL),
             std::pair("week", 604800LL), std::pair("month", 30 * 86400LL), std::pair("year", 365 * 86400LL)}) {
        if (match.captured(2) == QLatin1String(unit))
            return match.captured(1).toLongLong() * seconds;
    }
    return 0;
}

} // namespace Shardboard
