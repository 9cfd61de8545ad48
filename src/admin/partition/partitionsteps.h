// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/partition/settings.h"

namespace Shardboard {

struct CatalogueFacts;

/// Steps that give a partitioned table its partitions and have them looked after, shared by the wizard's plans and by
/// blueprints. Each comes without a group.
namespace PartitionSteps {

/// Why a method cannot be used for this table here, in one sentence; empty when it can.
QString unavailable(PartitionMethod method, const PartitionSettings &settings, const CatalogueFacts &facts);
/// What Automatic stands for here.
PartitionMethod methodFor(const PartitionSettings &settings, const CatalogueFacts &facts);

/// Where the first partition starts, as an expression of type timestamptz.
QString historyStart(const PartitionSettings &settings);
/// After the partitions that are there, as an expression: those of a table that was converted cover all of its rows.
QString afterExisting(const PartitionSettings &settings);

/// What a partitioned table has before anybody looks after it.
struct Existing
{
    bool hasPartitions = false;
    bool hasDefault = false;
};

/// Registers the table, then makes partitions from `start` on and the default one, unless the table has one already.
/// The table is partitioned already.
QList<PlanStep> makePartitions(const PartitionSettings &settings, PartitionMethod method, const QString &start,
    const CatalogueFacts &facts, const Existing &existing = {});
/// Marks the retention that a plan of partitions writes: undoing the partitions restores the one before it.
inline const QString retentionMark = QStringLiteral("partitioning");
/// Retention and the job that makes, drops and rewrites partitions.
QList<PlanStep> maintenance(const PartitionSettings &settings, const CatalogueFacts &facts);

/// Nobody looks after the table's partitions any more; the partitions stay.
QList<PlanStep> forget(const QualifiedName &table, const QString &method, const CatalogueFacts &facts);

/// What people should know of the method and of what is missing here.
QStringList notes(const PartitionSettings &settings, PartitionMethod method, const CatalogueFacts &facts);

} // namespace PartitionSteps

} // namespace Shardboard
