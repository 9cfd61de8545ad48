// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/peerwatch.h"

#ifdef __linux__
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#endif

namespace Shardboard {

bool PeerWatch::isGone(int socket)
{
#ifdef __linux__
    tcp_info info{};
    socklen_t length = sizeof info;
    const bool isKnown = getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) == 0;
    const bool isSilent = isKnown && info.tcpi_unacked > 0 && info.tcpi_last_ack_recv >= interval.count() / 2;
    m_silentIntervals = isSilent ? m_silentIntervals + 1 : 0;
    return m_silentIntervals >= 4;
#else
    (void)socket;
    return false;
#endif
}

} // namespace Shardboard
