// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/linepaint.h"

#include <QPaintEngine>

namespace Shardboard {

void drawLineThrough(QPainter &painter, const QPolygonF &points)
{
    if (painter.paintEngine()->type() != QPaintEngine::Raster || !painter.testRenderHint(QPainter::Antialiasing)) {
        painter.drawPolyline(points);
        return;
    }
    QList<QPointF> ends;
    ends.reserve(2 * points.size());
    for (qsizetype i = 1; i < points.size(); ++i) {
        ends.append(points[i - 1]);
        ends.append(points[i]);
    }
    // Square ends close the corners between the pieces.
    QPen pen = painter.pen();
    pen.setCapStyle(Qt::SquareCap);
    painter.setPen(pen);
    painter.drawLines(ends);
}

QColor mixed(const QColor &colour, const QColor &ground, double share)
{
    const auto part = [&](float a, float b) { return float(a + (b - a) * share); };
    return QColor::fromRgbF(part(colour.redF(), ground.redF()), part(colour.greenF(), ground.greenF()),
        part(colour.blueF(), ground.blueF()));
}

} // namespace Shardboard
