// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: citus
// What the preflight passes, the server accepts; what it refuses, the server refuses; and nothing ends half done.
#include "admin/distribute/distributeplanner.h"
#include "admin/distribute/shardingsession.h"
#include "admin/distribute/shardingsql.h"
#include "admin/executor.h"
#include "connection/iothread.h"
#include "connection/syncsession.h"
#include "tests/live/preflightgraphs.h"
#include "tests/support/livecluster.h"

#include <memory>

using namespace Shardboard;
using namespace Shardboard::Testing;

namespace {

QList<Shape> allShapes()
{
    return keyShapes() + typeShapes() + relationShapes() + foreignKeyShapes() + brokenForeignKeyShapes()
        + severalTableShapes() + colocationShapes() + schemaShapes() + concurrentShapes();
}

// What makes a half-done change visible: who is distributed, constraints, triggers, and the rows of every table.
const QString stateSql = QStringLiteral(R"(
SELECT json_build_object(
  'citus', (SELECT json_agg(format('%s %s %s', p.logicalrelid, p.partmethod, p.repmodel) ORDER BY c.relname) FROM pg_dist_partition p
              JOIN pg_class c ON c.oid = p.logicalrelid WHERE c.relnamespace IN ('shape'::regnamespace, 'elsewhere'::regnamespace)),
  'constraints', (SELECT json_agg(format('%s %s', conname, pg_get_constraintdef(k.oid)) ORDER BY c.relname, conname) FROM pg_constraint k
              JOIN pg_class c ON c.oid = k.conrelid WHERE c.relnamespace IN ('shape'::regnamespace, 'elsewhere'::regnamespace)),
  'indexes', (SELECT json_agg(indexdef ORDER BY indexdef) FROM pg_indexes WHERE schemaname IN ('shape', 'elsewhere')),
  'triggers', (SELECT json_agg(tgname ORDER BY tgname) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
              WHERE c.relnamespace IN ('shape'::regnamespace, 'elsewhere'::regnamespace) AND NOT tgisinternal)))");

const QString countsSql = QStringLiteral(R"(
SELECT coalesce(string_agg(c.oid::regclass || ' ' ||
         (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM ' || c.oid::regclass, false, true, '')))[1]::text, ', '
         ORDER BY c.oid::regclass::text), '')
  FROM pg_class c WHERE c.relnamespace IN ('shape'::regnamespace, 'elsewhere'::regnamespace) AND c.relkind IN ('r', 'p')
   AND c.oid::regclass::text NOT IN (SELECT object_name FROM pg_dist_cleanup))");

} // namespace

class TestPreflight : public QObject
{
    Q_OBJECT

public:
    explicit TestPreflight(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_session = std::make_unique<SyncSession>(m_io, m_cluster.settings(), SessionPurpose::Job);
        QVERIFY(m_session->open());
        run(u"SET citus.shard_count TO 4"_s); // enough to be spread, and quick
        QVERIFY(m_shapes.size() >= 40);
    }

    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void cleanup() { clear(); }

    void verdictIsTheServers_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < m_shapes.size(); ++i)
            QTest::newRow(m_shapes.at(i).name) << i;
    }
    void verdictIsTheServers()
    {
        QFETCH(int, index);
        const Shape &shape = m_shapes.at(index);
        build(shape);
        const auto verdict = runPreflight(*m_session, shape.settings);
        QVERIFY2(verdict, verdict.isError() ? qPrintable(verdict.error().toText()) : "");
        const Finding *obstacle = shape.obstacle.isEmpty() ? nullptr : verdict->find(shape.obstacle);
        QVERIFY2(shape.obstacle.isEmpty() || (obstacle && obstacle->isOpen()), qPrintable(verdict->toText()));
        QVERIFY2(verdict->passes() == shape.obstacle.isEmpty(), qPrintable(verdict->toText()));
        if (!shape.crashesServer)
            compareWithServer(shape, *verdict);
        if (!verdict->passes() && !isConcurrent(shape))
            fixAndDistribute(shape);
    }

    void chosenFixesServeConcurrentDistributionToo_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < m_shapes.size(); ++i) {
            if (isConcurrent(m_shapes.at(i)) && !m_shapes.at(i).obstacle.isEmpty())
                QTest::newRow(m_shapes.at(i).name) << i;
        }
    }
    void chosenFixesServeConcurrentDistributionToo()
    {
        QFETCH(int, index);
        build(m_shapes.at(index));
        fixAndDistribute(m_shapes.at(index));
    }

private:
    void compareWithServer(const Shape &shape, const Preflight &verdict)
    {

        const QString before = value(stateSql), rows = value(countsSql);
        const PlanReport report = applyWhatever(shape.settings, verdict);
        QVERIFY2(report.isComplete() == verdict.passes(),
            qPrintable(verdict.toText() + u"\nThe server:\n"_s + report.toText()));
        QCOMPARE(value(countsSql), rows);
        if (report.isComplete())
            checkSpread(shape.settings);
        else if (!isConcurrent(shape))
            QCOMPARE(value(stateSql), before);
    }

    /// With the first fix of every obstacle chosen; the second time there is nothing left to do.
    void fixAndDistribute(const Shape &shape)
    {
        DistributeSettings settings = shape.settings;
        auto verdict = runPreflight(*m_session, settings);
        QVERIFY(verdict);
        while (chooseFixes(*verdict, settings)) {
            verdict = runPreflight(*m_session, settings);
            QVERIFY(verdict);
        }
        if (!verdict->passes()) // some have no fix but another choice
            return;
        const QString rows = value(countsSql);
        const auto plan = planDistribution(settings, *verdict);
        QVERIFY(plan);
        const PlanReport report = PlanExecutor(*m_session).apply(*plan);
        QVERIFY2(report.isComplete(), qPrintable(verdict->toText() + u'\n' + report.toText()));
        QCOMPARE(value(countsSql), rows);
        checkSpread(settings);
        const PlanReport again = PlanExecutor(*m_session).apply(*plan);
        QVERIFY2(again.isComplete(), qPrintable(again.toText()));
    }

    void run(const QString &sql)
    {
        const auto outcome = m_session->run(Query(sql));
        if (!outcome)
            QFAIL(qPrintable(sql + u'\n' + (outcome.isError() ? outcome.error().toText() : QString())));
    }

    QString value(const QString &sql)
    {
        const auto outcome = m_session->run(Query(sql));
        if (outcome && outcome->rowCount() > 0)
            return outcome->text(0, 0);
        QTest::qFail(qPrintable(outcome.isError() ? outcome.error().toText() : sql), __FILE__, __LINE__);
        return {};
    }

    void build(const Shape &shape)
    {
        run(u"CREATE SCHEMA shape"_s);
        run(u"CREATE SCHEMA elsewhere"_s);
        for (const QString &statement : shape.setup)
            run(statement);
    }

    /// Tables first: citus cannot drop a schema with a table that is distributed by a type of the same schema.
    void clear()
    {
        run(u"SET client_min_messages TO error; DROP PUBLICATION IF EXISTS shape_publication; DO $$ DECLARE r record; "
            u"BEGIN "
            "FOR r IN SELECT c.oid::regclass::text AS t FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT "
            "c.relispartition "
            "AND c.relnamespace IN (to_regnamespace('shape'), to_regnamespace('elsewhere')) "
            "LOOP EXECUTE 'DROP TABLE IF EXISTS ' || r.t || ' CASCADE'; END LOOP; END $$"_s);
        run(u"DROP SCHEMA IF EXISTS elsewhere CASCADE"_s);
        run(u"DROP SCHEMA IF EXISTS shape CASCADE"_s);
    }

    static bool isConcurrent(const Shape &shape)
    {
        return !shape.settings.tables.isEmpty() && shape.settings.tables.first().concurrently;
    }

    /// The server's own verdict: the plan as if nothing had been found.
    PlanReport applyWhatever(const DistributeSettings &settings, Preflight verdict)
    {
        verdict.findings.clear();
        const auto plan = planDistribution(settings, verdict);
        return PlanExecutor(*m_session).apply(*plan);
    }

    static bool chooseFixes(const Preflight &verdict, DistributeSettings &settings)
    {
        bool hasChosen = false;
        for (const Finding &finding : verdict.findings) {
            if (!finding.isOpen() || finding.fixes.isEmpty() || settings.fixes.contains(finding.fixes.first().id))
                continue;
            settings.fixes << finding.fixes.first().id;
            hasChosen = true;
        }
        return hasChosen;
    }

    void checkSpread(const DistributeSettings &settings)
    {
        for (const TableChoice &choice : settings.tables)
            QCOMPARE(value(isSpreadSql(choice)), u"t"_s);
        if (!settings.schema.isEmpty())
            QCOMPARE(value(u"SELECT count(*) FROM pg_dist_schema WHERE schemaid = 'shape'::regnamespace"_s), u"1"_s);
    }

    const QList<Shape> m_shapes = allShapes();
    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestPreflight)
#include "test_preflight.moc"
