// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/plotmodel.h"

#include <QString>
#include <QTimeZone>

namespace Shardboard {

/// A plot in words: the span, then one sentence per series with its last complete value, its lowest and its highest;
/// what is open or missing is said, too.
QString describePlot(const PlotModel &model, const QTimeZone &zone);

/// Every digit of a value, with its unit: for the tooltip, where the legend's three digits are not enough.
QString exactText(double value, const Series &series);
/// The band around a value, "±1.6 %"; empty without one.
QString bandText(const PlotReading &reading);

} // namespace Shardboard
