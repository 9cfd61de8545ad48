// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/connector.h"

#include "connection/aside.h"
#include "connection/pgerror.h"

#include <QSocketNotifier>
#include <QStringList>

#include <algorithm>

namespace Shardboard {

Connector::Connector(ConnectParameters parameters, Done done)
    : m_mailbox(Mailbox::create(this))
    , m_done(std::move(done))
    , m_parameters(std::move(parameters))
    , m_hosts(m_parameters.hosts())
{
    m_timeLimit.setSingleShot(true);
    m_timeLimit.callOnTimeout(this, &Connector::timeOut);
    begin(false);
}

Connector::~Connector()
{
    m_mailbox->close();
}

void Connector::begin(bool areNamesKnown)
{
    // Looking names up blocks, and PQconnectStart reads certificates and the passfile: all of that may take long. The
    // thread is not waited for; its handle is dropped when the connector is gone.
    m_timeLimit.start(m_parameters.timeLimit() * std::max<qsizetype>(1, m_hosts.size()));
    const bool isStarted
        = runAside([this, mailbox = m_mailbox, parameters = m_parameters, hosts = m_hosts, areNamesKnown]() mutable {
              if (!areNamesKnown)
                  hosts = lookUpHosts(hosts);
              if (!hosts.isEmpty())
                  parameters.setHosts(hosts);
              auto handle = std::make_shared<PgConnection>(
                  PQconnectStartParams(parameters.keywords().data(), parameters.values().data(), 0));
              mailbox->post([this, handle, hosts] { started(std::move(*handle), hosts); });
          });
    if (!isStarted)
        m_mailbox->post([this] { fail(ServerError::connection(QStringLiteral("the system has no thread left"))); });
}

void Connector::started(PgConnection connection, const QList<HostEntry> &hosts)
{
    if (!m_done) // given up meanwhile
        return;
    m_connection = std::move(connection);
    m_hosts = hosts;
    if (!m_connection || PQstatus(m_connection.get()) == CONNECTION_BAD) {
        finish();
        return;
    }
    PQsetErrorVerbosity(m_connection.get(), PQERRORS_VERBOSE);
    // What a server says before it is ready is not for standard error, where libpq would put it as it came.
    PQsetNoticeReceiver(
        m_connection.get(), [](void *, const PGresult *) {}, nullptr);
    m_timeLimit.start(m_parameters.timeLimit());
    noteCurrent();
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
        noteCurrent();
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
    if (error.detail.isEmpty() && !m_silent.isEmpty())
        error.detail = QStringLiteral("Before, without an answer: %1.").arg(silentHosts());
    return error;
}

const HostEntry *Connector::current() const
{
    const QByteArray host = PQhost(m_connection.get()), port = PQport(m_connection.get()),
                     address = PQhostaddr(m_connection.get());
    const auto found = std::find_if(m_hosts.begin(), m_hosts.end(), [&](const HostEntry &entry) {
        return (entry.address.isEmpty() ? entry.host == host : entry.address == address)
            && (entry.port.isEmpty() || entry.port == port);
    });
    return found == m_hosts.end() ? nullptr : &*found;
}

// Each address has its own time.
void Connector::noteCurrent()
{
    const HostEntry *entry = current();
    if (!entry || m_tried.contains(*entry))
        return;
    m_tried.append(*entry);
    m_timeLimit.start(m_parameters.timeLimit());
}

QString Connector::silentHosts() const
{
    QStringList texts;
    for (const HostEntry &entry : m_silent)
        texts.append(describeHost(entry));
    return texts.join(QStringLiteral("; "));
}

void Connector::timeOut()
{
    m_notifier.reset();
    if (m_connection && goOnWithOthers())
        return;
    const double seconds = double(m_parameters.timeLimit().count()) / 1000;
    ServerError error
        = ServerError::connection(QStringLiteral("the server did not answer within %1 s").arg(seconds, 0, 'g', 3),
            QStringLiteral("Check the host and the port, and whether a firewall drops the packets."));
    if (!m_silent.isEmpty())
        error.detail = QStringLiteral("Tried %1.").arg(silentHosts());
    fail(std::move(error));
}

/// False where no address is left that was not tried. Libpq asks each address twice for target_session_attrs =
/// prefer-standby; those that answered stay in the list then.
bool Connector::goOnWithOthers()
{
    const HostEntry *entry = current();
    if (!entry)
        return false;
    m_silent.append(*entry);
    const bool asksTwice = m_parameters.value("target_session_attrs") == "prefer-standby";
    QList<HostEntry> others;
    for (const HostEntry &one : std::as_const(m_hosts)) {
        if (!m_silent.contains(one) && (asksTwice || !m_tried.contains(one)))
            others.append(one);
    }
    if (others.isEmpty())
        return false;
    m_connection.reset();
    m_hosts = others;
    m_tried.clear();
    begin(true);
    return true;
}

void Connector::fail(ServerError error)
{
    m_timeLimit.stop();
    m_connection.reset();
    const Done done = std::move(m_done); // may destroy this
    done(std::move(error));
}

} // namespace Shardboard
