// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"
#include "dashboard/document.h"
#include "dashboard/paneldata.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace Shardboard {

class DashboardView;
class Refresher;

/// "Site: All": the choices that are in force, for a picture's head.
QStringList describeChoices(const Refresher &refresher);

/// Asks for a file and draws the whole dashboard into it, what is scrolled away included.
void exportDashboardPicture(DashboardView &view);
/// Asks for a folder and writes one CSV file for every panel with rows.
void exportDashboardCsv(DashboardView &view);

/// Writes "<title>.csv" for every panel that has rows, titles made fit for file names and unique; returns the files'
/// names.
Outcome<QStringList> writePanelsAsCsv(
    const QList<Panel> &panels, const QList<SharedPanelData> &contents, const QString &folder);

} // namespace Shardboard
