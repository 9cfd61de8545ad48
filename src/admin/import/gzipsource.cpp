// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/gzipsource.h"

#include <algorithm>
#include <array>
#include <limits>

namespace Shardboard {

namespace {

constexpr int gzipWindow = 15 + 16; ///< of zlib: the largest window, in gzip's wrapper
constexpr int rawWindow = -15; ///< without a wrapper
constexpr size_t inputSize = 128 * 1024;
constexpr QByteArrayView memberStart("\x1f\x8b\x08"); ///< magic and the only method there is
constexpr qsizetype longestHeader = 512; ///< with a file name in it
constexpr qint64 lookedAt = 1024 * 1024; ///< of what follows the last member
constexpr size_t surelyCompressed = 64 * 1024; ///< so much input does not unpack by chance

quint32 littleEndian(const uchar *bytes)
{
    return quint32(bytes[0]) | quint32(bytes[1]) << 8 | quint32(bytes[2]) << 16 | quint32(bytes[3]) << 24;
}

/// Whether the bytes are a deflate stream that its own checksum and length follow.
bool isDeflated(QByteArrayView bytes)
{
    z_stream stream = {};
    if (inflateInit2(&stream, rawWindow) != Z_OK)
        return false;
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    stream.avail_in = uInt(bytes.size());
    std::array<Bytef, 32 * 1024> unpacked;
    uLong checksum = crc32(0, nullptr, 0);
    int code = Z_OK;
    while (code == Z_OK) {
        stream.next_out = unpacked.data();
        stream.avail_out = uInt(unpacked.size());
        code = inflate(&stream, Z_NO_FLUSH);
        checksum = crc32(checksum, unpacked.data(), uInt(unpacked.size() - stream.avail_out));
        if (stream.avail_in == 0 && stream.avail_out > 0)
            break;
    }
    const bool isLong = code == Z_OK && stream.total_in >= surelyCompressed;
    const bool isWhole = code == Z_STREAM_END && stream.total_out > 0 && stream.avail_in >= 8
        && littleEndian(stream.next_in) == quint32(checksum)
        && littleEndian(stream.next_in + 4) == quint32(stream.total_out);
    inflateEnd(&stream);
    return isLong || isWhole;
}

} // namespace

GzipSource::GzipSource(const QString &path) : m_file(path), m_input(inputSize) {}

GzipSource::~GzipSource()
{
    inflateEnd(&m_stream);
}

ServerError GzipSource::unreadable(const QString &why) const
{
    return ServerError::file(QStringLiteral("Cannot read %1: %2").arg(m_file.fileName(), why));
}

ServerError GzipSource::damaged(const char *why) const
{
    return unreadable(QStringLiteral("the compressed data are damaged at byte %1 of the file (%2)")
                          .arg(place())
                          .arg(QLatin1String(why ? why : "no reason given")));
}

Completion GzipSource::open()
{
    if (!m_file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return unreadable(m_file.errorString());
    m_sizeOnDisk = m_file.size();
    if (inflateInit2(&m_stream, gzipWindow) != Z_OK)
        return unreadable(QStringLiteral("zlib cannot be used"));
    return Nothing{};
}

/// More input behind what is left of it. None at the end of the file.
Completion GzipSource::fill()
{
    std::copy_n(reinterpret_cast<char *>(m_stream.next_in), m_stream.avail_in, m_input.data());
    const qint64 count = m_file.read(m_input.data() + m_stream.avail_in, qint64(inputSize - m_stream.avail_in));
    if (count < 0)
        return unreadable(m_file.errorString());
    m_stream.next_in = reinterpret_cast<Bytef *>(m_input.data());
    m_stream.avail_in += uInt(count);
    m_fileOffset += count;
    return Nothing{};
}

Outcome<qint64> GzipSource::read(char *buffer, qint64 size)
{
    qint64 filled = 0;
    while (filled < size && !m_isAtEnd) {
        if (!m_isInMember) {
            const auto begun = beginMember();
            if (!begun)
                return begun.failure<qint64>();
            m_isAtEnd = !*begun;
            continue;
        }
        if (m_stream.avail_in == 0) {
            if (const auto more = fill(); !more)
                return more.failure<qint64>();
            if (m_stream.avail_in == 0)
                return unreadable(
                    QStringLiteral("the compressed data end too early, at byte %1 of the file").arg(place()));
        }
        const qint64 room = std::min<qint64>(size - filled, std::numeric_limits<int>::max());
        m_stream.next_out = reinterpret_cast<Bytef *>(buffer + filled);
        m_stream.avail_out = uInt(room);
        const int code = inflate(&m_stream, Z_NO_FLUSH);
        filled += room - m_stream.avail_out;
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
            return damaged(m_stream.msg);
        m_isInMember = code != Z_STREAM_END;
    }
    m_position += filled;
    return filled;
}

/// False at the end of the data.
Outcome<bool> GzipSource::beginMember()
{
    if (m_stream.avail_in < uInt(memberStart.size())) {
        if (const auto more = fill(); !more)
            return more.failure<bool>();
    }
    const QByteArrayView input(reinterpret_cast<const char *>(m_stream.next_in), qsizetype(m_stream.avail_in));
    if (input.isEmpty())
        return false;
    if (!input.startsWith(memberStart.first(2)))
        return endAtTrailer();
    if (inflateReset2(&m_stream, gzipWindow) != Z_OK)
        return unreadable(QStringLiteral("zlib cannot be used"));
    m_isInMember = true;
    return true;
}

/// What follows the last member: padding, something else, or a member that cannot be told by its header any more.
Outcome<bool> GzipSource::endAtTrailer()
{
    const qint64 begin = place();
    const auto isMember = holdsMember(begin);
    if (!isMember)
        return isMember;
    if (*isMember)
        return damaged("the header of a further member is broken");
    return false;
}

/// Leaves the position of the file anywhere: nothing is read after this.
Outcome<bool> GzipSource::holdsMember(qint64 offset)
{
    if (!m_file.seek(offset))
        return unreadable(m_file.errorString());
    QByteArray rest = m_file.read(lookedAt);
    if (unpacks(rest))
        return true;
    bool isPadding = true;
    while (!rest.isEmpty()) {
        isPadding = isPadding && std::all_of(rest.cbegin(), rest.cend(), [](char c) { return c == 0; });
        if (rest.contains(memberStart))
            return true;
        const QByteArray more = m_file.read(lookedAt);
        rest = more.isEmpty() ? QByteArray() : rest.last(std::min<qsizetype>(rest.size(), 2)) + more;
    }
    if (!isPadding)
        m_warning = QStringLiteral("Warning: %1 bytes behind the compressed data, from byte %2 of the file on, are not "
                                   "compressed data and were ignored.")
                        .arg(m_sizeOnDisk - offset)
                        .arg(offset);
    return false;
}

bool GzipSource::unpacks(QByteArrayView rest) const
{
    for (qsizetype header = 0; header < std::min(longestHeader, rest.size()); ++header) {
        if (isDeflated(rest.sliced(header)))
            return true;
    }
    return false;
}

Completion GzipSource::restart()
{
    if (!m_file.seek(0))
        return unreadable(m_file.errorString());
    m_stream.avail_in = 0;
    m_fileOffset = m_position = 0;
    m_isInMember = m_isAtEnd = false;
    return Nothing{};
}

Completion GzipSource::seek(qint64 offset)
{
    if (offset < m_position) {
        if (const auto begun = restart(); !begun)
            return begun;
    }
    std::vector<char> skipped(inputSize);
    while (m_position < offset) {
        const auto count = read(skipped.data(), std::min<qint64>(offset - m_position, qint64(skipped.size())));
        if (!count)
            return count.failure<Nothing>();
        if (*count == 0)
            return unreadable(QStringLiteral("it has no byte %1").arg(offset));
    }
    return Nothing{};
}

} // namespace Shardboard
