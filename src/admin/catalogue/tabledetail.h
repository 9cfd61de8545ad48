// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/catalogue/catalogue.h"

namespace Shardboard {

struct TableColumn
{
    QString name;
    QString type; ///< "character varying(20)"
    bool isNotNull = false;
    QString defaultExpression; ///< also of a generated column
    QString generation; ///< "identity always", "identity by default", "generated", or empty
    QString collation; ///< empty for the type's default
    QString comment;
};

struct TableIndex
{
    QString name;
    QString definition; ///< CREATE INDEX …
    bool isUnique = false;
    bool isPrimary = false;
    bool isValid = true;
};

struct TableConstraint
{
    enum class Kind { PrimaryKey, Unique, ForeignKey, Check, Exclusion, Other };

    Kind kind = Kind::Other;
    QString name;
    QString definition; ///< without the name: "FOREIGN KEY (a) REFERENCES b(id)"
    bool isValidated = true;
    QualifiedName table; ///< that the constraint belongs to: another one for a foreign key that points here
    bool isIncoming = false;
};

struct TableTrigger
{
    QString name;
    QString definition;
    bool isEnabled = true;
};

/// One shard on one node.
struct ShardPlacement
{
    qint64 shardId = 0;
    std::optional<int> minHash, maxHash; ///< nullopt unless distributed by hash
    int nodeId = 0;
    QString host;
    int port = 0;
    qint64 bytes = -1; ///< partitions included; -1 when the node did not tell
    qint64 rows = -1; ///< estimate, partitions included
};

/// What is shown of one table beside its line in the catalogue.
struct TableDetail
{
    quint32 oid = 0;
    QList<TableColumn> columns;
    QList<TableIndex> indexes;
    QList<TableConstraint> constraints; ///< own ones first, then foreign keys of others that point here
    QList<TableTrigger> triggers; ///< those that people made
    QString viewDefinition; ///< of a view or materialised view
    QList<ShardPlacement> placements; ///< in the order of their hash ranges
    std::optional<qint64> defaultRows; ///< of the default partition, counted to mostDefaultRows; nullopt: not known
    QStringList gaps;
};

/// To be sent in one pipeline. `defaultPartition` is that of the table, empty where there is none.
QList<Query> tableDetailQueries(
    const ServerCapabilities &capabilities, const CatalogueTable &table, const QualifiedName &defaultPartition = {});
/// The first query must have succeeded; an empty list of columns means that the table is gone.
Outcome<TableDetail> readTableDetail(
    const CatalogueTable &table, const QList<Outcome<ResultSet>> &answers, bool asksDefaultPartition = false);

} // namespace Shardboard
