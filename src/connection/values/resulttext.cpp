// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/values/resulttext.h"

#include "connection/values/textquote.h"

namespace Shardboard {

namespace {

void appendPlainCell(QByteArray &text, QByteArrayView cell)
{
    for (const char c : cell)
        text += c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
}

template <typename AppendCell>
QByteArray lines(const ResultSet &result, char separator, AppendCell appendCell)
{
    QByteArray text;
    for (int column = 0; column < result.columnCount(); ++column) {
        if (column > 0)
            text += separator;
        appendCell(text, result.fields[column].name.toUtf8());
    }
    text += '\n';
    for (const SharedRowBatch &batch : result.batches()) {
        for (qsizetype row = 0; row < batch->rowCount(); ++row) {
            for (int column = 0; column < result.columnCount(); ++column) {
                if (column > 0)
                    text += separator;
                if (!batch->isNull(row, column))
                    appendCell(text, batch->cell(row, column));
            }
            text += '\n';
        }
    }
    return text;
}

} // namespace

QByteArray toCsv(const ResultSet &result)
{
    return lines(result, ',', appendCsvField);
}

QByteArray toTabSeparated(const ResultSet &result)
{
    return lines(result, '\t', appendPlainCell);
}

} // namespace Shardboard
