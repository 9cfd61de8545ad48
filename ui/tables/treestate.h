// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/tables/tablefilter.h"

#include <QSet>

class QTreeView;

namespace Shardboard {

/// What is open and chosen in the tree, by name, so that it comes back when other tables have arrived.
class TreeState
{
public:
    TreeState() = default;
    static TreeState of(const QTreeView &tree, const TableFilter &filter, const TableTreeModel &model);

    /// Without a state (the tables are shown for the first time) all schemas are open.
    void restore(QTreeView &tree, TableFilter &filter, TableTreeModel &model) const;

private:
    QSet<QualifiedName> m_open; ///< a schema has an empty name
    quint32 m_current = 0; ///< oid
    bool m_isKnown = false;
};

/// Opens what leads to the tables that a filter found.
void expandFound(QTreeView &tree, const TableFilter &filter, const TableTreeModel &model);

} // namespace Shardboard
