// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/preflight.h"

namespace Shardboard {

/// The plan for settings that the preflight passed; an error that lists what blocks otherwise. Blocking distribution of
/// all tables and all fixes is one transaction, so that it happens as a whole or not at all; concurrent distribution
/// takes a group of its own for each table. Pure: no I/O.
Outcome<Plan> planDistribution(const DistributeSettings &settings, const Preflight &preflight);

} // namespace Shardboard
