// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace Shardboard {

/// Finds the bytes at which an unquoted field can end, sixteen at a time where the processor can.
class FieldEndFinder
{
public:
    explicit FieldEndFinder(char delimiter) : m_delimiter(delimiter) {}

    /// The first delimiter, quote, newline or carriage return at or after `p`. There must be one, followed by at least
    /// 15 readable bytes.
    const char *find(const char *p) const
    {
#if defined(__SSE2__)
        const __m128i delimiter = _mm_set1_epi8(m_delimiter);
        const __m128i quote = _mm_set1_epi8('"');
        const __m128i newline = _mm_set1_epi8('\n');
        const __m128i carriageReturn = _mm_set1_epi8('\r');
        for (;; p += 16) {
            const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p));
            const __m128i hits
                = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, delimiter), _mm_cmpeq_epi8(block, quote)),
                    _mm_or_si128(_mm_cmpeq_epi8(block, newline), _mm_cmpeq_epi8(block, carriageReturn)));
            const auto mask = unsigned(_mm_movemask_epi8(hits));
            if (mask != 0)
                return p + std::countr_zero(mask);
        }
#else
        while (*p != m_delimiter && *p != '"' && *p != '\n' && *p != '\r')
            ++p;
        return p;
#endif
    }

    /// One bit for each of the 64 bytes at `p`, the first one lowest: set where find() would stop.
    uint64_t marks(const char *p) const
    {
        uint64_t result = 0;
#if defined(__SSE2__)
        const __m128i delimiter = _mm_set1_epi8(m_delimiter);
        const __m128i quote = _mm_set1_epi8('"');
        const __m128i newline = _mm_set1_epi8('\n');
        const __m128i carriageReturn = _mm_set1_epi8('\r');
        for (int i = 0; i < 4; ++i) {
            const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p + 16 * i));
            const __m128i hits
                = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, delimiter), _mm_cmpeq_epi8(block, quote)),
                    _mm_or_si128(_mm_cmpeq_epi8(block, newline), _mm_cmpeq_epi8(block, carriageReturn)));
            result |= uint64_t(unsigned(_mm_movemask_epi8(hits))) << (16 * i);
        }
#else
        for (int i = 0; i < 64; ++i)
            result |= uint64_t(p[i] == m_delimiter || p[i] == '"' || p[i] == '\n' || p[i] == '\r') << i;
#endif
        return result;
    }

private:
    char m_delimiter;
};

/// Goes from one field's end to the next without asking how long the fields are, which no processor can foretell.
/// What is read must be followed by 63 readable bytes.
class FieldEndWalker
{
public:
    FieldEndWalker(const FieldEndFinder &finder, const char *begin) : m_finder(finder) { moveTo(begin); }

    void moveTo(const char *p)
    {
        m_base = p;
        m_marks = m_finder.marks(p);
    }
    const char *next()
    {
        while (m_marks == 0)
            moveTo(m_base + 64);
        const char *end = m_base + std::countr_zero(m_marks);
        m_marks &= m_marks - 1;
        return end;
    }

private:
    const FieldEndFinder m_finder;
    const char *m_base = nullptr;
    uint64_t m_marks = 0; ///< of those not yet passed
};

/// True for one to eight digits; reads eight bytes whatever the length.
inline bool areFewDigits(const char *p, qsizetype length)
{
    if (size_t(length - 1) > 7)
        return false;
    uint64_t word = 0;
    std::memcpy(&word, p, sizeof word);
    if constexpr (std::endian::native == std::endian::little)
        word <<= 8 * (8 - length);
    else
        word >>= 8 * (8 - length);
    // The bytes shifted in are to count as digits.
    const uint64_t zeros = 0x3030303030303030U;
    const uint64_t blank = length == 8               ? 0
        : std::endian::native == std::endian::little ? zeros >> (8 * length)
                                                     : zeros << (8 * length);
    word |= blank;
    // A digit is 3x, and still 3x when six is added.
    const uint64_t high = 0xf0f0f0f0f0f0f0f0U;
    return ((word & high) ^ zeros) == 0 && (((word + 0x0606060606060606U) & high) ^ zeros) == 0;
}

/// The position of `byte` in [begin, end), nullptr when it is not there.
inline const char *findByte(const char *begin, const char *end, char byte)
{
    return begin == end ? nullptr : static_cast<const char *>(std::memchr(begin, byte, size_t(end - begin)));
}

inline const char *findLastByte(const char *begin, const char *end, char byte)
{
    for (const char *p = end; p != begin; --p) {
        if (p[-1] == byte)
            return p - 1;
    }
    return nullptr;
}

/// How many newlines there are in [begin, end).
qint64 countNewlines(const char *begin, const char *end);

/// True when every byte is an ASCII character other than NUL.
bool isPlainAscii(const char *begin, const char *end);

/// True when the bytes cannot be text of a UTF-8 database: there is NUL or invalid UTF-8 among them.
bool hasTextFault(const char *begin, const char *end);

/// The first of these bytes with its place: "byte 0xE9 at line 3, column 12 is not valid UTF-8". `line` is that of
/// `begin`. For bytes with such a fault.
QByteArray describeTextFault(const char *begin, const char *end, qint64 line);

} // namespace Shardboard
