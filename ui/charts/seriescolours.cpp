// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/seriescolours.h"

#include "ui/common/theme.h"

#include <QSet>

#include <algorithm>

namespace Shardboard {

namespace {

/// Palette colours too near to a colour that has a meaning in this panel: an orange line beside the red of errors
/// misleads.
QSet<int> nearRoles(const QList<Series> &series)
{
    constexpr int tooNear = 30; // degrees of hue
    QSet<int> near;
    for (const Series &one : series) {
        if (one.colour.isEmpty())
            continue;
        const int hue = Theme::instance().series(one.name, one.colour).hslHue();
        for (int index = 0; index < Theme::seriesColourCount(); ++index) {
            const int distance = std::abs(Theme::seriesColour(index).hslHue() - hue);
            if (hue >= 0 && std::min(distance, 360 - distance) < tooNear)
                near.insert(index);
        }
    }
    return near;
}

} // namespace

QList<QColor> seriesColours(const QList<Series> &series)
{
    const Theme &theme = Theme::instance();
    QList<QColor> colours(series.size());
    QList<qsizetype> byName;
    for (qsizetype i = 0; i < series.size(); ++i) {
        if (series[i].colour.isEmpty())
            byName.append(i);
        else
            colours[i] = theme.series(series[i].name, series[i].colour);
    }
    // In the order of names, not of arrival: which series comes first may change with every refresh.
    std::sort(byName.begin(), byName.end(), [&](qsizetype a, qsizetype b) { return series[a].name < series[b].name; });
    QSet<int> taken = nearRoles(series);
    for (const qsizetype i : std::as_const(byName)) {
        int index = Theme::seriesColourIndex(series[i].name);
        while (taken.contains(index) && taken.size() < Theme::seriesColourCount())
            index = (index + 1) % Theme::seriesColourCount();
        taken.insert(index);
        colours[i] = Theme::seriesColour(index);
    }
    return colours;
}

QColor shareColour(qsizetype rank, bool isNull)
{
    const Theme &theme = Theme::instance();
    if (isNull)
        return theme.border();
    if (rank < Theme::seriesColourCount())
        return Theme::seriesColour(int(rank));
    QColor grey = theme.dimText();
    grey.setAlphaF(rank % 2 == 0 ? 0.55F : 0.35F);
    return grey;
}

} // namespace Shardboard
