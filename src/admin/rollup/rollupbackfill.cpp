// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollup/rollupbackfill.h"

#include "admin/rollup.h"
#include "admin/rollup/rollupsource.h"
#include "connection/syncsession.h"
#include "connection/values/sqlquote.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace Shardboard {

namespace {

using namespace std::chrono_literals;
using State = BackfillLevel::State;

constexpr auto beat = 400ms; ///< between two looks at how far it is
constexpr qint64 countedAtMost = 1'000'000; ///< by shardboard.rollup_lag()

/// Waits for `beat`, or less when asked to stop.
void rest(const std::stop_token &stop)
{
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait_for(lock, stop, beat, [] { return false; });
}

/// What a rollup's runs have done so far, as their log has it: it grows with every batch.
struct Logged
{
    qint64 rowsRead = 0, bucketsWritten = 0;
    int batches = 0;
};

Outcome<Logged> readLog(SyncSession &session, const QString &rollup)
{
    const Outcome<ResultSet> told = session.run(
        Query(QStringLiteral(
                  "SELECT coalesce(sum(rows_read), 0), coalesce(sum(buckets_written), 0), coalesce(sum(batches), 0) "
                  "FROM shardboard.rollup_run WHERE rollup = $1"),
            {rollup.toUtf8()}));
    if (!told)
        return told.failure<Logged>();
    return Logged{told->integer(0, 0), told->integer(0, 1), int(told->integer(0, 2))};
}

/// Tells how far a rollup is while its run keeps the other session busy.
class Watch
{
public:
    Watch(IoThread &io, const ConnectionSettings &settings, const QString &rollup, qint64 total,
        const ProgressSink &progress)
        : m_thread([&io, settings, rollup, total, progress, this](const std::stop_token &stop) {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            if (!session.open())
                return; // the run itself reports what is wrong
            while (!stop.stop_requested()) {
                if (const auto done = readLog(session, rollup); done && progress)
                    progress({activity(rollup), done->rowsRead, std::max(total, total > 0 ? done->rowsRead : 0),
                        QStringLiteral("rows")});
                rest(stop);
            }
        })
    {
    }

    void setWaiting(const QString &reason)
    {
        const std::scoped_lock lock(m_mutex);
        m_waiting = reason;
    }

private:
    QString activity(const QString &rollup)
    {
        const std::scoped_lock lock(m_mutex);
        return rollup + QStringLiteral(": ") + (m_waiting.isEmpty() ? QStringLiteral("rolling up") : m_waiting);
    }

    std::mutex m_mutex;
    QString m_waiting;
    std::jthread m_thread; ///< last: it uses the others
};

class Backfill
{
public:
    Backfill(IoThread &io, const ConnectionSettings &settings, const std::stop_token &stop,
        const ProgressSink &progress, const std::function<bool()> &pauses)
        : m_io(io)
        , m_settings(settings)
        , m_stop(stop)
        , m_progress(progress)
        , m_pauses(pauses)
        , m_session(io, settings, SessionPurpose::Job, stop)
    {
    }

    BackfillReport make(const QStringList &rollups)
    {
        for (const QString &rollup : rollups)
            m_report.levels << BackfillLevel{.rollup = rollup};
        bool goesOn = succeeded(m_session.open()) && succeeded(letRun(rollups));
        for (BackfillLevel &level : m_report.levels) {
            if (goesOn)
                goesOn = take(level);
        }
        addUnfinished();
        m_report.wasStopped = m_stop.stop_requested() && !m_report.isComplete();
        if (m_report.wasStopped) {
            m_report.error.reset(); // what failed, failed because of that
            if (m_pauses && m_pauses())
                hold(rollups);
        }
        return m_report;
    }

private:
    template <typename T>
    bool succeeded(const Outcome<T> &outcome)
    {
        if (outcome.isError())
            m_report.error = outcome.error();
        return outcome.isOk();
    }

    Completion letRun(const QStringList &rollups)
    {
        for (const QString &rollup : rollups) {
            if (const Completion resumed = setRollupPaused(m_session, rollup, false); !resumed)
                return resumed;
        }
        return Nothing{};
    }

    /// All rows of the rollup's source, as far as that can be told without counting them; 0 when it cannot.
    qint64 totalOf(const QString &rollup, qint64 before)
    {
        const Outcome<ResultSet> about = m_session.run(
            Query(QStringLiteral("SELECT s.lag_rows, s.source, to_regclass('pg_catalog.pg_dist_node') IS NOT NULL "
                                 "FROM shardboard.rollup_status AS s WHERE s.name = $1"),
                {rollup.toUtf8()}));
        if (!about || about->rowCount() == 0 || about->isNull(0, 0))
            return 0;
        const qint64 waiting = about->integer(0, 0);
        if (waiting != countedAtMost)
            return before + waiting;
        const auto size = loadTableSize(m_session, parseQualifiedName(about->text(0, 1)), about->boolean(0, 2));
        return size ? std::max<qint64>(size->rows, before + waiting) : 0;
    }

    bool take(BackfillLevel &level)
    {
        const Outcome<Logged> before = readLog(m_session, level.rollup);
        if (!succeeded(before))
            return false;
        m_before = *before;
        Watch watch(m_io, m_settings, level.rollup, totalOf(level.rollup, m_before.rowsRead), m_progress);
        while (!m_stop.stop_requested()) {
            const Outcome<RollupRun> run = runRollup(m_session, level.rollup);
            if (!run) {
                level.state = run.isError() && !m_stop.stop_requested() ? State::Failed : State::Stopped;
                return succeeded(run);
            }
            level.rowsRead += run->rowsRead;
            level.bucketsWritten += run->bucketsWritten;
            level.batches += run->batches;
            level.duration += run->duration;
            switch (run->state) {
            case RollupRun::State::Done:
                level.state = State::Done;
                return true;
            case RollupRun::State::Waiting:
                watch.setWaiting(run->message);
                break;
            case RollupRun::State::AlreadyRunning:
                watch.setWaiting(QStringLiteral("its schedule is at it"));
                rest(m_stop);
                break;
            case RollupRun::State::Paused:
                level.state = State::Failed;
                m_report.error = ServerError::usage(QStringLiteral("rollup %1 was paused meanwhile").arg(level.rollup));
                return false;
            }
        }
        level.state = State::Stopped;
        return false;
    }

    /// A run that was cut off tells nothing, but its batches are in the log.
    void addUnfinished()
    {
        const auto cut = std::ranges::find_if(m_report.levels,
            [](const BackfillLevel &level) { return level.state == State::Stopped || level.state == State::Failed; });
        SyncSession session(m_io, m_settings, SessionPurpose::Job);
        if (cut == m_report.levels.end() || !session.open())
            return;
        if (const auto now = readLog(session, cut->rollup)) {
            cut->rowsRead = now->rowsRead - m_before.rowsRead;
            cut->bucketsWritten = now->bucketsWritten - m_before.bucketsWritten;
            cut->batches = now->batches - m_before.batches;
        }
    }

    /// What has a schedule would go on by itself: pauses it, and ends a run of it that is under way.
    void hold(const QStringList &rollups)
    {
        SyncSession session(m_io, m_settings, SessionPurpose::Job);
        if (!session.open())
            return;
        const auto known = listRollups(session);
        for (const RollupStatus &rollup : known ? *known : QList<RollupStatus>()) {
            if (rollups.contains(rollup.name) && !rollup.schedule.isEmpty())
                m_report.isPaused = setRollupPaused(session, rollup.name, true).isOk() || m_report.isPaused;
        }
        for (const QString &rollup : rollups) {
            // Of a run under way its session holds the rollup's lock. No right to end it: it ends with its own work.
            const auto ended = session.run(Query(
                QStringLiteral("SELECT pg_cancel_backend(l.pid) FROM pg_locks AS l JOIN shardboard.rollup AS r ON "
                               "l.objid = r.rollup_id::oid WHERE r.name = $1 AND l.locktype = 'advisory' AND "
                               "l.objsubid = 2 AND l.granted AND l.classid = "
                               "(hashtext('shardboard.rollup')::bigint & 4294967295)::oid AND l.database = "
                               "(SELECT oid FROM pg_database WHERE datname = current_database())"),
                {rollup.toUtf8()}));
            m_report.isPaused = m_report.isPaused && ended.isOk();
        }
    }

    IoThread &m_io;
    const ConnectionSettings &m_settings;
    const std::stop_token m_stop;
    const ProgressSink &m_progress;
    const std::function<bool()> &m_pauses;
    SyncSession m_session;
    BackfillReport m_report;
    Logged m_before; ///< of the level under way
};

} // namespace

bool BackfillReport::isComplete() const
{
    return !levels.isEmpty()
        && std::ranges::all_of(levels, [](const BackfillLevel &level) { return level.state == State::Done; });
}

BackfillReport backfillRollups(IoThread &io, const ConnectionSettings &settings, const QStringList &rollups,
    const std::stop_token &stop, const ProgressSink &progress, const std::function<bool()> &pauses)
{
    return Backfill(io, settings, stop, progress, pauses).make(rollups);
}

} // namespace Shardboard
