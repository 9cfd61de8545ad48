// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/sqltree.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QThread>

#include <pg_query.h>

#include <memory>

namespace Shardboard {

namespace {

/// The parser and its printer go down the tree by recursion, without a limit of their own. A level takes at least two
/// bytes of text; chains of operators, which alone get this deep, take 150 bytes of stack a level.
constexpr qsizetype parsedHere = 4 * 1024; ///< bytes of text for the stack of any thread
constexpr qsizetype longest = 1024 * 1024;
constexpr uint deepStack = 256 * 1024 * 1024; ///< only what is used of it takes memory

struct ParseResult
{
    explicit ParseResult(const QByteArray &script) : raw(pg_query_parse(script.constData())) {}
    ~ParseResult() { pg_query_free_parse_result(raw); }
    ParseResult(const ParseResult &) = delete;
    ParseResult &operator=(const ParseResult &) = delete;

    PgQueryParseResult raw;
};

ServerError tooDeep()
{
    return ServerError::usage(QStringLiteral("the SQL is nested too deeply to be checked"));
}

/// libpq and the parser would read up to there only.
ServerError nulInText()
{
    ServerError error = ServerError::usage(QStringLiteral("SQL cannot hold the character NUL"));
    error.sqlState = QStringLiteral("42601");
    return error;
}

ServerError toError(const PgQueryError &error)
{
    // The parser's own limits, which are not the server's.
    const QByteArrayView message(error.message);
    if (message.startsWith("memory exhausted") || message.startsWith("stack depth limit"))
        return tooDeep();
    ServerError result = ServerError::usage(QString::fromUtf8(error.message));
    result.sqlState = QStringLiteral("42601");
    result.position = error.cursorpos;
    return result;
}

SqlTree parseOnThisStack(const QByteArray &utf8)
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
        tree.error = tooDeep();
    else
        tree.statements = document.object().value(QLatin1String("stmts")).toArray();
    return tree;
}

} // namespace

SqlTree parseSqlTree(const QByteArray &utf8)
{
    if (utf8.contains('\0'))
        return {{}, nulInText()};
    if (utf8.size() <= parsedHere)
        return parseOnThisStack(utf8);
    if (utf8.size() > longest)
        return {{}, ServerError::usage(QStringLiteral("the SQL is too long to be checked"))};
    SqlTree tree;
    const std::unique_ptr<QThread> thread(QThread::create([&] { tree = parseOnThisStack(utf8); }));
    thread->setStackSize(deepStack);
    thread->start();
    thread->wait();
    return tree;
}

} // namespace Shardboard
