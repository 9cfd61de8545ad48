// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/capabilities.h"
#include "connection/values/outcome.h"
#include "connection/values/query.h"
#include "connection/values/resultset.h"

#include <QList>

namespace Shardboard {

/// The scan as data: queries to be sent in one pipeline, and the reading of their answers. A query that fails (no
/// citus, no right) only takes away what it would have told; only the first one must succeed.
QList<Query> capabilityQueries();
Outcome<ServerCapabilities> readCapabilities(const QList<Outcome<ResultSet>> &answers);

class SyncSession;
Outcome<ServerCapabilities> scanCapabilities(SyncSession &session);

/// Lines for `shardboardctl doctor`: server, rights, then each capability with reason and remedy.
QString describeCapabilities(const ServerCapabilities &capabilities);
QByteArray capabilitiesToJson(const ServerCapabilities &capabilities);

} // namespace Shardboard
