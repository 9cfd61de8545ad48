// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "connection/values/outcome.h"
#include "connection/values/sqlquote.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace Shardboard {

/// How rows shall be spread.
enum class Spread {
    Distributed, ///< by the hash of a column
    Reference, ///< whole on every node
    SingleShard, ///< one shard on one node, no distribution column
    LocalManaged, ///< stays on the coordinator, citus knows it
};

/// What shall become of one table.
struct TableChoice
{
    QualifiedName table;
    Spread spread = Spread::Distributed;
    QString column; ///< of Spread::Distributed
    QString
        colocateWith; ///< empty: the default group that fits; "none": a group of its own; else a table, "schema.name"
    int shardCount = 0; ///< 0: citus.shard_count, or that of the group
    bool concurrently = false; ///< without blocking writes; only Spread::Distributed

    bool operator==(const TableChoice &) const = default;
};

/// Everything the wizard asks; the settings of an intent of kind "distribute".
struct DistributeSettings
{
    QList<TableChoice> tables;
    QString schema; ///< instead of tables: every table of this schema on one node, colocated
    bool truncateLocalData = true; ///< afterwards, free what the coordinator keeps of the old table
    QStringList fixes; ///< ids of the fixes to carry out, as Fix::id

    const TableChoice *choice(const QualifiedName &table) const;
    bool operator==(const DistributeSettings &) const = default;
};

constexpr int largestShardCount = 64000;

/// For reading the settings of intents: the first key that is none of `known`, empty when all are.
QString unknownSetting(const QJsonObject &settings, const QStringList &known);
/// A table's name as it is written in SQL; in the schema public unless said.
Outcome<QualifiedName> tableSetting(const QJsonValue &value);

QString spreadName(Spread spread); ///< "distributed", as it is written in an intent

Intent distributeIntent(const DistributeSettings &settings);
/// Usage errors name the setting and what would do.
Outcome<DistributeSettings> distributeSettings(const Intent &intent);

} // namespace Shardboard
