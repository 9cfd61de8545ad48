// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/sample/samplerandom.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace Shardboard {

struct WeightedName
{
    double weight;
    std::string_view name;
};

/// One of the weighted things.
template <const auto &things>
const auto &pick(SampleRandom &random)
{
    static constexpr double sum = [] {
        double total = 0;
        for (const auto &thing : things)
            total += thing.weight;
        return total;
    }();
    double at = random.uniform() * sum;
    for (const auto &thing : things) {
        if (at < thing.weight)
            return thing;
        at -= thing.weight;
    }
    return things.back();
}

/// Picks 1 … count, the first ones most often: the n-th as often as 1 / n^exponent.
class RankPick
{
public:
    RankPick(int count, double exponent)
    {
        double sum = 0;
        for (int rank = 1; rank <= count; ++rank) {
            sum += 1 / std::pow(rank, exponent);
            m_ends.push_back(sum);
        }
    }
    int operator()(SampleRandom &random) const
    {
        const auto found = std::upper_bound(m_ends.begin(), m_ends.end(), random.uniform() * m_ends.back());
        return 1 + int(std::min<ptrdiff_t>(found - m_ends.begin(), ptrdiff_t(m_ends.size()) - 1));
    }

private:
    std::vector<double> m_ends;
};

} // namespace Shardboard
