// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/plotitems.h"

#include "ui/charts/linepaint.h"
#include "ui/charts/seriesshape.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace Shardboard {

namespace {
constexpr double labelGap = 8; // between an axis label and the plot
constexpr double hatchDistance = 6; // between hatch lines
constexpr double lineWidth = 1.5;
constexpr double markSize = 8;

QColor faded(QColor colour, double alpha)
{
    colour.setAlphaF(float(alpha));
    return colour;
}
} // namespace

void ChartLayer::setArea(const QRectF &area)
{
    prepareGeometryChange();
    m_area = area;
}

void PlotGround::setContent(Content content)
{
    m_content = std::move(content);
    update();
}

void PlotGround::paint(QPainter *painter, const QStyleOptionGraphicsItem *, QWidget *)
{
    const Theme &theme = Theme::instance();
    if (m_content.open)
        paintOpen(*painter);
    painter->setFont(m_content.font);
    painter->setPen(theme.dimText());
    const QFontMetricsF metrics(m_content.font);
    const QRectF plot = m_content.plot;
    for (const AxisLabel &label : m_content.values) {
        const QRectF place(0, label.position - metrics.height() / 2, plot.left() - labelGap, metrics.height());
        painter->drawText(place, Qt::AlignRight | Qt::AlignVCenter | Qt::TextDontClip, label.text);
    }
    for (const AxisLabel &label : m_content.times) {
        const double width = std::ceil(textWidth(metrics, label.text));
        const double left = std::clamp(label.position - width / 2, 0.0, std::max(0.0, boundingRect().right() - width));
        painter->drawText(QRectF(left, plot.bottom() + labelGap - 2, width, metrics.height()),
            Qt::AlignHCenter | Qt::AlignTop | Qt::TextDontClip, label.text);
    }
    painter->setPen(QPen(theme.border(), 1));
    painter->drawLine(QPointF(plot.left(), plot.bottom()), QPointF(plot.right(), plot.bottom()));
    for (const AxisLabel &label : m_content.times)
        painter->drawLine(QPointF(label.position, plot.bottom()), QPointF(label.position, plot.bottom() + 4));
}

void PlotGround::paintOpen(QPainter &painter) const
{
    const QRectF open = *m_content.open;
    painter.save();
    painter.setClipRect(open);
    painter.fillRect(open, faded(Theme::instance().hatch(), 0.06));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(Theme::instance().hatch(), 1));
    // Counted from the plot's corner, so that the hatch stands still while its edge moves.
    const double start = m_content.plot.left() - m_content.plot.height();
    const double first = start + std::floor((open.left() - open.height() - start) / hatchDistance) * hatchDistance;
    for (double x = first; x < open.right(); x += hatchDistance)
        painter.drawLine(QPointF(x, open.bottom()), QPointF(x + open.height(), open.top()));
    painter.restore();
}

void SeriesItem::setContent(Content content)
{
    m_content = std::move(content);
    update();
}

void SeriesItem::paint(QPainter *painter, const QStyleOptionGraphicsItem *, QWidget *)
{
    painter->save();
    // Half a line's width of room, so that a line on zero or on the top is not cut in two.
    painter->setClipRect(m_content.plot.adjusted(-1, -2, 1, 2));
    if (m_content.drawing == Panel::Drawing::Bars) {
        paintBars(*painter);
    } else {
        paintAreas(*painter);
        paintLines(*painter);
    }
    painter->restore();
    if (m_content.end) {
        drawSeriesShape(
            *painter, *m_content.end, m_content.shape, m_content.colour, Theme::instance().card(), markSize - 1);
    }
}

// Smooth edges would cost ten times as much and be hidden by the line that runs along them.
void SeriesItem::paintAreas(QPainter &painter) const
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(Qt::NoPen);
    painter.setBrush(faded(m_content.colour, m_content.drawing == Panel::Drawing::Stacked ? 0.45 : 0.14));
    for (const QPolygonF &fill : m_content.path.fills)
        painter.drawPolygon(fill);
    painter.setBrush(faded(m_content.colour, 0.20));
    for (const QPolygonF &band : m_content.path.bands)
        painter.drawPolygon(band);
}

void SeriesItem::paintLines(QPainter &painter) const
{
    const SeriesPath &path = m_content.path;
    painter.setBrush(Qt::NoBrush);
    painter.setRenderHint(QPainter::Antialiasing, !path.isDense);
    QPen pen(m_content.colour, path.isDense ? 1 : lineWidth);
    pen.setCosmetic(path.isDense);
    pen.setJoinStyle(Qt::RoundJoin);
    painter.setPen(pen);
    for (const QPolygonF &line : path.lines)
        drawLineThrough(painter, line);
    // What may still change is paler.
    pen.setColor(mixed(m_content.colour, Theme::instance().card(), 0.5));
    painter.setPen(pen);
    for (const QPolygonF &line : path.openLines)
        drawLineThrough(painter, line);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_content.colour);
    for (const QPointF &dot : path.dots)
        painter.drawEllipse(dot, 2, 2);
}

void SeriesItem::paintBars(QPainter &painter) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(faded(m_content.colour, 0.85));
    painter.drawRects(m_content.path.bars);
    painter.setBrush(faded(m_content.colour, 0.40));
    painter.drawRects(m_content.path.openBars);
}

void PlotOverlay::setThresholds(QRectF plot, QList<Line> lines, QFont font)
{
    m_plot = plot;
    m_thresholds = std::move(lines);
    m_font = std::move(font);
    update();
}

QRectF PlotOverlay::crosshairArea() const
{
    return m_crosshair
        ? QRectF(*m_crosshair - markSize, m_plot.top() - markSize, 2 * markSize, m_plot.height() + 2 * markSize)
        : QRectF();
}

// Only the two strips are painted again: the crosshair moves with the pointer on every panel at once.
void PlotOverlay::setCrosshair(std::optional<double> x, QList<Mark> marks)
{
    update(crosshairArea());
    m_crosshair = x;
    m_marks = std::move(marks);
    update(crosshairArea());
}

void PlotOverlay::setSelection(std::optional<QRectF> selection)
{
    m_selection = selection;
    update();
}

void PlotOverlay::paint(QPainter *painter, const QStyleOptionGraphicsItem *, QWidget *)
{
    paintThresholds(*painter);
    if (m_selection) {
        const QColor accent = Theme::instance().accent();
        painter->fillRect(*m_selection, faded(accent, 0.16));
        painter->setPen(QPen(accent, 1));
        painter->drawLine(m_selection->topLeft(), m_selection->bottomLeft());
        painter->drawLine(m_selection->topRight(), m_selection->bottomRight());
    }
    if (m_crosshair)
        paintCrosshair(*painter);
}

void PlotOverlay::paintThresholds(QPainter &painter) const
{
    const QFontMetricsF metrics(m_font);
    painter.setFont(m_font);
    for (const Line &line : m_thresholds) {
        QPen pen(line.colour, 1);
        pen.setDashPattern({4, 4});
        painter.setPen(pen);
        painter.drawLine(QPointF(m_plot.left(), line.y), QPointF(m_plot.right(), line.y));
        // Above the line, or below it where there is no room above.
        const bool isAbove = line.y - metrics.height() >= m_plot.top() - 4;
        const double top = isAbove ? line.y - metrics.height() - 1 : line.y + 1;
        const QString label = elideText(metrics, line.label, Qt::ElideRight, m_plot.width() - 8);
        const double width = textWidth(metrics, label) + 8;
        const QRectF place(m_plot.right() - width - 4, top, width, metrics.height());
        // The label may lie on a series: a sheet of the card's colour keeps it readable.
        painter.fillRect(place, faded(Theme::instance().card(), 0.8));
        painter.drawText(place, Qt::AlignCenter, label);
    }
}

void PlotOverlay::paintCrosshair(QPainter &painter) const
{
    const Theme &theme = Theme::instance();
    painter.setPen(QPen(faded(theme.dimText(), 0.8), 1));
    painter.drawLine(QPointF(*m_crosshair, m_plot.top()), QPointF(*m_crosshair, m_plot.bottom()));
    for (const Mark &mark : m_marks)
        drawSeriesShape(painter, mark.at, mark.shape, mark.colour, theme.card(), markSize);
}

} // namespace Shardboard
