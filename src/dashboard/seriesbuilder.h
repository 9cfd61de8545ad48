// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "dashboard/paneldata.h"
#include "dashboard/panelrows.h"

namespace Shardboard {

/// The series of rows over time: one per field, or, with a category column, one per value of it in alphabetical order.
/// Rows without a time are left out (a Stat's figures are among them). Of very many categories the largest are taken,
/// which `notes` says. Errors go to `rows`.
QList<Series> buildSeries(const Panel &panel, PanelRows &rows, qint64 stepMilliseconds, QStringList &notes);

} // namespace Shardboard
