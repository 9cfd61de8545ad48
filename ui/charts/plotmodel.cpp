// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/plotmodel.h"

#include "ui/charts/seriescolours.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace Shardboard {

namespace {

std::vector<qint64> allTimes(const QList<PlotSeries> &series)
{
    std::vector<qint64> times;
    for (const PlotSeries &one : series)
        times.insert(times.end(), one.times.begin(), one.times.end());
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return times;
}

void include(ValueExtent &extent, double value)
{
    if (!std::isfinite(value))
        return;
    extent.low = extent.isEmpty ? value : std::min(extent.low, value);
    extent.high = extent.isEmpty ? value : std::max(extent.high, value);
    extent.isWhole = extent.isWhole && value == std::floor(value);
    extent.isEmpty = false;
}

} // namespace

PlotModel::PlotModel(SharedPanelData data, Panel panel, QSet<QString> hidden)
    : m_data(std::move(data)), m_panel(std::move(panel))
{
    const QList<QColor> colours = seriesColours(m_data->series);
    for (qsizetype i = 0; i < m_data->series.size(); ++i) {
        const Series &series = m_data->series[i];
        m_all.append({&series, colours[i], int(i), series.times, series.values, {}, series.low, series.high});
        if (!hidden.contains(series.name))
            m_series.append(m_all.last());
    }
    if (isStacked())
        stack();
    findOpenSpan();
}

bool PlotModel::isStacked() const
{
    return m_panel.drawing == Panel::Drawing::Stacked || m_panel.drawing == Panel::Drawing::Bars;
}

// A category without a row in a bucket adds nothing to the stack there; a bucket that no series has stays a gap.
void PlotModel::stack()
{
    m_stackTimes = allTimes(m_series);
    constexpr double gap = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> reached(m_stackTimes.size(), gap);
    m_stacks.resize(size_t(m_series.size()));
    for (qsizetype s = 0; s < m_series.size(); ++s) {
        Stack &layer = m_stacks[size_t(s)];
        layer.base = reached;
        PlotSeries &series = m_series[s];
        size_t at = 0;
        for (size_t i = 0; i < series.times.size(); ++i) {
            while (m_stackTimes[at] < series.times[i])
                ++at;
            if (std::isfinite(series.values[i]))
                reached[at] = (std::isfinite(reached[at]) ? reached[at] : 0) + series.values[i];
        }
        layer.top = reached;
        for (size_t i = 0; i < reached.size(); ++i) {
            if (std::isfinite(layer.top[i]) && !std::isfinite(layer.base[i]))
                layer.base[i] = 0;
        }
    }
    for (qsizetype s = 0; s < m_series.size(); ++s) {
        m_series[s].times = m_stackTimes;
        m_series[s].values = m_stacks[size_t(s)].top;
        m_series[s].base = m_stacks[size_t(s)].base;
        m_series[s].low = m_series[s].high = {};
    }
}

// The hatch starts with the bucket, not with completeUntil inside it: that bucket's point is what may still grow.
void PlotModel::findOpenSpan()
{
    if (!m_data->completeUntil || *m_data->completeUntil >= m_data->span.end)
        return;
    const qint64 complete = *m_data->completeUntil;
    qint64 begin = bucket() > 0 ? complete - ((complete % bucket()) + bucket()) % bucket() : complete;
    for (const PlotSeries &series : m_series) {
        const auto open = std::upper_bound(series.times.begin(), series.times.end(), complete - bucket());
        if (open != series.times.end())
            begin = std::min(begin, *open);
    }
    const qint64 known = std::max(m_data->updatedAt, begin + bucket());
    const TimeSpan open{std::max(begin, m_data->span.begin), std::min(known, m_data->span.end)};
    if (open.length() > 0)
        m_openSpan = open;
}

ValueExtent PlotModel::extent() const
{
    ValueExtent extent;
    for (const PlotSeries &series : m_series) {
        const auto first = std::lower_bound(series.times.begin(), series.times.end(), span().begin - bucket());
        const auto last = std::lower_bound(first, series.times.end(), span().end);
        for (auto i = size_t(first - series.times.begin()); i < size_t(last - series.times.begin()); ++i) {
            include(extent, series.values[i]);
            if (!series.high.empty()) {
                const bool whole = extent.isWhole;
                include(extent, series.low[i]);
                include(extent, series.high[i]);
                extent.isWhole = whole;
            }
        }
    }
    // A limit far above what happens would flatten the picture; near ones belong on it.
    for (const Threshold &threshold : m_panel.thresholds) {
        if (!extent.isEmpty && threshold.value <= 2 * extent.high)
            extent.high = std::max(extent.high, threshold.value);
    }
    return extent;
}

PlotReading PlotModel::read(const PlotSeries &series, qint64 bucketStart) const
{
    const Series &sent = *series.series;
    const auto found = std::lower_bound(sent.times.begin(), sent.times.end(), bucketStart);
    if (found == sent.times.end() || *found != bucketStart)
        return {};
    const auto row = size_t(found - sent.times.begin());
    PlotReading reading;
    reading.value = sent.values[row];
    if (!sent.high.empty()) {
        reading.low = sent.low[row];
        reading.high = sent.high[row];
    }
    return reading;
}

std::optional<qint64> PlotModel::lastComplete(const PlotSeries &series) const
{
    const Series &sent = *series.series;
    const qint64 end = m_openSpan ? m_openSpan->begin : span().end;
    const auto after = std::lower_bound(sent.times.begin(), sent.times.end(), end) - sent.times.begin();
    for (qsizetype row = after - 1; row >= 0; --row) {
        if (std::isfinite(sent.values[size_t(row)]))
            return sent.times[size_t(row)];
    }
    return std::nullopt;
}

int PlotModel::indexOf(const PlotSeries &series, qint64 bucketStart)
{
    const auto found = std::lower_bound(series.times.begin(), series.times.end(), bucketStart);
    return found != series.times.end() && *found == bucketStart ? int(found - series.times.begin()) : -1;
}

std::optional<qint64> PlotModel::bucketAt(qint64 time) const
{
    std::optional<qint64> best;
    const auto consider = [&](qint64 start) {
        const auto distance = [&](qint64 t) { return std::abs(centreOf(t) - time); };
        if (!best || distance(start) < distance(*best))
            best = start;
    };
    for (const PlotSeries &series : m_series) {
        const auto after = std::upper_bound(series.times.begin(), series.times.end(), time);
        if (after != series.times.begin())
            consider(*std::prev(after));
        if (after != series.times.end())
            consider(*after);
    }
    // Over a gap there is nothing to read: the bucket must hold the time, or touch it within one bucket's width.
    if (best && bucket() > 0 && std::abs(centreOf(*best) - time) > bucket())
        return std::nullopt;
    return best;
}

std::optional<qint64> PlotModel::bucketBeside(qint64 bucketStart, int steps) const
{
    std::vector<qint64> times = allTimes(m_series);
    std::erase_if(times, [&](qint64 t) { return t + bucket() <= span().begin || t >= span().end; });
    if (times.empty())
        return std::nullopt;
    const auto at = std::lower_bound(times.begin(), times.end(), bucketStart) - times.begin();
    return times[size_t(std::clamp<qint64>(at + steps, 0, qint64(times.size()) - 1))];
}

} // namespace Shardboard
