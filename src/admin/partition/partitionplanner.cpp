// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/partition/partitionplanner.h"

#include "admin/blueprintsteps.h"
#include "admin/partition/conversionsteps.h"
#include "admin/partition/partitionsteps.h"
#include "admin/registrysteps.h"
#include "admin/removal.h"
#include "admin/serverobjects.h"

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;
using BlueprintSteps::step;

namespace {

/// Puts steps into groups.
struct GroupedSteps
{
    QList<PlanStep> steps;
    int group = 0;

    /// One transaction.
    void addTogether(const QList<PlanStep> &list)
    {
        ++group;
        for (PlanStep one : list) {
            one.group = group;
            steps << one;
        }
    }
    /// A transaction each.
    void addEach(const QList<PlanStep> &list)
    {
        for (const PlanStep &one : list)
            addTogether({one});
    }
};

QString newTableBody(const PartitionSettings &settings, PartitionMethod method)
{
    QStringList lines;
    for (const auto &column : settings.newTable->columns) {
        const bool mustBe = column.isNotNull || (column.name == settings.column && method == PartitionMethod::Partman);
        lines << u"    %1 %2%3%4"_s.arg(quoteIdentifier(column.name), column.type, mustBe ? u" NOT NULL"_s : QString(),
            column.isIdentity ? u" GENERATED ALWAYS AS IDENTITY"_s : QString());
    }
    if (!settings.newTable->primaryKey.isEmpty())
        lines << u"    PRIMARY KEY (%1)"_s.arg(quoteIdentifiers(settings.newTable->primaryKey).join(u", "_s));
    return u"(\n%1\n) PARTITION BY RANGE (%2)"_s.arg(lines.join(u",\n"_s), quoteIdentifier(settings.column));
}

QList<PlanStep> createTable(const PartitionSettings &settings, PartitionMethod method, const PartitionFacts &facts)
{
    QList<PlanStep> steps{
        BlueprintSteps::createTable(u"create-table"_s, settings.table, newTableBody(settings, method))};
    const QString column = settings.newTable->distributionColumn;
    if (column.isEmpty() || !facts.catalogue.capabilities.hasCitus())
        return steps;
    const int shards = settings.newTable->shardCount;
    return steps << BlueprintSteps::distribute(u"distribute-table"_s, settings.table, column,
               shards > 0 ? u"shard_count := %1, colocate_with := 'none'"_s.arg(shards)
                          : u"colocate_with := 'default'"_s,
               shards > 0 ? u"%1 shards a partition"_s.arg(shards) : u"in the default number of shards"_s);
}

/// Makes the partitions ahead and has them looked after.
void addCare(const PartitionSettings &settings, const PartitionFacts &facts, PartitionWay way, GroupedSteps &steps)
{
    const PartitionMethod method = plannedMethod(settings, facts);
    const bool hasDefault = facts.table
        && std::ranges::any_of(facts.table->partitions,
            [](const ConvertedPartition &one) { return one.bound.kind == PartitionBound::Kind::Default; });
    PartitionSteps::Existing existing{facts.table && !facts.table->partitions.isEmpty(), hasDefault};
    if (way == PartitionWay::Convert)
        existing = {true, settings.hasDefault};
    const QString start = way == PartitionWay::Create ? PartitionSteps::historyStart(settings)
                                                      : PartitionSteps::afterExisting(settings);
    steps.addTogether(PartitionSteps::makePartitions(settings, method, start, facts.catalogue, existing));
    steps.addTogether(PartitionSteps::maintenance(settings, facts.catalogue));
    const QString rowJob = RegistrySteps::retentionJob(BlueprintSteps::registryName(settings.table));
    if (RegistrySteps::hasJob(facts.catalogue, rowJob))
        steps.addTogether(
            RegistrySteps::unscheduleJobs(facts.catalogue, rowJob)); // whole partitions are dropped instead of rows
}

QStringList notesOf(const PartitionSettings &settings, const PartitionFacts &facts, PartitionWay way)
{
    QStringList notes = PartitionSteps::notes(settings, plannedMethod(settings, facts), facts.catalogue);
    if (way == PartitionWay::Create && !settings.newTable->distributionColumn.isEmpty()
        && !facts.catalogue.capabilities.hasCitus())
        notes << u"citus is not available: the table stays on this server, distribution is left out."_s;
    if (way == PartitionWay::Convert)
        notes << u"%1 can be read all the time. Writes wait only while both tables are compared, at the end."_s.arg(
            settings.table.display());
    return notes;
}

/// Columnar storage is left out where there is none; the intent still says it.
PartitionSettings possibleHere(PartitionSettings settings, const PartitionFacts &facts)
{
    if (!facts.hasColumnar || !facts.catalogue.capabilities.hasCitus())
        settings.columnarAfter = u"never"_s;
    return settings;
}

} // namespace

Outcome<Plan> planPartitioning(const PartitionSettings &wanted, const PartitionFacts &facts, const Preflight &preflight)
{
    if (auto obstacles = whatBlocks(preflight)) {
        obstacles->detail = preflight.toText(); // with the ids of the fixes, for who has no wizard
        return *obstacles;
    }
    const PartitionSettings settings = possibleHere(wanted, facts);
    const PartitionWay way = partitionWay(settings, facts);
    GroupedSteps steps;
    const Outcome<QList<PlanStep>> objects = ServerObjects::installSteps(facts.catalogue, 0);
    if (!objects)
        return objects.failure<Plan>();
    steps.addTogether(*objects);
    if (way == PartitionWay::Create) {
        steps.addTogether(createTable(settings, plannedMethod(settings, facts), facts));
    } else if (way == PartitionWay::Convert) {
        steps.addTogether(ConversionSteps::createCopy(settings, facts));
        steps.addEach(ConversionSteps::copyRows(settings, facts));
        steps.addTogether(ConversionSteps::swap(settings, facts));
    } else if (hasFix(settings, u"set-not-null"_s, settings.table, settings.column)) {
        PlanStep refuse = step(u"set-not-null"_s, u"Refuse NULL in %1"_s.arg(settings.column),
            u"ALTER TABLE %1 ALTER COLUMN %2 SET NOT NULL"_s.arg(
                settings.table.quoted(), quoteIdentifier(settings.column)));
        refuse.doneSql = u"SELECT attnotnull FROM pg_attribute WHERE attrelid = to_regclass(%1) AND attname = %2"_s.arg(
            quoteLiteral(settings.table.quoted()), quoteLiteral(settings.column));
        refuse.undoSql = u"ALTER TABLE %1 ALTER COLUMN %2 DROP NOT NULL"_s.arg(
            settings.table.quoted(), quoteIdentifier(settings.column));
        refuse.locks = {u"ACCESS EXCLUSIVE on %1 while its rows are read"_s.arg(settings.table.display())};
        steps.addTogether({refuse});
    }
    addCare(settings, facts, way, steps);
    if (way == PartitionWay::Convert)
        steps.addEach(ConversionSteps::analyze(settings, facts));
    const QualifiedName original = way == PartitionWay::Convert ? ordinaryTableOf(settings.table) : facts.original();
    if (settings.dropsOriginal && !original.name.isEmpty())
        steps.addTogether(ConversionSteps::dropOriginal(settings.table, original));
    Plan plan;
    plan.title = u"Partition %1 by %2, %3 each"_s.arg(settings.table.display(), settings.column, settings.interval);
    plan.intent = partitionIntent(wanted);
    plan.steps = steps.steps;
    addFindings(preflight, plan);
    plan.notes += notesOf(settings, facts, way);
    return plan;
}

Outcome<Plan> planUndoPartitioning(const QualifiedName &table, const PartitionFacts &facts)
{
    const CatalogueFacts &catalogue = facts.catalogue;
    const PartitioningFacts *known = catalogue.partitioning(table);
    if (!known && !facts.conversion)
        return ServerError::usage(u"Shardboard does not look after partitions of %1."_s.arg(table.display()),
            u"There is nothing to take back."_s);
    const bool isLost = facts.conversion && facts.conversion->isSwapped && facts.original().name.isEmpty();
    GroupedSteps steps;
    Plan plan;
    plan.title = u"Undo the partitioning of %1"_s.arg(table.display());
    plan.intent = undoPartitionIntent(table);
    if (known) {
        QList<PlanStep> forget = BlueprintSteps::job(
            catalogue, RegistrySteps::partitionsJob(BlueprintSteps::registryName(table)), {}, {}, false);
        forget << RegistrySteps::restoreRetention(table, PartitionSteps::retentionMark)
               << RegistrySteps::forgetPartitioning(table) << PartitionSteps::forget(table, known->method, catalogue);
        steps.addTogether(forget);
    }
    if (facts.conversion && facts.conversion->isSwapped && !isLost) {
        steps.addTogether({ConversionSteps::swapBack(table, facts.conversion->originalName)});
        steps.steps.last().warnings = {
            u"Rows of partitions that retention has dropped do not come back: the ordinary table is made equal first."_s};
    }
    if (facts.conversion && !isLost) {
        steps.addTogether({ConversionSteps::dropCopy(table, facts.conversion->copyName)});
    } else {
        plan.notes << u"%1 stays partitioned, with its rows: there is no ordinary table to go back to."_s.arg(
            table.display());
    }
    if (catalogue.objectsVersion > 0 && !isLost && Removal::isLastKept(table, catalogue, facts.conversion ? 1 : 0))
        steps.addTogether({ServerObjects::removeStep(0)});
    plan.steps = steps.steps;
    return plan;
}

} // namespace Shardboard
