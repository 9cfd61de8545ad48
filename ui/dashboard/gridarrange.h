// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"

#include <QList>
#include <QRect>

namespace Shardboard {

/// The grid of a dashboard: twelve columns of equal width, rows of one height. Pure functions.
namespace Grid {

constexpr int columns = 12;
constexpr int rowHeight = 40;
constexpr int gap = 8; ///< between panels
constexpr int margin = 16; ///< around them
constexpr int leastWidth = 2, leastHeight = 2; ///< of a panel, in cells
constexpr int narrow = 600; ///< pixels below which panels stand under each other

/// Pixels of a panel on a page of this width.
QRect pixels(const GridPlace &place, int pageWidth);
/// The whole page's height; at least one row.
int pageHeight(const QList<GridPlace> &places);
/// On a narrow page: full width, in reading order. Elsewhere as they are.
QList<GridPlace> fitted(const QList<GridPlace> &places, int pageWidth);

/// The cell nearest to a panel's corner at this pixel.
QPoint cellAt(QPoint topLeft, int pageWidth);
/// Inside the grid and not too small.
GridPlace clamped(GridPlace place);
bool overlap(const GridPlace &a, const GridPlace &b);

/// Every panel as high up as it can be with none on another; the held one has its wish first, the rest make way.
QList<GridPlace> arranged(QList<GridPlace> places, qsizetype held);

} // namespace Grid
} // namespace Shardboard
