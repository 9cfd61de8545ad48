// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "dashboard/paneldata.h"
#include "dashboard/panelrows.h"

namespace Shardboard {

/// How a category is shown: in quotation marks where it looks like what a chart says itself, "NULL" or "Other (3)".
QString categoryText(const QString &text);

/// The series of rows over time: one per field, or, with a category column, one per value of it in alphabetical order.
/// Buckets are `stepMilliseconds` wide where the panel's statement uses :step; else as wide as the rows of each series
/// show. Rows without a time are left out (a Stat's figures are among them). Of very many categories the largest are
/// taken, which `notes` says. Errors go to `rows`.
QList<Series> buildSeries(const Panel &panel, PanelRows &rows, qint64 stepMilliseconds, QStringList &notes);

} // namespace Shardboard
