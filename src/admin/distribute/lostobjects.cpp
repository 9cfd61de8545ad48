// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/lostobjects.h"

#include <QSet>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

bool isRestorable(const LostObject &object, Replacement replacement)
{
    return !object.sql.isEmpty() && (replacement == Replacement::Local || !object.isOnlyLocal);
}

/// Of these tables, each once: a view may read several of them.
QList<LostObject> lostOf(const QList<QualifiedName> &tables, const ShardingFacts &facts)
{
    QList<LostObject> found;
    QSet<std::pair<QString, QString>> known;
    for (const LostObject &object : facts.lost) {
        const std::pair key(object.title, object.sql);
        if (!tables.contains(object.table) || known.contains(key))
            continue;
        known.insert(key);
        found << object;
    }
    return found;
}

QString shortened(const QStringList &titles)
{
    constexpr qsizetype shown = 8;
    return titles.mid(0, shown).join(u", "_s) + (titles.size() > shown ? u", …"_s : QString());
}

} // namespace

void readLostObjects(const ResultSet &rows, ShardingFacts &facts)
{
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        LostObject object{{rows.text(row, 0), rows.text(row, 1)}, rows.text(row, 2), rows.text(row, 3).trimmed(),
            rows.text(row, 4), rows.boolean(row, 5), rows.text(row, 6)};
        if (object.sql.endsWith(u';'))
            object.sql.chop(1);
        facts.lost << object;
    }
}

void checkLost(PreflightContext &context, const QList<QualifiedName> &tables, Replacement replacement)
{
    QHash<QualifiedName, QStringList> restored, left;
    for (const LostObject &object : lostOf(tables, context.facts)) {
        if (isRestorable(object, replacement)) {
            restored[object.table] << object.title;
        } else if (!object.sql.isEmpty()) {
            left[object.table] << object.title;
        } else {
            Finding &finding = context.block(u"dependent-dropped"_s, object.table, object.title);
            finding.problem = u"The %1 depends on %2 and would be dropped."_s.arg(object.title, object.table.display());
            finding.rule = u"Citus replaces the table by a new one and drops the old one with CASCADE."_s;
            finding.remedy = u"Change it so that it does not depend on the table or its row type, or drop it first."_s;
        }
    }
    for (const QualifiedName &table : tables) {
        if (const QStringList titles = restored.value(table); !titles.isEmpty())
            context.inform(u"put-back"_s, table).problem
                = u"Citus drops these with the old table %1; the plan puts them back: %2."_s.arg(
                    table.display(), shortened(titles));
        if (const QStringList titles = left.value(table); !titles.isEmpty()) {
            Finding &finding = context.warn(u"not-put-back"_s, table);
            finding.problem = u"These go with the old table %1: %2."_s.arg(table.display(), shortened(titles));
            finding.rule = u"Citus refuses the statements that would put them back on a distributed table."_s;
        }
    }
}

QList<QualifiedName> replacedTables(const PlannedState &state, const ShardingFacts &facts)
{
    QList<QualifiedName> found;
    for (const ShardingTable &table : facts.tables) {
        const PlannedTable &planned = state[table.name];
        const bool isTakenIn = table.kind == TableKind::Local && planned.kind == TableKind::LocalManaged;
        const bool isDistributed
            = table.kind == TableKind::LocalManaged && planned.isPlanned && planned.kind == TableKind::Distributed;
        if (isTakenIn || isDistributed)
            found << table.name;
    }
    return found;
}

QList<PlanStep> restoringSteps(const QList<QualifiedName> &tables, const ShardingFacts &facts, Replacement replacement)
{
    QList<PlanStep> steps;
    for (const LostObject &object : lostOf(tables, facts)) {
        if (!isRestorable(object, replacement))
            continue;
        PlanStep step;
        step.id = u"restore %1 %2"_s.arg(steps.size() + 1).arg(object.title);
        step.title = u"Put back the %1"_s.arg(object.title);
        step.sql = object.sql;
        step.doneSql = object.presentSql;
        steps << step;
    }
    return steps;
}

QList<PlanStep> releasingSteps(const QList<QualifiedName> &tables, const ShardingFacts &facts)
{
    QList<PlanStep> steps;
    for (const LostObject &object : lostOf(tables, facts)) {
        if (object.dropSql.isEmpty())
            continue;
        PlanStep step;
        step.id = u"release "_s + object.title;
        step.title = u"Drop the %1 for now"_s.arg(object.title);
        step.sql = object.dropSql;
        step.undoSql = object.sql;
        steps.prepend(step);
    }
    return steps;
}

QString withRestoring(
    const QString &sql, const QList<QualifiedName> &tables, const ShardingFacts &facts, Replacement replacement)
{
    const QList<LostObject> lost = lostOf(tables, facts);
    if (sql.isEmpty() || lost.isEmpty())
        return sql;
    QString body, dropping;
    for (const LostObject &object : lost) {
        if (object.sql.isEmpty())
            return {};
        if (!object.dropSql.isEmpty())
            dropping.prepend(u"EXECUTE %1; "_s.arg(quoteLiteral(object.dropSql)));
        if (!isRestorable(object, replacement))
            continue;
        const QString restoring = u"EXECUTE %1; "_s.arg(quoteLiteral(object.sql));
        body += object.presentSql.isEmpty()
            ? restoring
            : u"IF (%1) IS NOT TRUE THEN %2END IF; "_s.arg(object.presentSql, restoring);
    }
    return u"DO "_s
        + quoteLiteral(
            u"BEGIN PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true); %1EXECUTE %2; %3END"_s.arg(
                dropping, quoteLiteral(sql), body));
}

void checkReplaced(PreflightContext &context)
{
    checkLost(context, replacedTables(context.state, context.facts), Replacement::Distributed);
}

} // namespace Shardboard
