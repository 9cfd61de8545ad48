// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/preflightrules.h"

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

QString kindOf(const ShardingKey &key)
{
    if (key.isPrimary)
        return u"primary key"_s;
    if (key.isExclusion)
        return u"exclusion constraint"_s;
    return key.isConstraint ? u"unique constraint"_s : u"unique index"_s;
}

bool isKept(const ShardingKey &key, const QString &column)
{
    return key.isExclusion ? key.equalityColumns.contains(column) : key.columns.contains(column);
}

QString existsSql(const ShardingKey &key)
{
    return u"SELECT to_regclass(%1) IS NOT NULL"_s.arg(
        quoteLiteral(QualifiedName{key.table.schema, key.name}.quoted()));
}

QString dropSql(const ShardingKey &key)
{
    if (key.isConstraint)
        return u"ALTER TABLE %1 DROP CONSTRAINT %2"_s.arg(key.table.quoted(), quoteIdentifier(key.name));
    return u"DROP INDEX %1"_s.arg(QualifiedName{key.table.schema, key.name}.quoted());
}

QString createSql(const ShardingKey &key)
{
    if (!key.isConstraint)
        return key.definition;
    return u"ALTER TABLE %1 ADD CONSTRAINT %2 %3"_s.arg(key.table.quoted(), quoteIdentifier(key.name), key.definition);
}

Fix dropKeyFix(const ShardingKey &key)
{
    Fix fix;
    fix.id = fixId(u"drop-key"_s, key.table, key.name);
    fix.title = u"Drop the %1 %2"_s.arg(kindOf(key), key.name);
    fix.consequence = u"Nothing keeps out the doubles any more that it refused."_s;
    fix.before << fixStep(
        fix.id, fix.title, key.table, dropSql(key), createSql(key), u"SELECT NOT (%1)"_s.arg(existsSql(key)));
    fix.effect = [key](ShardingFacts &facts) {
        for (ShardingTable &table : facts.tables)
            table.keys.removeIf([&](const ShardingKey &one) { return one.table == key.table && one.name == key.name; });
    };
    return fix;
}

/// The key with the column in front; nullopt where the definition has a form that is not understood.
std::optional<ShardingKey> widened(const ShardingKey &key, const QString &column)
{
    const QString start = key.isConstraint
        ? key.definition.left(key.definition.indexOf(u'(') + 1)
        : u"CREATE UNIQUE INDEX %1 ON %2 USING btree ("_s.arg(quoteIdentifier(key.name), key.table.quoted());
    const QString startOnly = QString(start).replace(u" ON "_s, u" ON ONLY "_s);
    const QString &prefix = key.isConstraint || key.definition.startsWith(start) ? start : startOnly;
    if (key.isExclusion || prefix.isEmpty() || !key.definition.startsWith(prefix))
        return std::nullopt;
    ShardingKey wide = key;
    wide.columns.prepend(column);
    ++wide.keyCount;
    wide.definition = prefix + quoteIdentifier(column) + u", "_s + key.definition.mid(prefix.size());
    return wide;
}

/// The foreign key that leans on the widened key: the distribution columns of both sides in front.
std::optional<ShardingForeignKey> widened(
    const PreflightContext &context, const ShardingForeignKey &key, const QString &referencedColumn)
{
    using Action = ShardingForeignKey::Action;
    const PlannedTable &from = context.state[key.table], &to = context.state[key.referenced];
    const bool isTogether = from.kind == TableKind::Distributed && !to.group.isEmpty() && from.group == to.group;
    const bool isPlainDelete
        = key.onDelete == Action::NoAction || key.onDelete == Action::Restrict || key.onDelete == Action::Cascade;
    const bool isPlainUpdate = key.onUpdate == Action::NoAction || key.onUpdate == Action::Restrict;
    const QString list = u'(' + quoteIdentifiers(key.referencedColumns).join(u", "_s) + u')';
    const qsizetype end = key.definition.indexOf(list, key.definition.indexOf(u" REFERENCES "_s));
    if (!isTogether || !isPlainDelete || !isPlainUpdate || end < 0 || key.columns.contains(from.column))
        return std::nullopt;
    ShardingForeignKey wide = key;
    wide.columns.prepend(from.column);
    wide.referencedColumns.prepend(referencedColumn);
    wide.definition = u"FOREIGN KEY (%1) REFERENCES %2 (%3)%4"_s.arg(quoteIdentifiers(wide.columns).join(u", "_s),
        key.target().quoted(), quoteIdentifiers(wide.referencedColumns).join(u", "_s),
        key.definition.mid(end + list.size()));
    return wide;
}

QString hasDefinitionSql(const ShardingKey &key)
{
    const QString table = quoteLiteral(key.table.quoted()), name = quoteLiteral(key.name);
    const QString definition = quoteLiteral(key.definition);
    if (key.isConstraint)
        return u"SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass(%1) AND conname = %2 AND "
               u"pg_get_constraintdef(oid) = %3)"_s.arg(table, name, definition);
    return u"SELECT EXISTS (SELECT FROM pg_index WHERE indrelid = to_regclass(%1) AND pg_get_indexdef(indexrelid) = %2)"_s
        .arg(table, definition);
}

QString hasForeignKeySql(const ShardingForeignKey &key)
{
    return u"SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass(%1) AND conname = %2 AND contype = "
           u"'f' "
           u"AND cardinality(conkey) = %3)"_s.arg(
               quoteLiteral(key.owner().quoted()), quoteLiteral(key.name), QString::number(key.columns.size()));
}

struct KeyChange
{
    ShardingKey from, to;
    bool isLocal = true; ///< the table is unknown to citus
    QList<std::pair<ShardingForeignKey, std::optional<ShardingForeignKey>>> foreignKeys;
};

void addSteps(Fix &fix, const KeyChange &change)
{
    const QualifiedName &table = change.to.table;
    for (const auto &[old, wide] : change.foreignKeys)
        fix.before << fixStep(fix.id + u" drop "_s + old.name, u"Drop the foreign key %1"_s.arg(old.name), old.owner(),
            dropForeignKeySql(old), addForeignKeySql(old), u"SELECT NOT (%1)"_s.arg(hasForeignKeySql(old)));
    if (change.to.isConstraint && change.isLocal) {
        const QString statement = u"ALTER TABLE %1 DROP CONSTRAINT %2, ADD CONSTRAINT %2 %3"_s;
        const QString name = quoteIdentifier(change.to.name);
        fix.before << fixStep(fix.id, fix.title, table, statement.arg(table.quoted(), name, change.to.definition),
            statement.arg(table.quoted(), name, change.from.definition), hasDefinitionSql(change.to));
    } else { // citus takes one subcommand at a time
        fix.before << fixStep(fix.id + u" drop"_s, u"Drop the %1 %2"_s.arg(kindOf(change.from), change.from.name),
            table, dropSql(change.from), createSql(change.from),
            u"SELECT NOT (%1)"_s.arg(hasDefinitionSql(change.from)));
        fix.before << fixStep(
            fix.id, fix.title, table, createSql(change.to), dropSql(change.to), hasDefinitionSql(change.to));
    }
    for (const auto &[old, wide] : change.foreignKeys) {
        if (wide)
            fix.before << fixStep(fix.id + u" add "_s + wide->name,
                u"Add the foreign key %1 again, with %2"_s.arg(wide->name, wide->columns.first()), wide->owner(),
                addForeignKeySql(*wide), dropForeignKeySql(*wide), hasForeignKeySql(*wide));
    }
}

void apply(const KeyChange &change, ShardingFacts &facts)
{
    for (ShardingTable &table : facts.tables) {
        for (ShardingKey &key : table.keys) {
            if (key.table == change.from.table && key.name == change.from.name)
                key = change.to;
        }
    }
    for (const auto &[old, wide] : change.foreignKeys) {
        const auto place = std::find_if(
            facts.foreignKeys.begin(), facts.foreignKeys.end(), [&](const auto &key) { return key.isSameAs(old); });
        if (place == facts.foreignKeys.end())
            continue;
        if (wide)
            *place = *wide;
        else
            facts.foreignKeys.erase(place);
    }
}

QString consequenceOf(const KeyChange &change)
{
    QStringList lost;
    for (const auto &[old, wide] : change.foreignKeys) {
        if (!wide)
            lost << u"%1 of %2"_s.arg(old.name, old.table.display());
    }
    QString text = u"%1 is then unique together with %2, not by itself."_s.arg(
        change.from.columns.mid(0, change.from.keyCount).join(u", "_s), change.to.columns.first());
    if (!lost.isEmpty())
        text += u" Foreign keys that lean on it are dropped for good: %1."_s.arg(lost.join(u", "_s));
    return text;
}

void checkKey(PreflightContext &context, const ShardingTable &table, const ShardingKey &key, const QString &column)
{
    const QStringList keyColumns = key.columns.mid(0, key.keyCount);
    if (isKept(key, column)) {
        if (!key.isExclusion && !keyColumns.contains(column)) {
            Finding &finding = context.warn(u"unique-within-shards"_s, table.name, key.name);
            finding.problem
                = u"%1 has %2 only as an included column, so it is unique within each shard, not in the whole table."_s
                      .arg(key.name, column);
            finding.rule = u"The server accepts it all the same."_s;
            finding.fixes << dropKeyFix(key);
        }
        return;
    }
    Finding &finding = context.block(u"unique-key"_s, table.name, key.name);
    finding.problem = u"The %1 %2 of %3 does not contain %4."_s.arg(kindOf(key), key.name, key.table.display(), column);
    finding.rule = key.isExclusion
        ? u"Each shard can only compare its own rows: an exclusion constraint must compare the distribution column with =."_s
        : u"Each shard can only see its own rows: what shall be unique must contain the distribution column."_s;
    if (const auto composite = compositeKeyFix(context, table, key))
        finding.fixes << *composite;
    const bool isReferenced = std::any_of(context.facts.foreignKeys.begin(), context.facts.foreignKeys.end(),
        [&](const auto &one) { return one.referenced == table.name && one.referencedKey == key.name; });
    if (!isReferenced)
        finding.fixes << dropKeyFix(key);
}

} // namespace

std::optional<Fix> compositeKeyFix(const PreflightContext &context, const ShardingTable &table, const ShardingKey &key)
{
    const QString column = context.state[table.name].column;
    const auto wide = widened(key, column);
    if (!wide || column.isEmpty() || !table.column(column) || key.columns.contains(column))
        return std::nullopt;
    const bool isLocal = table.kind == TableKind::Local && table.distributionColumn.isEmpty();
    KeyChange change{key, *wide, isLocal, {}};
    for (const ShardingForeignKey &foreign : context.facts.foreignKeys) {
        if (foreign.referenced == table.name && foreign.referencedKey == key.name)
            change.foreignKeys << std::pair(foreign, widened(context, foreign, column));
    }
    Fix fix;
    fix.id = fixId(u"composite-key"_s, key.table, key.name);
    fix.title = u"Make the %1 %2 (%3)"_s.arg(kindOf(key), key.name, wide->columns.mid(0, wide->keyCount).join(u", "_s));
    fix.consequence = consequenceOf(change);
    addSteps(fix, change);
    fix.effect = [change](ShardingFacts &facts) { apply(change, facts); };
    return fix;
}

void checkKeys(PreflightContext &context)
{
    if (context.facts.cluster.allowsUnsafeConstraints)
        return;
    for (const auto &[table, choice] : context.subjects()) {
        if (!choice || choice->spread != Spread::Distributed || !table->column(choice->column))
            continue;
        for (const ShardingKey &key : table->keys)
            checkKey(context, *table, key, choice->column);
    }
}

} // namespace Shardboard
