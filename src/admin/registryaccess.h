// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/servererror.h"

namespace Shardboard {

/// A refused permission (SQLSTATE 42501) on schema shardboard, with the role that was refused, the one that can grant
/// it and the statements that do. `role` and `owner` may be empty when unknown. Other errors are returned as they are.
ServerError explainRegistryRefusal(const ServerError &error, const QString &role, const QString &owner = {});

} // namespace Shardboard
