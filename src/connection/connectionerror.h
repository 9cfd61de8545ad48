// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/servererror.h"

namespace Shardboard {

/// Takes apart what libpq says of a connection that was not made or broke, one paragraph for each address it tried.
/// With PQERRORS_VERBOSE the text holds the SQLSTATE, for which libpq has no other place before a connection is up.
ServerError errorFromConnectionText(const QString &text);

/// The server is there and says that it starts, stops or recovers: try again.
bool isStartingUp(const ServerError &error);
/// Asking again changes nothing: wrong password, no such role or database, no right to connect.
bool isRefusedForGood(const ServerError &error);

} // namespace Shardboard
