// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace Shardboard {

/// Why something asked of a server, or of a file on its way there, did not happen. A plain value, safe to pass between
/// threads. The texts are the server's, libpq's or ours in plain English; nothing here is translated.
struct ServerError
{
    enum class Kind {
        Server, ///< the server refused the statement: sqlState is set
        Connection, ///< no connection could be made, or it was lost
        Usage, ///< what was asked makes no sense: bad input, a missing capability
        File, ///< a local file could not be read or written
    };

    Kind kind = Kind::Server;
    QString sqlState; ///< five characters, empty unless the server said it
    QString severity; ///< ERROR, FATAL, PANIC as the server says it, untranslated
    QString message; ///< one sentence, the primary message
    QString detail;
    QString hint;
    QString context; ///< the server's call stack, innermost first
    int position = 0; ///< 1-based character in statement, 0 when unknown
    QString statement; ///< the SQL that was running, empty when none was
    bool connectionLost = false; ///< the session cannot be used again before it reconnects

    static ServerError usage(const QString &message, const QString &hint = {});
    static ServerError file(const QString &message);
    static ServerError connection(const QString &message, const QString &hint = {});

    /// Message, detail, hint and SQLSTATE as lines of text, for terminals, logs and tests.
    QString toText() const;
};

} // namespace Shardboard
