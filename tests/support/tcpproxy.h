// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace Shardboard::Testing {

/// A loopback port in front of a server that behaves like a worse network: late, silent, or with a server behind it
/// that is still starting. Runs on a thread of its own; all calls from any thread.
class TcpProxy
{
public:
    /// In front of the server that host and port of the settings name; the host must be an address.
    explicit TcpProxy(const ConnectionSettings &server);
    ~TcpProxy();
    TcpProxy(const TcpProxy &) = delete;
    TcpProxy &operator=(const TcpProxy &) = delete;

    int port() const { return m_port; }
    /// The server's settings, led through here.
    ConnectionSettings settings() const;

    /// Everything arrives this much later in each direction: a round trip takes twice as long.
    void setDelay(std::chrono::microseconds oneWay) { m_delay = oneWay; }
    /// Nothing passes in either direction, no connection is closed: a pulled cable.
    void setSilent(bool isSilent) { m_isSilent = isSilent; }
    /// The next connections are told that the server is starting up (SQLSTATE 57P03).
    void refuseNext(int connections) { m_refusals = connections; }
    int connectionCount() const { return m_connectionCount; }

private:
    struct Pipe;
    struct Link;
    void serve();
    void accept();
    bool refuse(int client);

    ConnectionSettings m_server;
    int m_listener = -1;
    int m_port = 0;
    std::atomic<std::chrono::microseconds> m_delay{std::chrono::microseconds(0)};
    std::atomic<bool> m_isSilent{false};
    std::atomic<bool> m_isStopping{false};
    std::atomic<int> m_refusals{0};
    std::atomic<int> m_connectionCount{0};
    std::vector<std::unique_ptr<Link>> m_links; ///< of the serving thread
    std::thread m_thread; ///< last: it uses all of the above
};

} // namespace Shardboard::Testing
