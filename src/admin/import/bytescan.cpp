// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/bytescan.h"

#include <QByteArrayView>

#include <algorithm>
#include <cstdint>

namespace Shardboard {

qint64 countNewlines(const char *begin, const char *end)
{
    qint64 count = 0;
#if defined(__SSE2__)
    const __m128i newline = _mm_set1_epi8('\n');
    for (; end - begin >= 16; begin += 16) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i *>(begin));
        count += std::popcount(unsigned(_mm_movemask_epi8(_mm_cmpeq_epi8(block, newline))));
    }
#endif
    return count + std::count(begin, end, '\n');
}

bool isPlainAscii(const char *begin, const char *end)
{
    // A byte b is none of 1..127 exactly when the top bit of b or of b - 1 is set, and no b of 1..127 borrows from its
    // neighbour.
    constexpr uint64_t ones = 0x0101010101010101U;
    constexpr uint64_t tops = 0x8080808080808080U;
    uint64_t bad = 0;
    for (; end - begin >= 8; begin += 8) {
        uint64_t word = 0;
        std::memcpy(&word, begin, sizeof word);
        bad |= word | (word - ones);
    }
    if ((bad & tops) != 0)
        return false;
    return std::all_of(begin, end, [](char c) { return static_cast<signed char>(c) > 0; });
}

const char *findTextFault(const char *begin, const char *end)
{
    if (findByte(begin, end, '\0'))
        return "a NUL byte, which no text value can hold";
    if (!QByteArrayView(begin, end).isValidUtf8())
        return "bytes that are not valid UTF-8";
    return nullptr;
}

} // namespace Shardboard
