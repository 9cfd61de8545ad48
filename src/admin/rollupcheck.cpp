// SPDX-License-Identifier: GPL-3.0-or-later
// What can be told of a definition without the server, and definitions that follow from others.
#include "admin/rollupdefinition.h"

#include <QSet>

#include <algorithm>

namespace Shardboard {

namespace {

void checkColumns(const RollupDefinition &rollup, QStringList &problems)
{
    QStringList columns{rollup.bucketColumn};
    for (const RollupDimension &dimension : rollup.dimensions) {
        if (const QString bad = checkIdentifier(dimension.column); !bad.isEmpty())
            problems << QStringLiteral("dimension \"%1\": %2").arg(dimension.column, bad);
        if (dimension.expression.isEmpty() || dimension.type.isEmpty())
            problems << QStringLiteral("dimension %1 needs an expression and a type").arg(dimension.column);
        columns << dimension.column;
    }
    for (const RollupMeasure &measure : rollup.measures)
        columns << measure.column;
    QSet<QString> seen;
    for (const QString &column : std::as_const(columns)) {
        if (seen.contains(column))
            problems << QStringLiteral("there are two columns %1").arg(column);
        seen.insert(column);
    }
}

void checkStrategy(const RollupDefinition &rollup, QStringList &problems)
{
    if (rollup.strategy == RollupStrategy::Sequence && rollup.idColumn.isEmpty())
        problems << QStringLiteral("a rollup by sequence needs the column of the id");
    if (rollup.strategy == RollupStrategy::Cascade && rollup.parent.isEmpty())
        problems << QStringLiteral("a cascade needs the finer rollup it is made from");
    if (rollup.strategy == RollupStrategy::ClosedBuckets && (rollup.recompute < 0 || rollup.recompute > 1000))
        problems << QStringLiteral("the number of buckets made anew must be from 0 to 1000");
    if (rollup.strategy == RollupStrategy::ClosedBuckets)
        return;
    for (const RollupMeasure &measure : rollup.measures)
        if (!RollupMeasures::canBeMerged(measure.kind))
            problems << QStringLiteral(
                "measure %1 (%2) cannot be merged: it needs the strategy of closed buckets by time")
                            .arg(measure.column, RollupMeasures::kindName(measure.kind));
}

void checkMeasures(const RollupDefinition &rollup, QStringList &problems)
{
    if (rollup.measures.isEmpty())
        problems << QStringLiteral("a rollup needs at least one measure");
    for (RollupMeasure measure : rollup.measures) {
        if (rollup.strategy == RollupStrategy::Cascade) {
            if (!measure.filter.isEmpty())
                problems << QStringLiteral("measure %1: what the finer rollup has counted cannot be filtered any more")
                                .arg(measure.column);
            measure.expression = quoteIdentifier(measure.expression);
        }
        problems << RollupMeasures::problems(measure, rollup.extensions);
    }
}

} // namespace

QString strategyName(RollupStrategy strategy)
{
    switch (strategy) {
    case RollupStrategy::Sequence:
        return QStringLiteral("sequence");
    case RollupStrategy::ClosedBuckets:
        return QStringLiteral("time");
    case RollupStrategy::Cascade:
        return QStringLiteral("cascade");
    }
    Q_UNREACHABLE();
}

QStringList RollupDefinition::problems() const
{
    QStringList list;
    if (name.isEmpty())
        list << QStringLiteral("a rollup needs a name");
    if (const QString bad = checkIdentifier(target.name); !bad.isEmpty())
        list << QStringLiteral("rollup table \"%1\": %2").arg(target.name, bad);
    if (const QString bad = checkBucket(bucket); !bad.isEmpty())
        list << bad;
    if (timeZone.isEmpty())
        list << QStringLiteral("the time zone of the buckets is missing");
    checkColumns(*this, list);
    checkStrategy(*this, list);
    checkMeasures(*this, list);
    return list;
}

RollupDefinition coarserRollup(const RollupDefinition &finer, const QString &name, const QualifiedName &target,
    const QString &bucket, const QString &timeZone)
{
    RollupDefinition made = finer;
    made.name = name;
    made.strategy = RollupStrategy::Cascade;
    made.source = finer.target;
    made.target = target;
    made.idColumn.clear();
    made.timeColumn = finer.bucketColumn;
    made.timeMayBeNull = false;
    made.bucket = bucket;
    made.timeZone = timeZone;
    made.parent = finer.name;
    made.parentLiveView = finer.liveView();
    for (RollupDimension &dimension : made.dimensions)
        dimension.expression = dimension.column;
    for (RollupMeasure &measure : made.measures) {
        measure.expression = measure.column;
        measure.filter.clear();
    }
    return made;
}

} // namespace Shardboard
