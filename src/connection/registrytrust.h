// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"
#include "connection/values/query.h"
#include "connection/values/resultset.h"

#include <optional>

namespace Shardboard {

class SyncSession;

/// Whether schema shardboard is safe to use with the rights of this session. Its functions, and functions in its views
/// and triggers, run as the role that reads it, and the registry holds SQL that runs verify and rebuild. The schema,
/// its objects, and the right to write into the registry must therefore belong to the session's user, to a superuser,
/// or to a role the user is a member of. A superuser trusts only itself and other superusers: it counts as a member of
/// every role. A membership that the role granted by itself does not count.
namespace RegistryTrust {

/// One row per object that is not trusted: kind, name, owner. No row: the schema is safe or does not exist. Every name
/// is qualified, so the query is safe under any search_path.
Query query();

/// The error for the rows of query(); nullopt when there are none.
std::optional<ServerError> refusal(const ResultSet &rows);

/// The outcome of query() as one value: an error when it failed or when an object is not trusted.
Completion verdict(const Outcome<ResultSet> &answer);

/// Whether a statement may use schema shardboard. Only for statements of this program: it looks for the name.
bool isNeededFor(const Query &query);

/// Runs query() on the session. Blocks: for a worker thread.
Completion check(SyncSession &session);

} // namespace RegistryTrust

} // namespace Shardboard
