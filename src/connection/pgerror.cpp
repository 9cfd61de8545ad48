// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/pgerror.h"

#include <QRegularExpression>
#include <QStringList>

namespace Shardboard {

namespace {

QString field(const PGresult *result, int code)
{
    return QString::fromUtf8(PQresultErrorField(result, code));
}

QString severityOf(const PGresult *result)
{
    const QString untranslated = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return untranslated.isEmpty() ? field(result, PG_DIAG_SEVERITY) : untranslated;
}

void appendLine(QString &text, const QString &line)
{
    if (!text.isEmpty())
        text += QLatin1Char('\n');
    text += line;
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
        error = errorFromConnectionText(QString::fromUtf8(PQresultErrorMessage(result)));
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
    return errorFromConnectionText(QString::fromUtf8(PQerrorMessage(connection)));
}

ServerError errorFromConnectionText(const QString &text)
{
    static const QRegularExpression withState(QStringLiteral("^(.*?)(\\S+):  ([0-9A-Z]{5}): (.*)$"));
    ServerError error = ServerError::connection({});
    QString *current = &error.message;
    for (const QString &line : text.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        if (line.startsWith(QLatin1String("LOCATION:  ")))
            continue;
        if (line.startsWith(QLatin1String("DETAIL:  "))) {
            current = &error.detail;
            appendLine(*current, line.mid(9));
        } else if (line.startsWith(QLatin1String("HINT:  "))) {
            current = &error.hint;
            appendLine(*current, line.mid(7));
        } else if (line.startsWith(QLatin1Char('\t'))) {
            appendLine(current == &error.message ? error.hint : *current, line.trimmed());
        } else if (const auto match = withState.match(line); match.hasMatch()) {
            current = &error.message;
            error.severity = match.captured(2);
            error.sqlState = match.captured(3);
            appendLine(*current, match.captured(1) + error.severity + QLatin1String(": ") + match.captured(4));
        } else {
            if (line.startsWith(QLatin1String("connection to ")))
                current = &error.message; // the next address that was tried
            appendLine(*current, line);
        }
    }
    if (error.message.isEmpty())
        error.message = QStringLiteral("the connection to the server was lost");
    return error;
}

ServerNotice noticeFromResult(const PGresult *result)
{
    return {severityOf(result), field(result, PG_DIAG_MESSAGE_PRIMARY), field(result, PG_DIAG_MESSAGE_DETAIL),
        field(result, PG_DIAG_MESSAGE_HINT)};
}

} // namespace Shardboard
