// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tables/partlist.h"

#include "ui/common/theme.h"

namespace Shardboard {

PartListModel::PartListModel(const QStringList &headers, QObject *parent)
    : QAbstractTableModel(parent), m_headers(headers)
{
}

void PartListModel::setRows(const QList<QList<PartCell>> &rows)
{
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

int PartListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int PartListModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_headers.size());
}

bool PartListModel::isFigureColumn(int column) const
{
    return !m_rows.isEmpty() && m_rows.first().at(column).order.isValid();
}

QVariant PartListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const PartCell &shown = cell(index.row(), index.column());
    switch (role) {
    case Qt::DisplayRole:
        return shown.text;
    case Qt::ToolTipRole:
        return shown.toolTip.isEmpty() ? shown.text : shown.toolTip;
    case Qt::ForegroundRole:
        return shown.isDim ? QVariant(Theme::instance().dimText()) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((shown.order.isValid() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case OrderRole:
        return shown.order.isValid() ? shown.order : QVariant(shown.text);
    default:
        return {};
    }
}

QVariant PartListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::DisplayRole)
        return m_headers.value(section);
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((isFigureColumn(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return {};
}

} // namespace Shardboard
