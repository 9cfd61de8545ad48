// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/settings.h"

namespace Shardboard {

/// The statements that spread tables and ask how they are spread; what plans of several kinds are made of.

/// to_regclass('schema.name'): NULL where there is no such table.
QString regclass(const QualifiedName &table);
/// SELECT of one boolean: there is a constraint of this name on the table.
QString hasConstraintSql(const QualifiedName &table, const QString &constraint);

/// The call alone, without SELECT: create_distributed_table(…) and its like.
QString distributeCall(const TableChoice &choice);
/// Says nothing when the table is none of citus' any more: an undo before it may have cascaded.
QString undistributeSql(const QualifiedName &table, bool cascade);
/// SELECT of one boolean: true when the table is spread like that already.
QString isSpreadSql(const TableChoice &choice);
/// SELECT of one boolean: true when citus does not know the table.
QString isLocalSql(const QualifiedName &table);

/// SELECT of one boolean: true when its rows are in shards or copied to the nodes; false for one that citus only
/// manages.
QString isSpreadOutSql(const QualifiedName &table);

/// For changes of several tables or functions in one transaction: each node sees them all over one connection. Skipped
/// where `main` is done already.
PlanStep oneConnectionStep(const PlanStep &main);
/// The last step of what runs without blocking writes: takes away what it left on the nodes.
PlanStep cleanUpStep();

/// "Distribute orders by customer_id"
QString distributionTitle(const TableChoice &choice);
QStringList distributionLocks(const TableChoice &choice);

} // namespace Shardboard
