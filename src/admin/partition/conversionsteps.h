// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/partition/partitionpreflight.h"

namespace Shardboard {

/// Rows from one moment to before another are copied in one transaction, UTC.
struct CopySlice
{
    QDateTime from;
    QDateTime to;

    bool operator==(const CopySlice &) const = default;
};

/// Steps that make an ordinary table a partitioned one. Each comes without a group; a list is one transaction unless
/// said otherwise.
namespace ConversionSteps {

/// Batches of rows that are copied in a transaction each. Bounds lie on a grid, so that a plan made later, for a copy
/// that was begun, has the same but for the very first and last moment. Fewer where no index finds rows by their time.
QList<CopySlice> slices(const PartitionSettings &settings, const PartitionFacts &facts);

/// The empty copy with all that hangs on the table.
QList<PlanStep> createCopy(const PartitionSettings &settings, const PartitionFacts &facts);
/// A transaction each.
QList<PlanStep> copyRows(const PartitionSettings &settings, const PartitionFacts &facts);
/// Writes wait, reads go on; at the end the two exchange their names.
QList<PlanStep> swap(const PartitionSettings &settings, const PartitionFacts &facts);
/// Statistics of the partitioned table: nobody gathers them by itself.
QList<PlanStep> analyze(const PartitionSettings &settings, const PartitionFacts &facts);
QList<PlanStep> dropOriginal(const QualifiedName &table, const QualifiedName &original);

/// The ordinary table takes its place again.
PlanStep swapBack(const QualifiedName &table, const QString &originalName);
/// The partitioned copy goes.
PlanStep dropCopy(const QualifiedName &table, const QString &copyName);

} // namespace ConversionSteps

} // namespace Shardboard
