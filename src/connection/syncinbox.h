// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/sessionsink.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace Shardboard {

/// What the I/O thread tells a SyncSession, kept until the calling thread comes for it.
class SyncInbox : public SessionSink
{
public:
    using Clock = std::chrono::steady_clock;

    struct Event
    {
        enum class Kind { Opened, Refused, Lost, Notice, Started, Rows, Statement, Finished };
        Kind kind = Kind::Notice;
        quint64 request = 0;
        qsizetype index = 0;
        Session::Peer peer = {};
        ServerNotice notice = {};
        ServerError error = {};
        QList<ResultField> fields = {};
        SharedRowBatch rows = {};
        std::optional<Outcome<ResultSet>> outcome = {};
        bool inTransaction = false;
    };

    void opened(const Session::Peer &peer) override;
    void openFailed(const ServerError &error) override;
    void linkLost(const ServerError &error, std::chrono::milliseconds) override;
    void noticed(const ServerNotice &notice) override;
    void resultStarted(quint64 request, const QList<ResultField> &fields) override;
    void rowsArrived(quint64 request, const SharedRowBatch &rows) override;
    bool hasRoom() const override;
    void statementFinished(quint64 request, qsizetype index, const Outcome<ResultSet> &outcome) override;
    void requestFinished(quint64 request, bool inTransaction) override;

    /// Any thread: from now on nobody waits longer than `patience` in take().
    void stop();
    /// The next event, waited for. nullopt once a stop was asked for and `patience` is over, counted from the stop or
    /// from `since`, whichever is later.
    std::optional<Event> take(Clock::time_point since, std::chrono::milliseconds patience);

private:
    void push(Event event);

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Event> m_events;
    int m_waitingBatches = 0; ///< of rows, in m_events
    int m_waitingNotices = 0; ///< in m_events
    int m_droppedNotices = 0; ///< since there was room for one
    std::optional<Clock::time_point> m_stoppedAt;
};

} // namespace Shardboard
