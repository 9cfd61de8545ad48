// SPDX-License-Identifier: GPL-3.0-or-later
// Rules about what hangs on a table: keys, foreign keys, views, triggers, publications.
#include "admin/partition/partitionrules.h"

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

QString kindOf(const ConvertedIndex &index)
{
    if (index.isPrimary)
        return u"primary key"_s;
    if (index.isExclusion)
        return u"exclusion constraint"_s;
    return index.isConstraint() ? u"unique key"_s : u"unique index"_s;
}

Fix widenFix(const ConvertedIndex &index, const PartitionSettings &settings)
{
    Fix fix;
    fix.id = partitionFixId(u"widen-key"_s, settings.table, index.name);
    fix.title = u"Make the %1 (%2)"_s.arg(kindOf(index), (index.columns + QStringList{settings.column}).join(u", "_s));
    fix.consequence
        = u"%1 is then unique together with %2, not by itself."_s.arg(index.columns.join(u", "_s), settings.column);
    if (index.isPrimary)
        fix.consequence += u" Rows without %1 are refused."_s.arg(settings.column);
    return fix;
}

Fix leaveOutFix(const ConvertedIndex &index, const PartitionSettings &settings)
{
    Fix fix;
    fix.id = partitionFixId(u"leave-out"_s, settings.table, index.name);
    fix.title = u"Leave the %1 out"_s.arg(kindOf(index));
    fix.consequence = u"Nothing keeps duplicates out any more."_s;
    return fix;
}

} // namespace

void PartitionRules::checkKeys()
{
    for (const ConvertedIndex &index : table().indexes) {
        if (!index.isValid) {
            inform(u"invalid-index"_s, index.name).problem
                = u"The index %1 is invalid and is left out."_s.arg(index.name);
            continue;
        }
        const bool isKept = !index.isUnique || index.columns.contains(settings.column);
        if (isKept && !index.isExclusion)
            continue;
        Finding &finding = block(u"unique-key"_s, index.name);
        if (index.isExclusion) {
            finding.problem = u"%1 has the exclusion constraint %2."_s.arg(name(), index.name);
            finding.rule
                = u"Each partition can only compare its own rows; PostgreSQL has no exclusion constraints over "
                  u"partitions."_s;
            finding.fixes << leaveOutFix(index, settings);
            continue;
        }
        finding.problem = u"The %1 %2 does not contain %3."_s.arg(kindOf(index), index.name, settings.column);
        finding.rule = u"Each partition checks its own rows only: what shall be unique must contain the time."_s;
        const QString definition = index.isConstraint() ? index.constraint : index.definition;
        const bool breaksNulls = index.isPrimary && facts.times.hasNulls.value_or(false);
        if (!breaksNulls && !widenedDefinition(definition, index.columns, settings.column).isEmpty())
            finding.fixes << widenFix(index, settings);
        finding.fixes << leaveOutFix(index, settings);
    }
}

void PartitionRules::checkForeignKeys()
{
    for (const ConvertedForeignKey &key : table().incoming) {
        Finding &finding = block(u"foreign-key-to-it"_s, key.name);
        finding.problem = u"The foreign key %1 of %2 points to %3."_s.arg(key.name, key.table.display(), name());
        finding.rule
            = u"It leans on a key that is unique in the whole table, and it would stay with the ordinary one."_s;
        Fix fix;
        fix.id = partitionFixId(u"drop-foreign-key"_s, key.table, key.name);
        fix.title = u"Drop the foreign key %1"_s.arg(key.name);
        fix.consequence
            = u"Rows of %1 that point nowhere are no longer refused. Undoing the partitioning adds it again."_s.arg(
                key.table.display());
        finding.fixes << fix;
    }
    for (const ConvertedForeignKey &key : table().foreignKeys) {
        if (key.isValidated)
            continue;
        Finding &finding = block(u"unchecked-constraint"_s, key.name);
        finding.problem = u"The foreign key %1 was never checked for the rows that are there."_s.arg(key.name);
        finding.rule = u"The copy checks every row, and rows that break it would stop the copying half way."_s;
        finding.remedy
            = u"ALTER TABLE %1 VALIDATE CONSTRAINT %2 first."_s.arg(settings.table.quoted(), quoteIdentifier(key.name));
    }
    for (const QString &check : table().uncheckedConstraints) {
        Finding &finding = block(u"unchecked-constraint"_s, check);
        finding.problem = u"The check %1 was never made for the rows that are there."_s.arg(check);
        finding.rule = u"The copy checks every row, and rows that break it would stop the copying half way."_s;
        finding.remedy
            = u"ALTER TABLE %1 VALIDATE CONSTRAINT %2 first."_s.arg(settings.table.quoted(), quoteIdentifier(check));
    }
}

void PartitionRules::checkDependents()
{
    const ConvertedTable &it = table();
    const auto refuse = [&](const QString &code, const QString &subject, const QString &problem, const QString &rule,
                            const QString &remedy) {
        Finding &finding = block(code, subject);
        finding.problem = problem;
        finding.rule = rule;
        finding.remedy = remedy;
    };
    for (const QString &dependent : it.fixedDependents)
        refuse(u"dependent"_s, dependent, u"%1 belongs to %2 itself, not to its name."_s.arg(dependent, name()),
            u"It would go on with the ordinary table after the two have exchanged their names."_s,
            u"Drop it, and make it again afterwards."_s);
    if (!it.rules.isEmpty())
        refuse(u"rules"_s, it.rules.join(u", "_s), u"%1 has rules: %2."_s.arg(name(), it.rules.join(u", "_s)),
            u"Rules are not carried over."_s, u"Drop them, and make them again afterwards."_s);
    if (it.hasRowSecurity)
        refuse(u"row-security"_s, {}, u"%1 has row security."_s.arg(name()),
            u"Policies are not carried over, and without them everybody would see all rows."_s,
            u"Drop the policies and disable row security, and make them again afterwards."_s);
    for (const ConvertedPart &trigger : it.triggers) {
        if (trigger.isObstacle)
            refuse(u"trigger"_s, trigger.name,
                u"The trigger %1 is a constraint or looks at all changed rows together."_s.arg(trigger.name),
                u"Partitioned tables refuse such triggers."_s, u"Drop it, or write it for each row."_s);
    }
    for (const ConvertedPart &publication : it.publications) {
        if (publication.isObstacle)
            refuse(u"publication"_s, publication.name,
                u"The publication %1 publishes only some rows or columns of %2."_s.arg(publication.name, name()),
                u"What it leaves out is not carried over."_s,
                u"Take the table out of it, and add it again afterwards."_s);
        else
            warn(u"publication"_s, publication.name).problem
                = u"%1 will publish changes under the names of partitions unless publish_via_partition_root is set."_s
                      .arg(publication.name);
    }
    const bool ownsSequence = std::ranges::any_of(it.columns, &ConvertedColumn::ownsSequence);
    if (settings.dropsOriginal && ownsSequence && it.isSpread())
        refuse(u"sequence-stays"_s, {}, u"The ordinary table owns the sequence of a serial column."_s,
            u"citus does not let the sequence of a distributed table change its owner, and it would go with the table."_s,
            u"Keep the ordinary table (dropOriginal: false)."_s);
    if (!it.views.isEmpty())
        inform(u"views"_s).problem = u"Views are pointed to the partitioned table: %1."_s.arg(it.views.join(u", "_s));
    if (it.hasOptions)
        inform(u"options"_s).problem = u"Storage parameters of %1 are not carried over to partitions."_s.arg(name());
    if (it.replicaIdentity == u"f" || it.replicaIdentity == u"i")
        warn(u"replica-identity"_s).problem
            = u"The replica identity of %1 is not carried over to partitions."_s.arg(name());
}

} // namespace Shardboard
