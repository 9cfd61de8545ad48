// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/preview.h"

#include "admin/import/bytesource.h"
#include "admin/import/csvgrammar.h"
#include "admin/import/importfile.h"
#include "admin/import/logline.h"
#include "admin/import/rowencoder.h"
#include "connection/syncsession.h"

namespace Shardboard {

namespace {

constexpr qsizetype previewChunk = 256 * 1024;

QList<std::optional<QString>> csvValues(QByteArrayView record, char delimiter, const QString &nullText)
{
    // The grammar wants what a chunk has: a newline at the end and room behind it.
    ByteBuffer bytes;
    bytes.append(record.data(), record.size());
    bytes.append('\n');
    QList<std::optional<QString>> values;
    for (const CsvField &field : readCsvRecord(bytes.data(), bytes.data() + bytes.size(), delimiter).fields) {
        const QString value = QString::fromUtf8(field.value());
        values.append(!field.isQuoted && value == nullText ? std::nullopt : std::optional(value));
    }
    return values;
}

QList<std::optional<QString>> logValues(QByteArrayView text, ImportFormat format)
{
    LogLine line;
    QList<std::optional<QString>> values;
    if (parseLogLine(text, line, format))
        return values;
    for (size_t field = 0; field < LogLine::fieldCount(format); ++field) {
        const auto &value = line.values[field];
        values.append(value ? std::optional(QString::fromUtf8(value->data(), qsizetype(value->size()))) : std::nullopt);
    }
    return values;
}

QList<ImportColumn> describeColumns(const ColumnPlan &plan, const TargetTable &table)
{
    QList<ImportColumn> columns;
    for (const auto &field : plan.fields) {
        ImportColumn column;
        column.name = field.name;
        if (field.target) {
            column.target = table.columns[*field.target].name;
            column.type = table.columns[*field.target].check.type;
        }
        columns.append(column);
    }
    return columns;
}

/// Good and rejected rows in the order of the file.
Outcome<QList<ImportPreviewRow>> readRows(const ImportFile &file, const EncoderSettings &encoder, int limit)
{
    using Rows = QList<ImportPreviewRow>;
    auto source = ByteSource::open(file.settings.file);
    if (!source)
        return source.failure<Rows>();
    if (auto sought = (*source)->seek(file.data.begin); !sought)
        return sought.failure<Rows>();
    RecordSplitter splitter(**source, encoder.layout, file.data);
    Chunk chunk;
    const auto more = splitter.next(chunk, previewChunk);
    if (!more)
        return more.failure<Rows>();
    if (!*more)
        return Rows();
    EncodedChunk encoded;
    const auto rowEncoder = makeEncoder(encoder);
    rowEncoder->encode(chunk, encoded, true);

    const auto valuesOf = [&](QByteArrayView text) {
        return isAccessLog(encoder.format) ? logValues(text, encoder.format)
                                           : csvValues(text, encoder.layout.delimiter, file.settings.nullText);
    };
    Rows rows;
    auto place = encoded.places.begin();
    auto reject = encoded.rejects.begin();
    while (rows.size() < limit && (place != encoded.places.end() || reject != encoded.rejects.end())) {
        const bool isGood
            = reject == encoded.rejects.end() || (place != encoded.places.end() && place->line < reject->line);
        if (isGood) {
            rows.append({place->line, valuesOf(place->text), {}});
            ++place;
        } else {
            rows.append({reject->line, valuesOf(reject->text), QString::fromUtf8(reject->reason)});
            ++reject;
        }
    }
    return rows;
}

} // namespace

Outcome<ImportSettings> guessFormat(const ImportSettings &settings)
{
    const auto file = inspectFile(settings);
    return file ? Outcome<ImportSettings>(file->settings) : file.failure<ImportSettings>();
}

Outcome<ImportPreview> previewImport(SyncSession &session, const ImportSettings &settings, int rowLimit)
{
    const auto file = inspectFile(settings);
    if (!file)
        return file.failure<ImportPreview>();
    const auto table = readTargetTable(session, settings.table);
    if (!table)
        return table.failure<ImportPreview>();
    const ColumnPlan plan = planColumns(file->settings, file->columns, *table);
    ImportPreview preview;
    preview.settings = file->settings;
    preview.columns = describeColumns(plan, *table);
    for (const auto &column : table->columns) {
        if (!column.isGenerated)
            preview.tableColumns.append(column.name);
    }
    preview.notes = file->notes + plan.notes;
    preview.problems = plan.problems;
    auto rows = readRows(*file, makeEncoderSettings(file->settings, plan, *table), rowLimit);
    if (!rows)
        return rows.failure<ImportPreview>();
    preview.rows = std::move(rows).value();
    return preview;
}

} // namespace Shardboard
