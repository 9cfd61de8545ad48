// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/clusterfacts.h"
#include "admin/cluster/skew.h"
#include "tests/support/results.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

using Rows = QList<QStringList>;

ServerCapabilities withCitus()
{
    ServerCapabilities capabilities;
    capabilities.citus.state = Capability::State::Available;
    return capabilities;
}

QStringList table(int oid, const QString &name, int root, int colocation = 1, const QString &model = u"s"_s,
    const QString &lacksIdentity = u"f"_s)
{
    const QString method = model == u"t"_s ? u"n"_s : u"h"_s;
    return {QString::number(oid), QString::number(root), u"public"_s, name, method, model, QString::number(colocation),
        u"f"_s, lacksIdentity};
}

QStringList placement(int shard, int table, int node, const QString &low, const QString &high)
{
    return {QString::number(shard), QString::number(table), QString::number(node), low, high};
}

ClusterFacts shardsOf(const Rows &tables, const Rows &placements, const Rows &sizes)
{
    const auto facts = readCluster(
        withCitus(), ClusterPart::Shards, {resultOf(9, tables), resultOf(5, placements), resultOf(3, sizes)});
    return facts ? *facts : ClusterFacts();
}

NodeFacts worker(int id)
{
    NodeFacts node;
    node.nodeId = id;
    node.groupId = id;
    node.shouldHaveShards = true;
    return node;
}

ServerError denied()
{
    ServerError error;
    error.sqlState = u"42501"_s;
    error.message = u"permission denied"_s;
    return error;
}

} // namespace

class TestClusterFacts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void asksAPlainServerOnlyForWhatItHas()
    {
        const ClusterParts all = availableParts(withCitus());
        QCOMPARE(availableParts({}), ClusterPart::Nodes | ClusterPart::Activity);
        QCOMPARE(clusterQueries({}, all).size(), 3);
        QCOMPARE(clusterQueries(withCitus(), all).size(), 11);
        QCOMPARE(clusterQueries(withCitus(), ClusterPart::Activity).size(), 2);
    }

    void readsWhatNodesSayOfThemselves()
    {
        const QString answer
            = uR"({"version":"15.20","citus":"13.2-1","disk":{"available_disk_size":5,"total_disk_size":9},"connections":3,
                   "maxConnections":100,"startedAt":"2026-01-02T03:04:05Z","walLevel":"logical","outputPlugins":null})"_s;
        const auto facts = readCluster(withCitus(), ClusterPart::Nodes,
            {resultOf(12,
                {{u"1"_s, u"0"_s, u"c"_s, u"5432"_s, u"t"_s, u"t"_s, u"t"_s, u"f"_s, u"t"_s, u"0"_s, QString(), answer},
                    {u"2"_s, u"1"_s, u"::1"_s, u"5433"_s, u"t"_s, u"t"_s, u"t"_s, u"t"_s, u"f"_s, u"32"_s,
                        u"failed to connect"_s, QString()}})});
        QVERIFY(facts.isOk());
        QCOMPARE(facts->nodes.size(), 2);
        const NodeFacts &coordinator = facts->nodes.first();
        QVERIFY(coordinator.isCoordinator() && coordinator.hasAnswered);
        QCOMPARE(coordinator.version, u"15.20"_s);
        QCOMPARE(coordinator.freeBytes, 5);
        QCOMPARE(coordinator.maxConnections, 100);
        QCOMPARE(coordinator.startedAt, QDateTime(QDate(2026, 1, 2), QTime(3, 4, 5), Qt::UTC));
        QVERIFY(!coordinator.outputPlugins);
        const NodeFacts &silent = facts->nodes.last();
        QVERIFY(!silent.hasAnswered && !silent.isMetadataSynced);
        QCOMPARE(silent.failure, u"failed to connect"_s);
        QCOMPARE(silent.address(), u"[::1]:5433"_s);
        QCOMPARE(silent.freeBytes, -1);
    }

    void foldsShardsOfPartitionsIntoThoseOfTheirTable()
    {
        const auto facts
            = shardsOf({table(10, u"events"_s, 10), table(11, u"events_1"_s, 10), table(12, u"events_2"_s, 10)},
                {placement(100, 10, 2, u"-5"_s, u"0"_s), placement(101, 10, 3, u"1"_s, u"5"_s),
                    placement(102, 11, 2, u"-5"_s, u"0"_s), placement(103, 11, 3, u"1"_s, u"5"_s),
                    placement(104, 12, 2, u"-5"_s, u"0"_s), placement(105, 12, 3, u"1"_s, u"5"_s)},
                {{u"2"_s, QString(), u"100 0,102 7,104 20"_s}, {u"3"_s, QString(), u"101 0,103 1,105 2"_s}});
        QCOMPARE(facts.shards->tables.size(), 1);
        QCOMPARE(facts.shards->shards.size(), size_t(2));
        const Shard &first = facts.shards->shards.at(0);
        QCOMPARE(first.id, 100); // the table's own
        QCOMPARE(first.bytes, 27);
        QCOMPARE(first.nodeId, 2);
        QCOMPARE(first.minHash, -5);
        QCOMPARE(facts.shards->shards.at(1).bytes, 3);
    }

    void leavesSizesUnknownWhereANodeTellsNone()
    {
        const auto facts = shardsOf({table(10, u"events"_s, 10)},
            {placement(100, 10, 2, u"-5"_s, u"0"_s), placement(101, 10, 3, u"1"_s, u"5"_s)},
            {{u"2"_s, QString(), u"100 8192"_s}, {u"3"_s, u"no route"_s, QString()}});
        QCOMPARE(facts.shards->shards.at(0).bytes, 8192);
        QCOMPARE(facts.shards->shards.at(1).bytes, -1);
        QCOMPARE(facts.shards->failures.value(3), u"no route"_s);
    }

    void ordersTablesByColocationGroup()
    {
        const auto facts = shardsOf({table(10, u"b"_s, 10, 7), table(11, u"local"_s, 11, 0), table(12, u"c"_s, 12, 3),
                                        table(13, u"a"_s, 13, 7)},
            {}, {});
        QStringList names;
        for (const ShardTable &one : facts.shards->tables)
            names << one.name.name;
        QCOMPARE(names, (QStringList{u"c"_s, u"a"_s, u"b"_s, u"local"_s}));
    }

    void takesTheReplicaIdentityOfPartitionsToo()
    {
        const auto facts
            = shardsOf({table(10, u"events"_s, 10), table(11, u"events_1"_s, 10, 1, u"s"_s, u"t"_s)}, {}, {});
        QVERIFY(facts.shards->tables.first().lacksReplicaIdentity);
    }

    void measuresSkewOfTablesAndNodes()
    {
        ClusterFacts facts = shardsOf(
            {table(10, u"even"_s, 10), table(11, u"uneven"_s, 11), table(12, u"everywhere"_s, 12, 2, u"t"_s)},
            {placement(100, 10, 2, u"-5"_s, u"0"_s), placement(101, 10, 3, u"1"_s, u"5"_s),
                placement(102, 11, 2, u"-5"_s, u"0"_s), placement(103, 11, 3, u"1"_s, u"5"_s),
                placement(104, 12, 2, QString(), QString()), placement(104, 12, 3, QString(), QString())},
            {{u"2"_s, QString(), u"100 50,102 90,104 8"_s}, {u"3"_s, QString(), u"101 50,103 10,104 8"_s}});
        facts.nodes = {worker(2), worker(3)};
        const Skew skew = skewOf(*facts.shards, facts.nodes);
        QCOMPARE(skew.tables.size(), 2); // copies of a reference table are even by nature
        QCOMPARE(facts.shards->tables.at(skew.tables.first().table).name.name, u"uneven"_s);
        QCOMPARE(skew.tables.first().shardFactor, 1.8);
        QCOMPARE(skew.tables.first().largestShardId, 102);
        QCOMPARE(skew.tables.last().shardFactor, 1.0);
        QCOMPARE(skew.nodes.first().bytes, 140);
        QCOMPARE(skew.nodes.first().referenceBytes, 8);
        QCOMPARE(skew.nodes.first().factor, 1.4);
    }

    void readsTheMovesOfARebalance()
    {
        const Rows jobs{
            {u"4"_s, u"running"_s, u"rebalance"_s, u"all"_s, u"2026-01-01T00:00:00.000Z"_s, QString(), u"1"_s, u"3"_s}};
        const Rows tasks{
            {u"4"_s, u"1"_s, u"done"_s, u"SELECT pg_catalog.citus_move_shard_placement(102008,2,5,'auto')"_s, u"0"_s,
                QString(), QString(), QString()},
            {u"4"_s, u"2"_s, u"running"_s, u"SELECT pg_catalog.citus_move_shard_placement(102009,2,5,'auto')"_s, u"2"_s,
                QString(), u"ERROR: out of disk"_s, u"900"_s},
            {u"4"_s, u"3"_s, u"runnable"_s, u"SELECT pg_catalog.replicate_reference_tables('auto')"_s, u"0"_s,
                QString(), QString(), QString()}};
        const auto facts = readCluster(withCitus(), ClusterPart::Jobs,
            {resultOf(8, jobs), resultOf(8, tasks), resultOf(4, {{u"900"_s, u"Copying Data"_s, u"1000"_s, u"400"_s}})});
        QVERIFY(facts.isOk());
        QVERIFY(facts->jobs.rebalance() && !facts->jobs.rebalance()->isOver());
        QCOMPARE(facts->jobs.tasks.at(0).shardId, 102008);
        QCOMPARE(facts->jobs.tasks.at(0).toNode, 5);
        QCOMPARE(facts->jobs.tasks.at(1).retries, 2);
        QCOMPARE(facts->jobs.tasks.at(1).phase, u"Copying Data"_s);
        QCOMPARE(facts->jobs.tasks.at(1).targetBytes, 400);
        QCOMPARE(facts->jobs.tasks.at(2).shardId, 0);
    }

    void marksOwnSessionsAndLeavesTheReaderOut()
    {
        const QString answer = uR"({"idle":4,"sessions":[
            {"pid":7,"gpid":20000000007,"worker":false,"application":"shardboard job","state":"active","queryMs":12,"query":" SELECT 1 "},
            {"pid":8,"gpid":null,"worker":true,"application":"psql","state":"active","query":"<insufficient privilege>"},
            {"pid":9,"gpid":20000000009,"worker":false,"application":"shardboard","state":"active","query":"the reader"}]})"_s;
        const auto facts = readCluster(withCitus(), ClusterPart::Activity,
            {resultOf(
                 4, {{u"2"_s, QString(), answer, u"20000000009"_s}, {u"3"_s, u"gone"_s, QString(), u"20000000009"_s}}),
                resultOf(2, {{u"5"_s, u"6"_s}})});
        QVERIFY(facts.isOk());
        const ActivityFacts &activity = facts->activity;
        QCOMPARE(activity.sessions.size(), 2);
        QVERIFY(activity.sessions.first().isOwn && !activity.sessions.last().isOwn);
        QCOMPARE(activity.sessions.first().query, u"SELECT 1"_s);
        QCOMPARE(activity.sessions.last().gpid, 20000000008); // as citus makes one
        QVERIFY(activity.hidesOthers);
        QCOMPARE(activity.idleCount, 4);
        QCOMPARE(activity.failures.value(3), u"gone"_s);
        QCOMPARE(activity.waits, (QList<LockWait>{{5, 6}}));
    }

    void saysWhereTenantsAreNotTracked()
    {
        const QString off = uR"({"track":"none","period":60,"tenants":null})"_s;
        const QString on = uR"({"track":"all","period":30,"tenants":[{"colocation_id":4,"tenant_attribute":"acme",
            "query_count_in_this_period":9,"cpu_usage_in_this_period":0.5,"score":100}]})"_s;
        const auto facts = readCluster(
            withCitus(), ClusterPart::Tenants, {resultOf(3, {{u"1"_s, QString(), off}, {u"2"_s, QString(), on}})});
        QVERIFY(facts.isOk());
        QCOMPARE(facts->tenants.untracked, QList<int>{1});
        QCOMPARE(facts->tenants.tenants.size(), 1);
        QCOMPARE(facts->tenants.tenants.first().value, u"acme"_s);
        QCOMPARE(facts->tenants.tenants.first().queriesNow, 9);
        const auto refused = readCluster(
            withCitus(), ClusterPart::Tenants, {resultOf(3, {{u"1"_s, u"ERROR:  permission denied"_s, QString()}})});
        QVERIFY(refused->failures.contains(ClusterPart::Tenants));
    }

    void keepsWhatItKnewWhereAPartFails()
    {
        ClusterFacts before;
        before.known = ClusterPart::Jobs;
        before.jobs.jobs = {BackgroundJob{1, u"finished"_s, u"rebalance"_s, {}, {}, {}, 1, 1}};
        const QList<Outcome<ResultSet>> answers{resultOf(12, {}), denied(), denied(), denied()};
        const auto facts = readCluster(withCitus(), ClusterPart::Nodes | ClusterPart::Jobs, answers, before);
        QVERIFY(facts.isOk());
        QCOMPARE(facts->failures.value(ClusterPart::Jobs).sqlState, u"42501"_s);
        QCOMPARE(facts->jobs.jobs.size(), 1);
        const auto nothing = readCluster(withCitus(), ClusterPart::Jobs, {denied(), denied(), denied()}, before);
        QVERIFY(nothing.isError());
    }
};

SHARDBOARD_TEST_MAIN(TestClusterFacts)
#include "test_clusterfacts.moc"
