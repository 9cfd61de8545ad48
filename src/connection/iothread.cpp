// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/iothread.h"

#include "connection/aside.h"
#include "connection/mailbox.h"

namespace Shardboard {

IoThread::IoThread() : m_target(std::make_unique<QObject>()), m_mailbox(Mailbox::create(m_target.get()))
{
    m_thread.setObjectName(QStringLiteral("shardboard-io"));
    m_target->moveToThread(&m_thread);
    m_thread.start();
}

IoThread::~IoThread()
{
    // By way of the queue: what was posted before, such as the end of a session, is still done.
    post([] { QThread::currentThread()->quit(); });
    m_thread.wait();
    waitForAside(std::chrono::milliseconds(500));
}

void IoThread::post(std::function<void()> work)
{
    m_mailbox->post(std::move(work));
}

} // namespace Shardboard
