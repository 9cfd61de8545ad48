// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/paneldata.h"

namespace Shardboard {

/// The series thinned for a plot of that many pixel columns over the span: of the points of one column the first, the
/// lowest, the highest and the last stay, in their order, so that the drawn line covers the same pixels. A gap (NaN)
/// stays one. A band keeps the lowest of its lows and the highest of its highs. Series of at most two points a column
/// come back as they are. Points outside the span are left out, but for the nearest on each side, to which the line
/// leads.
Series downsample(const Series &series, const TimeSpan &span, int pixelColumns);

} // namespace Shardboard
