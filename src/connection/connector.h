// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/connectparameters.h"
#include "connection/mailbox.h"
#include "connection/pghandle.h"
#include "connection/values/outcome.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>

class QSocketNotifier;

namespace Shardboard {

/// Makes one connection without ever blocking the thread it lives on: names are looked up and files read on a thread
/// aside, then libpq is polled as its socket asks. Libpq goes from one address to the next by itself, but not from one
/// that never answers: after connect_timeout this goes on with the others. Destroying the connector gives the attempt
/// up.
class Connector : public QObject
{
public:
    using Done = std::function<void(Outcome<PGconn *> connection)>;

    /// `done` is called once, on this thread, and owns the handle it is given.
    Connector(ConnectParameters parameters, Done done);
    ~Connector() override;

private:
    void begin(bool areNamesKnown);
    void started(PgConnection connection, const QList<HostEntry> &hosts);
    void poll();
    /// The address that libpq is at; null where it is none of ours.
    const HostEntry *current() const;
    void noteCurrent();
    void watch(PostgresPollingStatusType wanted);
    void finish();
    ServerError refusal() const;
    QString silentHosts() const;
    void timeOut();
    bool goOnWithOthers();
    void fail(ServerError error);

    SharedMailbox m_mailbox;
    Done m_done;
    ConnectParameters m_parameters;
    QList<HostEntry> m_hosts; ///< of the attempt under way
    QList<HostEntry> m_tried, m_silent; ///< of these, and of all attempts
    PgConnection m_connection;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QTimer m_timeLimit;
};

} // namespace Shardboard
