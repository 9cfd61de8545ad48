// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/iothread.h"

namespace Shardboard {

IoThread::IoThread() : m_target(new QObject)
{
    m_thread.setObjectName(QStringLiteral("shardboard-io"));
    m_target->moveToThread(&m_thread);
    m_thread.start();
}

IoThread::~IoThread()
{
    m_thread.quit();
    m_thread.wait();
    delete m_target;
}

void IoThread::post(std::function<void()> work)
{
    QMetaObject::invokeMethod(m_target, std::move(work), Qt::QueuedConnection);
}

} // namespace Shardboard
