// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/profile.h"
#include "ui/connection/linkstatus.h"

#include <QElapsedTimer>
#include <QObject>

#include <memory>

namespace Shardboard {

class IoThread;
class Server;

/// Tries a connection once and says what it found, without keeping it. GUI thread; never blocks.
class ConnectionTest final : public QObject
{
    Q_OBJECT

public:
    explicit ConnectionTest(IoThread &io, QObject *parent = nullptr);
    ~ConnectionTest() override;

    void start(const Profile &profile);
    void cancel();
    bool isRunning() const { return m_server != nullptr; }

Q_SIGNALS:
    /// status.state is Connected or Failed. `elapsed`: from start() to the finished scan.
    void finished(const Shardboard::LinkStatus &status, std::chrono::milliseconds elapsed);

private:
    void finish(LinkStatus status);

    IoThread &m_io;
    std::unique_ptr<Server> m_server;
    QElapsedTimer m_since;
};

} // namespace Shardboard
