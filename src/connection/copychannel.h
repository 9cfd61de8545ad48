// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

namespace Shardboard {

/// A bounded queue of COPY blocks between the thread that makes or takes them and the I/O thread. The one outside waits
/// on it; the I/O thread never does: it is told by `wake` when it may go on.
class CopyChannel
{
public:
    static constexpr qsizetype maximumBlocks = 4;
    static constexpr qsizetype blockBytes = 64 * 1024;

    /// `wake` asks the I/O thread to look again; set before the channel is shared, called from the outside thread.
    std::function<void()> wake;

    // For the I/O thread.
    bool tryPush(QByteArray &block); ///< takes the block; false when full: stop reading until woken
    std::optional<QByteArray> tryTake();
    void close(); ///< the conversation is over, whatever the reason

    // For the outside thread. Both return early when the conversation is over.
    bool waitAndPush(QByteArray block); ///< false: nobody takes it any more
    std::optional<QByteArray> waitAndTake(); ///< nullopt: nothing more comes

    // For the producer: the end of the data, or why there will be no end.
    void finish();
    void abort(const QString &reason);
    bool isFinished() const;
    std::optional<QString> abortReason() const;

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<QByteArray> m_blocks;
    bool m_isClosed = false;
    bool m_isFinished = false;
    std::optional<QString> m_abortReason;
};

} // namespace Shardboard
