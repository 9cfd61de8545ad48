// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/connector.h"

#include "connection/aside.h"
#include "connection/pgerror.h"

#include <QSocketNotifier>

namespace Shardboard {

Connector::Connector(ConnectParameters parameters, Done done)
    : m_mailbox(Mailbox::create(this)), m_done(std::move(done))
{
    m_timeLimit.setSingleShot(true);
    m_timeLimit.callOnTimeout(this, &Connector::giveUp);
    m_timeLimit.start(parameters.timeLimit());
    begin(std::move(parameters));
}

Connector::~Connector()
{
    m_mailbox->close();
}

void Connector::begin(ConnectParameters parameters)
{
    // PQconnectStart looks host names up and reads certificates and the passfile: all of that may block for long.
    // The thread is not waited for; its handle is dropped when the connector is gone.
    const bool isStarted = runAside([this, mailbox = m_mailbox, parameters = std::move(parameters)] {
        auto handle = std::make_shared<PgConnection>(
            PQconnectStartParams(parameters.keywords().data(), parameters.values().data(), 0));
        mailbox->post([this, handle] { started(std::move(*handle)); });
    });
    if (!isStarted)
        m_mailbox->post([this] { fail(ServerError::connection(QStringLiteral("the system has no thread left"))); });
}

void Connector::started(PgConnection connection)
{
    m_connection = std::move(connection);
    if (!m_connection || PQstatus(m_connection.get()) == CONNECTION_BAD) {
        finish();
        return;
    }
    PQsetErrorVerbosity(m_connection.get(), PQERRORS_VERBOSE);
    // What a server says before it is ready is not for standard error, where libpq would put it as it came.
    PQsetNoticeReceiver(
        m_connection.get(), [](void *, const PGresult *) {}, nullptr);
    // libpq: behave as if the last poll had answered "writing".
    watch(PGRES_POLLING_WRITING);
}

void Connector::watch(PostgresPollingStatusType wanted)
{
    // The socket may be another one after each poll: libpq tries the next address or falls back from TLS.
    const auto type = wanted == PGRES_POLLING_READING ? QSocketNotifier::Read : QSocketNotifier::Write;
    m_notifier = std::make_unique<QSocketNotifier>(PQsocket(m_connection.get()), type);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &Connector::poll);
}

void Connector::poll()
{
    // This runs in a signal of the notifier: it may not die here.
    m_notifier->setEnabled(false);
    m_notifier.release()->deleteLater();
    const PostgresPollingStatusType status = PQconnectPoll(m_connection.get());
    switch (status) {
    case PGRES_POLLING_READING:
    case PGRES_POLLING_WRITING:
        watch(status);
        return;
    case PGRES_POLLING_OK:
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:
        finish();
        return;
    }
}

void Connector::finish()
{
    m_timeLimit.stop();
    const Done done = std::move(m_done); // may destroy this
    if (!m_connection)
        done(ServerError::connection(QStringLiteral("out of memory")));
    else if (PQstatus(m_connection.get()) != CONNECTION_OK)
        done(refusal());
    else
        done(m_connection.release());
}

ServerError Connector::refusal() const
{
    ServerError error = errorFromConnection(m_connection.get());
    // libpq gives up by itself when the server wants a password and there is none; the server's own code for that.
    if (error.sqlState.isEmpty() && PQconnectionNeedsPassword(m_connection.get()))
        error.sqlState = QStringLiteral("28P01");
    return error;
}

void Connector::giveUp()
{
    m_notifier.reset();
    const double seconds = m_timeLimit.interval() / 1000.0;
    ServerError error
        = ServerError::connection(QStringLiteral("the server did not answer within %1 s").arg(seconds, 0, 'g', 3),
            QStringLiteral("Check the host and the port, and whether a firewall drops the packets."));
    if (m_connection) {
        const char *host = PQhost(m_connection.get());
        const char *port = PQport(m_connection.get());
        error.detail = QStringLiteral("Tried %1, port %2.").arg(QString::fromUtf8(host), QString::fromUtf8(port));
    }
    fail(std::move(error));
}

void Connector::fail(ServerError error)
{
    m_timeLimit.stop();
    m_connection.reset();
    const Done done = std::move(m_done); // may destroy this
    done(std::move(error));
}

} // namespace Shardboard
