// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/preflight.h"
#include "admin/partition/partitionfacts.h"

namespace Shardboard {

/// What a table needs to become partitioned as the settings say.
enum class PartitionWay {
    Create, ///< there is no such table, and the settings describe one
    Convert, ///< it is an ordinary table
    LookAfter, ///< it is partitioned already: its partitions need somebody to look after them
};
PartitionWay partitionWay(const PartitionSettings &settings, const PartitionFacts &facts);

/// Who will make partitions: pg_partman demands a time that is never NULL. Call it for settings that are possible.
PartitionMethod plannedMethod(const PartitionSettings &settings, const PartitionFacts &facts);

/// "widen-key public.events.events_pkey"
QString partitionFixId(const QString &kind, const QualifiedName &table, const QString &object);
/// Whether the settings carry this fix out.
bool hasFix(const PartitionSettings &settings, const QString &kind, const QualifiedName &table, const QString &object);
/// The definition with the time column added to its list of columns; empty where it has a form that is not understood.
QString widenedDefinition(const QString &definition, const QStringList &columns, const QString &timeColumn);

/// How many partitions rows of these times need; 0 when they are not known.
qint64 partitionsNeeded(const PartitionSettings &settings, const TimeFigures &times);

/// The shortest interval that needs at most a hundred partitions for the rows that are there; a day when that is not
/// known.
QString advisedInterval(const TimeFigures &times);

/// Pure: no I/O. What passes here, the server accepts. The verdict's sharding facts stay empty.
Preflight partitionPreflight(const PartitionSettings &settings, const PartitionFacts &facts);

} // namespace Shardboard
