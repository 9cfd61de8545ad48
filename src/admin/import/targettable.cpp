// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/import/targettable.h"

#include "connection/syncsession.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace Shardboard {

namespace {

// A trigger that runs before the row is stored may fill in what is missing, so nothing is called missing then.
const QString tableSql = QStringLiteral(R"(
select c.oid, n.nspname, c.relname, c.relkind,
       exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal and t.tgtype & 7 = 7),
       to_regclass('pg_dist_partition') is not null
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.oid = to_regclass($1))");

// A domain is judged by the type it is made of: what that refuses, the domain refuses too.
const QString columnsSql = QStringLiteral(R"(
select a.attname, format_type(a.atttypid, a.atttypmod), b.typname, b.typtype,
       case when t.typtype = 'd' then t.typtypmod else a.atttypmod end,
       a.attnotnull, a.attgenerated <> '',
       (select array_to_json(array_agg(e.enumlabel)) from pg_enum e where e.enumtypid = b.oid),
       a.attidentity = 'a'
  from pg_attribute a
  join pg_type t on t.oid = a.atttypid
  join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
 where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped
 order by a.attnum)");

const QString distributedSql
    = QStringLiteral("select exists (select from pg_dist_partition where logicalrelid = $1::oid)");

CheckedKind kindOf(const QString &typeName)
{
    static const QHash<QString, CheckedKind> kinds{
        {QStringLiteral("text"), CheckedKind::Text},
        {QStringLiteral("varchar"), CheckedKind::Varchar},
        {QStringLiteral("bpchar"), CheckedKind::Varchar},
        {QStringLiteral("int2"), CheckedKind::Int2},
        {QStringLiteral("int4"), CheckedKind::Int4},
        {QStringLiteral("int8"), CheckedKind::Int8},
        {QStringLiteral("numeric"), CheckedKind::Numeric},
        {QStringLiteral("float4"), CheckedKind::Float},
        {QStringLiteral("float8"), CheckedKind::Float},
        {QStringLiteral("bool"), CheckedKind::Bool},
        {QStringLiteral("timestamp"), CheckedKind::Timestamp},
        {QStringLiteral("timestamptz"), CheckedKind::Timestamp},
        {QStringLiteral("date"), CheckedKind::Date},
        {QStringLiteral("time"), CheckedKind::Time},
        {QStringLiteral("uuid"), CheckedKind::Uuid},
        {QStringLiteral("json"), CheckedKind::Json},
        {QStringLiteral("jsonb"), CheckedKind::Json},
        {QStringLiteral("bytea"), CheckedKind::Bytea},
    };
    return kinds.value(typeName, CheckedKind::Unchecked);
}

/// What the type modifier limits: characters, or digits before the point.
int limitOf(CheckedKind kind, int modifier)
{
    constexpr int header = 4; // the server counts its own header in
    if (modifier < header)
        return -1;
    if (kind == CheckedKind::Varchar)
        return modifier - header;
    if (kind != CheckedKind::Numeric)
        return -1;
    const int precision = ((modifier - header) >> 16) & 0xFFFF;
    const int scale = (((modifier - header) & 0x7FF) ^ 1024) - 1024; // eleven bits with a sign
    return scale < 0 ? -1 : std::max(precision - scale, 0);
}

TargetColumn readColumn(const ResultSet &rows, qsizetype row, bool canFillIn)
{
    TargetColumn column;
    column.name = rows.text(row, 0);
    column.isGenerated = rows.boolean(row, 6);
    column.isAlwaysIdentity = rows.boolean(row, 8);
    ValueCheck &check = column.check;
    check.column = column.name;
    check.type = rows.text(row, 1);
    check.kind = kindOf(rows.text(row, 2));
    if (rows.text(row, 3) == QStringLiteral("e")) {
        check.kind = CheckedKind::Enum;
        const auto labels = QJsonDocument::fromJson(rows.cell(row, 7).toByteArray()).array();
        for (const auto &label : labels)
            check.labels.append(label.toString().toUtf8());
    }
    check.limit = limitOf(check.kind, int(rows.integer(row, 4, -1)));
    check.isRequired = rows.boolean(row, 5) && !canFillIn;
    return column;
}

Completion checkKind(const QString &kind, const QString &name)
{
    if (kind == QStringLiteral("r") || kind == QStringLiteral("p") || kind == QStringLiteral("f"))
        return Nothing{};
    QString what = QStringLiteral("no table");
    if (kind == QStringLiteral("v"))
        what = QStringLiteral("a view");
    else if (kind == QStringLiteral("m"))
        what = QStringLiteral("a materialized view");
    return ServerError::usage(QStringLiteral("%1 is %2: rows can be loaded into a table only.").arg(name, what));
}

Outcome<bool> isDistributed(SyncSession &session, bool hasCitus, const QByteArray &oid)
{
    if (!hasCitus)
        return false;
    const auto answer = session.run(Query(distributedSql, {oid}));
    if (!answer)
        return answer.failure<bool>();
    return answer->boolean(0, 0);
}

} // namespace

int TargetTable::columnIndex(const QString &column) const
{
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto &c) { return c.name == column; });
    return found == columns.end() ? -1 : int(found - columns.begin());
}

Outcome<TargetTable> readTargetTable(SyncSession &session, const QualifiedName &name)
{
    const auto found = session.run(Query(tableSql, {name.quoted().toUtf8()}));
    if (!found)
        return found.failure<TargetTable>();
    if (found->rowCount() == 0)
        return ServerError::usage(QStringLiteral("There is no table %1.").arg(name.display()),
            QStringLiteral("Create it first; a table of web requests comes with the http-traffic blueprint."));
    TargetTable table;
    table.name = {found->text(0, 1), found->text(0, 2)};
    if (auto isTable = checkKind(found->text(0, 3), table.name.display()); !isTable)
        return isTable.failure<TargetTable>();
    const QByteArray oid = found->cell(0, 0).toByteArray();
    const auto distributed = isDistributed(session, found->boolean(0, 5), oid);
    if (!distributed)
        return distributed.failure<TargetTable>();
    table.isDistributed = *distributed;
    const auto rows = session.run(Query(columnsSql, {oid}));
    if (!rows)
        return rows.failure<TargetTable>();
    for (qsizetype row = 0; row < rows->rowCount(); ++row)
        table.columns.append(readColumn(*rows, row, found->boolean(0, 4)));
    return table;
}

Completion checkConstant(SyncSession &session, const TargetColumn &column, const QString &value)
{
    // The type's name comes from format_type(), which quotes where it must.
    const auto answer
        = session.run(Query(QStringLiteral("select cast($1::text as %1)").arg(column.check.type), {value.toUtf8()}));
    if (answer.isError() && !answer.error().connectionLost)
        return ServerError::usage(QStringLiteral("\"%1\" cannot be the value of column %2: %3")
                                      .arg(value, column.name, answer.error().message));
    return answer ? Completion(Nothing{}) : answer.failure<Nothing>();
}

} // namespace Shardboard
