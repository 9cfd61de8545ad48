// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/valuecheck.h"
#include "connection/values/outcome.h"
#include "connection/values/sqlquote.h"

#include <QList>

namespace Shardboard {

class SyncSession;

struct TargetColumn
{
    QString name;
    bool isGenerated = false; ///< computed by the server, cannot be loaded
    bool isAlwaysIdentity = false; ///< GENERATED ALWAYS AS IDENTITY: COPY takes values for it all the same
    ValueCheck check;
};

/// The table that rows are loaded into, as the catalogue knows it.
struct TargetTable
{
    QualifiedName name; ///< with its schema
    QList<TargetColumn> columns;
    bool isDistributed = false; ///< a Citus table, whose nodes report a refused row in words of their own

    int columnIndex(const QString &column) const; ///< by its exact name, -1 when there is none
};

/// An error that says so when there is no such table, or when it is something that COPY cannot fill.
Outcome<TargetTable> readTargetTable(SyncSession &session, const QualifiedName &name);

/// Asks the server whether a constant can be a value of the column.
Completion checkConstant(SyncSession &session, const TargetColumn &column, const QString &value);

} // namespace Shardboard
