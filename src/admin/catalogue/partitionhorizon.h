// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/catalogue/catalogue.h"

#include <QDateTime>

#include <optional>

namespace Shardboard {

/// How far ahead of the present moment a table that is partitioned by time has partitions.
struct PartitionHorizon
{
    enum class State {
        Good,
        RunsOut, ///< the partition of the present moment is the last one
        RanOut, ///< rows of the present moment have no partition of their own
    };

    int ahead = 0; ///< partitions that begin after the present moment
    std::optional<QDateTime> until; ///< rows up to then have a partition, UTC; nullopt: without an end, or never
    bool isEndless = false; ///< the last partition has no upper limit
    QualifiedName defaultPartition; ///< empty when there is none

    bool hasDefault() const { return !defaultPartition.name.isEmpty(); }
    State state(const QDateTime &now) const;
};

/// nullopt for tables that are not partitioned by ranges of one time. Times without a zone count as UTC.
std::optional<PartitionHorizon> partitionHorizon(
    const CatalogueTable &table, const Catalogue &catalogue, const QDateTime &now);

/// A bound of a range partition as a moment, UTC; nullopt when it is none ("MINVALUE", "17").
std::optional<QDateTime> boundMoment(const QString &value);

/// The rows of a default partition, counted to a limit: retention does not reach them and they slow down making others.
constexpr qint64 mostDefaultRows = 100'000;
Query defaultRowsQuery(const QualifiedName &defaultPartition);

} // namespace Shardboard
