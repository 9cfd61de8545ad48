// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"
#include "connection/values/outcome.h"

#include <QList>

namespace Shardboard {

/// What a pasted text turned out to be.
struct PastedConnection
{
    ConnectionSettings settings;
    QString form; ///< "URI", "key=value", "psql command", "export lines", "JDBC URL", "connection string"
    QStringList notes; ///< what of the text does not matter here and is left out
};

/// Reads whatever people paste to say where a server is: a postgresql:// URI, key=value pairs, a `psql …` command line,
/// `export PGHOST=…` lines and .env files, a jdbc:postgresql:// URL, a connection string of .NET. libpq itself judges
/// the keywords. Nothing of the text is dropped without a note: what is not understood is refused by its name or place.
/// A password in it is kept in settings.password only, and never in a message.
Outcome<PastedConnection> parseConnection(const QString &text);

/// One line that libpq reads, without the password; for showing and for tests.
QString toConninfo(const ConnectionSettings &settings);

/// The same as a postgresql:// URI, for programs that take nothing else.
QString toUri(const ConnectionSettings &settings);

/// Where the settings lead when libpq's defaults, PG* variables and the service file are applied: "user@host:port/db".
QString describeTarget(const ConnectionSettings &settings);

/// The services of ~/.pg_service.conf (or PGSERVICEFILE) and of the system's file, in file order, each name once.
QStringList serviceNames();

} // namespace Shardboard
