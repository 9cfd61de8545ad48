// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/resultset.h"
#include "dashboard/document.h"

#include <QAbstractTableModel>
#include <QTimeZone>

#include <vector>

namespace Shardboard {

/// The rows behind a panel. Columns with a style are labelled and printed by it; every other cell shows what the server
/// sent, moments in the zone of the display. Sorting reorders the view, the rows stay as they came.
class PanelTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Role {
        IsNullRole = Qt::UserRole,
        ExactRole, ///< the server's own text
    };
    Q_ENUM(Role)

    using QAbstractTableModel::QAbstractTableModel;

    void setTable(const ResultSet &table, const QList<FieldStyle> &fields, int limit, const QTimeZone &zone);
    const ResultSet &table() const { return m_table; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// Numbers by value, moments by time, all else by the locale's collation; NULL last. A negative column: as it came.
    void sort(int column, Qt::SortOrder order) override;

private:
    struct Column
    {
        enum class Type { Text, Number, Moment };
        Type type = Type::Text;
        QString label;
        bool hasStyle = false;
        FieldStyle style;
    };
    QString shownStart(qsizetype row, int column) const;
    QString text(qsizetype row, int column) const;

    ResultSet m_table;
    std::vector<Column> m_columns;
    std::vector<qsizetype> m_order; ///< row of the view → row of the table
    QTimeZone m_zone;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

} // namespace Shardboard
