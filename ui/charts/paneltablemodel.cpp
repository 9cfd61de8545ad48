// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/paneltablemodel.h"

#include "dashboard/valueformat.h"
#include "ui/common/showntext.h"

#include <QCollator>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <numeric>

namespace Shardboard {

namespace {

// Type OIDs that are fixed in every PostgreSQL.
constexpr quint32 int8Oid = 20, int2Oid = 21, int4Oid = 23, oidOid = 26, float4Oid = 700, float8Oid = 701,
                  timestampTzOid = 1184, numericOid = 1700;

bool isNumber(quint32 oid)
{
    return oid == int8Oid || oid == int2Oid || oid == int4Oid || oid == oidOid || oid == float4Oid || oid == float8Oid
        || oid == numericOid;
}

constexpr qsizetype mostShownBytes = 2 * mostShownCharacters; ///< of a cell that is shown; copies are whole
constexpr qsizetype mostCellCharacters = 500;

/// The server's ISO form, "2026-11-21 10:41:00.5+00"; invalid for 'infinity' and years QDateTime does not know.
QDateTime moment(const QString &text)
{
    QString iso = text;
    if (const qsizetype space = iso.indexOf(u' '); space > 0)
        iso[space] = u'T';
    // The offset comes as "+00" or "+05:30"; Qt wants minutes.
    if (iso.size() > 3 && (iso.at(iso.size() - 3) == u'+' || iso.at(iso.size() - 3) == u'-'))
        iso += QStringLiteral(":00");
    return QDateTime::fromString(iso, Qt::ISODateWithMs);
}

} // namespace

void PanelTableModel::setTable(
    const ResultSet &table, const QList<FieldStyle> &fields, int limit, const QTimeZone &zone)
{
    const bool keepsColumns = table.fields == m_table.fields;
    beginResetModel();
    m_table = table;
    m_zone = zone;
    m_columns.clear();
    for (const ResultField &field : table.fields) {
        Column column;
        column.type = isNumber(field.typeOid) ? Column::Type::Number
            : field.typeOid == timestampTzOid ? Column::Type::Moment
                                              : Column::Type::Text;
        const auto style = std::find_if(
            fields.begin(), fields.end(), [&](const FieldStyle &one) { return one.column == field.name; });
        column.hasStyle = style != fields.end();
        column.style = column.hasStyle ? *style : FieldStyle();
        column.label = column.style.label.isEmpty() ? field.name : column.style.label;
        m_columns.push_back(column);
    }
    m_order.resize(size_t(limit > 0 ? std::min<qsizetype>(limit, table.rowCount()) : table.rowCount()));
    std::iota(m_order.begin(), m_order.end(), 0);
    endResetModel();
    if (keepsColumns && m_sortColumn >= 0)
        sort(m_sortColumn, m_sortOrder);
    else
        m_sortColumn = -1;
}

int PanelTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_order.size());
}

int PanelTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_columns.size());
}

// A cell may be many megabytes: only what can be seen of it is decoded.
QString PanelTableModel::shownStart(qsizetype row, int column) const
{
    const QByteArrayView cell = m_table.cell(row, column);
    const QString start = QString::fromUtf8(cell.first(std::min(cell.size(), mostShownBytes)));
    return cell.size() > mostShownBytes ? start + QChar(u'…') : start;
}

QString PanelTableModel::text(qsizetype row, int column) const
{
    const Column &shape = m_columns[size_t(column)];
    const QString sent = shownStart(row, column);
    if (shape.type == Column::Type::Moment) {
        const QDateTime at = moment(sent);
        if (!at.isValid())
            return sent;
        return formatTime(
            at.toMSecsSinceEpoch(), m_zone, at.time().msec() == 0 ? TimeDetail::Seconds : TimeDetail::Milliseconds);
    }
    if (shape.type != Column::Type::Number)
        return sent;
    if (shape.hasStyle && !(shape.style.unit.isEmpty() && shape.style.decimals < 0)) {
        bool ok = false;
        const double value = sent.toDouble(&ok);
        return ok ? formatValue(value, shape.style.unit, shape.style.decimals, QLocale()) : sent;
    }
    return formatExact(sent, QString(), QLocale());
}

QVariant PanelTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const qsizetype row = m_order[size_t(index.row())];
    const bool isNull = m_table.isNull(row, index.column());
    switch (role) {
    case Qt::DisplayRole:
        return isNull ? QStringLiteral("NULL") : shownText(text(row, index.column()), mostCellCharacters);
    case Qt::ToolTipRole:
        return isNull ? QString() : shownStart(row, index.column());
    case ExactRole:
        return isNull ? QString() : m_table.text(row, index.column());
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter
            | (m_columns[size_t(index.column())].type == Column::Type::Number ? Qt::AlignRight : Qt::AlignLeft));
    case IsNullRole:
        return isNull;
    default:
        return {};
    }
}

QVariant PanelTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const Column &column = m_columns[size_t(section)];
    switch (role) {
    case Qt::DisplayRole:
        return column.label;
    case Qt::ToolTipRole:
        return m_table.fields[section].name;
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter | (column.type == Column::Type::Number ? Qt::AlignRight : Qt::AlignLeft));
    default:
        return {};
    }
}

void PanelTableModel::sort(int column, Qt::SortOrder order)
{
    m_sortColumn = column;
    m_sortOrder = order;
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    std::vector<qsizetype> rowsBefore;
    for (const QModelIndex &index : before)
        rowsBefore.push_back(m_order[size_t(index.row())]);

    std::sort(m_order.begin(), m_order.end());
    if (column >= 0 && column < columnCount()) {
        QCollator collator;
        collator.setNumericMode(true);
        const bool isNumeric = m_columns[size_t(column)].type == Column::Type::Number;
        const auto isLess = [&](qsizetype a, qsizetype b) {
            if (isNumeric)
                return m_table.real(a, column) < m_table.real(b, column);
            return collator.compare(m_table.text(a, column), m_table.text(b, column)) < 0;
        };
        std::stable_sort(m_order.begin(), m_order.end(), [&](qsizetype a, qsizetype b) {
            const bool aIsNull = m_table.isNull(a, column), bIsNull = m_table.isNull(b, column);
            if (aIsNull || bIsNull)
                return bIsNull && !aIsNull;
            return order == Qt::AscendingOrder ? isLess(a, b) : isLess(b, a);
        });
    }
    QModelIndexList after;
    for (qsizetype i = 0; i < before.size(); ++i) {
        const auto place = std::find(m_order.begin(), m_order.end(), rowsBefore[size_t(i)]) - m_order.begin();
        after.append(index(int(place), before[i].column()));
    }
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

} // namespace Shardboard
