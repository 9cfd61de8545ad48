// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaObject>
#include <QObject>

#include <functional>
#include <memory>
#include <mutex>

namespace Shardboard {

/// Lets any thread hand work to an object that may die meanwhile: the work runs later on the owner's thread, or never.
class Mailbox
{
public:
    explicit Mailbox(QObject *owner) : m_owner(owner) {}

    void post(std::function<void()> work)
    {
        const std::lock_guard lock(m_mutex);
        if (m_owner)
            QMetaObject::invokeMethod(m_owner, std::move(work), Qt::QueuedConnection);
    }

    /// For the owner's destructor: whatever was posted and has not run yet dies with the owner.
    void close()
    {
        const std::lock_guard lock(m_mutex);
        m_owner = nullptr;
    }

private:
    std::mutex m_mutex;
    QObject *m_owner;
};

using SharedMailbox = std::shared_ptr<Mailbox>;

} // namespace Shardboard
