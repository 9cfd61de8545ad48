// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/copychannel.h"

#include <utility>

namespace Shardboard {

bool CopyChannel::tryPush(QByteArray &block)
{
    const std::lock_guard lock(m_mutex);
    if (qsizetype(m_blocks.size()) >= maximumBlocks)
        return false;
    m_blocks.push_back(std::exchange(block, {}));
    m_changed.notify_all();
    return true;
}

std::optional<QByteArray> CopyChannel::tryTake()
{
    const std::lock_guard lock(m_mutex);
    if (m_blocks.empty())
        return std::nullopt;
    QByteArray block = std::move(m_blocks.front());
    m_blocks.pop_front();
    m_changed.notify_all();
    return block;
}

void CopyChannel::close()
{
    const std::lock_guard lock(m_mutex);
    m_isClosed = true;
    m_changed.notify_all();
}

bool CopyChannel::waitAndPush(QByteArray block)
{
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_isClosed || qsizetype(m_blocks.size()) < maximumBlocks; });
        if (m_isClosed)
            return false;
        m_blocks.push_back(std::move(block));
        if (m_blocks.size() > 1)
            return true; // the I/O thread has work and takes this block when it is done with it
    }
    wake();
    return true;
}

std::optional<QByteArray> CopyChannel::waitAndTake()
{
    std::optional<QByteArray> block;
    bool wasFull = false;
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_isClosed || !m_blocks.empty(); });
        if (m_blocks.empty())
            return std::nullopt;
        wasFull = qsizetype(m_blocks.size()) == maximumBlocks;
        block = std::move(m_blocks.front());
        m_blocks.pop_front();
    }
    if (wasFull)
        wake();
    return block;
}

void CopyChannel::finish()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isFinished = true;
    }
    wake();
}

void CopyChannel::abort(const QString &reason)
{
    {
        const std::lock_guard lock(m_mutex);
        m_abortReason = reason;
    }
    wake();
}

bool CopyChannel::isFinished() const
{
    const std::lock_guard lock(m_mutex);
    return m_isFinished;
}

std::optional<QString> CopyChannel::abortReason() const
{
    const std::lock_guard lock(m_mutex);
    return m_abortReason;
}

} // namespace Shardboard
