// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/libpq.h"

#include <QString>

namespace Shardboard {

/// A request to the server to stop what a connection runs. Goes over a connection as the original one was made, with
/// its TLS and its checks, where libpq can do that (17 and later); in the clear where it cannot.
class CancelRequest
{
public:
    /// On the thread that owns the connection.
    explicit CancelRequest(PGconn *connection);
    ~CancelRequest();
    CancelRequest(const CancelRequest &) = delete;
    CancelRequest &operator=(const CancelRequest &) = delete;

    /// Any thread; blocks until the server has taken it. Why it could not be sent, else empty.
    QString send();

    /// Whether the libpq in use sends requests as described above.
    static bool isEncrypted();

private:
    void *m_connection = nullptr; ///< libpq's PGcancelConn, which older headers do not declare
    PGcancel *m_cancel = nullptr; ///< where there is none
};

} // namespace Shardboard
