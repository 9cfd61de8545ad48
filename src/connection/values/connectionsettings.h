// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMap>
#include <QString>

#include <optional>

namespace Shardboard {

/// How to reach a server: libpq's own keywords (host, port, dbname, user, sslmode, service, passfile, sslcert, …) with
/// their values. What is absent follows libpq's rules: PG* variables, the service file, the passfile, built-in
/// defaults.
struct ConnectionSettings
{
    QMap<QString, QString> keywords; ///< never holds "password"
    std::optional<QString> password; ///< for this run only: never written to files, logs or arguments
    bool isReadOnly = false; ///< every statement runs in a read-only transaction that is rolled back; not saved here

    QString value(const QString &keyword) const { return keywords.value(keyword); }
    bool operator==(const ConnectionSettings &) const = default;
};

/// What a session is for; it sets application_name, limits and, for dashboards, that nothing can be written.
enum class SessionPurpose {
    Interactive, ///< what the user asks for directly
    Dashboard, ///< read-only transactions that are rolled back, statement_timeout, TimeZone UTC
    Job, ///< plans, imports, sample data: long, one at a time
    Catalogue, ///< the program's own queries: names mean pg_catalog's, whatever others created
};

} // namespace Shardboard
