// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// One table under an ACCESS EXCLUSIVE lock, or an index of it, does not hold up what is read about all the others.
#include "admin/catalogue/tabledetail.h"
#include "admin/cluster/clusterfacts.h"
#include "admin/distribute/shardingsession.h"
#include "admin/facts.h"
#include "admin/partition/partitionsession.h"
#include "admin/rollup/rollupsource.h"
#include "connection/capabilityscan.h"
#include "tests/support/engine.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

const QualifiedName locked{u"public"_s, u"held"_s}, open{u"public"_s, u"free"_s}, parts{u"public"_s, u"parts"_s};

} // namespace

class TestLockedTables : public QObject
{
    Q_OBJECT

public:
    explicit TestLockedTables(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_cluster.sql(u"CREATE TABLE held (id int PRIMARY KEY, v text);"
                      "CREATE TABLE free (id int PRIMARY KEY, v text);"
                      "CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at);"
                      "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');"
                      "INSERT INTO held SELECT i, repeat('x', 100) FROM generate_series(1, 5000) i;"
                      "INSERT INTO free SELECT * FROM held;"
                      "INSERT INTO parts SELECT i, '2024-01-02' FROM generate_series(1, 5000) i"_s);
        m_cluster.sql(u"ANALYZE"_s);
        if (m_cluster.hasCitus()) {
            m_cluster.sql(u"CREATE TABLE spread (k int PRIMARY KEY, v text)"_s);
            m_cluster.sql(u"SELECT create_distributed_table('spread', 'k', shard_count => 4)"_s);
            m_cluster.sql(u"INSERT INTO spread SELECT i, 'x' FROM generate_series(1, 5000) i"_s);
        }
        m_holder = openSession(m_io, m_cluster.settings());
        m_session = openSession(m_io, m_cluster.settings());
        QVERIFY(m_holder && m_session);
        // What waits for the lock is cancelled and so fails the test.
        QVERIFY(m_session->run(Query(u"SET lock_timeout = '2s'"_s)));
        const auto found = scanCapabilities(*m_session);
        QVERIFY2(found, whyNot(found).constData());
        m_capabilities = *found;
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        QVERIFY(m_holder->run(Query(u"BEGIN"_s)));
    }
    void cleanup() { QVERIFY(m_holder->run(Query(u"ROLLBACK"_s))); }

    void theTablesAppearWithTheirSizes_data()
    {
        QTest::addColumn<QString>("lock");
        QTest::newRow("a table") << u"LOCK TABLE held IN ACCESS EXCLUSIVE MODE"_s;
        QTest::newRow("an index") << u"REINDEX INDEX held_pkey"_s;
        QTest::newRow("a partition") << u"LOCK TABLE parts_1 IN ACCESS EXCLUSIVE MODE"_s;
        QTest::newRow("a partitioned table") << u"LOCK TABLE parts IN ACCESS EXCLUSIVE MODE"_s;
    }
    void theTablesAppearWithTheirSizes()
    {
        QFETCH(QString, lock);
        hold(lock);
        const auto catalogue = readCatalogue(m_capabilities, m_session->runPipeline(catalogueQueries(m_capabilities)));
        QVERIFY2(catalogue, whyNot(catalogue).constData());
        QCOMPARE(catalogue->gaps, QStringList());
        const CatalogueTable *free = catalogue->find(open), *held = catalogue->find(locked);
        QVERIFY(free && held);
        QVERIFY(free->bytes > 5000 * 100);
        QVERIFY2(held->bytes > 5000 * 100, qPrintable(QString::number(held->bytes)));
    }

    void detailsOfAnotherTableAppear()
    {
        hold(u"LOCK TABLE held IN ACCESS EXCLUSIVE MODE"_s);
        const auto catalogue = readCatalogue(m_capabilities, m_session->runPipeline(catalogueQueries(m_capabilities)));
        QVERIFY2(catalogue, whyNot(catalogue).constData());
        for (const QualifiedName &name : {open, parts}) {
            const CatalogueTable *table = catalogue->find(name);
            QVERIFY(table);
            const auto detail
                = readTableDetail(*table, m_session->runPipeline(tableDetailQueries(m_capabilities, *table)));
            QVERIFY2(detail, whyNot(detail).constData());
            QCOMPARE(detail->gaps, QStringList());
        }
    }

    void wizardsGetTheirFacts()
    {
        hold(u"LOCK TABLE held IN ACCESS EXCLUSIVE MODE"_s);
        for (const QualifiedName &name : {open, parts}) {
            const auto size = loadTableSize(*m_session, name, m_capabilities.hasCitus());
            QVERIFY2(size, whyNot(size).constData());
            QVERIFY(size->bytes > 0);
            const auto partition = loadPartitionFacts(*m_session, name);
            QVERIFY2(partition, whyNot(partition).constData());
            if (!m_capabilities.hasCitus())
                continue;
            const auto sharding = loadShardingFacts(*m_session, {{name}, {}});
            QVERIFY2(sharding, whyNot(sharding).constData());
            QVERIFY(sharding->table(name)->hasRows);
        }
        const auto facts = loadFacts(*m_session);
        QVERIFY2(facts, whyNot(facts).constData());
    }

    void theShardMapAppearsWhileAShardIsLocked()
    {
        if (!m_capabilities.hasCitus())
            QSKIP("Needs citus.");
        const auto worker = openSession(m_io, m_cluster.settings(u"worker1"_s));
        QVERIFY(worker);
        const auto shard = worker->run(
            Query(u"SELECT shard_name(s.logicalrelid, s.shardid) FROM pg_dist_shard s JOIN pg_dist_placement p USING "
                  u"(shardid) "
                  "JOIN pg_dist_local_group g USING (groupid) WHERE s.logicalrelid = 'spread'::regclass LIMIT 1"_s));
        QVERIFY2(shard && shard->rowCount() == 1, whyNot(shard).constData());
        QVERIFY(worker->run(Query(u"SET citus.enable_manual_changes_to_shards TO on"_s)));
        QVERIFY(worker->run(Query(u"BEGIN"_s)));
        const auto locked = worker->run(Query(u"LOCK TABLE %1 IN ACCESS EXCLUSIVE MODE"_s.arg(shard->text(0, 0))));
        QVERIFY2(locked, whyNot(locked).constData());
        const ClusterParts wanted = ClusterPart::Nodes | ClusterPart::Shards;
        const auto facts
            = readCluster(m_capabilities, wanted, m_session->runPipeline(clusterQueries(m_capabilities, wanted)));
        QVERIFY2(facts, whyNot(facts).constData());
        QVERIFY(facts->failures.isEmpty() && facts->shards->failures.isEmpty());
        const auto catalogue = readCatalogue(m_capabilities, m_session->runPipeline(catalogueQueries(m_capabilities)));
        QVERIFY2(catalogue, whyNot(catalogue).constData());
        QCOMPARE(catalogue->gaps, QStringList());
        QVERIFY(worker->run(Query(u"ROLLBACK"_s)));
    }

private:
    void hold(const QString &lock)
    {
        const auto held = m_holder->run(Query(lock));
        QVERIFY2(held, whyNot(held).constData());
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_holder, m_session;
    ServerCapabilities m_capabilities;
};

SHARDBOARD_LIVE_TEST_MAIN(TestLockedTables)
#include "test_lockedtables.moc"
