// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/partition/conversionsteps.h"

#include "admin/blueprintsteps.h"
#include "admin/registrysteps.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace Shardboard::ConversionSteps {

using namespace Qt::StringLiterals;
using BlueprintSteps::step;

namespace {

constexpr qint64 rowsOfASlice = 1'000'000;
constexpr qint64 mostSlices = 200;
constexpr qint64 mostWholeReads = 8; ///< where each slice reads the whole table

QString literal(const QualifiedName &table)
{
    return quoteLiteral(table.quoted());
}

/// SELECT of one boolean: the copy was begun, or is finished.
QString isBegun(const QualifiedName &table)
{
    return u"SELECT EXISTS (SELECT FROM shardboard.conversion WHERE table_name = %1)"_s.arg(literal(table));
}

QString isSwapped(const QualifiedName &table)
{
    return u"SELECT EXISTS (SELECT FROM shardboard.conversion WHERE table_name = %1 AND swapped_at IS NOT NULL)"_s.arg(
        literal(table));
}

/// A step of what the undo of another one takes back as a whole.
PlanStep part(const QString &id, const QString &title, const QString &sql, const QString &doneSql)
{
    PlanStep made = step(id, title, sql);
    made.doneSql = doneSql;
    made.undoneSql = u"SELECT true"_s;
    return made;
}

PlanStep oneConnection(const QString &doneSql)
{
    return part(u"one-connection"_s, u"Change the shards over one connection a node"_s,
        u"SET LOCAL citus.multi_shard_modify_mode TO 'sequential'"_s, doneSql);
}

/// What becomes of an index of the table on its copy.
struct CarriedIndex
{
    ConvertedIndex index;
    QString copyName;
    QString definition;
};

QList<CarriedIndex> carriedIndexes(const PartitionSettings &settings, const ConvertedTable &table)
{
    QList<CarriedIndex> carried;
    for (const ConvertedIndex &index : table.indexes) {
        if (!index.isValid || index.isExclusion || hasFix(settings, u"leave-out"_s, settings.table, index.name))
            continue;
        QString definition = index.isConstraint() ? index.constraint : index.definition;
        if (index.isUnique && !index.columns.contains(settings.column))
            definition = widenedDefinition(definition, index.columns, settings.column);
        carried << CarriedIndex{index, makeIdentifier(index.name, u"_partitioned"_s), definition};
    }
    return carried;
}

QList<PlanStep> indexSteps(const PartitionSettings &settings, const ConvertedTable &table)
{
    const QualifiedName copy = partitionedCopyOf(settings.table);
    QList<PlanStep> steps;
    for (const auto &[index, copyName, definition] : carriedIndexes(settings, table)) {
        const QString name = quoteIdentifier(copyName);
        const QString sql = index.isConstraint()
            ? u"ALTER TABLE %1 ADD CONSTRAINT %2 %3"_s.arg(copy.quoted(), name, definition)
            : u"CREATE %1INDEX %2 ON %3 %4"_s.arg(
                index.isUnique ? u"UNIQUE "_s : QString(), name, copy.quoted(), definition);
        steps << part(u"index "_s + index.name, u"Create what becomes the index %1"_s.arg(index.name), sql,
            isBegun(settings.table));
    }
    return steps;
}

QString arrayOf(const QStringList &texts)
{
    QStringList literals;
    for (const QString &text : texts)
        literals << quoteLiteral(text);
    return u"ARRAY[%1]::text[]"_s.arg(literals.join(u", "_s));
}

/// The note that the copy was begun, last in its transaction.
PlanStep registerCopy(const PartitionSettings &settings, const ConvertedTable &table)
{
    const QualifiedName copy = partitionedCopyOf(settings.table);
    QJsonObject names;
    for (const CarriedIndex &carried : carriedIndexes(settings, table))
        names.insert(carried.index.name, carried.copyName);
    QStringList restored;
    for (const ConvertedForeignKey &key : table.incoming)
        restored << u"ALTER TABLE %1 ADD CONSTRAINT %2 %3"_s.arg(
            key.table.quoted(), quoteIdentifier(key.name), key.definition);
    const QStringList values{literal(settings.table), quoteLiteral(copy.name),
        quoteLiteral(ordinaryTableOf(settings.table).name), quoteLiteral(settings.column),
        u"interval "_s + quoteLiteral(settings.interval),
        quoteLiteral(QString::fromUtf8(QJsonDocument(names).toJson(QJsonDocument::Compact))), arrayOf(restored)};
    PlanStep made = step(u"register-copy"_s, u"Note that the copy of %1 was begun"_s.arg(settings.table.display()),
        u"INSERT INTO shardboard.conversion (table_name, copy_name, original_name, time_column, step, index_names, "
        u"undo_sql)\n"
        u"VALUES (%1)"_s.arg(values.join(u", "_s)));
    made.doneSql = isBegun(settings.table);
    made.undoSql = dropCopy(settings.table, copy.name).sql;
    return made;
}

QString moment(const QDateTime &time)
{
    return quoteLiteral(time.toUTC().toString(u"yyyy-MM-dd HH:mm:ss"_s) + u"+00"_s);
}

QString coverCall(const PartitionSettings &settings)
{
    return u"shardboard.cover_rows(%1, %2, %3, interval %4, %5)"_s.arg(literal(settings.table),
        literal(partitionedCopyOf(settings.table)), quoteLiteral(settings.column), quoteLiteral(settings.interval),
        quoteLiteral(settings.table.name));
}

QString settleCall(const PartitionSettings &settings)
{
    return u"shardboard.settle_rows(%1, %2, %3, interval %4)"_s.arg(literal(settings.table),
        literal(partitionedCopyOf(settings.table)), quoteLiteral(settings.column), quoteLiteral(settings.interval));
}

/// The dropped foreign keys come again with the ordinary table: shardboard.conversion holds their definitions.
QList<PlanStep> dropIncoming(const ConvertedTable &table)
{
    QList<PlanStep> steps;
    for (const ConvertedForeignKey &key : table.incoming) {
        PlanStep drop = part(u"drop-foreign-key %1.%2"_s.arg(key.table.display(), key.name),
            u"Drop the foreign key %1 of %2"_s.arg(key.name, key.table.display()),
            u"ALTER TABLE %1 DROP CONSTRAINT %2"_s.arg(key.table.quoted(), quoteIdentifier(key.name)),
            u"SELECT NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass(%1) AND conname = %2)"_s.arg(
                literal(key.table), quoteLiteral(key.name)));
        drop.locks = {u"ACCESS EXCLUSIVE on %1 for a moment"_s.arg(key.table.display())};
        steps << drop;
    }
    return steps;
}

} // namespace

QList<CopySlice> slices(const PartitionSettings &settings, const PartitionFacts &facts)
{
    const TimeFigures &times = facts.times;
    if (times.isEmpty.value_or(false) || !times.earliest || !times.latest)
        return {};
    const qint64 wanted = std::clamp(facts.table->rows / rowsOfASlice + 1, qint64(1),
        facts.table->hasIndexOn(settings.column) ? mostSlices : mostWholeReads);
    const qint64 first = times.earliest->toSecsSinceEpoch(), last = times.latest->toSecsSinceEpoch();
    qint64 width = partitionIntervalSeconds(settings.interval);
    const auto floor = [&](qint64 second) { return second - ((second % width) + width) % width; };
    while ((last - floor(first)) / width + 1 > wanted)
        width *= 2;
    QList<CopySlice> made;
    for (qint64 start = floor(first); start <= last; start += width)
        made << CopySlice{
            QDateTime::fromSecsSinceEpoch(start, Qt::UTC), QDateTime::fromSecsSinceEpoch(start + width, Qt::UTC)};
    made.first().from
        = *times.earliest; // earlier rows that come meanwhile are settled with the changes, as later ones are
    made.last().to = QDateTime::fromSecsSinceEpoch(last + 1, Qt::UTC);
    return made;
}

QList<PlanStep> createCopy(const PartitionSettings &settings, const PartitionFacts &facts)
{
    const ConvertedTable &table = *facts.table;
    const QualifiedName copy = partitionedCopyOf(settings.table);
    const QString begun = isBegun(settings.table);
    QList<PlanStep> steps;
    if (table.isSpread())
        steps << oneConnection(begun);
    steps << part(u"create-copy"_s, u"Create %1, partitioned by %2"_s.arg(copy.display(), settings.column),
        u"CREATE TABLE %1 (LIKE %2 INCLUDING ALL EXCLUDING INDEXES)\nPARTITION BY RANGE (%3)"_s.arg(
            copy.quoted(), settings.table.quoted(), quoteIdentifier(settings.column)),
        begun);
    steps << part(u"copy-grants"_s,
        u"Give it the owner, the privileges and the comment of %1"_s.arg(settings.table.display()),
        u"SELECT shardboard.copy_grants(%1, %2)"_s.arg(literal(settings.table), literal(copy)), begun);
    if (hasFix(settings, u"set-not-null"_s, settings.table, settings.column))
        steps << part(u"set-not-null"_s, u"Refuse NULL in %1"_s.arg(settings.column),
            u"ALTER TABLE %1 ALTER COLUMN %2 SET NOT NULL"_s.arg(copy.quoted(), quoteIdentifier(settings.column)),
            begun);
    steps << indexSteps(settings, table);
    if (settings.hasDefault) {
        const QualifiedName strays = defaultPartitionOf(settings.table);
        steps << part(u"create-default"_s, u"Create the default partition %1"_s.arg(strays.display()),
            u"CREATE TABLE %1 PARTITION OF %2 DEFAULT"_s.arg(strays.quoted(), copy.quoted()), begun);
    }
    if (table.isSpread())
        steps << part(u"spread-copy"_s, u"Spread the copy as %1 is spread"_s.arg(settings.table.display()),
            u"SELECT create_distributed_table(%1, %2, colocate_with := %3)"_s.arg(literal(copy),
                table.distributionColumn.isEmpty() ? u"NULL"_s : quoteLiteral(table.distributionColumn),
                literal(settings.table)),
            begun);
    for (const ConvertedForeignKey &key : table.foreignKeys)
        steps << part(u"foreign-key "_s + key.name, u"Create the foreign key %1"_s.arg(key.name),
            u"ALTER TABLE %1 ADD CONSTRAINT %2 %3"_s.arg(copy.quoted(), quoteIdentifier(key.name), key.definition),
            begun);
    return steps << registerCopy(settings, table);
}

QList<PlanStep> copyRows(const PartitionSettings &settings, const PartitionFacts &facts)
{
    const QString swapped = isSwapped(settings.table), copy = literal(partitionedCopyOf(settings.table));
    QList<PlanStep> steps{
        part(u"cover-rows"_s, u"Create partitions of %1 for the rows that are there"_s.arg(settings.interval),
            u"SELECT "_s + coverCall(settings), swapped)};
    const QList<CopySlice> batches = slices(settings, facts);
    for (const CopySlice &slice : batches) {
        const QString place
            = batches.size() == 1 ? QString() : u" before %1"_s.arg(slice.to.toUTC().toString(u"yyyy-MM-dd HH:mm"_s));
        PlanStep made = part(u"copy-rows %1"_s.arg(steps.size()), u"Copy the rows%1"_s.arg(place),
            u"SELECT shardboard.copy_rows(%1, %2, %3, %4, %5)"_s.arg(
                literal(settings.table), copy, quoteLiteral(settings.column), moment(slice.from), moment(slice.to)),
            swapped);
        made.locks
            = {u"none that anybody waits for: people read and write %1 meanwhile"_s.arg(settings.table.display())};
        steps << made;
    }
    PlanStep changed = part(u"catch-up"_s, u"Copy again what has changed meanwhile"_s,
        u"SELECT %1,\n       %2"_s.arg(coverCall(settings), settleCall(settings)), swapped);
    changed.locks = steps.last().locks;
    return steps << changed;
}

QList<PlanStep> swap(const PartitionSettings &settings, const PartitionFacts &facts)
{
    const QString swapped = isSwapped(settings.table), name = settings.table.display();
    const QualifiedName original = ordinaryTableOf(settings.table);
    QList<PlanStep> steps;
    if (facts.table->isSpread())
        steps << oneConnection(swapped);
    steps << part(
        u"lock"_s, u"Let writes wait"_s, u"LOCK TABLE %1 IN EXCLUSIVE MODE"_s.arg(settings.table.quoted()), swapped);
    steps.last().locks = {u"EXCLUSIVE on %1: writes wait until both tables are compared; reads go on"_s.arg(name)};
    steps << part(u"settle"_s, u"Copy the last changes, after comparing all rows"_s,
        u"SELECT %1,\n       %2"_s.arg(coverCall(settings), settleCall(settings)), swapped);
    steps << part(u"check-count"_s, u"Check that both hold equally many rows"_s,
        u"SELECT shardboard.check_same_count(%1, %2)"_s.arg(
            literal(settings.table), literal(partitionedCopyOf(settings.table))),
        swapped);
    steps << dropIncoming(*facts.table);
    PlanStep exchange = step(u"swap"_s, u"Let the partitioned table take the place of %1"_s.arg(name),
        u"SELECT shardboard.swap_in(%1)"_s.arg(literal(settings.table)));
    exchange.doneSql = swapped;
    exchange.undoSql = u"SELECT shardboard.swap_back(%1)"_s.arg(literal(settings.table));
    exchange.locks = {
        u"ACCESS EXCLUSIVE on %1 for a moment; it gives up after ten seconds if somebody uses the table so long"_s.arg(
            name)};
    if (!settings.dropsOriginal)
        exchange.warnings
            = {u"The ordinary table is kept as %1, with its rows, until you drop it."_s.arg(original.display())};
    return steps << exchange;
}

QList<PlanStep> analyze(const PartitionSettings &settings, const PartitionFacts &facts)
{
    if (facts.table->kind != TableKind::Local || facts.times.isEmpty.value_or(false))
        return {}; // citus asks the shards, whose partitions are analysed as any table
    return {part(u"analyze"_s, u"Gather statistics of %1"_s.arg(settings.table.display()),
        u"ANALYZE %1"_s.arg(settings.table.quoted()),
        u"SELECT EXISTS (SELECT FROM pg_statistic WHERE starelid = to_regclass(%1) AND stainherit)"_s.arg(
            literal(settings.table)))};
}

QList<PlanStep> dropOriginal(const QualifiedName &table, const QualifiedName &original)
{
    PlanStep drop = RegistrySteps::dropTable(original);
    drop.title = u"Drop the ordinary table %1"_s.arg(original.display());
    drop.warnings = {u"From then on the partitioning cannot be undone: the rows are in the partitioned table alone."_s};
    PlanStep forget = step(u"forget-copy"_s, u"Forget how %1 was partitioned"_s.arg(table.display()),
        u"DELETE FROM shardboard.conversion WHERE table_name = %1"_s.arg(literal(table)));
    forget.doneSql = u"SELECT NOT (%1)"_s.arg(isBegun(table));
    return {drop, forget};
}

PlanStep swapBack(const QualifiedName &table, const QString &originalName)
{
    PlanStep made = step(u"swap-back"_s, u"Let the ordinary table %1 take its place again"_s.arg(originalName),
        u"SELECT shardboard.swap_back(%1)"_s.arg(literal(table)));
    made.doneSql = u"SELECT NOT (%1)"_s.arg(isSwapped(table));
    made.locks = {
        u"EXCLUSIVE on %1: writes wait until what was written since is copied back and compared"_s.arg(table.display()),
        u"ACCESS EXCLUSIVE on %1 for a moment"_s.arg(table.display())};
    return made;
}

PlanStep dropCopy(const QualifiedName &table, const QString &copyName)
{
    const QualifiedName copy{table.schema, copyName};
    PlanStep made = step(u"drop-copy"_s, u"Drop the partitioned copy %1"_s.arg(copy.display()),
        u"DROP TABLE IF EXISTS %1;\nDELETE FROM shardboard.conversion WHERE table_name = %2"_s.arg(
            copy.quoted(), literal(table)));
    made.doneSql = u"SELECT NOT (%1)"_s.arg(isBegun(table));
    made.locks = {u"ACCESS EXCLUSIVE on %1, which nobody else uses"_s.arg(copy.display())};
    return made;
}

} // namespace Shardboard::ConversionSteps
