// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/aside.h"

#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

namespace Shardboard {

namespace {

struct Running
{
    std::mutex mutex;
    std::condition_variable changed;
    int count = 0;
};

// Never destroyed: a thread may outlive main().
Running &running()
{
    static auto *const instance = new Running;
    return *instance;
}

void add(int number)
{
    const std::lock_guard lock(running().mutex);
    running().count += number;
    running().changed.notify_all();
}

} // namespace

bool runAside(std::function<void()> work)
{
    add(1);
    try {
        std::thread([work = std::move(work)]() mutable {
            work();
            work = nullptr; // what it holds goes before it counts as ended
            add(-1);
        }).detach();
        return true;
    } catch (const std::system_error &) {
        add(-1);
        return false;
    }
}

void waitForAside(std::chrono::milliseconds limit)
{
    std::unique_lock lock(running().mutex);
    running().changed.wait_for(lock, limit, [] { return running().count == 0; });
}

} // namespace Shardboard
