// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/syncinbox.h"

#include <algorithm>
#include <utility>

namespace Shardboard {

namespace {
constexpr int mostInboxBatches = 4;
constexpr int mostInboxNotices = 1000;
} // namespace

ServerNotice noticesLeftOut(int count)
{
    return {QStringLiteral("WARNING"), QStringLiteral("%1 further notices were left out").arg(count),
        QStringLiteral("They arrived faster than they could be shown."), {}};
}

void SyncInbox::opened(const Session::Peer &peer)
{
    push({.kind = Event::Kind::Opened, .peer = peer});
}

void SyncInbox::openFailed(const ServerError &error)
{
    push({.kind = Event::Kind::Refused, .error = error});
}

void SyncInbox::linkLost(const ServerError &error, std::chrono::milliseconds)
{
    push({.kind = Event::Kind::Lost, .error = error});
}

void SyncInbox::noticed(const ServerNotice &notice)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_waitingNotices >= mostInboxNotices) {
            ++m_droppedNotices;
            return;
        }
    }
    push({.kind = Event::Kind::Notice, .notice = notice});
}

void SyncInbox::resultStarted(quint64 request, const QList<ResultField> &fields)
{
    push({.kind = Event::Kind::Started, .request = request, .fields = fields});
}

void SyncInbox::rowsArrived(quint64 request, const SharedRowBatch &rows)
{
    push({.kind = Event::Kind::Rows, .request = request, .rows = rows});
}

bool SyncInbox::hasRoom() const
{
    const std::lock_guard lock(m_mutex);
    return m_waitingBatches < mostInboxBatches;
}

void SyncInbox::statementFinished(quint64 request, qsizetype index, const Outcome<ResultSet> &outcome)
{
    push({.kind = Event::Kind::Statement, .request = request, .index = index, .outcome = outcome});
}

void SyncInbox::requestFinished(quint64 request, bool inTransaction)
{
    push({.kind = Event::Kind::Finished, .request = request, .inTransaction = inTransaction});
}

void SyncInbox::stop()
{
    const std::lock_guard lock(m_mutex);
    m_stoppedAt = Clock::now();
    m_changed.notify_all();
}

std::optional<SyncInbox::Event> SyncInbox::take(Clock::time_point since, std::chrono::milliseconds patience)
{
    std::unique_lock lock(m_mutex);
    while (m_events.empty()) {
        if (!m_stoppedAt) {
            m_changed.wait(lock);
            continue;
        }
        const auto deadline = std::max(*m_stoppedAt, since) + patience;
        if (m_changed.wait_until(lock, deadline) == std::cv_status::timeout && m_events.empty())
            return std::nullopt;
    }
    Event event = std::move(m_events.front());
    m_events.pop_front();
    m_waitingBatches -= event.kind == Event::Kind::Rows ? 1 : 0;
    m_waitingNotices -= event.kind == Event::Kind::Notice ? 1 : 0;
    if (m_waitingNotices == 0 && m_droppedNotices > 0) {
        m_events.push_front(
            {.kind = Event::Kind::Notice, .notice = noticesLeftOut(std::exchange(m_droppedNotices, 0))});
        ++m_waitingNotices;
    }
    return event;
}

void SyncInbox::push(Event event)
{
    const std::lock_guard lock(m_mutex);
    m_waitingBatches += event.kind == Event::Kind::Rows ? 1 : 0;
    m_waitingNotices += event.kind == Event::Kind::Notice ? 1 : 0;
    m_events.push_back(std::move(event));
    m_changed.notify_all();
}

} // namespace Shardboard
