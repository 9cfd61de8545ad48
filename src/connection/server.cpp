// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/server.h"

#include "connection/capabilityscan.h"

namespace Shardboard {

Server::Server(IoThread &io, Profile profile, QObject *parent)
    : QObject(parent)
    , m_io(io)
    , m_profile(std::move(profile))
    , m_session(new Session(io, settings(), SessionPurpose::Catalogue, this))
{
    connect(m_session, &Session::opened, this, &Server::rescan);
    connect(m_session, &Session::failed, this, &Server::failed);
}

Server::~Server() = default;

void Server::open()
{
    m_session->open();
}

void Server::close()
{
    m_isReady = false;
    m_session->close();
}

ConnectionSettings Server::settings() const
{
    ConnectionSettings settings = m_profile.settings;
    settings.isReadOnly = settings.isReadOnly || m_profile.isReadOnly;
    return settings;
}

Session *Server::createSession(SessionPurpose purpose, QObject *parent)
{
    auto *session = new Session(m_io, settings(), purpose, parent);
    session->open();
    return session;
}

void Server::rescan()
{
    const auto answers = std::make_shared<QList<Outcome<ResultSet>>>();
    m_session->runPipeline(
        capabilityQueries(), this, [answers](qsizetype, const Outcome<ResultSet> &answer) { answers->append(answer); },
        [this, answers] { scanned(readCapabilities(*answers)); });
}

void Server::scanned(const Outcome<ServerCapabilities> &capabilities)
{
    // A lost link is made again and scanned then; a closed one was closed by us.
    if (capabilities.isCancelled() || (capabilities.isError() && capabilities.error().connectionLost))
        return;
    if (capabilities.isError()) {
        Q_EMIT failed(capabilities.error());
        return;
    }
    const bool hasChanged = m_isReady && *capabilities != m_capabilities;
    m_capabilities = *capabilities;
    m_isReady = true;
    if (hasChanged)
        Q_EMIT capabilitiesChanged();
    Q_EMIT ready();
}

} // namespace Shardboard
