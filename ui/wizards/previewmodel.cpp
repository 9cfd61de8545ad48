// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/previewmodel.h"

#include "ui/common/theme.h"

namespace Shardboard {

int PreviewModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_preview.rows.size());
}

int PreviewModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_preview.columns.size());
}

QVariant PreviewModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ImportPreviewRow &row = m_preview.rows.at(index.row());
    const bool hasFields = index.column() < row.values.size();
    const bool isNull = hasFields && !row.values.at(index.column());
    const bool isLeftOut = m_preview.columns.at(index.column()).target.isEmpty();
    switch (role) {
    case Qt::DisplayRole:
        if (!hasFields)
            return index.column() == 0 ? row.reason : QString();
        return isNull ? QStringLiteral("NULL") : *row.values.at(index.column());
    case Qt::ForegroundRole:
        if (!row.reason.isEmpty())
            return Theme::instance().error();
        return isNull || isLeftOut ? QVariant(Theme::instance().dimText()) : QVariant();
    case Qt::ToolTipRole:
        return row.reason.isEmpty() ? QVariant() : tr("Would be rejected: %1").arg(row.reason);
    default:
        return {};
    }
}

QVariant PreviewModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical && role == Qt::DisplayRole)
        return section < m_preview.rows.size() ? QVariant(m_preview.rows.at(section).line) : QVariant();
    if (orientation == Qt::Horizontal && section < m_preview.columns.size()) {
        const ImportColumn &column = m_preview.columns.at(section);
        if (role == Qt::DisplayRole)
            return column.name;
        if (role == Qt::ToolTipRole)
            return column.target.isEmpty() ? tr("left out") : QStringLiteral("%1 (%2)").arg(column.target, column.type);
    }
    return QAbstractTableModel::headerData(section, orientation, role);
}

void PreviewModel::setPreview(const ImportPreview &preview)
{
    beginResetModel();
    m_preview = preview;
    endResetModel();
}

} // namespace Shardboard
