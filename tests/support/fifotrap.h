// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QTemporaryDir>

#include <atomic>
#include <chrono>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace Shardboard::Testing {

/// A file that notices when it is opened for reading: who opens it is let go at once and reads nothing.
class FifoTrap
{
public:
    FifoTrap() : m_path(QFile::encodeName(m_folder.filePath(QStringLiteral("trap.png"))))
    {
        ::mkfifo(m_path.constData(), 0600);
        m_watch = std::jthread([this](const std::stop_token &stop) {
            while (!stop.stop_requested()) {
                // Succeeds only while somebody has it open for reading, or waits in open().
                const int writer = ::open(m_path.constData(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
                if (writer >= 0) {
                    m_wasOpened = true;
                    ::close(writer);
                }
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
        });
    }
    QString path() const { return QFile::decodeName(m_path); }
    bool wasOpened() const { return m_wasOpened; }

private:
    QTemporaryDir m_folder;
    QByteArray m_path;
    std::atomic_bool m_wasOpened = false;
    std::jthread m_watch; ///< last: it uses the others
};

} // namespace Shardboard::Testing
