// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/catalogue/distributedschemas.h"

namespace Shardboard {

// A table that may be missing can be named in a text only that the server runs by itself.
QString distributedSchemasSql()
{
    return QStringLiteral(R"((SELECT d.schemaid, d.colocationid FROM xmltable('/table/row' PASSING query_to_xml(
  CASE WHEN to_regclass('pg_catalog.pg_dist_schema') IS NULL THEN 'SELECT 0 AS schemaid, 0 AS colocationid WHERE false'
       ELSE 'SELECT schemaid::oid AS schemaid, colocationid FROM pg_catalog.pg_dist_schema' END, false, false, '')
  COLUMNS schemaid oid PATH 'schemaid', colocationid int PATH 'colocationid') d))");
}

} // namespace Shardboard
