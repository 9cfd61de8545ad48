// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPainter>
#include <QPointF>

namespace Shardboard {

/// The mark that tells a series apart where colour does not: circle, square, triangle, diamond, then the same again
/// hollow.
void drawSeriesShape(
    QPainter &painter, QPointF centre, int index, const QColor &colour, const QColor &ground, double size);

} // namespace Shardboard
