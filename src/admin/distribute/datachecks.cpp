// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/datachecks.h"

#include "admin/distribute/preflightrules.h"

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

DataCheck makeCheck(DataCheck::Kind kind, const QualifiedName &table, const QString &subject, const QString &rows)
{
    DataCheck check{kind, table, subject, Query(u"SELECT count(*) FROM (%1) r"_s.arg(rows)), std::nullopt};
    check.query.timeout = std::chrono::seconds(30);
    return check;
}

QString rowsWhere(const QualifiedName &table, const QString &condition)
{
    return u"SELECT 1 FROM %1 WHERE %2 LIMIT 1"_s.arg(table.quoted(), condition);
}

/// Set operations work whatever mixture of local and distributed the two tables are.
QString orphans(const ShardingForeignKey &key)
{
    const QStringList columns = quoteIdentifiers(key.columns);
    QStringList present;
    for (const QString &column : columns)
        present << column + u" IS NOT NULL"_s;
    return u"WITH missing AS MATERIALIZED (SELECT %1 FROM %2 WHERE %3 EXCEPT SELECT %4 FROM %5) "
           u"SELECT 1 FROM %2 WHERE (%1) IN (SELECT %1 FROM missing)"_s.arg(columns.join(u", "_s), key.owner().quoted(),
               present.join(u" AND "_s), quoteIdentifiers(key.referencedColumns).join(u", "_s), key.target().quoted());
}

} // namespace

QList<DataCheck> dataChecks(const DistributeSettings &settings, const ShardingFacts &facts)
{
    QList<DataCheck> checks;
    for (const ShardingTable &table : facts.tables) {
        const TableChoice *choice = settings.choice(table.name);
        const bool isMoved = choice ? choice->spread != Spread::LocalManaged : table.name.schema == settings.schema;
        if (!isMoved || !table.hasRows)
            continue;
        const ShardingColumn *column = choice ? table.column(choice->column) : nullptr;
        if (column && !column->isNotNull)
            checks << makeCheck(DataCheck::Kind::NullInColumn, table.name, column->name,
                rowsWhere(table.name, u"%1 IS NULL"_s.arg(quoteIdentifier(column->name))));
        for (const ShardingPart &part : table.unvalidatedChecks)
            checks << makeCheck(DataCheck::Kind::CheckViolated, table.name, part.name,
                rowsWhere(table.name, u"NOT (%1)"_s.arg(part.definition)));
        for (const ShardingForeignKey &key : facts.foreignKeys) {
            if (key.table == table.name)
                checks << makeCheck(
                    DataCheck::Kind::ForeignKeyViolated, table.name, foreignKeySubject(key), orphans(key));
        }
    }
    return checks;
}

void readDataChecks(const QList<Outcome<ResultSet>> &answers, QList<DataCheck> &checks)
{
    for (qsizetype i = 0; i < std::min(answers.size(), checks.size()); ++i) {
        if (answers.at(i) && answers.at(i)->rowCount() == 1)
            checks[i].found = answers.at(i)->integer(0, 0);
    }
}

} // namespace Shardboard
