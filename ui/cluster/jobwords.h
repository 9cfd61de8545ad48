// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterfacts.h"

namespace Shardboard {

/// Background jobs in the user's words; a state the server has and we do not know is shown as the server says it.
QString jobStateText(const QString &state);
/// With the phase of a move that runs, or the moment of the next attempt.
QString taskStateText(const BackgroundTask &task);
/// What runs first, then what waits, then what is over.
int taskOrder(const BackgroundTask &task);
/// What a task does that moves no shard.
QString taskText(const BackgroundTask &task);

} // namespace Shardboard
