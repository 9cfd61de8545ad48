// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/catalogue/partitionbound.h"
#include "connection/values/capabilities.h"
#include "connection/values/outcome.h"
#include "connection/values/query.h"
#include "connection/values/resultset.h"
#include "connection/values/sqlquote.h"

#include <QList>
#include <QMap>

#include <optional>

namespace Shardboard {

/// How the rows of a table are spread.
enum class TableKind {
    Distributed, ///< by a column, in shards
    Reference, ///< whole on every node
    SchemaSharded, ///< lives with its distributed schema on one node
    SingleShard, ///< one shard somewhere, no distribution column
    LocalManaged, ///< on the coordinator, known to citus
    Local, ///< ordinary PostgreSQL
    Foreign,
    View,
    MaterializedView,
};

/// As pg_dist_partition says it: partmethod, repmodel, colocationid, and whether the group is that of a schema.
TableKind citusTableKind(const QString &method, const QString &model, int colocationId, bool isSchemaSharded);

/// What a person calls a table, or one partition of it. Shards are folded into it: they are counted, never listed.
struct CatalogueTable
{
    quint32 oid = 0;
    QualifiedName name;
    TableKind kind = TableKind::Local;
    QString owner;
    QString accessMethod; ///< "heap", "columnar"; empty where there is no storage
    QString comment;
    bool isUnlogged = false;

    QString distributionColumn;
    int colocationId = 0; ///< 0: none
    int shardCount = 0;

    qint64 bytes = -1; ///< all shards and partitions with indexes and TOAST; one copy of a reference table; -1 unknown
    qint64 rows = -1; ///< the server's estimate, partitions included; -1 when it was never analysed
    qint64 leftoverBytes = 0; ///< still in the coordinator's own table after distributing

    QString partitionKey; ///< "RANGE (created_at)", empty when not partitioned
    quint32 parentOid = 0; ///< of a partition
    std::optional<PartitionBound> bound; ///< of a partition
    QList<int> partitions; ///< indexes of the direct ones in Catalogue::tables, in the order of their bounds
    int partitionCount = 0; ///< leaves, on any level

    bool isPartitioned() const { return !partitionKey.isEmpty(); }
    bool isPartition() const { return parentOid != 0; }
    bool isTable() const { return kind < TableKind::View; }
};

/// Tables whose shards lie together: their rows with equal distribution values are on the same node.
struct ColocationGroup
{
    int id = 0;
    int shardCount = 0;
    int replicationFactor = 0;
    QString columnType; ///< "bigint"; empty for reference, single-shard and schema groups
    QString columnCollation; ///< empty for the type's default
    QString schema; ///< of a distributed schema, else empty
};

/// The tables of a database at one moment.
struct Catalogue
{
    QList<CatalogueTable> tables; ///< by schema and name; partitions too
    QList<int> roots; ///< indexes of those that are no partition, in the same order
    QList<ColocationGroup> colocationGroups;
    QStringList gaps; ///< what could not be read and why: "node 3 did not answer: sizes are without it"

    const CatalogueTable *find(quint32 oid) const;
    const CatalogueTable *find(const QualifiedName &name) const;
    const ColocationGroup *group(int id) const;
    /// First and last value of a range-partitioned table's partitions; both empty when there are none. The default
    /// partition does not count.
    std::pair<QString, QString> partitionRange(const CatalogueTable &table) const;
    bool hasDefaultPartition(const CatalogueTable &table) const;
};

/// The snapshot's queries, to be sent in one pipeline. What costs most (sizes) comes last.
QList<Query> catalogueQueries(const ServerCapabilities &capabilities);

/// Reads the answers, also when only the first of them have arrived: then sizes are unknown. Only the first must have
/// succeeded; what else failed is said in Catalogue::gaps.
Outcome<Catalogue> readCatalogue(const ServerCapabilities &capabilities, const QList<Outcome<ResultSet>> &answers);

} // namespace Shardboard
