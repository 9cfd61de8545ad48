// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/downsample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace Shardboard {

namespace {

constexpr size_t none = std::numeric_limits<size_t>::max();

/// What of one pixel column is worth keeping, as indices into the series.
struct Column
{
    size_t first = none, lowest = none, highest = none, last = none, gap = none;
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = std::numeric_limits<double>::quiet_NaN();
};

class Thinner
{
public:
    explicit Thinner(const Series &series) : m_series(series), m_hasBand(!series.low.empty())
    {
        m_result.name = series.name;
        m_result.unit = series.unit;
        m_result.colour = series.colour;
        m_result.decimals = series.decimals;
    }

    void add(size_t index, qint64 column)
    {
        if (column != m_at)
            flush();
        m_at = column;
        const double value = m_series.values[index];
        if (std::isnan(value)) {
            m_column.gap = index;
            return;
        }
        if (m_column.first == none)
            m_column.first = m_column.lowest = m_column.highest = index;
        if (value < m_series.values[m_column.lowest])
            m_column.lowest = index;
        if (value > m_series.values[m_column.highest])
            m_column.highest = index;
        m_column.last = index;
        if (m_hasBand) {
            m_column.low = std::fmin(m_column.low, m_series.low[index]);
            m_column.high = std::fmax(m_column.high, m_series.high[index]);
        }
    }

    Series finish()
    {
        flush();
        return std::move(m_result);
    }

private:
    void flush()
    {
        std::array kept{m_column.first, m_column.lowest, m_column.highest, m_column.last, m_column.gap};
        std::sort(kept.begin(), kept.end());
        const auto end = std::unique(kept.begin(), kept.end());
        for (auto it = kept.begin(); it != end && *it != none; ++it)
            keep(*it);
        m_column = {};
    }

    void keep(size_t index)
    {
        m_result.times.push_back(m_series.times[index]);
        m_result.values.push_back(m_series.values[index]);
        if (!m_hasBand)
            return;
        const bool isGap = std::isnan(m_series.values[index]);
        m_result.low.push_back(isGap ? m_series.low[index] : m_column.low);
        m_result.high.push_back(isGap ? m_series.high[index] : m_column.high);
    }

    const Series &m_series;
    const bool m_hasBand;
    Series m_result;
    Column m_column;
    qint64 m_at = std::numeric_limits<qint64>::min();
};

} // namespace

Series downsample(const Series &series, const TimeSpan &span, int pixelColumns)
{
    if (pixelColumns <= 0 || span.length() <= 0 || series.times.size() <= 2 * size_t(pixelColumns))
        return series;
    auto first = size_t(std::lower_bound(series.times.begin(), series.times.end(), span.begin) - series.times.begin());
    auto end = size_t(std::lower_bound(series.times.begin(), series.times.end(), span.end) - series.times.begin());
    first = first > 0 ? first - 1 : first;
    end = std::min(end + 1, series.times.size());
    Thinner thinner(series);
    // In doubles: a span of years times a wide screen leaves 64 bits.
    const double columnsPerMillisecond = double(pixelColumns) / double(span.length());
    for (size_t i = first; i < end; ++i)
        thinner.add(i, qint64(std::floor(double(series.times[i] - span.begin) * columnsPerMillisecond)));
    return thinner.finish();
}

} // namespace Shardboard
