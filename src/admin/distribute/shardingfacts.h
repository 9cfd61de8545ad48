// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/catalogue/catalogue.h"
#include "admin/distribute/settings.h"

#include <QHash>

namespace Shardboard {

/// What decides whether a column can spread a table, and how well.
struct ShardingColumn
{
    QString name;
    QString type; ///< "character varying(20)"
    quint32 typeOid = 0; ///< colocation asks for equality of this, domains and all
    QString collation; ///< oid as text; "0" for types without
    bool isNotNull = false;
    bool isGenerated = false;
    bool hasSequence = false; ///< identity, serial, or another nextval() default
    bool isHashable = false; ///< the type has default operator classes for hash and btree: Citus needs both
    QString unhashablePart; ///< a member type without one: the server takes the column and crashes on the first value
    bool isDeterministic = true; ///< its collation
    bool hasNegativeScale = false;
    int width = -1; ///< bytes of a value; -1 when values differ
    QStringList companions; ///< other tables that have a column of this name and type: what it could be joined with

    double nullFraction = -1; ///< from the statistics; -1 when the table was never analysed
    double distinctValues = -1; ///< likewise
    QStringList commonValues;
    QList<double> commonFrequencies; ///< fractions of all rows, in the same order
};

/// A unique index, primary key or exclusion constraint. Those of partitions are listed when they are not the parent's.
struct ShardingKey
{
    QualifiedName table; ///< the partition, when it is on one
    QString name;
    bool isPrimary = false;
    bool isConstraint = false;
    bool isExclusion = false;
    bool isPartial = false;
    QStringList columns; ///< keys first, an empty name for an expression, then those of INCLUDE
    int keyCount = 0; ///< how many of the columns are keys
    QStringList equalityColumns; ///< of an exclusion constraint: those compared with an equality operator
    QString definition; ///< "PRIMARY KEY (id)" of a constraint, CREATE UNIQUE INDEX … of an index
    QString options; ///< what follows the column list of a constraint: " DEFERRABLE"
};

struct ShardingForeignKey
{
    enum class Action { NoAction, Restrict, Cascade, SetNull, SetDefault };

    QString name;
    QualifiedName table; ///< never a partition: the table that is distributed as a whole
    QualifiedName referenced; ///< likewise
    QualifiedName ownPartition; ///< the partition of `table` that has the constraint by itself; empty: `table` has it
    QualifiedName referencedPartition; ///< the partition of `referenced` that it names; empty: it names `referenced`
    QStringList columns;
    QStringList referencedColumns;
    QString referencedKey; ///< name of the unique index it leans on
    Action onDelete = Action::NoAction;
    Action onUpdate = Action::NoAction;
    bool setsSequenceDefault = false; ///< SET DEFAULT on a column whose default is a sequence
    bool isValidated = true;
    bool isAddedLast = false; ///< a fix takes it away before distributing and adds it again afterwards
    QString definition; ///< "FOREIGN KEY (a) REFERENCES s.b(id) ON DELETE CASCADE"

    bool isSelf() const { return table == referenced; }
    /// What ALTER TABLE names, and what REFERENCES does.
    const QualifiedName &owner() const { return ownPartition.name.isEmpty() ? table : ownPartition; }
    const QualifiedName &target() const
    {
        return referencedPartition.name.isEmpty() ? referenced : referencedPartition;
    }
    bool concernsPartition() const { return !ownPartition.name.isEmpty() || !referencedPartition.name.isEmpty(); }
    bool isSameAs(const ShardingForeignKey &other) const { return owner() == other.owner() && name == other.name; }
};

/// A named thing of a table (or of a partition) with its definition: trigger, policy, check constraint.
struct ShardingPart
{
    QualifiedName table;
    QString name;
    QString definition;
    bool isObstacle = false; ///< trigger: belongs to an extension; policy: has a subquery
};

/// An object that a table needs and that Citus does not create on other nodes.
struct UnsupportedDependency
{
    QualifiedName table; ///< that needs it
    QString object; ///< "type public.textrange", as the server describes it
    QualifiedName neededTable; ///< where the object is a table: distributing it first is the way out
    bool isRefused = true; ///< by Citus itself; else the nodes refuse where the object does not exist on them
};

/// What the server drops or leaves out when it replaces a table by a new one, and the statement that puts it back.
struct LostObject
{
    QualifiedName table; ///< that is replaced
    QString title; ///< "comment on column public.t.v"
    QString sql; ///< empty: it cannot be put back
    QString presentSql; ///< SELECT of one boolean: it is so already; empty: never known
    bool isOnlyLocal = false; ///< the statement is refused for distributed tables
    QString dropSql; ///< of a function: what takes it away; else empty
};

/// A default that takes from a sequence.
struct SequenceUse
{
    QString sequence; ///< "schema.name", as the server prints it
    QualifiedName table;
    QString column;
    QString type;
    bool isCitusTable = false;
};

struct ShardingTable
{
    quint32 oid = 0;
    QualifiedName name;
    QString relkind; ///< "r", "p", "f", "v", "m", …
    TableKind kind = TableKind::Local;
    QString distributionColumn;
    int colocationId = 0;
    int shardCount = 0;

    bool isTemporary = false;
    bool isUnlogged = false;
    bool isInherited = false; ///< by inheritance other than partitioning, either way
    QualifiedName partitionOf;
    bool isMultiLevel = false;
    QStringList partitions; ///< every one below, "schema.name"
    bool hasForeignPartition = false;
    bool hasForeignSchemaPartition = false; ///< one lies in another schema
    bool isOwned = true; ///< we may alter it
    QString owner;
    bool ownerMayLogin = true; ///< the nodes connect to each other as the owner
    bool hasClusterOrder = false; ///< CLUSTER marked an index of it or of a partition
    bool isHashDistributed = true; ///< for kind Distributed: by hash, not by range and not for appending
    QString extension; ///< it belongs to
    QStringList withoutReplicaIdentity; ///< itself or partitions of it: UPDATE and DELETE fail while it is distributed
                                        ///< concurrently
    bool hasBorrowedIdentity = false; ///< a fix gives one while it is distributed and takes it back afterwards
    bool hasTemporaryDefault = false; ///< a default calls a function of this session only
    bool hasRows = false;
    qint64 rows = -1; ///< estimate
    qint64 bytes = 0; ///< on the coordinator
    int indexCount = 0;
    qint64 reads = 0; ///< scans since the statistics were reset
    qint64 writes = 0; ///< rows inserted, updated and deleted
    QStringList views; ///< that read it

    QList<ShardingColumn> columns;
    QList<ShardingKey> keys;
    QList<ShardingPart> triggers;
    QList<ShardingPart> policies;
    QList<ShardingPart> unvalidatedChecks;

    bool isPartitioned() const { return relkind == QLatin1String("p"); }
    const ShardingColumn *column(const QString &columnName) const;
};

struct ShardingNode
{
    int nodeId = 0;
    QString host;
    int port = 0;
    bool isCoordinator = false;
    bool isActive = true;
    bool shouldHaveShards = true;
    QString failure; ///< why it did not answer; empty when it did
    qint64 freeBytes = -1;
    qint64 totalBytes = -1;
    int maxConnections = 0;
    int usedConnections = 0;
    qint64 lockCapacity = 0; ///< locks that fit its lock table
    QString walLevel;
    int maxReplicationSlots = 0;
    int usedReplicationSlots = 0;
    int maxWalSenders = 0;
    std::optional<QString> outputPlugins; ///< output_plugin_libraries; nullopt where the server has no such setting
    QStringList missingExtensions; ///< of those that the tables need, not installed on the machine

    QString display() const { return QStringLiteral("%1:%2").arg(host).arg(port); }
};

/// A colocation group that tables can join, with who is in it.
struct GroupFacts
{
    ColocationGroup group;
    quint32 columnTypeOid = 0;
    QString columnCollation; ///< oid as text
    QStringList members; ///< tables without partitions, quoted
};

struct ShardingCluster
{
    bool isCoordinator = true;
    bool coordinatorInMetadata = true;
    int defaultShardCount = 32;
    int replicationFactor = 1;
    bool allowsUnsafeTriggers = false;
    bool allowsUnsafeConstraints = false;
    bool convertsLocalTables = true; ///< citus.enable_local_reference_table_foreign_keys
    int leftovers = 0; ///< pieces of interrupted or finished work that citus has still to drop
    QList<ShardingNode> nodes;
    QList<GroupFacts> groups;

    QList<ShardingNode> dataNodes() const; ///< active ones that take shards
};

/// What the advisor, the preflight and the planner know: read once, then plain data. Holds the tables that were asked
/// for and all that foreign keys connect with them.
struct ShardingFacts
{
    ShardingCluster cluster;
    QList<ShardingTable> tables;
    QList<ShardingForeignKey> foreignKeys;
    QList<SequenceUse> sequences;
    QList<UnsupportedDependency> unsupported;
    QList<LostObject> lost;
    QStringList missing; ///< asked for and not there, quoted
    bool schemaExists = true; ///< the schema that was asked for
    bool schemaIsDistributed = false;
    QString schemaExtension; ///< an extension that owns it or lives in it

    const ShardingTable *table(const QualifiedName &name) const;
};

/// The tables and columns that the facts are about.
struct ShardingQuestion
{
    QList<QualifiedName> tables;
    QString schema; ///< instead of tables: all of this schema
};
ShardingQuestion questionOf(const DistributeSettings &settings);

/// The tables that a question leads to: each one and what foreign keys connect with it is a root, and a part of itself;
/// its partitions are parts of it.
struct ShardingScope
{
    QList<std::pair<quint32, quint32>> parts; ///< oid and that of the root
};

/// Two round trips to the coordinator of a cluster with citus: which tables, then all about them in one pipeline.
Query shardingScopeQuery(const ShardingQuestion &question);
Outcome<ShardingScope> readShardingScope(const Outcome<ResultSet> &answer);
QList<Query> shardingFactQueries(const ShardingQuestion &question, const ShardingScope &scope);
/// Fails when any answer did: no rule judges half a picture.
Outcome<ShardingFacts> readShardingFacts(const ShardingQuestion &question, const QList<Outcome<ResultSet>> &answers);

} // namespace Shardboard
