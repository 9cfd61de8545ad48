// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollupplan.h"

#include "admin/blueprintsteps.h"
#include "admin/facts.h"
#include "admin/jobowner.h"
#include "admin/rollupchooser.h"
#include "admin/rollupcolumns.h"
#include "admin/rollupzone.h"
#include "admin/serverobjects.h"

#include <algorithm>

namespace Shardboard::RollupPlan {

namespace {

/// Transaction groups of the plan; those of indexes come before.
enum Group { ObjectsGroup = 1, CheckGroup, IndexGroup, TablesGroup, EngineGroup };

QString textOf(const QJsonObject &object, const char *key, const QString &usual = {})
{
    return object.value(QLatin1String(key)).toString(usual);
}

/// The choice that is taken, or the error that none can be.
Outcome<RollupStrategyChoice> chooseStrategy(
    const TableFacts &table, const QString &timeColumn, const QString &wanted, const CatalogueFacts &facts)
{
    QStringList reasons;
    QString remedy;
    for (const RollupStrategyChoice &choice : rollupStrategies(table, timeColumn, facts)) {
        const bool isMeant = wanted.isEmpty() || wanted == strategyName(choice.strategy);
        if (isMeant && choice.isPossible)
            return choice;
        if (isMeant) {
            reasons << QStringLiteral("by %1: %2").arg(strategyName(choice.strategy), choice.reason);
            remedy = remedy.isEmpty() ? choice.remedy : remedy;
        }
    }
    if (reasons.isEmpty())
        return ServerError::usage(QStringLiteral("there is no strategy \"%1\" for this table").arg(wanted),
            QStringLiteral("There are: sequence, time, and cascade from a rollup's table."));
    return ServerError::usage(
        QStringLiteral("%1 cannot be rolled up %2").arg(table.name.display(), reasons.join(u' ')), remedy);
}

constexpr qint64 secondsOfDay = 86400;

/// What can be said against the family as a whole, beside its levels.
QStringList familyProblems(const QList<RollupLevel> &levels, const TableFacts &source, const CatalogueFacts &facts)
{
    QStringList problems;
    if (const QString problem = JobOwner::rowSecurityProblem(source); !problem.isEmpty())
        problems << problem;
    for (qsizetype i = 0; i < levels.size(); ++i) {
        const RollupDefinition &level = levels.at(i).definition;
        for (const QString &problem : level.problems())
            problems << QStringLiteral("%1: %2").arg(level.name, problem);
        const RollupFacts *parent = i == 0 ? facts.rollup(level.parent) : nullptr;
        const QString finerBucket = i > 0 ? levels.at(i - 1).definition.bucket : parent ? parent->bucket : QString();
        const qint64 finer = bucketSeconds(finerBucket);
        if (finer > 0 && !isMadeOfBuckets(level.bucket, finerBucket))
            problems << QStringLiteral("%1: a bucket of %2 is not made of whole ones of %3")
                            .arg(level.name, level.bucket, i > 0 ? levels.at(i - 1).definition.bucket : level.parent);
        if (const QString problem
            = zoneProblem(level.timeZone, level.bucket, finerBucket, QDateTime::currentDateTimeUtc());
            !problem.isEmpty())
            problems << QStringLiteral("%1: %2").arg(level.name, problem);
        if (parent && finer >= secondsOfDay && parent->timeZone != level.timeZone)
            problems << QStringLiteral("%1: days of %2 are not made of days of %3")
                            .arg(level.name, level.timeZone, parent->timeZone);
        const auto there = facts.rollup(level.name);
        if (there
            && (there->measures != level.measuresToJson() || there->dimensions != level.dimensionsToJson()
                || bucketSeconds(there->bucket) != bucketSeconds(level.bucket) || there->timeZone != level.timeZone))
            problems << QStringLiteral("rollup %1 is there with other dimensions, measures or buckets").arg(level.name);
        if (!there && facts.table(level.target))
            problems << QStringLiteral("there is a table %1 already").arg(level.target.display());
        if (facts.capabilities.hasCitus() && source.isDistributed()
            && (level.dimensions.isEmpty() || level.dimensions.constFirst().expression.isEmpty()))
            problems << QStringLiteral("%1: the first dimension must be the distribution column %2")
                            .arg(level.name, source.distributionColumn);
    }
    return problems;
}

/// What days of the levels' time zone are inexact about in the past.
QStringList zoneWarnings(const QList<RollupLevel> &levels, const CatalogueFacts &facts)
{
    const RollupFacts *parent = facts.rollup(levels.constFirst().definition.parent);
    QString finer = parent ? parent->bucket : QString();
    QStringList warnings;
    for (const RollupLevel &level : levels) {
        const RollupDefinition &rollup = level.definition;
        const QString warning = zoneWarning(rollup.timeZone, rollup.bucket, finer, QDateTime::currentDateTimeUtc());
        if (!warning.isEmpty())
            warnings << QStringLiteral("%1: %2").arg(rollup.name, warning);
        finer = rollup.bucket;
    }
    return warnings;
}

QString levelName(const QualifiedName &source, const QString &bucket)
{
    return makeIdentifier(source.name, u'_' + bucketSuffix(bucket));
}

/// What an intent says of one level; the first one is made from the table, each further one from the one before.
QList<RollupLevel> makeLevels(const RollupDefinition &finest, const QJsonObject &settings)
{
    QJsonArray described = settings.value(QStringLiteral("levels")).toArray();
    if (described.isEmpty())
        described.append(
            QJsonObject{{QStringLiteral("bucket"), textOf(settings, "bucket", QStringLiteral("1 minute"))}});
    QList<RollupLevel> levels;
    const QString zone = textOf(settings, "timeZone", QStringLiteral("UTC"));
    const QualifiedName base = finest.source;
    for (const QJsonValue &value : std::as_const(described)) {
        const QJsonObject level = value.toObject();
        const QString bucket = textOf(level, "bucket");
        const QualifiedName target{
            textOf(settings, "schema", base.schema), textOf(level, "target", levelName(base, bucket))};
        RollupDefinition made = finest;
        made.target = target;
        made.name = BlueprintSteps::registryName(target);
        made.bucket = bucket;
        made.timeZone = zone;
        if (!levels.isEmpty())
            made = coarserRollup(levels.constLast().definition, made.name, target, bucket, zone);
        const QString keep = textOf(level, "keep", QStringLiteral("never"));
        levels << RollupLevel{made, keep == QStringLiteral("never") ? QString() : keep,
            textOf(level, "schedule", QStringLiteral("* * * * *"))};
    }
    return levels;
}

RollupDefinition describe(const TableFacts &table, const RollupStrategyChoice &choice, const QString &timeColumn,
    const Intent &intent, const CatalogueFacts &facts, QStringList &problems)
{
    RollupDefinition made;
    made.source = table.name;
    made.strategy = choice.strategy;
    made.idColumn = choice.strategy == RollupStrategy::Sequence ? choice.column : QString();
    made.timeColumn = choice.strategy == RollupStrategy::Cascade ? choice.column : timeColumn;
    made.parent = choice.parent;
    if (const ColumnFacts *time = table.column(made.timeColumn))
        made.timeMayBeNull = !time->isNotNull;
    if (choice.strategy == RollupStrategy::Cascade) {
        RollupDefinition parent;
        parent.target = table.name;
        made.parentLiveView = parent.liveView();
    }
    made.grace = textOf(intent.settings, "grace", made.grace);
    made.recompute = intent.settings.value(QStringLiteral("recompute")).toInt(made.recompute);
    const ServerCapabilities &can = facts.capabilities;
    made.extensions
        = {can.hll.isAvailable() ? can.hll.schema : QString(), can.topn.isAvailable() ? can.topn.schema : QString(),
            can.tdigest.isAvailable() ? can.tdigest.schema : QString()};
    RollupColumns::read(made, table, facts, intent.settings, problems);
    return made;
}

} // namespace

Outcome<QList<RollupLevel>> family(const Intent &intent, const CatalogueFacts &facts)
{
    const QualifiedName name = parseQualifiedName(textOf(intent.settings, "table"));
    const TableFacts *table = facts.table({name.schema.isEmpty() ? QStringLiteral("public") : name.schema, name.name});
    if (!table)
        return ServerError::usage(QStringLiteral("there is no table \"%1\"").arg(textOf(intent.settings, "table")));
    const QString timeColumn = textOf(intent.settings, "timeColumn", likelyTimeColumn(*table));
    const auto choice = chooseStrategy(*table, timeColumn, textOf(intent.settings, "strategy"), facts);
    if (!choice)
        return choice.failure<QList<RollupLevel>>();
    QStringList problems;
    const RollupDefinition finest = describe(*table, *choice, timeColumn, intent, facts, problems);
    const QList<RollupLevel> levels = makeLevels(finest, intent.settings);
    problems << familyProblems(levels, *table, facts);
    if (!problems.isEmpty())
        return ServerError::usage(problems.join(QLatin1Char('\n')));
    return levels;
}

Outcome<Plan> create(const Intent &intent, const CatalogueFacts &facts)
{
    const Outcome<QList<RollupLevel>> described = family(intent, facts);
    if (!described)
        return described.failure<Plan>();
    QList<RollupLevel> levels = *described;
    levels.first().definition.sourceIndex = RollupSteps::sourceIndexName(levels.constFirst().definition, facts);
    if (const auto problem = BlueprintSteps::serverObstacle(facts))
        return *problem;
    Outcome<QList<PlanStep>> objects = ServerObjects::installSteps(facts, ObjectsGroup);
    if (!objects)
        return objects.failure<Plan>();
    const RollupDefinition &finest = levels.constFirst().definition;
    const TableFacts *source = facts.table(finest.source);
    Plan plan;
    plan.title = QStringLiteral("Roll up %1").arg(finest.source.display());
    plan.intent = intent;
    plan.steps = *objects;
    const auto add = [&plan](QList<PlanStep> steps, int group) {
        for (PlanStep &step : steps)
            step.group = group;
        plan.steps << steps;
    };
    add({RollupSteps::check(finest)}, CheckGroup);
    add(RollupSteps::sourceIndex(finest, facts), IndexGroup);
    const QString role = JobOwner::roleFor(source, facts);
    for (const RollupLevel &level : levels) {
        add(RollupSteps::table(level.definition, source->distributionColumn, facts), TablesGroup);
        add(JobOwner::handOver(level.definition.target, false, role), TablesGroup);
    }
    add(JobOwner::grants(source, facts), EngineGroup);
    for (const RollupLevel &level : levels)
        add(RollupSteps::engine(level, facts, role), EngineGroup);
    plan.warnings << JobOwner::warnings(source, facts) << zoneWarnings(levels, facts);
    QList<std::pair<QString, QString>> schedules;
    for (const RollupLevel &level : std::as_const(levels))
        schedules.append({level.definition.name, level.schedule});
    plan.notes = BlueprintSteps::notes(facts) << BlueprintSteps::crontabNotes(schedules, facts);
    if (finest.timeMayBeNull)
        plan.notes << QStringLiteral("Rows without %1 belong to no bucket: Verify tells how many there are.")
                          .arg(finest.timeColumn);
    return plan;
}

} // namespace Shardboard::RollupPlan
