// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/mailbox.h"

#include <QCoreApplication>
#include <QEvent>

#include <atomic>
#include <utility>

namespace Shardboard {

namespace {
// Orders what a poster did before what the reader does, up to the point where the reader can take the mailbox's mutex.
std::atomic<unsigned> posts{0};
constexpr auto wakeEvent = QEvent::Type(QEvent::User + 1);
} // namespace

std::shared_ptr<Mailbox> Mailbox::create(QObject *owner)
{
    std::shared_ptr<Mailbox> mailbox(new Mailbox);
    mailbox->m_reader = new MailboxReader(owner, mailbox);
    return mailbox;
}

void Mailbox::post(std::function<void()> work)
{
    const std::lock_guard lock(m_mutex);
    if (!m_reader)
        return;
    m_work.push_back(std::move(work));
    // An event, not a queued functor: that one would be read before we could order anything.
    auto wake = std::make_unique<QEvent>(wakeEvent);
    posts.fetch_add(1, std::memory_order_release);
    QCoreApplication::postEvent(m_reader, wake.release());
}

void Mailbox::close()
{
    std::deque<std::function<void()>> dropped;
    const std::lock_guard lock(m_mutex);
    m_reader = nullptr;
    dropped.swap(m_work);
}

void Mailbox::runOne()
{
    std::function<void()> work;
    {
        const std::lock_guard lock(m_mutex);
        if (m_work.empty())
            return;
        work = std::move(m_work.front());
        m_work.pop_front();
    }
    work();
}

MailboxReader::MailboxReader(QObject *owner, SharedMailbox mailbox) : QObject(owner), m_mailbox(std::move(mailbox)) {}

MailboxReader::~MailboxReader()
{
    m_mailbox->close();
}

bool MailboxReader::event(QEvent *event)
{
    (void)posts.load(std::memory_order_acquire);
    if (event->type() != wakeEvent)
        return QObject::event(event);
    const SharedMailbox mailbox = m_mailbox; // the work may destroy us
    mailbox->runOne();
    return true;
}

} // namespace Shardboard
