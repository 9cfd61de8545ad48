// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/syncsession.h"

#include "connection/iothread.h"
#include "connection/registrytrust.h"
#include "connection/sessionworker.h"
#include "connection/syncinbox.h"

#include <algorithm>
#include <atomic>
#include <iterator>

namespace Shardboard {

using namespace std::chrono_literals;
using Event = SyncInbox::Event;

namespace {

// How long a server may take to obey a stop request; then the connection is dropped, which stops it too.
constexpr auto stopPatience = 5000ms;

// How long the owners of schema shardboard are taken to be the same.
constexpr auto trustLasts = 5000ms;

} // namespace

struct SyncSession::Impl
{
    Impl(IoThread &io, ConnectionSettings settings, SessionPurpose purpose, std::stop_token token)
        : inbox(std::make_shared<SyncInbox>())
        , worker(new SessionWorker({.settings = std::move(settings), .purpose = purpose, .keepUp = false}, inbox))
        , mailbox(worker->mailbox())
        , stop(std::move(token))
    {
        worker->moveToThread(io.thread());
        onStop.emplace(stop, StopHandler{this});
    }
    ~Impl()
    {
        // Waits for a stop that is being told right now; none is told afterwards.
        onStop.reset();
        tellWorker([](SessionWorker &w) { delete &w; });
    }

    struct StopHandler
    {
        Impl *impl;
        void operator()() const
        {
            impl->inbox->stop();
            impl->cancel(impl->currentRequest);
        }
    };

    void tellWorker(std::function<void(SessionWorker &)> what)
    {
        mailbox->post([target = worker, what = std::move(what)] { what(*target); });
    }
    void cancel(quint64 request)
    {
        tellWorker([request](SessionWorker &w) { w.cancel(request); });
    }
    quint64 submit(WorkerRequest request);
    /// One outcome per statement, once the request is over.
    QList<Outcome<ResultSet>> wait(quint64 request, qsizetype statements, const RowHandlers *handlers = nullptr);
    Completion handOver(const Event &event, const RowHandlers &handlers);
    QList<Outcome<ResultSet>> request(WorkerRequest request);
    /// Why no request can be made at all, if so.
    std::optional<Outcome<ResultSet>> obstacle() const;
    void dropLink();
    /// Why statements that use schema shardboard are refused; nullopt when they are not.
    std::optional<Outcome<ResultSet>> distrust();

    const std::shared_ptr<SyncInbox> inbox;
    SessionWorker *const worker; ///< lives on the IoThread, deleted there: only for work posted to its mailbox
    const SharedMailbox mailbox;
    std::function<void(const ServerNotice &)> noticeHandler;
    OutcomeFilter outcomeFilter;
    Session::Peer peer;
    std::optional<ServerError> closedBecause = ServerError::connection(QStringLiteral("the session was not opened"));
    bool inTransaction = false;
    std::optional<SyncInbox::Clock::time_point> trustedAt;
    quint64 lastRequest = 0;
    std::atomic<quint64> currentRequest{0}; ///< 0: none
    const std::stop_token stop;
    std::optional<std::stop_callback<StopHandler>> onStop; ///< may call at once, and on another thread
};

quint64 SyncSession::Impl::submit(WorkerRequest request)
{
    request.id = ++lastRequest;
    currentRequest = request.id;
    tellWorker([request = std::move(request)](SessionWorker &w) { w.submit(request); });
    return lastRequest;
}

void SyncSession::Impl::dropLink()
{
    closedBecause = ServerError::connection(QStringLiteral("the server did not stop when it was asked to"));
    inTransaction = false;
    tellWorker([](SessionWorker &w) { w.close(); });
}

Completion SyncSession::Impl::handOver(const Event &event, const RowHandlers &handlers)
{
    if (event.kind == Event::Kind::Rows)
        return handlers.rows(event.rows);
    if (handlers.started)
        handlers.started(event.fields);
    return Nothing{};
}

QList<Outcome<ResultSet>> SyncSession::Impl::wait(quint64 request, qsizetype statements, const RowHandlers *handlers)
{
    const auto since = SyncInbox::Clock::now();
    QList<Outcome<ResultSet>> outcomes(statements, Outcome<ResultSet>(Cancelled{}));
    std::optional<Completion> refused; // by the handlers: nothing more is handed to them
    for (;;) {
        std::optional<Event> event = inbox->take(since, stopPatience);
        if (!event) {
            dropLink();
            break;
        }
        if (event->kind == Event::Kind::Notice && noticeHandler) {
            noticeHandler(event->notice);
        } else if (event->kind == Event::Kind::Lost) {
            closedBecause = event->error;
            inTransaction = false;
        } else if (event->request != request) {
            continue;
        } else if (event->kind == Event::Kind::Started || event->kind == Event::Kind::Rows) {
            if (event->kind == Event::Kind::Rows)
                tellWorker([](SessionWorker &w) { w.pump(); }); // there is room for a batch again
            const Completion taken = handlers && !refused ? handOver(*event, *handlers) : Completion(Nothing{});
            if (!taken) {
                refused = taken;
                cancel(request);
            }
        } else if (event->kind == Event::Kind::Statement) {
            outcomes[event->index] = *std::move(event->outcome);
        } else if (event->kind == Event::Kind::Finished) {
            inTransaction = event->inTransaction;
            break;
        }
    }
    currentRequest = 0;
    if (refused)
        outcomes.first() = refused->failure<ResultSet>();
    return outcomes;
}

std::optional<Outcome<ResultSet>> SyncSession::Impl::obstacle() const
{
    if (stop.stop_requested())
        return Outcome<ResultSet>(Cancelled{});
    if (closedBecause)
        return Outcome<ResultSet>(*closedBecause);
    return std::nullopt;
}

QList<Outcome<ResultSet>> SyncSession::Impl::request(WorkerRequest request)
{
    const qsizetype statements = request.queries.size();
    if (const auto reason = obstacle())
        return QList<Outcome<ResultSet>>(statements, *reason);
    const quint64 id = submit(std::move(request));
    // A stop that came before the request was known has told the worker nothing.
    if (stop.stop_requested())
        cancel(id);
    return wait(id, statements);
}

SyncSession::SyncSession(IoThread &io, ConnectionSettings settings, SessionPurpose purpose, std::stop_token stop)
    : m_impl(std::make_unique<Impl>(io, std::move(settings), purpose, std::move(stop)))
{
}

SyncSession::~SyncSession() = default;

Completion SyncSession::open()
{
    const auto since = SyncInbox::Clock::now();
    m_impl->tellWorker([](SessionWorker &worker) { worker.open(); });
    for (;;) {
        const std::optional<Event> event = m_impl->inbox->take(since, 0ms);
        if (!event) {
            m_impl->dropLink();
            return Cancelled{};
        }
        switch (event->kind) {
        case Event::Kind::Opened:
            m_impl->peer = event->peer;
            m_impl->closedBecause.reset();
            return Nothing{};
        case Event::Kind::Refused:
        case Event::Kind::Lost:
            m_impl->closedBecause = event->error;
            return event->error;
        case Event::Kind::Notice:
            if (m_impl->noticeHandler)
                m_impl->noticeHandler(event->notice);
            break;
        case Event::Kind::Started:
        case Event::Kind::Rows:
        case Event::Kind::Statement:
        case Event::Kind::Finished:
            break;
        }
    }
}

std::optional<Outcome<ResultSet>> SyncSession::Impl::distrust()
{
    if (trustedAt && SyncInbox::Clock::now() - *trustedAt < trustLasts)
        return std::nullopt;
    const Completion verdict = RegistryTrust::verdict(
        request({.kind = WorkerRequest::Kind::Run, .queries = {RegistryTrust::query()}}).first());
    if (!verdict)
        return verdict.failure<ResultSet>();
    trustedAt = SyncInbox::Clock::now();
    return std::nullopt;
}

Outcome<ResultSet> SyncSession::run(const Query &query)
{
    if (RegistryTrust::isNeededFor(query))
        if (const auto refused = m_impl->distrust())
            return *refused;
    const Outcome<ResultSet> outcome = m_impl->request({.kind = WorkerRequest::Kind::Run, .queries = {query}}).first();
    return m_impl->outcomeFilter ? m_impl->outcomeFilter(query, outcome) : outcome;
}

Outcome<ResultSet> SyncSession::stream(const Query &query, const RowHandlers &handlers)
{
    if (const auto reason = m_impl->obstacle())
        return *reason;
    const quint64 id = m_impl->submit({.kind = WorkerRequest::Kind::Stream, .queries = {query}});
    if (m_impl->stop.stop_requested())
        m_impl->cancel(id);
    return m_impl->wait(id, 1, &handlers).first();
}

QList<Outcome<ResultSet>> SyncSession::runPipeline(const QList<Query> &queries)
{
    const auto needsTrust = [](const Query &query) { return RegistryTrust::isNeededFor(query); };
    const auto refused = std::ranges::any_of(queries, needsTrust) ? m_impl->distrust() : std::nullopt;
    QList<Query> others = queries;
    if (refused)
        others.removeIf(needsTrust);
    QList<Outcome<ResultSet>> outcomes;
    if (!others.isEmpty() || !refused)
        outcomes = m_impl->request({.kind = WorkerRequest::Kind::Pipeline, .queries = others});
    for (qsizetype index = 0; refused && index < queries.size(); ++index) {
        if (needsTrust(queries.at(index)))
            outcomes.insert(index, *refused);
    }
    if (m_impl->outcomeFilter) {
        for (qsizetype i = 0; i < outcomes.size(); ++i)
            outcomes[i] = m_impl->outcomeFilter(queries.at(i), outcomes.at(i));
    }
    return outcomes;
}

void SyncSession::setOutcomeFilter(OutcomeFilter filter)
{
    m_impl->outcomeFilter = std::move(filter);
}

Completion SyncSession::rollback()
{
    if (!m_impl->inTransaction)
        return Nothing{};
    const quint64 id
        = m_impl->submit({.kind = WorkerRequest::Kind::Run, .queries = {Query(QStringLiteral("ROLLBACK"))}});
    m_impl->currentRequest = 0; // a stop leaves this one alone
    const Outcome<ResultSet> outcome = m_impl->wait(id, 1).first();
    return outcome ? Completion(Nothing{}) : outcome.failure<Nothing>();
}

Outcome<qint64> SyncSession::copyIn(const QString &copySql, const std::function<Outcome<QByteArrayView>()> &produce)
{
    if (const auto reason = m_impl->obstacle())
        return reason->failure<qint64>();
    const auto channel = std::make_shared<CopyChannel>();
    channel->wake = [impl = m_impl.get()] { impl->tellWorker([](SessionWorker &worker) { worker.pump(); }); };
    const quint64 id
        = m_impl->submit({.kind = WorkerRequest::Kind::CopyIn, .queries = {Query(copySql)}, .channel = channel});
    if (m_impl->stop.stop_requested())
        m_impl->cancel(id);

    std::optional<Outcome<QByteArrayView>> failure;
    QByteArray block;
    bool isTaken = true;
    while (isTaken) {
        const Outcome<QByteArrayView> more = produce();
        if (!more) {
            failure = more;
            channel->abort(more.isError() ? more.error().message : QStringLiteral("cancelled"));
            break;
        }
        block.append(more->data(), more->size());
        const bool isEnd = more->isEmpty();
        if (block.size() >= CopyChannel::blockBytes || (isEnd && !block.isEmpty()))
            isTaken = channel->waitAndPush(std::exchange(block, {}));
        if (isEnd) {
            channel->finish();
            break;
        }
    }
    const Outcome<ResultSet> outcome = m_impl->wait(id, 1).first();
    if (failure)
        return failure->failure<qint64>();
    return outcome ? Outcome<qint64>(outcome->affectedRows) : outcome.failure<qint64>();
}

Outcome<qint64> SyncSession::copyOut(const QString &copySql, const std::function<Completion(QByteArrayView)> &consume)
{
    if (const auto reason = m_impl->obstacle())
        return reason->failure<qint64>();
    const auto channel = std::make_shared<CopyChannel>();
    channel->wake = [impl = m_impl.get()] { impl->tellWorker([](SessionWorker &worker) { worker.pump(); }); };
    const quint64 id
        = m_impl->submit({.kind = WorkerRequest::Kind::CopyOut, .queries = {Query(copySql)}, .channel = channel});
    if (m_impl->stop.stop_requested())
        m_impl->cancel(id);

    std::optional<Completion> failure;
    while (const auto block = channel->waitAndTake()) {
        if (failure)
            continue;
        const Completion taken = consume(*block);
        if (!taken) {
            failure = taken;
            m_impl->cancel(id);
        }
    }
    const Outcome<ResultSet> outcome = m_impl->wait(id, 1).first();
    if (failure)
        return failure->failure<qint64>();
    return outcome ? Outcome<qint64>(outcome->affectedRows) : outcome.failure<qint64>();
}

void SyncSession::onNotice(std::function<void(const ServerNotice &)> handler)
{
    m_impl->noticeHandler = std::move(handler);
}

SyncSession::Address SyncSession::address() const
{
    return {m_impl->peer.host, m_impl->peer.port, m_impl->peer.user};
}

int SyncSession::backendPid() const
{
    return m_impl->peer.backendPid;
}

int SyncSession::serverVersion() const
{
    return m_impl->peer.serverVersion;
}

bool SyncSession::inTransaction() const
{
    return m_impl->inTransaction;
}

std::stop_token SyncSession::stopToken() const
{
    return m_impl->stop;
}

} // namespace Shardboard
