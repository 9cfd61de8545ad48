// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"
#include "connection/values/outcome.h"
#include "connection/values/resultset.h"

#include <memory>
#include <stop_token>

struct pg_conn;

namespace Shardboard {

/// A plain blocking connection for bringing a local server up (and for tests to look at a server without the sessions
/// that they test). Any thread but the GUI's, one at a time.
class BlockingConnection
{
public:
    /// Waits up to a minute while the server says that it is starting up.
    static Outcome<BlockingConnection> open(const ConnectionSettings &settings, const std::stop_token &stop = {});

    /// One or several statements without parameters; the last result counts.
    Outcome<ResultSet> run(const QString &sql);

private:
    struct Closer
    {
        void operator()(pg_conn *connection) const;
    };
    explicit BlockingConnection(pg_conn *connection) : m_connection(connection) {}
    std::unique_ptr<pg_conn, Closer> m_connection;
};

} // namespace Shardboard
