// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/preflightrules.h"
#include "admin/distribute/shardingsql.h"

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

/// `citus` among the comma-separated names.
bool allowsCitus(const QString &plugins)
{
    const QStringList names = plugins.split(u',');
    return std::any_of(names.begin(), names.end(),
        [](const QString &name) { return name.trimmed().remove(u'"') == u"citus" || name.trimmed() == u"*"; });
}

Fix allowPluginFix(const QString &plugins)
{
    Fix fix;
    fix.id = u"allow-output-plugin"_s;
    fix.title = u"Allow citus as an output plugin on every node"_s;
    fix.consequence
        = u"output_plugin_libraries is changed with ALTER SYSTEM: users with the REPLICATION right may then use "
          u"citus' plugin too. Needs a superuser."_s;
    const auto command = [](const QString &value) {
        return u"SELECT bool_and(success) FROM run_command_on_all_nodes(%1)"_s.arg(
            quoteLiteral(u"ALTER SYSTEM SET output_plugin_libraries = %1"_s.arg(value)));
    };
    QStringList names;
    for (const QString &name : plugins.split(u',', Qt::SkipEmptyParts))
        names << quoteLiteral(name.trimmed().remove(u'"'));
    const QString reload = u"SELECT bool_and(success) FROM run_command_on_all_nodes('SELECT pg_reload_conf()')"_s;
    PlanStep set = fixStep(fix.id, fix.title, {}, command((names + QStringList{u"'citus'"_s}).join(u", "_s)),
        names.isEmpty() ? QString() : command(names.join(u", "_s)));
    set.locks.clear();
    PlanStep apply
        = fixStep(fix.id + u" reload"_s, u"Load the changed configuration on every node"_s, {}, reload, reload);
    apply.locks.clear();
    set.inTransaction = apply.inTransaction = false;
    fix.before << set << apply;
    fix.effect = [](ShardingFacts &facts) {
        for (ShardingNode &node : facts.cluster.nodes) {
            if (node.outputPlugins)
                node.outputPlugins = *node.outputPlugins + u",citus"_s;
        }
    };
    return fix;
}

void checkNode(PreflightContext &context, const ShardingNode &node)
{
    if (!node.failure.isEmpty() || !node.isActive)
        return;
    if (node.walLevel != u"logical") {
        Finding &finding = context.block(u"wal-level"_s, {}, node.display());
        finding.problem = u"wal_level of node %1 is %2."_s.arg(node.display(), node.walLevel);
        finding.rule
            = u"Writes that go on meanwhile are carried over by logical replication, which reads them from the WAL."_s;
        finding.remedy = u"Set wal_level = logical there and restart the server; or distribute with writes blocked."_s;
    }
    const int freeSlots = node.maxReplicationSlots - node.usedReplicationSlots;
    const int nodes = int(context.facts.cluster.dataNodes().size());
    if (node.isCoordinator && (freeSlots < nodes || node.maxWalSenders < nodes)) {
        Finding &finding = context.block(u"replication-slots"_s, {}, node.display());
        finding.problem = u"Node %1 has %2 free replication slots and %3 WAL senders."_s.arg(node.display())
                              .arg(freeSlots)
                              .arg(node.maxWalSenders);
        finding.rule = u"One of each is needed for every node that takes shards (%1)."_s.arg(nodes);
        finding.remedy
            = u"Raise max_replication_slots and max_wal_senders there and restart; or distribute with writes blocked."_s;
    }
}

/// One finding for all nodes of the same setting: one fix is for all of them.
void checkOutputPlugins(PreflightContext &context)
{
    QMap<QString, QStringList> nodes;
    for (const ShardingNode &node : context.facts.cluster.nodes) {
        if (node.failure.isEmpty() && node.isActive && node.outputPlugins && !allowsCitus(*node.outputPlugins))
            nodes[*node.outputPlugins] << node.display();
    }
    for (auto it = nodes.cbegin(); it != nodes.cend(); ++it) {
        Finding &finding = context.block(u"output-plugin"_s, {}, it->join(u", "_s));
        finding.problem = it->size() == 1 ? u"Node %1 does not let citus decode its WAL."_s.arg(it->first())
                                          : u"The nodes %1 do not let citus decode their WAL."_s.arg(it->join(u", "_s));
        finding.rule
            = u"Since PostgreSQL 15.20 output_plugin_libraries names the plugins that may: it is \"%1\"."_s.arg(
                it.key());
        finding.fixes << allowPluginFix(it.key());
    }
}

Fix setLoggedFix(const ShardingTable &table)
{
    Fix fix;
    fix.id = fixId(u"set-logged"_s, table.name, {});
    fix.title = u"Make %1 a logged table"_s.arg(table.name.display());
    fix.consequence = u"It is rewritten once and its changes go to the WAL from then on."_s;
    fix.before << fixStep(fix.id, fix.title, table.name, u"ALTER TABLE %1 SET LOGGED"_s.arg(table.name.quoted()),
        u"ALTER TABLE %1 SET UNLOGGED"_s.arg(table.name.quoted()),
        u"SELECT relpersistence = 'p' FROM pg_class WHERE oid = %1"_s.arg(regclass(table.name)));
    fix.effect = [name = table.name](ShardingFacts &facts) {
        for (ShardingTable &one : facts.tables)
            one.isUnlogged = one.isUnlogged && one.name != name;
    };
    return fix;
}

/// Given before and taken back after, also when an interrupted run is resumed that had given it already.
Fix identityFix(const ShardingTable &table)
{
    Fix fix;
    fix.id = fixId(u"replica-identity"_s, table.name, {});
    fix.title = u"Give %1 a replica identity while it is distributed"_s.arg(table.name.display());
    fix.consequence = u"UPDATE and DELETE write the whole old row to the WAL meanwhile."_s;
    QStringList parts = table.withoutReplicaIdentity;
    if (parts.isEmpty())
        parts = table.isPartitioned() ? table.partitions : QStringList{table.name.quoted()};
    for (const QString &part : parts) {
        const QualifiedName name = parseQualifiedName(part);
        const QString full = u"ALTER TABLE %1 REPLICA IDENTITY FULL"_s.arg(part);
        const QString standard = u"ALTER TABLE %1 REPLICA IDENTITY DEFAULT"_s.arg(part);
        const QString isFull
            = u"SELECT EXISTS (SELECT FROM pg_class WHERE oid = %1 AND relreplident = 'f')"_s.arg(regclass(name));
        const QString isSpread
            = u"EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = %1 AND partmethod = 'h')"_s.arg(
                regclass(name));
        fix.before << fixStep(fix.id + u' ' + part, u"Let %1 be replicated by whole rows"_s.arg(part), name, full,
            standard, u"SELECT %1 OR (%2)"_s.arg(isSpread, isFull));
        fix.after << fixStep(fix.id + u" back "_s + part, u"Give %1 its own replica identity back"_s.arg(part), name,
            standard, {}, u"SELECT NOT (%1)"_s.arg(isFull));
    }
    fix.effect = [name = table.name](ShardingFacts &facts) {
        for (ShardingTable &one : facts.tables) {
            if (one.name == name)
                one.hasBorrowedIdentity = true;
        }
    };
    return fix;
}

void checkReplicaIdentity(PreflightContext &context, const ShardingTable &table)
{
    const QString id = fixId(u"replica-identity"_s, table.name, {});
    // An interrupted run may have given the table one that has to be taken back.
    const bool isChosen = context.settings.fixes.contains(id);
    if (table.hasBorrowedIdentity || (table.withoutReplicaIdentity.isEmpty() && !isChosen))
        return;
    Finding &finding = context.warn(u"replica-identity"_s, table.name);
    finding.problem = u"%1 has no replica identity: no primary key, and none was set."_s.arg(
        table.withoutReplicaIdentity.isEmpty() ? table.name.display() : table.withoutReplicaIdentity.join(u", "_s));
    finding.rule = u"While it is distributed UPDATE and DELETE fail; INSERT goes on."_s;
    finding.fixes << identityFix(table);
}

void checkTable(PreflightContext &context, const ShardingTable &table)
{
    const QString name = table.name.display();
    if (table.isUnlogged) {
        Finding &finding = context.block(u"unlogged-concurrently"_s, table.name);
        finding.problem = u"%1 is unlogged."_s.arg(name);
        finding.rule = u"Writes that go on meanwhile are read from the WAL, and an unlogged table writes none."_s;
        finding.fixes << setLoggedFix(table);
        finding.remedy = u"Or distribute it with writes blocked."_s;
    }
    checkReplicaIdentity(context, table);
    for (const ShardingForeignKey &key : context.facts.foreignKeys) {
        const bool leaves = key.table == table.name, enters = key.referenced == table.name;
        if (key.isSelf() || (!leaves && !enters) || (leaves && table.kind == TableKind::LocalManaged))
            continue;
        Finding &finding = context.block(u"foreign-key-concurrently"_s, table.name, key.name);
        finding.problem = u"The foreign key %1 connects %2 with %3."_s.arg(
            key.name, name, (leaves ? key.referenced : key.table).display());
        finding.rule
            = u"Without blocking writes a table goes alone: citus first takes it into its metadata, and does not do "
              u"that to tables that foreign keys connect."_s;
        finding.fixes << dropForeignKeyFix(key);
        finding.remedy = u"Or distribute it with writes blocked."_s;
    }
}

} // namespace

void checkLogicalDecoding(PreflightContext &context)
{
    for (const ShardingNode &node : context.facts.cluster.nodes)
        checkNode(context, node);
    checkOutputPlugins(context);
    if (context.facts.cluster.replicationFactor > 1) {
        Finding &finding = context.block(u"replication-factor"_s, {});
        finding.problem = u"citus.shard_replication_factor is %1."_s.arg(context.facts.cluster.replicationFactor);
        finding.rule = u"Shards with several copies cannot be filled while writes go on."_s;
        finding.remedy = u"Set citus.shard_replication_factor to 1, or distribute with writes blocked."_s;
    }
}

void checkConcurrent(PreflightContext &context)
{
    const bool isWanted = std::any_of(context.settings.tables.begin(), context.settings.tables.end(),
        [](const TableChoice &choice) { return choice.concurrently; });
    if (!isWanted)
        return;
    for (const auto &[table, choice] : context.subjects()) {
        if (choice && choice->concurrently)
            checkTable(context, *table);
    }
    checkLogicalDecoding(context);
}

} // namespace Shardboard
