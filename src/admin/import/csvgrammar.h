// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/bytescan.h"

#include <QByteArray>
#include <QByteArrayView>

#include <vector>

namespace Shardboard {

/// One field of a CSV record, as it stands in the file.
struct CsvField
{
    QByteArrayView raw; ///< with its quotes
    QByteArrayView text; ///< without them; doubled quotes are still doubled
    bool isQuoted = false;
    bool hasDoubledQuotes = false;

    QByteArray value() const; ///< what the field means
};

enum class CsvFault {
    None,
    StrayQuote, ///< a quote inside an unquoted field
    TextAfterQuote, ///< a closing quote followed by more of the field
    UnclosedQuote, ///< the end came first
    BareCarriageReturn, ///< outside quotes and not before a newline
};
const char *describeFault(CsvFault fault);

/// Reads a field beginning at `p`. Returns where it ends: at a delimiter, a newline, or the carriage return before one.
/// [p, end) must end with a newline and be followed by ByteBuffer::padding readable bytes.
const char *readQuotedField(const char *p, const char *end, char delimiter, CsvField &field, CsvFault &fault);

inline const char *readCsvField(
    const char *p, const char *end, const FieldEndFinder &finder, char delimiter, CsvField &field, CsvFault &fault)
{
    if (*p == '"')
        return readQuotedField(p, end, delimiter, field, fault);
    const char *stop = finder.find(p);
    if (*stop == '"')
        fault = CsvFault::StrayQuote;
    else if (*stop == '\r' && stop[1] != '\n')
        fault = CsvFault::BareCarriageReturn;
    field.raw = field.text = {p, stop - p};
    field.isQuoted = field.hasDoubledQuotes = false;
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
