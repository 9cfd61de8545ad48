// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"
#include "dashboard/timerange.h"
#include "dashboard/trust.h"

#include <QHash>
#include <QSize>
#include <QString>

#include <chrono>
#include <optional>

namespace Shardboard {

/// A dashboard to be drawn into a file without a screen.
struct RenderRequest
{
    TrustedDocument document;
    QString outputFile; ///< .png, .svg or .pdf
    QSize size; ///< of the page in pixels; empty: 1440 wide and as tall as its panels. What does not fit is cut off
    ConnectionSettings settings;
    std::optional<TimeRange> range; ///< instead of the document's own
    QHash<QString, QString> variables; ///< by name; an empty value means all
    std::chrono::seconds timeout{60}; ///< for connecting and all answers together
};

/// Connects, fills every panel, writes the file. Returns the exit status: 0; 1 when the server could not be reached, a
/// panel failed or did not answer in time (the picture is written all the same), or the file could not be written; 2
/// for a variable the document does not have. What went wrong is said on stderr. Runs the event loop of the
/// QApplication, whose platform needs no screen.
int renderDashboard(const RenderRequest &request);

} // namespace Shardboard
