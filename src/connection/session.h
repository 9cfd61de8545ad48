// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"
#include "connection/values/notice.h"
#include "connection/values/outcome.h"
#include "connection/values/query.h"
#include "connection/values/resultset.h"

#include <QHash>
#include <QObject>
#include <QPointer>

#include <chrono>
#include <functional>
#include <memory>

namespace Shardboard {

class IoThread;
class SessionWorker;
struct WorkerRequest;

/// A request under way. Copies mean the same request; dropping the handle does not cancel it. Any thread.
class RequestHandle
{
public:
    RequestHandle() = default;
    /// Asks the server to stop (or takes the request back when it has not been sent). The outcome is then Cancelled,
    /// unless the server was faster.
    void cancel();
    bool isActive() const;

private:
    friend class Session;
    struct State;
    std::shared_ptr<State> m_state;
};

/// One connection to a server: connects, runs requests in the order they came, notices when the link is lost, and makes
/// it again with back-off. The object lives on the thread that made it and emits there; the libpq handle lives on the
/// IoThread. No call blocks. Requests wait while the session connects; those under way when the link is lost fail with
/// connectionLost. A reply whose context object died is dropped.
class Session : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Closed, ///< not asked to connect, or closed
        Connecting, ///< first attempt, or a new one after a loss
        Idle,
        Busy,
        Cancelling, ///< the server was asked to stop and has not answered yet
        Lost, ///< waiting to try again; see retryIn of lost()
    };
    Q_ENUM(State)

    /// What a live session knows of its server without asking.
    struct Peer
    {
        int serverVersion = 0; ///< such as 150020
        int backendPid = 0;
        QString host, port, database, user;
        QString hostAddress; ///< the IP address behind `host`; empty for a socket
        QString sslMode; ///< in effect, from settings, environment, service file or libpq's default
        bool usesGssEncryption = false;
        bool usesTls = false;
        QString tlsDescription; ///< such as "TLSv1.3, TLS_AES_256_GCM_SHA384"; empty without TLS
    };

    Session(IoThread &io, ConnectionSettings settings, SessionPurpose purpose, QObject *parent = nullptr);
    ~Session() override;

    /// Connects, and from then on stays connected until close(): a failed first attempt is reported by failed() and not
    /// repeated (but a server that is just starting is waited for); a later loss is repaired by itself.
    void open();
    /// Whatever runs or waits ends as Cancelled.
    void close();
    /// Skips the waiting time of a lost session.
    void retryNow();
    State state() const { return m_state; }
    Peer peer() const { return m_peer; }
    const ConnectionSettings &settings() const { return m_settings; }

    using ResultHandler = std::function<void(Outcome<ResultSet>)>;
    /// One statement (or, without parameters, several: the last result counts).
    RequestHandle run(Query query, QObject *context, ResultHandler done);

    struct StreamHandlers
    {
        std::function<void(QList<ResultField>)> started; ///< may be null; again for each result of a text of several
        std::function<void(SharedRowBatch)> rows; ///< row 64 first, then every 4096 rows or 100 ms
        std::function<void(Outcome<ResultSet>)> finished; ///< a ResultSet without rows: fields, tag, count
    };
    RequestHandle stream(Query query, QObject *context, StreamHandlers handlers);

    using PipelineHandler = std::function<void(qsizetype index, Outcome<ResultSet>)>;
    /// All statements in one round trip, a Sync after each: one that fails does not fail the others. `each` is called
    /// once per statement in order, then `finished` once.
    RequestHandle runPipeline(
        QList<Query> queries, QObject *context, PipelineHandler each, std::function<void()> finished);

    /// Subscribes; kept over reconnects (after one, relistened() says that notifications may have been missed).
    void listen(const QString &channel);

Q_SIGNALS:
    void stateChanged(Shardboard::Session::State state);
    void opened(); ///< connected, the first time or again
    /// The first attempt failed, or a new one after a loss was refused for good (password, no such database): Closed.
    void failed(const Shardboard::ServerError &error);
    /// The link is gone, or an attempt to make it again failed; the next one comes after retryIn.
    void lost(const Shardboard::ServerError &error, std::chrono::milliseconds retryIn);
    void notified(const Shardboard::Notification &notification);
    void relistened();
    void noticed(const Shardboard::ServerNotice &notice);
    /// Round trip of an idle heartbeat, every two seconds while idle: how a dead link without a closed socket is seen.
    void latencyMeasured(std::chrono::microseconds roundTrip);

private:
    class Relay;
    struct Pending;

    RequestHandle submit(Pending pending, WorkerRequest request);
    void tellWorker(std::function<void(SessionWorker &)> what);
    void setState(State state);

    const ConnectionSettings m_settings;
    State m_state = State::Closed;
    Peer m_peer;
    std::shared_ptr<Relay> m_relay;
    SessionWorker *m_worker; ///< lives on the IoThread, deleted there
    QHash<quint64, std::shared_ptr<Pending>> m_pending;
    quint64 m_lastRequest = 0;
};

} // namespace Shardboard
