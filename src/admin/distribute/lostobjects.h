// SPDX-License-Identifier: GPL-3.0-or-later
// Citus changes how a table is distributed by making a new one and dropping the old one with CASCADE. It carries over
// rows, columns, indexes, constraints and grants of the table, and creates the views again. The rest is here.
#pragma once

#include "admin/distribute/preflightrules.h"

namespace Shardboard {

/// Of the tables that take part in a query of shardingFactQueries(): parameters are the arrays of parts and their
/// roots.
QString lostObjectsSql();
void readLostObjects(const ResultSet &rows, ShardingFacts &facts);

/// What replaces the table: a distributed one takes fewer kinds of statements than an ordinary one.
enum class Replacement { Distributed, Local };

/// Blocks for what is dropped and cannot be put back, informs about what is put back.
void checkLost(PreflightContext &context, const QList<QualifiedName> &tables, Replacement replacement);
/// Those that distributing in this way replaces: local tables that Citus takes into its metadata, and back.
QList<QualifiedName> replacedTables(const PlannedState &state, const ShardingFacts &facts);
/// To run after the table was replaced, in the same transaction.
QList<PlanStep> restoringSteps(const QList<QualifiedName> &tables, const ShardingFacts &facts, Replacement replacement);
/// To run before Citus takes a local table into its metadata, which renames the table and makes a new one in its place.
QList<PlanStep> releasingSteps(const QList<QualifiedName> &tables, const ShardingFacts &facts);
/// One statement that runs `sql`, which replaces the tables, and puts back what goes with them. Empty where something
/// could not be put back, or where `sql` is empty.
QString withRestoring(
    const QString &sql, const QList<QualifiedName> &tables, const ShardingFacts &facts, Replacement replacement);

} // namespace Shardboard
