// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPainter>
#include <QPolygonF>

namespace Shardboard {

/// Draws a line through the points with the painter's pen. On pixels it goes from point to point: stroked as a whole, a
/// jagged line of a thousand points costs the raster engine fifty times as much. In a file it stays one line.
void drawLineThrough(QPainter &painter, const QPolygonF &points);

/// Half way (or `share` of it) from one colour to the other; opaque, so that lines that cross do not show where.
QColor mixed(const QColor &colour, const QColor &ground, double share);

} // namespace Shardboard
