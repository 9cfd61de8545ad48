// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/connector.h"
#include "connection/exchange.h"
#include "connection/mailbox.h"
#include "connection/sessionsink.h"
#include "connection/wire.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include <deque>
#include <memory>
#include <optional>

namespace Shardboard {

/// A request on its way to the server.
struct WorkerRequest
{
    enum class Kind { Run, Stream, Pipeline, CopyIn, CopyOut };

    quint64 id = 0;
    Kind kind = Kind::Run;
    QList<Query> queries;
    std::shared_ptr<CopyChannel> channel = nullptr; ///< of a COPY
};

/// The half of a session that lives on the I/O thread: connects, hands one request after the other to the wire and,
/// where asked to keep the link up, probes it while idle and makes it again when it is lost. All calls on the I/O
/// thread; other threads go through mailbox().
class SessionWorker : public QObject
{
public:
    struct Options
    {
        ConnectionSettings settings;
        SessionPurpose purpose = SessionPurpose::Interactive;
        bool keepUp = true; ///< heartbeats, and a new connection after a loss
    };

    /// Made on any thread, then moved to the I/O thread.
    SessionWorker(Options options, std::shared_ptr<SessionSink> sink);
    ~SessionWorker() override;
    const SharedMailbox &mailbox() const { return m_mailbox; }

    void open();
    void close();
    void retryNow();
    void submit(WorkerRequest request);
    void cancel(quint64 request);
    void listen(const QString &channel);
    /// A COPY's channel has room, or data, again.
    void pump();

private:
    /// What the exchange on the wire is for.
    enum class Duty { None, SetUp, Listen, Heartbeat, Request };

    void connectNow();
    void connected(PGconn *connection);
    void connectFailed(const ServerError &error);
    void refuse(const ServerError &error);
    void linkLost(const ServerError &error);
    void dropWire();
    void announce();

    void begin(Duty duty, std::unique_ptr<Exchange> exchange);
    void exchangeFinished();
    void next();
    void beginListen();
    void beginRequest();
    std::unique_ptr<Exchange> makeExchange() const;
    /// Why a guarded session cannot take the request, if so.
    std::optional<ServerError> refusal(const WorkerRequest &request) const;
    ReplyHandlers replyHandlers() const;
    void finishUnsent(const WorkerRequest &request, const Outcome<ResultSet> &outcome);
    void finishQueue(const Outcome<ResultSet> &outcome);
    void heartbeat();
    void setState(Session::State state);

    const Options m_options;
    const std::optional<QString> m_guard; ///< of each transaction, when the session is guarded
    const std::shared_ptr<SessionSink> m_sink;
    const SharedMailbox m_mailbox;

    Session::State m_state = Session::State::Closed;
    std::unique_ptr<Connector> m_connector;
    std::unique_ptr<Wire> m_wire;
    Duty m_duty = Duty::None;
    bool m_isAnnounced = false; ///< opened() was told of this wire
    bool m_wasConnected = false; ///< at least once since open()
    std::optional<ServerError> m_setUpError;
    int m_failedAttempts = 0;
    QElapsedTimer m_openedAt;

    std::deque<WorkerRequest> m_queue;
    WorkerRequest m_request; ///< the one under way, while the duty is Request
    QStringList m_channels;
    qsizetype m_listening = 0; ///< how many of them this wire listens to

    QElapsedTimer m_heartbeatSentAt;
    QTimer m_retryTimer, m_heartbeatTimer, m_heartbeatLimit;
};

} // namespace Shardboard
