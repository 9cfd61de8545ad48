// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/changefacts.h"

namespace Shardboard {

/// The plan for a change of the cluster; an error that lists the obstacles and what to do about them. Pure: no I/O.
Outcome<Plan> planClusterChange(const ClusterSettings &settings, const ChangeFacts &facts);

/// Checks the intent, reads the facts and plans. Blocks: for a worker thread. The session is open.
Outcome<Plan> planClusterChange(SyncSession &session, const Intent &intent);

} // namespace Shardboard
