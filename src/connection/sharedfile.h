// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QByteArray>
#include <QString>

#include <functional>
#include <optional>

namespace Shardboard {

/// What becomes of a file: from its bytes (nullopt: it does not exist) its next ones. An error leaves it as it is.
using FileChange = std::function<Outcome<QByteArray>(const std::optional<QByteArray> &before)>;

/// Changes a file that several running programs write: one at a time, by a lock file beside it, each from what the
/// others left, whole or not at all. Makes the folder. Waits at most two seconds for the lock. Any thread.
Completion changeSharedFile(const QString &path, const FileChange &change);

} // namespace Shardboard
