// SPDX-License-Identifier: GPL-3.0-or-later
// SQL of panels with its macros, and what the grammar makes of the statements that come out of it.
#include "connection/sqlinspection.h"
#include "connection/sqlsplit.h"
#include "dashboard/sqltemplate.h"
#include "tests/fuzz/fuzzing.h"

using namespace Shardboard;

SHARDBOARD_FUZZ_TARGET(sqltemplate)(const QByteArray &input)
{
    const QString text = QString::fromUtf8(input);
    if (text.contains(QChar(0)))
        return; // is refused before it reaches a parser
    const auto sql = SqlTemplate::parse(text);
    if (sql) {
        for (const QString &example : sql->examples())
            refuseBeyondReading(inspectSql(example));
    }
    const SqlScript script = splitSql(text);
    qsizetype end = 0;
    for (const SqlStatement &statement : script.statements) {
        Fuzzing::require(statement.offset >= end, "statements come in their order");
        Fuzzing::require(
            QStringView(text).mid(statement.offset).startsWith(statement.text), "a statement is where it says");
        for (const QChar c : QStringView(text).mid(end, statement.offset - end))
            Fuzzing::require(c.isSpace() || c == u';' || !script.syntaxError, "no text is dropped between statements");
        end = statement.offset + statement.text.size();
    }
}
