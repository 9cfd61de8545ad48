// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"
#include "connection/values/outcome.h"

#include <QString>

namespace Shardboard {

/// Reads jdbc:postgresql:… with the properties that mean something to libpq; those of the Java driver alone are left
/// out.
Outcome<ConnectionSettings> parseJdbcUrl(const QString &url);

} // namespace Shardboard
