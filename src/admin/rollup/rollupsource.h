// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QHash>
#include <QString>

namespace Shardboard {

class SyncSession;
struct QualifiedName;
struct TableFacts;

/// What some rows of a table say of a column.
struct ColumnFigures
{
    qint64 distinct = 0; ///< different values among the rows looked at
    qint64 nulls = 0;
};

/// How large a table is, and what a few of its rows look like.
struct RollupSourceFigures
{
    qint64 rows = -1; ///< the servers' estimate, of all nodes; -1 when it was never analysed
    qint64 bytes = -1; ///< with indexes and TOAST, of all nodes; -1 unknown
    qint64 rowsSeen = 0; ///< looked at
    QHash<QString, ColumnFigures> columns;
};

/// Looks at no more than a few thousand rows, and gives up on them after some seconds: then only the size is known.
/// Blocks: for a worker thread.
Outcome<RollupSourceFigures> loadSourceFigures(SyncSession &session, const TableFacts &table, bool hasCitus);

/// Rows and bytes alone. Blocks as well.
Outcome<RollupSourceFigures> loadTableSize(SyncSession &session, const QualifiedName &table, bool hasCitus);

} // namespace Shardboard
