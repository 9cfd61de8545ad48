// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"
#include "dashboard/document.h"
#include "dashboard/paneldata.h"

namespace Shardboard {

/// What a panel draws, out of the rows its query gave: series, figures, categories and the table, state Ready or Empty.
/// An error when the rows are not what the panel is made for (a column that is not there, a number that is none, two
/// rows for one bucket); it names the column. Pure, any thread.
///
/// A time series gets every bucket between its first and last row, `stepMilliseconds` apart: those without a row are
/// NaN. Where the rows do not lie on such a grid they stay as they are.
Outcome<PanelData> buildPanelData(const Panel &panel, const ResultSet &rows, qint64 stepMilliseconds);

/// The rows of a time series after part of it was asked for again: of `shown` those in `kept`, then `fresh`. Both have
/// the same columns. An error when a time does not read.
Outcome<ResultSet> mergeRows(
    const ResultSet &shown, const ResultSet &fresh, const QString &timeColumn, const TimeSpan &kept);

} // namespace Shardboard
