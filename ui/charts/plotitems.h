// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/plotmapping.h"
#include "ui/charts/seriespath.h"

#include <QFont>
#include <QGraphicsItem>

#include <optional>

namespace Shardboard {

/// A label at a place along an axis.
struct AxisLabel
{
    double position = 0; ///< pixels along the axis, in the chart's coordinates
    QString text;
};

/// An item as large as its chart that paints with the chart's coordinates.
class ChartLayer : public QGraphicsItem
{
public:
    explicit ChartLayer(QGraphicsItem *parent) : QGraphicsItem(parent) {}
    void setArea(const QRectF &area);
    QRectF boundingRect() const override { return m_area; }

private:
    QRectF m_area;
};

/// Behind the series: hatched open buckets and the labels of both axes.
class PlotGround final : public ChartLayer
{
public:
    using ChartLayer::ChartLayer;

    struct Content
    {
        QRectF plot;
        std::optional<QRectF> open; ///< hatched
        QList<AxisLabel> times;
        QList<AxisLabel> values;
        QFont font;
    };
    void setContent(Content content);
    void paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *widget) override;

private:
    void paintOpen(QPainter &painter) const;

    Content m_content;
};

/// One series. The path is made once for every change of data or size, never while painting.
class SeriesItem final : public ChartLayer
{
public:
    using ChartLayer::ChartLayer;

    struct Content
    {
        SeriesPath path;
        QRectF plot;
        QColor colour;
        Panel::Drawing drawing = Panel::Drawing::Line;
        std::optional<QPointF> end; ///< of the complete part, marked with the series' shape
        int shape = 0;
    };
    void setContent(Content content);
    void paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *widget) override;

private:
    void paintAreas(QPainter &painter) const;
    void paintLines(QPainter &painter) const;
    void paintBars(QPainter &painter) const;

    Content m_content;
};

/// Above the series: thresholds, the crosshair with a mark on each series, the stretch that is being selected.
class PlotOverlay final : public ChartLayer
{
public:
    using ChartLayer::ChartLayer;

    struct Mark
    {
        QPointF at;
        QColor colour;
        int shape = 0;
    };
    struct Line
    {
        double y = 0;
        QString label;
        QColor colour;
    };
    void setThresholds(QRectF plot, QList<Line> lines, QFont font);
    void setCrosshair(std::optional<double> x, QList<Mark> marks);
    void setSelection(std::optional<QRectF> selection);
    void paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *widget) override;

private:
    void paintThresholds(QPainter &painter) const;
    void paintCrosshair(QPainter &painter) const;
    QRectF crosshairArea() const;

    QRectF m_plot;
    QList<Line> m_thresholds;
    QFont m_font;
    std::optional<double> m_crosshair;
    QList<Mark> m_marks;
    std::optional<QRectF> m_selection;
};

} // namespace Shardboard
