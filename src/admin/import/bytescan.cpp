// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/bytescan.h"

#include "connection/values/utf8text.h"

#include <QByteArrayView>

#include <algorithm>

namespace Shardboard {

qint64 countNewlines(const char *begin, const char *end)
{
    qint64 count = 0;
#if defined(__SSE2__)
    // Sixteen counters of a byte each, added up before any of them can overflow.
    const __m128i newline = _mm_set1_epi8('\n');
    while (end - begin >= 16) {
        __m128i counters = _mm_setzero_si128();
        for (int i = 0; i < 255 && end - begin >= 16; ++i, begin += 16) {
            const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i *>(begin));
            counters = _mm_sub_epi8(counters, _mm_cmpeq_epi8(block, newline));
        }
        const __m128i sums = _mm_sad_epu8(counters, _mm_setzero_si128());
        count += _mm_cvtsi128_si32(sums) + _mm_extract_epi16(sums, 4);
    }
#endif
    return count + std::count(begin, end, '\n');
}

bool isPlainAscii(const char *begin, const char *end)
{
#if defined(__SSE2__)
    __m128i any = _mm_setzero_si128();
    __m128i least = _mm_set1_epi8(1);
    for (; end - begin >= 16; begin += 16) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i *>(begin));
        any = _mm_or_si128(any, block);
        least = _mm_min_epu8(least, block);
    }
    const __m128i zeros = _mm_cmpeq_epi8(least, _mm_setzero_si128());
    if (_mm_movemask_epi8(_mm_or_si128(any, zeros)) != 0)
        return false;
#endif
    return std::all_of(begin, end, [](char c) { return static_cast<signed char>(c) > 0; });
}

bool hasTextFault(const char *begin, const char *end)
{
    return findByte(begin, end, '\0') || !QByteArrayView(begin, end).isValidUtf8();
}

QByteArray describeTextFault(const char *begin, const char *end, qint64 line)
{
    auto fault = findTextFaultPlace({begin, end});
    if (!fault)
        return {};
    fault->line += line - 1;
    return fault->toText().toUtf8();
}

} // namespace Shardboard
