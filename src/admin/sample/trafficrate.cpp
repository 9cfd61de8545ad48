// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/sample/trafficrate.h"

#include "admin/sample/samplerandom.h"

#include <array>
#include <cmath>

namespace Shardboard {

namespace {

constexpr double day = 86400;
constexpr double busiestHour = 15.0 / 24; // of the day, UTC

struct Wave
{
    double period; ///< seconds
    double share; ///< of the rate
};
constexpr std::array<Wave, 3> waves{Wave{437, 0.06}, Wave{1381, 0.05}, Wave{3671, 0.04}};

constexpr double noiseShare = 0.03; // of a minute's requests, to either side

/// What a wave that swings around 0 adds up to from 1970 until t.
double swingTotal(double t, double period, double offset)
{
    const double turn = 2 * std::numbers::pi;
    return period / turn * (std::cos(turn * offset) - std::cos(turn * (t / period + offset)));
}

} // namespace

TrafficRate::TrafficRate(double rate, double rhythm, quint64 seed) : m_rate(rate), m_rhythm(rhythm), m_seed(seed) {}

qint64 TrafficRate::countBetween(qint64 from, qint64 to) const
{
    return qint64(std::floor(total(to))) - qint64(std::floor(total(from)));
}

double TrafficRate::total(qint64 second) const
{
    const double t = double(second);
    double sum = t + m_rhythm * swingTotal(t, day, 0.25 - busiestHour);
    for (const Wave &wave : waves)
        sum += wave.share * swingTotal(t, wave.period, 0);
    // A minute's surplus is the next one's deficit: the noise never adds up.
    const auto noiseAt = [this](qint64 minute) {
        return 60 * noiseShare * (2 * SampleRandom(SampleRandom::combine(m_seed, quint64(minute))).uniform() - 1);
    };
    const qint64 minute = second / 60;
    const double part = double(second % 60) / 60;
    sum += noiseAt(minute) * (1 - part) + noiseAt(minute + 1) * part;
    return sum * m_rate;
}

} // namespace Shardboard
