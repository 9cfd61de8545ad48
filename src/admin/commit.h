// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"
#include "connection/values/outcome.h"

#include <QByteArray>

#include <optional>

namespace Shardboard {

class IoThread;
class SyncSession;

/// What further connections to the same server are opened with.
struct FurtherSessions
{
    IoThread &io;
    ConnectionSettings settings; ///< with the password, if one was asked for
};

/// A transaction whose end can be found out when the answer to its COMMIT is lost: the server keeps the status of each
/// transaction id for a while.
class NotedTransaction
{
public:
    /// Begins a transaction at READ COMMITTED and notes its id.
    static Outcome<NotedTransaction> begin(SyncSession &session);

    /// COMMIT. When no answer came (the connection was lost, or the work was cancelled meanwhile), the server is asked
    /// on a new connection: committed is success, rolled back is what failed, and anything else is an error that says
    /// that the outcome is unknown and how to find out.
    Completion commit(SyncSession &session, const std::optional<FurtherSessions> &further) const;

private:
    NotedTransaction(QByteArray id, QByteArray timeline) : m_id(std::move(id)), m_timeline(std::move(timeline)) {}
    /// "committed", "aborted", "in progress"; empty when it cannot be found out now.
    QByteArray statusNow(const FurtherSessions &further) const;
    QByteArray finalStatus(const std::optional<FurtherSessions> &further) const;
    ServerError unknown(const std::optional<ServerError> &cause) const;

    QByteArray m_id;
    QByteArray m_timeline; ///< of the server's WAL; another one after a failover, which may use the id again
};

/// The error's SQLSTATE where the outcome of a COMMIT is unknown (transaction_resolution_unknown).
bool isUnknownOutcome(const ServerError &error);

} // namespace Shardboard
