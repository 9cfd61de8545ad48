// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/gridarrange.h"

#include <algorithm>
#include <numeric>

namespace Shardboard::Grid {

namespace {

double cellWidth(int pageWidth)
{
    return (pageWidth - 2 * margin - (columns - 1) * gap) / double(columns);
}

QList<qsizetype> readingOrder(const QList<GridPlace> &places)
{
    QList<qsizetype> order(places.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](qsizetype a, qsizetype b) {
        return places[a].y != places[b].y ? places[a].y < places[b].y : places[a].x < places[b].x;
    });
    return order;
}

bool isFree(const GridPlace &place, const QList<GridPlace> &taken)
{
    return std::none_of(taken.begin(), taken.end(), [&](const GridPlace &other) { return overlap(place, other); });
}

/// Up as long as the cells above are free; down first, where they are not free here.
GridPlace settled(GridPlace place, const QList<GridPlace> &taken)
{
    while (!isFree(place, taken))
        ++place.y;
    for (GridPlace above = place; place.y > 0; place = above) {
        --above.y;
        if (!isFree(above, taken))
            break;
    }
    return place;
}

} // namespace

QRect pixels(const GridPlace &place, int pageWidth)
{
    const double cell = cellWidth(pageWidth);
    const auto left = [&](int column) { return margin + int(std::lround(column * (cell + gap))); };
    const int right = left(place.x + place.width) - gap;
    return {left(place.x), place.y * (rowHeight + gap), right - left(place.x), place.height * (rowHeight + gap) - gap};
}

int pageHeight(const QList<GridPlace> &places)
{
    int rows = 1;
    for (const GridPlace &place : places)
        rows = std::max(rows, place.y + place.height);
    return rows * (rowHeight + gap) - gap + margin;
}

QList<GridPlace> fitted(const QList<GridPlace> &places, int pageWidth)
{
    if (pageWidth >= narrow)
        return places;
    QList<GridPlace> stacked = places;
    int y = 0;
    for (const qsizetype i : readingOrder(places)) {
        stacked[i] = {0, y, columns, places[i].height};
        y += places[i].height;
    }
    return stacked;
}

QPoint cellAt(QPoint topLeft, int pageWidth)
{
    const double across = cellWidth(pageWidth) + gap;
    return {int(std::lround((topLeft.x() - margin) / across)), int(std::lround(topLeft.y() / double(rowHeight + gap)))};
}

GridPlace clamped(GridPlace place)
{
    place.width = std::clamp(place.width, leastWidth, columns);
    place.height = std::max(place.height, leastHeight);
    place.x = std::clamp(place.x, 0, columns - place.width);
    place.y = std::max(place.y, 0);
    return place;
}

bool overlap(const GridPlace &a, const GridPlace &b)
{
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

QList<GridPlace> arranged(QList<GridPlace> places, qsizetype held)
{
    QList<GridPlace> taken;
    const bool hasHeld = held >= 0 && held < places.size();
    if (hasHeld) {
        places[held] = clamped(places[held]);
        taken.append(places[held]);
    }
    for (const qsizetype i : readingOrder(places)) {
        if (i == held)
            continue;
        places[i] = settled(clamped(places[i]), taken);
        taken.append(places[i]);
    }
    // The held one may hang in the air now, and with it those below.
    QList<GridPlace> resting;
    for (const qsizetype i : readingOrder(places)) {
        places[i] = settled(places[i], resting);
        resting.append(places[i]);
    }
    return places;
}

} // namespace Shardboard::Grid
