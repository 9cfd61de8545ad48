// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/shardingfacts.h"

#include <QHash>

namespace Shardboard {

/// How a table is spread once the plan has run.
struct PlannedTable
{
    TableKind kind = TableKind::Local;
    QString column; ///< distribution column
    QString group; ///< equal texts are colocated; empty: no colocation
    int shardCount = 0; ///< 0 unless distributed
    bool isPlanned = false; ///< named by the settings
    bool isDrawnIn = false; ///< a local table that citus takes into its metadata because of foreign keys

    bool isLocalOrReference() const
    {
        return kind == TableKind::Local || kind == TableKind::LocalManaged || kind == TableKind::Reference;
    }
};

/// The end of the plan as the facts and the settings foresee it, for every table of the facts.
class PlannedState
{
public:
    PlannedState(const DistributeSettings &settings, const ShardingFacts &facts);

    const PlannedTable &operator[](const QualifiedName &table) const;
    /// The existing group that the table joins, or nullptr when it gets a new one.
    const GroupFacts *existingGroup(const QualifiedName &table) const;
    /// The named tables in the order that their foreign keys demand: referenced ones first. Tables whose foreign keys
    /// run in a circle come last; see circle().
    QList<QualifiedName> order() const;
    /// Both kinds are named. Then citus must be kept from taking the tables that are to be distributed into its
    /// metadata as soon as a reference table is made that they point to.
    bool mixesReferenceAndDistributed() const;
    /// Foreign keys between named tables that run in a circle; empty when there is none.
    QList<ShardingForeignKey> circle() const;

private:
    void place(const TableChoice &choice);
    void drawIn();
    QString groupOf(const TableChoice &choice, int depth = 0) const;
    QString defaultGroup(const TableChoice &choice) const;

    const DistributeSettings &m_settings;
    const ShardingFacts &m_facts;
    QHash<QualifiedName, PlannedTable> m_tables;
};

} // namespace Shardboard
