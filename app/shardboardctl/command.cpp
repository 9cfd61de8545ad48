// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/command.h"

#include <algorithm>

namespace Shardboard::Ctl {

namespace {
QList<Command> &registry()
{
    static QList<Command> all;
    return all;
}
} // namespace

QList<Command> commands()
{
    QList<Command> sorted = registry();
    std::sort(sorted.begin(), sorted.end(), [](const Command &a, const Command &b) { return a.name < b.name; });
    return sorted;
}

CommandRegistration::CommandRegistration(const Command &command)
{
    registry().append(command);
}

} // namespace Shardboard::Ctl
