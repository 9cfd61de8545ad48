// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/pghandle.h"
#include "connection/session.h"

namespace Shardboard {

/// What libpq knows of an established connection.
Session::Peer peerOf(PGconn *connection);

} // namespace Shardboard
