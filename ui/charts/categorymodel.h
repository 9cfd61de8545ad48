// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/paneldata.h"

#include <QAbstractTableModel>

namespace Shardboard {

/// The rows of a bar list or a share, largest first.
class CategoryModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { LabelColumn, ValueColumn, ShareColumn, ColumnCount };
    Q_ENUM(Column)
    enum Role {
        FractionRole = Qt::UserRole, ///< of the largest value, 0…1: how long the bar is
        ShareRole, ///< of the sum of all rows, 0…1
        IsNullRole, ///< the label is the server's NULL
        BandRole, ///< "± 1.6 %", empty without a band
    };
    Q_ENUM(Role)

    using QAbstractTableModel::QAbstractTableModel;

    void setCategories(const QList<Category> &categories);
    const QList<Category> &categories() const { return m_categories; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const Category &category, int column) const;
    QString toolTip(const Category &category) const;

    QList<Category> m_categories;
    double m_largest = 0;
    double m_sum = 0;
};

} // namespace Shardboard
