// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/sessionworker.h"

#include "connection/connectionerror.h"
#include "connection/guardfitness.h"
#include "connection/sessionpeer.h"
#include "connection/values/sqlquote.h"

#include <QRandomGenerator>

#include <algorithm>
#include <utility>

namespace Shardboard {

using namespace std::chrono_literals;
using State = Session::State;

namespace {

// Together ten seconds: how long a link may be dead before an idle session says so. A server that stands still for some
// seconds, at a checkpoint or while its machine is moved, is no reason to give all sessions up at once.
constexpr auto heartbeatInterval = 2000ms;
constexpr auto heartbeatPatience = 8000ms;
// A server that is starting or recovering says so itself; the first attempt waits this long for it.
constexpr auto startUpPatience = 30s;
constexpr auto startUpInterval = 300ms;

ServerError notOpen()
{
    return ServerError::connection(QStringLiteral("the session is not connected"));
}

// libpq takes C strings: a NUL would silently cut what comes after it.
bool holdsNul(const WorkerRequest &request)
{
    for (const Query &query : request.queries) {
        if (query.sql.contains(QChar(0)))
            return true;
        for (const auto &parameter : query.parameters) {
            if (parameter && parameter->contains('\0'))
                return true;
        }
    }
    return false;
}

} // namespace

SessionWorker::SessionWorker(Options options, std::shared_ptr<SessionSink> sink)
    : m_options(std::move(options))
    , m_guard(isGuarded(m_options.settings, m_options.purpose)
              ? std::optional(transactionSetupSql(m_options.settings, m_options.purpose))
              : std::nullopt)
    , m_sink(std::move(sink))
    , m_mailbox(Mailbox::create(this))
{
    for (QTimer *timer : {&m_retryTimer, &m_heartbeatTimer, &m_heartbeatLimit}) {
        timer->setParent(this); // moves to the I/O thread with this object
        timer->setSingleShot(true);
        timer->setTimerType(Qt::PreciseTimer);
    }
    m_retryTimer.callOnTimeout(this, &SessionWorker::connectNow);
    m_heartbeatTimer.callOnTimeout(this, &SessionWorker::heartbeat);
    m_heartbeatLimit.callOnTimeout(this, [this] {
        m_wire->breakLink(ServerError::connection(
            QStringLiteral("the server has not answered for %1 s").arg(double(heartbeatPatience.count()) / 1000)));
    });
}

SessionWorker::~SessionWorker()
{
    m_mailbox->close();
    // What still runs for nobody is stopped on the server.
    if (m_wire)
        m_wire->hangUp();
}

void SessionWorker::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    m_sink->stateChanged(state);
}

void SessionWorker::open()
{
    if (m_state != State::Closed)
        return;
    m_wasConnected = false;
    m_failedAttempts = 0;
    m_openedAt.start();
    connectNow();
}

void SessionWorker::connectNow()
{
    m_retryTimer.stop();
    setState(State::Connecting);
    m_connector = std::make_unique<Connector>(
        ConnectParameters(m_options.settings, m_options.purpose), [this](const Outcome<PGconn *> &connection) {
            m_connector.release()->deleteLater(); // it is calling
            if (connection)
                connected(*connection);
            else
                connectFailed(connection.error());
        });
}

void SessionWorker::connected(PGconn *connection)
{
    m_isAnnounced = false;
    m_listening = 0;
    m_setUpError.reset();
    m_wire = std::make_unique<Wire>(PgConnection(connection),
        Wire::Events{
            .finished = [this] { exchangeFinished(); },
            .broken = [this](const ServerError &error) { linkLost(error); },
            .noticed = [this](const ServerNotice &notice) { m_sink->noticed(notice); },
            .notified = [this](const Notification &notification) { m_sink->notified(notification); },
        });
    const QString setUp = sessionSetupSql(m_options.settings, m_options.purpose);
    if (setUp.isEmpty()) {
        next();
        return;
    }
    ReplyHandlers handlers;
    handlers.finished = [this](qsizetype, const Outcome<ResultSet> &outcome) {
        if (outcome.isError())
            m_setUpError = outcome.error();
    };
    begin(Duty::SetUp, std::make_unique<StatementExchange>(Query(setUp), std::move(handlers)));
}

void SessionWorker::connectFailed(const ServerError &error)
{
    if (!m_wasConnected) {
        if (isStartingUp(error) && !m_openedAt.hasExpired(std::chrono::milliseconds(startUpPatience).count()))
            m_retryTimer.start(startUpInterval);
        else
            refuse(error);
        return;
    }
    if (isRefusedForGood(error)) {
        refuse(error);
        return;
    }
    const auto delay = retryDelay(++m_failedAttempts, QRandomGenerator::global()->generateDouble());
    setState(State::Lost);
    m_retryTimer.start(delay);
    m_sink->linkLost(error, delay);
}

void SessionWorker::refuse(const ServerError &error)
{
    setState(State::Closed);
    m_sink->openFailed(error);
    finishQueue(error);
}

void SessionWorker::linkLost(const ServerError &error)
{
    const Duty duty = m_duty;
    const bool wasAnnounced = m_isAnnounced;
    dropWire();
    if (duty == Duty::Request)
        m_sink->requestFinished(m_request.id, false);
    if (!wasAnnounced) {
        connectFailed(error);
        return;
    }
    if (!m_options.keepUp) {
        setState(State::Closed);
        m_sink->linkLost(error, 0ms);
        finishQueue(error);
        return;
    }
    const auto delay = retryDelay(0, QRandomGenerator::global()->generateDouble());
    setState(State::Lost);
    m_retryTimer.start(delay);
    m_sink->linkLost(error, delay);
}

void SessionWorker::dropWire()
{
    m_heartbeatTimer.stop();
    m_heartbeatLimit.stop();
    m_duty = Duty::None;
    m_isAnnounced = false;
    if (m_wire)
        m_wire.release()->deleteLater(); // it may be calling
}

void SessionWorker::retryNow()
{
    if (m_state == State::Lost)
        connectNow();
}

void SessionWorker::close()
{
    m_retryTimer.stop();
    m_connector.reset();
    const Duty duty = m_duty;
    if (m_wire)
        m_wire->hangUp();
    dropWire();
    if (duty == Duty::Request)
        m_sink->requestFinished(m_request.id, false);
    finishQueue(Cancelled{});
    setState(State::Closed);
}

void SessionWorker::announce()
{
    m_isAnnounced = true;
    m_failedAttempts = 0;
    m_sink->opened(peerOf(m_wire->connection()));
    if (m_wasConnected && !m_channels.isEmpty())
        m_sink->relistened();
    m_wasConnected = true;
}

void SessionWorker::begin(Duty duty, std::unique_ptr<Exchange> exchange)
{
    m_duty = duty;
    m_wire->begin(std::move(exchange));
}

void SessionWorker::exchangeFinished()
{
    const Duty duty = std::exchange(m_duty, Duty::None);
    switch (duty) {
    case Duty::None:
    case Duty::Listen:
        break;
    case Duty::SetUp:
        if (m_setUpError) {
            dropWire();
            connectFailed(*m_setUpError);
            return;
        }
        break;
    case Duty::Heartbeat:
        m_heartbeatLimit.stop();
        m_sink->latencyMeasured(std::chrono::microseconds(m_heartbeatSentAt.nsecsElapsed() / 1000));
        break;
    case Duty::Request:
        m_sink->requestFinished(m_request.id, m_wire->inTransaction());
        m_request = {};
        break;
    }
    next();
}

// Listening comes before opened() and before every request: whoever asks for data after it misses no notification.
void SessionWorker::next()
{
    if (!m_wire || m_duty != Duty::None)
        return;
    // In a transaction a LISTEN would be taken back by a ROLLBACK.
    if (m_listening < m_channels.size() && !m_wire->inTransaction()) {
        beginListen();
        return;
    }
    if (!m_isAnnounced)
        announce();
    if (!m_queue.empty()) {
        beginRequest();
        return;
    }
    setState(State::Idle);
    if (m_options.keepUp)
        m_heartbeatTimer.start(heartbeatInterval);
}

void SessionWorker::beginListen()
{
    const QString channel = m_channels[m_listening++];
    ReplyHandlers handlers;
    handlers.finished = [this, channel](qsizetype, const Outcome<ResultSet> &outcome) {
        if (outcome.isError() && !outcome.error().connectionLost)
            m_sink->noticed({QStringLiteral("WARNING"), QStringLiteral("cannot listen to %1").arg(channel),
                outcome.error().message, outcome.error().hint});
    };
    begin(Duty::Listen,
        std::make_unique<StatementExchange>(
            Query(QStringLiteral("LISTEN ") + quoteIdentifier(channel)), std::move(handlers)));
}

void SessionWorker::beginRequest()
{
    m_heartbeatTimer.stop();
    m_request = std::move(m_queue.front());
    m_queue.pop_front();
    setState(State::Busy);
    begin(Duty::Request, makeExchange());
}

std::unique_ptr<Exchange> SessionWorker::makeExchange() const
{
    if (m_guard)
        return std::make_unique<PipelineExchange>(m_request.queries, replyHandlers(), m_guard);
    switch (m_request.kind) {
    case WorkerRequest::Kind::Run:
    case WorkerRequest::Kind::Stream:
        return std::make_unique<StatementExchange>(m_request.queries.first(), replyHandlers());
    case WorkerRequest::Kind::Pipeline:
        return std::make_unique<PipelineExchange>(m_request.queries, replyHandlers());
    case WorkerRequest::Kind::CopyIn:
        return std::make_unique<CopyInExchange>(m_request.queries.first(), m_request.channel, replyHandlers());
    case WorkerRequest::Kind::CopyOut:
        return std::make_unique<CopyOutExchange>(m_request.queries.first(), m_request.channel, replyHandlers());
    }
    Q_UNREACHABLE();
}

ReplyHandlers SessionWorker::replyHandlers() const
{
    ReplyHandlers handlers;
    const quint64 id = m_request.id;
    if (m_request.kind == WorkerRequest::Kind::Stream) {
        handlers.started = [this, id](const QList<ResultField> &fields) { m_sink->resultStarted(id, fields); };
        handlers.rows = [this, id](const SharedRowBatch &batch) { m_sink->rowsArrived(id, batch); };
        handlers.hasRoom = [this] { return m_sink->hasRoom(); };
    }
    handlers.finished = [this, id](qsizetype index, const Outcome<ResultSet> &outcome) {
        m_sink->statementFinished(id, index, outcome);
    };
    return handlers;
}

std::optional<ServerError> SessionWorker::refusal(const WorkerRequest &request) const
{
    if (holdsNul(request))
        return ServerError::usage(QStringLiteral("a NUL character cannot be sent to the server"));
    if (m_state == State::Closed)
        return notOpen();
    if (m_guard && (request.channel || !std::ranges::all_of(request.queries, fitsGuard, &Query::sql)))
        return ServerError::usage(QStringLiteral("COPY and PREPARE TRANSACTION cannot run on a read-only connection"),
            QStringLiteral("Use a query instead, or a connection that is not marked read-only."));
    return std::nullopt;
}

void SessionWorker::submit(WorkerRequest request)
{
    if (const auto error = refusal(request)) {
        finishUnsent(request, *error);
    } else {
        m_queue.push_back(std::move(request));
        next();
    }
}

void SessionWorker::finishUnsent(const WorkerRequest &request, const Outcome<ResultSet> &outcome)
{
    if (request.channel)
        request.channel->close();
    for (qsizetype index = 0; index < request.queries.size(); ++index)
        m_sink->statementFinished(request.id, index, outcome);
    m_sink->requestFinished(request.id, m_wire && m_wire->inTransaction());
}

void SessionWorker::finishQueue(const Outcome<ResultSet> &outcome)
{
    const std::deque<WorkerRequest> queue = std::exchange(m_queue, {});
    for (const WorkerRequest &request : queue)
        finishUnsent(request, outcome);
}

void SessionWorker::cancel(quint64 id)
{
    if (m_duty == Duty::Request && m_request.id == id) {
        setState(State::Cancelling);
        m_wire->cancel();
        return;
    }
    const auto found = std::ranges::find(m_queue, id, &WorkerRequest::id);
    if (found == m_queue.end())
        return; // it was faster
    const WorkerRequest request = std::move(*found);
    m_queue.erase(found);
    finishUnsent(request, Cancelled{});
}

void SessionWorker::listen(const QString &channel)
{
    if (m_channels.contains(channel))
        return;
    m_channels.append(channel);
    next();
}

void SessionWorker::pump()
{
    if (m_duty == Duty::Request)
        m_wire->pump();
}

void SessionWorker::heartbeat()
{
    if (m_duty != Duty::None)
        return;
    // A probe would keep an open transaction from ever being idle for too long; there TCP alone watches the link.
    if (m_wire->inTransaction()) {
        m_heartbeatTimer.start(heartbeatInterval);
        return;
    }
    m_heartbeatSentAt.start();
    m_heartbeatLimit.start(heartbeatPatience);
    begin(Duty::Heartbeat, std::make_unique<PipelineExchange>(QList<Query>(), ReplyHandlers()));
}

} // namespace Shardboard
