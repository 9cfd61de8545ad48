// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/progress.h"
#include "connection/values/outcome.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace Shardboard {

class SyncSession;

/// All of these block: for a worker thread.

/// A line of the list of rollups.
struct RollupStatus
{
    QString name;
    QString source; ///< schema.table, quoted where it must be
    QString target;
    QString strategy; ///< "sequence"
    std::optional<QDateTime> completeUntil; ///< UTC; everything written before is in the rollup
    std::optional<QDateTime> lastRunAt; ///< UTC
    std::optional<qint64> lagRows; ///< at most so many rows wait; nullopt: a node does not answer
    bool isPaused = false;
    bool isRunning = false;
    QString lastState; ///< "done", "waiting", "failed", "cancelled", "interrupted", "running"; empty: never run
    QString lastMessage; ///< the error of the last run, or whom it waited for
    std::chrono::milliseconds lastDuration{0};
    qint64 lastRowsRead = 0;
    QString schedule; ///< of its pg_cron job, empty when there is none
};

/// Finest first: each comes after the one it is made from. No schema shardboard: no rollups.
Outcome<QList<RollupStatus>> listRollups(SyncSession &session);

struct RollupRun
{
    enum class State {
        Done,
        Waiting, ///< gave up waiting for a writer; message says for whom; nothing is lost
        AlreadyRunning, ///< another session is at it
        Paused,
    };
    QString rollup;
    State state = State::Done;
    QString message;
    qint64 rowsRead = 0;
    qint64 bucketsWritten = 0;
    int batches = 0;
    std::chrono::milliseconds duration{0};
    std::chrono::milliseconds waited{0}; ///< for writers
    std::optional<qint64> lagRows; ///< afterwards
    std::optional<QDateTime> completeUntil;
};

/// Rolls up what is new. A run that fails is an error, logged on the server too.
Outcome<RollupRun> runRollup(SyncSession &session, const QString &name);

/// A bucket in which raw and rollup differ: what each side says, measure by measure. An empty side has no row.
struct BucketDifference
{
    QDateTime bucket; ///< UTC; invalid where it is infinite
    QString bucketText; ///< "2015-05-17 10:05:00" in UTC, "-infinity", "infinity"
    QJsonObject dimensions;
    QJsonObject raw;
    QJsonObject rolledUp;

    QString dimensionsText() const; ///< "site_id=1 country=NULL"
    QString differenceText() const; ///< "request_count raw 79, rollup 80"
    QString toText() const; ///< "2015-05-17 10:05 site_id=1: request_count raw 79, rollup 80"
};

struct RollupVerification
{
    QString rollup;
    qint64 bucketsCompared = 0; ///< in the rollup
    std::optional<QDateTime> since; ///< UTC; older buckets have expired raw rows and were left out
    qint64 differenceCount = 0;
    QList<BucketDifference> differences; ///< at most `limit` of them, oldest first

    QStringList warnings; ///< such as rows whose ids were not given by the server
    QString gap; ///< why it cannot be told: it never ran, or its last run failed; empty when it can
    qint64 waitingRows = 0; ///< at most so many rows of its source are not rolled up yet, and were not compared

    /// What is rolled up is right. With waitingRows that is not all of the source.
    bool isClean() const { return differenceCount == 0 && gap.isEmpty(); }
    bool isWhole() const { return isClean() && waitingRows == 0; }
};

/// Moments of buckets, UTC; invalid: without an end on that side.
struct BucketSpan
{
    QDateTime since; ///< the first bucket that may start then
    QDateTime until; ///< the last one that may
};

/// Holds the rollup against the raw rows it was made of. Runs of the rollup wait meanwhile.
Outcome<RollupVerification> verifyRollup(
    SyncSession &session, const QString &name, int limit = 100, const BucketSpan &span = {});

/// What a rebuild did. A row of the rollup whose raw rows do not exist any more is left as it is unless asked for.
struct RollupRebuild
{
    qint64 rowsWritten = 0;
    qint64 rowsLeft = 0; ///< their raw rows do not exist any more
    qint64 bucketsLeft = 0; ///< that hold only such rows

    QString leftText() const; ///< one sentence; empty when none was left
};

/// Whether a rebuild deletes rows of the rollup whose raw rows do not exist any more.
enum class RowsWithoutSource { Keep, Delete };

/// Recomputes the buckets of a span from the rows they were made of, as far as those have not expired. Runs of the
/// rollup wait meanwhile.
Outcome<RollupRebuild> rebuildRollup(SyncSession &session, const QString &name, const BucketSpan &span,
    RowsWithoutSource without = RowsWithoutSource::Keep);

Completion setRollupPaused(SyncSession &session, const QString &name, bool isPaused);

} // namespace Shardboard
