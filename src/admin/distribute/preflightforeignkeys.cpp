// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/preflightrules.h"
#include "admin/distribute/shardingsql.h"
#include "admin/enumnames.h"

#include <QCoreApplication>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

using KeyAction = ShardingForeignKey::Action;

bool doesNothing(KeyAction action)
{
    return action == KeyAction::NoAction || action == KeyAction::Restrict;
}

constexpr std::array<EnumName<TableKind>, 5> kindTexts{{
    {TableKind::Distributed, QLatin1StringView("distributed")},
    {TableKind::Reference, QLatin1StringView("a reference table")},
    {TableKind::SchemaSharded, QLatin1StringView("in a distributed schema")},
    {TableKind::SingleShard, QLatin1StringView("a single-shard table")},
    {TableKind::LocalManaged, QLatin1StringView("a local table that citus manages")},
}};

QString kindText(TableKind kind)
{
    const QString text = nameOf(kindTexts, kind);
    return text.isEmpty() ? u"a local table"_s : text;
}

/// One foreign key as the plan will leave both its tables.
struct Judged
{
    const ShardingForeignKey &key;
    const PlannedTable &from;
    const PlannedTable &to;
};

Finding &refuse(PreflightContext &context, const Judged &judged, const QString &code, const QString &rule)
{
    const ShardingForeignKey &key = judged.key;
    Finding &finding = context.block(code, key.table, foreignKeySubject(key));
    finding.problem = u"The foreign key %1 leads from %2 (%3) to %4 (%5)."_s.arg(
        key.name, key.table.display(), kindText(judged.from.kind), key.referenced.display(), kindText(judged.to.kind));
    finding.rule = rule;
    finding.fixes << dropForeignKeyFix(key);
    return finding;
}

bool leansOnColumn(const Judged &judged)
{
    const qsizetype place = judged.key.columns.indexOf(judged.from.column);
    return place >= 0 && judged.key.referencedColumns.value(place) == judged.to.column;
}

/// What the foreign key does to the distribution value of the referencing row must be nothing.
void checkActions(PreflightContext &context, const Judged &judged)
{
    const ShardingForeignKey &key = judged.key;
    if (judged.from.column.isEmpty() || !key.columns.contains(judged.from.column))
        return;
    const bool deletes = key.onDelete == KeyAction::SetNull || key.onDelete == KeyAction::SetDefault;
    if (!deletes && doesNothing(key.onUpdate))
        return;
    refuse(context, judged, u"foreign-key-action"_s,
        deletes
            ? u"ON DELETE SET NULL and SET DEFAULT would change the distribution value, and a row cannot change its shard."_s
            : u"ON UPDATE CASCADE, SET NULL and SET DEFAULT would change the distribution value, and a row cannot "
              u"change "
              u"its shard."_s);
}

void checkFromDistributed(PreflightContext &context, const Judged &judged)
{
    const ShardingForeignKey &key = judged.key;
    if (judged.to.kind == TableKind::Reference) {
        checkActions(context, judged);
        return;
    }
    if (judged.to.isLocalOrReference()) {
        Finding &finding = refuse(context, judged, u"foreign-key-to-local"_s,
            u"Both rows must be on one node, and the rows of a local table are on the coordinator alone."_s);
        finding.remedy = u"Distribute %1 too: by the column that corresponds to %2, or as a reference table."_s.arg(
            key.referenced.display(), judged.from.column);
        return;
    }
    if (judged.from.group.isEmpty() || judged.from.group != judged.to.group) {
        Finding &finding = refuse(context, judged, u"foreign-key-not-colocated"_s,
            u"Both rows must be on one node, so both tables must be in one colocation group."_s);
        finding.remedy = u"Colocate %1 with %2: equal column types and shard counts."_s.arg(
            key.table.display(), key.referenced.display());
        return;
    }
    const bool isSingle = judged.to.kind == TableKind::SingleShard || judged.to.kind == TableKind::SchemaSharded;
    if (!isSingle && !leansOnColumn(judged)) {
        Finding &finding = refuse(context, judged, u"foreign-key-without-column"_s,
            u"Both rows are on one node only if the foreign key contains the distribution column of both tables, at "
            u"the same "
            u"place."_s);
        const ShardingTable *referenced = context.facts.table(key.referenced);
        for (const ShardingKey &target : referenced ? referenced->keys : QList<ShardingKey>()) {
            if (target.name != key.referencedKey)
                continue;
            if (const auto composite = compositeKeyFix(context, *referenced, target))
                finding.fixes.prepend(*composite);
        }
        return;
    }
    checkActions(context, judged);
}

/// Citus takes a partitioned table into its metadata as a whole, together with the tables that foreign keys connect.
bool checkPartitionOfManaged(PreflightContext &context, const Judged &judged)
{
    const bool isManaged = judged.from.kind == TableKind::LocalManaged || judged.to.kind == TableKind::LocalManaged;
    if (!judged.key.concernsPartition() || !isManaged)
        return true;
    const QualifiedName &partition
        = judged.key.ownPartition.name.isEmpty() ? judged.key.referencedPartition : judged.key.ownPartition;
    refuse(context, judged, u"foreign-key-of-partition"_s,
        u"Citus manages a partitioned table as a whole, and the partition %1 has a foreign key that its parent does not have."_s
            .arg(partition.display()))
        .remedy
        = u"Define the foreign key on the partitioned table, or distribute that table too."_s;
    return false;
}

void checkFromReferenceOrManaged(PreflightContext &context, const Judged &judged)
{
    if (!checkPartitionOfManaged(context, judged))
        return;
    if (!judged.to.isLocalOrReference()) {
        Finding &finding = refuse(context, judged, u"foreign-key-from-local"_s,
            u"Rows of reference tables and of local tables that citus manages can lean on tables of these two kinds "
            u"only: the "
            u"others are spread over the nodes."_s);
        if (judged.from.isDrawnIn)
            finding.remedy
                = u"%1 would be managed by citus because foreign keys connect it with a reference table."_s.arg(
                    judged.key.table.display());
        return;
    }
    const bool isReferenceToLocal = judged.from.kind == TableKind::Reference && judged.to.kind != TableKind::Reference;
    if (isReferenceToLocal && !(doesNothing(judged.key.onDelete) && doesNothing(judged.key.onUpdate))) {
        refuse(context, judged, u"foreign-key-action"_s,
            u"A change of the local table could not be carried to the copies of the reference table on other nodes, so "
            u"only NO "
            u"ACTION and RESTRICT are allowed."_s)
            .remedy
            = u"Make %1 a reference table too."_s.arg(judged.key.referenced.display());
    }
}

/// citus lets a plain local table point to a distributed one, but does not watch over the pointing.
void checkFromPlain(PreflightContext &context, const Judged &judged)
{
    if (judged.to.isLocalOrReference() || !judged.to.isPlanned)
        return;
    Finding &finding = context.warn(u"foreign-key-unguarded"_s, judged.key.referenced, judged.key.name);
    finding.problem = u"The local table %1 points to %2 by its foreign key %3."_s.arg(
        judged.key.table.display(), judged.key.referenced.display(), judged.key.name);
    finding.rule
        = u"The server accepts that, but no longer notices when a row is deleted that %1 still points to, and keeps "
          u"the old copy of the rows on the coordinator."_s.arg(judged.key.table.display());
    finding.remedy = u"Distribute %1 too."_s.arg(judged.key.table.display());
    finding.fixes << dropForeignKeyFix(judged.key);
}

void checkForeignKey(PreflightContext &context, const Judged &judged)
{
    if (judged.key.setsSequenceDefault && judged.from.isPlanned) {
        refuse(context, judged, u"foreign-key-sequence-default"_s,
            u"SET DEFAULT cannot take from a sequence: shards have no such defaults."_s);
        return;
    }
    switch (judged.from.kind) {
    case TableKind::Distributed:
    case TableKind::SingleShard:
        checkFromDistributed(context, judged);
        break;
    case TableKind::Reference:
    case TableKind::LocalManaged:
        checkFromReferenceOrManaged(context, judged);
        break;
    case TableKind::Local:
        checkFromPlain(context, judged);
        break;
    default: // distributed schemas have rules of their own
        break;
    }
}

void checkCircle(PreflightContext &context)
{
    const QList<ShardingForeignKey> circle = context.state.circle();
    if (circle.isEmpty())
        return;
    QStringList links;
    for (const ShardingForeignKey &key : circle)
        links << u"%1 (%2 → %3)"_s.arg(key.name, key.table.display(), key.referenced.display());
    Finding &finding = context.block(u"foreign-key-circle"_s, circle.first().table);
    finding.problem = u"Foreign keys run in a circle: %1."_s.arg(links.join(u", "_s));
    finding.rule = u"A table can be distributed only after those that its foreign keys lead to."_s;
    for (const ShardingForeignKey &key : circle)
        finding.fixes << addForeignKeyLastFix(key);
}

} // namespace

QString foreignKeySubject(const ShardingForeignKey &key)
{
    return key.ownPartition.name.isEmpty() ? key.name : key.ownPartition.display() + u'.' + key.name;
}

QString addForeignKeySql(const ShardingForeignKey &key)
{
    return u"ALTER TABLE %1 ADD CONSTRAINT %2 %3"_s.arg(
        key.owner().quoted(), quoteIdentifier(key.name), key.definition);
}

QString dropForeignKeySql(const ShardingForeignKey &key)
{
    return u"ALTER TABLE %1 DROP CONSTRAINT %2"_s.arg(key.owner().quoted(), quoteIdentifier(key.name));
}

Fix addForeignKeyLastFix(const ShardingForeignKey &key)
{
    Fix fix;
    fix.id = fixId(u"add-foreign-key-last"_s, key.owner(), key.name);
    fix.title = u"Take the foreign key %1 away and add it again at the end"_s.arg(key.name);
    fix.consequence = u"All in one transaction, so other sessions never see the tables without it."_s;
    fix.before << fixStep(fix.id + u" drop"_s, u"Drop the foreign key %1"_s.arg(key.name), key.table,
        dropForeignKeySql(key), addForeignKeySql(key),
        u"SELECT (%1) OR NOT (%2)"_s.arg(isSpreadOutSql(key.table), hasConstraintSql(key.owner(), key.name)));
    fix.after << fixStep(fix.id + u" add"_s, u"Add the foreign key %1 again"_s.arg(key.name), key.table,
        addForeignKeySql(key), dropForeignKeySql(key), hasConstraintSql(key.owner(), key.name));
    fix.effect = [key](ShardingFacts &facts) {
        for (ShardingForeignKey &one : facts.foreignKeys) {
            if (one.isSameAs(key))
                one.isAddedLast = true;
        }
    };
    return fix;
}

Fix dropForeignKeyFix(const ShardingForeignKey &key)
{
    Fix fix;
    fix.id = fixId(u"drop-foreign-key"_s, key.owner(), key.name);
    fix.title = u"Drop the foreign key %1"_s.arg(key.name);
    fix.consequence = u"Nothing keeps %1 from pointing to rows of %2 that do not exist."_s.arg(
        key.table.display(), key.referenced.display());
    fix.before << fixStep(fix.id, fix.title, key.table, dropForeignKeySql(key), addForeignKeySql(key),
        u"SELECT NOT (%1)"_s.arg(hasConstraintSql(key.owner(), key.name)));
    fix.effect = [key](ShardingFacts &facts) {
        facts.foreignKeys.removeIf([&](const ShardingForeignKey &one) { return one.isSameAs(key); });
    };
    return fix;
}

/// Rows that were written while the triggers were off break a foreign key that counts as valid.
void checkViolated(PreflightContext &context, const ShardingForeignKey &key)
{
    for (const DataCheck &check : context.checks) {
        if (check.kind != DataCheck::Kind::ForeignKeyViolated || check.table != key.table
            || check.subject != foreignKeySubject(key) || check.found == 0)
            continue;
        const QString tables = u"%1 of %2"_s.arg(key.name, key.owner().display());
        const bool isRefused = check.found && key.isValidated;
        Finding &finding = isRefused ? context.block(u"foreign-key-violated"_s, key.table, check.subject)
            : check.found            ? context.warn(u"foreign-key-violated"_s, key.table, check.subject)
                                     : context.inform(u"foreign-key-unchecked"_s, key.table, check.subject);
        finding.problem = check.found
            ? QCoreApplication::translate("Preflight", "%n rows break the foreign key %1.", nullptr, int(*check.found))
                  .arg(tables)
            : u"Checking the rows for the foreign key %1 took too long."_s.arg(tables);
        if (!check.found)
            continue;
        finding.rule = key.isValidated
            ? u"The key counts as valid, but rows were written while its triggers were disabled. Each shard checks its rows again."_s
            : u"The key is NOT VALID and stays so: these rows are copied as they are."_s;
        if (!key.isValidated)
            continue;
        finding.remedy = u"Correct those rows, or drop the foreign key and add it again as NOT VALID."_s;
        finding.fixes << dropForeignKeyFix(key);
    }
}

void checkForeignKeys(PreflightContext &context)
{
    if (!context.settings.schema.isEmpty())
        return;
    for (const ShardingForeignKey &key : context.facts.foreignKeys) {
        const PlannedTable &from = context.state[key.table], &to = context.state[key.referenced];
        const bool concerns = from.isPlanned || to.isPlanned || from.isDrawnIn || to.isDrawnIn;
        if (concerns)
            checkForeignKey(context, {key, from, to});
        checkViolated(context, key);
    }
    checkCircle(context);
}

} // namespace Shardboard
