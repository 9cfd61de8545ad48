// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/treestate.h"

#include <QTreeView>

namespace Shardboard {

namespace {

/// Visits the schemas and the tables that have partitions, as far down as they are loaded into the view.
template <typename Visitor>
void forEachBranch(const TableFilter &filter, const TableTreeModel &model, Visitor visit)
{
    for (int row = 0; row < filter.rowCount(); ++row) {
        const QModelIndex schema = filter.index(row, 0);
        visit(schema, QualifiedName{schema.data(TableTreeModel::SchemaRole).toString(), {}});
        for (int child = 0; child < filter.rowCount(schema); ++child) {
            const QModelIndex index = filter.index(child, 0, schema);
            const CatalogueTable *table = model.table(filter.mapToSource(index));
            if (table && !table->partitions.isEmpty())
                visit(index, table->name);
        }
    }
}

} // namespace

TreeState TreeState::of(const QTreeView &tree, const TableFilter &filter, const TableTreeModel &model)
{
    TreeState state;
    state.m_isKnown = filter.rowCount() > 0;
    forEachBranch(filter, model, [&](const QModelIndex &index, const QualifiedName &name) {
        if (tree.isExpanded(index))
            state.m_open.insert(name);
    });
    if (const CatalogueTable *current = model.table(filter.mapToSource(tree.currentIndex())))
        state.m_current = current->oid;
    return state;
}

void TreeState::restore(QTreeView &tree, TableFilter &filter, TableTreeModel &model) const
{
    forEachBranch(filter, model, [&](const QModelIndex &index, const QualifiedName &name) {
        if (m_open.contains(name) || (!m_isKnown && name.name.isEmpty()))
            tree.setExpanded(index, true);
    });
    const QList<CatalogueTable> &tables = model.catalogue()->tables;
    const auto found = std::find_if(
        tables.begin(), tables.end(), [this](const CatalogueTable &table) { return table.oid == m_current; });
    if (m_current != 0 && found != tables.end())
        tree.setCurrentIndex(filter.mapFromSource(model.indexOf(int(found - tables.begin()))));
}

void expandFound(QTreeView &tree, const TableFilter &filter, const TableTreeModel &model)
{
    if (filter.text().isEmpty())
        return;
    forEachBranch(filter, model, [&](const QModelIndex &index, const QualifiedName &) {
        const int place = model.place(filter.mapToSource(index));
        if (place < 0 || !filter.isFound(place))
            tree.setExpanded(index, true);
    });
}

} // namespace Shardboard
