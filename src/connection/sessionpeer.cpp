// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/sessionpeer.h"

namespace Shardboard {

Session::Peer peerOf(PGconn *connection)
{
    Session::Peer peer;
    peer.serverVersion = PQserverVersion(connection);
    peer.backendPid = PQbackendPID(connection);
    peer.host = QString::fromUtf8(PQhost(connection));
    peer.port = QString::fromUtf8(PQport(connection));
    peer.database = QString::fromUtf8(PQdb(connection));
    peer.user = QString::fromUtf8(PQuser(connection));
    peer.usesTls = PQsslInUse(connection) == 1;
    if (peer.usesTls) {
        peer.tlsDescription = QStringLiteral("%1, %2").arg(QString::fromUtf8(PQsslAttribute(connection, "protocol")),
            QString::fromUtf8(PQsslAttribute(connection, "cipher")));
    }
    return peer;
}

} // namespace Shardboard
