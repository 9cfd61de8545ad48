// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/conninfo.h"

namespace Shardboard {

/// True for a URI or JDBC URL of a PostgreSQL server, however well it is formed.
bool looksLikeServerUrl(const QString &text);

/// A URI of any program that names PostgreSQL servers so: libpq, SQLAlchemy, Prisma, node-postgres, Go, Django.
/// Parameters that libpq lacks are translated (ssl, schema, search_path, …), or, where they only concern the other
/// program, left out with a note; others are refused by name.
Outcome<PastedConnection> parseUri(const QString &text);

/// How a message names the parameter number `index` (from 0) of a URI's query: by its name, or, where the name may be
/// part of a password, by its place.
QString parameterForMessage(const QString &query, const QString &name, qsizetype index);

/// "-csearch_path=…", with the blanks of the value escaped: for the keyword "options".
QString serverOption(const QString &setting, const QString &value);

} // namespace Shardboard
