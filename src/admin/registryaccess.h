// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "connection/values/outcome.h"
#include "connection/values/servererror.h"

namespace Shardboard {

class SyncSession;

/// A refused permission (SQLSTATE 42501) on schema shardboard, with the role that was refused, the one that can grant
/// it and the statements that do. `role` and `owner` may be empty when unknown. Other errors are returned as they are.
ServerError explainRegistryRefusal(const ServerError &error, const QString &role, const QString &owner = {});

/// Fails where a step of the plan is to be done that writes to the registry and the session's role may not: before
/// anything is changed, not in the middle. Worker thread.
Completion checkRegistryRights(SyncSession &session, const Plan &plan);

} // namespace Shardboard
