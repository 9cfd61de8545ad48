// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/profile.h"
#include "connection/session.h"
#include "connection/values/capabilities.h"

#include <QObject>

namespace Shardboard {

/// A connected server as the program sees it: the profile, one interactive session that is kept up, and the
/// capabilities, scanned at every connect. Lives on the GUI thread, never blocks it.
class Server : public QObject
{
    Q_OBJECT

public:
    Server(IoThread &io, Profile profile, QObject *parent = nullptr);
    ~Server() override;

    void open();
    void close();
    const Profile &profile() const { return m_profile; }
    IoThread &io() const { return m_io; }
    Session &session() { return *m_session; }
    bool isReady() const { return m_isReady; } ///< connected and scanned
    const ServerCapabilities &capabilities() const { return m_capabilities; }
    void rescan();

    /// A further session for one purpose, opened and owned by the caller's parent. Dashboards get a read-only one.
    Session *createSession(SessionPurpose purpose, QObject *parent);
    /// The settings for a SyncSession on a worker thread, read-only where the profile says so.
    ConnectionSettings settings() const;

Q_SIGNALS:
    void ready(); ///< capabilities are known, the first time or again
    void failed(const Shardboard::ServerError &error); ///< could not connect or scan
    void capabilitiesChanged(); ///< they differ from the last ones; ready() follows

private:
    void scanned(const Outcome<ServerCapabilities> &capabilities);

    IoThread &m_io;
    Profile m_profile;
    Session *m_session;
    ServerCapabilities m_capabilities;
    bool m_isReady = false;
};

} // namespace Shardboard
