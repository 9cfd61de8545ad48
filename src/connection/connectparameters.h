// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/hostlist.h"
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
    /// Replaces the keyword's value; an empty one leaves it out.
    void setValue(const QByteArray &keyword, const QByteArray &value);
    /// The hosts that these parameters, and the environment where they say nothing, name; none where it is for libpq to
    /// find out.
    QList<HostEntry> hosts() const;
    void setHosts(const QList<HostEntry> &hosts);
    /// How long the server at one address may take, as libpq reads connect_timeout.
    std::chrono::milliseconds timeLimit() const;

private:
    std::vector<std::pair<QByteArray, QByteArray>> m_pairs;
};

/// True when every statement of such a session is to run in a read-only transaction that is rolled back.
bool isGuarded(const ConnectionSettings &settings, SessionPurpose purpose);

/// The statement a new connection starts with: settings for the whole session. They are not start-up options, which
/// connection poolers refuse. Empty for a guarded session, which sets nothing that outlives a transaction.
QString sessionSetupSql(const ConnectionSettings &settings, SessionPurpose purpose);

/// The same settings for one transaction, for guarded sessions. A query, so that it takes the transaction's snapshot.
QString transactionSetupSql(const ConnectionSettings &settings, SessionPurpose purpose);

/// How long to wait before the next attempt to remake a lost link: the first comes at once, later ones back off to 15
/// s. `random` in [0, 1) spreads the clients of a server that restarts.
std::chrono::milliseconds retryDelay(int failedAttempts, double random);

} // namespace Shardboard
