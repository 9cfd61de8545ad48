// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/changechecks.h"

#include <QLocale>
#include <QSet>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

bool isLoopback(const QString &host)
{
    // A path is that of a socket.
    return host == u"localhost"_s || host.startsWith(u"127."_s) || host == u"::1"_s || host.startsWith(u'/');
}

/// The first five, and how many more there are.
QString listed(const QStringList &names)
{
    const qsizetype others = names.size() - 5;
    const QString list = names.mid(0, 5).join(u", "_s);
    return others > 0 ? list + u" and %1 more"_s.arg(others) : list;
}

class Checker
{
public:
    Checker(const ClusterSettings &settings, const ChangeFacts &facts) : m_settings(settings), m_facts(facts) {}

    ChangeVerdict check()
    {
        if (!m_facts.hasCitus)
            block(u"This database has no citus extension, so there is no cluster to change."_s,
                u"Install citus, then CREATE EXTENSION citus."_s);
        else if (!m_facts.isCoordinator)
            block(
                u"This connection leads to a worker."_s, u"Connect to the coordinator: it alone changes a cluster."_s);
        else
            checkKind();
        return m_verdict;
    }

private:
    void checkKind()
    {
        switch (m_settings.change) {
        case ClusterChange::Rebalance:
            checkOwners();
            checkMoves();
            checkBalance();
            break;
        case ClusterChange::StopRebalance:
            break;
        case ClusterChange::AddNode:
            checkOwners();
            checkCandidate();
            break;
        case ClusterChange::ActivateNode:
            findNode();
            break;
        case ClusterChange::DrainNode:
            checkDrain();
            break;
        case ClusterChange::DisableNode:
        case ClusterChange::RemoveNode:
            checkLeaving();
            break;
        case ClusterChange::SetCoordinatorHost:
            checkCoordinatorHost();
            break;
        }
    }

    void block(const QString &obstacle, const QString &remedy = {})
    {
        m_verdict.obstacles << obstacle;
        if (!remedy.isEmpty() && !m_verdict.remedies.contains(remedy))
            m_verdict.remedies << remedy;
    }

    /// nullptr after saying so when the cluster has no such node.
    const NodeFacts *findNode()
    {
        const NodeFacts *node = m_facts.node(m_settings.host, m_settings.port);
        if (node)
            return node;
        QStringList names;
        for (const NodeFacts &one : m_facts.cluster.nodes) {
            if (one.isInMetadata)
                names << one.address();
        }
        block(u"The cluster has no node %1."_s.arg(m_settings.address()),
            names.isEmpty() ? QString() : u"It has %1."_s.arg(names.join(u", "_s)));
        return nullptr;
    }

    void checkOwners()
    {
        for (const auto [role, tables] : m_facts.ownersWithoutLogin.asKeyValueRange())
            block(
                u"The role %1 is not permitted to log in, and the nodes connect to each other as it to copy %2."_s.arg(
                    role, listed(tables)),
                u"ALTER ROLE %1 LOGIN, or give the tables to another role with ALTER TABLE … OWNER TO."_s.arg(
                    quoteIdentifier(role)));
    }

    void checkMoves()
    {
        if (!m_settings.strategy.isEmpty() && !m_facts.strategies.contains(m_settings.strategy))
            block(u"There is no strategy \"%1\"."_s.arg(m_settings.strategy),
                u"There is %1."_s.arg(m_facts.strategies.join(u", "_s)));
        if (m_settings.transferMode == u"auto"_s)
            checkReplicaIdentity();
        if (m_settings.transferMode == u"block_writes"_s)
            return;
        for (const NodeFacts &node : m_facts.cluster.nodes) {
            if (node.hasAnswered && isSource(node))
                checkDecoding(node);
        }
    }

    /// Whether shards leave it, as far as that is known.
    bool isSource(const NodeFacts &node) const
    {
        if (m_settings.change == ClusterChange::DrainNode)
            return node.host == m_settings.host && node.port == m_settings.port;
        return std::ranges::any_of(m_facts.moves, [&](const ShardMove &move) { return move.fromNode == node.nodeId; });
    }

    /// A shard that is written to is moved by logical replication, with pgoutput.
    void checkDecoding(const NodeFacts &node)
    {
        if (node.walLevel != u"logical"_s)
            block(u"%1 has wal_level = %2, and moving shards while they are written to takes \"logical\"."_s.arg(
                      node.address(), node.walLevel),
                u"Set wal_level = logical and restart that server, or move with \"block_writes\"."_s);
        if (node.outputPlugins && !lists(*node.outputPlugins, u"pgoutput"_s))
            block(u"%1 does not let its log be decoded for moves: output_plugin_libraries is \"%2\"."_s.arg(
                      node.address(), *node.outputPlugins),
                u"Add pgoutput to output_plugin_libraries and reload that server, or move with \"block_writes\"."_s);
    }

    static bool lists(const QString &setting, const QString &name)
    {
        const QStringList parts = setting.split(u',', Qt::SkipEmptyParts);
        return std::ranges::any_of(parts, [&](const QString &part) {
            const QString plain = part.trimmed().remove(u'"');
            return plain == name || plain == u"*"_s || plain.endsWith(u'/' + name);
        });
    }

    /// The server looks at all tables of a colocation group of which something moves.
    void checkReplicaIdentity()
    {
        QSet<int> groups;
        const QList<ShardTable> &tables = m_facts.cluster.shards->tables;
        for (const ShardTable &table : tables) {
            const bool moves
                = std::ranges::any_of(m_facts.moves, [&](const ShardMove &move) { return move.table == table.name; });
            if (moves || (m_settings.change == ClusterChange::DrainNode && isSpread(table.kind)))
                groups.insert(table.colocationId);
        }
        QStringList names;
        for (const ShardTable &table : tables) {
            if (table.lacksReplicaIdentity && groups.contains(table.colocationId))
                names << table.name.display();
        }
        if (names.isEmpty())
            return;
        block(u"These have neither primary key nor replica identity, so that UPDATE and DELETE would fail while their "
              u"shards move: %1."_s.arg(listed(names)),
            u"Add a primary key, or choose the transfer mode \"force_logical\" (UPDATE and DELETE fail meanwhile) or "
            u"\"block_writes\"."_s);
    }

    bool isRebalancing() const
    {
        return std::ranges::any_of(
            m_facts.cluster.jobs.jobs, [](const BackgroundJob &job) { return job.isRebalance() && !job.isOver(); });
    }

    /// Sums of sizes are too small where a node did not say how large its shards are.
    void warnOfUnknownSizes()
    {
        for (const auto &[nodeId, why] : m_facts.cluster.shards->failures.asKeyValueRange())
            m_verdict.warnings << u"The sizes of the shards on %1 are unknown: %2"_s.arg(
                m_facts.cluster.nodeName(nodeId), why.simplified());
    }

    void checkBalance()
    {
        warnOfUnknownSizes();
        if (isRebalancing())
            m_verdict.notes << u"A rebalance is running already: nothing more is started."_s;
        if (!m_facts.movesRefusal.isEmpty())
            m_verdict.warnings << u"The server would not say which shards would move: %1."_s.arg(m_facts.movesRefusal);
        const RebalancePreview preview = previewMoves(m_facts.moves, m_facts.cluster);
        for (const NodeLoad &load : preview.nodes) {
            m_verdict.notes << u"%1: %2 shards, %3 → %4 shards, %5"_s.arg(m_facts.cluster.nodeName(load.nodeId))
                                   .arg(load.shardsBefore)
                                   .arg(sizeText(load.bytesBefore))
                                   .arg(load.shardsAfter)
                                   .arg(sizeText(load.bytesAfter));
            const NodeFacts *node = m_facts.cluster.node(load.nodeId);
            const qint64 more = load.bytesAfter - load.bytesBefore;
            if (node && node->freeBytes >= 0 && more > node->freeBytes)
                m_verdict.warnings << u"%1 has %2 free and would take %3 more."_s.arg(
                    node->address(), sizeText(node->freeBytes), sizeText(more));
        }
    }

    int shardsOnlyOn(const NodeFacts &node) const
    {
        int count = 0;
        for (const Shard &shard : m_facts.cluster.shards->shards)
            count
                += shard.nodeId == node.nodeId && isSpread(m_facts.cluster.shards->tables.at(shard.table).kind) ? 1 : 0;
        return count;
    }

    void checkDrain()
    {
        const NodeFacts *node = findNode();
        if (!node)
            return;
        if (isRebalancing())
            block(u"A rebalance is running."_s, u"Wait until it is done, or stop it."_s);
        const bool hasOther = std::ranges::any_of(m_facts.cluster.nodes, [node](const NodeFacts &other) {
            return other.nodeId != node->nodeId && other.isActive && other.isPrimary && other.shouldHaveShards;
        });
        const int shards = shardsOnlyOn(*node);
        if (!hasOther && shards > 0)
            block(u"No other node may hold shards: there is nowhere to move them to."_s,
                u"Add a node first, or let the coordinator hold shards."_s);
        if (shards == 0)
            return;
        checkOwners();
        checkMoves();
        warnOfUnknownSizes();
        qint64 bytes = 0;
        for (const Shard &shard : m_facts.cluster.shards->shards) {
            if (shard.nodeId == node->nodeId && isSpread(m_facts.cluster.shards->tables.at(shard.table).kind))
                bytes += std::max<qint64>(shard.bytes, 0);
        }
        m_verdict.notes << u"%1 shards, %2, leave %3."_s.arg(shards).arg(sizeText(bytes), node->address());
    }

    void checkLeaving()
    {
        const NodeFacts *node = findNode();
        if (!node)
            return;
        const QString verb = m_settings.change == ClusterChange::RemoveNode ? u"removed"_s : u"disabled"_s;
        if (node->isCoordinator())
            block(u"%1 is the coordinator: it cannot be %2."_s.arg(node->address(), verb));
        if (const int shards = node->isPrimary ? shardsOnlyOn(*node) : 0; shards > 0)
            block(u"%1 still holds %2 shards that are nowhere else: it cannot be %3."_s.arg(node->address())
                      .arg(shards)
                      .arg(verb),
                u"Drain it first."_s);
    }

    void checkCandidate()
    {
        const CandidateNode &node = *m_facts.candidate;
        if (!node.hasAnswered) {
            block(u"%1 cannot be reached from the coordinator: %2."_s.arg(m_settings.address(), node.failure),
                u"The server must run, hold a database of the same name, and let in the coordinator's user "
                u"(pg_hba.conf, password in citus' authentication)."_s);
            return;
        }
        const NodeFacts *here = m_facts.cluster.nodes.isEmpty() ? nullptr : &m_facts.cluster.nodes.first();
        if (here && here->isInMetadata && isLoopback(here->host) && !isLoopback(m_settings.host))
            block(u"The coordinator is known as %1, where other servers would find themselves."_s.arg(here->host),
                u"Set the coordinator's host first."_s);
        checkVersions(node);
        checkExtensions(node);
        if (!node.systemIdentifier.isEmpty() && node.systemIdentifier == m_facts.systemIdentifier)
            block(u"%1 is this very server, or a copy of its files."_s.arg(m_settings.address()));
        if (node.maxPreparedTransactions == 0)
            block(u"%1 has max_prepared_transactions = 0, and citus commits in two phases."_s.arg(m_settings.address()),
                u"Set it to at least max_connections and restart that server."_s);
        if (node.walLevel != u"logical"_s)
            m_verdict.warnings << u"It has wal_level = %1: shards can be moved only with writes blocked."_s.arg(
                node.walLevel);
        if (node.encoding != m_facts.encoding)
            m_verdict.warnings << u"Its database is encoded in %1, this one in %2."_s.arg(
                node.encoding, m_facts.encoding);
        if (!node.leftovers.isEmpty() && !m_facts.node(m_settings.host, m_settings.port))
            m_verdict.warnings
                << u"It still holds %1, left from when it was a node: shards of these numbers cannot move "
                   u"there before they are dropped."_s.arg(listed(node.leftovers));
        if (node.knownNodes > 0 && !m_facts.node(m_settings.host, m_settings.port))
            m_verdict.warnings << u"It knows %1 nodes of a cluster already. If that is another one, it would be taken "
                                  u"away from it."_s.arg(node.knownNodes);
    }

    void checkVersions(const CandidateNode &node)
    {
        if (node.versionNumber / 10000 != m_facts.versionNumber / 10000)
            block(u"It runs PostgreSQL %1, this server %2: all nodes must run the same major version."_s.arg(
                node.version, m_facts.version));
        else if (node.versionNumber != m_facts.versionNumber)
            m_verdict.warnings << u"It runs PostgreSQL %1, this server %2."_s.arg(node.version, m_facts.version);
        else
            m_verdict.notes << u"It runs PostgreSQL %1, as this server does."_s.arg(node.version);
        const QString citus = node.citusInstalled.isEmpty() ? node.citusAvailable : node.citusInstalled;
        if (citus.isEmpty())
            block(u"It has no citus."_s,
                u"Install citus %1 there and add it to shared_preload_libraries."_s.arg(m_facts.citusVersion));
        else if (citus != m_facts.citusVersion)
            block(u"It has citus %1, this database %2."_s.arg(citus, m_facts.citusVersion),
                u"Bring both to one version (ALTER EXTENSION citus UPDATE)."_s);
        else if (node.citusInstalled.isEmpty())
            block(u"citus is there but not installed in its database."_s, u"CREATE EXTENSION citus there."_s);
    }

    void checkExtensions(const CandidateNode &node)
    {
        QStringList missing;
        for (const auto [name, version] : m_facts.extensions.asKeyValueRange()) {
            if (name == u"citus"_s || name == u"plpgsql"_s)
                continue;
            if (!node.extensions.contains(name))
                missing << name;
            else if (node.extensions.value(name) != version)
                m_verdict.warnings << u"Its files hold %1 %2, this database has %3."_s.arg(
                    name, node.extensions.value(name), version);
        }
        if (!missing.isEmpty())
            block(u"It lacks extensions that this cluster uses: %1."_s.arg(missing.join(u", "_s)),
                u"Install their packages on that server."_s);
    }

    void checkCoordinatorHost()
    {
        for (const auto [nodeId, why] : m_facts.unreachableFrom.asKeyValueRange())
            block(u"From %1 there is no way to %2: %3."_s.arg(
                      m_facts.cluster.nodeName(nodeId), m_settings.address(), why),
                u"Name an address of this server that every node reaches."_s);
        const bool hasDistant = std::ranges::any_of(m_facts.cluster.nodes,
            [](const NodeFacts &node) { return !node.isCoordinator() && !isLoopback(node.host); });
        if (isLoopback(m_settings.host) && hasDistant)
            block(u"On other servers %1 is they themselves."_s.arg(m_settings.host),
                u"Name an address of this server that every node reaches."_s);
    }

    const ClusterSettings &m_settings;
    const ChangeFacts &m_facts;
    ChangeVerdict m_verdict;
};

} // namespace

ChangeVerdict checkChange(const ClusterSettings &settings, const ChangeFacts &facts)
{
    return Checker(settings, facts).check();
}

QString sizeText(qint64 bytes)
{
    return QLocale::c().formattedDataSize(bytes, 1, QLocale::DataSizeIecFormat);
}

} // namespace Shardboard
