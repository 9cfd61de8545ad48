// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <bit>
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

private:
    char m_delimiter;
};

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

/// Why the bytes cannot be text of a UTF-8 database, as "NUL byte" or "invalid UTF-8 …"; nullptr when they can.
const char *findTextFault(const char *begin, const char *end);

} // namespace Shardboard
