// SPDX-License-Identifier: GPL-3.0-or-later
// Cells as a server, or what poses as one, sends them, and the panels that are built of them.
#include "connection/decode.h"
#include "dashboard/cellvalue.h"
#include "dashboard/panelbuilder.h"
#include "tests/fuzz/fuzzing.h"

using namespace Shardboard;

namespace {

ResultSet rowsOf(const QByteArray &text)
{
    ResultSet rows;
    rows.fields = {{QStringLiteral("t"), 1184}, {QStringLiteral("c"), 25}, {QStringLiteral("n"), 20}};
    auto batch = std::make_shared<RowBatch>(3);
    for (const QByteArray &line : text.split('\n')) {
        const QByteArrayList cells = line.split('\t');
        for (int column = 0; column < 3; ++column) {
            const QByteArray cell = cells.value(column);
            if (cell == "\\N")
                batch->appendNull();
            else
                batch->appendCell(cell.constData(), cell.size());
        }
    }
    rows.append(batch);
    return rows;
}

} // namespace

SHARDBOARD_FUZZ_TARGET(decode)(const QByteArray &input)
{
    if (input.isEmpty())
        return;
    const QByteArray text = input.mid(1);
    (void)decodeInteger(text);
    (void)decodeReal(text);
    (void)decodeBoolean(text);
    (void)decodeTimestamp(text);
    (void)decodeInterval(text);
    (void)cellNumber(text);
    (void)cellTime(text);
    Panel panel;
    constexpr Panel::Kind kinds[]
        = {Panel::Kind::TimeSeries, Panel::Kind::Stat, Panel::Kind::Bars, Panel::Kind::Share, Panel::Kind::Table};
    panel.kind = kinds[uint8_t(input[0]) % 5];
    panel.timeColumn = (input[0] & 8) != 0 ? QStringLiteral("t") : QString();
    panel.categoryColumn = (input[0] & 16) != 0 ? QStringLiteral("c") : QString();
    panel.limit = (input[0] & 32) != 0 ? 3 : 0;
    FieldStyle field;
    field.column = QStringLiteral("n");
    panel.fields = {field};
    (void)buildPanelData(panel, rowsOf(text), (input[0] & 64) != 0 ? 60'000 : 0);
}
