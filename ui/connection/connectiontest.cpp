// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/connectiontest.h"

#include "connection/conninfo.h"
#include "connection/server.h"

namespace Shardboard {

ConnectionTest::ConnectionTest(IoThread &io, QObject *parent) : QObject(parent), m_io(io) {}

ConnectionTest::~ConnectionTest() = default;

void ConnectionTest::start(const Profile &profile)
{
    cancel();
    m_since.start();
    m_server = std::make_unique<Server>(m_io, profile);
    connect(m_server.get(), &Server::ready, this, [this] {
        LinkStatus status;
        status.state = LinkStatus::State::Connected;
        status.peer = m_server->session().peer();
        status.server = m_server->capabilities();
        finish(std::move(status));
    });
    connect(m_server.get(), &Server::failed, this, [this](const ServerError &error) {
        LinkStatus status;
        status.state = LinkStatus::State::Failed;
        status.error = error;
        finish(std::move(status));
    });
    m_server->open();
}

void ConnectionTest::cancel()
{
    if (!m_server)
        return;
    m_server->disconnect(this);
    m_server->close();
    m_server.release()->deleteLater();
}

void ConnectionTest::finish(LinkStatus status)
{
    const std::chrono::milliseconds elapsed(m_since.elapsed());
    status.profile = m_server->profile();
    status.target = describeTarget(status.profile.settings);
    cancel();
    Q_EMIT finished(status, elapsed);
}

} // namespace Shardboard
