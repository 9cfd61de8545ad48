// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/categorymodel.h"

#include "dashboard/valueformat.h"
#include "ui/common/showntext.h"

#include <algorithm>

namespace Shardboard {

namespace {
double sizeOf(const Category &category)
{
    return std::max(0.0, category.figure.value.value_or(0));
}
} // namespace

void CategoryModel::setCategories(const QList<Category> &categories)
{
    const bool keepsRows = categories.size() == m_categories.size();
    // Rows that stay keep selection and scroll position: a refresh must not throw the reader back to the top.
    if (!keepsRows)
        beginResetModel();
    m_categories = categories;
    m_largest = m_sum = 0;
    for (const Category &category : m_categories) {
        m_largest = std::max(m_largest, sizeOf(category));
        m_sum += sizeOf(category);
    }
    if (!keepsRows)
        endResetModel();
    else if (!m_categories.isEmpty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int CategoryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_categories.size());
}

int CategoryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString CategoryModel::text(const Category &category, int column) const
{
    switch (column) {
    case LabelColumn:
        return category.isNull ? QStringLiteral("NULL") : shownText(category.label);
    case ValueColumn:
        return category.figure.value
            ? formatValue(*category.figure.value, category.figure.unit, category.figure.decimals, QLocale())
            : QStringLiteral("NULL");
    default:
        return m_sum > 0 ? formatValue(sizeOf(category) / m_sum, QStringLiteral("percent"), 1, QLocale()) : QString();
    }
}

QString CategoryModel::toolTip(const Category &category) const
{
    const QString exact = category.figure.value ? formatExact(category.figure.exact, category.figure.unit, QLocale())
                                                : QStringLiteral("NULL");
    return text(category, LabelColumn) + QStringLiteral(": ") + exact;
}

QVariant CategoryModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Category &category = m_categories[index.row()];
    const Figure &figure = category.figure;
    switch (role) {
    case Qt::DisplayRole:
        return text(category, index.column());
    case Qt::ToolTipRole:
        return toolTip(category);
    case Qt::AccessibleTextRole:
        return tr("%1: %2, %3")
            .arg(text(category, LabelColumn), text(category, ValueColumn), text(category, ShareColumn));
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter | (index.column() == LabelColumn ? Qt::AlignLeft : Qt::AlignRight));
    case FractionRole:
        return m_largest > 0 ? sizeOf(category) / m_largest : 0.0;
    case ShareRole:
        return m_sum > 0 ? sizeOf(category) / m_sum : 0.0;
    case IsNullRole:
        return category.isNull;
    case BandRole:
        return figure.value && figure.low && figure.high ? formatBand(figure.value, figure.low, figure.high, QLocale())
                                                         : QString();
    default:
        return {};
    }
}

QVariant CategoryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case LabelColumn:
        return tr("Name");
    case ValueColumn:
        return tr("Value");
    default:
        return tr("Share");
    }
}

} // namespace Shardboard
