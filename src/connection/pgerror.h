// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/pghandle.h"
#include "connection/values/notice.h"
#include "connection/values/servererror.h"

namespace Shardboard {

/// What a result of status PGRES_FATAL_ERROR says. FATAL and PANIC, and errors that libpq made up because the link
/// broke, have connectionLost set.
ServerError errorFromResult(const PGresult *result, const PGconn *connection, const QString &statement);

/// What libpq says of a connection that broke or was never made. Reads the SQLSTATE out of the text that
/// PQERRORS_VERBOSE gives, because libpq has no other place for it before the connection is up.
ServerError errorFromConnection(const PGconn *connection);
ServerError errorFromConnectionText(const QString &text);

ServerNotice noticeFromResult(const PGresult *result);
QString sqlStateOf(const PGresult *result);

} // namespace Shardboard
