// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/rolluppreviewmodel.h"

#include "ui/common/theme.h"

#include <array>

namespace Shardboard {

int RollupPreviewModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.rowCount());
}

int RollupPreviewModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_rows.columnCount();
}

bool RollupPreviewModel::isNumber(int column) const
{
    // int8, int2, int4, float4, float8, numeric
    static constexpr std::array<quint32, 6> numbers{20, 21, 23, 700, 701, 1700};
    return std::ranges::find(numbers, m_rows.fields.at(column).typeOid) != numbers.end();
}

QVariant RollupPreviewModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const bool isNull = m_rows.isNull(index.row(), index.column());
    switch (role) {
    case Qt::DisplayRole:
        return isNull ? QStringLiteral("NULL") : m_rows.text(index.row(), index.column()).left(200);
    case Qt::ToolTipRole:
        return isNull ? QVariant() : m_rows.text(index.row(), index.column());
    case Qt::ForegroundRole:
        return isNull ? QVariant(Theme::instance().dimText()) : QVariant();
    case Qt::TextAlignmentRole:
        return int((isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default:
        return {};
    }
}

QVariant RollupPreviewModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::DisplayRole && section < m_rows.columnCount())
        return m_rows.fields.at(section).name;
    return QAbstractTableModel::headerData(section, orientation, role);
}

void RollupPreviewModel::setRows(const ResultSet &rows)
{
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

} // namespace Shardboard
