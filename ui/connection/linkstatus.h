// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/profile.h"
#include "connection/session.h"
#include "connection/values/capabilities.h"
#include "connection/values/servererror.h"

#include <QDateTime>

#include <chrono>
#include <optional>

namespace Shardboard {

/// Everything the window says about its connection, in one value.
struct LinkStatus
{
    enum class State {
        None, ///< nobody asked to connect
        Connecting,
        Connected,
        Lost, ///< trying again at retryAt
        Failed, ///< the first attempt did not work: error says why
    };

    State state = State::None;
    Profile profile;
    QString target; ///< user@host:port/db
    Session::Peer peer; ///< of the last good connection
    std::optional<ServerCapabilities> server; ///< of the last scan
    std::optional<std::chrono::microseconds> latency;
    QDateTime retryAt;
    std::optional<ServerError> error;
};

} // namespace Shardboard
