// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "connection/values/outcome.h"

#include <QList>

namespace Shardboard {

class SyncSession;

/// A plan made for one server, and which of its steps are already so there.
struct PreparedPlan
{
    Plan plan;
    QList<bool> isDone; ///< one per step
};

/// Reads the catalogue, plans, and asks for each step whether it is already so. Blocks: for a worker thread.
Outcome<PreparedPlan> preparePlan(SyncSession &session, const Intent &intent);

} // namespace Shardboard
