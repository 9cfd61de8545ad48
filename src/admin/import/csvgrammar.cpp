// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/csvgrammar.h"

namespace Shardboard {

namespace {

/// The quote that closes what begins at `p`, just past the opening one; nullptr when there is none.
const char *findClosingQuote(const char *p, const char *end, bool &hasDoubledQuotes)
{
    for (;;) {
        const char *close = findByte(p, end, '"');
        if (!close || close + 1 == end || close[1] != '"')
            return close;
        hasDoubledQuotes = true;
        p = close + 2;
    }
}

/// The same within the line.
const char *findClosingQuoteInLine(const char *p, const char *end)
{
    bool ignored = false;
    const char *newline = findByte(p, end, '\n');
    return newline ? findClosingQuote(p, newline + 1, ignored) : nullptr;
}

bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

} // namespace

QByteArray CsvField::value() const
{
    if (!hasInnerQuotes)
        return text.toByteArray();
    QByteArray value;
    value.reserve(raw.size());
    bool isInside = false;
    for (qsizetype i = 0; i < raw.size(); ++i) {
        if (raw[i] != '"') {
            value += raw[i];
        } else if (isInside && i + 1 < raw.size() && raw[i + 1] == '"') {
            value += '"';
            ++i;
        } else {
            isInside = !isInside;
        }
    }
    return value;
}

const char *describeFault(CsvFault fault)
{
    switch (fault) {
    case CsvFault::None:
        return "";
    case CsvFault::StrayQuote:
        return "a quote inside an unquoted field that the line does not close";
    case CsvFault::TextAfterQuote:
        return "text after a quoted part of several lines";
    case CsvFault::UnclosedQuote:
        return "a quote that is never closed";
    case CsvFault::BareCarriageReturn:
        return "a carriage return that ends no line";
    }
    return "";
}

const char *readQuotedField(
    const char *p, const char *end, const FieldEndFinder &finder, CsvField &field, CsvFault &fault)
{
    field.isQuoted = true;
    field.hasInnerQuotes = false;
    const char *close = findClosingQuote(p + 1, end, field.hasInnerQuotes);
    if (!close) {
        fault = CsvFault::UnclosedQuote;
        return end;
    }
    const char *stop = finder.find(close + 1);
    const bool isAtEnd = stop == close + 1 && *stop != '"' && !(*stop == '\r' && stop[1] != '\n');
    if (!isAtEnd)
        return readMixedField(p, close + 1, end, finder, field, fault);
    field.text = {p + 1, close - p - 1};
    field.raw = {p, close + 1 - p};
    return stop;
}

const char *readMixedField(
    const char *begin, const char *p, const char *end, const FieldEndFinder &finder, CsvField &field, CsvFault &fault)
{
    field.isQuoted = field.hasInnerQuotes = true;
    // Behind a part of several lines, more text is the sign of a quote that was meant to end before.
    const bool isOfOneLine = !findByte(begin, p, '\n');
    const char *stop = finder.find(p);
    while (!isOfOneLine && p != stop && isBlank(*p))
        ++p;
    if (!isOfOneLine && (p != stop || *stop == '"'))
        fault = CsvFault::TextAfterQuote;
    while (fault == CsvFault::None && *stop == '"') {
        const char *close = findClosingQuoteInLine(stop + 1, end);
        if (close)
            stop = finder.find(close + 1);
        else
            fault = CsvFault::StrayQuote;
    }
    if (fault == CsvFault::None && *stop == '\r' && stop[1] != '\n')
        fault = CsvFault::BareCarriageReturn;
    field.raw = field.text = {begin, stop - begin};
    return stop;
}

CsvRecord readCsvRecord(const char *p, const char *end, char delimiter)
{
    const FieldEndFinder finder(delimiter);
    CsvRecord record;
    const char *begin = p;
    for (;;) {
        CsvField field;
        p = readCsvField(p, end, finder, field, record.fault);
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

namespace {

enum class Part {
    Closed,
    Open, ///< the end came too soon to tell
    Faulty, ///< the record is one line
};

/// What stands at `p`, behind a quoted part of several lines: only blanks may.
Part judgeEnd(const char *p, const char *end, char delimiter)
{
    while (p != end && *p != delimiter && isBlank(*p))
        ++p;
    if (p == end || (*p == '\r' && p + 1 == end))
        return Part::Open;
    const bool isEnd = *p == delimiter || *p == '\n' || (*p == '\r' && p[1] == '\n');
    return isEnd ? Part::Closed : Part::Faulty;
}

/// As readCsvField() judges the quoted part that begins at `quote`; leaves its closing quote in `close`.
Part judgePart(const char *quote, const char *end, char delimiter, bool beginsField, const char *&close)
{
    if (!beginsField) {
        close = findClosingQuoteInLine(quote + 1, end);
        if (close)
            return Part::Closed;
        return findByte(quote, end, '\n') ? Part::Faulty : Part::Open;
    }
    bool ignored = false;
    close = findClosingQuote(quote + 1, end, ignored);
    if (!close || close + 1 == end)
        return Part::Open;
    return findByte(quote, close, '\n') ? judgeEnd(close + 1, end, delimiter) : Part::Closed;
}

} // namespace

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
        const bool beginsField = quote == recordBegin || quote[-1] == delimiter;
        const char *close = nullptr;
        const Part part = judgePart(quote, end, delimiter, beginsField, close);
        if (part == Part::Open)
            return recordBegin;
        if (part == Part::Closed) {
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
