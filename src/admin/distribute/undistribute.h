// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/preflight.h"

namespace Shardboard {

/// The settings of an intent of kind "undistribute": tables become ordinary tables of the coordinator again.
struct UndistributeSettings
{
    QList<QualifiedName> tables;
    QString schema; ///< instead of tables: a distributed schema
    bool cascade = true; ///< what foreign keys connect with them too; else such a table is refused

    bool operator==(const UndistributeSettings &) const = default;
};

Intent undistributeIntent(const UndistributeSettings &settings);
Outcome<UndistributeSettings> undistributeSettings(const Intent &intent);

/// The tables of citus that come back: those named and, with cascade, all that foreign keys connect with them; in the
/// order in which they could be distributed again.
QList<const ShardingTable *> undistributedTables(const UndistributeSettings &settings, const ShardingFacts &facts);

/// Pure, both.
Preflight undistributePreflight(const UndistributeSettings &settings, const ShardingFacts &facts);
Outcome<Plan> planUndistribution(const UndistributeSettings &settings, const Preflight &preflight);

} // namespace Shardboard
