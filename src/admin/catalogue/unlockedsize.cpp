// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/catalogue/unlockedsize.h"

namespace Shardboard {

QString busyTablesSql()
{
    return QStringLiteral(R"(
locked AS MATERIALIZED (
  SELECT relation AS oid FROM pg_locks
   WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock' AND pid <> pg_backend_pid()
     AND database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())),
busy AS MATERIALIZED (
  SELECT oid FROM locked
  UNION SELECT x.indrelid FROM locked l JOIN pg_index x ON x.indexrelid = l.oid
  UNION SELECT t.oid FROM locked l JOIN pg_class t ON t.reltoastrelid = l.oid))");
}

QString unlockedSizeSql(const QString &oid)
{
    return QStringLiteral(
        "CASE WHEN %1 IN (SELECT oid FROM busy) THEN (SELECT k.relpages FROM pg_class k WHERE k.oid = %1) "
        "* current_setting('block_size')::bigint ELSE pg_total_relation_size(%1) END")
        .arg(oid);
}

} // namespace Shardboard
