// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/bytescan.h"

#include <QByteArray>
#include <QByteArrayView>

#include <vector>

namespace Shardboard {

/// One field of a CSV record, as it stands in the file. As for COPY, quoted parts may stand anywhere in it: a"b"c is
/// abc.
struct CsvField
{
    QByteArrayView raw; ///< with its quotes
    QByteArrayView text; ///< without them; what it means unless hasInnerQuotes
    bool isQuoted = false; ///< at least one part of it is
    bool hasInnerQuotes = false; ///< doubled ones, or quoted parts beside others: ask value()

    QByteArray value() const; ///< what the field means
};

enum class CsvFault {
    None,
    StrayQuote, ///< a quote inside an unquoted field that its line does not close
    TextAfterQuote, ///< a quoted part over several lines followed by more of the field
    UnclosedQuote, ///< the end came first
    BareCarriageReturn, ///< outside quotes and not before a newline
};
const char *describeFault(CsvFault fault);

/// Reads a field beginning at `p`. Returns where it ends: at a delimiter, a newline, or the carriage return before one.
/// [p, end) must end with a newline and be followed by ByteBuffer::padding readable bytes.
const char *readQuotedField(
    const char *p, const char *end, const FieldEndFinder &finder, CsvField &field, CsvFault &fault);
/// The rest of a field that began at `begin`, from `p` on, which is outside of quotes. Each further quoted part has to
/// end within its line: a lone quote, as in 5" disk, must not swallow the lines behind it.
const char *readMixedField(
    const char *begin, const char *p, const char *end, const FieldEndFinder &finder, CsvField &field, CsvFault &fault);

inline const char *readCsvField(
    const char *p, const char *end, const FieldEndFinder &finder, CsvField &field, CsvFault &fault)
{
    if (*p == '"')
        return readQuotedField(p, end, finder, field, fault);
    const char *stop = finder.find(p);
    if (*stop == '"')
        return readMixedField(p, stop, end, finder, field, fault);
    if (*stop == '\r' && stop[1] != '\n')
        fault = CsvFault::BareCarriageReturn;
    field.raw = field.text = {p, stop - p};
    field.isQuoted = field.hasInnerQuotes = false;
    return stop;
}

/// A record's fields, and where the next one begins. A record with a fault is one line of the file, whatever its quotes
/// say: what follows it is read afresh, so that a stray quote costs one line and not the rest of the file.
struct CsvRecord
{
    std::vector<CsvField> fields; ///< up to the fault
    CsvFault fault = CsvFault::None;
    const char *end = nullptr; ///< past the newline
};
/// As readCsvField() asks of [p, end).
CsvRecord readCsvRecord(const char *p, const char *end, char delimiter);

/// Where the last record that is sure to be complete ends; `begin` when there is none. What follows may change nothing
/// about the records before it. `begin` must be between two records; the last line may be cut off.
const char *lastCsvRecordEnd(const char *begin, const char *end, char delimiter);

} // namespace Shardboard
