// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to this room: libpq's handles, owned from the first line they exist.
#include "connection/libpq.h"

#include <memory>

namespace Shardboard {

struct PgDeleter
{
    void operator()(PGconn *connection) const { PQfinish(connection); }
    void operator()(PGresult *result) const { PQclear(result); }
    void operator()(PGcancel *cancel) const { PQfreeCancel(cancel); }
    void operator()(PGnotify *notification) const { PQfreemem(notification); }
    void operator()(char *memory) const { PQfreemem(memory); }
};

using PgConnection = std::unique_ptr<PGconn, PgDeleter>;
using PgResult = std::unique_ptr<PGresult, PgDeleter>;
using PgCancel = std::unique_ptr<PGcancel, PgDeleter>;
using PgNotification = std::unique_ptr<PGnotify, PgDeleter>;
using PgBytes = std::unique_ptr<char, PgDeleter>;

} // namespace Shardboard
