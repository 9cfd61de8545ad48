// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/changefacts.h"

namespace Shardboard {

/// What stands in the way of a change, and what one should know.
struct ChangeVerdict
{
    QStringList obstacles; ///< the server would refuse, or the cluster would be worse off: no plan is made
    QStringList remedies; ///< what to do about them
    QStringList warnings;
    QStringList notes;

    bool passes() const { return obstacles.isEmpty(); }
};

/// Preflight. Pure: no I/O.
ChangeVerdict checkChange(const ClusterSettings &settings, const ChangeFacts &facts);

/// "1.5 MiB", for plans and notes.
QString sizeText(qint64 bytes);

} // namespace Shardboard
