// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"
#include "connection/values/outcome.h"

#include <QList>

#include <optional>

namespace Shardboard {

class SyncSession;
struct TargetTable;

/// A worker that knows the cluster's metadata, so that rows of a distributed table can be given to it directly.
struct WorkerNode
{
    QString host; ///< as the coordinator reaches it: from here that name may mean nothing, or another machine
    int port = 0;
    QByteArray systemIdentifier; ///< of its data folder: tells whether it was reached

    QString name() const { return QStringLiteral("%1:%2").arg(host).arg(port); }
};

/// The workers that can take rows of the table; none unless its rows are spread over them by a column, and the
/// ids it counts, if any, are wide enough for workers to count them too.
Outcome<QList<WorkerNode>> readWorkerNodes(SyncSession &coordinator, const TargetTable &table);

/// The coordinator's settings with the worker's address, and a limit to how long an address that does not answer is
/// tried. nullopt where that would offer a password to a host that the user has not named: who answers there is only
/// known once it has taken the password.
std::optional<ConnectionSettings> settingsFor(const WorkerNode &worker, ConnectionSettings coordinator);

/// An error unless the session leads to that very worker.
Completion checkReached(SyncSession &session, const WorkerNode &worker);

} // namespace Shardboard
