// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/tablefilter.h"

#include <algorithm>

namespace Shardboard {

TableFilter::TableFilter(TableTreeModel &model, QObject *parent) : QSortFilterProxyModel(parent), m_model(model)
{
    connect(&model, &TableTreeModel::replaced, this, &TableFilter::judgeAll);
    judgeAll();
    setSourceModel(&model);
    setDynamicSortFilter(true);
}

void TableFilter::set(const QString &text, bool showsViews)
{
    m_words = text.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    m_showsViews = showsViews;
    judgeAll();
    invalidateFilter();
}

std::pair<int, int> TableFilter::tableCounts() const
{
    int shown = 0, all = 0;
    for (const int place : m_model.catalogue()->roots) {
        if (!m_model.catalogue()->tables.at(place).isTable() && !m_showsViews)
            continue;
        ++all;
        shown += m_accepted.at(size_t(place));
    }
    return {shown, all};
}

void TableFilter::judgeAll()
{
    m_accepted.assign(size_t(m_model.catalogue()->tables.size()), false);
    m_found = m_accepted;
    for (const int place : m_model.catalogue()->roots)
        judge(place, false);
}

bool TableFilter::judge(int place, bool isAboveAccepted)
{
    const CatalogueTable &table = m_model.catalogue()->tables.at(place);
    if (!m_showsViews && (table.kind == TableKind::Foreign || !table.isTable()))
        return false;
    const bool isFound = isAboveAccepted || matches(table);
    bool isAccepted = isFound;
    for (const int partition : table.partitions)
        isAccepted |= judge(partition, isFound);
    m_accepted[size_t(place)] = isAccepted;
    m_found[size_t(place)] = isFound;
    return isAccepted;
}

bool TableFilter::matches(const CatalogueTable &table) const
{
    return std::all_of(m_words.begin(), m_words.end(), [&table](const QString &word) {
        return table.name.name.contains(word, Qt::CaseInsensitive)
            || (!table.isPartition()
                && (table.name.schema.contains(word, Qt::CaseInsensitive)
                    || tableKindText(table.kind).startsWith(word, Qt::CaseInsensitive)
                    || table.distributionColumn.contains(word, Qt::CaseInsensitive)));
    });
}

bool TableFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QModelIndex index = m_model.index(row, 0, parent);
    if (const int place = m_model.place(index); place >= 0)
        return m_accepted.at(size_t(place));
    for (int child = 0; child < m_model.rowCount(index); ++child) {
        if (m_accepted.at(size_t(m_model.place(m_model.index(child, 0, index)))))
            return true;
    }
    return false;
}

bool TableFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const CatalogueTable *a = m_model.table(left), *b = m_model.table(right);
    if (!a || !b) // schemas stay in their order, whichever way the tables are sorted
        return sortOrder() == Qt::AscendingOrder ? left.row() < right.row() : left.row() > right.row();
    const auto byOrder
        = [&left, &right](auto mine, auto theirs) { return mine != theirs ? mine < theirs : left.row() < right.row(); };
    switch (left.column()) {
    case TableTreeModel::Kind:
        return a->isPartition() ? left.row() < right.row() : byOrder(a->kind, b->kind);
    case TableTreeModel::DistributionColumn:
        return byOrder(a->distributionColumn, b->distributionColumn);
    case TableTreeModel::Colocation:
        return byOrder(a->colocationId, b->colocationId);
    case TableTreeModel::Shards:
        return byOrder(a->shardCount, b->shardCount);
    case TableTreeModel::Size:
        return byOrder(a->bytes, b->bytes);
    case TableTreeModel::Rows:
        return byOrder(a->rows, b->rows);
    case TableTreeModel::Partitions:
        return byOrder(a->partitionCount, b->partitionCount);
    default: // the order of the catalogue: by name, partitions by their bounds
        return left.row() < right.row();
    }
}

} // namespace Shardboard
