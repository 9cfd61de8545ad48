// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace Shardboard {

/// How many requests come in each second: day and night, slower and faster waves, and some noise from minute to minute.
/// What it adds up to is exact: over any whole number of days, `rate` times their length, give or take a minute's
/// noise.
class TrafficRate
{
public:
    /// The waves and the noise together part from the average by less than this share, so rhythm + this must stay
    /// below 1.
    static constexpr double unrest = 0.27;

    TrafficRate(double rate, double rhythm, quint64 seed);

    /// Requests in the second that begins `second` seconds after 1970.
    qint64 countOf(qint64 second) const { return countBetween(second, second + 1); }
    qint64 countBetween(qint64 from, qint64 to) const;

private:
    double total(qint64 second) const; ///< since 1970

    double m_rate;
    double m_rhythm;
    quint64 m_seed;
};

} // namespace Shardboard
