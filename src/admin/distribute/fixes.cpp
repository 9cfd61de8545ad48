// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/preflightrules.h"

namespace Shardboard {

using namespace Qt::StringLiterals;

QString fixId(const QString &kind, const QualifiedName &table, const QString &object)
{
    const QString name = object.isEmpty() ? table.display() : table.display() + u'.' + object;
    return kind + u' ' + name;
}

PlanStep fixStep(const QString &id, const QString &title, const QualifiedName &table, const QString &sql,
    const QString &undoSql, const QString &doneSql)
{
    PlanStep step;
    step.id = id;
    step.title = title;
    step.sql = sql;
    step.undoSql = undoSql;
    step.doneSql = doneSql;
    if (!table.name.isEmpty())
        step.locks << u"ACCESS EXCLUSIVE on %1: blocks reads and writes while it runs"_s.arg(table.display());
    return step;
}

} // namespace Shardboard
