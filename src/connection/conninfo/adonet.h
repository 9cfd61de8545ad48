// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/conninfo.h"

namespace Shardboard {

/// True for settings between semicolons: the connection strings of .NET and ODBC, the DSN of PHP.
bool looksLikeAdoNet(const QString &text);

/// `Server=…;Port=…;User Id=…;Password=…;Ssl Mode=…`, names in any case, values quoted or in braces where they hold a
/// semicolon. What concerns the driver only is left out with a note; settings that are not understood are refused.
Outcome<PastedConnection> parseAdoNet(const QString &text);

} // namespace Shardboard
