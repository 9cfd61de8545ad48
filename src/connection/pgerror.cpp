// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/pgerror.h"

#include "connection/connectionerror.h"

#include <cstring>

namespace Shardboard {

namespace {

constexpr size_t longestField = 64 << 10; // bytes: a server may say as much as it likes, and windows show it

QString cutText(const char *text)
{
    if (!text)
        return {};
    const size_t length = strnlen(text, longestField + 1);
    if (length <= longestField)
        return QString::fromUtf8(text, qsizetype(length));
    return QString::fromUtf8(text, qsizetype(longestField)) + QStringLiteral(" … (cut)");
}

QString field(const PGresult *result, int code)
{
    return cutText(PQresultErrorField(result, code));
}

QString severityOf(const PGresult *result)
{
    const QString untranslated = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return untranslated.isEmpty() ? field(result, PG_DIAG_SEVERITY) : untranslated;
}

} // namespace

QString sqlStateOf(const PGresult *result)
{
    return field(result, PG_DIAG_SQLSTATE);
}

ServerError errorFromResult(const PGresult *result, const PGconn *connection, const QString &statement)
{
    ServerError error;
    error.sqlState = sqlStateOf(result);
    if (error.sqlState.isEmpty()) {
        error = errorFromConnectionText(cutText(PQresultErrorMessage(result)));
        error.connectionLost = PQstatus(connection) == CONNECTION_BAD;
        error.statement = statement;
        return error;
    }
    error.severity = severityOf(result);
    error.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    error.detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    error.hint = field(result, PG_DIAG_MESSAGE_HINT);
    error.context = field(result, PG_DIAG_CONTEXT);
    error.position = field(result, PG_DIAG_STATEMENT_POSITION).toInt();
    error.statement = statement;
    error.connectionLost = error.severity == QLatin1String("FATAL") || error.severity == QLatin1String("PANIC")
        || PQstatus(connection) == CONNECTION_BAD;
    if (error.connectionLost)
        error.kind = ServerError::Kind::Connection;
    return error;
}

ServerError errorFromConnection(const PGconn *connection)
{
    return errorFromConnectionText(cutText(PQerrorMessage(connection)));
}

ServerNotice noticeFromResult(const PGresult *result)
{
    return {severityOf(result), field(result, PG_DIAG_MESSAGE_PRIMARY), field(result, PG_DIAG_MESSAGE_DETAIL),
        field(result, PG_DIAG_MESSAGE_HINT)};
}

} // namespace Shardboard
