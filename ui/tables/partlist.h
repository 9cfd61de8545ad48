// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

namespace Shardboard {

/// A cell of a list in the detail pane: what is shown, and by what it sorts when that is not the text.
struct PartCell
{
    QString text;
    QVariant order = {}; ///< a number sorts as one and stands at the right; invalid: the text
    QString toolTip = {};
    bool isDim = false;
};

/// Columns, indexes, shards … of one table, read only. Small: a table has at most some thousand shards.
class PartListModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role { OrderRole = Qt::UserRole };
    Q_ENUM(Role)

    explicit PartListModel(const QStringList &headers, QObject *parent = nullptr);
    void setRows(const QList<QList<PartCell>> &rows);
    const PartCell &cell(int row, int column) const { return m_rows.at(row).at(column); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    bool isFigureColumn(int column) const;

    QStringList m_headers;
    QList<QList<PartCell>> m_rows;
};

} // namespace Shardboard
