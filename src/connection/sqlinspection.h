// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/query.h"
#include "connection/values/resultset.h"
#include "connection/values/servererror.h"

#include <QSet>
#include <QString>

#include <optional>

namespace Shardboard {

/// What PostgreSQL's grammar sees in a text, for statements that may only read.
struct SqlInspection
{
    std::optional<ServerError> error; ///< it does not parse, or is nested too deeply
    int statements = 0;
    bool isReading = false; ///< every statement is a SELECT, VALUES or TABLE that by its shape changes nothing
    QSet<QString> functions; ///< names of all functions called, without their schemas, as the server folds them
};

/// Any thread.
SqlInspection inspectSql(const QString &sql);

/// Functions that reach outside the transaction they run in (files, other sessions, other connections, settings, locks
/// of a session) or that run SQL given as text: a read-only transaction does not hold these. Known by name for what
/// PostgreSQL and its usual extensions bring.
bool reachesOutside(const QString &function);

/// Asks a server for the names of all functions of PostgreSQL and of installed extensions that are declared volatile.
/// Whatever reaches outside is among them, in versions and extensions that this program does not know too.
Query volatileFunctionsQuery();
/// Those of the answer that a reading statement may not call.
QSet<QString> readOutsideFunctions(const ResultSet &answer);

/// Why a statement may not run where only reading is allowed: it is not exactly one query, or it calls a function that
/// reaches outside, by name or as one of `outside`. Nothing when it may.
std::optional<ServerError> refuseBeyondReading(const SqlInspection &inspection, const QSet<QString> &outside = {});

} // namespace Shardboard
