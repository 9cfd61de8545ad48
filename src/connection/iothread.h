// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QThread>

#include <functional>
#include <memory>

namespace Shardboard {

class Mailbox;

/// The one thread on which every session talks to its server and decodes what comes back. Start it before the first
/// session and let it outlive the last; the destructor ends the thread. One per process.
class IoThread
{
public:
    IoThread();
    ~IoThread();
    IoThread(const IoThread &) = delete;
    IoThread &operator=(const IoThread &) = delete;

    /// Runs a short, non-blocking piece of work on the thread. Callable from any thread.
    void post(std::function<void()> work);
    QThread *thread() { return &m_thread; }

private:
    QThread m_thread;
    std::unique_ptr<QObject> m_target; ///< lives on m_thread, receives posted work
    std::shared_ptr<Mailbox> m_mailbox;
};

} // namespace Shardboard
