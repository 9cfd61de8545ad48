// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/preflightrules.h"

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

void checkType(PreflightContext &context, const ShardingTable &table, const ShardingColumn &column)
{
    const QString name = table.name.display() + u'.' + column.name;
    if (column.isGenerated) {
        Finding &finding = context.block(u"generated-column"_s, table.name, column.name);
        finding.problem = u"%1 is computed from other columns."_s.arg(name);
        finding.rule = u"The node of a row is chosen before its generated columns are computed."_s;
        finding.remedy = u"Distribute by the column that it is computed from."_s;
    }
    if (!column.isHashable) {
        Finding &finding = context.block(u"type-without-hash"_s, table.name, column.name);
        finding.problem = u"Values of type %1 (%2) cannot be hashed and compared."_s.arg(column.type, name);
        finding.rule
            = u"The shard of a row is found by the default operator classes of the column's type for hash and btree."_s;
        finding.remedy = u"Choose a column of another type, such as a number, text or uuid."_s;
    } else if (!column.unhashablePart.isEmpty()) {
        Finding &finding = context.block(u"type-without-hash"_s, table.name, column.name);
        finding.problem = u"Values of type %1 (%2) contain %3, which cannot be hashed."_s.arg(
            column.type, name, column.unhashablePart);
        finding.rule = u"The server accepts the column while the table is empty and crashes on the first row."_s;
        finding.remedy = u"Choose a column of another type, such as a number, text or uuid."_s;
    }
    if (!column.isDeterministic) {
        Finding &finding = context.block(u"nondeterministic-collation"_s, table.name, column.name);
        finding.problem = u"The collation of %1 takes different texts for equal."_s.arg(name);
        finding.rule = u"Equal values must have equal hashes, or they would lie on different nodes."_s;
        finding.remedy = u"Change the column to a deterministic collation, or choose another one."_s;
    }
    if (column.hasNegativeScale) {
        Finding &finding = context.block(u"negative-scale"_s, table.name, column.name);
        finding.problem = u"%1 is rounded before the decimal point (%2)."_s.arg(name, column.type);
        finding.rule = u"The hash would be taken before rounding and would not find the row again."_s;
        finding.remedy = u"Change the column to an integer type."_s;
    }
}

void checkNulls(PreflightContext &context, const ShardingTable &table, const ShardingColumn &column)
{
    for (const DataCheck &check : context.checks) {
        const bool isMine
            = check.kind == DataCheck::Kind::NullInColumn && check.table == table.name && check.subject == column.name;
        if (!isMine || check.found == 0)
            continue;
        const bool isKnown = check.found.has_value();
        Finding &finding = isKnown ? context.block(u"null-values"_s, table.name, column.name)
                                   : context.warn(u"null-values"_s, table.name, column.name);
        finding.problem = isKnown
            ? u"%1 has rows without a value in %2."_s.arg(table.name.display(), column.name)
            : u"%1.%2 may be NULL, and looking for such rows took too long."_s.arg(table.name.display(), column.name);
        finding.rule = u"A row without a distribution value belongs to no shard."_s;
        finding.remedy = u"Give those rows a value or delete them: UPDATE %1 SET %2 = … WHERE %2 IS NULL"_s.arg(
            table.name.quoted(), quoteIdentifier(column.name));
    }
}

} // namespace

void checkColumns(PreflightContext &context)
{
    for (const auto &[table, choice] : context.subjects()) {
        if (!choice || choice->spread != Spread::Distributed)
            continue;
        const ShardingColumn *column = table->column(choice->column);
        if (!column) {
            Finding &finding = context.block(u"missing-column"_s, table->name, choice->column);
            finding.problem = u"%1 has no column %2."_s.arg(table->name.display(), choice->column);
            finding.rule = u"The name is taken as it is written, upper and lower case matter."_s;
            continue;
        }
        checkType(context, *table, *column);
        checkNulls(context, *table, *column);
    }
}

} // namespace Shardboard
