// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
#include "tests/support/engine.h"
#include "tests/support/schemadump.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestBlueprint : public QObject
{
    Q_OBJECT

public:
    explicit TestBlueprint(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_session = openSession(m_io, m_cluster.settings());
        QVERIFY(m_session);
    }
    void cleanup()
    {
        const auto facts = loadFacts(*m_session);
        QVERIFY2(facts, whyNot(facts));
        for (const BlueprintFacts &applied : facts->blueprints) // those of a test that failed
            QVERIFY(removeHttpTraffic(*m_session, applied.schema).isComplete());
        m_session.reset();
    }

    void applyingTwiceChangesNothingAndRemovingLeavesNoTrace()
    {
        const QStringList before = schemaDumps(m_cluster);
        const PlanReport first = applyHttpTraffic(*m_session);
        QVERIFY2(first.isComplete() && first.changedAnything(), whyNot(first));
        const PlanReport second = applyHttpTraffic(*m_session);
        QVERIFY2(second.isComplete() && !second.changedAnything(), whyNot(second));
        for (const StepReport &step : second.steps)
            QCOMPARE(step.state, StepReport::State::AlreadySo);

        const PlanReport removed = removeHttpTraffic(*m_session);
        QVERIFY2(removed.isComplete(), whyNot(removed));
        const QStringList after = schemaDumps(m_cluster);
        QCOMPARE(after.size(), before.size());
        for (qsizetype node = 0; node < before.size(); ++node)
            QCOMPARE(after.at(node), before.at(node));
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM cron.job"_s), u"0"_s);
        const PlanReport again = removeHttpTraffic(*m_session);
        QVERIFY2(again.isComplete() && !again.changedAnything(), whyNot(again));
    }

    void hostileSchemaNames_data()
    {
        QTest::addColumn<QString>("schema");
        QTest::newRow("an injection") << u"\"; drop table x; --"_s;
        QTest::newRow("a quote, a backslash, a dollar") << u"it's \\ $$ %1$s %"_s;
        QTest::newRow("mixed case and reserved") << u"Select"_s;
        QTest::newRow("63 bytes of umlauts") << QString(31, u'ü') + u'x';
    }

    void hostileSchemaNames()
    {
        QFETCH(QString, schema);
        const QStringList before = schemaDumps(m_cluster);
        const QString table = QualifiedName{schema, u"http_request"_s}.quoted();
        const PlanReport applied = applyHttpTraffic(*m_session, {{u"schema"_s, schema}});
        QVERIFY2(applied.isComplete(), whyNot(applied));
        m_cluster.sql(u"INSERT INTO %1 (site_id, ip_address, request_country) SELECT g, 'a', 'DE' FROM "
                      "generate_series(1, 20) AS g"_s.arg(table));
        const auto rollups = listRollups(*m_session);
        QVERIFY2(rollups && rollups->size() == 1, whyNot(rollups));
        const QString name = rollups->first().name;
        QCOMPARE(rollups->first().lagRows.value_or(-1), 20);
        QVERIFY(!rollups->first().schedule.isEmpty());
        const auto run = runRollup(*m_session, name);
        QVERIFY2(run, whyNot(run));
        QCOMPARE(run->rowsRead, 20);
        const auto verification = verifyRollup(*m_session, name);
        QVERIFY2(verification && verification->isClean(), whyNot(verification));
        const auto deleted = runRetention(*m_session, table);
        QVERIFY2(deleted, whyNot(deleted));
        const PlanReport removed = removeHttpTraffic(*m_session, schema);
        QVERIFY2(removed.isComplete(), whyNot(removed));
        QCOMPARE(schemaDumps(m_cluster), before);
    }

    void removingOneLeavesTheOtherAndOtherPeoplesJobs()
    {
        m_cluster.sql(u"SELECT cron.schedule('nightly', '0 3 * * *', 'SELECT 1')"_s);
        for (const QString &schema : {u"shop"_s, u"blog"_s}) {
            const PlanReport applied = applyHttpTraffic(*m_session, {{u"schema"_s, schema}});
            QVERIFY2(applied.isComplete(), whyNot(applied));
            m_cluster.sql(u"INSERT INTO %1.http_request (site_id) VALUES (1), (2), (3)"_s.arg(schema));
            QVERIFY(runRollup(*m_session, schema + u".http_request_1min"_s));
        }
        const PlanReport removed = removeHttpTraffic(*m_session, u"shop"_s);
        QVERIFY2(removed.isComplete(), whyNot(removed));
        QCOMPARE(m_cluster.value(u"SELECT string_agg(jobname, ', ' ORDER BY jobname) FROM cron.job"_s),
            u"nightly, shardboard:retention:blog.http_request_1min, shardboard:rollup:blog.http_request_1min"_s);
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shardboard.rollup_state WHERE rollup LIKE 'shop%'"_s), u"0"_s);
        m_cluster.sql(u"INSERT INTO blog.http_request (site_id) VALUES (4)"_s);
        const auto run = runRollup(*m_session, u"blog.http_request_1min"_s);
        QVERIFY2(run, whyNot(run));
        QCOMPARE(run->rowsRead, 1);

        const PlanReport back = applyHttpTraffic(*m_session, {{u"schema"_s, u"shop"_s}});
        QVERIFY2(back.isComplete(), whyNot(back));
        m_cluster.sql(u"INSERT INTO shop.http_request (site_id) VALUES (1)"_s);
        const auto fresh = runRollup(*m_session, u"shop.http_request_1min"_s);
        QVERIFY2(fresh, whyNot(fresh));
        QCOMPARE(fresh->rowsRead, 1); // nothing of its former self is remembered
        for (const QString &schema : {u"shop"_s, u"blog"_s})
            QVERIFY(removeHttpTraffic(*m_session, schema).isComplete());
        m_cluster.sql(u"SELECT cron.unschedule('nightly')"_s);
    }

    void droppingTheRollupKeepsTheRawRows()
    {
        QVERIFY(applyHttpTraffic(*m_session).isComplete());
        m_cluster.sql(u"INSERT INTO http_request (site_id) VALUES (1), (2)"_s);
        const PlanReport dropped = carryOut(*m_session, dropRollupIntent(u"http_request_1min"_s));
        QVERIFY2(dropped.isComplete(), whyNot(dropped));
        QCOMPARE(
            m_cluster.value(u"SELECT concat(to_regclass('http_request_1min'), count(*)) FROM http_request"_s), u"2"_s);
        // Applied again, the rollup takes in the rows that were there before it.
        QVERIFY(applyHttpTraffic(*m_session).isComplete());
        const auto run = runRollup(*m_session, u"http_request_1min"_s);
        QVERIFY2(run, whyNot(run));
        QCOMPARE(run->rowsRead, 2);
        QVERIFY(removeHttpTraffic(*m_session).isComplete());
    }

    void settingsCanBeChangedByApplyingAgain()
    {
        QVERIFY(applyHttpTraffic(*m_session).isComplete());
        const PlanReport changed = applyHttpTraffic(*m_session, {{u"raw_retention"_s, u"2 days"_s}});
        QVERIFY2(changed.isComplete() && changed.changedAnything(), whyNot(changed));
        QCOMPARE(m_cluster.value(u"SELECT keep FROM shardboard.retention WHERE table_name = 'public.http_request'"_s),
            u"2 days"_s);
        QCOMPARE(m_cluster.value(u"SELECT command FROM cron.job WHERE jobname = 'shardboard:retention:http_request'"_s),
            u"CALL shardboard.run_retention('public.http_request')"_s);
        const PlanReport back = applyHttpTraffic(*m_session);
        QVERIFY2(back.isComplete(), whyNot(back));
        QCOMPARE(
            m_cluster.value(u"SELECT count(*) FROM cron.job WHERE jobname = 'shardboard:retention:http_request'"_s),
            u"0"_s);
        const PlanReport other = applyHttpTraffic(*m_session, {{u"error_definition"_s, u"not-2xx"_s}});
        QVERIFY(other.error);
        QVERIFY(removeHttpTraffic(*m_session).isComplete());
    }

    void requestsAreEitherASuccessOrAnErrorIfSoDefined()
    {
        QVERIFY(applyHttpTraffic(*m_session, {{u"error_definition"_s, u"not-2xx"_s}}).isComplete());
        m_cluster.sql(
            u"INSERT INTO http_request (site_id, status_code) VALUES (1, 200), (1, 204), (1, 301), (1, 404), (1, NULL)"_s);
        QVERIFY(runRollup(*m_session, u"http_request_1min"_s));
        QCOMPARE(m_cluster.value(
                     u"SELECT concat_ws(' ', request_count, success_count, error_count) FROM http_request_1min"_s),
            u"5 2 3"_s);
        QVERIFY(removeHttpTraffic(*m_session).isComplete());
    }

    void rowsOfASiteLieTogetherAndAggregationStaysOnTheShards()
    {
        if (!m_cluster.hasCitus())
            QSKIP("one server");
        QVERIFY(applyHttpTraffic(*m_session).isComplete());
        QCOMPARE(
            m_cluster.value(
                u"SELECT count(DISTINCT colocation_id) || ' ' || min(shard_count) || ' ' || min(distribution_column) "
                "FROM citus_tables WHERE table_name IN ('http_request'::regclass, 'http_request_1min'::regclass)"_s),
            u"1 4 site_id"_s);
        QString plan;
        const ResultSet explained = m_cluster.sql(u"EXPLAIN "_s
            + m_cluster.value(
                u"SELECT format(aggregate_sql, 'request_id > 5 AND request_id <= 9') FROM shardboard.rollup"_s));
        for (qsizetype row = 0; row < explained.rowCount(); ++row)
            plan += explained.text(row, 0) + u'\n';
        QVERIFY2(plan.contains(u"Task Count: 4"_s) && !plan.contains(u"pull to coordinator"_s)
                && !plan.contains(u"repartition"_s),
            qPrintable(plan));
        QVERIFY2(plan.contains(u"http_request_request_id_idx"_s), qPrintable(plan));
        QVERIFY(removeHttpTraffic(*m_session).isComplete());
    }

    void withoutPgCronThePlanSaysWhatToPutIntoTheCrontab()
    {
        m_cluster.sql(u"DROP EXTENSION pg_cron"_s);
        const Outcome<Plan> plan = planOn(*m_session, blueprintIntent(u"http-traffic"_s, {}));
        QVERIFY2(plan, whyNot(plan));
        QVERIFY2(plan->notes.join(u'\n').contains(u"* * * * * psql -X -q -d "_s), qPrintable(plan->notes.join(u'\n')));
        QVERIFY(applyHttpTraffic(*m_session).isComplete());
        m_cluster.sql(u"INSERT INTO http_request (site_id) VALUES (1)"_s);
        const auto run = runRollup(*m_session, u"http_request_1min"_s);
        QVERIFY2(run, whyNot(run));
        QVERIFY(removeHttpTraffic(*m_session).isComplete());
        m_cluster.sql(u"CREATE EXTENSION pg_cron"_s);
    }

    void aRoleWithoutSuperpowersCanDoAllOfIt()
    {
        if (m_cluster.hasCitus())
            QSKIP("the nodes of the test cluster only know each other as its owner");
        m_cluster.sql(u"CREATE ROLE builder LOGIN PASSWORD 'b'"_s);
        m_cluster.sql(u"GRANT CREATE ON DATABASE shardboard TO builder"_s);
        ConnectionSettings settings = m_cluster.settings();
        settings.keywords.insert(u"user"_s, u"builder"_s);
        settings.keywords.remove(u"passfile"_s);
        settings.password = u"b"_s;
        const auto builder = openSession(m_io, settings);
        QVERIFY(builder);
        const Outcome<Plan> plan = planOn(*builder, blueprintIntent(u"http-traffic"_s, {{u"schema"_s, u"mine"_s}}));
        QVERIFY2(plan, whyNot(plan));
        const PlanReport applied = PlanExecutor(*builder).apply(*plan);
        QVERIFY2(applied.isComplete(), whyNot(applied));
        const auto inserted = builder->run(Query(u"INSERT INTO mine.http_request (site_id) VALUES (1), (2)"_s));
        QVERIFY2(inserted, whyNot(inserted));
        const auto run = runRollup(*builder, u"mine.http_request_1min"_s);
        QVERIFY2(run, whyNot(run));
        QCOMPARE(run->rowsRead, 2);
        const PlanReport removed = removeHttpTraffic(*builder, u"mine"_s);
        QVERIFY2(removed.isComplete(), whyNot(removed));
        m_cluster.sql(u"REVOKE ALL ON DATABASE shardboard FROM builder"_s);
        m_cluster.sql(u"DROP ROLE builder"_s);
    }

private:
    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestBlueprint)
#include "test_blueprint.moc"
