// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace Shardboard {

/// The statements as psql reads them from a file, each ended by a semicolon. psql sees more in a text than the server
/// does: backslash commands and :variables outside quotes, and everything after a quote or comment that is not closed.
/// Text with any of that reaches the server through a dollar-quoted literal and \gexec, so that psql never acts on it.
QString psqlStatement(const QString &sql);

/// Whether psql and the server read the text alike. Assumes standard_conforming_strings = on.
bool isPlainForPsql(const QString &sql);

/// SQL in dollar quotes that it does not contain.
QString dollarQuoted(const QString &sql);

} // namespace Shardboard
