// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/shardingfacts.h"

namespace Shardboard {

/// The answers of the Distribute wizard while they are given, and what becomes of them. Values only.
struct DistributeDraft
{
    struct Table
    {
        QualifiedName name;
        Spread spread = Spread::Distributed;
        QString column; ///< of Spread::Distributed
    };
    enum class Group {
        Default, ///< whichever fits, or a new one for all of the same column type
        Existing, ///< that of `mate`
        Own, ///< a new one, with `shardCount` shards
    };

    QList<Table> tables;
    bool isWholeSchema = false;
    QString schema;
    Group group = Group::Default;
    QualifiedName mate;
    int shardCount = 0; ///< 0: the server's default
    bool isConcurrent = false;
    bool truncatesLocalData = true;

    static DistributeDraft ofTables(const QList<QualifiedName> &names);
    static DistributeDraft ofSchema(const QString &schema);

    Table *table(const QualifiedName &name);
    /// Those that are to be distributed by a column.
    QList<Table> distributed() const;
    bool isComplete() const; ///< every question has an answer that could do
    DistributeSettings settings(const ShardingFacts &facts) const;
};

} // namespace Shardboard
