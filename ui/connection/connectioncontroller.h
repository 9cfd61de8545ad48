// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/connection/linkstatus.h"

#include <QObject>

#include <memory>

namespace Shardboard {

class IoThread;
class SecretStore;
class Server;

/// The window's one connection: gets the password, connects, keeps LinkStatus true, and stores a password that worked.
/// Opens no dialog: passwordWanted() asks, answerPassword() or giveUp() answers. GUI thread.
class ConnectionController final : public QObject
{
    Q_OBJECT

public:
    ConnectionController(IoThread &io, SecretStore &secrets, QObject *parent = nullptr);
    ~ConnectionController() override;

    /// Leaves the present server, if any, and connects to another.
    void connectTo(const Profile &profile);
    void answerPassword(const QString &password, bool keep);
    void giveUp();
    /// A lost link tries at once; a failed first attempt starts over.
    void retryNow();
    void disconnectFromServer();

    Server *server() const { return m_server.get(); } ///< null while there is none
    bool isConnected() const { return m_status.state == LinkStatus::State::Connected; }
    const LinkStatus &status() const { return m_status; }
    SecretStore &secrets() { return m_secrets; }

Q_SIGNALS:
    void statusChanged();
    void connected(); ///< the first time for this profile
    void aboutToClose(); ///< let go of server() now
    void failed(const Shardboard::ServerError &error);
    /// The server wants one; `refusal` is empty the first time and the server's message after a wrong one.
    void passwordWanted(const Shardboard::Profile &profile, const QString &refusal);
    void keychainFailed(const Shardboard::ServerError &error);

private:
    void open();
    void watch(Server &server);
    void onReady();
    void onFailed(const ServerError &error);
    void keepPassword();
    void setState(LinkStatus::State state);
    void close();

    IoThread &m_io;
    SecretStore &m_secrets;
    std::unique_ptr<Server> m_server;
    LinkStatus m_status;
    bool m_wasConnected = false;
    bool m_keepsPassword = false; ///< typed just now, to be stored once it worked
    bool m_keychainComplained = false;
};

/// Whether another password could help: the server refused the one given, or wanted one and got none.
bool isPasswordError(const ServerError &error);

} // namespace Shardboard
