// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterfacts.h"

namespace Shardboard {

/// A distributed transaction or statement in the tree of who blocks whom.
struct WaitNode
{
    qint64 gpid = 0;
    int session = -1; ///< in ActivityFacts::sessions, the backend it came in by; -1 when it is gone or hidden
    QList<int> parts; ///< the backends that work for it on other nodes
    QList<WaitNode> blocked; ///< who waits for it
    bool closesCycle = false; ///< stands further up already: these wait for each other
    bool isRepeated = false; ///< waits for several, and is shown in full below another of them

    int blockedCount() const; ///< on any level; none of them twice on one way down
};

/// First what blocks others and does not wait itself (the most blocked first), then circles of those that wait for each
/// other, then all else (the longest running first). Every transaction stands in full exactly once.
QList<WaitNode> waitTree(const ActivityFacts &facts);

} // namespace Shardboard
