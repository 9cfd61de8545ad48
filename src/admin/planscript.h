// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"

#include <QString>

namespace Shardboard {

/// The plan as a .sql script that psql runs: title, notes and warnings as comments, each transaction group between
/// BEGIN and COMMIT, above each statement its title, locks and warnings, at the end how to take it back. Any thread.
QString planScript(const Plan &plan);

/// The undo statements in the order in which they must run, as a script of its own; empty when nothing can be undone.
QString undoScript(const Plan &plan);

} // namespace Shardboard
