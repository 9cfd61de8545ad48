// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/panelrows.h"

#include "dashboard/cellvalue.h"

#include <QStringList>

namespace Shardboard {

using namespace Qt::StringLiterals;

void PanelRows::fail(const QString &message, const QString &hint)
{
    if (!m_error)
        m_error = ServerError::usage(message, hint);
}

int PanelRows::column(const QString &name)
{
    if (name.isEmpty())
        return -1;
    const int index = m_rows.columnIndex(name);
    if (index < 0) {
        QStringList names;
        for (const ResultField &field : m_rows.fields)
            names << field.name;
        fail(u"The query gives no column “%1”."_s.arg(name), u"It gives: %1."_s.arg(names.join(u", "_s)));
    }
    return index;
}

std::optional<double> PanelRows::number(qsizetype row, int column)
{
    if (column < 0 || m_rows.isNull(row, column))
        return std::nullopt;
    const auto value = cellNumber(m_rows.cell(row, column));
    if (!value)
        fail(u"Column “%1” holds “%2”, which is no number."_s.arg(
            m_rows.fields.at(column).name, m_rows.text(row, column).left(80)));
    return value;
}

std::optional<qint64> PanelRows::time(qsizetype row, int column)
{
    if (column < 0 || m_rows.isNull(row, column))
        return std::nullopt;
    const auto value = cellTime(m_rows.cell(row, column));
    if (!value)
        fail(u"Column “%1” holds “%2”, which is no time a chart can show."_s.arg(
            m_rows.fields.at(column).name, m_rows.text(row, column).left(80)));
    return value;
}

ResultSet copyRows(const ResultSet &rows, const std::function<bool(qsizetype row)> &isWanted)
{
    auto batch = std::make_shared<RowBatch>(rows.columnCount());
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        if (!isWanted(row))
            continue;
        for (int column = 0; column < rows.columnCount(); ++column) {
            if (rows.isNull(row, column)) {
                batch->appendNull();
            } else {
                const QByteArrayView cell = rows.cell(row, column);
                batch->appendCell(cell.data(), cell.size());
            }
        }
    }
    ResultSet copy;
    copy.fields = rows.fields;
    copy.commandTag = rows.commandTag;
    copy.hasMoreRows = rows.hasMoreRows;
    copy.hasCutCells = rows.hasCutCells;
    copy.append(batch);
    return copy;
}

} // namespace Shardboard
