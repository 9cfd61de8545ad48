// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/csvgrammar.h"

namespace Shardboard {

namespace {

enum class Closing {
    Closed,
    Open, ///< the end came before the closing quote, or too soon after it to tell
    Malformed, ///< something other than a delimiter or a line end follows
};

/// Looks for the quote that closes what begins at `p`, just past the opening one; leaves it in `close`.
Closing findClosingQuote(const char *p, const char *end, char delimiter, const char *&close, bool &hasDoubledQuotes)
{
    for (;;) {
        close = findByte(p, end, '"');
        if (!close || close + 1 == end)
            return Closing::Open;
        const char next = close[1];
        if (next == '"') {
            hasDoubledQuotes = true;
            p = close + 2;
            continue;
        }
        if (next == delimiter || next == '\n')
            return Closing::Closed;
        if (next != '\r')
            return Closing::Malformed;
        if (close + 2 == end)
            return Closing::Open;
        return close[2] == '\n' ? Closing::Closed : Closing::Malformed;
    }
}

} // namespace

QByteArray CsvField::value() const
{
    QByteArray value = text.toByteArray();
    if (hasDoubledQuotes)
        value.replace("\"\"", "\"");
    return value;
}

const char *describeFault(CsvFault fault)
{
    switch (fault) {
    case CsvFault::None:
        return "";
    case CsvFault::StrayQuote:
        return "a quote inside an unquoted field";
    case CsvFault::TextAfterQuote:
        return "text after the closing quote of a field";
    case CsvFault::UnclosedQuote:
        return "a quote that is never closed";
    case CsvFault::BareCarriageReturn:
        return "a carriage return that ends no line";
    }
    return "";
}

const char *readQuotedField(const char *p, const char *end, char delimiter, CsvField &field, CsvFault &fault)
{
    field.isQuoted = true;
    field.hasDoubledQuotes = false;
    const char *close = nullptr;
    switch (findClosingQuote(p + 1, end, delimiter, close, field.hasDoubledQuotes)) {
    case Closing::Open:
        fault = CsvFault::UnclosedQuote;
        return end;
    case Closing::Malformed:
        fault = CsvFault::TextAfterQuote;
        return close;
    case Closing::Closed:
        break;
    }
    field.text = {p + 1, close - p - 1};
    field.raw = {p, close + 1 - p};
    return close + 1;
}

CsvRecord readCsvRecord(const char *p, const char *end, char delimiter)
{
    const FieldEndFinder finder(delimiter);
    CsvRecord record;
    const char *begin = p;
    for (;;) {
        CsvField field;
        p = readCsvField(p, end, finder, delimiter, field, record.fault);
        if (record.fault != CsvFault::None) {
            record.end = findByte(begin, end, '\n') + 1;
            return record;
        }
        record.fields.push_back(field);
        if (*p != delimiter)
            break;
        ++p;
    }
    record.end = p + (*p == '\r' ? 2 : 1);
    return record;
}

const char *lastCsvRecordEnd(const char *begin, const char *end, char delimiter)
{
    // Hops from quote to quote: what lies between is searched for its last newline only.
    const char *recordBegin = begin;
    const char *p = begin; // outside quotes
    for (;;) {
        const char *quote = findByte(p, end, '"');
        if (const char *newline = findLastByte(p, quote ? quote : end, '\n'))
            recordBegin = newline + 1;
        if (!quote)
            return recordBegin;
        const char *close = nullptr;
        bool hasDoubledQuotes = false;
        auto closing = Closing::Malformed;
        if (quote == recordBegin || quote[-1] == delimiter)
            closing = findClosingQuote(quote + 1, end, delimiter, close, hasDoubledQuotes);
        if (closing == Closing::Open)
            return recordBegin;
        if (closing == Closing::Closed) {
            p = close + 1;
            continue;
        }
        const char *newline = findByte(recordBegin, end, '\n');
        if (!newline)
            return recordBegin;
        p = recordBegin = newline + 1;
    }
}

} // namespace Shardboard
