// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboard/terminationwatch.h"

#include <sys/socket.h>

#include <QSocketNotifier>

#include <cerrno>
#include <csignal>
#include <unistd.h>
#include <utility>

namespace Shardboard {

namespace {

/// [0] is written by the handler, [1] read by the event loop: next to nothing may be called inside a signal handler.
int s_sockets[2] = {-1, -1};

void onSignal(int)
{
    const int before = errno; // of whatever was interrupted
    const char byte = 1;
    // Nothing can be done about a full socket: then a request is waiting already.
    [[maybe_unused]] const auto written = ::write(s_sockets[0], &byte, 1);
    errno = before;
}

constexpr int watchedSignals[] = {SIGINT, SIGTERM, SIGHUP};

} // namespace

TerminationWatch::TerminationWatch()
{
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s_sockets) != 0)
        return;
    auto *notifier = new QSocketNotifier(s_sockets[1], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this] {
        char byte;
        [[maybe_unused]] const auto count = ::read(s_sockets[1], &byte, 1);
        Q_EMIT requested();
    });
    struct sigaction action = {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    for (const int number : watchedSignals)
        ::sigaction(number, &action, nullptr);
}

TerminationWatch::~TerminationWatch()
{
    for (const int number : watchedSignals)
        std::signal(number, SIG_DFL);
    for (int &socket : s_sockets)
        if (socket >= 0)
            ::close(std::exchange(socket, -1));
}

} // namespace Shardboard
