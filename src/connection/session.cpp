// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/session.h"

#include "connection/iothread.h"
#include "connection/sessionworker.h"

#include <atomic>

namespace Shardboard {

/// Shared by the handle's copies, on any thread.
struct RequestHandle::State
{
    SharedMailbox workerMailbox;
    SessionWorker *worker = nullptr; ///< for work posted to its mailbox only
    quint64 id = 0;
    std::atomic<bool> isActive{true};
};

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

/// Carries what the worker tells from the I/O thread to the session's.
class Session::Relay : public SessionSink
{
public:
    explicit Relay(Session *session) : m_session(session), m_mailbox(Mailbox::create(session)) {}
    void close() { m_mailbox->close(); }

    void stateChanged(State state) override
    {
        post([state](Session &s) { s.setState(state); });
    }
    void opened(const Peer &peer) override
    {
        post([peer](Session &s) {
            s.m_peer = peer;
            Q_EMIT s.opened();
        });
    }
    void openFailed(const ServerError &error) override
    {
        post([error](Session &s) { Q_EMIT s.failed(error); });
    }
    void linkLost(const ServerError &error, std::chrono::milliseconds retryIn) override
    {
        post([error, retryIn](Session &s) { Q_EMIT s.lost(error, retryIn); });
    }
    void notified(const Notification &notification) override
    {
        post([notification](Session &s) { Q_EMIT s.notified(notification); });
    }
    void relistened() override
    {
        post([](Session &s) { Q_EMIT s.relistened(); });
    }
    void noticed(const ServerNotice &notice) override
    {
        post([notice](Session &s) { Q_EMIT s.noticed(notice); });
    }
    void latencyMeasured(std::chrono::microseconds roundTrip) override
    {
        post([roundTrip](Session &s) { Q_EMIT s.latencyMeasured(roundTrip); });
    }
    void resultStarted(quint64 request, const QList<ResultField> &fields) override
    {
        post([request, fields](Session &s) {
            const auto pending = s.m_pending.value(request);
            if (pending && pending->isWanted() && pending->started)
                pending->started(fields);
        });
    }
    void rowsArrived(quint64 request, const SharedRowBatch &batch) override
    {
        post([request, batch](Session &s) {
            const auto pending = s.m_pending.value(request);
            if (pending && pending->isWanted() && pending->rows)
                pending->rows(batch);
        });
    }
    void statementFinished(quint64 request, qsizetype index, const Outcome<ResultSet> &outcome) override
    {
        post([request, index, outcome](Session &s) {
            const auto pending = s.m_pending.value(request);
            if (pending && pending->isWanted() && pending->statement)
                pending->statement(index, outcome);
        });
    }
    void requestFinished(quint64 request, bool) override
    {
        post([request](Session &s) {
            const auto pending = s.m_pending.take(request);
            if (!pending)
                return;
            pending->handle->isActive = false;
            if (pending->isWanted() && pending->finished)
                pending->finished();
        });
    }

private:
    void post(std::function<void(Session &)> work)
    {
        m_mailbox->post([session = m_session, work = std::move(work)] { work(*session); });
    }

    Session *const m_session;
    const SharedMailbox m_mailbox;
};

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
