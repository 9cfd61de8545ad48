// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "connection/values/sqlquote.h"

namespace Shardboard {

/// Statements that look and act in one transaction on the server, for what must not be decided by an earlier look.

/// A DO statement around the body, in dollar quotes that the body does not contain.
QString doBlock(const QString &body);

/// Drops the table, if it exists, while it is empty. With rows it fails and says how many there are.
QString dropEmptyTableSql(const QualifiedName &table);

/// Drops the table with its rows.
QString dropTableSql(const QualifiedName &table);

/// Drops the schema, if it exists, while it is empty; else it stays, with a notice.
QString dropEmptySchemaSql(const QString &schema);

/// Lets undo of the step drop the table that the step creates. Rows that came since are not dropped unasked.
void undoByDropping(PlanStep &step, const QualifiedName &table);

/// SELECT of the table's rows, counted up to rowsCountedTo and one more.
QString countRowsSql(const QString &quotedTable);
constexpr qint64 rowsCountedTo = 1'000'000;

} // namespace Shardboard
