// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/cluster/clusterchange.h"
#include "admin/cluster/clusterfacts.h"

namespace Shardboard {

class SyncSession;

/// One move of a rebalance: a shard, and all that lie with it, which the plan lists one by one.
struct ShardMove
{
    qint64 shardId = 0;
    QualifiedName table;
    int fromNode = 0, toNode = 0; ///< node ids
    qint64 bytes = -1; ///< -1 unknown
};

/// What a server that is to join says of itself.
struct CandidateNode
{
    QString failure; ///< why it told nothing
    bool hasAnswered = false;
    QString version; ///< "15.20 (Debian …)"
    int versionNumber = 0; ///< 150020
    QString citusAvailable; ///< the version its files hold; empty: none
    QString citusInstalled; ///< in this database; empty: not installed
    QString systemIdentifier;
    QString encoding;
    int knownNodes = 0; ///< lines of its own pg_dist_node: it belongs to a cluster already
    int maxPreparedTransactions = 0;
    QString walLevel;
    qint64 freeBytes = -1;
    QMap<QString, QString> extensions; ///< name to the version its files hold
    QStringList leftovers; ///< tables named as this cluster's shards, from an earlier membership
};

/// What a plan for a change of the cluster is made from.
struct ChangeFacts
{
    bool hasCitus = false;
    bool isCoordinator = true;
    ClusterFacts cluster;
    QString version; ///< of this server, "15.20 (Debian …)"
    int versionNumber = 0;
    QString citusVersion;
    QString encoding;
    QString systemIdentifier; ///< empty where it may not be read
    QMap<QString, QString> extensions; ///< that citus keeps on every node, name to version
    QStringList strategies; ///< of rebalancing
    QString defaultStrategy;
    QMap<QString, QStringList> ownersWithoutLogin; ///< role to the tables of Citus that it owns
    QList<ShardMove> moves; ///< what a rebalance would do now
    QString movesRefusal; ///< why the server would not say
    std::optional<CandidateNode> candidate; ///< of add-node
    QMap<int, QString>
        unreachableFrom; ///< of set-coordinator-host: node id and why it cannot connect to the new address

    const NodeFacts *node(const QString &host, int port) const;
};

/// Reads what the change needs, in one round trip. Blocks: for a worker thread. The session is open.
Outcome<ChangeFacts> readChangeFacts(SyncSession &session, const ClusterSettings &settings);

/// How much lies on a node before and after the moves.
struct NodeLoad
{
    int nodeId = 0;
    int shardsBefore = 0, shardsAfter = 0; ///< of distributed tables
    qint64 bytesBefore = 0, bytesAfter = 0;
};

struct RebalancePreview
{
    QList<ShardMove> moves;
    qint64 bytes = 0; ///< that travel
    QList<NodeLoad> nodes; ///< those with shards before or after
};

RebalancePreview previewMoves(const QList<ShardMove> &moves, const ClusterFacts &cluster);

} // namespace Shardboard
