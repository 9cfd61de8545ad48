// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/preflight.h"
#include "connection/values/outcome.h"

namespace Shardboard {

class SyncSession;

/// Reads of the server what the intent's kind needs to know and makes its plan; the one entrance for command lines and
/// wizards. docs/intents.md describes the kinds. Blocks: for a worker thread.
Outcome<Plan> makePlan(SyncSession &session, const Intent &intent);

/// What stands in the way of an intent, for kinds that have a preflight: those about how tables are spread and
/// "partition". Blocks as well.
Outcome<Preflight> judgeIntent(SyncSession &session, const Intent &intent);

/// Every kind that makePlan() takes.
QStringList intentKinds();

} // namespace Shardboard
