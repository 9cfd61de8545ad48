// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/paneldata.h"

#include <QColor>

namespace Shardboard {

/// One colour per series, in order: its role or own colour, else the theme's for its name; two names of one panel that
/// would share a colour are kept apart while the palette lasts. The same set of names always gets the same colours.
QList<QColor> seriesColours(const QList<Series> &series);

/// For the parts of a whole, largest first: the palette in order, then greys, so that neighbours always differ.
QColor shareColour(qsizetype rank, bool isNull);

} // namespace Shardboard
