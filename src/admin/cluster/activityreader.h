// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterfacts.h"

namespace Shardboard {

ActivityFacts readActivity(const ResultSet &sessions, const ResultSet &waits);

} // namespace Shardboard
