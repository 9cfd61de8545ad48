// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/partition/partitionrules.h"

#include "admin/partition/partitionsteps.h"

#include <QLocale>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 manyPartitions = 2000;
constexpr qint64 tooManyPartitions = 10000;

QString bytesText(qint64 bytes)
{
    return QLocale::c().formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat);
}

/// Whether all bounds of the table's partitions lie on the grid of the interval.
bool isOnGrid(const ConvertedTable &table, qint64 step)
{
    const auto isOn = [&](const QString &bound) {
        if (bound == u"MINVALUE" || bound == u"MAXVALUE")
            return true;
        QDateTime moment = QDateTime::fromString(bound.left(19).replace(u' ', u'T'), Qt::ISODate);
        moment.setTimeSpec(Qt::UTC);
        const bool isMidnight = bound.size() <= 10 || moment.time() == QTime(0, 0);
        return step >= 86400 ? isMidnight : moment.toSecsSinceEpoch() % step == 0;
    };
    return std::ranges::all_of(table.partitions, [&](const ConvertedPartition &partition) {
        return partition.bound.kind != PartitionBound::Kind::Range
            || (isOn(partition.bound.from.value(0)) && isOn(partition.bound.to.value(0)));
    });
}

} // namespace

Finding &PartitionRules::add(Finding::Severity severity, const QString &code, const QString &subject)
{
    Finding finding;
    finding.severity = severity;
    finding.code = code;
    finding.table = settings.table;
    finding.subject = subject;
    findings << finding;
    return findings.last();
}

Finding &PartitionRules::block(const QString &code, const QString &subject)
{
    return add(Finding::Severity::Blocks, code, subject);
}

Finding &PartitionRules::warn(const QString &code, const QString &subject)
{
    return add(Finding::Severity::Warns, code, subject);
}

Finding &PartitionRules::inform(const QString &code, const QString &subject)
{
    return add(Finding::Severity::Informs, code, subject);
}

void PartitionRules::checkServer()
{
    const ServerCapabilities &can = facts.catalogue.capabilities;
    if (!can.isCoordinator) {
        Finding &finding = block(u"worker"_s);
        finding.problem = u"This server is a worker of its cluster."_s;
        finding.rule = u"Tables are changed through the coordinator, which tells the workers."_s;
        finding.remedy = u"Connect to the coordinator."_s;
    }
    if (can.isReadOnly) {
        Finding &finding = block(u"read-only"_s);
        finding.problem = u"This server, or this connection, is read-only."_s;
        finding.rule = u"Nothing can be changed here."_s;
    }
    if (facts.catalogue.objectsVersion == 0 && !can.canCreateSchema) {
        Finding &finding = block(u"no-schema"_s);
        finding.problem = u"%1 may not create schemas in database %2."_s.arg(can.user, can.database);
        finding.rule = u"How partitions are looked after is kept in a schema of its own, shardboard."_s;
        finding.remedy
            = u"GRANT CREATE ON DATABASE %1 TO %2"_s.arg(quoteIdentifier(can.database), quoteIdentifier(can.user));
    }
}

void PartitionRules::checkTable()
{
    if (!facts.table) {
        if (way == PartitionWay::Create)
            return;
        Finding &finding = block(u"missing-table"_s);
        finding.problem = u"There is no table %1."_s.arg(name());
        finding.rule = u"The name is taken as it is written, with its schema."_s;
        return;
    }
    const auto refuse
        = [&](bool isSo, const QString &code, const QString &problem, const QString &rule, const QString &remedy = {}) {
              if (!isSo)
                  return;
              Finding &finding = block(code);
              finding.problem = problem;
              finding.rule = rule;
              finding.remedy = remedy;
          };
    const ConvertedTable &it = table();
    refuse(way == PartitionWay::Create, u"table-exists"_s, u"There is a table %1 already."_s.arg(name()),
        u"A new table needs a name that is free."_s, u"Leave newTable out to partition the table that is there."_s);
    refuse(it.relkind != u"r" && it.relkind != u"p", u"not-a-table"_s, u"%1 is no table."_s.arg(name()),
        u"Only tables that hold rows of their own can be partitioned."_s);
    refuse(!it.isOwned, u"not-owner"_s, u"%1 belongs to %2."_s.arg(name(), it.owner),
        u"Only its owner, a member of the owning role, or a superuser can change a table."_s);
    refuse(!it.extension.isEmpty(), u"extension-table"_s,
        u"%1 belongs to the extension %2."_s.arg(name(), it.extension),
        u"An extension does not let its tables be replaced."_s);
    refuse(it.isPartition, u"partition"_s, u"%1 is a partition of another table."_s.arg(name()),
        u"The table that it is a part of decides how rows are partitioned."_s, u"Choose that table."_s);
    refuse(it.isTemporary, u"temporary"_s, u"%1 is a temporary table."_s.arg(name()),
        u"Nobody else could look after its partitions."_s);
    refuse(it.isUnlogged, u"unlogged"_s, u"%1 is unlogged."_s.arg(name()),
        u"Its rows would be lost by a crash in the middle of the work."_s, u"ALTER TABLE … SET LOGGED first."_s);
    refuse(it.isInherited, u"inherited"_s, u"%1 takes part in inheritance."_s.arg(name()),
        u"A partitioned table can neither inherit nor be inherited from."_s);
}

void PartitionRules::checkPlace()
{
    const TableKind kind = table().kind;
    if (kind == TableKind::Local || kind == TableKind::Distributed || kind == TableKind::SingleShard)
        return;
    Finding &finding = block(u"not-distributed-by-column"_s);
    if (kind == TableKind::Reference) {
        finding.problem = u"%1 is a reference table."_s.arg(name());
        finding.rule = u"citus keeps reference tables whole on every node and does not partition them."_s;
    } else if (kind == TableKind::SchemaSharded) {
        finding.problem = u"%1 belongs to a distributed schema."_s.arg(name());
        finding.rule = u"A table made beside it would be distributed at once, before it could be filled."_s;
    } else {
        finding.problem = u"%1 is a local table that citus manages."_s.arg(name());
        finding.rule = u"Its copy would be an ordinary table, so that the two could not be exchanged."_s;
    }
    finding.remedy = u"Bring it back to the coordinator first (undistribute), then partition it."_s;
}

void PartitionRules::checkColumn()
{
    const ConvertedColumn *column = table().column(settings.column);
    if (!column) {
        QStringList times;
        for (const ConvertedColumn &one : table().columns)
            if (one.isTime())
                times << one.name;
        Finding &finding = block(u"missing-column"_s, settings.column);
        finding.problem = u"%1 has no column %2."_s.arg(name(), settings.column);
        finding.rule = times.isEmpty() ? u"It has no column that holds a time."_s
                                       : u"Columns of it that hold a time: %1."_s.arg(times.join(u", "_s));
        return;
    }
    if (!column->isTime()) {
        Finding &finding = block(u"column-type"_s, column->name);
        finding.problem = u"%1 is of type %2."_s.arg(column->name, column->type);
        finding.rule = u"Partitions by time need a timestamptz, a timestamp or a date."_s;
        finding.remedy = u"Add a column of such a type, or change the type of this one."_s;
    } else if (column->type != u"timestamp with time zone") {
        inform(u"without-zone"_s, column->name).problem
            = u"%1 has no time zone: its times are taken as UTC."_s.arg(column->name);
    }
    if (column->isGenerated) {
        Finding &finding = block(u"generated-column"_s, column->name);
        finding.problem = u"%1 is a generated column."_s.arg(column->name);
        finding.rule = u"PostgreSQL needs to know a row's partition before it computes such a column."_s;
    }
    if (partitionIntervalSeconds(settings.interval) < 86400 && column->type == u"date") {
        Finding &finding = block(u"date-interval"_s, column->name);
        finding.problem = u"%1 holds days, which partitions of %2 would divide."_s.arg(column->name, settings.interval);
        finding.rule = u"A partition of dates holds whole days."_s;
        finding.remedy = u"Choose an interval of a day or more."_s;
    }
}

void PartitionRules::checkTimes()
{
    const TimeFigures &times = facts.times;
    const QString column = settings.column;
    if (!times.isEmpty || !times.hasNulls || !times.hasInfinite) {
        warn(u"rows-unknown"_s).problem = u"The server did not say within half a minute which times %1 holds; what the "
                                          u"rows need is found when they "
                                          u"are copied."_s.arg(name());
    }
    const bool isNowhere = times.hasNulls.value_or(false) || times.hasInfinite.value_or(false);
    if (isNowhere) {
        Finding &finding
            = settings.hasDefault ? warn(u"rows-without-time"_s, column) : block(u"rows-without-time"_s, column);
        finding.problem = times.hasNulls.value_or(false) ? u"Rows of %1 have no %2."_s.arg(name(), column)
                                                         : u"Rows of %1 have an infinite %2."_s.arg(name(), column);
        finding.rule = settings.hasDefault ? u"They will lie in the default partition, which retention never reaches."_s
                                           : u"Only a default partition takes such rows."_s;
        if (!settings.hasDefault)
            finding.remedy = u"Take a default partition, or give the rows a time."_s;
    }
    const qint64 needed = partitionsNeeded(settings, times);
    if (needed > manyPartitions) {
        Finding &finding
            = needed > tooManyPartitions ? block(u"many-partitions"_s, column) : warn(u"many-partitions"_s, column);
        finding.problem
            = u"Rows from %1 to %2 need %3 partitions of %4."_s.arg(times.earliest->toString(u"yyyy-MM-dd"_s),
                times.latest->toString(u"yyyy-MM-dd"_s), QString::number(needed), settings.interval);
        finding.rule = u"Planning a query takes longer with each partition."_s;
        finding.remedy = u"Choose a longer interval, or correct rows whose time is far off."_s;
    }
    if (way == PartitionWay::Convert && !times.isEmpty.value_or(false) && !table().hasIndexOn(column)) {
        inform(u"no-time-index"_s, column).problem
            = u"No index finds rows by %1: each batch reads the whole table."_s.arg(column);
    }
}

void PartitionRules::checkMethod()
{
    if (const QString why = PartitionSteps::unavailable(settings.method, settings, facts.catalogue); !why.isEmpty()) {
        Finding &finding = block(u"method"_s);
        finding.problem = u"Partitions cannot be made as wished: %1."_s.arg(why);
        finding.rule = u"Who makes partitions must be there and able to."_s;
        finding.remedy = u"Choose automatic: the first that the server has is taken."_s;
    }
    const ConvertedColumn *column = facts.table ? facts.table->column(settings.column) : nullptr;
    if (settings.method != PartitionMethod::Partman || !column || column->isNotNull)
        return;
    const ConvertedIndex *key = table().primaryKey();
    if (key && hasFix(settings, u"widen-key"_s, settings.table, key->name))
        return;
    Finding &finding = block(u"nullable"_s, column->name);
    finding.problem = u"%1 may be NULL."_s.arg(column->name);
    finding.rule = u"pg_partman looks after tables only whose time is never NULL."_s;
    if (facts.times.hasNulls.value_or(false)) {
        finding.remedy = u"Give the rows without a time one, or choose another method."_s;
        return;
    }
    Fix fix;
    fix.id = partitionFixId(u"set-not-null"_s, settings.table, column->name);
    fix.title = u"Refuse NULL in %1"_s.arg(column->name);
    fix.consequence = u"Rows without %1 are refused from then on."_s.arg(column->name);
    finding.fixes << fix;
}

void PartitionRules::checkColumnar()
{
    if (!settings.turnsColumnar())
        return;
    if (!facts.hasColumnar || !facts.catalogue.capabilities.hasCitus()) {
        inform(u"columnar-missing"_s).problem
            = u"There is no columnar storage in this database (extension citus_columnar): old partitions stay as they are."_s;
        return;
    }
    inform(u"columnar"_s).problem = u"Rows in columnar partitions can be read and added, not updated or deleted."_s;
    if (!facts.table)
        return;
    QStringList refused;
    for (const ConvertedIndex &index : table().indexes)
        if (index.method != u"btree" && index.method != u"hash")
            refused << index.name;
    for (const ConvertedForeignKey &key : table().foreignKeys)
        refused << key.name;
    if (refused.isEmpty())
        return;
    Finding &finding = block(u"columnar-refuses"_s, refused.join(u", "_s));
    finding.problem = u"Columnar storage cannot do with %1."_s.arg(refused.join(u", "_s));
    finding.rule = u"Columnar tables take B-tree and hash indexes only, and no foreign keys."_s;
    finding.remedy = u"Leave old partitions as they are (columnarAfter: never), or drop these first."_s;
}

void PartitionRules::checkRollups()
{
    for (const RollupFacts &rollup : facts.catalogue.rollups) {
        if (rollup.source != settings.table.quoted() && rollup.target != settings.table.quoted())
            continue;
        Finding &finding = block(u"rollup"_s, rollup.name);
        finding.problem = rollup.source == settings.table.quoted()
            ? u"The rollup %1 reads %2."_s.arg(rollup.name, name())
            : u"%2 holds the figures of the rollup %1."_s.arg(rollup.name, name());
        finding.rule = u"A rollup knows by the ids of the table it was made for which rows it has counted."_s;
        finding.remedy = u"Drop the rollup, partition the table, and install the rollup again."_s;
    }
}

void PartitionRules::checkDisk()
{
    if (table().bytes <= 0)
        return;
    if (facts.freeBytes >= 0 && facts.freeBytes < table().bytes) {
        Finding &finding = warn(u"disk"_s);
        finding.problem = u"%1 holds %2; %3 has %4 free."_s.arg(
            name(), bytesText(table().bytes), facts.freeNode, bytesText(facts.freeBytes));
        finding.rule = u"The rows lie on the disks twice until the ordinary table is dropped."_s;
        return;
    }
    if (!facts.diskRefusal.isEmpty())
        warn(u"disk-unknown"_s).problem = u"The free disk space of the nodes is unknown: %1"_s.arg(facts.diskRefusal);
    inform(u"disk"_s).problem = u"The rows lie on the disk twice until the ordinary table is dropped: %1 more."_s.arg(
        bytesText(table().bytes));
}

void PartitionRules::checkNames()
{
    if (facts.conversion && facts.conversion->isSwapped) {
        Finding &finding = block(u"other-conversion"_s);
        finding.problem = u"%1 was partitioned before and is an ordinary table again."_s.arg(name());
        finding.rule = u"What is left of that must be taken away first."_s;
        finding.remedy = u"Undo the partitioning of %1 (undo-partition)."_s.arg(name());
        return;
    }
    if (facts.conversion) {
        const bool isSame = facts.conversion->timeColumn == settings.column
            && canonicalPartitionInterval(facts.conversion->step) == settings.interval;
        if (isSame) {
            inform(u"resumes"_s).problem = u"The copy that was begun is finished."_s;
            return;
        }
        Finding &finding = block(u"other-conversion"_s);
        finding.problem = u"%1 is being partitioned by %2 every %3."_s.arg(
            name(), facts.conversion->timeColumn, facts.conversion->step);
        finding.rule = u"The copy that was begun fits those settings only."_s;
        finding.remedy = u"Go on with the same column and interval, or undo it first (undo-partition)."_s;
        return;
    }
    for (const QString &taken : facts.taken) {
        Finding &finding = block(u"name-taken"_s, taken);
        finding.problem = u"There is a %1 in %2 already."_s.arg(taken, settings.table.schema);
        finding.rule = u"The copy, the default partition or the ordinary table would need that name."_s;
        finding.remedy = u"Rename or drop it."_s;
    }
}

void PartitionRules::checkPartitionKey()
{
    const ConvertedTable &it = table();
    const bool isByRange = it.partitionKey.startsWith(u"RANGE"_s);
    if (!isByRange || it.keyColumns != QStringList{settings.column}) {
        Finding &finding = block(u"partition-key"_s);
        finding.problem = u"%1 is partitioned by %2."_s.arg(name(), it.partitionKey);
        finding.rule = u"Partitions by time are ranges of one column, %1."_s.arg(settings.column);
        return;
    }
    const PartitionMethod method = plannedMethod(settings, facts);
    if (method != PartitionMethod::Sql && !isOnGrid(it, partitionIntervalSeconds(settings.interval))) {
        Finding &finding = block(u"uneven-partitions"_s);
        finding.problem = u"Partitions of %1 do not begin where those of %2 do."_s.arg(name(), settings.interval);
        finding.rule = u"pg_partman and citus go on from the partitions that are there."_s;
        finding.remedy = u"Choose the method sql, which fills the gaps, or the interval that the partitions have."_s;
    }
    const bool hasDefault = std::ranges::any_of(
        it.partitions, [](const ConvertedPartition &one) { return one.bound.kind == PartitionBound::Kind::Default; });
    if (hasDefault && method == PartitionMethod::Citus) {
        Finding &finding = block(u"default-partition"_s);
        finding.problem = u"%1 has a default partition."_s.arg(name());
        finding.rule = u"citus' functions read the bounds of every partition, and it has none."_s;
        finding.remedy = u"Choose another method."_s;
    }
}

} // namespace Shardboard
