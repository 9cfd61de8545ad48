// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/results.h"

namespace Shardboard::Testing {

ResultSet resultOf(int columnCount, const QList<QStringList> &rows)
{
    auto batch = std::make_shared<RowBatch>(columnCount);
    for (const QStringList &row : rows) {
        Q_ASSERT(row.size() == columnCount);
        for (const QString &cell : row) {
            const QByteArray bytes = cell.toUtf8();
            if (cell.isNull())
                batch->appendNull();
            else
                batch->appendCell(bytes.constData(), bytes.size());
        }
    }
    ResultSet result;
    for (int column = 0; column < columnCount; ++column)
        result.fields << ResultField{QStringLiteral("column%1").arg(column + 1), 25, -1, 0};
    if (!rows.isEmpty())
        result.append(batch);
    return result;
}

} // namespace Shardboard::Testing
