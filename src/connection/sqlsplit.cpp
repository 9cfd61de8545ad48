// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/sqlsplit.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

#include <pg_query.h>

#include <algorithm>
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

struct SplitResult
{
    explicit SplitResult(const QByteArray &script) : raw(pg_query_split_with_scanner(script.constData())) {}
    ~SplitResult() { pg_query_free_split_result(raw); }
    SplitResult(const SplitResult &) = delete;
    SplitResult &operator=(const SplitResult &) = delete;

    PgQuerySplitResult raw;
};

bool isSetConfig(const QJsonObject &call)
{
    const QJsonArray names = call.value(QLatin1String("funcname")).toArray();
    const QJsonObject last = names.last().toObject().value(QLatin1String("String")).toObject();
    // Version 15 of the library calls the text "sval", earlier ones "str".
    const QString name = last.value(QLatin1String("sval")).toString(last.value(QLatin1String("str")).toString());
    return name.compare(QLatin1String("set_config"), Qt::CaseInsensitive) == 0;
}

// Anything in the tree, however deep, that changes or locks something.
bool changesSomething(const QJsonValue &node)
{
    static const QSet<QString> changing{QStringLiteral("InsertStmt"), QStringLiteral("UpdateStmt"),
        QStringLiteral("DeleteStmt"), QStringLiteral("MergeStmt"), QStringLiteral("intoClause"),
        QStringLiteral("lockingClause")};
    if (node.isArray()) {
        const QJsonArray array = node.toArray();
        return std::any_of(array.begin(), array.end(), [](const QJsonValue &item) { return changesSomething(item); });
    }
    const QJsonObject object = node.toObject();
    for (auto entry = object.begin(); entry != object.end(); ++entry) {
        if (changing.contains(entry.key()) || changesSomething(entry.value()))
            return true;
        if (entry.key() == QLatin1String("FuncCall") && isSetConfig(entry.value().toObject()))
            return true;
    }
    return false;
}

bool readsOnly(const QJsonObject &statement)
{
    const QString kind = statement.isEmpty() ? QString() : statement.begin().key();
    if (kind == QLatin1String("VariableShowStmt"))
        return true;
    if (kind == QLatin1String("ExplainStmt"))
        return readsOnly(statement.begin()->toObject().value(QLatin1String("query")).toObject());
    return kind == QLatin1String("SelectStmt") && !changesSomething(statement.begin().value());
}

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool isNothing(const QByteArray &script, qsizetype begin, qsizetype end)
{
    return std::all_of(
        script.begin() + begin, script.begin() + std::max(begin, end), [](char c) { return isBlank(c) || c == ';'; });
}

/// Cuts statements out of the UTF-8 script and finds them again in the QString it was made of.
class Cutter
{
public:
    explicit Cutter(const QByteArray &script) : m_script(script) {}

    /// Byte positions, ascending from call to call; length 0 is "to the end".
    SqlStatement cut(qsizetype location, qsizetype length, bool isReadOnly)
    {
        qsizetype end = length > 0 ? location + length : m_script.size();
        while (location < end && isBlank(m_script[location]))
            ++location;
        while (end > location && (isBlank(m_script[end - 1]) || m_script[end - 1] == ';'))
            --end;
        m_offset += QString::fromUtf8(m_script.constData() + m_byte, location - m_byte).size();
        m_byte = location;
        return {QString::fromUtf8(m_script.constData() + location, end - location), m_offset, isReadOnly};
    }

private:
    const QByteArray &m_script;
    qsizetype m_byte = 0;
    qsizetype m_offset = 0;
};

ServerError toError(const PgQueryError &error)
{
    ServerError result = ServerError::usage(QString::fromUtf8(error.message));
    result.sqlState = QStringLiteral("42601");
    result.position = error.cursorpos;
    return result;
}

QList<SqlStatement> cutByScanner(const QByteArray &script)
{
    QList<SqlStatement> statements;
    Cutter cutter(script);
    const SplitResult split(script);
    if (split.raw.error) // not even tokens: an open quote or comment
        return {cutter.cut(0, 0, false)};
    qsizetype end = 0;
    for (int index = 0; index < split.raw.n_stmts; ++index) {
        const PgQuerySplitStmt &found = *split.raw.stmts[index];
        // The scanner passes over whatever has no keyword in it, such as a mistyped one: nothing may get lost.
        if (!isNothing(script, end, found.stmt_location))
            return {Cutter(script).cut(0, 0, false)};
        end = found.stmt_len > 0 ? found.stmt_location + found.stmt_len : script.size();
        statements.append(cutter.cut(found.stmt_location, found.stmt_len, false));
    }
    if (!isNothing(script, end, script.size()))
        return {Cutter(script).cut(0, 0, false)};
    return statements;
}

} // namespace

SqlScript splitSql(const QString &script)
{
    SqlScript result;
    const QByteArray utf8 = script.toUtf8();
    const ParseResult parsed(utf8);
    if (parsed.raw.error) {
        result.syntaxError = toError(*parsed.raw.error);
        result.statements = cutByScanner(utf8);
        return result;
    }
    Cutter cutter(utf8);
    const QJsonArray statements
        = QJsonDocument::fromJson(parsed.raw.parse_tree).object().value(QLatin1String("stmts")).toArray();
    for (const QJsonValue &value : statements) {
        const QJsonObject entry = value.toObject();
        result.statements.append(cutter.cut(entry.value(QLatin1String("stmt_location")).toInt(),
            entry.value(QLatin1String("stmt_len")).toInt(), readsOnly(entry.value(QLatin1String("stmt")).toObject())));
    }
    return result;
}

} // namespace Shardboard
