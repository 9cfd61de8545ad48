// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/preflight.h"

namespace Shardboard {

/// What one pass over the rules works with.
struct PreflightContext
{
    const DistributeSettings &settings;
    const ShardingFacts &facts;
    const QList<DataCheck> &checks;
    const PlannedState &state;
    QList<Finding> findings;

    /// The named tables that exist, or all of the schema, with their choice (nullptr for a schema's table).
    QList<std::pair<const ShardingTable *, const TableChoice *>> subjects() const;
    Finding &block(const QString &code, const QualifiedName &table, const QString &subject = {});
    Finding &warn(const QString &code, const QualifiedName &table, const QString &subject = {});
    Finding &inform(const QString &code, const QualifiedName &table, const QString &subject = {});
};

/// The verdict of these rules on the facts, and what is left of it when the fixes of these ids have done their work.
Preflight judge(const QStringList &fixes, const ShardingFacts &facts,
    const std::function<QList<Finding>(const ShardingFacts &)> &rules);

/// Each looks at one matter and adds what it finds.
void checkTables(PreflightContext &context);
void checkDependencies(PreflightContext &context);
void checkReplaced(PreflightContext &context);
void checkColumns(PreflightContext &context);
void checkKeys(PreflightContext &context);
void checkForeignKeys(PreflightContext &context);
void checkColocation(PreflightContext &context);
void checkSchema(PreflightContext &context);
void checkConcurrent(PreflightContext &context);
void checkCluster(PreflightContext &context);

/// Parts of the above that plans of other kinds need too: whether the nodes answer and the connected one may plan, and
/// whether they let citus read their WAL while writes go on.
void checkNodes(PreflightContext &context);
void checkLogicalDecoding(PreflightContext &context);

/// "composite-key public.orders.orders_pkey"
QString fixId(const QString &kind, const QualifiedName &table, const QString &object);

/// A step of a fix: ALTER TABLE and the like, with what it locks.
PlanStep fixStep(const QString &id, const QString &title, const QualifiedName &table, const QString &sql,
    const QString &undoSql, const QString &doneSql = {});

/// Fixes of more than one rule.
Fix dropForeignKeyFix(const ShardingForeignKey &key);
/// Tells foreign keys of one table apart; those of its partitions go under the name of the partition.
QString foreignKeySubject(const ShardingForeignKey &key);
/// Drops it before the tables are distributed and adds it again afterwards, in the same transaction.
Fix addForeignKeyLastFix(const ShardingForeignKey &key);
/// The composite key that would make `key` acceptable, foreign keys that lean on it included; nullopt when there is
/// none.
std::optional<Fix> compositeKeyFix(const PreflightContext &context, const ShardingTable &table, const ShardingKey &key);
/// ALTER TABLE … ADD CONSTRAINT … for the foreign key as it is.
QString addForeignKeySql(const ShardingForeignKey &key);
QString dropForeignKeySql(const ShardingForeignKey &key);

} // namespace Shardboard
