// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/servererror.h"

#include <QList>
#include <QString>

#include <optional>

namespace Shardboard {

/// One statement of a script.
struct SqlStatement
{
    QString text; ///< without its semicolon and the blanks around it; comments before it stay
    qsizetype offset = 0; ///< of the text in the script, in QString units
    /// By its shape it only reads: SELECT, VALUES, TABLE, SHOW or EXPLAIN without INTO, row locks, data-changing WITH
    /// parts or set_config(). A function it calls may still write: only a read-only session keeps that from happening.
    bool isReadOnly = false;

    bool operator==(const SqlStatement &) const = default;
};

struct SqlScript
{
    QList<SqlStatement> statements;
    /// What PostgreSQL's own grammar says of the first statement that does not parse (position is a 1-based character
    /// of the script). The statements are complete all the same, and none counts as read-only: a newer server may still
    /// understand them.
    std::optional<ServerError> syntaxError;
};

/// Splits where psql does: dollar quotes, nested comments and function bodies are no obstacle. All text but comments
/// between statements is in one of them, whatever the parser says. Any thread.
SqlScript splitSql(const QString &script);

} // namespace Shardboard
