// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/sqlsplit.h"

#include "connection/sqlshape.h"
#include "connection/sqltree.h"
#include "connection/statementcutter.h"

#include <QJsonObject>

namespace Shardboard {

namespace {

/// [begin, end) of the script without the blanks around it.
SqlStatement cutOut(const QString &script, qsizetype begin, qsizetype end, bool isReadOnly)
{
    while (begin < end && isSqlBlank(script[begin]))
        ++begin;
    while (end > begin && isSqlBlank(script[end - 1]))
        --end;
    return {script.sliced(begin, end - begin), begin, isReadOnly};
}

bool isReading(const QJsonValue &entry)
{
    return isStatementReading(entry.toObject().value(QLatin1String("stmt")).toObject());
}

/// Where the parser sees several statements in a piece: each reaches to the beginning of the next one.
void appendParts(SqlScript &result, const QString &script, qsizetype begin, qsizetype end, const QJsonArray &parts)
{
    const QByteArray utf8 = QStringView(script).sliced(begin, end - begin).toUtf8();
    qsizetype from = begin;
    for (qsizetype part = 0; part < parts.size(); ++part) {
        qsizetype to = end;
        if (part + 1 < parts.size()) {
            const int next = parts.at(part + 1).toObject().value(QLatin1String("stmt_location")).toInt();
            to = begin + QString::fromUtf8(utf8.first(next)).size();
        }
        qsizetype textEnd = to;
        while (part + 1 < parts.size() && textEnd > from
            && (isSqlBlank(script[textEnd - 1]) || script[textEnd - 1] == u';'))
            --textEnd;
        result.statements.append(cutOut(script, from, textEnd, isReading(parts.at(part))));
        from = to;
    }
}

void appendPiece(SqlScript &result, const QString &script, const StatementCutter::Piece &piece)
{
    const SqlTree tree = parseSqlTree(QStringView(script).sliced(piece.begin, piece.end - piece.begin).toUtf8());
    if (tree.statements.size() > 1)
        return appendParts(result, script, piece.begin, piece.end, tree.statements);
    const bool isReadOnly = tree.statements.size() == 1 && isReading(tree.statements.first());
    result.statements.append(cutOut(script, piece.begin, piece.end, isReadOnly));
    // Text that is only nested too deeply is no error: the server knows its own limits.
    if (!tree.error || tree.error->sqlState.isEmpty() || result.syntaxError)
        return;
    result.syntaxError = tree.error;
    if (result.syntaxError->position > 0)
        result.syntaxError->position += int(script.first(piece.begin).toUcs4().size());
}

} // namespace

SqlScript splitSql(const QString &script)
{
    SqlScript result;
    StatementCutter cutter(script);
    while (const auto piece = cutter.next()) {
        if (piece->hasTokens)
            appendPiece(result, script, *piece);
    }
    if (result.syntaxError) {
        for (SqlStatement &statement : result.statements)
            statement.isReadOnly = false;
    }
    return result;
}

} // namespace Shardboard
