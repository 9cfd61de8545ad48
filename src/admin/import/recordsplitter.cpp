// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/recordsplitter.h"

#include "admin/import/csvgrammar.h"

#include <algorithm>

namespace Shardboard {

namespace {
constexpr qsizetype largestKept = 2 * 1024 * 1024;
}

RecordSplitter::RecordSplitter(ByteSource &source, RecordLayout layout, FileRange range)
    : m_source(source)
    , m_layout(layout)
    , m_offset(range.begin)
    , m_position(range.begin)
    , m_end(range.end)
    , m_line(range.firstLine)
{
}

Completion RecordSplitter::fill(ByteBuffer &bytes, qsizetype size)
{
    const qsizetype old = bytes.size();
    const qint64 wanted = std::clamp<qint64>(size - old, 0, m_end - m_position);
    bytes.resize(old + qsizetype(wanted));
    const auto count = m_source.read(bytes.data() + old, wanted);
    if (!count)
        return count.failure<Nothing>();
    bytes.resize(old + qsizetype(*count));
    m_position += *count;
    m_isAtEnd = *count < wanted || m_position == m_end;
    return Nothing{};
}

qsizetype RecordSplitter::wholeRecords(const ByteBuffer &bytes) const
{
    const char *begin = bytes.data();
    const char *end = begin + bytes.size();
    if (m_layout.hasQuotes && findByte(begin, end, '"'))
        return lastCsvRecordEnd(begin, end, m_layout.delimiter) - begin;
    const char *newline = findLastByte(begin, end, '\n');
    return newline ? newline + 1 - begin : 0;
}

Outcome<bool> RecordSplitter::next(Chunk &chunk, qsizetype target)
{
    chunk.exceededLimit.reset();
    std::swap(chunk.bytes, m_rest);
    m_rest.clear();
    if (m_rest.capacity() > largestKept) // what a long record needed is not needed by the next ones
        m_rest = {};
    for (;;) {
        // One byte more than is read: for the newline the file's last line may lack.
        chunk.bytes.reserve(target + 1);
        if (auto filled = fill(chunk.bytes, target); !filled)
            return filled.failure<bool>();
        if (m_isAtEnd) {
            if (chunk.bytes.isEmpty())
                return false;
            keep(chunk, chunk.bytes.size());
            return true;
        }
        if (const qsizetype size = wholeRecords(chunk.bytes); size > 0) {
            keep(chunk, size);
            return true;
        }
        if (chunk.bytes.size() >= m_layout.maximumRecord)
            return cutShort(chunk);
        target = std::min(std::max(target, chunk.bytes.size()) * 2, m_layout.maximumRecord);
    }
}

/// A record that does not end within the limit: its first line alone, so that the reader of the chunk sees a quote that
/// is never closed; or, when not even the line ends, its beginning.
Outcome<bool> RecordSplitter::cutShort(Chunk &chunk)
{
    const char *begin = chunk.bytes.data();
    if (const char *newline = findByte(begin, begin + chunk.bytes.size(), '\n')) {
        keep(chunk, newline + 1 - begin);
        return true;
    }
    return takeOversized(chunk);
}

Outcome<bool> RecordSplitter::takeOversized(Chunk &chunk)
{
    ByteBuffer sample;
    sample.append(chunk.bytes.data(), oversizedSample);
    const qint64 begin = m_offset;
    m_offset += chunk.bytes.size();
    for (;;) {
        chunk.bytes.clear();
        if (auto filled = fill(chunk.bytes, m_layout.maximumRecord / 8); !filled)
            return filled.failure<bool>();
        const char *data = chunk.bytes.data();
        const char *newline = findByte(data, data + chunk.bytes.size(), '\n');
        const qsizetype size = newline ? newline + 1 - data : chunk.bytes.size();
        m_offset += size;
        if (!newline && !m_isAtEnd)
            continue;
        m_rest.append(data + size, chunk.bytes.size() - size);
        break;
    }
    chunk.exceededLimit = m_layout.maximumRecord;
    chunk.bytes = std::move(sample);
    chunk.range = {begin, m_offset, m_line++};
    return true;
}

/// The first `size` bytes are the chunk, the others the rest.
void RecordSplitter::keep(Chunk &chunk, qsizetype size)
{
    const char *data = chunk.bytes.data();
    m_rest.append(data + size, chunk.bytes.size() - size);
    chunk.bytes.resize(size);
    chunk.range = {m_offset, m_offset + size, m_line};
    m_offset += size;
    if (data[size - 1] != '\n')
        chunk.bytes.append('\n');
    m_line += countNewlines(chunk.bytes.data(), chunk.bytes.data() + chunk.bytes.size());
}

} // namespace Shardboard
