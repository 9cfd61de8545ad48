// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/sqlsplit.h"

#include "connection/sqlshape.h"
#include "connection/sqltree.h"

#include <pg_query.h>

#include <algorithm>

namespace Shardboard {

namespace {

struct SplitResult
{
    explicit SplitResult(const QByteArray &script) : raw(pg_query_split_with_scanner(script.constData())) {}
    ~SplitResult() { pg_query_free_split_result(raw); }
    SplitResult(const SplitResult &) = delete;
    SplitResult &operator=(const SplitResult &) = delete;

    PgQuerySplitResult raw;
};

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
    const SqlTree tree = parseSqlTree(utf8);
    if (tree.error) {
        // Text that is only nested too deeply is no error: the server knows its own limits.
        if (!tree.error->sqlState.isEmpty())
            result.syntaxError = tree.error;
        result.statements = cutByScanner(utf8);
        return result;
    }
    Cutter cutter(utf8);
    for (const QJsonValue &value : tree.statements) {
        const QJsonObject entry = value.toObject();
        result.statements.append(cutter.cut(entry.value(QLatin1String("stmt_location")).toInt(),
            entry.value(QLatin1String("stmt_len")).toInt(),
            isStatementReading(entry.value(QLatin1String("stmt")).toObject())));
    }
    return result;
}

} // namespace Shardboard
