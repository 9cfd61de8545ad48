// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// What Shardboard made goes without a trace: the schema of every node is the one from before.
#include "admin/partition/settings.h"
#include "admin/planning.h"
#include "admin/retention/retentionplan.h"
#include "admin/undo.h"
#include "tests/support/engine.h"
#include "tests/support/schemadump.h"

#include <QJsonArray>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestRemoval : public QObject
{
    Q_OBJECT

public:
    explicit TestRemoval(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_session = openSession(m_io, m_cluster.settings());
        QVERIFY(m_session);
        m_cluster.sql(u"SELECT cron.schedule('theirs', '0 0 31 2 *', 'SELECT 1')"_s);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_cluster.sql(u"CREATE SCHEMA mine"_s);
        m_cluster.sql(
            u"CREATE TABLE mine.hits (id bigint GENERATED ALWAYS AS IDENTITY, site int NOT NULL, at timestamptz NOT NULL)"_s);
        m_cluster.sql(
            u"INSERT INTO mine.hits (site, at) SELECT g % 9, now() - g * interval '1 hour' FROM generate_series(1, 400) AS g"_s);
        if (m_cluster.hasCitus())
            m_cluster.sql(u"SELECT create_distributed_table('mine.hits', 'site', shard_count := 4)"_s);
        m_before = schemaDumps(m_cluster);
    }
    void cleanup()
    {
        m_cluster.sql(u"SET client_min_messages = warning; DROP SCHEMA IF EXISTS mine CASCADE"_s);
        m_cluster.sql(u"SET client_min_messages = warning; DROP SCHEMA IF EXISTS shardboard CASCADE"_s);
        m_cluster.sql(u"SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname <> 'theirs'"_s);
    }
    void cleanupTestCase() { m_session.reset(); }

    void blueprints_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("schema");
        QTest::newRow("HTTP traffic in public") << u"http-traffic"_s << u"public"_s;
        QTest::newRow("GitHub in a schema of its own") << u"github"_s << u"code"_s;
        QTest::newRow("Clickstream beside other tables") << u"clickstream"_s << u"mine"_s;
    }
    void blueprints()
    {
        QFETCH(QString, name);
        QFETCH(QString, schema);
        const auto intent = blueprintIntent(name, {{u"schema"_s, schema}, {u"shard_count"_s, u"4"_s}});
        QVERIFY2(intent, whyNot(intent));
        apply(*intent);
        const auto rollups = listRollups(*m_session);
        QVERIFY2(rollups, whyNot(rollups));
        for (const RollupStatus &rollup : *rollups)
            QVERIFY(runRollup(*m_session, rollup.name));
        const auto expiring = listExpiringTables(*m_session);
        QVERIFY2(expiring, whyNot(expiring));
        for (const QString &table : *expiring) {
            const auto run = runRetention(*m_session, table);
            QVERIFY2(run, whyNot(run));
        }
        QVERIFY(schemaDumps(m_cluster) != m_before);
        apply(*removeBlueprintIntent(name, schema));
        nothingIsLeft();
    }

    void aFamilyWithRetentionOfATableThatStays()
    {
        apply(family());
        apply(retentionIntent({{{u"mine"_s, u"hits"_s}, {}, u"5 days"_s, false}, {}}));
        QVERIFY(runRollup(*m_session, u"mine.hits_1min"_s));
        const auto run = runRetention(*m_session, u"mine.hits"_s);
        QVERIFY2(run && run->rowsDeleted > 100, whyNot(run));
        apply(dropRollupIntent(u"mine.hits_1min"_s));
        apply(retentionIntent({{{u"mine"_s, u"hits"_s}, {}, u"never"_s, false}, {}}));
        nothingIsLeft();
    }

    void aFamilyWithRetentionAndPartitions_data()
    {
        QTest::addColumn<PartitionMethod>("method");
        QTest::newRow("plain SQL") << PartitionMethod::Sql;
        QTest::newRow("pg_partman") << PartitionMethod::Partman;
    }
    void aFamilyWithRetentionAndPartitions()
    {
        QFETCH(PartitionMethod, method);
        PartitionSettings partitions;
        partitions.table = {u"mine"_s, u"hits"_s};
        partitions.column = u"at"_s;
        partitions.ahead = 2;
        partitions.method = method;
        apply(partitionIntent(partitions));
        apply(family());
        apply(retentionIntent({{{u"mine"_s, u"hits"_s}, {}, u"5 days"_s, false}, {}}));
        QVERIFY(runRollup(*m_session, u"mine.hits_1min"_s));
        const auto run = runRetention(*m_session, u"mine.hits"_s);
        QVERIFY2(run && run->partitionsDropped.size() > 5, whyNot(run));
        apply(dropRollupIntent(u"mine.hits_1min"_s));
        apply(undoPartitionIntent({u"mine"_s, u"hits"_s}));
        nothingIsLeft();
    }

    void theUndoOfAFamilyLeavesNothingEither()
    {
        const auto plan = makePlan(*m_session, family());
        QVERIFY2(plan, whyNot(plan));
        const PlanReport report = PlanExecutor(*m_session).apply(*plan);
        QVERIFY2(report.isComplete(), whyNot(report));
        const PlanReport undone = PlanExecutor(*m_session).apply(undoPlan(*plan, report));
        QVERIFY2(undone.isComplete(), whyNot(undone));
        nothingIsLeft();
    }

    void anIndexThatAnotherRollupReadsByStaysWithIt()
    {
        apply(family());
        Intent other = family();
        other.settings.insert(u"levels"_s, QJsonArray{QJsonObject{{u"bucket"_s, u"5 minutes"_s}}});
        apply(other);
        apply(dropRollupIntent(u"mine.hits_1min"_s));
        QCOMPARE(m_cluster.value(u"SELECT to_regclass('mine.hits_id_idx')"_s), u"mine.hits_id_idx"_s);
        apply(dropRollupIntent(u"mine.hits_5min"_s));
        nothingIsLeft();
    }

private:
    Intent family() const
    {
        return {u"rollup"_s,
            {{u"table"_s, u"mine.hits"_s}, {u"dimensions"_s, QJsonArray{u"site"_s}},
                {u"measures"_s, QJsonArray{QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}}}},
                {u"levels"_s,
                    QJsonArray{QJsonObject{{u"bucket"_s, u"1 minute"_s}, {u"keep"_s, u"1 month"_s}},
                        QJsonObject{{u"bucket"_s, u"1 hour"_s}, {u"keep"_s, u"1 year"_s}}}}}};
    }

    void apply(const Intent &intent)
    {
        const auto plan = makePlan(*m_session, intent);
        QVERIFY2(plan, whyNot(plan));
        const PlanReport report = PlanExecutor(*m_session).apply(*plan);
        QVERIFY2(report.isComplete(), whyNot(report));
        m_cluster.sql(u"UPDATE cron.job SET active = false WHERE jobname <> 'theirs'"_s); // runs when the test says so
    }

    void nothingIsLeft()
    {
        const QString difference = firstDifference(m_before, schemaDumps(m_cluster));
        QVERIFY2(difference.isEmpty(), qPrintable(difference));
        QCOMPARE(m_cluster.value(u"SELECT string_agg(jobname, ' ') FROM cron.job"_s), u"theirs"_s);
        if (m_cluster.value(u"SELECT count(*) FROM pg_extension WHERE extname = 'pg_partman'"_s) == u"1")
            QCOMPARE(
                m_cluster.value(u"SELECT count(*) FROM %1.part_config"_s.arg(m_cluster.value(
                    u"SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace AS n ON n.oid = extnamespace "
                    "WHERE extname = 'pg_partman'"_s))),
                u"0"_s);
    }

    QStringList m_before;
    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestRemoval)
#include "test_removal.moc"
