// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace Shardboard {

/// Lets assistive technology see a TimeSeriesChart as one chart with a description, not as an empty scroll area. Once
/// per process is enough; further calls do nothing.
void installChartAccessibility();

} // namespace Shardboard
