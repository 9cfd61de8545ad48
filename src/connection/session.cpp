// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/session.h"

#include "connection/iothread.h"
#include "connection/sessionrelay.h"
#include "connection/sessionworker.h"

namespace Shardboard {

void RequestHandle::cancel()
{
    if (!isActive())
        return;
    m_state->workerMailbox->post([worker = m_state->worker, id = m_state->id] { worker->cancel(id); });
}

bool RequestHandle::isActive() const
{
    return m_state && m_state->isActive;
}

Session::Session(IoThread &io, ConnectionSettings settings, SessionPurpose purpose, QObject *parent)
    : QObject(parent)
    , m_settings(std::move(settings))
    , m_relay(std::make_shared<Relay>(this))
    , m_worker(new SessionWorker({.settings = m_settings, .purpose = purpose, .keepUp = true}, m_relay))
{
    m_worker->moveToThread(io.thread());
}

Session::~Session()
{
    m_relay->close();
    tellWorker([](SessionWorker &worker) { delete &worker; });
}

void Session::tellWorker(std::function<void(SessionWorker &)> what)
{
    m_worker->mailbox()->post([worker = m_worker, what = std::move(what)] { what(*worker); });
}

void Session::open()
{
    tellWorker([](SessionWorker &worker) { worker.open(); });
}

void Session::close()
{
    tellWorker([](SessionWorker &worker) { worker.close(); });
}

void Session::retryNow()
{
    tellWorker([](SessionWorker &worker) { worker.retryNow(); });
}

void Session::listen(const QString &channel)
{
    tellWorker([channel](SessionWorker &worker) { worker.listen(channel); });
}

void Session::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged(state);
}

RequestHandle Session::run(Query query, QObject *context, ResultHandler done)
{
    Pending pending(context);
    pending.statement = [done = std::move(done)](qsizetype, const Outcome<ResultSet> &outcome) {
        if (done)
            done(outcome);
    };
    return submit(std::move(pending), {.kind = WorkerRequest::Kind::Run, .queries = {std::move(query)}});
}

RequestHandle Session::stream(Query query, QObject *context, StreamHandlers handlers)
{
    Pending pending(context);
    pending.started = std::move(handlers.started);
    pending.rows = std::move(handlers.rows);
    pending.statement = [done = std::move(handlers.finished)](qsizetype, const Outcome<ResultSet> &outcome) {
        if (done)
            done(outcome);
    };
    return submit(std::move(pending), {.kind = WorkerRequest::Kind::Stream, .queries = {std::move(query)}});
}

RequestHandle Session::runPipeline(
    QList<Query> queries, QObject *context, PipelineHandler each, std::function<void()> finished)
{
    Pending pending(context);
    pending.statement = std::move(each);
    pending.finished = std::move(finished);
    return submit(std::move(pending), {.kind = WorkerRequest::Kind::Pipeline, .queries = std::move(queries)});
}

RequestHandle Session::submit(Pending pending, WorkerRequest request)
{
    request.id = ++m_lastRequest;
    RequestHandle handle;
    handle.m_state = std::make_shared<RequestHandle::State>();
    handle.m_state->workerMailbox = m_worker->mailbox();
    handle.m_state->worker = m_worker;
    handle.m_state->id = request.id;
    pending.handle = handle.m_state;
    m_pending.insert(request.id, std::make_shared<Pending>(std::move(pending)));
    tellWorker([request = std::move(request)](SessionWorker &worker) { worker.submit(request); });
    return handle;
}

} // namespace Shardboard
