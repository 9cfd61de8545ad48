// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/partition/partitionpreflight.h"

#include "admin/partition/partitionrules.h"
#include "admin/partition/partitionsteps.h"

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

/// Whether the time column of the partitioned table will refuse NULL.
bool willRefuseNull(const PartitionSettings &settings, const PartitionFacts &facts)
{
    if (partitionWay(settings, facts) == PartitionWay::Create) {
        const auto &columns = settings.newTable->columns;
        const auto column = std::ranges::find(columns, settings.column, &NewPartitionedTable::Column::name);
        return settings.newTable->primaryKey.contains(settings.column)
            || (column != columns.cend() && column->isNotNull);
    }
    const ConvertedColumn *column = facts.table ? facts.table->column(settings.column) : nullptr;
    if (!column)
        return false;
    const ConvertedIndex *key = facts.table->primaryKey();
    return column->isNotNull || hasFix(settings, u"set-not-null"_s, settings.table, settings.column)
        || (key && hasFix(settings, u"widen-key"_s, settings.table, key->name));
}

void runRules(PartitionRules &rules)
{
    rules.checkServer();
    rules.checkTable();
    const bool isThere = rules.facts.table.has_value();
    if (isThere && rules.way != PartitionWay::Create) {
        rules.checkPlace();
        rules.checkColumn();
    }
    if (isThere && rules.way == PartitionWay::Convert && rules.table().column(rules.settings.column)) {
        rules.checkTimes();
        rules.checkKeys();
        rules.checkForeignKeys();
        rules.checkDependents();
        rules.checkRollups();
        rules.checkDisk();
        rules.checkNames();
    }
    if (isThere && rules.way == PartitionWay::LookAfter)
        rules.checkPartitionKey();
    rules.checkMethod();
    rules.checkColumnar();
}

} // namespace

PartitionWay partitionWay(const PartitionSettings &settings, const PartitionFacts &facts)
{
    if (facts.table && facts.table->isPartitioned())
        return PartitionWay::LookAfter;
    return settings.newTable ? PartitionWay::Create : PartitionWay::Convert;
}

PartitionMethod plannedMethod(const PartitionSettings &settings, const PartitionFacts &facts)
{
    const PartitionMethod method = PartitionSteps::methodFor(settings, facts.catalogue);
    if (settings.method != PartitionMethod::Automatic || method != PartitionMethod::Partman
        || willRefuseNull(settings, facts))
        return method;
    return PartitionSteps::unavailable(PartitionMethod::Citus, settings, facts.catalogue).isEmpty()
        ? PartitionMethod::Citus
        : PartitionMethod::Sql;
}

QString partitionFixId(const QString &kind, const QualifiedName &table, const QString &object)
{
    return u"%1 %2.%3"_s.arg(kind, table.display(), object);
}

bool hasFix(const PartitionSettings &settings, const QString &kind, const QualifiedName &table, const QString &object)
{
    return settings.fixes.contains(partitionFixId(kind, table, object));
}

QString widenedDefinition(const QString &definition, const QStringList &columns, const QString &timeColumn)
{
    const QString list = quoteIdentifiers(columns).join(u", "_s);
    const qsizetype place = definition.indexOf(u'(' + list + u')');
    if (place < 0 || columns.contains(QString()))
        return {};
    return QString(definition).insert(place + 1 + list.size(), u", "_s + quoteIdentifier(timeColumn));
}

qint64 partitionsNeeded(const PartitionSettings &settings, const TimeFigures &times)
{
    if (!times.earliest || !times.latest)
        return 0;
    return times.earliest->secsTo(*times.latest) / partitionIntervalSeconds(settings.interval) + 1;
}

QString advisedInterval(const TimeFigures &times)
{
    PartitionSettings settings;
    if (!times.earliest || !times.latest || times.earliest == times.latest)
        return settings.interval;
    for (const QString &interval : partitionIntervals()) {
        settings.interval = interval;
        if (partitionIntervalSeconds(interval) >= 3600 && partitionsNeeded(settings, times) <= 100)
            break;
    }
    return settings.interval;
}

Preflight partitionPreflight(const PartitionSettings &settings, const PartitionFacts &facts)
{
    PartitionRules rules{settings, facts, partitionWay(settings, facts), {}};
    runRules(rules);
    Preflight verdict;
    verdict.findings = rules.findings;
    for (Finding &finding : verdict.findings) {
        const auto chosen
            = std::ranges::find_if(finding.fixes, [&](const Fix &fix) { return settings.fixes.contains(fix.id); });
        if (chosen == finding.fixes.end())
            continue;
        finding.fixedBy = chosen->id;
        verdict.chosenFixes << *chosen;
    }
    std::ranges::stable_sort(verdict.findings, [](const Finding &left, const Finding &right) {
        return std::pair(left.severity, !left.isOpen()) < std::pair(right.severity, !right.isOpen());
    });
    return verdict;
}

} // namespace Shardboard
