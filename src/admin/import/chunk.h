// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

namespace Shardboard {

/// A growing block of bytes that is not cleared when it grows: blocks are filled by reading, and clearing them first
/// costs as much as a tenth of the import. Always followed by `padding` readable bytes, so that a vector load at the
/// last byte stays inside.
class ByteBuffer
{
public:
    static constexpr qsizetype padding = 64;

    char *data() { return m_bytes.get(); }
    const char *data() const { return m_bytes.get(); }
    qsizetype size() const { return m_size; }
    qsizetype capacity() const { return m_capacity; }
    bool isEmpty() const { return m_size == 0; }
    void clear() { m_size = 0; }
    /// Keeps what is there; bytes beyond the old size are undefined.
    void resize(qsizetype size)
    {
        reserve(size);
        m_size = size;
    }
    void reserve(qsizetype capacity)
    {
        if (capacity <= m_capacity && m_bytes)
            return;
        auto bytes = std::make_unique_for_overwrite<char[]>(size_t(capacity + padding));
        std::memset(bytes.get() + capacity, 0, size_t(padding));
        if (m_size > 0)
            std::memcpy(bytes.get(), m_bytes.get(), size_t(m_size));
        m_bytes = std::move(bytes);
        m_capacity = capacity;
    }
    void append(const char *bytes, qsizetype count)
    {
        if (m_size + count > m_capacity)
            reserve(std::max(m_size + count, m_capacity + m_capacity / 2));
        std::memcpy(m_bytes.get() + m_size, bytes, size_t(count));
        m_size += count;
    }
    void append(char byte) { append(&byte, 1); }

private:
    std::unique_ptr<char[]> m_bytes;
    qsizetype m_size = 0;
    qsizetype m_capacity = 0;
};

/// A stretch of the file that begins and ends between two records.
struct FileRange
{
    qint64 begin = 0; ///< offset inside the (unpacked) file
    qint64 end = 0;
    qint64 firstLine = 1; ///< of the file, 1-based

    bool operator==(const FileRange &) const = default;
};

/// Whole records of the file, each ending with a newline (added to the last one where the file has none).
struct Chunk
{
    ByteBuffer bytes;
    FileRange range;
    /// Set when the chunk is one line longer than a record may be, and `bytes` only its beginning.
    std::optional<qsizetype> exceededLimit;
};

} // namespace Shardboard
