// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QList>
#include <QStringList>

namespace Shardboard {

/// The commands of a shell text, each as its words, quoting undone. Commands end at line ends, `;`, `&&`, `||`, `|` and
/// `&`. Variables are replaced when the text itself has assigned them; others, and command substitution, are errors
/// that name them, for their value cannot be known here.
Outcome<QList<QStringList>> splitShellCommands(const QString &text);

/// NAME=value: the length of NAME, 0 when the word is no assignment.
qsizetype assignmentNameLength(const QString &word);

} // namespace Shardboard
