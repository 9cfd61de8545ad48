// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollupdefinition.h"

#include <QList>
#include <QString>

namespace Shardboard {

struct CatalogueFacts;
struct TableFacts;

/// One way to keep a rollup of a table up to date: whether it can be, why or why not, and what it would take.
struct RollupStrategyChoice
{
    RollupStrategy strategy = RollupStrategy::Sequence;
    bool isPossible = false;
    QString column = {}; ///< the id of Sequence, the time of ClosedBuckets
    QString parent = {}; ///< of Cascade: the rollup to read
    QString reason = {}; ///< one sentence
    QString remedy = {}; ///< what would make it possible, or better; empty when nothing would

    bool operator==(const RollupStrategyChoice &) const = default;
};

/// The column by which rows would be put into buckets: the first timestamptz that is never NULL, else the first one;
/// empty when there is none.
QString likelyTimeColumn(const TableFacts &table);

/// All strategies for rollups of a table, best first: the first one that is possible is the one to take.
QList<RollupStrategyChoice> rollupStrategies(
    const TableFacts &table, const QString &timeColumn, const CatalogueFacts &facts);

} // namespace Shardboard
