// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/paletteentries.h"

#include "connection/profile.h"
#include "dashboard/library.h"
#include "ui/common/icons.h"
#include "ui/connection/connectionbook.h"
#include "ui/workbench/windowactions.h"

namespace Shardboard {

QList<CommandPalette::Entry> dashboardEntries(
    const Library &library, const std::function<void(const QString &id)> &open)
{
    QList<CommandPalette::Entry> entries;
    for (const Library::Entry &dashboard : library.list()) {
        if (!dashboard.error)
            entries.append(CommandPalette::Entry{dashboard.title, CommandPalette::tr("Dashboard"),
                symbolicIcon(QStringLiteral("dashboards")), [open, id = dashboard.id] { open(id); }});
    }
    return entries;
}

QList<CommandPalette::Entry> connectionEntries(
    const ConnectionBook &book, const std::function<void(const Profile &profile)> &connectTo)
{
    QList<CommandPalette::Entry> entries;
    for (int row = 0; row < book.rowCount(); ++row) {
        const Profile profile = book.profile(row);
        entries.append(CommandPalette::Entry{profile.name, CommandPalette::tr("Connection"),
            symbolicIcon(QStringLiteral("server")), [connectTo, profile] { connectTo(profile); }});
    }
    return entries;
}

QList<CommandPalette::Entry> actionEntries(const WindowActions &actions)
{
    QList<CommandPalette::Entry> entries;
    for (QAction *action : actions.all()) {
        if (action->isEnabled() && action != &actions.action(Command::GoToAnything))
            entries.append(
                CommandPalette::Entry{plainText(*action), action->shortcut().toString(QKeySequence::NativeText),
                    action->icon(), [action] { action->trigger(); }});
    }
    return entries;
}

} // namespace Shardboard
