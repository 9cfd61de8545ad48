// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/capabilities.h"
#include "connection/values/outcome.h"
#include "connection/values/sqlquote.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace Shardboard {

class SyncSession;

struct ColumnFacts
{
    QString name;
    QString type; ///< as format_type() spells it, "timestamp with time zone"
    bool isNotNull = false;
    bool isIdentity = false;
    QString sequence = {}; ///< of a whole number that the server fills in, schema.sequence as it is quoted; else empty
    int sequenceCache = 1; ///< how many ids a session takes at once
    bool isIndexed = false; ///< some index begins with it
};

/// A logical table: shards and partitions are folded into it.
struct TableFacts
{
    QualifiedName name;
    QList<ColumnFacts> columns; ///< in table order
    bool isPartitioned = false;
    QString distributionColumn; ///< empty unless distributed by a column
    int colocationId = 0; ///< 0: not a citus table
    int shardCount = 0;
    QString owner = {};
    bool ownerIsSuperuser = false;
    bool ownerRunsJobs = false; ///< the owner may log in and may create partitions in the schema
    bool hidesRows = false; ///< row security is forced, or hides rows from the session's user

    bool isDistributed() const { return !distributionColumn.isEmpty(); }
    const ColumnFacts *column(const QString &column) const;
};

/// A row of shardboard.rollup.
struct RollupFacts
{
    QString name;
    QString source; ///< schema.table, quoted where it must be
    QString target;
    QJsonArray measures;
    QString strategy = {}; ///< "sequence", "time", "cascade"
    QString parent = {}; ///< of a cascade
    QString bucketColumn = {};
    QString bucket = {};
    QString timeZone = {};
    QJsonArray dimensions = {};
    QString sourceIndex = {}; ///< made for it on the source, schema.index as it is quoted; empty: none was
};

/// A row of shardboard.retention; without keep the rows are kept for ever.
struct RetentionFacts
{
    QString table; ///< schema.table, quoted where it must be
    std::optional<QString> keep;
    QString timeColumn = {};
    bool dropsWide = false; ///< also partitions far wider than the others
    bool hasDeleted = false; ///< rows may have gone already
};

/// A row of cron.job.
struct CronJobFacts
{
    qint64 id = 0;
    QString name;
    QString schedule;
    QString command;
    QString database;
    bool isActive = false;
    QString user = {};
};

/// A row of shardboard.blueprint: what was applied, with which settings.
struct BlueprintFacts
{
    QString name;
    QString schema;
    QJsonObject settings;
    bool createdSchema = false;
};

/// A row of shardboard.partitioning: a table whose time partitions are looked after.
struct PartitioningFacts
{
    QString table; ///< schema.table, quoted where it must be
    QString timeColumn;
    QString step; ///< interval
    int ahead = 0;
    QString method; ///< "pg_partman", "citus", "sql"
    QString columnarAfter; ///< interval; empty: never
    std::optional<qint64> defaultRows; ///< at the last maintenance; nullopt: no default partition, or not counted yet
    QString lastRunAt; ///< empty: never
    QString lastError;
};

/// What planners know of a server: read once, then plain data.
struct CatalogueFacts
{
    ServerCapabilities capabilities;
    QStringList schemas;
    QList<TableFacts> tables;
    QString host, port, user; ///< of the connection they were read on
    int objectsVersion = 0; ///< of the server-side objects in schema shardboard; 0: not there
    QString objectsOwner; ///< of schema shardboard; empty where it does not exist
    QList<RollupFacts> rollups;
    QList<RetentionFacts> retentions;
    QList<CronJobFacts> jobs;
    bool canSeeJobs = false; ///< pg_cron is in this database and we may use it
    QString jobsRefusal; ///< what the server said where the role may not read the jobs; empty: read, or no pg_cron
    QList<BlueprintFacts> blueprints;
    QList<PartitioningFacts> partitionings;
    int conversions = 0; ///< tables on their way to become partitioned, or whose ordinary table is kept

    const TableFacts *table(const QualifiedName &name) const;
    const RollupFacts *rollup(const QString &name) const;
    const BlueprintFacts *blueprint(const QString &name, const QString &schema) const;
    const PartitioningFacts *partitioning(const QualifiedName &table) const;
    const RetentionFacts *retention(const QualifiedName &table) const;
};

/// Reads all of it in one round trip. What the server does not have is left empty; any other error of any part fails,
/// so that no plan is made from half a picture. Blocks: for a worker thread.
Outcome<CatalogueFacts> loadFacts(SyncSession &session);

} // namespace Shardboard
