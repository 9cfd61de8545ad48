// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Private to this room: the half of a Session that hears its worker.
#include "connection/mailbox.h"
#include "connection/sessionsink.h"

#include <atomic>
#include <mutex>

namespace Shardboard {

/// Shared by the handle's copies, on any thread.
struct RequestHandle::State
{
    SharedMailbox workerMailbox;
    SessionWorker *worker = nullptr; ///< for work posted to its mailbox only
    quint64 id = 0;
    std::atomic<bool> isActive{true};
};

/// A request as the session's own thread knows it. Handlers stay on that thread: what they captured dies there.
struct Session::Pending
{
    QPointer<QObject> context;
    bool hasContext = false;
    std::function<void(QList<ResultField>)> started;
    std::function<void(SharedRowBatch)> rows;
    PipelineHandler statement;
    std::function<void()> finished;
    std::shared_ptr<RequestHandle::State> handle;

    explicit Pending(QObject *contextObject) : context(contextObject), hasContext(contextObject != nullptr) {}
    bool isWanted() const { return !hasContext || context; }
};

/// Carries what the worker tells from the I/O thread to the session's, in bounded amounts: a reader who is behind
/// leaves rows on the wire, notices beyond a number are counted instead of kept, and notifications are merged.
class Session::Relay : public SessionSink
{
public:
    explicit Relay(Session *session);
    void close() { m_mailbox->close(); }

    void stateChanged(State state) override;
    void opened(const Peer &peer) override;
    void openFailed(const ServerError &error) override;
    void linkLost(const ServerError &error, std::chrono::milliseconds retryIn) override;
    void notified(const Notification &notification) override;
    void relistened() override;
    void noticed(const ServerNotice &notice) override;
    void latencyMeasured(std::chrono::microseconds roundTrip) override;
    void resultStarted(quint64 request, const QList<ResultField> &fields) override;
    void rowsArrived(quint64 request, const SharedRowBatch &batch) override;
    bool hasRoom() const override;
    void statementFinished(quint64 request, qsizetype index, const Outcome<ResultSet> &outcome) override;
    void requestFinished(quint64 request, bool inTransaction) override;

private:
    void post(std::function<void(Session &)> work);
    // On the session's thread:
    void deliverNotifications(Session &session);
    void deliverNotice(Session &session, const ServerNotice &notice);

    Session *const m_session;
    const SharedMailbox m_mailbox;
    std::atomic<int> m_waitingBatches{0};
    std::atomic<int> m_waitingNotices{0}, m_droppedNotices{0};

    std::mutex m_mutex; ///< for what follows
    QList<Notification> m_notifications; ///< not delivered yet, each once
    bool m_haveBeenLost = false; ///< more came than are kept
    bool m_isDeliveryDue = false;
};

} // namespace Shardboard
