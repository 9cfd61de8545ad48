// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollupsteps.h"

#include "admin/blueprintsteps.h"
#include "admin/guardedsql.h"
#include "admin/jobowner.h"
#include "admin/registrysteps.h"

namespace Shardboard::RollupSteps {

using BlueprintSteps::step;

namespace {

QString columnOfRuns(const RollupDefinition &rollup)
{
    return rollup.strategy == RollupStrategy::Sequence ? rollup.idColumn : rollup.timeColumn;
}

QString dollarQuoted(const QString &sql)
{
    const QString tag = QStringLiteral("$sql$");
    return sql.contains(tag) ? quoteLiteral(sql) : tag + sql + tag;
}

/// The statement as the rollup's runs see it: names outside pg_catalog need their schema, and row security is an error.
QString pinned(const QString &sql)
{
    return QStringLiteral("SELECT shardboard.execute_pinned(%1)").arg(dollarQuoted(sql));
}

} // namespace

QualifiedName sourceIndexName(const RollupDefinition &rollup, const CatalogueFacts &facts)
{
    const TableFacts *source = facts.table(rollup.source);
    const QString column = columnOfRuns(rollup);
    const ColumnFacts *found = source ? source->column(column) : nullptr;
    if (!found || found->isIndexed)
        return {};
    return {rollup.source.schema, makeIdentifier(rollup.source.name, u'_' + column + QStringLiteral("_idx"))};
}

QList<PlanStep> sourceIndex(const RollupDefinition &rollup, const CatalogueFacts &facts)
{
    const QualifiedName index = sourceIndexName(rollup, facts);
    if (index.name.isEmpty())
        return {};
    const QString column = columnOfRuns(rollup);
    const TableFacts *source = facts.table(rollup.source);
    // A partitioned table's index cannot be made aside.
    const QString aside = source->isPartitioned ? QString() : QStringLiteral(" CONCURRENTLY");
    PlanStep made = step(QStringLiteral("index-source-") + column,
        QStringLiteral("Find new rows of %1 by %2, whatever is kept").arg(rollup.source.display(), column),
        QStringLiteral("CREATE INDEX%1 %2 ON %3 (%4)")
            .arg(aside, quoteIdentifier(index.name), rollup.source.quoted(), quoteIdentifier(column)));
    made.doneSql
        = QStringLiteral("SELECT EXISTS (SELECT FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid "
                         "AND a.attnum = i.indkey[0] WHERE i.indrelid = %1::regclass AND a.attname = %2 AND "
                         "i.indisvalid AND i.indpred IS NULL)")
              .arg(quoteLiteral(rollup.source.quoted()), quoteLiteral(column));
    made.undoSql = QStringLiteral("DROP INDEX IF EXISTS %1").arg(index.quoted());
    made.inTransaction = source->isPartitioned;
    if (source->isPartitioned)
        made.locks = {QStringLiteral("SHARE on %1: blocks writes while it is built").arg(rollup.source.display())};
    if (source->isPartitioned)
        return {made};
    // A build that was interrupted leaves an invalid index of that name.
    PlanStep clear = step(QStringLiteral("drop-invalid-") + index.name,
        QStringLiteral("Drop index %1 if an interrupted build left it invalid").arg(index.display()),
        QStringLiteral("DROP INDEX CONCURRENTLY IF EXISTS %1").arg(index.quoted()));
    clear.doneSql = QStringLiteral(
        "SELECT NOT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(%1) AND NOT indisvalid)")
                        .arg(quoteLiteral(index.quoted()));
    clear.inTransaction = false;
    return {clear, made};
}

QList<PlanStep> table(const RollupDefinition &rollup, const QString &distributionColumn, const CatalogueFacts &facts)
{
    PlanStep create = step(QStringLiteral("create-") + rollup.target.name,
        QStringLiteral("Create table %1").arg(rollup.target.display()), rollup.createTargetSql());
    create.doneSql = BlueprintSteps::exists(rollup.target);
    undoByDropping(create, rollup.target);
    QList<PlanStep> steps{create};
    const QString index = makeIdentifier(rollup.target.name, u'_' + rollup.bucketColumn + QStringLiteral("_idx"));
    steps << BlueprintSteps::createIndex(QStringLiteral("index-") + rollup.target.name,
        QStringLiteral("Find rows of %1 by their time").arg(rollup.target.display()), rollup.target, index,
        QStringLiteral("(%1)").arg(quoteIdentifier(rollup.bucketColumn)));
    if (facts.capabilities.hasCitus() && !distributionColumn.isEmpty())
        steps << BlueprintSteps::distribute(QStringLiteral("distribute-") + rollup.target.name, rollup.target,
            rollup.dimensions.constFirst().column,
            QStringLiteral("colocate_with := %1").arg(quoteLiteral(rollup.source.quoted())),
            QStringLiteral("colocated with %1").arg(rollup.source.display()));
    return steps;
}

PlanStep liveView(const RollupDefinition &rollup)
{
    const QualifiedName view = rollup.liveView();
    PlanStep made = step(QStringLiteral("create-") + view.name,
        QStringLiteral("Create view %1: the rollup and what it has not taken yet").arg(view.display()),
        QStringLiteral("SELECT shardboard.execute_pinned(format(%1, shardboard.open_buckets_sql(%2)))")
            .arg(dollarQuoted(rollup.createLiveViewSql()), quoteLiteral(rollup.name)));
    made.doneSql = BlueprintSteps::exists(view);
    made.undoSql = QStringLiteral("DROP VIEW IF EXISTS %1").arg(view.quoted());
    return made;
}

QList<PlanStep> engine(const RollupLevel &level, const CatalogueFacts &facts, const QString &role)
{
    const RollupDefinition &rollup = level.definition;
    QList<PlanStep> steps{RegistrySteps::registerRollup(rollup)};
    PlanStep seed = step(QStringLiteral("seed-") + rollup.name,
        QStringLiteral("Note that nothing is in rollup %1 yet").arg(rollup.name),
        QStringLiteral("SELECT shardboard.seed_state(%1)").arg(quoteLiteral(rollup.name)));
    seed.doneSql = QStringLiteral("SELECT EXISTS (SELECT FROM shardboard.rollup_state WHERE rollup = %1)")
                       .arg(quoteLiteral(rollup.name));
    steps << seed << liveView(rollup) << JobOwner::handOver(rollup.liveView(), true, role);
    steps << BlueprintSteps::rowRetention(
        facts, rollup.target, rollup.bucketColumn, level.keep, QStringLiteral("23 * * * *"), role);
    steps << BlueprintSteps::job(facts, RegistrySteps::rollupJob(rollup.name), level.schedule,
        QStringLiteral("CALL shardboard.run_rollup(%1)").arg(quoteLiteral(rollup.name)), !level.schedule.isEmpty(),
        role);
    return steps;
}

PlanStep check(const RollupDefinition &rollup)
{
    return step(QStringLiteral("check-") + rollup.name,
        QStringLiteral("Try the figures of rollup %1 on no rows").arg(rollup.name),
        pinned(rollup.previewSql(QStringLiteral("false"), 1)));
}

} // namespace Shardboard::RollupSteps
