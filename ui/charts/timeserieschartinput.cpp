// SPDX-License-Identifier: GPL-3.0-or-later
// What pointer and keys do on a TimeSeriesChart.
#include "ui/charts/timeserieschart.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <cmath>

namespace Shardboard {

namespace {
constexpr double reach = 8; // pixels around the plot that still belong to it
constexpr double shortestDrag = 6; // pixels; below it was a click
constexpr int bigStep = 10; // buckets, with Shift
constexpr double zoomFactor = 0.5;
} // namespace

void TimeSeriesChart::resizeEvent(QResizeEvent *event)
{
    QChartView::resizeEvent(event);
    placePlot();
    m_scale.reset();
    rebuild();
}

bool TimeSeriesChart::viewportEvent(QEvent *event)
{
    // Another screen, another pixel ratio: columns of dense series are device pixels.
    if (event->type() == QEvent::ScreenChangeInternal)
        rebuild();
    return QChartView::viewportEvent(event);
}

void TimeSeriesChart::changeEvent(QEvent *event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::FontChange && m_ground) {
        placePlot();
        rebuild();
    }
}

void TimeSeriesChart::pointAt(double x)
{
    const qint64 time = m_mapping.time(x);
    const std::optional<qint64> bucket = m_model.bucketAt(time);
    m_crosshair.show(bucket ? m_model.centreOf(*bucket) : time, this);
}

void TimeSeriesChart::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && m_model.span().length() > 0
        && m_mapping.area.adjusted(-reach, -reach, reach, reach).contains(event->position())) {
        m_dragStart = std::clamp(event->position().x(), m_mapping.area.left(), m_mapping.area.right());
        event->accept();
        return;
    }
    event->ignore();
}

void TimeSeriesChart::mouseMoveEvent(QMouseEvent *event)
{
    const double x = std::clamp(event->position().x(), m_mapping.area.left(), m_mapping.area.right());
    if (m_dragStart) {
        const QRectF stretch(QPointF(*m_dragStart, m_mapping.area.top()), QPointF(x, m_mapping.area.bottom()));
        m_overlay->setSelection(stretch.normalized());
    }
    if (m_mapping.area.adjusted(-reach, -reach, reach, reach).contains(event->position()) || m_dragStart)
        pointAt(x);
    else
        m_crosshair.hide(this);
    event->accept();
}

void TimeSeriesChart::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || !m_dragStart) {
        event->ignore();
        return;
    }
    const double from = *m_dragStart;
    const double to = std::clamp(event->position().x(), m_mapping.area.left(), m_mapping.area.right());
    m_dragStart.reset();
    m_overlay->setSelection(std::nullopt);
    if (std::abs(to - from) >= shortestDrag)
        requestZoom(m_mapping.time(std::min(from, to)), m_mapping.time(std::max(from, to)));
    event->accept();
}

void TimeSeriesChart::mouseDoubleClickEvent(QMouseEvent *event)
{
    m_dragStart.reset();
    m_overlay->setSelection(std::nullopt);
    if (event->button() == Qt::LeftButton && m_mapping.area.contains(event->position()))
        Q_EMIT zoomOutRequested();
    event->accept();
}

// The wheel scrolls the dashboard; with Ctrl it zooms this chart's time.
void TimeSeriesChart::wheelEvent(QWheelEvent *event)
{
    if (!event->modifiers().testFlag(Qt::ControlModifier) || event->angleDelta().y() == 0) {
        event->ignore();
        return;
    }
    pointAt(event->position().x());
    zoomAround(event->angleDelta().y() > 0 ? zoomFactor : 1 / zoomFactor);
    event->accept();
}

void TimeSeriesChart::leaveEvent(QEvent *event)
{
    QChartView::leaveEvent(event);
    if (!m_dragStart)
        m_crosshair.hide(this);
}

void TimeSeriesChart::focusOutEvent(QFocusEvent *event)
{
    QChartView::focusOutEvent(event);
    m_crosshair.hide(this);
}

void TimeSeriesChart::keyPressEvent(QKeyEvent *event)
{
    const int step = event->modifiers().testFlag(Qt::ShiftModifier) ? bigStep : 1;
    switch (event->key()) {
    case Qt::Key_Left:
        moveCrosshair(-step);
        break;
    case Qt::Key_Right:
        moveCrosshair(step);
        break;
    case Qt::Key_Home:
        m_crosshair.show(m_model.span().begin, this);
        moveCrosshair(0);
        break;
    case Qt::Key_End:
        m_crosshair.show(m_model.span().end - 1, this);
        moveCrosshair(0);
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomAround(zoomFactor);
        break;
    case Qt::Key_Minus:
        zoomAround(1 / zoomFactor);
        break;
    case Qt::Key_Escape:
        // First what is under the hand, then the way back.
        if (m_dragStart) {
            m_dragStart.reset();
            m_overlay->setSelection(std::nullopt);
        } else if (m_crosshair.owner() == this) {
            m_crosshair.hide(this);
        } else {
            Q_EMIT zoomOutRequested();
        }
        break;
    default:
        event->ignore();
        return;
    }
    event->accept();
}

void TimeSeriesChart::moveCrosshair(int buckets)
{
    const std::optional<qint64> time = m_crosshair.time();
    // Without a crosshair the keys start at the newest bucket: that is what one looks at first.
    const qint64 from = time ? m_model.bucketAt(*time).value_or(*time) : m_model.span().end;
    const int steps = time ? buckets : 0;
    if (const auto bucket = m_model.bucketBeside(from, steps))
        m_crosshair.show(m_model.centreOf(*bucket), this);
}

void TimeSeriesChart::zoomAround(double factor)
{
    const TimeSpan span = m_model.span();
    if (span.length() <= 0)
        return;
    const qint64 centre = m_crosshair.time().value_or(span.begin + span.length() / 2);
    const double share = double(centre - span.begin) / double(span.length());
    const double length = double(span.length()) * factor;
    requestZoom(centre - qint64(share * length), centre + qint64((1 - share) * length));
}

// Whole buckets only: half a bucket cannot be shown.
void TimeSeriesChart::requestZoom(qint64 begin, qint64 end)
{
    const qint64 grain = std::max<qint64>(m_model.bucket(), 1000);
    const auto down = [&](qint64 time) { return time - ((time % grain) + grain) % grain; };
    const TimeSpan span{down(begin), down(end + grain - 1)};
    if (span.length() > 0 && span != m_model.span())
        Q_EMIT zoomRequested(span);
}

} // namespace Shardboard
