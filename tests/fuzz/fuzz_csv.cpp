// SPDX-License-Identifier: GPL-3.0-or-later
// CSV records on their way to COPY: each one is loaded or rejected, none is lost.
#include "admin/import/csvgrammar.h"
#include "admin/import/rowencoder.h"
#include "tests/fuzz/fuzzing.h"

using namespace Shardboard;

namespace {

EncoderSettings settingsFor(uint8_t choice)
{
    EncoderSettings settings;
    settings.layout.delimiter = (choice & 1) != 0 ? ';' : ',';
    settings.layout.hasQuotes = true;
    settings.table = QStringLiteral("t");
    settings.columns = QStringLiteral("a, b");
    const auto field = [](const char *name, auto kind) {
        ValueCheck check;
        check.kind = kind;
        check.column = QString::fromLatin1(name);
        check.type = QStringLiteral("type");
        return check;
    };
    using Kind = decltype(ValueCheck::kind);
    constexpr Kind kinds[]
        = {Kind::Int4, Kind::Text, Kind::Numeric, Kind::Timestamp, Kind::Json, Kind::Bytea, Kind::Float, Kind::Uuid};
    settings.fields
        = {field("a", kinds[(choice >> 1) & 7]), field("b", (choice & 16) != 0 ? Kind::Ignored : Kind::Text)};
    if ((choice & 32) != 0)
        settings.constants = {"const"};
    return settings;
}

} // namespace

SHARDBOARD_FUZZ_TARGET(csv)(const QByteArray &input)
{
    if (input.size() < 2)
        return;
    const EncoderSettings settings = settingsFor(uint8_t(input[0]));
    QByteArray content = input.mid(1);
    content += '\n';
    // As the splitter does: up to where records are sure to be complete.
    const char *begin = content.constData();
    const auto whole = lastCsvRecordEnd(begin, begin + content.size(), settings.layout.delimiter) - begin;
    if (whole == 0)
        return;
    Chunk chunk;
    chunk.bytes.append(begin, whole);
    chunk.range = {0, whole, 1};
    EncodedChunk out;
    const auto encoder = makeEncoder(settings); // what it gives out is its own
    encoder->encode(chunk, out, (input[0] & 64) != 0);
    Fuzzing::require(out.records() <= content.count('\n'), "no more records than lines");
    Fuzzing::require(out.rows == 0 || out.data.endsWith('\n'), "the last row ends");
}
