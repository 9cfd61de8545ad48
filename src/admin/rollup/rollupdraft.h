// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "admin/rollupdefinition.h"

#include <QHash>
#include <QList>
#include <QString>

#include <optional>

namespace Shardboard {

struct CatalogueFacts;
struct RollupSourceFigures;
struct TableFacts;

/// A column of the source, or an expression with a name, by which the rollup may group.
struct RollupDimensionDraft
{
    QString column; ///< of the rollup table
    QString expression; ///< empty: the source's column of that name
    QString type; ///< of an expression, as the server tells it; empty: not asked yet
    bool isChosen = false;
    bool isForced = false; ///< the distribution column

    bool isOwn() const { return !expression.isEmpty(); }
    bool operator==(const RollupDimensionDraft &) const = default;
};

struct RollupMeasureDraft
{
    RollupMeasure measure;
    QString expressionType; ///< as the server tells it where the expression is no plain column; empty: not asked yet

    bool operator==(const RollupMeasureDraft &) const = default;
};

/// A rollup of the family. The first one is made from the source, each further one from the one before.
struct RollupLevelDraft
{
    QString bucket; ///< "5 minutes"
    QString target; ///< name of the table; empty: made of source and bucket
    QString schedule; ///< of cron; empty: nobody runs it
    QString keep = QStringLiteral("never"); ///< interval

    bool operator==(const RollupLevelDraft &) const = default;
};

/// What the rollup wizard has been told so far; the settings of an intent of kind "rollup" are made of it.
struct RollupDraft
{
    QualifiedName table;
    std::optional<RollupStrategy> strategy; ///< chosen by hand; nullopt: the best there is
    QString timeColumn;
    QString timeZone = QStringLiteral("UTC"); ///< of buckets of a day and longer
    QString grace = QStringLiteral("1 minute"); ///< of closed buckets
    int recompute = 2; ///< of closed buckets
    QString schema; ///< of the rollup tables; empty: the source's
    QList<RollupLevelDraft> levels; ///< finest first
    QList<RollupDimensionDraft> dimensions; ///< all that could be chosen, in the source's order, own ones last
    QList<RollupMeasureDraft> measures;

    /// What the table suggests; keeps nothing of an earlier table. `figures` say which columns have few values.
    static RollupDraft suggest(
        const TableFacts &table, const CatalogueFacts &facts, const RollupSourceFigures &figures);

    Intent toIntent(const TableFacts &table, const CatalogueFacts &facts) const;
    bool operator==(const RollupDraft &) const = default;
};

/// Where a problem is to be shown.
struct RollupProblem
{
    enum class Part { Source, Levels, Dimensions, Measures };
    Part part = Part::Source;
    int row = -1; ///< of levels, dimensions or measures; -1: of the whole part
    QString field; ///< "bucket", "target", "schedule", "keep", "column", "expression", "filter", "kind"; may be empty
    QString text; ///< one sentence

    bool operator==(const RollupProblem &) const = default;
};

/// The strategy that the draft comes to, or nothing when none is possible.
std::optional<RollupStrategy> strategyOf(
    const RollupDraft &draft, const TableFacts &table, const CatalogueFacts &facts);
/// The rollup whose table the source is; nullptr when it is none.
const struct RollupFacts *finerRollup(const QualifiedName &table, const CatalogueFacts &facts);
/// The name of a level's table, made of source and bucket where none was chosen.
QString levelTarget(const RollupDraft &draft, const RollupLevelDraft &level);
/// Where the extensions are that measures need, as far as they are there.
RollupExtensions extensionsOf(const CatalogueFacts &facts);

/// Everything that can be said against the draft without the server, each where it belongs.
QList<RollupProblem> rollupProblems(const RollupDraft &draft, const TableFacts &table, const CatalogueFacts &facts);

/// Why no measure of this kind can be had with this strategy on this server; empty when one can.
QString kindObstacle(RollupMeasure::Kind kind, std::optional<RollupStrategy> strategy, qsizetype levels,
    const RollupExtensions &extensions);

/// Of a HyperLogLog sketch: bytes of its registers when full, and its relative standard error.
qint64 sketchBytes(int log2m, int regwidth);
double sketchError(int log2m);

/// "300 seconds", as the registry has it, as people say it: "5 minutes".
QString readableBucket(const QString &bucket);

/// "7 days", "never": a length for which rows are kept, in seconds; 0 when it is none, -1 for ever.
qint64 keepSeconds(const QString &keep);

} // namespace Shardboard
