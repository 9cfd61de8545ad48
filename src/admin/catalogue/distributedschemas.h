// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace Shardboard {

/// A subquery in parentheses with the columns schemaid (oid) and colocationid (int) of pg_catalog.pg_dist_schema,
/// without rows before Citus 12, which made that table.
QString distributedSchemasSql();

} // namespace Shardboard
