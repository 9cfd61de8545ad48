// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/ticks.h"
#include "ui/charts/charttooltip.h"
#include "ui/charts/crosshair.h"
#include "ui/charts/plotitems.h"
#include "ui/charts/plotmodel.h"

#include <QChartView>
#include <QPointer>
#include <QTimeZone>

class QLineSeries;
class QValueAxis;

namespace Shardboard {

/// Series over time: Qt Charts keeps the axes and the horizontal grid, series are items of our own. The time axis is
/// the span that was asked for, whatever the data. All charts with one Crosshair point at the same moment; dragging
/// selects a stretch of time; every gesture has a key.
class TimeSeriesChart final : public QChartView
{
    Q_OBJECT

public:
    /// `crosshair` is shared by the charts of a dashboard and outlives them.
    TimeSeriesChart(Crosshair &crosshair, const QTimeZone &zone, QWidget *parent = nullptr);
    ~TimeSeriesChart() override;

    void setContent(SharedPanelData content, const Shardboard::Panel &panel);
    const PlotModel &model() const { return m_model; }
    /// Series that are hidden by name; the scale follows what is left.
    void setHidden(const QSet<QString> &names);
    /// The plot without axis labels, in the widget's coordinates; charts of equal width have it at the same place.
    QRectF plotArea() const { return m_mapping.area; }
    const PlotMapping &mapping() const { return m_mapping; }
    /// Sums the picture up in words, for those who cannot see it.
    QString description() const;
    QSize sizeHint() const override { return {480, 200}; }
    QSize minimumSizeHint() const override { return {120, 80}; }

Q_SIGNALS:
    void zoomRequested(Shardboard::TimeSpan span);
    void zoomOutRequested(); ///< back to where the last zoom came from
    void plotWidthChanged(int pixels);
    /// The bucket under the crosshair, or none: the legend shows its values instead of the last ones.
    void bucketPointed(std::optional<qint64> bucketStart);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    void setupChart();
    void placePlot();
    void rebuild();
    void chooseScale();
    int mostTimeTicks() const;
    void updateGrid();
    void rebuildGround();
    void rebuildSeries();
    void rebuildThresholds();
    void showCrosshair();
    void pointAt(double x);
    void moveCrosshair(int buckets);
    void zoomAround(double factor);
    void requestZoom(qint64 begin, qint64 end);
    QList<ChartTooltip::Row> tooltipRows(qint64 bucketStart) const;
    QFont axisFont() const;
    QString unit() const; ///< of the value axis: the first series'

    Crosshair &m_crosshair;
    QTimeZone m_zone;
    PlotModel m_model;
    std::optional<ValueScale> m_scale; ///< nullopt: the next one takes exactly what it needs
    PlotMapping m_mapping;
    QSet<QString> m_hidden;
    QValueAxis *m_timeAxis = nullptr;
    QValueAxis *m_valueAxis = nullptr;
    PlotGround *m_ground = nullptr;
    QList<SeriesItem *> m_items;
    PlotOverlay *m_overlay = nullptr;
    QPointer<ChartTooltip> m_tooltip; ///< a child of the window, made at the first hover
    std::optional<double> m_dragStart;
    int m_plotWidth = 0;
    bool m_hasGrid = false; ///< drawn for the present scale and theme
};

} // namespace Shardboard
