// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/latestop.h"

namespace Shardboard {

LateStop::LateStop(std::stop_token first, std::chrono::milliseconds delay)
    : m_thread([stop = m_stop, first = std::move(first), delay](const std::stop_token &ended) mutable {
        std::mutex mutex;
        std::condition_variable_any changed;
        bool isAsked = false;
        const std::stop_callback ask(first, [&] {
            const std::lock_guard lock(mutex);
            isAsked = true;
            changed.notify_all();
        });
        std::unique_lock lock(mutex);
        if (!changed.wait(lock, ended, [&] { return isAsked; }))
            return;
        changed.wait_for(lock, ended, delay, [] { return false; });
        if (!ended.stop_requested())
            stop.request_stop();
    })
{
}

} // namespace Shardboard
