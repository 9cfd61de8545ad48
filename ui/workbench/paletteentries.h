// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/workbench/commandpalette.h"

namespace Shardboard {

class ConnectionBook;
class Library;
class WindowActions;
struct Profile;

/// What the command palette offers, one function for each kind. What is handed over must outlive the entries.
QList<CommandPalette::Entry> dashboardEntries(
    const Library &library, const std::function<void(const QString &id)> &open);
QList<CommandPalette::Entry> connectionEntries(
    const ConnectionBook &book, const std::function<void(const Profile &profile)> &connectTo);
/// Those that can be done now.
QList<CommandPalette::Entry> actionEntries(const WindowActions &actions);

} // namespace Shardboard
