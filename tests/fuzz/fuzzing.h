// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QMap>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace Shardboard::Fuzzing {

/// A property that holds for every input: ends the program, so that libFuzzer keeps the input.
inline void require(bool holds, const char *property)
{
    if (holds)
        return;
    std::fprintf(stderr, "property does not hold: %s\n", property);
    std::abort();
}

using Target = void (*)(const QByteArray &input);

/// The targets of this program by name: one in a fuzzing program, all of them in the test that replays the seeds.
inline QMap<QByteArray, Target> &targets()
{
    static QMap<QByteArray, Target> all;
    return all;
}

struct Registration
{
    Registration(const char *name, Target target) { targets().insert(name, target); }
};

} // namespace Shardboard::Fuzzing

#ifdef SHARDBOARD_FUZZ_REPLAY
#define SHARDBOARD_FUZZ_ENTRY(name)
#else
/// libFuzzer calls it with one input after the other.
#define SHARDBOARD_FUZZ_ENTRY(name)                                                                                    \
    extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)                                            \
    {                                                                                                                  \
        name##Target({reinterpret_cast<const char *>(data), qsizetype(size)});                                         \
        return 0;                                                                                                      \
    }
#endif

/// SHARDBOARD_FUZZ_TARGET(name)(const QByteArray &input) { … }: what one input is tried with.
#define SHARDBOARD_FUZZ_TARGET(name)                                                                                   \
    static void name##Target(const QByteArray &input);                                                                 \
    SHARDBOARD_FUZZ_ENTRY(name)                                                                                        \
    static const Shardboard::Fuzzing::Registration name##Registration(#name, name##Target);                            \
    static void name##Target
