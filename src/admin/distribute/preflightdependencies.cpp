// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/preflightrules.h"

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

/// The nodes connect to each other as the owner of the table.
void checkLogin(PreflightContext &context, const ShardingTable &table)
{
    if (table.ownerMayLogin)
        return;
    Finding &finding = context.block(u"owner-without-login"_s, table.name, table.owner);
    finding.problem
        = u"%1 belongs to the role %2, which is not permitted to log in."_s.arg(table.name.display(), table.owner);
    finding.rule = u"Citus connects to the other nodes as the owner of the table, also to move shards later."_s;
    finding.remedy = u"Give the table to a role with LOGIN: ALTER TABLE %1 OWNER TO …"_s.arg(table.name.quoted());
    Fix fix;
    fix.id = fixId(u"allow-login"_s, {}, table.owner);
    fix.title = u"Permit the role %1 to log in"_s.arg(table.owner);
    fix.consequence
        = u"It concerns the whole cluster. Without a password, pg_hba.conf of each node decides who may connect as it."_s;
    const QString role = quoteIdentifier(table.owner);
    PlanStep step
        = fixStep(fix.id, fix.title, {}, u"ALTER ROLE %1 LOGIN"_s.arg(role), u"ALTER ROLE %1 NOLOGIN"_s.arg(role),
            u"SELECT rolcanlogin FROM pg_roles WHERE rolname = %1"_s.arg(quoteLiteral(table.owner)));
    step.inTransaction = false; // the nodes must see it before they connect to each other
    fix.before << step;
    fix.effect = [owner = table.owner](ShardingFacts &facts) {
        for (ShardingTable &one : facts.tables)
            one.ownerMayLogin |= one.owner == owner;
    };
    finding.fixes << fix;
}

void checkNeeded(PreflightContext &context, const UnsupportedDependency &needed)
{
    const bool isTable = !needed.neededTable.name.isEmpty();
    if (isTable && context.state[needed.neededTable].isPlanned)
        return;
    Finding &finding = needed.isRefused ? context.block(u"unsupported-object"_s, needed.table, needed.object)
                                        : context.warn(u"unsupported-object"_s, needed.table, needed.object);
    finding.problem = u"%1 needs the %2."_s.arg(needed.table.display(), needed.object);
    if (isTable) {
        finding.rule = u"What a table needs must exist on every node, and %1 is a local table."_s.arg(
            needed.neededTable.display());
        finding.remedy = u"Distribute %1 first."_s.arg(needed.neededTable.display());
        return;
    }
    finding.rule = needed.isRefused
        ? u"What a table needs must exist on every node, and Citus does not create objects of this kind there."_s
        : u"Citus does not create objects of this kind on other nodes; where it does not exist, the step fails."_s;
    finding.remedy = u"Put it into an extension, or change the table so that it does not need it."_s;
}

} // namespace

void checkDependencies(PreflightContext &context)
{
    for (const auto &[table, choice] : context.subjects()) {
        if (choice && choice->spread == Spread::LocalManaged)
            continue;
        const bool isSo = std::any_of(context.findings.begin(), context.findings.end(),
            [&](const Finding &finding) { return finding.code == u"already-so" && finding.table == table->name; });
        if (isSo)
            continue;
        checkLogin(context, *table);
        for (const UnsupportedDependency &needed : context.facts.unsupported) {
            if (needed.table == table->name)
                checkNeeded(context, needed);
        }
    }
}

} // namespace Shardboard
