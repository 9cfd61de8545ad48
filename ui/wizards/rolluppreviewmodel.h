// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/resultset.h"

#include <QAbstractTableModel>

namespace Shardboard {

/// Rows as a rollup would hold them: numbers at the right, NULL dim, times in UTC as the server prints them.
class RollupPreviewModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void setRows(const ResultSet &rows);

private:
    bool isNumber(int column) const;

    ResultSet m_rows;
};

} // namespace Shardboard
