// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/rowencoder.h"

#include "admin/import/csvencoder.h"
#include "admin/import/logencoder.h"

#include <algorithm>

namespace Shardboard {

namespace {
constexpr qsizetype longestRecord = 8 * 1024 * 1024; // shared by the connections
}

void RowEncoder::encode(Chunk &chunk, EncodedChunk &out, bool wantsPlaces)
{
    out.data = {};
    out.rows = 0;
    out.withMore = out.withoutAddress = 0;
    out.rejects.clear();
    out.places.clear();
    if (!chunk.exceededLimit) {
        encodeRecords(chunk, out, wantsPlaces);
        return;
    }
    const QByteArray limit = QByteArray::number(*chunk.exceededLimit / (1024 * 1024));
    const QByteArray length = QByteArray::number(chunk.range.end - chunk.range.begin);
    out.rejects.push_back({chunk.range.firstLine,
        "the line is " + length + " bytes long, more than " + limit + " MiB; only its beginning is kept here",
        QByteArray(chunk.bytes.data(), chunk.bytes.size())});
}

EncoderSettings makeEncoderSettings(const ImportSettings &settings, const ColumnPlan &plan, const TargetTable &table)
{
    EncoderSettings made;
    made.format = settings.format.value_or(ImportFormat::Csv);
    made.layout = {
        !isAccessLog(made.format), settings.delimiter.value_or(','), longestRecord / std::max(settings.connections, 1)};
    made.nullText = settings.nullText.toUtf8();
    made.table = table.name.quoted();
    made.columns = plan.columnNames(table).join(QStringLiteral(", "));
    for (const auto &field : plan.fields) {
        ValueCheck check;
        check.kind = CheckedKind::Ignored;
        made.fields.push_back(field.target ? table.columns[*field.target].check : check);
    }
    for (const auto &constant : plan.constants)
        made.constants.push_back(constant.value.toUtf8());
    return made;
}

std::unique_ptr<RowEncoder> makeEncoder(const EncoderSettings &settings)
{
    if (isAccessLog(settings.format))
        return std::make_unique<LogEncoder>(settings);
    return std::make_unique<CsvEncoder>(settings);
}

} // namespace Shardboard
