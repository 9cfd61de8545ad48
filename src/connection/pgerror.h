// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/pghandle.h"
#include "connection/values/notice.h"
#include "connection/values/servererror.h"

namespace Shardboard {

/// What a result of status PGRES_FATAL_ERROR says. FATAL and PANIC, and errors that libpq made up because the link
/// broke, have connectionLost set.
ServerError errorFromResult(const PGresult *result, const PGconn *connection, const QString &statement);

/// What libpq says of a connection that broke or was never made.
ServerError errorFromConnection(const PGconn *connection);

ServerNotice noticeFromResult(const PGresult *result);
QString sqlStateOf(const PGresult *result);

} // namespace Shardboard
