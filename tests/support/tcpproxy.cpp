// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tcpproxy.h"

#include <QByteArray>
#include <QFile>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>

namespace Shardboard::Testing {

using Clock = std::chrono::steady_clock;

namespace {

sockaddr_in anyLoopbackPort()
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// A connection to the socket of a private server; -1 when there is none.
int connectTo(const ConnectionSettings &server)
{
    const QByteArray path
        = QFile::encodeName(QStringLiteral("%1/.s.PGSQL.%2")
                                .arg(server.value(QStringLiteral("host")), server.value(QStringLiteral("port"))));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.constData(), sizeof address.sun_path - 1);
    const int handle = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(handle, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0)
        return handle;
    ::close(handle);
    return -1;
}

void sendAtOnce(int socket)
{
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

QByteArray startingUpMessage()
{
    QByteArray fields;
    for (const char *field : {"SFATAL", "VFATAL", "C57P03", "Mthe database system is starting up"})
        fields += QByteArray(field) + '\0';
    fields += '\0';
    const uint32_t length = htonl(uint32_t(fields.size()) + 4);
    return 'E' + QByteArray(reinterpret_cast<const char *>(&length), 4) + fields;
}

constexpr qsizetype maximumHeld = 4 << 20;

} // namespace

/// One direction of a connection: bytes read, kept until they are due, written.
struct TcpProxy::Pipe
{
    struct Chunk
    {
        Clock::time_point due;
        QByteArray bytes;
    };
    int from = -1, to = -1;
    std::deque<Chunk> chunks;
    qsizetype held = 0;
    bool isEnded = false;

    bool wantsRead() const { return !isEnded && held < maximumHeld; }
    bool isDue(Clock::time_point now) const { return !chunks.empty() && chunks.front().due <= now; }

    void read(Clock::time_point due)
    {
        std::array<char, 65536> buffer;
        const ssize_t count = ::recv(from, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count > 0) {
            chunks.push_back({due, QByteArray(buffer.data(), count)});
            held += count;
        } else if (count == 0 || errno != EAGAIN) {
            isEnded = true;
        }
    }

    bool write()
    {
        QByteArray &bytes = chunks.front().bytes;
        const ssize_t count = ::send(to, bytes.constData(), size_t(bytes.size()), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count < 0)
            return errno == EAGAIN;
        held -= count;
        bytes.remove(0, count);
        if (bytes.isEmpty())
            chunks.pop_front();
        return true;
    }
};

struct TcpProxy::Link
{
    Link(int clientSocket, int serverSocket) : client(clientSocket), server(serverSocket)
    {
        up.from = down.to = client;
        up.to = down.from = server;
    }
    ~Link()
    {
        ::close(client);
        ::close(server);
    }

    int client, server;
    Pipe up, down;
    bool isOver = false;
};

TcpProxy::TcpProxy(const ConnectionSettings &server)
    : m_server(server), m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address = anyLoopbackPort();
    socklen_t length = sizeof address;
    const bool isListening = ::bind(m_listener, reinterpret_cast<sockaddr *>(&address), length) == 0
        && ::listen(m_listener, 16) == 0
        && ::getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &length) == 0;
    Q_ASSERT(isListening);
    m_port = isListening ? ntohs(address.sin_port) : 0;
    m_thread = std::thread([this] { serve(); });
}

TcpProxy::~TcpProxy()
{
    m_isStopping = true;
    m_thread.join();
    ::close(m_listener);
}

ConnectionSettings TcpProxy::settings() const
{
    ConnectionSettings settings = m_server;
    settings.keywords[QStringLiteral("host")] = QStringLiteral("127.0.0.1");
    settings.keywords[QStringLiteral("port")] = QString::number(m_port);
    return settings;
}

bool TcpProxy::refuse(int client)
{
    if (m_refusals <= 0)
        return false;
    --m_refusals;
    // Questions for encryption (eight bytes) are declined; then comes the start-up packet, which is answered.
    std::array<char, 4096> start;
    while (::recv(client, start.data(), start.size(), 0) == 8)
        ::send(client, "N", 1, MSG_NOSIGNAL);
    const QByteArray message = startingUpMessage();
    ::send(client, message.constData(), size_t(message.size()), MSG_NOSIGNAL);
    ::close(client);
    return true;
}

void TcpProxy::accept()
{
    const int client = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0)
        return;
    ++m_connectionCount;
    if (refuse(client))
        return;
    const int server = connectTo(m_server);
    if (server < 0) {
        ::close(client);
        return;
    }
    sendAtOnce(client);
    m_links.push_back(std::make_unique<Link>(client, server));
}

void TcpProxy::serve()
{
    while (!m_isStopping) {
        std::vector<pollfd> sockets{{m_isSilent ? -1 : m_listener, POLLIN, 0}};
        const auto now = Clock::now();
        int timeout = 20;
        for (const auto &link : m_links) {
            for (const Pipe *pipe : {&link->up, &link->down}) {
                sockets.push_back({!m_isSilent && pipe->wantsRead() ? pipe->from : -1, POLLIN, 0});
                if (!pipe->chunks.empty() && !m_isSilent) {
                    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(pipe->chunks.front().due - now);
                    timeout = std::clamp(int(wait.count()), 0, timeout);
                }
            }
        }
        ::poll(sockets.data(), sockets.size(), timeout);
        if (m_isSilent)
            continue;
        const auto due = Clock::now() + m_delay.load();
        for (size_t index = 0; index < m_links.size(); ++index) {
            Link &link = *m_links[index];
            Pipe *const pipes[] = {&link.up, &link.down};
            for (size_t side = 0; side < 2; ++side) {
                Pipe &pipe = *pipes[side];
                if (sockets[1 + 2 * index + side].revents != 0)
                    pipe.read(due);
                while (pipe.isDue(Clock::now()) && !link.isOver) {
                    const qsizetype before = pipe.held;
                    link.isOver = !pipe.write();
                    if (pipe.held == before)
                        break;
                }
                link.isOver = link.isOver || (pipe.isEnded && pipe.chunks.empty());
            }
        }
        std::erase_if(m_links, [](const auto &link) { return link->isOver; });
        if (sockets.front().revents != 0)
            accept();
    }
    m_links.clear();
}

} // namespace Shardboard::Testing
