// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/tables/tabletreemodel.h"

#include <QSortFilterProxyModel>

#include <vector>

namespace Shardboard {

/// What is shown of the tree and in which order. A text is looked for in names, kinds and columns; what matches brings
/// what is above and below it along. One pass over the catalogue a keystroke.
class TableFilter final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit TableFilter(TableTreeModel &model, QObject *parent = nullptr);

    /// Words in any order, all of them must be found; upper and lower case are the same. Views, materialised views and
    /// foreign tables are left out unless asked for.
    void set(const QString &text, bool showsViews);
    QString text() const { return m_words.join(QLatin1Char(' ')); }
    /// Matches itself or lies below one that does; else it is shown for what is below it.
    bool isFound(int place) const { return m_found.at(size_t(place)); }
    /// Tables left of all, partitions not counted.
    std::pair<int, int> tableCounts() const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    void judgeAll();
    bool judge(int place, bool isAboveAccepted);
    bool matches(const CatalogueTable &table) const;

    TableTreeModel &m_model;
    QStringList m_words;
    bool m_showsViews = false;
    std::vector<bool> m_accepted; ///< by place in Catalogue::tables
    std::vector<bool> m_found;
};

} // namespace Shardboard
