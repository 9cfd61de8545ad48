// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/sqltree.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <pg_query.h>

#include <memory>

namespace Shardboard {

namespace {

struct ParseResult
{
    explicit ParseResult(const QByteArray &script) : raw(pg_query_parse(script.constData())) {}
    ~ParseResult() { pg_query_free_parse_result(raw); }
    ParseResult(const ParseResult &) = delete;
    ParseResult &operator=(const ParseResult &) = delete;

    PgQueryParseResult raw;
};

ServerError toError(const PgQueryError &error)
{
    ServerError result = ServerError::usage(QString::fromUtf8(error.message));
    result.sqlState = QStringLiteral("42601");
    result.position = error.cursorpos;
    return result;
}

} // namespace

SqlTree parseSqlTree(const QByteArray &utf8)
{
    SqlTree tree;
    const ParseResult parsed(utf8);
    if (parsed.raw.error) {
        tree.error = toError(*parsed.raw.error);
        return tree;
    }
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(parsed.raw.parse_tree, &problem);
    if (problem.error != QJsonParseError::NoError) // JSON is read 1,024 levels deep
        tree.error = ServerError::usage(QStringLiteral("the SQL is nested too deeply to be checked"));
    else
        tree.statements = document.object().value(QLatin1String("stmts")).toArray();
    return tree;
}

} // namespace Shardboard
