// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/progress.h"
#include "connection/values/connectionsettings.h"
#include "connection/values/servererror.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>

namespace Shardboard {

class IoThread;

/// What became of one rollup of the family.
struct BackfillLevel
{
    enum class State { NotReached, Done, Stopped, Failed };
    QString rollup;
    State state = State::NotReached;
    qint64 rowsRead = 0; ///< this time
    qint64 bucketsWritten = 0;
    int batches = 0;
    std::chrono::milliseconds duration{0};
};

struct BackfillReport
{
    QList<BackfillLevel> levels; ///< as they were asked for
    std::optional<ServerError> error;
    bool wasStopped = false;
    bool isPaused = false; ///< stopped, and those with a schedule paused, or that would go on with it

    bool isComplete() const;
};

/// Takes all rows that are there into rollups, one after the other, finest first: in bounded batches, each a
/// transaction of its own, so that it can be stopped at any moment and goes on where it was, here or by the rollup's
/// schedule. Where another session is already at it, waits for that one. `pauses` is asked once it has been stopped:
/// whether the rollups with a schedule are to be paused and a run of theirs that is under way ended, which is what a
/// user means by stopping; without it, as when the program ends, schedules go on. Starting again lets all of them run.
/// Progress: activity is "name: what is being done", done and total are rows of that rollup's source, also those of
/// earlier runs; total 0 is unknown. Blocks: for a worker thread.
BackfillReport backfillRollups(IoThread &io, const ConnectionSettings &settings, const QStringList &rollups,
    const std::stop_token &stop, const ProgressSink &progress, const std::function<bool()> &pauses = {});

} // namespace Shardboard
