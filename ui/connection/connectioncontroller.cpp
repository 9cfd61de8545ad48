// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connection/connectioncontroller.h"

#include "connection/conninfo.h"
#include "connection/secretstore.h"
#include "connection/server.h"

namespace Shardboard {

bool isPasswordError(const ServerError &error)
{
    return error.sqlState == QLatin1String("28P01");
}

ConnectionController::ConnectionController(IoThread &io, SecretStore &secrets, QObject *parent)
    : QObject(parent), m_io(io), m_secrets(secrets)
{
}

ConnectionController::~ConnectionController() = default;

void ConnectionController::connectTo(const Profile &profile)
{
    close();
    m_status = LinkStatus{};
    m_status.profile = profile;
    m_status.target = describeTarget(profile.settings);
    m_keepsPassword = false;
    m_wasConnected = false;
    setState(LinkStatus::State::Connecting);
    if (profile.settings.password || profile.id.isEmpty() || !profile.savePassword)
        return open();
    m_secrets.read(profile.id, this, [this, id = profile.id](const Outcome<std::optional<QString>> &secret) {
        if (m_status.profile.id != id || m_status.state != LinkStatus::State::Connecting)
            return;
        if (secret)
            m_status.profile.settings.password = secret.value();
        else if (secret.isError() && !std::exchange(m_keychainComplained, true))
            Q_EMIT keychainFailed(secret.error());
        open();
    });
}

void ConnectionController::open()
{
    m_server = std::make_unique<Server>(m_io, m_status.profile);
    watch(*m_server);
    m_server->open();
}

void ConnectionController::watch(Server &server)
{
    connect(&server, &Server::ready, this, &ConnectionController::onReady);
    connect(&server, &Server::failed, this, &ConnectionController::onFailed);
    connect(&server, &Server::capabilitiesChanged, this, [this] {
        m_status.server = m_server->capabilities();
        Q_EMIT statusChanged();
    });
    Session &session = server.session();
    connect(&session, &Session::lost, this, [this](const ServerError &error, std::chrono::milliseconds retryIn) {
        m_status.error = error;
        m_status.latency.reset();
        m_status.retryAt = QDateTime::currentDateTimeUtc().addMSecs(retryIn.count());
        setState(LinkStatus::State::Lost);
    });
    connect(&session, &Session::opened, this, [this] {
        m_status.peer = m_server->session().peer();
        // The first time it counts as connected only when the scan has been read as well.
        if (m_wasConnected)
            setState(LinkStatus::State::Connected);
    });
    connect(&session, &Session::latencyMeasured, this, [this](std::chrono::microseconds roundTrip) {
        m_status.latency = roundTrip;
        Q_EMIT statusChanged();
    });
}

void ConnectionController::onReady()
{
    m_status.peer = m_server->session().peer();
    m_status.server = m_server->capabilities();
    m_status.error.reset();
    setState(LinkStatus::State::Connected);
    keepPassword();
    if (!std::exchange(m_wasConnected, true))
        Q_EMIT connected();
}

void ConnectionController::onFailed(const ServerError &error)
{
    if (m_wasConnected) // a later scan failed; the link's own signals say how it is
        return;
    // Not deleted here: this is called by one of its signals.
    m_server.release()->deleteLater();
    m_status.error = error;
    if (isPasswordError(error)) {
        Q_EMIT passwordWanted(m_status.profile, m_status.profile.settings.password ? error.message : QString());
        return;
    }
    setState(LinkStatus::State::Failed);
    Q_EMIT failed(error);
}

void ConnectionController::answerPassword(const QString &password, bool keep)
{
    m_status.profile.settings.password = password;
    m_keepsPassword = keep && !m_status.profile.id.isEmpty();
    setState(LinkStatus::State::Connecting);
    open();
}

void ConnectionController::giveUp()
{
    setState(LinkStatus::State::Failed);
    if (m_status.error)
        Q_EMIT failed(*m_status.error);
}

void ConnectionController::keepPassword()
{
    if (!std::exchange(m_keepsPassword, false) || !m_status.profile.settings.password)
        return;
    m_secrets.write(m_status.profile.id, *m_status.profile.settings.password, this, [this](const Completion &written) {
        if (written.isError() && !std::exchange(m_keychainComplained, true))
            Q_EMIT keychainFailed(written.error());
    });
}

void ConnectionController::retryNow()
{
    if (m_status.state == LinkStatus::State::Lost && m_server)
        m_server->session().retryNow();
    else if (m_status.state == LinkStatus::State::Failed)
        connectTo(Profile(m_status.profile));
}

void ConnectionController::disconnectFromServer()
{
    close();
    m_status = LinkStatus{};
    Q_EMIT statusChanged();
}

void ConnectionController::close()
{
    if (!m_server)
        return;
    Q_EMIT aboutToClose();
    m_server->close();
    m_server.release()->deleteLater();
}

void ConnectionController::setState(LinkStatus::State state)
{
    m_status.state = state;
    Q_EMIT statusChanged();
}

} // namespace Shardboard
