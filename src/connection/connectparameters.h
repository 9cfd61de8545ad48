// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"

#include <QByteArray>

#include <chrono>
#include <vector>

namespace Shardboard {

/// What PQconnectStartParams is given: the user's keywords, and ours where the user said nothing.
class ConnectParameters
{
public:
    ConnectParameters(const ConnectionSettings &settings, SessionPurpose purpose);

    /// Null-terminated arrays, valid as long as this object lives.
    std::vector<const char *> keywords() const;
    std::vector<const char *> values() const;
    QByteArray value(const QByteArray &keyword) const;
    /// How long one attempt may take: connect_timeout for each host named, as libpq would allow.
    std::chrono::milliseconds timeLimit() const;

private:
    std::vector<std::pair<QByteArray, QByteArray>> m_pairs;
};

/// The SET statements a new connection starts with, as one text. They are not start-up options, which connection
/// poolers refuse.
QString sessionSetupSql(const ConnectionSettings &settings, SessionPurpose purpose);

/// How long to wait before the next attempt to remake a lost link: the first comes at once, later ones back off to 15
/// s. `random` in [0, 1) spreads the clients of a server that restarts.
std::chrono::milliseconds retryDelay(int failedAttempts, double random);

} // namespace Shardboard
