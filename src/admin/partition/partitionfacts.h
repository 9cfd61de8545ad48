// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/catalogue/catalogue.h"
#include "admin/catalogue/partitionbound.h"
#include "admin/facts.h"
#include "admin/partition/settings.h"

#include <QDateTime>

#include <optional>

namespace Shardboard {

/// A column of a table that is to become partitioned.
struct ConvertedColumn
{
    QString name;
    QString type; ///< as format_type() spells it
    bool isNotNull = false;
    bool isGenerated = false;
    bool isIdentity = false;
    bool ownsSequence = false; ///< serial

    bool isTime() const;
};

/// A unique index, primary key, exclusion constraint or plain index.
struct ConvertedIndex
{
    QString name;
    QString definition; ///< what follows the table's name in CREATE INDEX: "USING btree (a) WHERE …"
    QString constraint; ///< "PRIMARY KEY (id)" of a constraint; empty: an index alone
    QStringList columns; ///< keys, an empty name for an expression
    QString method; ///< "btree"
    bool isUnique = false;
    bool isPrimary = false;
    bool isExclusion = false;
    bool isValid = true;
    bool isPartial = false;

    bool isConstraint() const { return !constraint.isEmpty(); }
};

struct ConvertedForeignKey
{
    QString name;
    QualifiedName table; ///< that has it
    QualifiedName referenced;
    QString definition; ///< "FOREIGN KEY (a) REFERENCES s.b(id)"
    bool isValidated = true;
};

/// A trigger or a publication.
struct ConvertedPart
{
    QString name;
    bool isObstacle = false; ///< it has a form that partitioned tables refuse, or that cannot be carried over
};

struct ConvertedPartition
{
    QualifiedName name;
    PartitionBound bound;
};

/// What decides whether a table can become partitioned by time, and how.
struct ConvertedTable
{
    quint32 oid = 0;
    QualifiedName name;
    QString relkind; ///< "r", "p", "f", "v", …
    QString owner;
    bool isOwned = false; ///< we may alter it
    bool isTemporary = false;
    bool isUnlogged = false;
    bool isInherited = false;
    bool isPartition = false;
    bool hasRowSecurity = false;
    bool hasOptions = false; ///< storage parameters
    QString replicaIdentity; ///< "d", "n", "f", "i"
    QString extension; ///< it belongs to
    QString partitionKey; ///< "RANGE (at)" of a partitioned table
    QStringList keyColumns; ///< of its partition key, an empty name for an expression
    qint64 rows = -1; ///< estimate
    qint64 bytes = 0;
    QList<ConvertedColumn> columns;
    QList<ConvertedIndex> indexes;
    QList<ConvertedForeignKey> foreignKeys; ///< its own
    QList<ConvertedForeignKey> incoming; ///< of other tables, and of itself to itself
    QStringList views;
    QStringList fixedDependents; ///< that cannot be pointed to another table: materialised views, functions, row types
    QStringList rules;
    QStringList uncheckedConstraints; ///< NOT VALID checks
    QList<ConvertedPart> triggers;
    QList<ConvertedPart> publications;
    QList<ConvertedPartition> partitions;

    TableKind kind = TableKind::Local; ///< as citus sees it
    QString distributionColumn;
    int colocationId = 0;

    bool isPartitioned() const { return relkind == QLatin1String("p"); }
    bool isSpread() const { return kind == TableKind::Distributed || kind == TableKind::SingleShard; }
    const ConvertedColumn *column(const QString &columnName) const;
    const ConvertedIndex *primaryKey() const;
    /// An index that finds rows by their time.
    bool hasIndexOn(const QString &columnName) const;
};

/// What the rows themselves say; each is nullopt where the server gave no answer in time.
struct TimeFigures
{
    std::optional<bool> isEmpty;
    std::optional<bool> hasNulls;
    std::optional<bool> hasInfinite;
    std::optional<QDateTime> earliest, latest; ///< of the finite ones, UTC
};

/// A row of shardboard.conversion.
struct ConversionFacts
{
    QString copyName;
    QString originalName;
    QString timeColumn;
    QString step;
    bool isSwapped = false;
};

/// What planners of "partition" and "undo-partition" know.
struct PartitionFacts
{
    CatalogueFacts catalogue;
    std::optional<ConvertedTable> table; ///< nullopt: there is none of this name
    std::optional<ConversionFacts> conversion;
    QStringList taken; ///< of the names the plan would give, those that are in use
    TimeFigures times;
    qint64 freeBytes = -1; ///< the least free of the disks that would hold the copy; -1 when unknown
    QString freeNode; ///< the node that has it
    QString diskRefusal; ///< what the server said where the role may not ask for the disks
    bool hasColumnar = false;

    /// The ordinary table that was kept after the swap, empty when there is none.
    QualifiedName original() const;
};

/// Names beside the table while it is converted.
QualifiedName partitionedCopyOf(const QualifiedName &table);
QualifiedName ordinaryTableOf(const QualifiedName &table);
QualifiedName defaultPartitionOf(const QualifiedName &table);

/// To be sent in one pipeline.
QList<Query> partitionFactQueries(const QualifiedName &table, bool hasCitus);
/// Fails when any answer did, but for objects that do not exist.
Outcome<PartitionFacts> readPartitionFacts(const QualifiedName &table, const QList<Outcome<ResultSet>> &answers);

/// What to ask the rows of a table that is there; the earliest and the latest read an index where there is one.
QList<Query> timeFigureQueries(const QualifiedName &table, const QString &column);
TimeFigures readTimeFigures(const QList<Outcome<ResultSet>> &answers);

} // namespace Shardboard
