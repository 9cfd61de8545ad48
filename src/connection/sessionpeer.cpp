// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/sessionpeer.h"

#include <cstring>

namespace Shardboard {

namespace {

QString effectiveSslMode(PGconn *connection)
{
    PQconninfoOption *const options = PQconninfo(connection);
    QString mode;
    for (const PQconninfoOption *option = options; option && option->keyword; ++option)
        if (std::strcmp(option->keyword, "sslmode") == 0)
            mode = QString::fromUtf8(option->val);
    PQconninfoFree(options);
    return mode;
}

} // namespace

Session::Peer peerOf(PGconn *connection)
{
    Session::Peer peer;
    peer.serverVersion = PQserverVersion(connection);
    peer.backendPid = PQbackendPID(connection);
    peer.host = QString::fromUtf8(PQhost(connection));
    peer.port = QString::fromUtf8(PQport(connection));
    peer.database = QString::fromUtf8(PQdb(connection));
    peer.user = QString::fromUtf8(PQuser(connection));
    peer.hostAddress = QString::fromUtf8(PQhostaddr(connection));
    peer.sslMode = effectiveSslMode(connection);
    peer.usesGssEncryption = PQgssEncInUse(connection) == 1;
    peer.usesTls = PQsslInUse(connection) == 1;
    if (peer.usesTls) {
        peer.tlsDescription = QStringLiteral("%1, %2").arg(QString::fromUtf8(PQsslAttribute(connection, "protocol")),
            QString::fromUtf8(PQsslAttribute(connection, "cipher")));
    }
    return peer;
}

} // namespace Shardboard
