// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/seriespath.h"

#include <algorithm>
#include <cmath>

namespace Shardboard {

namespace {

/// Rows of a series that touch the plot, one more on either side so that lines run to its edge.
struct Window
{
    size_t begin = 0;
    size_t end = 0;
    size_t size() const { return end - begin; }
};

Window visibleRows(const PlotSeries &series, const PlotMapping &mapping, qint64 bucket)
{
    const auto first = std::lower_bound(series.times.begin(), series.times.end(), mapping.span.begin - bucket);
    const auto last = std::lower_bound(first, series.times.end(), mapping.span.end);
    Window window{size_t(first - series.times.begin()), size_t(last - series.times.begin())};
    window.begin -= window.begin > 0 ? 1 : 0;
    window.end += window.end < series.times.size() ? 1 : 0;
    return window;
}

/// The points of `values` in runs without a gap.
QList<QPolygonF> runs(
    const PlotSeries &series, std::span<const double> values, Window window, const PlotMapping &mapping, qint64 bucket)
{
    QList<QPolygonF> all;
    QPolygonF run;
    for (size_t i = window.begin; i < window.end; ++i) {
        if (std::isfinite(values[i])) {
            run.append({mapping.x(series.times[i] + bucket / 2), mapping.y(values[i])});
        } else if (!run.isEmpty()) {
            all.append(run);
            run.clear();
        }
    }
    if (!run.isEmpty())
        all.append(run);
    return all;
}

/// At most four points a device column: where the line enters, its lowest, its highest, where it leaves. A column
/// without values ends the run.
QList<QPolygonF> denseRuns(
    const PlotSeries &series, Window window, const PlotMapping &mapping, const PathOptions &options)
{
    QList<QPolygonF> all;
    QPolygonF run;
    const int columns = std::max(1, int(mapping.area.width() * options.pixelRatio));
    const double perColumn = double(mapping.span.length()) / columns;
    // Rows beyond the edges would all fall into the outermost columns.
    size_t row = window.begin;
    while (row < window.end && series.times[row] + options.bucket <= mapping.span.begin)
        ++row;
    for (int column = 0; column < columns && row < window.end; ++column) {
        const qint64 columnEnd = mapping.span.begin + qint64(perColumn * (column + 1)) - options.bucket / 2;
        const auto stop = column + 1 == columns ? window.end
                                                : size_t(std::lower_bound(series.times.begin() + qsizetype(row),
                                                             series.times.begin() + qsizetype(window.end), columnEnd)
                                                    - series.times.begin());
        if (row == stop)
            continue;
        size_t lowest = row, highest = row;
        bool any = false;
        for (; row < stop; ++row) {
            if (!std::isfinite(series.values[row]))
                continue;
            lowest = !any || series.values[row] < series.values[lowest] ? row : lowest;
            highest = !any || series.values[row] > series.values[highest] ? row : highest;
            any = true;
        }
        if (!any) {
            if (!run.isEmpty())
                all.append(run);
            run.clear();
            continue;
        }
        const double x = mapping.area.left() + column / options.pixelRatio;
        run.append({x, mapping.y(series.values[std::min(lowest, highest)])});
        if (lowest != highest)
            run.append({x, mapping.y(series.values[std::max(lowest, highest)])});
    }
    if (!run.isEmpty())
        all.append(run);
    return all;
}

/// Splits the runs where the first open bucket's point is: that point belongs to both, the line does not break.
void splitAtOpen(const QList<QPolygonF> &all, double openX, SeriesPath &path)
{
    for (const QPolygonF &run : all) {
        if (run.size() == 1) {
            path.dots.append(run.first());
            continue;
        }
        const auto open = std::find_if(run.begin(), run.end(), [&](QPointF point) { return point.x() >= openX; });
        const qsizetype at = open - run.begin();
        if (at > 1)
            path.lines.append(run.first(at));
        if (open != run.end())
            path.openLines.append(run.mid(std::max<qsizetype>(at - 1, 0)));
    }
}

/// Closes upper runs over their lower edge. The lower edge has a value wherever the upper one has.
QList<QPolygonF> between(const QList<QPolygonF> &upper, const QList<QPolygonF> &lower)
{
    QList<QPolygonF> areas;
    for (qsizetype i = 0; i < std::min(upper.size(), lower.size()); ++i) {
        QPolygonF area = upper[i];
        for (auto point = lower[i].crbegin(); point != lower[i].crend(); ++point)
            area.append(*point);
        areas.append(area);
    }
    return areas;
}

QList<QPolygonF> downTo(const QList<QPolygonF> &upper, double y)
{
    QList<QPolygonF> areas;
    for (const QPolygonF &run : upper) {
        QPolygonF area = run;
        area.append({run.last().x(), y});
        area.append({run.first().x(), y});
        areas.append(area);
    }
    return areas;
}

void makeBars(
    const PlotSeries &series, Window window, const PlotMapping &mapping, const PathOptions &options, SeriesPath &path)
{
    const double pixel = 1 / options.pixelRatio;
    for (size_t i = window.begin; i < window.end; ++i) {
        if (!std::isfinite(series.values[i]))
            continue;
        const double base = series.base.empty() ? 0 : series.base[i];
        const double left = mapping.x(series.times[i]);
        const double right = std::max(mapping.x(series.times[i] + options.bucket), left + pixel);
        // A hair of ground between bars, as long as there is room for one.
        const double space = right - left >= 4 ? std::max(1.0, (right - left) * 0.16) : 0;
        const QRectF bar(
            QPointF(left + space / 2, mapping.y(series.values[i])), QPointF(right - space / 2, mapping.y(base)));
        const bool isOpen = options.openFrom && series.times[i] >= *options.openFrom;
        (isOpen ? path.openBars : path.bars).append(bar.normalized());
    }
}

} // namespace

SeriesPath makeSeriesPath(const PlotSeries &series, const PlotMapping &mapping, const PathOptions &options)
{
    SeriesPath path;
    const Window window = visibleRows(series, mapping, options.bucket);
    if (options.drawing == Panel::Drawing::Bars) {
        makeBars(series, window, mapping, options, path);
        return path;
    }
    const double devicePixels = mapping.area.width() * options.pixelRatio;
    path.isDense = double(window.size()) > 2 * devicePixels && series.base.empty();
    const QList<QPolygonF> upper = path.isDense ? denseRuns(series, window, mapping, options)
                                                : runs(series, series.values, window, mapping, options.bucket);
    const double openX = options.openFrom ? mapping.x(*options.openFrom + options.bucket / 2) - 0.01
                                          : mapping.area.right() + devicePixels;
    splitAtOpen(upper, openX, path);
    if (options.drawing == Panel::Drawing::Area)
        path.fills = downTo(upper, mapping.y(std::clamp(0.0, mapping.low, mapping.high)));
    if (options.drawing == Panel::Drawing::Stacked)
        path.fills = between(upper, runs(series, series.base, window, mapping, options.bucket));
    if (!series.high.empty() && !path.isDense)
        path.bands = between(runs(series, series.high, window, mapping, options.bucket),
            runs(series, series.low, window, mapping, options.bucket));
    return path;
}

} // namespace Shardboard
