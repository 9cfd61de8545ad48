// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/registrytrust.h"

#include "connection/syncsession.h"

#include <QRegularExpression>
#include <QStringList>

namespace Shardboard::RegistryTrust {

namespace {

constexpr qsizetype namedObjects = 5;

// Columns of the registry that hold progress only. Owners of tables may write these: their jobs run as they are.
constexpr QLatin1StringView sql(R"(
WITH RECURSIVE who AS (
    SELECT r.oid, r.rolsuper FROM pg_catalog.pg_roles AS r
     WHERE r.rolname OPERATOR(pg_catalog.=) CURRENT_USER OR r.rolname OPERATOR(pg_catalog.=) SESSION_USER),
mine AS (
    SELECT w.oid FROM who AS w
     UNION
    SELECT m.roleid FROM pg_catalog.pg_auth_members AS m JOIN mine ON m.member OPERATOR(pg_catalog.=) mine.oid
     WHERE m.grantor OPERATOR(pg_catalog.<>) m.roleid AND NOT (SELECT pg_catalog.bool_or(w.rolsuper) FROM who AS w)),
trusted AS (
    SELECT mine.oid FROM mine UNION SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE r.rolsuper),
home AS (
    SELECT n.oid, n.nspowner, n.nspacl FROM pg_catalog.pg_namespace AS n WHERE n.nspname OPERATOR(pg_catalog.=) 'shardboard'),
relations AS (
    SELECT c.oid, c.relname, c.relkind, c.relowner FROM pg_catalog.pg_class AS c JOIN home ON home.oid OPERATOR(pg_catalog.=) c.relnamespace
     WHERE c.relkind OPERATOR(pg_catalog.<>) 'i' AND c.relkind OPERATOR(pg_catalog.<>) 'I'),
written AS (
    SELECT r.oid, r.relname FROM relations AS r
     WHERE r.relname OPERATOR(pg_catalog.=) ANY (
           ARRAY['rollup', 'retention', 'partitioning', 'conversion', 'blueprint', 'former_entry']::pg_catalog.name[])),
objects AS (
    SELECT 'schema' AS kind, 'shardboard' AS name, nspowner AS owner FROM home
     UNION ALL
    SELECT CASE WHEN p.prokind OPERATOR(pg_catalog.=) 'p' THEN 'procedure' WHEN p.prokind OPERATOR(pg_catalog.=) 'a' THEN 'aggregate'
                ELSE 'function' END, p.proname::pg_catalog.text, p.proowner
      FROM pg_catalog.pg_proc AS p JOIN home ON home.oid OPERATOR(pg_catalog.=) p.pronamespace
     UNION ALL
    SELECT CASE WHEN r.relkind OPERATOR(pg_catalog.=) 'v' OR r.relkind OPERATOR(pg_catalog.=) 'm' THEN 'view'
                WHEN r.relkind OPERATOR(pg_catalog.=) 'S' THEN 'sequence' ELSE 'table' END, r.relname::pg_catalog.text, r.relowner
      FROM relations AS r
     UNION ALL
    SELECT 'type', t.typname::pg_catalog.text, t.typowner
      FROM pg_catalog.pg_type AS t JOIN home ON home.oid OPERATOR(pg_catalog.=) t.typnamespace
     WHERE t.typrelid OPERATOR(pg_catalog.=) 0 AND t.typelem OPERATOR(pg_catalog.=) 0
     UNION ALL
    SELECT 'operator', o.oprname::pg_catalog.text, o.oprowner
      FROM pg_catalog.pg_operator AS o JOIN home ON home.oid OPERATOR(pg_catalog.=) o.oprnamespace
     UNION ALL
    SELECT 'function of trigger', t.tgname::pg_catalog.text, p.proowner
      FROM pg_catalog.pg_trigger AS t JOIN relations AS r ON r.oid OPERATOR(pg_catalog.=) t.tgrelid
      JOIN pg_catalog.pg_proc AS p ON p.oid OPERATOR(pg_catalog.=) t.tgfoid
     UNION ALL
    SELECT 'function in view', r.relname::pg_catalog.text, p.proowner
      FROM relations AS r JOIN pg_catalog.pg_rewrite AS w ON w.ev_class OPERATOR(pg_catalog.=) r.oid
      JOIN pg_catalog.pg_depend AS d ON d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_rewrite'::pg_catalog.regclass
       AND d.objid OPERATOR(pg_catalog.=) w.oid AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
      JOIN pg_catalog.pg_proc AS p ON p.oid OPERATOR(pg_catalog.=) d.refobjid
     UNION ALL
    SELECT 'right to create objects in schema', 'shardboard', a.grantee
      FROM home CROSS JOIN LATERAL pg_catalog.aclexplode(home.nspacl) AS a WHERE a.privilege_type OPERATOR(pg_catalog.=) 'CREATE'
     UNION ALL
    SELECT 'right to write into', w.relname::pg_catalog.text, a.grantee
      FROM written AS w JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) w.oid
     CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) AS a
     WHERE a.privilege_type OPERATOR(pg_catalog.=) ANY (ARRAY['INSERT', 'UPDATE', 'TRIGGER']::pg_catalog.text[])
     UNION ALL
    SELECT 'right to write into', pg_catalog.concat(w.relname, '.', c.attname), a.grantee
      FROM written AS w JOIN pg_catalog.pg_attribute AS c ON c.attrelid OPERATOR(pg_catalog.=) w.oid
     CROSS JOIN LATERAL pg_catalog.aclexplode(c.attacl) AS a
     WHERE a.privilege_type OPERATOR(pg_catalog.=) ANY (ARRAY['INSERT', 'UPDATE']::pg_catalog.text[])
       AND NOT c.attname OPERATOR(pg_catalog.=) ANY (ARRAY['complete_until', 'pending', 'last_run_at', 'last_deleted', 'last_error',
                                                           'ready_until', 'default_rows']::pg_catalog.name[]))
SELECT DISTINCT o.kind, o.name, coalesce(r.rolname::pg_catalog.text, 'PUBLIC')
  FROM objects AS o
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) o.owner
  LEFT JOIN pg_catalog.pg_database AS d ON d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
 WHERE NOT EXISTS (
       SELECT FROM trusted AS t
        WHERE t.oid OPERATOR(pg_catalog.=) o.owner
           OR r.rolname OPERATOR(pg_catalog.=) 'pg_database_owner' AND t.oid OPERATOR(pg_catalog.=) d.datdba)
 ORDER BY 1, 2, 3)");

QString objectText(const ResultSet &rows, qsizetype row)
{
    return QStringLiteral("%1 %2 (%3)").arg(rows.text(row, 0), rows.text(row, 1), rows.text(row, 2));
}

} // namespace

Query query()
{
    return Query(QString(sql).trimmed());
}

std::optional<ServerError> refusal(const ResultSet &rows)
{
    if (rows.rowCount() == 0)
        return std::nullopt;
    QStringList objects;
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        const QString object = objectText(rows, row);
        if (rows.text(row, 0) == QStringLiteral("schema"))
            objects.prepend(object);
        else
            objects << object;
    }
    objects = objects.mid(0, namedObjects);
    if (rows.rowCount() > namedObjects)
        objects << QStringLiteral("%1 more").arg(rows.rowCount() - namedObjects);
    const QString owner = rows.text(0, 2);
    ServerError error = ServerError::usage(
        QStringLiteral("schema shardboard is not used: role \"%1\" owns part of it or may write into it").arg(owner),
        QStringLiteral("Code in this schema would run with the rights of your role. Connect as \"%1\", or let a "
                       "superuser take ownership of the schema and its objects, or drop it.")
            .arg(owner));
    error.detail = QStringLiteral("Not owned by you, a superuser or a role you are a member of: %1.")
                       .arg(objects.join(QStringLiteral(", ")));
    return error;
}

Completion verdict(const Outcome<ResultSet> &answer)
{
    if (!answer)
        return answer.failure<Nothing>();
    if (const auto error = refusal(*answer))
        return *error;
    return Nothing{};
}

bool isNeededFor(const Query &query)
{
    // The word alone: in an aborted transaction "ROLLBACK TO SAVEPOINT shardboard_import" has to run, and nothing
    // before it.
    static const QRegularExpression name(QStringLiteral("\\bshardboard\\b"), QRegularExpression::CaseInsensitiveOption);
    return name.match(query.sql).hasMatch() && query.sql != sql.trimmed();
}

Completion check(SyncSession &session)
{
    return verdict(session.run(query()));
}

} // namespace Shardboard::RegistryTrust
