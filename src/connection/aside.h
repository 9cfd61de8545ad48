// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>

namespace Shardboard {

/// Runs `work` on a thread of its own that no caller waits for: calls of libpq that may block for long. False where the
/// system has no thread left. Any thread.
bool runAside(std::function<void()> work);

/// Waits until none of them runs, or the time is over: at the end of the program, so that they do not run into the
/// destruction of what they use.
void waitForAside(std::chrono::milliseconds limit);

} // namespace Shardboard
