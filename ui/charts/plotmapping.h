// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/timerange.h"

#include <QRectF>

#include <algorithm>

namespace Shardboard {

/// Where times (milliseconds since 1970-01-01 UTC) and values land on a plot, in pixels.
struct PlotMapping
{
    QRectF area;
    TimeSpan span;
    double low = 0;
    double high = 1;

    double x(qint64 time) const
    {
        return area.left() + area.width() * double(time - span.begin) / double(std::max<qint64>(span.length(), 1));
    }
    double y(double value) const
    {
        return area.bottom() - area.height() * (value - low) / std::max(high - low, 1e-300);
    }
    qint64 time(double x) const
    {
        const double share = (x - area.left()) / std::max(area.width(), 1.0);
        return span.begin + qint64(std::clamp(share, 0.0, 1.0) * double(span.length()));
    }
    bool operator==(const PlotMapping &) const = default;
};

} // namespace Shardboard
