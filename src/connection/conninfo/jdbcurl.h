// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/conninfo.h"

namespace Shardboard {

/// Reads jdbc:postgresql:… with the properties that mean something to libpq; those of the Java driver alone are left
/// out with a note.
Outcome<PastedConnection> parseJdbcUrl(const QString &url);

} // namespace Shardboard
