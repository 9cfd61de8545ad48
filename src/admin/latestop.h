// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

namespace Shardboard {

/// A stop that follows another one after a delay: for work that may finish its last step when it is asked to stop, but
/// not wait for it without limit. The thread ends with the object.
class LateStop
{
public:
    LateStop(std::stop_token first, std::chrono::milliseconds delay);
    std::stop_token token() const { return m_stop.get_token(); }

private:
    std::stop_source m_stop;
    std::jthread m_thread; ///< last: it uses the other
};

} // namespace Shardboard
