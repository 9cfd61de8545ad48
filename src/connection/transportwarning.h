// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/session.h"

#include <QString>

#include <optional>

namespace Shardboard {

/// What is wrong with the way to a server.
struct TransportWarning
{
    enum class Kind {
        Unencrypted, ///< who listens reads everything
        Unverified, ///< encrypted, but possibly to somebody else
    };

    Kind kind = Kind::Unencrypted;
    QString text; ///< one or two sentences, with what to do about it
};

/// Whether the connection goes over a unix socket or to this machine's loopback address.
bool isLocalPeer(const Session::Peer &peer);
/// nullopt for local connections and for those whose server has proved who it is (sslmode verify-ca or verify-full).
/// Pure; `peer` is that of an established connection.
std::optional<TransportWarning> connectionWarning(const ConnectionSettings &settings, const Session::Peer &peer);

} // namespace Shardboard
