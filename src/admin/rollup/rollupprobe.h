// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/rollup/rollupdraft.h"
#include "connection/values/outcome.h"

namespace Shardboard {

class SyncSession;

/// An expression of a draft that only the server can judge.
struct RollupExpression
{
    RollupProblem at; ///< its place; the text is what the server has against it, empty when nothing
    QString sql; ///< asks for it on no rows
    QString type; ///< what the server tells, as format_type() spells it
    int columns = 1; ///< that the answer has; others mean that the expression is not one

    bool operator==(const RollupExpression &) const = default;
};

/// The expressions of dimensions that are chosen, and the expressions and filters of measures. A cascade has none.
QList<RollupExpression> expressionsOf(const RollupDraft &draft, const TableFacts &table, const CatalogueFacts &facts);

/// Asks about each of them, reading no rows. Blocks: for a worker thread.
Outcome<QList<RollupExpression>> judgeExpressions(SyncSession &session, QList<RollupExpression> expressions);

/// Notes the types in the draft, and gives the problems. Expressions that have changed meanwhile are passed over.
QList<RollupProblem> applyJudgement(
    RollupDraft &draft, const TableFacts &table, const CatalogueFacts &facts, const QList<RollupExpression> &judged);

} // namespace Shardboard
