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
/// aside, then libpq is polled as its socket asks. Destroying the connector gives the attempt up.
class Connector : public QObject
{
public:
    using Done = std::function<void(Outcome<PGconn *> connection)>;

    /// `done` is called once, on this thread, and owns the handle it is given.
    Connector(ConnectParameters parameters, Done done);
    ~Connector() override;

private:
    void begin(ConnectParameters parameters);
    void started(PgConnection connection);
    void poll();
    void watch(PostgresPollingStatusType wanted);
    void finish();
    ServerError refusal() const;
    void giveUp();
    void fail(ServerError error);

    SharedMailbox m_mailbox;
    Done m_done;
    PgConnection m_connection;
    std::unique_ptr<QSocketNotifier> m_notifier;
    QTimer m_timeLimit;
};

} // namespace Shardboard
