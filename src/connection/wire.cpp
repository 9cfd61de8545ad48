// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/wire.h"

#include "connection/aside.h"
#include "connection/cancelrequest.h"
#include "connection/pgerror.h"

#include <QSocketNotifier>

#include <sys/socket.h>

#include <memory>
#include <utility>

namespace Shardboard {

namespace {
constexpr auto slice = std::chrono::milliseconds(5);
constexpr auto publishDelay = std::chrono::milliseconds(100);
constexpr auto cancelInterval = std::chrono::milliseconds(500);
constexpr auto cancelPatience = std::chrono::seconds(5);

bool hasWaitingBytes(int socket)
{
    char byte = 0;
    return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

// Asks and does not wait for what becomes of it.
void askToStop(PGconn *connection)
{
    runAside([request = std::make_shared<CancelRequest>(connection)] { request->send(); });
}

} // namespace

Wire::Wire(PgConnection connection, Events events)
    : m_events(std::move(events)), m_mailbox(Mailbox::create(this)), m_connection(std::move(connection))
{
    PQsetnonblocking(m_connection.get(), 1);
    PQsetNoticeReceiver(m_connection.get(), &Wire::receiveNotice, this);
    const int socket = PQsocket(m_connection.get());
    m_readNotifier = std::make_unique<QSocketNotifier>(socket, QSocketNotifier::Read);
    connect(m_readNotifier.get(), &QSocketNotifier::activated, this, &Wire::readInput);
    m_writeNotifier = std::make_unique<QSocketNotifier>(socket, QSocketNotifier::Write);
    m_writeNotifier->setEnabled(false);
    connect(m_writeNotifier.get(), &QSocketNotifier::activated, this, &Wire::flush);
    for (QTimer *timer : {&m_limitTimer, &m_cancelTimer, &m_publishTimer})
        timer->setSingleShot(true);
    m_limitTimer.callOnTimeout(this, &Wire::limitReached);
    m_cancelTimer.callOnTimeout(this, &Wire::repeatCancel);
    m_publishTimer.callOnTimeout(this, [this] {
        if (m_exchange)
            m_exchange->publishRows();
    });
    m_peerTimer.setInterval(PeerWatch::interval);
    m_peerTimer.callOnTimeout(this, &Wire::watchPeer);
}

Wire::~Wire()
{
    m_mailbox->close();
}

bool Wire::inTransaction() const
{
    switch (PQtransactionStatus(m_connection.get())) {
    case PQTRANS_INTRANS:
    case PQTRANS_INERROR:
        return true;
    case PQTRANS_IDLE:
    case PQTRANS_ACTIVE:
    case PQTRANS_UNKNOWN:
        return false;
    }
    Q_UNREACHABLE();
}

void Wire::begin(std::unique_ptr<Exchange> exchange)
{
    Q_ASSERT(!m_exchange);
    m_exchange = std::move(exchange);
    m_isOver = false;
    m_limitedStatement = -1;
    m_stoppedStatement = -1;
    m_hasCancelFailed = false;
    if (!m_exchange->send(m_connection.get())) {
        ServerError error = errorFromConnection(m_connection.get());
        // Half a pipeline cannot be taken back; anything else that libpq refuses leaves the connection as it was.
        const bool isUsable
            = PQstatus(m_connection.get()) == CONNECTION_OK && PQpipelineStatus(m_connection.get()) == PQ_PIPELINE_OFF;
        if (!isUsable)
            return m_mailbox->post([this, error] { breakLink(error); });
        error.kind = ServerError::Kind::Usage;
        error.connectionLost = false;
        m_exchange->finishRest(error);
        m_mailbox->post([this] { exchangeOver(); });
        return;
    }
    m_peerWatch.reset();
    m_peerTimer.start();
    if (flush())
        settle();
}

bool Wire::flush()
{
    if (!m_connection)
        return false;
    const int unsent = PQflush(m_connection.get());
    if (unsent < 0) {
        linkFailed();
        return false;
    }
    m_writeNotifier->setEnabled(unsent > 0);
    if (unsent == 0 && std::exchange(m_isBlocked, false))
        m_mailbox->post([this] { pump(); });
    return true;
}

// What is to be watched and timed now.
void Wire::settle()
{
    m_readNotifier->setEnabled(!m_exchange || m_isOver || m_exchange->wantsInput());
    if (!m_exchange || m_isOver)
        return;
    if (m_limitedStatement != m_exchange->finishedCount()) {
        m_limitedStatement = m_exchange->finishedCount();
        m_limitTimer.stop();
        if (const auto limit = m_exchange->currentLimit(); limit.count() > 0)
            m_limitTimer.start(limit);
    }
    if (m_exchange->hasEnough() && m_stoppedStatement != m_exchange->finishedCount()) {
        m_stoppedStatement = m_exchange->finishedCount();
        m_exchange->setStopSent();
        sendCancel();
    }
    if (m_exchange->hasUnpublishedRows() && !m_publishTimer.isActive())
        m_publishTimer.start(publishDelay);
}

// After a pause the rest may be in libpq, or decrypted in the TLS layer, and the socket silent: reading looks at all.
void Wire::pump()
{
    if (m_exchange && !m_isOver)
        readInput();
}

void Wire::readInput()
{
    if (!m_connection)
        return;
    QElapsedTimer elapsed;
    elapsed.start();
    // TLS may hold decrypted bytes of which the socket knows nothing: look again before waiting for it.
    const int patience = PQsslInUse(m_connection.get()) ? 3 : 1;
    for (int fruitless = 0; fruitless < patience; ++fruitless) {
        const bool wantsInput = !m_exchange || m_isOver || m_exchange->wantsInput();
        if (wantsInput && !takeInput())
            return;
        if (m_exchange && !m_isOver) {
            const Exchange::Progress progress = m_exchange->advance(m_connection.get());
            if (!accept(progress))
                return;
            if (progress == Exchange::Progress::Advanced)
                fruitless = -1;
        }
        if (elapsed.hasExpired(slice.count())) {
            m_mailbox->post([this] { readInput(); });
            break;
        }
    }
    if (flush())
        settle();
}

bool Wire::takeInput()
{
    const quint64 asides = m_asides;
    const bool hasInput = hasWaitingBytes(PQsocket(m_connection.get()));
    if (PQconsumeInput(m_connection.get()) != 1) {
        linkFailed();
        return false;
    }
    takeNotifications();
    const bool hasAsides = m_asides != asides;
    if (m_exchange && (hasInput || hasAsides))
        m_exchange->inputArrived(hasAsides);
    return true;
}

bool Wire::accept(Exchange::Progress progress)
{
    m_isBlocked = progress == Exchange::Progress::Blocked;
    switch (progress) {
    case Exchange::Progress::Waiting:
    case Exchange::Progress::Blocked:
    case Exchange::Progress::Advanced:
        return true;
    case Exchange::Progress::Finished:
        takeNotifications();
        exchangeOver();
        return false;
    case Exchange::Progress::Broken:
        if (PQstatus(m_connection.get()) == CONNECTION_BAD)
            linkFailed();
        else
            breakLink(ServerError::connection(
                QStringLiteral("the server's answer does not fit the request, the connection is closed"),
                QStringLiteral("COPY and replication commands cannot run here.")));
        return false;
    }
    Q_UNREACHABLE();
}

void Wire::takeNotifications()
{
    // PQnotifies also has libpq read what came while no query runs: notices, and the server's last words.
    while (const auto notify = PgNotification(PQnotifies(m_connection.get()))) {
        ++m_asides;
        m_events.notified({QString::fromUtf8(notify->relname), QString::fromUtf8(notify->extra), notify->be_pid});
    }
}

void Wire::receiveNotice(void *wire, const PGresult *result)
{
    auto *self = static_cast<Wire *>(wire);
    ++self->m_asides;
    const ServerNotice notice = noticeFromResult(result);
    if (notice.severity == QLatin1String("FATAL") || notice.severity == QLatin1String("PANIC"))
        self->m_lastWords = errorFromResult(result, self->connection(), {});
    else
        self->m_events.noticed(notice);
}

// libpq has found the link broken: its error, or better what the server said before, is the reason.
void Wire::linkFailed()
{
    ServerError error = errorFromConnection(m_connection.get());
    if (m_exchange && !m_isOver) {
        // What had arrived before the end is still to be read.
        while (m_exchange->advance(m_connection.get()) == Exchange::Progress::Advanced) {}
        if (const auto lost = m_exchange->lossReported())
            error = *lost;
    } else if (m_lastWords) {
        error = *m_lastWords;
    }
    breakLink(std::move(error));
}

void Wire::breakLink(ServerError error)
{
    if (!m_connection)
        return;
    error.kind = ServerError::Kind::Connection;
    error.connectionLost = true;
    shutDown(error);
    error.statement.clear();
    m_events.broken(error);
}

void Wire::hangUp()
{
    if (m_exchange && !m_isOver)
        askToStop(m_connection.get());
    shutDown(Cancelled{});
}

void Wire::shutDown(const Outcome<ResultSet> &outcome)
{
    for (QTimer *timer : {&m_limitTimer, &m_cancelTimer, &m_publishTimer, &m_peerTimer})
        timer->stop();
    m_readNotifier->setEnabled(false);
    m_writeNotifier->setEnabled(false);
    m_mailbox->close();
    if (m_exchange)
        m_exchange->finishRest(outcome);
    m_exchange.reset();
    m_connection.reset();
}

void Wire::exchangeOver()
{
    for (QTimer *timer : {&m_limitTimer, &m_publishTimer, &m_peerTimer})
        timer->stop();
    m_isOver = true;
    settle();
    // A cancel request that is still on its way would hit whatever runs next.
    if (m_isCancelUnderway)
        return;
    m_cancelTimer.stop();
    m_exchange.reset();
    m_events.finished();
}

void Wire::cancel()
{
    if (!m_exchange || m_isOver)
        return;
    m_exchange->cancel(m_connection.get());
    sendCancel();
    pump();
}

void Wire::sendCancel()
{
    if (m_isCancelUnderway)
        return;
    m_isCancelUnderway = true;
    m_cancelSentAt.start();
    m_cancelTimer.start(cancelInterval);
    // It opens a connection of its own and waits for it: not on the thread that all sessions share.
    const auto request = std::make_shared<CancelRequest>(m_connection.get());
    const bool isStarted = runAside([this, mailbox = m_mailbox, request] {
        const QString error = request->send();
        mailbox->post([this, error] { cancelSent(error); });
    });
    if (!isStarted)
        m_mailbox->post([this] { cancelSent(QStringLiteral("the system has no thread left")); });
}

void Wire::cancelSent(const QString &error)
{
    m_isCancelUnderway = false;
    if (!error.isEmpty() && !m_hasCancelFailed) {
        m_hasCancelFailed = true;
        m_events.noticed(
            {QStringLiteral("WARNING"), QStringLiteral("the server could not be asked to stop"), error, {}});
    }
    if (m_isOver)
        exchangeOver();
}

void Wire::repeatCancel()
{
    if (!m_exchange)
        return;
    if (m_isOver && m_cancelSentAt.hasExpired(std::chrono::milliseconds(cancelPatience).count())) {
        breakLink(ServerError::connection(QStringLiteral("the request to cancel was not answered")));
        return;
    }
    m_cancelTimer.start(cancelInterval);
    if (!m_isOver && (m_exchange->isCancelled() || m_exchange->hasTimedOut() || m_exchange->hasEnough()))
        sendCancel();
}

void Wire::watchPeer()
{
    if (m_peerWatch.isGone(PQsocket(m_connection.get())))
        breakLink(ServerError::connection(QStringLiteral("the server does not acknowledge what it is sent")));
}

void Wire::limitReached()
{
    if (!m_exchange || m_isOver)
        return;
    m_exchange->setTimedOut();
    m_exchange->setStopSent();
    sendCancel();
}

} // namespace Shardboard
