// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/distribute/nodequeries.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

// What each node tells of itself, as one JSON object.
QString commandOnNode()
{
    return uR"(
SELECT json_build_object(
  'disk', (SELECT row_to_json(d) FROM citus_local_disk_space_stats() d),
  'maxConnections', current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
  'usedConnections', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
  'lockCapacity', current_setting('max_locks_per_transaction')::bigint
     * (current_setting('max_connections')::bigint + current_setting('max_prepared_transactions')::bigint),
  'walLevel', current_setting('wal_level'),
  'maxReplicationSlots', current_setting('max_replication_slots')::int,
  'usedReplicationSlots', (SELECT count(*) FROM pg_replication_slots),
  'maxWalSenders', current_setting('max_wal_senders')::int,
  'outputPlugins', current_setting('output_plugin_libraries', true),
  'extensions', (SELECT json_agg(name) FROM pg_available_extensions())))"_s;
}

QStringList texts(const QJsonArray &array)
{
    QStringList list;
    for (const QJsonValue &value : array)
        list << value.toString();
    return list;
}

void readAnswer(const QJsonObject &answer, const QStringList &neededExtensions, ShardingNode &node)
{
    const QJsonObject disk = answer.value(u"disk"_s).toObject();
    node.freeBytes = disk.value(u"available_disk_size"_s).toInteger(-1);
    node.totalBytes = disk.value(u"total_disk_size"_s).toInteger(-1);
    node.maxConnections = answer.value(u"maxConnections"_s).toInt();
    node.usedConnections = answer.value(u"usedConnections"_s).toInt();
    node.lockCapacity = answer.value(u"lockCapacity"_s).toInteger();
    node.walLevel = answer.value(u"walLevel"_s).toString();
    node.maxReplicationSlots = answer.value(u"maxReplicationSlots"_s).toInt();
    node.usedReplicationSlots = answer.value(u"usedReplicationSlots"_s).toInt();
    node.maxWalSenders = answer.value(u"maxWalSenders"_s).toInt();
    if (const QJsonValue plugins = answer.value(u"outputPlugins"_s); plugins.isString())
        node.outputPlugins = plugins.toString();
    const QStringList installed = texts(answer.value(u"extensions"_s).toArray());
    for (const QString &extension : neededExtensions) {
        if (!installed.contains(extension))
            node.missingExtensions << extension;
    }
}

} // namespace

Query clusterSettingsQuery()
{
    return Query(uR"(
SELECT citus_is_coordinator(), EXISTS (SELECT FROM pg_dist_node WHERE groupid = 0),
       current_setting('citus.shard_count')::int, current_setting('citus.shard_replication_factor')::int,
       coalesce(current_setting('citus.enable_unsafe_triggers', true), 'off') = 'on',
       coalesce(current_setting('citus.allow_unsafe_constraints', true), 'off') = 'on',
       coalesce(current_setting('citus.enable_local_reference_table_foreign_keys', true), 'on') = 'on',
       (SELECT count(*) FROM pg_dist_cleanup))"_s);
}

Query colocationGroupsQuery()
{
    return Query(uR"(
SELECT g.colocationid, g.shardcount, g.replicationfactor, format_type(g.distributioncolumntype, NULL),
       g.distributioncolumntype, g.distributioncolumncollation,
       (SELECT json_agg(format('%I.%I', n.nspname, c.relname) ORDER BY n.nspname, c.relname)
          FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid AND NOT c.relispartition
          JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE p.colocationid = g.colocationid)
  FROM pg_dist_colocation g
 WHERE g.distributioncolumntype <> 0
 ORDER BY 1)"_s);
}

Query nodesQuery(const QByteArray &parts)
{
    return Query(uR"(
WITH needed(classid, objid) AS (
  SELECT d.refclassid, d.refobjid FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = ANY ($1::oid[])
  UNION SELECT 'pg_type'::regclass, a.atttypid FROM pg_attribute a WHERE a.attrelid = ANY ($1::oid[])
  UNION SELECT d.refclassid, d.refobjid FROM pg_index x
          JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = x.indexrelid
         WHERE x.indrelid = ANY ($1::oid[])
  UNION SELECT d.refclassid, d.refobjid FROM pg_attrdef f
          JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
         WHERE f.adrelid = ANY ($1::oid[])),
extensions AS (
  SELECT json_agg(DISTINCT e.extname) AS names FROM needed n
    JOIN pg_depend d ON d.classid = n.classid AND d.objid = n.objid AND d.deptype = 'e'
    JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid)
SELECT n.nodeid, n.nodename, n.nodeport, n.groupid = 0, n.isactive, n.shouldhaveshards,
       CASE WHEN NOT r.success THEN r.result END, CASE WHEN r.success THEN r.result END, x.names
  FROM pg_dist_node n
 CROSS JOIN extensions x
  LEFT JOIN run_command_on_all_nodes($2) r USING (nodeid)
 WHERE n.noderole = 'primary'
 ORDER BY n.groupid, n.nodeid)"_s,
        {parts, commandOnNode().toUtf8()});
}

void readClusterSettings(const ResultSet &rows, ShardingCluster &cluster)
{
    if (rows.rowCount() == 0)
        return;
    cluster.isCoordinator = rows.boolean(0, 0);
    cluster.coordinatorInMetadata = rows.boolean(0, 1);
    cluster.defaultShardCount = int(rows.integer(0, 2, 32));
    cluster.replicationFactor = int(rows.integer(0, 3, 1));
    cluster.allowsUnsafeTriggers = rows.boolean(0, 4);
    cluster.allowsUnsafeConstraints = rows.boolean(0, 5);
    cluster.convertsLocalTables = rows.boolean(0, 6);
    cluster.leftovers = int(rows.integer(0, 7));
}

void readGroups(const ResultSet &rows, ShardingCluster &cluster)
{
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        GroupFacts facts;
        facts.group.id = int(rows.integer(row, 0));
        facts.group.shardCount = int(rows.integer(row, 1));
        facts.group.replicationFactor = int(rows.integer(row, 2));
        facts.group.columnType = rows.text(row, 3);
        facts.columnTypeOid = quint32(rows.integer(row, 4));
        facts.columnCollation = rows.text(row, 5);
        facts.members = texts(QJsonDocument::fromJson(rows.text(row, 6).toUtf8()).array());
        cluster.groups << facts;
    }
}

void readNodes(const ResultSet &rows, ShardingCluster &cluster)
{
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        ShardingNode node;
        node.nodeId = int(rows.integer(row, 0));
        node.host = rows.text(row, 1);
        node.port = int(rows.integer(row, 2));
        node.isCoordinator = rows.boolean(row, 3);
        node.isActive = rows.boolean(row, 4);
        node.shouldHaveShards = rows.boolean(row, 5);
        node.failure = rows.text(row, 6);
        const QStringList needed = texts(QJsonDocument::fromJson(rows.text(row, 8).toUtf8()).array());
        readAnswer(QJsonDocument::fromJson(rows.text(row, 7).toUtf8()).object(), needed, node);
        cluster.nodes << node;
    }
}

} // namespace Shardboard
