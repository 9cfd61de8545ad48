// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"

#include <QString>

#include <utility>

namespace Shardboard {

/// A plan as text, and where in it the statement of each step stands: first and last line, from 0.
struct PlanScript
{
    QString text;
    QList<std::pair<int, int>> stepLines;
};

/// The plan as a .sql script that psql runs: title, notes and warnings as comments, each transaction group between
/// BEGIN and COMMIT, above each statement its title, locks and warnings, at the end how to take it back. Any thread.
PlanScript writePlanScript(const Plan &plan);
QString planScript(const Plan &plan);

/// The undo statements in the order in which they must run, as a script of its own; empty when nothing can be undone.
QString undoScript(const Plan &plan);

} // namespace Shardboard
