// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/sessionrelay.h"

#include "connection/sessionworker.h"

#include <QTimer>

#include <algorithm>
#include <utility>

namespace Shardboard {

namespace {

using namespace std::chrono_literals;

constexpr int mostWaitingBatches = 8;
constexpr int mostWaitingNotices = 100;
constexpr qsizetype mostNotifications = 100; // different ones of one delivery
constexpr auto deliveryInterval = 100ms;

} // namespace

Session::Relay::Relay(Session *session) : m_session(session), m_mailbox(Mailbox::create(session)) {}

void Session::Relay::post(std::function<void(Session &)> work)
{
    m_mailbox->post([session = m_session, work = std::move(work)] { work(*session); });
}

void Session::Relay::stateChanged(State state)
{
    post([state](Session &s) { s.setState(state); });
}

void Session::Relay::opened(const Peer &peer)
{
    post([peer](Session &s) {
        s.m_peer = peer;
        Q_EMIT s.opened();
    });
}

void Session::Relay::openFailed(const ServerError &error)
{
    post([error](Session &s) { Q_EMIT s.failed(error); });
}

void Session::Relay::linkLost(const ServerError &error, std::chrono::milliseconds retryIn)
{
    post([error, retryIn](Session &s) { Q_EMIT s.lost(error, retryIn); });
}

// Any role may notify, as often as it likes.
void Session::Relay::notified(const Notification &notification)
{
    const std::lock_guard lock(m_mutex);
    const bool isKnown = std::ranges::any_of(m_notifications, [&](const Notification &known) {
        return known.channel == notification.channel && known.payload == notification.payload;
    });
    if (isKnown)
        return;
    if (m_notifications.size() < mostNotifications)
        m_notifications.append(notification);
    else
        m_haveBeenLost = true;
    if (!std::exchange(m_isDeliveryDue, true))
        post([this](Session &s) { deliverNotifications(s); });
}

void Session::Relay::deliverNotifications(Session &session)
{
    QList<Notification> due;
    bool haveBeenLost = false;
    {
        const std::lock_guard lock(m_mutex);
        due.swap(m_notifications);
        haveBeenLost = std::exchange(m_haveBeenLost, false);
        m_isDeliveryDue = !due.isEmpty();
    }
    if (due.isEmpty())
        return; // quiet since the last delivery: the next one comes at once
    QTimer::singleShot(deliveryInterval, &session, [this, &session] { deliverNotifications(session); });
    const QPointer<Session> guard(&session);
    for (const Notification &notification : std::as_const(due)) {
        Q_EMIT session.notified(notification);
        if (!guard)
            return;
    }
    if (haveBeenLost)
        Q_EMIT session.relistened();
}

void Session::Relay::relistened()
{
    post([](Session &s) { Q_EMIT s.relistened(); });
}

void Session::Relay::noticed(const ServerNotice &notice)
{
    if (m_waitingNotices >= mostWaitingNotices) {
        ++m_droppedNotices;
        return;
    }
    ++m_waitingNotices;
    post([this, notice](Session &s) { deliverNotice(s, notice); });
}

void Session::Relay::deliverNotice(Session &session, const ServerNotice &notice)
{
    const int dropped = --m_waitingNotices == 0 ? m_droppedNotices.exchange(0) : 0;
    const QPointer<Session> guard(&session);
    Q_EMIT session.noticed(notice);
    if (guard && dropped > 0)
        Q_EMIT session.noticed(noticesLeftOut(dropped));
}

void Session::Relay::latencyMeasured(std::chrono::microseconds roundTrip)
{
    post([roundTrip](Session &s) { Q_EMIT s.latencyMeasured(roundTrip); });
}

void Session::Relay::resultStarted(quint64 request, const QList<ResultField> &fields)
{
    post([request, fields](Session &s) {
        const auto pending = s.m_pending.value(request);
        if (pending && pending->isWanted() && pending->started)
            pending->started(fields);
    });
}

void Session::Relay::rowsArrived(quint64 request, const SharedRowBatch &batch)
{
    ++m_waitingBatches;
    post([this, request, batch](Session &s) {
        // The worker is woken only where it may have stopped reading.
        if (m_waitingBatches-- == mostWaitingBatches)
            s.tellWorker([](SessionWorker &worker) { worker.pump(); });
        const auto pending = s.m_pending.value(request);
        if (pending && pending->isWanted() && pending->rows)
            pending->rows(batch);
    });
}

bool Session::Relay::hasRoom() const
{
    return m_waitingBatches < mostWaitingBatches;
}

void Session::Relay::statementFinished(quint64 request, qsizetype index, const Outcome<ResultSet> &outcome)
{
    post([request, index, outcome](Session &s) {
        const auto pending = s.m_pending.value(request);
        if (pending && pending->isWanted() && pending->statement)
            pending->statement(index, outcome);
    });
}

void Session::Relay::requestFinished(quint64 request, bool)
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

} // namespace Shardboard
