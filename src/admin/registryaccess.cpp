// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/registryaccess.h"

#include "connection/syncsession.h"
#include "connection/values/reading.h"
#include "connection/values/sqlquote.h"

#include <QMap>
#include <QRegularExpression>
#include <QSet>

namespace Shardboard {

namespace {

/// By table of the registry, what a step's statement does there.
QMap<QString, QSet<QString>> registryWrites(const QString &sql)
{
    static const QRegularExpression writing(
        QStringLiteral("\\b(INSERT INTO|UPDATE|DELETE FROM) shardboard\\.([a-z_]+)"));
    QMap<QString, QSet<QString>> writes;
    for (auto match = writing.globalMatch(sql); match.hasNext();) {
        const auto one = match.next();
        writes[one.captured(2)].insert(one.captured(1).section(QLatin1Char(' '), 0, 0));
        if (sql.contains(QStringLiteral("DO UPDATE")))
            writes[one.captured(2)].insert(QStringLiteral("UPDATE"));
    }
    return writes;
}

/// "INSERT on shardboard.rollup" and so on, as far as the table is there and the role has no such right. By names, not
/// to_regclass(), which is an error without USAGE on the schema.
QString missingRightsSql(const QMap<QString, QSet<QString>> &writes)
{
    QStringList rows;
    for (auto table = writes.cbegin(); table != writes.cend(); ++table) {
        for (const QString &right : table.value())
            rows << QStringLiteral("(%1, %2)").arg(quoteLiteral(table.key()), quoteLiteral(right));
    }
    rows.sort();
    return QStringLiteral("SELECT current_user, o.rolname, o.rolsuper, w.right || ' on shardboard.' || c.relname "
                          "FROM (VALUES %1) AS w (table_name, \"right\") "
                          "JOIN pg_catalog.pg_namespace AS n ON n.nspname = 'shardboard' "
                          "JOIN pg_catalog.pg_roles AS o ON o.oid = n.nspowner "
                          "JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = w.table_name "
                          "WHERE NOT (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, w.right)) "
                          "ORDER BY 4 LIMIT 1")
        .arg(rows.join(QStringLiteral(", ")));
}

// No right to write is to be granted: others run what the registry says, and refuse it then (registrytrust.h).
ServerError writeRefusal(const ResultSet &missing)
{
    const QString role = missing.text(0, 0), owner = missing.text(0, 1);
    ServerError error;
    error.kind = ServerError::Kind::Server;
    error.sqlState = QStringLiteral("42501");
    error.message = QStringLiteral("role %1 may not write to the registry of Shardboard: no %2. Nothing was changed.")
                        .arg(role, missing.text(0, 3));
    const bool isSuperuser = missing.boolean(0, 2);
    error.hint = QStringLiteral("Others run what the registry says: only superusers and members of the role that owns "
                                "schema shardboard write to it. ")
        + (isSuperuser ? QStringLiteral("Let %1 or another superuser carry this out.").arg(quoteIdentifier(owner))
                       : QStringLiteral("Let %1 carry this out, or make %2 a member: GRANT %1 TO %2;")
                             .arg(quoteIdentifier(owner), quoteIdentifier(role)));
    return error;
}

} // namespace

ServerError explainRegistryRefusal(const ServerError &error, const QString &role, const QString &owner)
{
    if (!saysRefused(error))
        return error;
    ServerError explained = error;
    if (!role.isEmpty())
        explained.message
            = QStringLiteral("role %1 may not read the registry of Shardboard: %2").arg(role, error.message);
    explained.hint
        = QStringLiteral("%1 or a superuser can grant it: GRANT USAGE ON SCHEMA shardboard TO %2; GRANT SELECT "
                         "ON ALL TABLES IN SCHEMA shardboard TO %2;")
              .arg(owner.isEmpty() ? QStringLiteral("The owner of schema shardboard")
                                   : QStringLiteral("%1, the owner of schema shardboard,").arg(owner),
                  role.isEmpty() ? QStringLiteral("role_name") : quoteIdentifier(role));
    return explained;
}

Completion checkRegistryRights(SyncSession &session, const Plan &plan)
{
    for (const PlanStep &step : plan.steps) {
        const auto writes = registryWrites(step.sql);
        if (writes.isEmpty())
            continue;
        const auto missing = session.run(Query(missingRightsSql(writes)));
        if (!missing)
            return missing.failure<Nothing>();
        if (missing->rowCount() == 0)
            continue;
        if (!step.doneSql.isEmpty()) {
            const auto done = session.run(Query(step.doneSql));
            if (done && done->rowCount() == 1 && done->boolean(0, 0))
                continue;
        }
        return writeRefusal(*missing);
    }
    return Nothing{};
}

} // namespace Shardboard
