// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>
#include <stop_token>

namespace Shardboard::Ctl {

/// Asks on the controlling terminal without echo, which is back afterwards in any case. nullopt: there is no terminal,
/// the input ended, or a stop was requested.
std::optional<QString> askPassword(const QString &prompt, const std::stop_token &stop);

/// From now on the first SIGINT, SIGTERM or SIGHUP requests a stop. Another one within a second is the same request, a
/// later one ends the program at once. Call once, before other threads are started.
std::stop_token stopOnSignals();

} // namespace Shardboard::Ctl
