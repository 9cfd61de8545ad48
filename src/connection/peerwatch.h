// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace Shardboard {

/// Finds out whether the peer of a TCP connection that is sending has vanished. The kernel's own limit for that
/// (tcp_user_timeout) cannot be used where a server may leave data unread for long, as a COPY that waits for a lock
/// does: it counts a full window as silence. Here only data that was sent and not acknowledged counts.
class PeerWatch
{
public:
    static constexpr std::chrono::milliseconds interval{900};

    /// To be asked once each interval; true after four of them without an acknowledgement of what is on its way. Always
    /// false for other sockets and where the system does not tell.
    bool isGone(int socket);
    void reset() { m_silentIntervals = 0; }

private:
    int m_silentIntervals = 0;
};

} // namespace Shardboard
