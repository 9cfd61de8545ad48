// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/import/bytesource.h"
#include "admin/import/chunk.h"

#include <limits>

namespace Shardboard {

/// How a file's records are told apart.
struct RecordLayout
{
    bool hasQuotes = false; ///< a newline between quotes ends no record
    char delimiter = ','; ///< matters only with quotes
    /// A longer record is rejected: this bounds the memory of an import, whatever the file.
    qsizetype maximumRecord = 8 * 1024 * 1024;
};

/// Cuts a file into chunks of whole records. Holds the file's end that is not yet a record, never more than a record
/// may be long. One thread at a time.
class RecordSplitter
{
public:
    /// How much of a record that is too long is kept to be shown.
    static constexpr qsizetype oversizedSample = 1024;

    /// `source` must stand at range.begin, which is between two records; range.end may lie beyond the file's end.
    RecordSplitter(ByteSource &source, RecordLayout layout, FileRange range);

    /// Fills `chunk` with about `target` bytes, more when a record asks for it. False: there is nothing left.
    Outcome<bool> next(Chunk &chunk, qsizetype target);

private:
    Completion fill(ByteBuffer &bytes, qsizetype size);
    qsizetype wholeRecords(const ByteBuffer &bytes) const;
    Outcome<bool> cutShort(Chunk &chunk);
    Outcome<bool> takeOversized(Chunk &chunk);
    void keep(Chunk &chunk, qsizetype size);

    ByteSource &m_source;
    RecordLayout m_layout;
    qint64 m_offset; ///< of the first byte not yet given away
    qint64 m_position; ///< of the first byte not yet read
    qint64 m_end;
    qint64 m_line;
    bool m_isAtEnd = false;
    ByteBuffer m_rest; ///< read, but not yet a whole record
};

} // namespace Shardboard
