// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace Shardboard::Ctl {

class Context;

/// What the shell gets to see.
enum ExitStatus { Ok = 0, Failed = 1, BadUsage = 2 };

/// A subcommand. Each lives in a file command_<name>.cpp that ends its registration with a static CommandRegistration.
struct Command
{
    QString name;
    QStringList synopsis; ///< the forms of the call, without the program's name: "demo up [--plain]"
    QString summary; ///< one line for the overview
    QString help; ///< paragraphs and options, printed below the forms
    int (*run)(Context &context) = nullptr; ///< returns an ExitStatus
};

/// Those of the program, by name.
QList<Command> commands();

struct CommandRegistration
{
    explicit CommandRegistration(const Command &command);
};

} // namespace Shardboard::Ctl
