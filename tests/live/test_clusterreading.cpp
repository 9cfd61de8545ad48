// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// What the cluster page reads is what the servers say when they are asked in another way: nodes, shards and their
// sizes, skew, tenants, and who waits for whom on whatever node.
#include "admin/cluster/clusteractions.h"
#include "admin/cluster/clusterplanner.h"
#include "admin/cluster/skew.h"
#include "admin/cluster/waittree.h"
#include "connection/capabilityscan.h"
#include "connection/localcluster/blockingconnection.h"
#include "tests/support/engine.h"

#include <future>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 15000;

QString shape(const QList<WaitNode> &nodes, const QMap<qint64, QString> &names)
{
    QStringList words;
    for (const WaitNode &node : nodes) {
        const QString below = node.blocked.isEmpty() ? QString() : u"("_s + shape(node.blocked, names) + u")"_s;
        const QString name = names.value(node.gpid);
        if (!name.isEmpty())
            words << name + below;
    }
    return words.join(u' ');
}

} // namespace

class TestClusterReading : public QObject
{
    Q_OBJECT

public:
    explicit TestClusterReading(LiveCluster &live) : m_live(live) {}

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void everyServerTellsOfItself();
    void everyNodeReachesEveryNode();
    void aNodeThatIsDownIsNamedWithItsReason();
    void sizesAreThoseOfTheServers();
    void skewLeadsToTheShardOfTheBigTenant();
    void reportsReferenceTablesOnEveryNode();
    void tenantsAreCountedOnceTracked();
    void theReaderItselfIsNotListed();
    void aChainOfWaitsIsATree();
    void cancellingLetsGoWhoWaits();
    void endingASessionRollsItBack();
    void saysWhenOthersAreHidden();
    void aWorkerTellsWhatItKnows();

private:
    void fill();
    ClusterFacts read(ClusterParts parts) const { return readWith(*m_session, parts); }
    static ClusterFacts readWith(SyncSession &session, ClusterParts parts);
    QString shardTotal(const QString &table) const;
    const ShardTable *table(const ClusterFacts &facts, const QString &name) const;
    /// Three sessions: b waits for a's row on one node, c for b's row on another.
    struct Chain;
    std::unique_ptr<Chain> makeChain();
    qint64 gpidOf(SyncSession &session) const;
    qsizetype waitCount() const;

    LiveCluster &m_live;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

struct TestClusterReading::Chain
{
    std::unique_ptr<SyncSession> a, b, c;
    QMap<qint64, QString> names;
    std::future<Outcome<ResultSet>> ofB, ofC;
};

void TestClusterReading::initTestCase()
{
    m_session = openSession(m_io, m_live.settings());
    QVERIFY(m_session);
    fill();
}

void TestClusterReading::fill()
{
    m_live.sql(uR"(CREATE TABLE account (id int PRIMARY KEY, balance int);
        CREATE TABLE entry (account int, id int, note text, PRIMARY KEY (account, id));
        CREATE TABLE currency (code text PRIMARY KEY);
        CREATE TABLE reading (device int, at date, value float) PARTITION BY RANGE (at);
        CREATE TABLE reading_1 PARTITION OF reading FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
        CREATE TABLE reading_2 PARTITION OF reading FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');)"_s);
    if (m_live.hasCitus())
        m_live.sql(uR"(SET citus.shard_count TO 8;
            SELECT create_distributed_table('account', 'id');
            SELECT create_distributed_table('entry', 'account', colocate_with => 'account');
            SELECT create_reference_table('currency');
            SELECT create_distributed_table('reading', 'device', colocate_with => 'none');)"_s);
    m_live.sql(uR"(INSERT INTO account SELECT i, 100 FROM generate_series(1, 200) i;
        INSERT INTO entry SELECT CASE WHEN i % 10 < 7 THEN 42 ELSE i % 200 + 1 END, i, repeat('x', 200)
          FROM generate_series(1, 20000) i;
        INSERT INTO currency VALUES ('EUR');
        INSERT INTO reading SELECT i % 50, date '2024-01-01' + i % 60, i FROM generate_series(1, 5000) i;)"_s);
}

ClusterFacts TestClusterReading::readWith(SyncSession &session, ClusterParts parts)
{
    const auto capabilities = scanCapabilities(session);
    if (!capabilities)
        return {};
    const auto facts = readCluster(*capabilities, parts, session.runPipeline(clusterQueries(*capabilities, parts)));
    if (!facts)
        QTest::qFail(whyNot(facts).constData(), __FILE__, __LINE__);
    for (const ServerError &error : facts->failures)
        QTest::qFail(error.toText().toUtf8().constData(), __FILE__, __LINE__);
    return facts ? *facts : ClusterFacts();
}

void TestClusterReading::everyServerTellsOfItself()
{
    const ClusterFacts facts = read(ClusterPart::Nodes);
    QCOMPARE(facts.nodes.size(), m_live.status().nodes.size());
    for (qsizetype i = 0; i < facts.nodes.size(); ++i) {
        const NodeFacts &node = facts.nodes.at(i);
        QVERIFY2(node.hasAnswered, qPrintable(node.failure));
        QCOMPARE(node.port, m_live.status().nodes.at(i).port);
        QCOMPARE(node.version, m_live.value(u"SHOW server_version"_s));
        QCOMPARE(node.maxConnections, m_live.value(u"SHOW max_connections"_s).toInt());
        QVERIFY(node.connections > 0);
        const qint64 age = node.startedAt.secsTo(QDateTime::currentDateTimeUtc());
        QVERIFY2(age >= 0 && age < 3600, qPrintable(node.startedAt.toString()));
    }
    if (!m_live.hasCitus())
        return;
    for (const NodeFacts &node : facts.nodes) {
        QVERIFY(node.isActive && node.isMetadataSynced && node.isInMetadata);
        QCOMPARE(node.isCoordinator(), node.nodeId == facts.nodes.first().nodeId);
        QCOMPARE(node.citusVersion, m_live.value(u"SELECT extversion FROM pg_extension WHERE extname = 'citus'"_s));
        QVERIFY(node.freeBytes > 0 && node.totalBytes > node.freeBytes);
        QCOMPARE(node.placements,
            m_live.value(u"SELECT count(*) FROM pg_dist_placement WHERE groupid = %1"_s.arg(node.groupId))
                .toLongLong());
    }
}

void TestClusterReading::everyNodeReachesEveryNode()
{
    if (!m_live.hasCitus())
        QSKIP("one server");
    const ClusterFacts facts = read(ClusterPart::Nodes | ClusterPart::Health);
    QCOMPARE(facts.health.size(), 9);
    for (const HealthCheck &check : facts.health)
        QVERIFY2(check.canConnect.value_or(false), qPrintable(facts.nodeName(check.fromNode)));
}

void TestClusterReading::aNodeThatIsDownIsNamedWithItsReason()
{
    if (!m_live.hasCitus())
        QSKIP("one server");
    QVERIFY(m_live.cluster().kill(u"worker2"_s));
    const ClusterFacts facts
        = read(ClusterPart::Nodes | ClusterPart::Health | ClusterPart::Shards | ClusterPart::Activity);
    QVERIFY(m_live.cluster().start(u"worker2"_s));
    const NodeFacts &down = facts.nodes.last();
    QVERIFY(!down.hasAnswered && !down.failure.isEmpty());
    QVERIFY(facts.nodes.at(1).hasAnswered);
    const auto reaches = [&](int from, int to) {
        for (const HealthCheck &check : facts.health) {
            if (check.fromNode == from && check.toNode == to)
                return check.canConnect;
        }
        return std::optional<bool>();
    };
    QCOMPARE(reaches(facts.nodes.at(1).nodeId, down.nodeId), std::optional(false));
    QCOMPARE(reaches(down.nodeId, facts.nodes.at(1).nodeId), std::optional<bool>());
    QVERIFY(facts.shards->failures.contains(down.nodeId));
    QVERIFY(facts.activity.failures.contains(down.nodeId));
    for (const Shard &shard : facts.shards->shards)
        QCOMPARE(shard.bytes < 0, shard.nodeId == down.nodeId);
}

QString TestClusterReading::shardTotal(const QString &table) const
{
    return m_live.value(uR"(SELECT sum(result::bigint) FROM
        run_command_on_placements('%1', 'SELECT pg_total_relation_size(''%s'')'))"_s.arg(table));
}

const ShardTable *TestClusterReading::table(const ClusterFacts &facts, const QString &name) const
{
    const QList<ShardTable> &tables = facts.shards->tables;
    const auto found = std::ranges::find_if(tables, [&](const ShardTable &one) { return one.name.name == name; });
    return found == tables.end() ? nullptr : &*found;
}

void TestClusterReading::sizesAreThoseOfTheServers()
{
    if (!m_live.hasCitus())
        QSKIP("no shards");
    const ClusterFacts facts = read(ClusterPart::Shards);
    QCOMPARE(facts.shards->tables.size(), 4);
    const auto total = [&](const QString &name) {
        const auto [first, last] = facts.shards->shardsOf(int(table(facts, name) - facts.shards->tables.constData()));
        qint64 bytes = 0;
        for (size_t i = first; i < last; ++i)
            bytes += facts.shards->shards[i].bytes;
        return bytes;
    };
    for (const QString &name : {u"account"_s, u"entry"_s, u"currency"_s})
        QCOMPARE(total(name), shardTotal(name).toLongLong());
    QCOMPARE(total(u"reading"_s), shardTotal(u"reading_1"_s).toLongLong() + shardTotal(u"reading_2"_s).toLongLong());
    QCOMPARE(table(facts, u"entry"_s)->colocationId, table(facts, u"account"_s)->colocationId);
    QVERIFY(table(facts, u"reading"_s)->colocationId != table(facts, u"account"_s)->colocationId);
    QVERIFY(table(facts, u"reading"_s)->lacksReplicaIdentity);
    QVERIFY(!table(facts, u"entry"_s)->lacksReplicaIdentity);
}

void TestClusterReading::skewLeadsToTheShardOfTheBigTenant()
{
    if (!m_live.hasCitus())
        QSKIP("no shards");
    const ClusterFacts facts = read(ClusterPart::Shards | ClusterPart::Nodes);
    const Skew skew = skewOf(*facts.shards, facts.nodes);
    QCOMPARE(facts.shards->tables.at(skew.tables.first().table).name.name, u"entry"_s);
    QCOMPARE(skew.tables.first().largestShardId,
        m_live.value(u"SELECT get_shard_id_for_distribution_column('entry', 42)"_s).toLongLong());
    // 70 % of the rows and the tenant's share of the rest, on one of eight.
    QVERIFY2(skew.tables.first().shardFactor > 4.5 && skew.tables.first().shardFactor < 7,
        qPrintable(QString::number(skew.tables.first().shardFactor)));
}

void TestClusterReading::reportsReferenceTablesOnEveryNode()
{
    if (!m_live.hasCitus())
        QSKIP("no shards");
    const ClusterFacts facts = read(ClusterPart::Shards | ClusterPart::Nodes);
    const auto place = int(table(facts, u"currency"_s) - facts.shards->tables.constData());
    const auto [first, last] = facts.shards->shardsOf(place);
    QCOMPARE(last - first, size_t(facts.nodes.size()));
}

void TestClusterReading::tenantsAreCountedOnceTracked()
{
    if (!m_live.hasCitus())
        QSKIP("no tenants");
    QCOMPARE(read(ClusterPart::Tenants).tenants.untracked.size(), 3);
    for (const auto &node : m_live.status().nodes)
        m_live.sql(u"ALTER SYSTEM SET citus.stat_tenants_track = 'all'"_s, node.name);
    for (const auto &node : m_live.status().nodes)
        m_live.sql(u"SELECT pg_reload_conf()"_s, node.name);
    auto connection = BlockingConnection::open(m_live.settings());
    QVERIFY(connection);
    BlockingConnection analyst = std::move(connection).value();
    const auto busiest = [&] {
        for (int i = 0; i < 10; ++i)
            QVERIFY(analyst.run(u"SELECT count(*) FROM entry WHERE account = 42"_s));
    };
    const auto found = [&] {
        busiest();
        const TenantFacts tenants = read(ClusterPart::Tenants).tenants;
        return tenants.untracked.isEmpty() && !tenants.tenants.isEmpty() && tenants.tenants.first().value == u"42"_s
            && tenants.tenants.first().queriesNow + tenants.tenants.first().queriesBefore >= 10;
    };
    QTRY_VERIFY_WITH_TIMEOUT(found(), patience);
    for (const auto &node : m_live.status().nodes)
        m_live.sql(u"ALTER SYSTEM RESET citus.stat_tenants_track"_s, node.name);
}

qint64 TestClusterReading::gpidOf(SyncSession &session) const
{
    const auto answer
        = session.run(Query(m_live.hasCitus() ? u"SELECT citus_backend_gpid()"_s : u"SELECT pg_backend_pid()"_s));
    return answer ? answer->integer(0, 0) : 0;
}

void TestClusterReading::theReaderItselfIsNotListed()
{
    const auto other = openSession(m_io, m_live.settings());
    QVERIFY(other->run(Query(u"BEGIN"_s)) && other->run(Query(u"SELECT count(*) FROM account"_s)));
    const ActivityFacts facts = read(ClusterPart::Activity).activity;
    const auto gpids = [&] {
        QList<qint64> list;
        for (const ActivitySession &session : facts.sessions)
            list << session.gpid;
        return list;
    }();
    QVERIFY(gpids.contains(gpidOf(*other)));
    QVERIFY(!gpids.contains(gpidOf(*m_session)));
    for (const ActivitySession &session : facts.sessions) {
        if (session.gpid == gpidOf(*other) && !session.isWorkerPart) {
            QVERIFY(session.isOwn);
            QCOMPARE(session.state, u"idle in transaction"_s);
        }
    }
    QVERIFY(other->rollback());
}

qsizetype TestClusterReading::waitCount() const
{
    return read(ClusterPart::Activity).activity.waits.size();
}

std::unique_ptr<TestClusterReading::Chain> TestClusterReading::makeChain()
{
    auto chain = std::make_unique<Chain>();
    for (const auto &[session, name] : {std::pair(&chain->a, u"a"_s), {&chain->b, u"b"_s}, {&chain->c, u"c"_s}}) {
        *session = openSession(m_io, m_live.settings());
        if (!*session || !(*session)->run(Query(u"BEGIN"_s)))
            return nullptr;
        chain->names.insert(gpidOf(**session), name);
    }
    const auto update = [](SyncSession &session, int balance, int id) {
        return session.run(Query(u"UPDATE account SET balance = %1 WHERE id = %2"_s.arg(balance).arg(id)));
    };
    if (!update(*chain->a, 1, 1) || !update(*chain->b, 2, 2))
        return nullptr;
    chain->ofB = std::async(std::launch::async, update, std::ref(*chain->b), 2, 1);
    chain->ofC = std::async(std::launch::async, update, std::ref(*chain->c), 3, 2);
    const bool stands = QTest::qWaitFor([this] { return waitCount() == 2; }, patience);
    return stands ? std::move(chain) : nullptr;
}

void TestClusterReading::aChainOfWaitsIsATree()
{
    const auto chain = makeChain();
    QVERIFY(chain);
    const ClusterFacts facts = read(ClusterPart::Activity | ClusterPart::Nodes);
    const QList<WaitNode> tree = waitTree(facts.activity);
    QCOMPARE(shape(tree, chain->names), u"a(b(c))"_s);
    const ActivitySession &waiting = facts.activity.sessions.at(tree.first().blocked.first().session);
    QVERIFY2(waiting.query.startsWith(u"UPDATE account SET balance = 2"_s), qPrintable(waiting.query));
    if (m_live.hasCitus())
        QVERIFY(!tree.first().blocked.first().parts.isEmpty());
    QVERIFY(chain->a->run(Query(u"COMMIT"_s)));
    QVERIFY(chain->ofB.get());
    QVERIFY(chain->b->run(Query(u"COMMIT"_s)));
    QVERIFY(chain->ofC.get());
    QVERIFY(chain->c->run(Query(u"COMMIT"_s)));
    QCOMPARE(m_live.value(u"SELECT string_agg(balance::text, ' ' ORDER BY id) FROM account WHERE id < 3"_s), u"2 3"_s);
    QCOMPARE(waitCount(), 0);
}

void TestClusterReading::cancellingLetsGoWhoWaits()
{
    const auto chain = makeChain();
    QVERIFY(chain);
    const auto sent = m_session->run(cancelBackendQuery(chain->names.key(u"b"_s)));
    QVERIFY2(sent && sent->boolean(0, 0), whyNot(sent));
    const auto ofB = chain->ofB.get();
    QVERIFY(ofB.isError());
    QCOMPARE(ofB.error().sqlState, u"57014"_s);
    QVERIFY(chain->ofC.get()); // what b held is free
    QVERIFY(chain->c->run(Query(u"COMMIT"_s)));
    QVERIFY(chain->a->rollback());
    QCOMPARE(m_live.value(u"SELECT balance FROM account WHERE id = 2"_s), u"3"_s);
}

void TestClusterReading::endingASessionRollsItBack()
{
    m_live.sql(u"UPDATE account SET balance = 100"_s);
    const auto chain = makeChain();
    QVERIFY(chain);
    const auto sent = m_session->run(terminateBackendQuery(chain->names.key(u"a"_s)));
    QVERIFY2(sent && sent->boolean(0, 0), whyNot(sent));
    QVERIFY(chain->ofB.get());
    QVERIFY(chain->b->run(Query(u"COMMIT"_s)));
    QVERIFY(chain->ofC.get());
    QVERIFY(chain->c->rollback());
    const auto lost = chain->a->run(Query(u"SELECT 1"_s));
    QVERIFY(lost.isError() && lost.error().connectionLost);
    QCOMPARE(m_live.value(u"SELECT string_agg(balance::text, ' ' ORDER BY id) FROM account WHERE id < 3"_s), u"2 2"_s);
}

void TestClusterReading::saysWhenOthersAreHidden()
{
    if (m_live.hasCitus())
        QSKIP("the nodes ask each other as the same user");
    m_live.sql(u"CREATE ROLE visitor"_s);
    const auto other = openSession(m_io, m_live.settings());
    QVERIFY(other->run(Query(u"BEGIN"_s)));
    const auto visitor = openSession(m_io, m_live.settings());
    QVERIFY(visitor->run(Query(u"SET ROLE visitor"_s)));
    QVERIFY(!read(ClusterPart::Activity).activity.hidesOthers);
    const ActivityFacts facts = readWith(*visitor, ClusterPart::Activity).activity;
    QVERIFY(facts.hidesOthers || facts.sessions.isEmpty());
}

void TestClusterReading::aWorkerTellsWhatItKnows()
{
    if (!m_live.hasCitus())
        QSKIP("no workers");
    const auto worker = openSession(m_io, m_live.settings(u"worker1"_s));
    QVERIFY(worker);
    const ClusterFacts facts = readWith(*worker, availableParts(*scanCapabilities(*worker)));
    QCOMPARE(facts.nodes.size(), 3);
    QCOMPARE(facts.shards->tables.size(), 4);
    QVERIFY(facts.jobs.jobs.isEmpty());
    ClusterSettings settings;
    const auto change = planClusterChange(*worker, clusterIntent(settings));
    QVERIFY(change.isError());
    QVERIFY2(change.error().message.contains(u"leads to a worker"_s), whyNot(change));
}

SHARDBOARD_LIVE_TEST_MAIN(TestClusterReading)
#include "test_clusterreading.moc"
