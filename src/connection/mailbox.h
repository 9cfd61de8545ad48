// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace Shardboard {

class MailboxReader;

/// Lets any thread hand work to an object that may die meanwhile: the work runs later on the owner's thread, in the
/// order it was posted, or never. What is handed over is ordered by a mutex of our own rather than by Qt's event queue
/// alone, because ThreadSanitizer does not see into Qt.
class Mailbox : public std::enable_shared_from_this<Mailbox>
{
public:
    /// Made on the owner's thread, or before the owner is moved to its own.
    static std::shared_ptr<Mailbox> create(QObject *owner);

    void post(std::function<void()> work);
    /// Whatever was posted and has not run yet never will. The owner's end does this too.
    void close();

private:
    friend class MailboxReader;
    Mailbox() = default;
    void runOne();

    std::mutex m_mutex;
    std::deque<std::function<void()>> m_work;
    MailboxReader *m_reader = nullptr; ///< null once closed
};

using SharedMailbox = std::shared_ptr<Mailbox>;

/// The mailbox's foot on the owner's thread; a child of the owner.
class MailboxReader : public QObject
{
public:
    MailboxReader(QObject *owner, SharedMailbox mailbox);
    ~MailboxReader() override;
    bool event(QEvent *event) override;

private:
    const SharedMailbox m_mailbox;
};

} // namespace Shardboard
