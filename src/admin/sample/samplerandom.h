// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <cmath>
#include <cstdint>
#include <numbers>

namespace Shardboard {

/// Random numbers that are the same on every machine, cheap to start anew from any key (SplitMix64).
class SampleRandom
{
public:
    explicit SampleRandom(uint64_t key) : m_state(key) {}

    static uint64_t mix(uint64_t x)
    {
        x ^= x >> 30;
        x *= 0xbf58476d1ce4e5b9U;
        x ^= x >> 27;
        x *= 0x94d049bb133111ebU;
        return x ^ (x >> 31);
    }
    /// One key made of two.
    static uint64_t combine(uint64_t a, uint64_t b) { return mix(a + 0x9e3779b97f4a7c15U * (b + 1)); }

    uint64_t next()
    {
        m_state += 0x9e3779b97f4a7c15U;
        return mix(m_state);
    }
    /// At least 0, less than 1.
    double uniform() { return double(next() >> 11) * 0x1.0p-53; }
    /// At least 0, less than `bound`.
    int below(int bound) { return int(uniform() * bound); }
    bool chance(double probability) { return uniform() < probability; }
    /// Median `median`; two thirds of the values lie within a factor e^spread of it.
    double logNormal(double median, double spread)
    {
        const double radius = std::sqrt(-2 * std::log(1 - uniform()));
        return median * std::exp(spread * radius * std::cos(2 * std::numbers::pi * uniform()));
    }

private:
    uint64_t m_state;
};

} // namespace Shardboard
