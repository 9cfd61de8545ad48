// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/localcluster/ports.h"

#include <QCryptographicHash>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace Shardboard {

namespace {
constexpr int firstPort = 20000;
constexpr int portCount = 10000; // Linux hands out 32768 and up, others 49152 and up
} // namespace

bool isPortFree(int port)
{
    const int handle = socket(AF_INET, SOCK_STREAM, 0);
    if (handle < 0)
        return false;
    // As the server does it: connections of an earlier server that are still fading away do not count.
    const int on = 1;
    setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(uint16_t(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool isFree = bind(handle, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
    close(handle);
    return isFree;
}

int findFreePort(const QString &seed, const QList<int> &taken)
{
    const QByteArray hash = QCryptographicHash::hash(seed.toUtf8(), QCryptographicHash::Sha256);
    const int start = (uint8_t(hash[0]) << 8 | uint8_t(hash[1])) % portCount;
    for (int i = 0; i < portCount; ++i) {
        const int port = firstPort + (start + i) % portCount;
        if (!taken.contains(port) && isPortFree(port))
            return port;
    }
    return 0;
}

} // namespace Shardboard
