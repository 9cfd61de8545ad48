// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes of tables without waiting for their locks: pg_total_relation_size() takes ACCESS SHARE on the table and its
// indexes, so one ACCESS EXCLUSIVE lock, held or waited for, would hold up the sizes of all tables.
#pragma once

#include <QString>

namespace Shardboard {

/// A common table expression "busy": the tables that are locked, or have a locked index or TOAST table. Goes behind
/// WITH.
QString busyTablesSql();
/// Bytes of the table `oid` with its indexes; where it is in "busy", as of the last VACUUM or ANALYZE, without indexes.
QString unlockedSizeSql(const QString &oid);

} // namespace Shardboard
