// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"
#include "connection/values/outcome.h"
#include "dashboard/timerange.h"

#include <QHash>
#include <QSize>
#include <QString>
#include <QStringList>

#include <optional>

namespace Shardboard {

/// What the command options asks for.
struct LaunchOptions
{
    enum class Task { Window, Render, Help, Version };

    Task task = Task::Window;
    std::optional<ConnectionSettings> target; ///< URI, key=value pairs or service=NAME
    QStringList files; ///< dashboards as JSON documents
    bool startsDemo = false;
    QString dashboard; ///< id of a dashboard of the library
    bool isKiosk = false;
    bool trusts = false; ///< the given dashboards may run without being asked about
    QString trustedHash; ///< with `trusts`: only the one with this SHA-256; empty: whatever it is
    std::optional<TimeRange> range;
    QHash<QString, QString> variables;
    QString renderOutput; ///< .png, .svg or .pdf
    QSize renderSize; ///< empty: 1440 wide and as tall as the panels want
    QString theme; ///< "system", "light", "dark"; empty: as chosen in the program
};

/// `arguments` without the program's name. An error is a bad usage, said in one sentence.
Outcome<LaunchOptions> parseLaunchOptions(const QStringList &arguments);
QString usageText();

} // namespace Shardboard
