// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/catalogue/catalogue.h"
#include "connection/values/servererror.h"

#include <QDateTime>
#include <QFlags>
#include <QMap>

#include <memory>
#include <optional>
#include <vector>

namespace Shardboard {

/// What of a cluster can be read by itself. Sizes of shards and the health matrix cost something on every node, the
/// rest is light.
enum class ClusterPart {
    Nodes = 1,
    Health = 2, ///< every node connects to every node
    Shards = 4, ///< placements and sizes, one remote query a node
    Tenants = 8,
    Activity = 16,
    Jobs = 32,
};
Q_DECLARE_FLAGS(ClusterParts, ClusterPart)
Q_DECLARE_OPERATORS_FOR_FLAGS(ClusterParts)

/// A server of the cluster: its line in pg_dist_node, and what it says of itself. Without citus the one server there
/// is.
struct NodeFacts
{
    int nodeId = 0; ///< 0: not in pg_dist_node
    int groupId = 0; ///< 0: the coordinator
    QString host;
    int port = 0;
    bool isInMetadata = true;
    bool isPrimary = true;
    bool isActive = true;
    bool shouldHaveShards = false;
    bool isMetadataSynced = true;
    qint64 placements = 0; ///< of shards, those of reference tables and partitions counted

    QString failure; ///< why it told nothing; empty when it answered
    bool hasAnswered = false;
    QString version; ///< "15.20 (Debian …)"
    QString citusVersion; ///< of the extension; empty without citus
    qint64 freeBytes = -1; ///< on the disk of its data directory; -1 unknown
    qint64 totalBytes = -1;
    int connections = 0; ///< of clients and other nodes
    int maxConnections = 0;
    QDateTime startedAt;
    QString walLevel;
    std::optional<QString> outputPlugins; ///< output_plugin_libraries; nullopt where the server knows no such setting

    bool isCoordinator() const { return groupId == 0; }
    QString address() const; ///< "10.0.0.2:5432"
};

/// Whether one node can connect to another; a line of the n × n matrix.
struct HealthCheck
{
    int fromNode = 0; ///< node id
    int toNode = 0;
    std::optional<bool> canConnect; ///< nullopt: the node could not be asked
};

/// A table with shards, partitions folded into it.
struct ShardTable
{
    quint32 oid = 0;
    QualifiedName name;
    TableKind kind = TableKind::Distributed;
    int colocationId = 0;
    bool lacksReplicaIdentity = false; ///< it, or a partition: online moves are refused
};

/// Whether each of its shards lies on one node only, so that it can be moved; copies of reference tables are
/// everywhere.
bool isSpread(TableKind kind);

/// One shard on one node, those of partitions over the same hash range added up.
struct Shard
{
    qint64 id = 0;
    int table = 0; ///< index in ShardFacts::tables
    int nodeId = 0;
    qint64 bytes = -1; ///< with indexes and TOAST; -1 when the node did not tell
    int minHash = 0, maxHash = 0; ///< meaningless without hasRange
    bool hasRange = false; ///< distributed by hash
};

struct ShardFacts
{
    QList<ShardTable> tables; ///< by colocation group (0 last), schema and name
    std::vector<Shard> shards; ///< by table, hash range, node
    QMap<int, QString> failures; ///< node id: why it told no sizes

    /// The shards of a table as a range of indexes in `shards`.
    std::pair<size_t, size_t> shardsOf(int table) const;
};

/// What one tenant (a value of a distribution column) asked for on one node.
struct Tenant
{
    int nodeId = 0;
    int colocationId = 0;
    QString value;
    qint64 readsNow = 0, readsBefore = 0; ///< in this and in the last period
    qint64 queriesNow = 0, queriesBefore = 0; ///< reads and writes
    double cpuNow = 0, cpuBefore = 0; ///< seconds
    qint64 score = 0; ///< how the server ranks it
};

struct TenantFacts
{
    QList<Tenant> tenants; ///< the busiest first
    QList<int> untracked; ///< ids of nodes where citus.stat_tenants_track is "none"
    int periodSeconds = 60;
};

/// A backend that is doing something, or holds a transaction open.
struct ActivitySession
{
    qint64 gpid = 0; ///< global pid; all backends of one distributed statement share it. Without citus the pid
    int nodeId = 0;
    int pid = 0;
    bool isWorkerPart = false; ///< runs a part of a statement for a backend on another node
    bool isOwn = false; ///< this program's
    QString user, application, client;
    QString state; ///< "active", "idle in transaction", …
    QString waitEvent; ///< "Lock: transactionid", empty when it does not wait
    QString lock; ///< "ShareLock on transactionid", the one it waits for
    qint64 queryMs = -1; ///< since the statement began; -1 unknown
    qint64 transactionMs = -1;
    QString query; ///< its first 2,000 characters
};

struct LockWait
{
    qint64 waiting = 0; ///< global pids
    qint64 blocking = 0;
    bool operator==(const LockWait &) const = default;
};

struct ActivityFacts
{
    QList<ActivitySession> sessions;
    QList<LockWait> waits;
    int idleCount = 0; ///< connected clients that do nothing; they are not among the sessions
    bool hidesOthers = false; ///< statements of other users cannot be seen for want of a right
    QMap<int, QString> failures; ///< node id: why it told nothing
};

/// A step of a background job: for a rebalance, the move of one shard with all that lie with it.
struct BackgroundTask
{
    qint64 jobId = 0;
    qint64 taskId = 0;
    QString status; ///< "blocked", "runnable", "running", "done", "cancelling", "error", "unscheduled", "cancelled"
    QString command;
    int retries = 0;
    QDateTime notBefore; ///< of the next attempt after a failure
    QString message; ///< what the last attempt said, also when it failed
    qint64 shardId = 0; ///< of a move; 0 otherwise
    int fromNode = 0, toNode = 0;
    QString phase; ///< "Copying Data", …, while it runs
    qint64 sourceBytes = -1, targetBytes = -1; ///< while it runs; -1 unknown
};

struct BackgroundJob
{
    qint64 id = 0;
    QString state; ///< "scheduled", "running", "finished", "cancelling", "cancelled", "failing", "failed"
    QString type; ///< "rebalance"
    QString description;
    QDateTime startedAt, finishedAt;
    int done = 0, total = 0; ///< tasks

    bool isOver() const;
    bool isRebalance() const;
};

struct JobFacts
{
    QList<BackgroundJob> jobs; ///< newest first
    QList<BackgroundTask> tasks; ///< of the newest rebalance, in the order they run

    const BackgroundJob *rebalance() const; ///< the newest; nullptr when there never was one
};

/// A cluster at one moment; each part is as of when it was last read.
struct ClusterFacts
{
    bool hasCitus = false;
    QList<NodeFacts> nodes; ///< coordinator first
    QList<HealthCheck> health;
    std::shared_ptr<const ShardFacts> shards = std::make_shared<ShardFacts>();
    TenantFacts tenants;
    ActivityFacts activity;
    JobFacts jobs;
    ClusterParts known; ///< what has been read at least once
    QMap<ClusterPart, ServerError> failures; ///< parts the server refused the last time they were asked for

    const NodeFacts *node(int nodeId) const;
    QString nodeName(int nodeId) const; ///< its address, or "node 4"
};

/// Whether the server belongs to a cluster and can say so; a worker does, though tables cannot be changed through it.
bool knowsCluster(const ServerCapabilities &capabilities);

/// What can be read from a server with these capabilities.
ClusterParts availableParts(const ServerCapabilities &capabilities);

/// The queries for these parts, to be sent in one pipeline.
QList<Query> clusterQueries(const ServerCapabilities &capabilities, ClusterParts parts);

/// Puts the answers to clusterQueries() into `facts`; what was not asked for, or failed, stays as it was. An error only
/// when nothing at all could be read.
Outcome<ClusterFacts> readCluster(const ServerCapabilities &capabilities, ClusterParts parts,
    const QList<Outcome<ResultSet>> &answers, ClusterFacts facts = {});

} // namespace Shardboard
