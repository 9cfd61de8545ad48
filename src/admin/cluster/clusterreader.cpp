// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/activityreader.h"
#include "admin/cluster/clusterqueries.h"
#include "admin/cluster/shardreader.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

QDateTime moment(const ResultSet &rows, qsizetype row, int column)
{
    return rows.isNull(row, column) ? QDateTime() : QDateTime::fromString(rows.text(row, column), Qt::ISODateWithMs);
}

void readAnswer(const QJsonObject &answer, NodeFacts &node)
{
    node.hasAnswered = true;
    node.version = answer.value(u"version"_s).toString();
    node.citusVersion = answer.value(u"citus"_s).toString();
    const QJsonObject disk = answer.value(u"disk"_s).toObject();
    node.freeBytes = disk.value(u"available_disk_size"_s).toInteger(-1);
    node.totalBytes = disk.value(u"total_disk_size"_s).toInteger(-1);
    node.connections = answer.value(u"connections"_s).toInt();
    node.maxConnections = answer.value(u"maxConnections"_s).toInt();
    node.startedAt = QDateTime::fromString(answer.value(u"startedAt"_s).toString(), Qt::ISODate);
    node.walLevel = answer.value(u"walLevel"_s).toString();
    if (const QJsonValue plugins = answer.value(u"outputPlugins"_s); plugins.isString())
        node.outputPlugins = plugins.toString();
}

QList<NodeFacts> readNodes(const ResultSet &rows)
{
    QList<NodeFacts> nodes;
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        NodeFacts node;
        node.nodeId = int(rows.integer(row, 0));
        node.groupId = int(rows.integer(row, 1));
        node.host = rows.text(row, 2);
        node.port = int(rows.integer(row, 3));
        node.isInMetadata = rows.boolean(row, 4);
        node.isPrimary = rows.boolean(row, 5);
        node.isActive = rows.boolean(row, 6);
        node.shouldHaveShards = rows.boolean(row, 7);
        node.isMetadataSynced = rows.boolean(row, 8);
        node.placements = rows.integer(row, 9);
        node.failure = rows.text(row, 10);
        if (!rows.isNull(row, 11))
            readAnswer(QJsonDocument::fromJson(rows.text(row, 11).toUtf8()).object(), node);
        nodes << node;
    }
    return nodes;
}

QList<HealthCheck> readHealth(const ResultSet &rows)
{
    QList<HealthCheck> checks;
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        HealthCheck check{int(rows.integer(row, 0)), int(rows.integer(row, 1)), {}};
        if (!rows.isNull(row, 2))
            check.canConnect = rows.boolean(row, 2);
        checks << check;
    }
    return checks;
}

Tenant readTenant(int nodeId, const QJsonObject &json)
{
    Tenant tenant;
    tenant.nodeId = nodeId;
    tenant.colocationId = json.value(u"colocation_id"_s).toInt();
    tenant.value = json.value(u"tenant_attribute"_s).toString();
    tenant.readsNow = json.value(u"read_count_in_this_period"_s).toInteger();
    tenant.readsBefore = json.value(u"read_count_in_last_period"_s).toInteger();
    tenant.queriesNow = json.value(u"query_count_in_this_period"_s).toInteger();
    tenant.queriesBefore = json.value(u"query_count_in_last_period"_s).toInteger();
    tenant.cpuNow = json.value(u"cpu_usage_in_this_period"_s).toDouble();
    tenant.cpuBefore = json.value(u"cpu_usage_in_last_period"_s).toDouble();
    tenant.score = json.value(u"score"_s).toInteger();
    return tenant;
}

/// An error when no node would tell: as a rule, for want of a right.
Outcome<TenantFacts> readTenants(const ResultSet &rows)
{
    TenantFacts facts;
    QString refusal;
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        const int nodeId = int(rows.integer(row, 0));
        if (!rows.isNull(row, 1)) {
            refusal = rows.text(row, 1);
            continue;
        }
        const QJsonObject answer = QJsonDocument::fromJson(rows.text(row, 2).toUtf8()).object();
        facts.periodSeconds = answer.value(u"period"_s).toInt(facts.periodSeconds);
        if (answer.value(u"track"_s).toString() == u"none"_s)
            facts.untracked << nodeId;
        for (const QJsonValue &tenant : answer.value(u"tenants"_s).toArray())
            facts.tenants << readTenant(nodeId, tenant.toObject());
    }
    if (facts.tenants.isEmpty() && facts.untracked.isEmpty() && !refusal.isEmpty())
        return ServerError::usage(refusal, u"Statistics of tenants are for members of pg_monitor."_s);
    std::ranges::stable_sort(facts.tenants, std::greater(), &Tenant::score);
    return facts;
}

QList<BackgroundJob> readJobs(const ResultSet &rows)
{
    QList<BackgroundJob> jobs;
    for (qsizetype row = 0; row < rows.rowCount(); ++row)
        jobs << BackgroundJob{rows.integer(row, 0), rows.text(row, 1), rows.text(row, 2), rows.text(row, 3),
            moment(rows, row, 4), moment(rows, row, 5), int(rows.integer(row, 6)), int(rows.integer(row, 7))};
    return jobs;
}

/// What a task of a rebalance moves stands in its command only.
void readMove(BackgroundTask &task)
{
    static const QRegularExpression pattern(uR"(citus_move_shard_placement\((\d+),\s*(\d+),\s*(\d+),)"_s);
    const auto match = pattern.match(task.command);
    if (!match.hasMatch())
        return;
    task.shardId = match.captured(1).toLongLong();
    task.fromNode = match.captured(2).toInt();
    task.toNode = match.captured(3).toInt();
}

QList<BackgroundTask> readTasks(const ResultSet &rows, const ResultSet &moves)
{
    QHash<qint64, qsizetype> moveOfPid;
    for (qsizetype row = 0; row < moves.rowCount(); ++row)
        moveOfPid.insert(moves.integer(row, 0), row);
    QList<BackgroundTask> tasks;
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        BackgroundTask task;
        task.jobId = rows.integer(row, 0);
        task.taskId = rows.integer(row, 1);
        task.status = rows.text(row, 2);
        task.command = rows.text(row, 3);
        task.retries = int(rows.integer(row, 4));
        task.notBefore = moment(rows, row, 5);
        task.message = rows.text(row, 6).trimmed();
        readMove(task);
        const auto move = moveOfPid.constFind(rows.integer(row, 7, -1));
        if (task.status == u"running"_s && move != moveOfPid.cend()) {
            task.phase = moves.text(*move, 1);
            task.sourceBytes = moves.integer(*move, 2, -1);
            task.targetBytes = moves.integer(*move, 3, -1);
        }
        tasks << task;
    }
    return tasks;
}

/// The answers of one pipeline by their statements.
class Answers
{
public:
    Answers(const QList<ClusterQuery> &queries, const QList<Outcome<ResultSet>> &answers)
        : m_queries(queries), m_answers(answers)
    {
    }

    const Outcome<ResultSet> &operator[](ClusterQuery query) const { return m_answers.at(m_queries.indexOf(query)); }

private:
    const QList<ClusterQuery> &m_queries;
    const QList<Outcome<ResultSet>> &m_answers;
};

/// What the part as a whole came to: the first error among what it cannot do without.
void readPart(ClusterPart part, const Answers &answers, ClusterFacts &facts)
{
    const auto fail = [&](const ServerError &error) { facts.failures.insert(part, error); };
    const auto isThere = [&](ClusterQuery query) {
        if (answers[query].isError())
            fail(answers[query].error());
        return answers[query].isOk();
    };
    facts.failures.remove(part);
    switch (part) {
    case ClusterPart::Nodes:
        if (isThere(ClusterQuery::Nodes))
            facts.nodes = readNodes(*answers[ClusterQuery::Nodes]);
        break;
    case ClusterPart::Health:
        if (isThere(ClusterQuery::Health))
            facts.health = readHealth(*answers[ClusterQuery::Health]);
        break;
    case ClusterPart::Shards:
        if (isThere(ClusterQuery::ShardTables) && isThere(ClusterQuery::ShardPlacements))
            facts.shards = readShards(*answers[ClusterQuery::ShardTables], *answers[ClusterQuery::ShardPlacements],
                answers[ClusterQuery::ShardSizes]);
        break;
    case ClusterPart::Tenants:
        if (!isThere(ClusterQuery::Tenants))
            break;
        if (const auto tenants = readTenants(*answers[ClusterQuery::Tenants]); tenants.isError())
            fail(tenants.error());
        else
            facts.tenants = *tenants;
        break;
    case ClusterPart::Activity:
        if (isThere(ClusterQuery::Sessions) && isThere(ClusterQuery::Waits))
            facts.activity = readActivity(*answers[ClusterQuery::Sessions], *answers[ClusterQuery::Waits]);
        break;
    case ClusterPart::Jobs:
        if (isThere(ClusterQuery::Jobs) && isThere(ClusterQuery::Tasks) && isThere(ClusterQuery::Moves)) {
            facts.jobs.jobs = readJobs(*answers[ClusterQuery::Jobs]);
            facts.jobs.tasks = readTasks(*answers[ClusterQuery::Tasks], *answers[ClusterQuery::Moves]);
        }
        break;
    }
    if (!facts.failures.contains(part))
        facts.known |= part;
}

} // namespace

Outcome<ClusterFacts> readCluster(const ServerCapabilities &capabilities, ClusterParts parts,
    const QList<Outcome<ResultSet>> &answers, ClusterFacts facts)
{
    const ClusterParts asked = parts & availableParts(capabilities);
    const QList<ClusterQuery> queries = queriesOf(asked);
    const bool wasCancelled = std::ranges::any_of(answers, &Outcome<ResultSet>::isCancelled);
    if (wasCancelled || answers.size() < queries.size())
        return Cancelled{};
    const bool hasAny = std::ranges::any_of(answers, &Outcome<ResultSet>::isOk);
    if (!hasAny && !answers.isEmpty())
        return answers.first().failure<ClusterFacts>();
    facts.hasCitus = knowsCluster(capabilities);
    for (const ClusterPart part : {ClusterPart::Nodes, ClusterPart::Health, ClusterPart::Shards, ClusterPart::Tenants,
             ClusterPart::Activity, ClusterPart::Jobs}) {
        if (asked.testFlag(part))
            readPart(part, Answers(queries, answers), facts);
    }
    return facts;
}

} // namespace Shardboard
