// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shardboardctl/terminal.h"

#include "connection/values/textquote.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace Shardboard::Ctl {

namespace {

constexpr auto sameRequest = std::chrono::seconds(1);

std::array<int, 2> s_signalPipe{-1, -1};

// Only async-signal-safe calls are allowed in a signal handler: the thread at the other end of the pipe does the rest.
void onSignal(int number)
{
    const int before = errno; // the interrupted code reads it
    const char byte = char(number);
    [[maybe_unused]] const auto written = ::write(s_signalPipe[1], &byte, 1);
    errno = before;
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

/// The terminal without echo and without keys that send signals, for as long as the object lives: Ctrl-C, Ctrl-\\ and
/// Ctrl-Z would leave it without echo.
class SilentTerminal
{
public:
    explicit SilentTerminal(int terminal) : m_terminal(terminal)
    {
        tcgetattr(m_terminal, &m_before);
        termios silent = m_before;
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG);
        tcsetattr(m_terminal, TCSAFLUSH, &silent);
    }
    ~SilentTerminal() { tcsetattr(m_terminal, TCSAFLUSH, &m_before); }
    SilentTerminal(const SilentTerminal &) = delete;
    SilentTerminal &operator=(const SilentTerminal &) = delete;

    /// The signal that the key means in the terminal's own settings, or 0.
    int signalOf(char key) const
    {
        const auto code = cc_t(key);
        return code == m_before.c_cc[VINTR] ? SIGINT : code == m_before.c_cc[VQUIT] ? SIGQUIT : 0;
    }

private:
    const int m_terminal;
    termios m_before{};
};

/// Waits until there is something to read; false when a stop was requested first.
bool waitForKey(int terminal, const std::stop_token &stop)
{
    std::array<int, 2> wake{-1, -1};
    if (::pipe2(wake.data(), O_CLOEXEC) != 0)
        return false;
    bool isReady = false;
    {
        const std::stop_callback onStop(stop, [&] { [[maybe_unused]] const auto written = ::write(wake[1], "", 1); });
        std::array<pollfd, 2> watched{pollfd{terminal, POLLIN, 0}, pollfd{wake[0], POLLIN, 0}};
        int count = 0;
        while ((count = ::poll(watched.data(), watched.size(), -1)) < 0 && errno == EINTR) {}
        isReady = count > 0 && watched[1].revents == 0;
    }
    ::close(wake[0]);
    ::close(wake[1]);
    return isReady;
}

/// A line without its end; nullopt when the input ended or a stop was requested. `signal` is what a key asked for.
std::optional<QByteArray> readLine(
    int terminal, const SilentTerminal &settings, const std::stop_token &stop, int &signal)
{
    QByteArray line;
    char byte = 0;
    while (waitForKey(terminal, stop) && ::read(terminal, &byte, 1) == 1) {
        signal = settings.signalOf(byte);
        if (signal != 0)
            return std::nullopt;
        if (byte == '\n')
            return line;
        line.append(byte);
    }
    return std::nullopt;
}

} // namespace

std::optional<QString> askPassword(const QString &prompt, const std::stop_token &stop)
{
    const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (terminal < 0)
        return std::nullopt;
    const auto say = [terminal](const QByteArray &text) {
        [[maybe_unused]] const auto written = ::write(terminal, text.constData(), size_t(text.size()));
    };
    std::optional<QByteArray> answer;
    int signal = 0;
    {
        const SilentTerminal silent(terminal);
        say(visibleText(prompt).toLocal8Bit());
        answer = readLine(terminal, silent, stop, signal);
    }
    say("\n");
    ::close(terminal);
    if (signal != 0)
        ::raise(signal);
    return answer ? std::optional(QString::fromLocal8Bit(*answer)) : std::nullopt;
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
        const auto first = std::chrono::steady_clock::now();
        source.request_stop();
        // timeout(1) signals the process and then its group: the second signal is the same request.
        int number = readSignal();
        while (number != 0 && std::chrono::steady_clock::now() - first < sameRequest)
            number = readSignal();
        std::_Exit(128 + number);
    }).detach();
    return source.get_token();
}

} // namespace Shardboard::Ctl
