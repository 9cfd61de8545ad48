// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/seriesshape.h"

#include <QPolygonF>

namespace Shardboard {

void drawSeriesShape(
    QPainter &painter, QPointF centre, int index, const QColor &colour, const QColor &ground, double size)
{
    constexpr int shapeCount = 4;
    const bool isHollow = (index / shapeCount) % 2 == 1;
    const double r = size / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(isHollow ? colour : ground, 1.5));
    painter.setBrush(isHollow ? ground : colour);
    switch (index % shapeCount) {
    case 0:
        painter.drawEllipse(centre, r, r);
        break;
    case 1:
        painter.drawRect(QRectF(centre.x() - r * 0.9, centre.y() - r * 0.9, r * 1.8, r * 1.8));
        break;
    case 2:
        painter.drawPolygon(QPolygonF(
            {centre + QPointF(0, -r * 1.1), centre + QPointF(r * 1.1, r * 0.9), centre + QPointF(-r * 1.1, r * 0.9)}));
        break;
    default:
        painter.drawPolygon(QPolygonF({centre + QPointF(0, -r * 1.2), centre + QPointF(r * 1.2, 0),
            centre + QPointF(0, r * 1.2), centre + QPointF(-r * 1.2, 0)}));
        break;
    }
    painter.restore();
}

} // namespace Shardboard
