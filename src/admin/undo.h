// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/executor.h"

namespace Shardboard {

/// What undo does with a table that the plan created and that holds rows by now.
enum class UndoRows {
    Keep, ///< the statement refuses, with the number of rows
    Delete, ///< the table is dropped with its rows: only after the user was told how many there are
};

/// The plan that undoes a plan: its undo statements in reverse order, transaction by transaction. A step that turns
/// out not to have been carried out is left alone, so it also cleans up after a run that was cut off. What `report`
/// found to be so before is not touched; what has no way back is named in the notes.
Plan undoPlan(const Plan &plan, const PlanReport &report = {}, UndoRows rows = UndoRows::Keep);

/// A table that an undo plan drops and that holds rows.
struct UndoTable
{
    QualifiedName table;
    qint64 rows = 0;
    bool hasMore = false; ///< than were counted
};

/// What undo would delete: the user is told and asked before the plan is made with UndoRows::Delete. Blocks.
Outcome<QList<UndoTable>> tablesWithRows(SyncSession &session, const Plan &undo);

/// The report of a plan that was cut off and applied again, as if it had been one run: what the first one tried and the
/// last one found done counts as done, so that the undo reaches it.
PlanReport reportOfAll(const PlanReport &before, const PlanReport &last);

/// One plan as it was applied, with what became of it.
struct PlanRun
{
    Plan plan;
    PlanReport report;
};

/// Every plan that was applied for one intent, oldest first: the first attempt, its continuation, and plans that were
/// prepared again after a failure. Undo covers all of them.
class PlanHistory
{
public:
    /// The same plan again is the continuation of the last run; another plan is a run of its own.
    void add(const Plan &plan, const PlanReport &report);
    const QList<PlanRun> &runs() const { return m_runs; }
    bool isEmpty() const { return m_runs.isEmpty(); }
    /// A connection lost in the middle may have changed more than it could report.
    bool mayHaveChanged() const;
    /// The last run first. A statement that several runs would undo is there once.
    Plan undo(UndoRows rows = UndoRows::Keep) const;

private:
    QList<PlanRun> m_runs;
};

} // namespace Shardboard
