// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/terminal.h"

#include <fcntl.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <thread>

namespace Shardboard::Ctl {

namespace {

std::array<int, 2> s_signalPipe{-1, -1};

// Only write() is allowed in a signal handler: the thread at the other end does the rest.
void onSignal(int number)
{
    const char byte = char(number);
    [[maybe_unused]] const auto written = ::write(s_signalPipe[1], &byte, 1);
}

int readSignal()
{
    char byte = 0;
    while (true) {
        const auto count = ::read(s_signalPipe[0], &byte, 1);
        if (count == 1)
            return byte;
        if (count == 0 || errno != EINTR)
            return 0;
    }
}

} // namespace

std::optional<QString> askPassword(const QString &prompt)
{
    const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (terminal < 0)
        return std::nullopt;
    const auto say = [terminal](const QByteArray &text) {
        [[maybe_unused]] const auto written = ::write(terminal, text.constData(), size_t(text.size()));
    };
    termios before{};
    tcgetattr(terminal, &before);
    termios silent = before;
    silent.c_lflag &= ~tcflag_t(ECHO);
    tcsetattr(terminal, TCSAFLUSH, &silent);
    say(prompt.toLocal8Bit());
    QByteArray answer;
    char byte = 0;
    ssize_t count = 0;
    while ((count = ::read(terminal, &byte, 1)) == 1 && byte != '\n')
        answer.append(byte);
    tcsetattr(terminal, TCSAFLUSH, &before);
    say("\n");
    ::close(terminal);
    return count == 1 ? std::optional(QString::fromLocal8Bit(answer)) : std::nullopt;
}

std::stop_token stopOnSignals()
{
    static std::stop_source source;
    if (::pipe2(s_signalPipe.data(), O_CLOEXEC) != 0)
        return source.get_token();
    struct sigaction action = {};
    action.sa_handler = onSignal;
    sigemptyset(&action.sa_mask);
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        sigaction(number, &action, nullptr);
    std::thread([] {
        if (readSignal() == 0)
            return;
        source.request_stop();
        std::_Exit(128 + readSignal());
    }).detach();
    return source.get_token();
}

} // namespace Shardboard::Ctl
