// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/plannedstate.h"

namespace Shardboard {

/// The tables of a plan in the order in which they are distributed: what foreign keys lead to comes first, and those
/// during which writes go on come together. A table that shall lie with one that comes later begins their group in its
/// place, so that each names a table that is there by then.
QList<TableChoice> distributionOrder(const DistributeSettings &settings, const PlannedState &state);

} // namespace Shardboard
