// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// The pages read the server with the program's own queries. What others created under the names of the server's
// functions and operators, in a schema that comes first in the role's path, is not called by any of them.
#include "admin/catalogue/tabledetail.h"
#include "admin/cluster/clusterfacts.h"
#include "admin/jobs/jobsfacts.h"
#include "connection/capabilityscan.h"
#include "tests/support/engine.h"
#include "tests/support/shadows.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestCatalogueReading : public QObject
{
    Q_OBJECT

public:
    explicit TestCatalogueReading(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void cleanupTestCase() { m_session.reset(); }

    void capabilities();
    void tables();
    void details();
    void cluster();
    void jobs();

private:
    /// Answers in the order of the queries; one that was captured by a shadow fails the test.
    QList<Outcome<ResultSet>> ask(const QList<Query> &queries)
    {
        QList<Outcome<ResultSet>> answers;
        for (const Query &query : queries) {
            answers << m_session->run(query);
            if (answers.last().isError() && answers.last().error().message.startsWith(u"captured"_s))
                QTest::qFail((query.sql.toUtf8() + ": " + whyNot(answers.last())).constData(), __FILE__, __LINE__);
        }
        return answers;
    }
    Catalogue catalogue() { return *readCatalogue(m_capabilities, ask(catalogueQueries(m_capabilities))); }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
    ServerCapabilities m_capabilities;
};

void TestCatalogueReading::initTestCase()
{
    const auto builder = openSession(m_io, m_cluster.settings());
    QVERIFY(builder);
    const PlanReport applied = applyHttpTraffic(*builder);
    QVERIFY2(applied.isComplete(), whyNot(applied));
    QString onAll = shadows;
    if (m_cluster.hasCitus())
        onAll.prepend(u"SET citus.enable_ddl_propagation = off;\nSET citus.enable_create_role_propagation = off;\n"_s);
    m_cluster.sql(onAll);
    ConnectionSettings settings = m_cluster.settings();
    settings.keywords.insert(u"options"_s, u"-csearch_path=shadow,public,pg_catalog"_s);
    SyncSession ordinary(m_io, settings, SessionPurpose::Interactive);
    QVERIFY(ordinary.open());
    const auto captured = ordinary.run(Query(u"SELECT 1 + 1"_s));
    QVERIFY(captured.isError() && captured.error().message.startsWith(u"captured"_s));
    m_session = std::make_unique<SyncSession>(m_io, settings, SessionPurpose::Catalogue);
    QVERIFY(m_session->open());
}

void TestCatalogueReading::capabilities()
{
    const auto read = readCapabilities(ask(capabilityQueries()));
    QVERIFY2(read, whyNot(read));
    m_capabilities = *read;
    QCOMPARE(m_capabilities.hasCitus(), m_cluster.hasCitus());
}

void TestCatalogueReading::tables()
{
    const auto read = readCatalogue(m_capabilities, ask(catalogueQueries(m_capabilities)));
    QVERIFY2(read, whyNot(read));
    QCOMPARE(read->gaps.join(u"; "_s), QString());
    QVERIFY(std::ranges::any_of(
        read->tables, [](const CatalogueTable &table) { return table.name.name == u"http_request"; }));
}

void TestCatalogueReading::details()
{
    const Catalogue all = catalogue();
    const auto table = std::ranges::find_if(
        all.tables, [](const CatalogueTable &one) { return one.name.name == u"http_request_1min"; });
    QVERIFY(table != all.tables.cend());
    const auto detail = readTableDetail(*table, ask(tableDetailQueries(m_capabilities, *table)));
    QVERIFY2(detail, whyNot(detail));
    QCOMPARE(detail->gaps.join(u"; "_s), QString());
    QVERIFY(detail->columns.size() > 3);
}

void TestCatalogueReading::cluster()
{
    const ClusterParts parts = availableParts(m_capabilities);
    if (!m_cluster.hasCitus())
        QSKIP("a cluster of one node has no more to tell");
    const auto facts = readCluster(m_capabilities, parts, ask(clusterQueries(m_capabilities, parts)));
    QVERIFY2(facts, whyNot(facts));
    QCOMPARE(facts->nodes.size(), 3);
}

void TestCatalogueReading::jobs()
{
    const JobsParts parts = availableParts(m_capabilities, {});
    const auto facts = readJobs(m_capabilities, parts, ask(jobsQueries(m_capabilities, parts, {})), {});
    QVERIFY2(facts, whyNot(facts));
    QVERIFY(facts->failures.isEmpty());
    QCOMPARE(facts->rollups.size(), 1);
    QVERIFY(!facts->jobs.isEmpty());
}

SHARDBOARD_LIVE_TEST_MAIN(TestCatalogueReading)
#include "test_cataloguereading.moc"
