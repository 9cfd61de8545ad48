// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// Whole partitions expire, whoever looks after them, and never one with rows that a rollup has not taken; what is held
// back is named in the log.
#include "admin/partition/partitionsession.h"
#include "admin/planning.h"
#include "admin/serverobjects.h"
#include "tests/support/engine.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <thread>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestPartitionRetention : public QObject
{
    Q_OBJECT

public:
    explicit TestPartitionRetention(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_session = openSession(m_io, m_cluster.settings());
        QVERIFY(m_session);
        m_cluster.sql(
            u"CREATE SCHEMA IF NOT EXISTS partman; CREATE EXTENSION IF NOT EXISTS pg_partman SCHEMA partman"_s);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_cluster.sql(u"CREATE SCHEMA shop"_s);
    }
    void cleanup()
    {
        m_cluster.sql(u"SET client_min_messages = warning; DROP SCHEMA IF EXISTS shop CASCADE"_s);
        m_cluster.sql(u"SET client_min_messages = warning; DROP SCHEMA IF EXISTS shardboard CASCADE"_s);
        m_cluster.sql(u"SELECT cron.unschedule(jobid) FROM cron.job"_s);
        m_cluster.sql(u"DELETE FROM partman.part_config; DROP TABLE IF EXISTS partman.template_shop_t"_s);
    }
    void cleanupTestCase() { m_session.reset(); }

    void whatTheRollupHasNotTakenStays_data() { methods(); }
    void whatTheRollupHasNotTakenStays()
    {
        QFETCH(PartitionMethod, method);
        setUp(method);
        const QString all = rawCount();
        maintain();
        QCOMPARE(rawCount(), all);
        QCOMPARE(lastRun(u"state"_s), u"refused"_s);
        const QJsonObject held = heldBack(u"behind"_s);
        QCOMPARE(held.value(u"rollup").toString(), u"shop.t_1min"_s);
        QVERIFY2(held.value(u"rows").toInt() > 0 && held.value(u"partition").toString().startsWith(u"shop.t"),
            qPrintable(lastRun(u"held"_s)));

        rollUp();
        const QString kept = m_cluster.value(
            u"SELECT count(*) FROM shop.t WHERE at >= date_trunc('day', now() - interval '10 days', 'UTC')"_s);
        maintain();
        QCOMPARE(rawCount(), kept);
        QCOMPARE(lastRun(u"state"_s), u"done"_s);
        QVERIFY(lastRun(u"cardinality(partitions_dropped)"_s).toInt() >= 7);
        QVERIFY(lastRun(u"bytes_freed"_s).toLongLong() > 0);
        QCOMPARE(lastRun(u"oldest_kept = (SELECT min(at) FROM shop.t)"_s), u"t"_s);
        QCOMPARE(m_cluster.value(u"SELECT sum(n) FROM shop.t_1min"_s), all);
        const auto again = runRetention(*m_session, u"shop.t"_s); // as the job of a table without maintenance does
        QVERIFY2(again, whyNot(again));
        QCOMPARE(again->state, RetentionRun::State::Done);
        QVERIFY(again->runId > 0 && again->partitionsDropped.isEmpty());
    }

    void aRowWrittenWhileItsPartitionGoesIsNotLost_data() { methods(); }
    void aRowWrittenWhileItsPartitionGoesIsNotLost()
    {
        QFETCH(PartitionMethod, method);
        setUp(method);
        rollUp();
        const auto writer = openSession(m_io, m_cluster.settings());
        QVERIFY(writer);
        QVERIFY(writer->run(Query(u"BEGIN"_s)));
        const auto written
            = writer->run(Query(u"INSERT INTO shop.t (k, at, v) VALUES (3, now() - interval '15 days', 'late')"_s));
        QVERIFY2(written, whyNot(written));
        Outcome<ResultSet> maintained = Cancelled{};
        std::thread retention([&] {
            SyncSession session(m_io, m_cluster.settings(), SessionPurpose::Job);
            if (session.open())
                maintained = session.run(Query(u"CALL shardboard.maintain_partitions('shop.t')"_s));
        });
        QTest::qWait(1000);
        QVERIFY(writer->run(Query(u"COMMIT"_s)));
        retention.join();
        QVERIFY2(maintained, whyNot(maintained));
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.t WHERE v = 'late'"_s), u"1"_s);
        QCOMPARE(heldBack(u"behind"_s).value(u"rows").toInt(), 1);
        rollUp();
        maintain();
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.t WHERE v = 'late'"_s), u"0"_s);
        QCOMPARE(m_cluster.value(u"SELECT sum(n) FROM shop.t_1min"_s), u"1501"_s);
    }

    void nobodyWaitsLongBehindAPartitionThatIsInUse()
    {
        setUp(PartitionMethod::Sql);
        rollUp();
        const auto reader = openSession(m_io, m_cluster.settings());
        QVERIFY(reader);
        QVERIFY(reader->run(Query(u"BEGIN"_s)));
        QVERIFY(reader->run(Query(u"SELECT count(*) FROM shop.t"_s)));
        const QString all = rawCount();
        maintain();
        QCOMPARE(rawCount(), all);
        QCOMPARE(lastRun(u"state"_s), u"refused"_s);
        QVERIFY(!heldBack(u"busy"_s).isEmpty());
        QVERIFY(reader->run(Query(u"COMMIT"_s)));
        maintain();
        QCOMPARE(lastRun(u"state"_s), u"done"_s);
    }

    void aPartitionThatIsWiderThanItsNameSaysStays_data() { methods(); }
    void aPartitionThatIsWiderThanItsNameSaysStays()
    {
        QFETCH(PartitionMethod, method);
        setUp(method);
        // Rows from 16 to 8 days ago, in what by its name is the partition of one day.
        const QString first = u"date_trunc('day', now() - interval '16 days', 'UTC')"_s;
        widen(u"'%1'"_s.arg(m_cluster.value(u"SELECT "_s + first)), first, u"8 days"_s);
        rollUp();
        const QString young
            = u"SELECT count(*) FROM shop.t WHERE at BETWEEN now() - interval '9 days 20 hours' AND now()"_s;
        const QString kept = m_cluster.value(young);
        maintain();
        QCOMPARE(m_cluster.value(young), kept);
    }

    void whatReachesFarBackGoesOnlyWhenThatIsMeant_data() { methods(); }
    void whatReachesFarBackGoesOnlyWhenThatIsMeant()
    {
        QFETCH(PartitionMethod, method);
        setUp(method);
        widen(u"MINVALUE"_s, u"'-infinity'::timestamptz"_s, u"12 days"_s);
        rollUp();
        const QString wide = u"SELECT count(*) FROM shop.t_wide"_s;
        const QString held = m_cluster.value(wide);
        QVERIFY(held.toInt() > 0);
        maintain();
        QCOMPARE(m_cluster.value(wide), held);
        QCOMPARE(heldBack(u"wide"_s).value(u"partition").toString(), u"shop.t_wide"_s);
        QVERIFY(heldBack(u"wide"_s).value(u"starts").isNull());
        QVERIFY(lastRun(u"cardinality(partitions_dropped)"_s).toInt() > 0); // those beside it go all the same
        m_cluster.sql(u"UPDATE shardboard.retention SET drops_wide = true"_s);
        maintain();
        QCOMPARE(m_cluster.value(u"SELECT to_regclass('shop.t_wide')"_s), QString());
        QCOMPARE(lastRun(u"state"_s), u"done"_s);
    }

    void rowsInTheDefaultPartitionAreNamedAndStay_data() { methods(); }
    void rowsInTheDefaultPartitionAreNamedAndStay()
    {
        QFETCH(PartitionMethod, method);
        if (method == PartitionMethod::Citus)
            QSKIP("citus' functions cannot do with a default partition");
        setUp(method);
        m_cluster.sql(
            u"INSERT INTO shop.t (k, at, v) SELECT 1, now() - interval '40 days', 'stray' FROM generate_series(1, 3)"_s);
        rollUp();
        maintain();
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.t WHERE v = 'stray'"_s), u"3"_s);
        QCOMPARE(lastRun(u"state"_s), u"refused"_s);
        QCOMPARE(heldBack(u"default"_s).value(u"rows").toInt(), 3);
        QVERIFY(lastRun(u"cardinality(partitions_dropped)"_s).toInt() > 0);
        m_cluster.sql(u"SELECT shardboard.empty_default_partition('shop.t')"_s);
        maintain();
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.t WHERE v = 'stray'"_s), u"0"_s);
        QCOMPARE(lastRun(u"state"_s), u"done"_s);
    }

    void partmansOwnRetentionDropsNothingBehindOurBack()
    {
        setUp(PartitionMethod::Partman);
        m_cluster.sql(u"UPDATE partman.part_config SET retention = '5 days', retention_keep_table = false"_s);
        const QString all = rawCount();
        maintain();
        QCOMPARE(rawCount(), all);
        QCOMPARE(m_cluster.value(u"SELECT retention FROM partman.part_config"_s), u"5 days"_s);
    }

    void aTableThatSomeoneElsePartitionedLosesWholePartitionsToo()
    {
        m_cluster.sql(u"CREATE TABLE shop.own (k int NOT NULL, at timestamp NOT NULL) PARTITION BY RANGE (at)"_s);
        for (int month = 1; month <= 6; ++month)
            m_cluster.sql(
                u"CREATE TABLE shop.own_%1 PARTITION OF shop.own FOR VALUES FROM ('2020-0%1-01') TO ('2020-0%2-01')"_s
                    .arg(month)
                    .arg(month + 1));
        m_cluster.sql(
            u"INSERT INTO shop.own SELECT 1, '2020-01-01'::timestamp + g * interval '1 day' FROM generate_series(0, 180) AS g"_s);
        installObjects();
        m_cluster.sql(
            u"INSERT INTO shardboard.retention (table_name, time_column, keep) SELECT 'shop.own', 'at', now() - '2020-03-15Z'"_s);
        m_cluster.sql(u"CALL shardboard.run_retention('shop.own')"_s);
        QCOMPARE(lastRun(u"array_to_string(partitions_dropped, ' ')"_s), u"shop.own_1 shop.own_2"_s);
        QCOMPARE(m_cluster.value(u"SELECT min(at) FROM shop.own"_s), u"2020-03-01 00:00:00"_s);
    }

private:
    void methods()
    {
        QTest::addColumn<PartitionMethod>("method");
        QTest::newRow("plain SQL") << PartitionMethod::Sql;
        QTest::newRow("pg_partman") << PartitionMethod::Partman;
        if (m_cluster.hasCitus())
            QTest::newRow("citus") << PartitionMethod::Citus;
    }

    /// 1,500 rows of 17 days in partitions of a day, kept for 10 days, with a rollup that has taken none of them.
    void setUp(PartitionMethod method)
    {
        m_cluster.sql(
            u"CREATE TABLE shop.t (id bigint GENERATED ALWAYS AS IDENTITY, k int NOT NULL, at timestamptz NOT NULL, v text)"_s);
        m_cluster.sql(
            u"INSERT INTO shop.t (k, at, v) SELECT i % 20, now() - i * interval '17 minutes', 'v' || i FROM generate_series(1, 1500) i"_s);
        if (m_cluster.hasCitus())
            m_cluster.sql(u"SELECT create_distributed_table('shop.t', 'k', shard_count := 4)"_s);
        PartitionSettings settings;
        settings.table = {u"shop"_s, u"t"_s};
        settings.column = u"at"_s;
        settings.ahead = 2;
        settings.retention = u"10 days"_s;
        settings.method = method;
        settings.hasDefault = method != PartitionMethod::Citus;
        settings.schedule = u"0 0 31 2 *"_s;
        apply(partitionIntent(settings));
        apply({u"rollup"_s,
            {{u"table"_s, u"shop.t"_s}, {u"dimensions"_s, QJsonArray{u"k"_s}},
                {u"measures"_s, QJsonArray{QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}}}},
                {u"levels"_s,
                    QJsonArray{QJsonObject{{u"bucket"_s, u"1 minute"_s}, {u"schedule"_s, u"0 0 31 2 *"_s}}}}}});
    }

    void apply(const Intent &intent)
    {
        const auto plan = makePlan(*m_session, intent);
        QVERIFY2(plan, whyNot(plan));
        const PlanReport report = PlanExecutor(*m_session).apply(*plan);
        QVERIFY2(report.isComplete(), whyNot(report));
    }
    void installObjects()
    {
        const auto facts = loadFacts(*m_session);
        QVERIFY2(facts, whyNot(facts));
        Plan plan;
        const auto steps = ServerObjects::installSteps(*facts, 1);
        QVERIFY2(steps, whyNot(steps));
        plan.steps = *steps;
        QVERIFY(PlanExecutor(*m_session).apply(plan).isComplete());
    }

    /// Puts one partition named after its first day, or shop.t_wide, in the place of those from `from` to so long ago.
    void widen(const QString &bound, const QString &first, const QString &until)
    {
        const QString last = u"date_trunc('day', now() - interval '%1', 'UTC')"_s.arg(until);
        m_cluster.sql(
            u"CREATE TABLE shop.aside AS SELECT k, at, v FROM shop.t WHERE at >= %1 AND at < %2"_s.arg(first, last));
        const ResultSet old = m_cluster.sql(
            u"SELECT partition FROM shardboard.time_partitions('shop.t') WHERE starts >= %1 AND ends <= %2"_s.arg(
                first, last));
        for (qsizetype row = 0; row < old.rowCount(); ++row)
            m_cluster.sql(u"DROP TABLE "_s + old.text(row, 0));
        const QString name = bound == u"MINVALUE" ? u"shop.t_wide"_s : old.text(0, 0);
        m_cluster.sql(u"CREATE TABLE %1 PARTITION OF shop.t FOR VALUES FROM (%2) TO ('%3')"_s.arg(
            name, bound, m_cluster.value(u"SELECT "_s + last)));
        m_cluster.sql(u"INSERT INTO shop.t (k, at, v) SELECT * FROM shop.aside; DROP TABLE shop.aside"_s);
    }

    void rollUp() { m_cluster.sql(u"CALL shardboard.run_rollup('shop.t_1min')"_s); }
    void maintain()
    {
        m_cluster.sql(u"CALL shardboard.maintain_partitions('shop.t')"_s);
        QCOMPARE(m_cluster.value(u"SELECT last_error FROM shardboard.partitioning"_s), QString());
    }
    QString rawCount() const { return m_cluster.value(u"SELECT count(*) FROM shop.t"_s); }
    QString lastRun(const QString &what) const
    {
        return m_cluster.value(u"SELECT %1 FROM shardboard.retention_run ORDER BY run_id DESC LIMIT 1"_s.arg(what));
    }
    /// What the last run noted of this kind; empty when it noted none.
    QJsonObject heldBack(const QString &code) const
    {
        for (const QJsonValue &held : QJsonDocument::fromJson(lastRun(u"held"_s).toUtf8()).array())
            if (held.toObject().value(u"code").toString() == code)
                return held.toObject();
        return {};
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestPartitionRetention)
#include "test_partitionretention.moc"
