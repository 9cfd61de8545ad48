// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// What each fuzz target defines; libFuzzer calls it with one input after the other.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace Shardboard::Fuzzing {

inline QByteArray bytesOf(const uint8_t *data, size_t size)
{
    return {reinterpret_cast<const char *>(data), qsizetype(size)};
}

/// A property that holds for every input: ends the program, so that libFuzzer keeps the input.
inline void require(bool holds, const char *property)
{
    if (holds)
        return;
    std::fprintf(stderr, "property does not hold: %s\n", property);
    std::abort();
}

} // namespace Shardboard::Fuzzing
