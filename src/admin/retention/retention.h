// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/retention/retentionhold.h"
#include "connection/values/outcome.h"
#include "connection/values/query.h"
#include "connection/values/resultset.h"

#include <QStringList>

namespace Shardboard {

class SyncSession;

/// One run that deleted what is old, from the server's log. Times are UTC.
struct RetentionRun
{
    enum class State {
        Running,
        Done,
        Refused, ///< done as far as it may: holds say what stays although it is old enough
        Failed,
        Cancelled,
        Interrupted, ///< its session ended before it did
        AlreadyRunning, ///< another session is at it; nothing was done or noted
        KeptForEver, ///< nothing expires; nothing was noted
    };
    QString table; ///< schema.table, quoted where it must be
    qint64 runId = 0;
    State state = State::Done;
    QDateTime startedAt, finishedAt;
    QDateTime cutoff; ///< what is older may go; invalid: nothing may
    QDateTime oldestKept; ///< invalid: no rows, or not known
    qint64 rowsDeleted = 0; ///< one by one; those of partitions nobody counts
    qint64 bytesFreed = 0; ///< of rows estimated, without indexes
    QStringList partitionsDropped;
    QList<RetentionHold> holds;
    QString message; ///< the error

    bool changedAnything() const { return rowsDeleted > 0 || !partitionsDropped.isEmpty(); }
    qint64 milliseconds() const; ///< -1 while it runs
};

/// "done", as the log has it, and "alreadyRunning", "keptForEver".
QString retentionStateName(RetentionRun::State state);

/// The latest runs of every table, newest first, at most so many each.
Query retentionRunsQuery(int perTable);
QList<RetentionRun> readRetentionRuns(const ResultSet &rows);

/// These block: for a worker thread.

/// The tables ("schema.table", quoted where it must be) of which rows expire.
Outcome<QStringList> listExpiringTables(SyncSession &session);
/// Deletes what has expired in one of them. A run that fails is an error, logged on the server too.
Outcome<RetentionRun> runRetention(SyncSession &session, const QString &table);

} // namespace Shardboard
