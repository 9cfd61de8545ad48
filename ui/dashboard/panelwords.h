// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "dashboard/paneldata.h"

#include <QTimeZone>

namespace Shardboard {

/// What a panel says when it has no picture: what is the matter, and what to do about it.
struct StateWords
{
    QString title;
    QString text;
};

/// Why there are no rows: the rollup has not run, is not that far yet, or nothing happened in the range.
StateWords describeEmpty(const PanelData &data, const QTimeZone &zone);
StateWords describeFailure(const PanelData &data);
/// "Data of 10:41:03", for what is shown dimmed; and why it is not newer.
StateWords describeStale(const PanelData &data, const QTimeZone &zone);

/// The foot of a dashboard: how far the rollups behind these panels are complete, from which ones, in whose time.
/// `now` is milliseconds since 1970-01-01 UTC.
QString describeFreshness(const QList<SharedPanelData> &panels, qint64 now, const QTimeZone &zone);

} // namespace Shardboard
