// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/preflight.h"

namespace Shardboard {

/// The settings of an intent of kind "isolate-tenant": the rows of one distribution value get a shard of their own, in
/// the table and in all that are colocated with it.
struct IsolateTenantSettings
{
    QualifiedName table;
    QString tenant; ///< the distribution value as text
    bool blockWrites
        = false; ///< writes to the shard wait until it is split; else logical replication carries them over
    QStringList fixes;

    bool operator==(const IsolateTenantSettings &) const = default;
};

Intent isolateTenantIntent(const IsolateTenantSettings &settings);
Outcome<IsolateTenantSettings> isolateTenantSettings(const Intent &intent);

/// Where the tenant's rows are now.
struct TenantPlace
{
    qint64 shardId = 0; ///< 0: not known
    bool isAlone = false; ///< the shard's hash range is this one value
    qint64 rows = -1; ///< of the tenant in the table; -1 when counting took too long
    int placements = 1; ///< copies of the shard
    std::optional<ServerError> refusal; ///< the value is none of the column's type
};
/// Two questions for one pipeline: the place, then the rows.
QList<Query> tenantPlaceQueries(const IsolateTenantSettings &settings, const ShardingTable &table);
TenantPlace readTenantPlace(const QList<Outcome<ResultSet>> &answers);

/// A tenant by its rows, as one looks for those that deserve a shard of their own.
struct TenantShare
{
    QString value; ///< as text
    qint64 rows = 0;
    double share = 0; ///< of all rows of the table, 0 to 1
};
/// Counts all rows, so it gives up after ten seconds.
Query largestTenantsQuery(const QualifiedName &table, const QString &distributionColumn);
Outcome<QList<TenantShare>> readLargestTenants(const Outcome<ResultSet> &answer); ///< largest first

/// Pure, both.
Preflight isolateTenantPreflight(
    const IsolateTenantSettings &settings, const ShardingFacts &facts, const TenantPlace &place);
Outcome<Plan> planTenantIsolation(const IsolateTenantSettings &settings, const Preflight &preflight);

} // namespace Shardboard
