// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/guardedsql.h"

namespace Shardboard {

using namespace Qt::StringLiterals;

QString doBlock(const QString &body)
{
    QString tag = u"$shardboard$"_s;
    for (int number = 1; body.contains(tag); ++number) // a name may hold it
        tag = u"$shardboard%1$"_s.arg(number);
    return u"DO %1\n"_s.arg(tag) + body + u'\n' + tag;
}

QString countRowsSql(const QString &quotedTable)
{
    return u"SELECT count(*) FROM (SELECT 1 FROM %1 LIMIT %2) AS r"_s.arg(
        quotedTable, QString::number(rowsCountedTo + 1));
}

QString dropEmptyTableSql(const QualifiedName &table)
{
    return doBlock(uR"(DECLARE
    rows bigint;
BEGIN
    IF to_regclass(%1) IS NULL THEN
        RETURN;
    END IF;
    -- Rows counted over several connections to a node would keep citus from dropping tables and schemas in this transaction.
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    LOCK TABLE %2 IN ACCESS EXCLUSIVE MODE;
    rows := (%3);
    IF rows > 0 THEN
        RAISE EXCEPTION 'table % holds % rows that undo would delete', %4, CASE WHEN rows > %5 THEN 'more than %5' ELSE rows::text END
              USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'Undo again and confirm that the rows are deleted, or empty the table.';
    END IF;
    DROP TABLE %2;
END)"_s.arg(quoteLiteral(table.quoted()), table.quoted(), countRowsSql(table.quoted()), quoteLiteral(table.display()),
        QString::number(rowsCountedTo)));
}

QString dropTableSql(const QualifiedName &table)
{
    return u"DROP TABLE IF EXISTS %1"_s.arg(table.quoted());
}

QString dropEmptySchemaSql(const QString &schema)
{
    return doBlock(uR"(BEGIN
    DROP SCHEMA IF EXISTS %1;
EXCEPTION WHEN dependent_objects_still_exist THEN
    RAISE NOTICE 'schema % stays, it is not empty', %2;
END)"_s.arg(quoteIdentifier(schema), quoteLiteral(schema)));
}

void undoByDropping(PlanStep &step, const QualifiedName &table)
{
    step.undoSql = dropEmptyTableSql(table);
    step.undoTable = table;
}

} // namespace Shardboard
