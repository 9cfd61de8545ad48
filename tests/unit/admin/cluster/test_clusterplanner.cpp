// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/cluster/clusterplanner.h"
#include "admin/intent.h"
#include "admin/planscript.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

NodeFacts node(int id, int group, const QString &host, int port)
{
    NodeFacts facts;
    facts.nodeId = id;
    facts.groupId = group;
    facts.host = host;
    facts.port = port;
    facts.shouldHaveShards = group > 0;
    facts.hasAnswered = true;
    facts.walLevel = u"logical"_s;
    facts.freeBytes = 1000000;
    return facts;
}

/// A coordinator and two workers; all four shards of public.orders are on the first.
ChangeFacts facts()
{
    auto shards = std::make_shared<ShardFacts>();
    shards->tables = {ShardTable{10, {u"public"_s, u"orders"_s}, TableKind::Distributed, 1, false}};
    for (int i = 0; i < 4; ++i)
        shards->shards.push_back(Shard{100 + i, 0, 2, 1024 * (i + 1), i, i, true});
    ChangeFacts facts;
    facts.hasCitus = true;
    facts.cluster.hasCitus = true;
    facts.cluster.nodes = {node(1, 0, u"c"_s, 5432), node(2, 1, u"w1"_s, 5432), node(3, 2, u"w2"_s, 5432)};
    facts.cluster.shards = shards;
    facts.version = u"15.20"_s;
    facts.versionNumber = 150020;
    facts.citusVersion = u"13.2-1"_s;
    facts.encoding = u"UTF8"_s;
    facts.systemIdentifier = u"1"_s;
    facts.extensions = {{u"citus"_s, u"13.2-1"_s}, {u"hll"_s, u"2.17"_s}};
    facts.strategies = {u"by_disk_size"_s, u"by_shard_count"_s};
    return facts;
}

CandidateNode candidate()
{
    CandidateNode one;
    one.hasAnswered = true;
    one.version = u"15.20"_s;
    one.versionNumber = 150020;
    one.citusAvailable = one.citusInstalled = u"13.2-1"_s;
    one.systemIdentifier = u"2"_s;
    one.encoding = u"UTF8"_s;
    one.maxPreparedTransactions = 200;
    one.walLevel = u"logical"_s;
    one.extensions = {{u"citus"_s, u"13.2-1"_s}, {u"hll"_s, u"2.17"_s}};
    return one;
}

ClusterSettings change(ClusterChange what, const QString &host = {}, int port = 5432)
{
    ClusterSettings settings;
    settings.change = what;
    settings.host = host;
    settings.port = port;
    return settings;
}

QString refusalOf(const Outcome<Plan> &plan)
{
    return plan.isError() ? plan.error().toText() : QString();
}

} // namespace

class TestClusterPlanner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void intentsSurviveAFile()
    {
        for (const QString &kind : clusterIntentKinds()) {
            Intent intent{kind, {}};
            if (kind != u"rebalance" && kind != u"stop-rebalance")
                intent.settings.insert(u"host"_s, u"10.0.0.7"_s);
            const auto settings = clusterSettings(intent);
            QVERIFY2(settings.isOk(), qPrintable(kind));
            const auto again = intentFromJson(intentToJson(clusterIntent(*settings)));
            QVERIFY(again.isOk());
            QCOMPARE(*clusterSettings(*again), *settings);
        }
    }

    void badIntentsSayWhatIsWrong_data()
    {
        QTest::addColumn<Intent>("intent");
        QTest::addColumn<QString>("naming");
        QTest::newRow("no host") << Intent{u"add-node"_s, {}} << u"\"host\""_s;
        QTest::newRow("port") << Intent{u"add-node"_s, {{u"host"_s, u"w"_s}, {u"port"_s, 70000}}} << u"\"port\""_s;
        QTest::newRow("unknown key") << Intent{u"rebalance"_s, {{u"fast"_s, true}}} << u"\"fast\""_s;
        QTest::newRow("mode") << Intent{u"rebalance"_s, {{u"transferMode"_s, u"quick"_s}}} << u"block_writes"_s;
        QTest::newRow("two words") << Intent{u"add-node"_s, {{u"host"_s, u"a b"_s}}} << u"no host name"_s;
        QTest::newRow("kind") << Intent{u"explode"_s, {}} << u"explode"_s;
    }

    void badIntentsSayWhatIsWrong()
    {
        QFETCH(Intent, intent);
        QFETCH(QString, naming);
        const auto settings = clusterSettings(intent);
        QVERIFY(settings.isError());
        QVERIFY2(settings.error().toText().contains(naming), qPrintable(settings.error().toText()));
    }

    void rebalancingSaysWhatMovesWhere()
    {
        ChangeFacts known = facts();
        known.moves = {{100, {u"public"_s, u"orders"_s}, 2, 3, 1024}, {101, {u"public"_s, u"orders"_s}, 2, 3, 2048}};
        const auto plan = planClusterChange(change(ClusterChange::Rebalance), known);
        QVERIFY2(plan.isOk(), qPrintable(refusalOf(plan)));
        QCOMPARE(plan->steps.size(), 1);
        QCOMPARE(plan->steps.first().title, u"Start rebalancing in the background: 2 shards, 3.0 KiB"_s);
        QCOMPARE(plan->steps.first().sql, u"SELECT citus_rebalance_start(shard_transfer_mode => 'auto')"_s);
        QVERIFY(plan->notes.contains(u"w1:5432: 4 shards, 10.0 KiB → 2 shards, 7.0 KiB"_s));
        QVERIFY(plan->notes.contains(u"w2:5432: 0 shards, 0 bytes → 2 shards, 3.0 KiB"_s));
    }

    void aFullDiskIsWarnedOf()
    {
        ChangeFacts known = facts();
        known.cluster.nodes.last().freeBytes = 10;
        known.moves = {{100, {u"public"_s, u"orders"_s}, 2, 3, 1024}};
        const auto plan = planClusterChange(change(ClusterChange::Rebalance), known);
        QVERIFY(plan->warnings.join(u' ').contains(u"w2:5432 has 10 bytes free"_s));
    }

    void movesWithoutReplicaIdentityAreRefusedUnlessForced()
    {
        ChangeFacts known = facts();
        auto shards = std::make_shared<ShardFacts>(*known.cluster.shards);
        shards->tables.first().lacksReplicaIdentity = true;
        known.cluster.shards = shards;
        known.moves = {{100, {u"public"_s, u"orders"_s}, 2, 3, 1024}};
        ClusterSettings settings = change(ClusterChange::Rebalance);
        QVERIFY(refusalOf(planClusterChange(settings, known)).contains(u"public.orders"_s));
        settings.transferMode = u"block_writes"_s;
        QVERIFY(planClusterChange(settings, known).isOk());
    }

    void onlineMovesNeedTheServersConsent()
    {
        ChangeFacts known = facts();
        known.moves = {ShardMove{100, {u"public"_s, u"orders"_s}, 2, 3, 1024}};
        NodeFacts &source = known.cluster.nodes[1];
        NodeFacts &target = known.cluster.nodes[2];
        source.outputPlugins = u"test_decoding"_s;
        QVERIFY(refusalOf(planClusterChange(change(ClusterChange::Rebalance), known))
                    .contains(u"output_plugin_libraries"_s));
        source.outputPlugins = u"test_decoding, \"pgoutput\""_s;
        target.outputPlugins = u"test_decoding"_s; // nothing of its log is decoded
        target.walLevel = u"replica"_s;
        QVERIFY(planClusterChange(change(ClusterChange::Rebalance), known).isOk());
        QVERIFY(planClusterChange(change(ClusterChange::DrainNode, u"w1"_s), known).isOk());
        source.walLevel = u"replica"_s;
        QVERIFY(refusalOf(planClusterChange(change(ClusterChange::Rebalance), known)).contains(u"wal_level"_s));
        QVERIFY(
            refusalOf(planClusterChange(change(ClusterChange::DrainNode, u"w1"_s), known)).contains(u"wal_level"_s));
    }

    void aNewNodeIsAddedAndCanBeTakenOutAgain()
    {
        ChangeFacts known = facts();
        known.candidate = candidate();
        const auto plan = planClusterChange(change(ClusterChange::AddNode, u"it's"_s, 5433), known);
        QVERIFY2(plan.isOk(), qPrintable(refusalOf(plan)));
        QCOMPARE(plan->steps.first().sql, u"SELECT citus_add_node('it''s', 5433)"_s);
        QCOMPARE(plan->steps.first().undoSql, u"SELECT citus_remove_node('it''s', 5433)"_s);
        QVERIFY(!plan->steps.first().doneSql.isEmpty());
        QVERIFY(planScript(*plan).contains(u"citus_add_node"_s));
    }

    void whatAnEarlierMembershipLeftIsWarnedOf()
    {
        ChangeFacts known = facts();
        known.candidate = candidate();
        known.candidate->leftovers = {u"orders_102008"_s};
        const auto plan = planClusterChange(change(ClusterChange::AddNode, u"w3"_s), known);
        QVERIFY2(plan.isOk(), qPrintable(refusalOf(plan)));
        QVERIFY2(plan->warnings.join(u' ').contains(u"orders_102008"_s), qPrintable(plan->warnings.join(u'\n')));
    }

    void whatDoesNotFitIsNotAdded_data()
    {
        QTest::addColumn<std::function<void(ChangeFacts &)>>("spoil");
        QTest::addColumn<QString>("naming");
        using Spoil = std::function<void(ChangeFacts &)>;
        QTest::newRow("silent") << Spoil([](ChangeFacts &f) {
            f.candidate = CandidateNode{};
            f.candidate->failure = u"failed to connect"_s;
        }) << u"failed to connect"_s;
        QTest::newRow("major version") << Spoil([](ChangeFacts &f) { f.candidate->versionNumber = 160002; })
                                       << u"same major version"_s;
        QTest::newRow("no citus") << Spoil([](ChangeFacts &f) {
            f.candidate->citusAvailable.clear();
            f.candidate->citusInstalled.clear();
        }) << u"no citus"_s;
        QTest::newRow("other citus") << Spoil([](ChangeFacts &f) { f.candidate->citusInstalled = u"12.1-1"_s; })
                                     << u"12.1-1"_s;
        QTest::newRow("not created") << Spoil([](ChangeFacts &f) { f.candidate->citusInstalled.clear(); })
                                     << u"CREATE EXTENSION citus there"_s;
        QTest::newRow("extension") << Spoil([](ChangeFacts &f) { f.candidate->extensions.remove(u"hll"_s); })
                                   << u"hll"_s;
        QTest::newRow("itself") << Spoil([](ChangeFacts &f) { f.candidate->systemIdentifier = u"1"_s; })
                                << u"this very server"_s;
        QTest::newRow("two phases") << Spoil([](ChangeFacts &f) { f.candidate->maxPreparedTransactions = 0; })
                                    << u"max_prepared_transactions"_s;
        QTest::newRow("localhost") << Spoil([](ChangeFacts &f) { f.cluster.nodes.first().host = u"localhost"_s; })
                                   << u"Set the coordinator's host first"_s;
    }

    void whatDoesNotFitIsNotAdded()
    {
        using Spoil = std::function<void(ChangeFacts &)>;
        QFETCH(Spoil, spoil);
        QFETCH(QString, naming);
        ChangeFacts known = facts();
        known.candidate = candidate();
        spoil(known);
        const auto plan = planClusterChange(change(ClusterChange::AddNode, u"w3"_s), known);
        QVERIFY2(refusalOf(plan).contains(naming), qPrintable(refusalOf(plan)));
    }

    void drainingMovesAllAndCanBeTakenBack()
    {
        const auto plan = planClusterChange(change(ClusterChange::DrainNode, u"w1"_s), facts());
        QVERIFY2(plan.isOk(), qPrintable(refusalOf(plan)));
        QCOMPARE(plan->steps.size(), 2);
        QVERIFY(plan->steps.first().undoSql.contains(u"'shouldhaveshards', true"_s));
        QVERIFY(plan->steps.last().sql.contains(u"drain_only => true"_s));
        QVERIFY(plan->steps.first().group != plan->steps.last().group); // the second must see the first committed
    }

    void theLastNodeThatHoldsShardsIsNotDrained()
    {
        ChangeFacts known = facts();
        known.cluster.nodes.last().shouldHaveShards = false;
        QVERIFY(refusalOf(planClusterChange(change(ClusterChange::DrainNode, u"w1"_s), known))
                    .contains(u"nowhere to move"_s));
    }

    void aNodeThatHoldsShardsIsNeitherRemovedNorDisabled()
    {
        for (const ClusterChange what : {ClusterChange::RemoveNode, ClusterChange::DisableNode}) {
            QVERIFY(refusalOf(planClusterChange(change(what, u"w1"_s), facts())).contains(u"Drain it first"_s));
            QVERIFY(refusalOf(planClusterChange(change(what, u"c"_s), facts())).contains(u"coordinator"_s));
            QVERIFY(refusalOf(planClusterChange(change(what, u"w9"_s), facts())).contains(u"no node w9"_s));
            const auto plan = planClusterChange(change(what, u"w2"_s), facts());
            QVERIFY2(plan.isOk(), qPrintable(refusalOf(plan)));
            QVERIFY(!plan->steps.last().undoSql.isEmpty());
        }
    }

    void theCoordinatorsHostMustBeReachedFromAll()
    {
        ChangeFacts known = facts();
        known.cluster.nodes.first().host = u"localhost"_s;
        const ClusterSettings settings = change(ClusterChange::SetCoordinatorHost, u"10.0.0.1"_s);
        const auto plan = planClusterChange(settings, known);
        QVERIFY2(plan.isOk(), qPrintable(refusalOf(plan)));
        QCOMPARE(plan->steps.first().undoSql, u"SELECT citus_set_coordinator_host('localhost', 5432)"_s);
        known.unreachableFrom.insert(3, u"timeout"_s);
        QVERIFY(refusalOf(planClusterChange(settings, known)).contains(u"From w2:5432"_s));
        QVERIFY(refusalOf(planClusterChange(change(ClusterChange::SetCoordinatorHost, u"localhost"_s), facts()))
                    .contains(u"they themselves"_s));
    }

    void withoutCitusNothingIsPlanned()
    {
        QVERIFY(refusalOf(planClusterChange(change(ClusterChange::Rebalance), ChangeFacts())).contains(u"no citus"_s));
        ChangeFacts onWorker = facts();
        onWorker.isCoordinator = false;
        QVERIFY(refusalOf(planClusterChange(change(ClusterChange::Rebalance), onWorker)).contains(u"worker"_s));
    }
};

SHARDBOARD_TEST_MAIN(TestClusterPlanner)
#include "test_clusterplanner.moc"
