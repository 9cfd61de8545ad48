// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "connection/values/outcome.h"
#include "connection/values/sqlquote.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace Shardboard {

/// Who makes new partitions and drops old ones.
enum class PartitionMethod {
    Automatic, ///< the first of the others that the server has and the table allows
    Partman, ///< pg_partman
    Citus, ///< as create_time_partitions cuts and names them, without a default partition
    Sql, ///< functions of Shardboard's own, plain SQL
};

/// A table that is to be made partitioned from the start.
struct NewPartitionedTable
{
    struct Column
    {
        QString name;
        QString type; ///< as SQL spells it, "timestamptz"
        bool isNotNull = false;
        bool isIdentity = false; ///< GENERATED ALWAYS AS IDENTITY

        bool operator==(const Column &) const = default;
    };
    QList<Column> columns;
    QStringList primaryKey; ///< may be empty; else it holds the time column and the distribution column
    QString distributionColumn; ///< empty: not distributed
    int shardCount = 0; ///< 0: the server's default

    bool operator==(const NewPartitionedTable &) const = default;
};

/// Everything the wizard asks; the settings of an intent of kind "partition". Intervals are written as SQL does.
struct PartitionSettings
{
    QualifiedName table;
    QString column; ///< of type timestamptz, timestamp or date
    QString interval = QStringLiteral("1 day"); ///< one of partitionIntervals()
    int ahead = 7; ///< partitions kept ready beyond the present one
    QString history; ///< an empty table's partitions reach so far back from now; empty: the present one is the first
    QString retention = QStringLiteral("never"); ///< partitions wholly older than this are dropped
    QString columnarAfter = QStringLiteral("never"); ///< and those older than this stored in columns
    PartitionMethod method = PartitionMethod::Automatic;
    bool hasDefault = true; ///< rows outside of all partitions are taken by a default partition instead of refused
    QString schedule; ///< of the maintenance, five fields of cron; empty: one that fits the interval
    bool dropsOriginal = false; ///< drops the ordinary table once its rows are in the partitioned one
    std::optional<NewPartitionedTable> newTable;
    QStringList fixes; ///< ids of the fixes to carry out, as Fix::id

    bool keepsForEver() const { return retention == QStringLiteral("never"); }
    bool turnsColumnar() const { return columnarAfter != QStringLiteral("never"); }
    bool operator==(const PartitionSettings &) const = default;
};

/// Those that divide a day, and the ones of the calendar: partitions of all methods have the same bounds with these.
QStringList partitionIntervals();
/// The interval as partitionIntervals() spells it ("60 minutes" is "1 hour"), empty when it is none of them.
QString canonicalPartitionInterval(const QString &text);
/// Of "1 day", "90 minutes", "2 weeks", "01:30:00"; a month counts 30 days, a year 365. 0 when it does not read as one.
qint64 partitionIntervalSeconds(const QString &interval);
/// When the maintenance runs unless told otherwise: often enough that `ahead` partitions last.
QString defaultPartitionSchedule(const QString &interval);

QString partitionMethodName(PartitionMethod method); ///< "pg_partman", as it is written in an intent

/// Empty when the settings make sense in themselves, else what does not, a sentence each.
QStringList partitionProblems(const PartitionSettings &settings);

Intent partitionIntent(const PartitionSettings &settings);
/// Usage errors name the setting and what would do, all of them in one text.
Outcome<PartitionSettings> partitionSettings(const Intent &intent);

/// The intent to take a partitioning back: the half-made copy, the swap, or the maintenance.
Intent undoPartitionIntent(const QualifiedName &table);
Outcome<QualifiedName> undoPartitionTable(const Intent &intent);

} // namespace Shardboard
