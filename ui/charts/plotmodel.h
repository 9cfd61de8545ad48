// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "dashboard/paneldata.h"

#include <QColor>
#include <QSet>

#include <limits>
#include <optional>
#include <span>

namespace Shardboard {

/// A series as it is drawn: the values of PanelData, or for stacks the sums they reach. All spans are empty or as long
/// as times; they live as long as the PlotModel they come from.
struct PlotSeries
{
    const Series *series = nullptr; ///< name, unit and the values as they were sent
    QColor colour;
    int shape = 0; ///< see drawSeriesShape(): by place among all series, hidden ones too
    std::span<const qint64> times;
    std::span<const double> values; ///< upper edge of what is drawn
    std::span<const double> base; ///< lower edge, empty: zero
    std::span<const double> low, high;

    const QString &name() const { return series->name; }
};

struct ValueExtent
{
    double low = 0;
    double high = 0;
    bool isWhole = true; ///< every value is an integer: ticks must be, too
    bool isEmpty = true;
};

/// What one series says about one bucket, as it was sent (never a stack's sum); NaN where it says nothing.
struct PlotReading
{
    double value = std::numeric_limits<double>::quiet_NaN();
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = std::numeric_limits<double>::quiet_NaN();
};

/// What a time series panel draws: the series on a common footing, which buckets are open, and what a point in time
/// shows. Immutable; made anew for every PanelData.
class PlotModel
{
public:
    PlotModel() = default;
    /// Series whose name is in `hidden` are left out; the others keep their colour and shape.
    PlotModel(SharedPanelData data, Panel panel, QSet<QString> hidden = {});
    PlotModel(const PlotModel &) = delete;
    PlotModel &operator=(const PlotModel &) = delete;
    PlotModel(PlotModel &&) = default;
    PlotModel &operator=(PlotModel &&) = default;

    bool isEmpty() const { return m_series.isEmpty(); }
    const QList<PlotSeries> &series() const { return m_series; }
    /// Hidden ones, too, and never stacked.
    const QList<PlotSeries> &allSeries() const { return m_all; }
    const Panel &panel() const { return m_panel; }
    TimeSpan span() const { return m_data ? m_data->span : TimeSpan(); }
    qint64 bucket() const { return m_data ? m_data->bucketMilliseconds : 0; }
    bool isStacked() const;

    /// From the first bucket that may still grow to the end of what is known; nullopt when every bucket shown is
    /// complete.
    std::optional<TimeSpan> openSpan() const { return m_openSpan; }
    /// Of everything drawn inside the span, bands included, and the thresholds that are near.
    ValueExtent extent() const;
    /// The start of the bucket shown at a time: the one that holds it, or without buckets the nearest point. Nullopt
    /// where no series has a point.
    std::optional<qint64> bucketAt(qint64 time) const;
    /// The bucket `steps` buckets away from `bucketStart`, inside the span; clamps at the ends.
    std::optional<qint64> bucketBeside(qint64 bucketStart, int steps) const;
    PlotReading read(const PlotSeries &series, qint64 bucketStart) const;
    /// The newest bucket of a series that is complete and has a value.
    std::optional<qint64> lastComplete(const PlotSeries &series) const;
    const SharedPanelData &data() const { return m_data; }
    /// The row of a series that starts at bucketStart, -1 when it has none.
    static int indexOf(const PlotSeries &series, qint64 bucketStart);
    /// Where on the time axis a bucket is drawn: its middle.
    qint64 centreOf(qint64 bucketStart) const { return bucketStart + bucket() / 2; }

private:
    struct Stack
    {
        std::vector<double> base;
        std::vector<double> top;
    };
    void stack();
    void findOpenSpan();

    SharedPanelData m_data;
    Panel m_panel;
    QList<PlotSeries> m_series;
    QList<PlotSeries> m_all;
    std::vector<qint64> m_stackTimes;
    std::vector<Stack> m_stacks;
    std::optional<TimeSpan> m_openSpan;
};

} // namespace Shardboard
