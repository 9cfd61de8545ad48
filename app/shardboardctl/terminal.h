// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>
#include <stop_token>

namespace Shardboard::Ctl {

/// Asks on the controlling terminal without echo. nullopt: there is none, or the input ended.
std::optional<QString> askPassword(const QString &prompt);

/// From now on the first SIGINT, SIGTERM or SIGHUP requests a stop, and the second ends the program at once. Call once,
/// before other threads are started.
std::stop_token stopOnSignals();

} // namespace Shardboard::Ctl
