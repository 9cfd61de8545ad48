// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/plotmapping.h"
#include "ui/charts/plotmodel.h"

#include <QList>
#include <QPolygonF>

namespace Shardboard {

/// One series as shapes on the plot, ready to paint. Strokes end where a bucket is missing.
struct SeriesPath
{
    QList<QPolygonF> lines; ///< over complete buckets
    QList<QPolygonF> openLines; ///< the way into the open ones: what may still change
    QList<QPointF> dots; ///< buckets without neighbours
    QList<QPolygonF> fills; ///< below the line, or between the edges of a stack
    QList<QPolygonF> bands; ///< between low and high
    QList<QRectF> bars, openBars;
    bool isDense = false; ///< min and max per pixel column; anti-aliasing would cost and show nothing
};

struct PathOptions
{
    Panel::Drawing drawing = Panel::Drawing::Line;
    qint64 bucket = 0; ///< points sit in the middle of their bucket
    std::optional<qint64> openFrom; ///< start of the first open bucket
    double pixelRatio = 1; ///< device pixels per pixel
};

SeriesPath makeSeriesPath(const PlotSeries &series, const PlotMapping &mapping, const PathOptions &options);

} // namespace Shardboard
