// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/changefacts.h"

#include "connection/capabilityscan.h"
#include "connection/syncsession.h"
#include "connection/values/reading.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

enum Question { Here, Strategies, Moves, Owners, Special };

Query hereQuery()
{
    return Query(uR"(
SELECT current_setting('server_version'), current_setting('server_version_num')::int,
       (SELECT json_object_agg(e.extname, e.extversion) FROM pg_extension e
         WHERE e.extname = 'citus' OR EXISTS (SELECT FROM pg_dist_object o
                 WHERE o.classid = 'pg_extension'::regclass AND o.objid = e.oid)),
       (SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()),
       CASE WHEN has_function_privilege('pg_control_system()', 'EXECUTE')
            THEN (SELECT system_identifier::text FROM pg_control_system()) END)"_s);
}

Query strategiesQuery()
{
    return Query(u"SELECT name, default_strategy FROM pg_dist_rebalance_strategy ORDER BY name"_s);
}

Query movesQuery(const ClusterSettings &settings)
{
    std::optional<QByteArray> strategy;
    if (!settings.strategy.isEmpty())
        strategy = settings.strategy.toUtf8();
    return Query(uR"(
SELECT p.shardid, n.nspname, c.relname, f.nodeid, t.nodeid
  FROM get_rebalance_table_shards_plan(rebalance_strategy => $1::name) p
  JOIN pg_class c ON c.oid = p.table_name
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_dist_node f ON f.nodename = p.sourcename AND f.nodeport = p.sourceport
  JOIN pg_dist_node t ON t.nodename = p.targetname AND t.nodeport = p.targetport)"_s,
        {strategy});
}

// A server that is not in the metadata yet is asked through the coordinator, as it will be later.
Query candidateQuery(const ClusterSettings &settings)
{
    const QByteArray command = R"(
SELECT json_build_object(
  'version', current_setting('server_version'),
  'versionNumber', current_setting('server_version_num')::int,
  'citusAvailable', (SELECT default_version FROM pg_available_extensions WHERE name = 'citus'),
  'citusInstalled', (SELECT extversion FROM pg_extension WHERE extname = 'citus'),
  'systemIdentifier', CASE WHEN has_function_privilege('pg_control_system()', 'EXECUTE')
                           THEN (SELECT system_identifier::text FROM pg_control_system()) END,
  'encoding', (SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()),
  'knownNodes', CASE WHEN to_regclass('pg_catalog.pg_dist_node') IS NULL THEN 0 ELSE
     (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM pg_dist_node', false, true, '')))[1]::text::int END,
  'maxPreparedTransactions', current_setting('max_prepared_transactions')::int,
  'walLevel', current_setting('wal_level'),
  'extensions', (SELECT json_object_agg(name, default_version) FROM pg_available_extensions),
  'numbered', (SELECT json_agg(c.oid::regclass::text) FROM pg_class c WHERE c.relkind = 'r' AND c.relname ~ '_[0-9]+$')))";
    return Query(u"SELECT success, result FROM master_run_on_worker(ARRAY[$1], ARRAY[$2::int], ARRAY[$3], false)"_s,
        {settings.host.toUtf8(), QByteArray::number(settings.port), command});
}

Query reachQuery(const ClusterSettings &settings)
{
    const QString command = u"SELECT citus_check_connection_to_node(%1, %2)"_s.arg(
        quoteLiteral(settings.host), QString::number(settings.port));
    return Query(u"SELECT nodeid, success, result FROM run_command_on_all_nodes($1)"_s, {command.toUtf8()});
}

// The nodes connect to each other as the owner of the table whose shards they copy.
Query ownersQuery()
{
    return Query(uR"(
SELECT o.rolname, format('%I.%I', n.nspname, c.relname)
  FROM pg_dist_partition p
  JOIN pg_class c ON c.oid = p.logicalrelid AND NOT c.relispartition
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_roles o ON o.oid = c.relowner AND NOT o.rolcanlogin
 WHERE p.partmethod <> 'n' OR p.repmodel = 't' OR p.colocationid <> 0
 ORDER BY 1, 2)"_s);
}

QMap<QString, QString> versions(const QJsonObject &json)
{
    QMap<QString, QString> map;
    for (auto it = json.begin(); it != json.end(); ++it)
        map.insert(it.key(), it->toString());
    return map;
}

/// What is left there of shards that this cluster has: shards of these numbers could not move there. Copies of
/// reference tables do not count, as new ones take their place.
QStringList leftoversOf(const QJsonArray &numberedTables, const ShardFacts &shards)
{
    QStringList leftovers;
    for (const QJsonValue &table : numberedTables) {
        const qint64 id = table.toString().section(u'_', -1).remove(u'"').toLongLong();
        const auto found = std::ranges::find(shards.shards, id, &Shard::id);
        if (found != shards.shards.end() && isSpread(shards.tables.at(found->table).kind))
            leftovers << table.toString();
    }
    return leftovers;
}

CandidateNode readCandidate(const Outcome<ResultSet> &answer, const ShardFacts &shards)
{
    CandidateNode node;
    if (!answer || answer->rowCount() == 0) {
        node.failure = answer.isError() ? answer.error().message : u"it was not asked"_s;
        return node;
    }
    if (!answer->boolean(0, 0)) {
        node.failure = answer->text(0, 1);
        return node;
    }
    const QJsonObject json = QJsonDocument::fromJson(answer->text(0, 1).toUtf8()).object();
    node.hasAnswered = true;
    node.version = json.value(u"version"_s).toString();
    node.versionNumber = json.value(u"versionNumber"_s).toInt();
    node.citusAvailable = json.value(u"citusAvailable"_s).toString();
    node.citusInstalled = json.value(u"citusInstalled"_s).toString();
    node.systemIdentifier = json.value(u"systemIdentifier"_s).toString();
    node.encoding = json.value(u"encoding"_s).toString();
    node.knownNodes = json.value(u"knownNodes"_s).toInt();
    node.maxPreparedTransactions = json.value(u"maxPreparedTransactions"_s).toInt();
    node.walLevel = json.value(u"walLevel"_s).toString();
    node.extensions = versions(json.value(u"extensions"_s).toObject());
    node.leftovers = leftoversOf(json.value(u"numbered"_s).toArray(), shards);
    return node;
}

void readHere(const ResultSet &rows, ChangeFacts &facts)
{
    if (rows.rowCount() == 0)
        return;
    facts.version = rows.text(0, 0);
    facts.versionNumber = int(rows.integer(0, 1));
    facts.extensions = versions(QJsonDocument::fromJson(rows.text(0, 2).toUtf8()).object());
    facts.citusVersion = facts.extensions.value(u"citus"_s);
    facts.encoding = rows.text(0, 3);
    facts.systemIdentifier = rows.text(0, 4);
}

void readStrategies(const ResultSet &rows, ChangeFacts &facts)
{
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        facts.strategies << rows.text(row, 0);
        if (rows.boolean(row, 1))
            facts.defaultStrategy = rows.text(row, 0);
    }
}

void readOwners(const ResultSet &rows, ChangeFacts &facts)
{
    for (qsizetype row = 0; row < rows.rowCount(); ++row)
        facts.ownersWithoutLogin[rows.text(row, 0)] << rows.text(row, 1);
}

/// The server's own plan knows no sizes of shards: they come from what the nodes told.
void readMoves(const Outcome<ResultSet> &answer, ChangeFacts &facts)
{
    if (!answer) {
        facts.movesRefusal = answer.isError() ? answer.error().message : QString();
        return;
    }
    QHash<std::pair<qint64, int>, qint64> sizes;
    for (const Shard &shard : facts.cluster.shards->shards)
        sizes.insert({shard.id, shard.nodeId}, shard.bytes);
    for (qsizetype row = 0; row < answer->rowCount(); ++row) {
        ShardMove move{answer->integer(row, 0), {answer->text(row, 1), answer->text(row, 2)},
            int(answer->integer(row, 3)), int(answer->integer(row, 4)), -1};
        const auto size = sizes.constFind({move.shardId, move.fromNode});
        if (size == sizes.cend())
            continue; // of a partition: it counts with its table
        move.bytes = *size;
        facts.moves << move;
    }
}

void readReach(const ResultSet &rows, ChangeFacts &facts)
{
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        const bool wasAsked = rows.boolean(row, 1);
        if (!wasAsked)
            facts.unreachableFrom.insert(int(rows.integer(row, 0)), rows.text(row, 2));
        else if (rows.text(row, 2) != u"t"_s)
            facts.unreachableFrom.insert(int(rows.integer(row, 0)), u"it cannot connect to that address"_s);
    }
}

ClusterParts partsFor(const ClusterSettings &settings)
{
    ClusterParts parts = ClusterPart::Nodes | ClusterPart::Jobs;
    if (settings.hasNode() || settings.change == ClusterChange::Rebalance)
        parts |= ClusterPart::Shards;
    return parts;
}

} // namespace

const NodeFacts *ChangeFacts::node(const QString &host, int port) const
{
    const auto found = std::ranges::find_if(
        cluster.nodes, [&](const NodeFacts &one) { return one.host == host && one.port == port && one.isInMetadata; });
    return found == cluster.nodes.end() ? nullptr : &*found;
}

Outcome<ChangeFacts> readChangeFacts(SyncSession &session, const ClusterSettings &settings)
{
    const auto capabilities = scanCapabilities(session);
    if (!capabilities)
        return capabilities.failure<ChangeFacts>();
    ChangeFacts facts;
    facts.hasCitus = knowsCluster(*capabilities);
    facts.isCoordinator = capabilities->isCoordinator;
    if (!facts.hasCitus || !facts.isCoordinator)
        return facts;

    const ClusterParts parts = partsFor(settings);
    QList<Query> queries{hereQuery(), strategiesQuery(),
        settings.change == ClusterChange::Rebalance ? movesQuery(settings) : Query(u"SELECT WHERE false"_s),
        ownersQuery()};
    if (settings.change == ClusterChange::AddNode)
        queries << candidateQuery(settings);
    else if (settings.change == ClusterChange::SetCoordinatorHost)
        queries << reachQuery(settings);
    const qsizetype own = queries.size();
    queries += clusterQueries(*capabilities, parts);
    const QList<Outcome<ResultSet>> answers = session.runPipeline(queries);
    const auto cluster = readCluster(*capabilities, parts, answers.mid(own));
    if (!cluster)
        return cluster.failure<ChangeFacts>();
    if (!cluster->failures.isEmpty()) // a cluster without nodes or shards looks like one that may be changed
        return cluster->failures.first();
    facts.cluster = *cluster;
    AnswerReading reading;
    readHere(reading.required(answers.at(Here), u"The version and extensions"_s), facts);
    readStrategies(reading.required(answers.at(Strategies), u"The rebalance strategies"_s), facts);
    readMoves(answers.at(Moves), facts);
    readOwners(reading.required(answers.at(Owners), u"The owners of tables"_s), facts);
    if (settings.change == ClusterChange::AddNode)
        facts.candidate = readCandidate(answers.at(Special), *facts.cluster.shards);
    else if (settings.change == ClusterChange::SetCoordinatorHost)
        readReach(reading.required(answers.at(Special), u"Which nodes reach the new address"_s), facts);
    return reading.isOk() ? Outcome<ChangeFacts>(facts) : reading.failure<ChangeFacts>();
}

RebalancePreview previewMoves(const QList<ShardMove> &moves, const ClusterFacts &cluster)
{
    RebalancePreview preview;
    preview.moves = moves;
    QMap<int, NodeLoad> loads;
    for (const Shard &shard : cluster.shards->shards) {
        if (!isSpread(cluster.shards->tables.at(shard.table).kind))
            continue;
        NodeLoad &load = loads[shard.nodeId];
        ++load.shardsBefore;
        load.bytesBefore += std::max<qint64>(shard.bytes, 0);
    }
    for (NodeLoad &load : loads) {
        load.shardsAfter = load.shardsBefore;
        load.bytesAfter = load.bytesBefore;
    }
    for (const ShardMove &move : moves) {
        const qint64 bytes = std::max<qint64>(move.bytes, 0);
        preview.bytes += bytes;
        --loads[move.fromNode].shardsAfter;
        loads[move.fromNode].bytesAfter -= bytes;
        ++loads[move.toNode].shardsAfter;
        loads[move.toNode].bytesAfter += bytes;
    }
    // A node that may hold shards and holds none belongs into the picture too.
    for (const NodeFacts &node : cluster.nodes) {
        if (!loads.contains(node.nodeId) && !(node.shouldHaveShards && node.isActive && node.isPrimary))
            continue;
        NodeLoad load = loads.take(node.nodeId);
        load.nodeId = node.nodeId;
        preview.nodes << load;
    }
    return preview;
}

} // namespace Shardboard
