// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/conninfo.h"

namespace Shardboard {

/// True when the text looks like shell lines: a psql call or assignments of variables.
bool looksLikeShell(const QString &text);

/// Reads a psql command line, with assignments before it, or lines that only set PG* variables (sh, fish, csh, cmd.exe
/// and PowerShell spelling). A variable whose value is a PostgreSQL URI counts, too.
Outcome<PastedConnection> parseShellPaste(const QString &text);

} // namespace Shardboard
