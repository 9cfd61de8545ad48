// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// Maintenance of partitions blocks nobody for long, and what it cannot do keeps it from nothing else.
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

class TestMaintenance : public QObject
{
    Q_OBJECT

public:
    explicit TestMaintenance(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init();
    void cleanup();

    void nobodyWaitsBehindTheMakingOfPartitions_data();
    void nobodyWaitsBehindTheMakingOfPartitions();
    void aPartitionThatCannotBeMadeKeepsNoOther();
    void makingAndDroppingFailApart();
    void aPartitionThatAForeignKeyRefersToIsDroppedWithoutReferences();
    void aPartitionThatCannotBeDroppedKeepsNoOther();
    void readersAndWritersAndRetentionDoNotDeadlock();

private:
    void makeLogs(const QString &method, bool hasDefault = true);
    void makeDays(const QString &table, int days);
    void expire(const QString &table, const QString &keep);
    QString lastRun(const QString &what) const
    {
        return m_cluster.value(u"SELECT %1 FROM shardboard.retention_run ORDER BY run_id DESC LIMIT 1"_s.arg(what));
    }
    QStringList heldCodes() const;
    QString partitions(const QString &table) const
    {
        return m_cluster.value(u"SELECT count(*) FROM pg_inherits WHERE inhparent = '%1'::regclass"_s.arg(table));
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

void TestMaintenance::init()
{
    QTest::failOnWarning(QRegularExpression(u"."_s));
    m_session = openSession(m_io, m_cluster.settings());
    QVERIFY(m_session);
    const auto facts = loadFacts(*m_session);
    QVERIFY2(facts, whyNot(facts));
    Plan plan;
    const auto steps = ServerObjects::installSteps(*facts, 1);
    QVERIFY2(steps, whyNot(steps));
    plan.steps = *steps;
    QVERIFY(PlanExecutor(*m_session).apply(plan).isComplete());
    m_cluster.sql(u"CREATE SCHEMA shop; CREATE SCHEMA IF NOT EXISTS partman; "
                  "CREATE EXTENSION IF NOT EXISTS pg_partman SCHEMA partman"_s);
}

void TestMaintenance::cleanup()
{
    m_cluster.sql(u"SET client_min_messages = warning; DROP SCHEMA IF EXISTS shop CASCADE"_s);
    m_cluster.sql(u"SET client_min_messages = warning; DROP SCHEMA IF EXISTS shardboard CASCADE"_s);
    m_cluster.sql(u"SELECT cron.unschedule(jobid) FROM cron.job; DELETE FROM partman.part_config; "
                  "DROP TABLE IF EXISTS partman.template_shop_logs"_s);
    m_session.reset();
}

/// A partitioned table with two days ahead.
void TestMaintenance::makeLogs(const QString &method, bool hasDefault)
{
    m_cluster.sql(u"CREATE TABLE shop.logs (id bigint NOT NULL, at timestamptz NOT NULL)"_s);
    if (m_cluster.hasCitus())
        m_cluster.sql(u"SELECT create_distributed_table('shop.logs', 'id', shard_count := 2)"_s);
    const auto plan = makePlan(*m_session,
        {u"partition"_s,
            {{u"table"_s, u"shop.logs"_s}, {u"column"_s, u"at"_s}, {u"interval"_s, u"1 day"_s}, {u"ahead"_s, 2},
                {u"method"_s, method}, {u"default"_s, hasDefault}, {u"schedule"_s, u"0 0 31 2 *"_s}}});
    QVERIFY2(plan, whyNot(plan));
    const PlanReport report = PlanExecutor(*m_session).apply(*plan);
    QVERIFY2(report.isComplete(), whyNot(report));
}

void TestMaintenance::makeDays(const QString &table, int days)
{
    m_cluster.sql(
        u"SELECT shardboard.create_partitions('%1', '1 day', now() - interval '%2 days', now() + interval '2 days')"_s
            .arg(table)
            .arg(days));
}

void TestMaintenance::expire(const QString &table, const QString &keep)
{
    m_cluster.sql(u"INSERT INTO shardboard.retention (table_name, time_column, keep) VALUES ('%1', 'at', '%2') "
                  "ON CONFLICT (table_name) DO UPDATE SET keep = excluded.keep"_s.arg(table, keep));
}

QStringList TestMaintenance::heldCodes() const
{
    QStringList codes;
    for (const QJsonValue &held : QJsonDocument::fromJson(lastRun(u"held"_s).toUtf8()).array())
        codes << held.toObject().value(u"code").toString();
    return codes;
}

void TestMaintenance::nobodyWaitsBehindTheMakingOfPartitions_data()
{
    QTest::addColumn<QString>("method");
    QTest::newRow("sql") << u"sql"_s;
    QTest::newRow("pg_partman") << u"pg_partman"_s;
}

void TestMaintenance::nobodyWaitsBehindTheMakingOfPartitions()
{
    QFETCH(QString, method);
    makeLogs(method);
    // As if some days had passed.
    m_cluster.sql(u"UPDATE shardboard.partitioning SET ahead = 5"_s);
    if (method == u"pg_partman")
        m_cluster.sql(u"UPDATE partman.part_config SET premake = 5"_s);
    const QString before = partitions(u"shop.logs"_s);
    const auto reader = openSession(m_io, m_cluster.settings());
    QVERIFY(reader && reader->run(Query(u"BEGIN"_s)) && reader->run(Query(u"SELECT count(*) FROM shop.logs"_s)));
    Outcome<ResultSet> maintained = Cancelled{};
    std::thread maintenance([&] {
        SyncSession session(m_io, m_cluster.settings(), SessionPurpose::Job);
        if (session.open())
            maintained = session.run(Query(u"CALL shardboard.maintain_partitions('shop.logs')"_s));
    });
    const auto isWaiting = [&] {
        return m_cluster.value(
                   u"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'CALL shardboard.maintain%'"_s)
            != u"0"_s;
    };
    QTRY_VERIFY_WITH_TIMEOUT(isWaiting(), 20000);
    const auto other = openSession(m_io, m_cluster.settings());
    const bool isRead = other && other->run(Query(u"SET statement_timeout = '6s'"_s))
        && other->run(Query(u"SELECT count(*) FROM shop.logs"_s));
    const bool isWritten = isRead && other->run(Query(u"INSERT INTO shop.logs VALUES (1, now())"_s));
    const bool isEnded = reader->run(Query(u"COMMIT"_s)).isOk();
    maintenance.join();
    QVERIFY(isRead && isWritten && isEnded);
    QVERIFY2(maintained, whyNot(maintained));
    QVERIFY(partitions(u"shop.logs"_s).toInt() > before.toInt());
    QCOMPARE(m_cluster.value(u"SELECT last_error FROM shardboard.partitioning"_s), QString());
}

void TestMaintenance::aPartitionThatCannotBeMadeKeepsNoOther()
{
    makeLogs(u"sql"_s);
    // A clock that is wrong: the default partition holds a row of the day that comes next.
    m_cluster.sql(u"INSERT INTO shop.logs VALUES (1, date_trunc('day', now(), 'UTC') + interval '3 days')"_s);
    m_cluster.sql(u"UPDATE shardboard.partitioning SET ahead = 5"_s);
    const int before = partitions(u"shop.logs"_s).toInt();
    const auto maintained = m_session->run(Query(u"CALL shardboard.maintain_partitions('shop.logs')"_s));
    QVERIFY(maintained.isError());
    QVERIFY2(maintained.error().hint.contains(u"empty_default_partition"_s), whyNot(maintained));
    QCOMPARE(partitions(u"shop.logs"_s).toInt(), before + 2);
    QVERIFY(m_cluster.value(u"SELECT last_error FROM shardboard.partitioning"_s).startsWith(u"the partition from "_s));
    m_cluster.sql(u"SELECT shardboard.empty_default_partition('shop.logs')"_s);
    QVERIFY(m_session->run(Query(u"CALL shardboard.maintain_partitions('shop.logs')"_s)));
    QCOMPARE(partitions(u"shop.logs"_s).toInt(), before + 3);
    QCOMPARE(m_cluster.value(u"SELECT last_error FROM shardboard.partitioning"_s), QString());
}

void TestMaintenance::makingAndDroppingFailApart()
{
    makeLogs(u"sql"_s);
    makeDays(u"shop.logs"_s, 6);
    m_cluster.sql(u"INSERT INTO shop.logs VALUES (1, date_trunc('day', now(), 'UTC') + interval '3 days')"_s);
    m_cluster.sql(u"UPDATE shardboard.partitioning SET ahead = 3"_s);
    expire(u"shop.logs"_s, u"2 days"_s);
    const auto maintained = m_session->run(Query(u"CALL shardboard.maintain_partitions('shop.logs')"_s));
    QVERIFY(maintained.isError());
    QCOMPARE(lastRun(u"state"_s), u"done"_s);
    QVERIFY(lastRun(u"cardinality(partitions_dropped)"_s).toInt() >= 3);
}

void TestMaintenance::aPartitionThatAForeignKeyRefersToIsDroppedWithoutReferences()
{
    m_cluster.sql(
        u"CREATE TABLE shop.orders (at timestamptz NOT NULL, id bigint NOT NULL, PRIMARY KEY (at, id)) PARTITION BY RANGE (at)"_s);
    makeDays(u"shop.orders"_s, 6);
    if (m_cluster.hasCitus()
        && !m_cluster.trySql(u"SELECT create_distributed_table('shop.orders', 'id', shard_count := 2)"_s))
        QSKIP("citus does not distribute the table");
    m_cluster.sql(
        u"INSERT INTO shop.orders SELECT date_trunc('day', now(), 'UTC') - g * interval '1 day', g FROM generate_series(0, 6) AS g"_s);
    m_cluster.sql(u"CREATE TABLE shop.items (id bigint NOT NULL, order_at timestamptz, order_id bigint)"_s);
    if (m_cluster.hasCitus())
        m_cluster.sql(u"SELECT create_distributed_table('shop.items', 'order_id', colocate_with := 'shop.orders')"_s);
    const QString key = u"ALTER TABLE shop.items ADD FOREIGN KEY (order_at, order_id) REFERENCES shop.orders"_s;
    if (m_cluster.hasCitus()) {
        if (const auto added = m_cluster.trySql(key); !added)
            QSKIP("citus does not take a foreign key to a partitioned table");
    } else {
        m_cluster.sql(key);
    }
    // Of today, and of a day that is old enough to go.
    m_cluster.sql(
        u"INSERT INTO shop.items SELECT at, at, id FROM (SELECT id AS i, at, id FROM shop.orders WHERE id IN (0, 4)) AS o (i, at, id)"_s
            .replace(u"SELECT at, at, id"_s, u"SELECT i, at, id"_s));
    expire(u"shop.orders"_s, u"2 days"_s);
    const auto run = runRetention(*m_session, u"shop.orders"_s);
    QVERIFY2(run, whyNot(run));
    QCOMPARE(run->state, RetentionRun::State::Refused);
    QCOMPARE(heldCodes(), QStringList{u"referenced"_s});
    QCOMPARE(m_cluster.value(u"SELECT string_agg(id::text, ',' ORDER BY id) FROM shop.orders WHERE id >= 3"_s), u"4"_s);
    QVERIFY(!explainHold(run->holds.constFirst(), u"shop.orders"_s).cause.isEmpty());
    m_cluster.sql(u"DELETE FROM shop.items WHERE order_id = 4"_s);
    const auto again = runRetention(*m_session, u"shop.orders"_s);
    QVERIFY2(again, whyNot(again));
    QCOMPARE(again->state, RetentionRun::State::Done);
    QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.orders WHERE id >= 3"_s), u"0"_s);
}

void TestMaintenance::aPartitionThatCannotBeDroppedKeepsNoOther()
{
    makeLogs(u"sql"_s);
    makeDays(u"shop.logs"_s, 6);
    expire(u"shop.logs"_s, u"2 days"_s);
    const QString oldest = m_cluster.value(
        u"SELECT partition FROM shardboard.time_partitions('shop.logs') WHERE starts IS NOT NULL ORDER BY starts LIMIT 1"_s);
    m_cluster.sql(u"SET client_min_messages = error; CREATE VIEW shop.oldest AS SELECT * FROM "_s + oldest);
    const int before = partitions(u"shop.logs"_s).toInt();
    const auto maintained = m_session->run(Query(u"CALL shardboard.maintain_partitions('shop.logs')"_s));
    QVERIFY2(maintained, whyNot(maintained));
    QCOMPARE(lastRun(u"state"_s), u"refused"_s);
    QCOMPARE(heldCodes(), QStringList{u"obstacle"_s});
    QVERIFY(partitions(u"shop.logs"_s).toInt() <= before - 2);
    QVERIFY(!m_cluster.value(u"SELECT to_regclass('%1')"_s.arg(oldest)).isEmpty());
}

void TestMaintenance::readersAndWritersAndRetentionDoNotDeadlock()
{
    makeLogs(u"sql"_s);
    makeDays(u"shop.logs"_s, 20);
    expire(u"shop.logs"_s, u"2 days"_s);
    std::atomic<bool> isOver = false;
    QStringList failures;
    std::mutex guard;
    std::vector<std::thread> crew;
    for (int i = 0; i < 3; ++i) {
        crew.emplace_back([&, i] {
            SyncSession session(m_io, m_cluster.settings(), SessionPurpose::Job);
            if (!session.open())
                return;
            const QString sql = i == 0
                ? u"INSERT INTO shop.logs SELECT g, now() - g * interval '6 hours' FROM generate_series(0, 4) AS g"_s
                : u"SELECT count(*) FROM shop.logs"_s;
            while (!isOver) {
                if (const auto done = session.run(Query(sql)); done.isError()) {
                    const std::lock_guard lock(guard);
                    failures << done.error().toText();
                }
            }
        });
    }
    Outcome<RetentionRun> run = Cancelled{};
    for (int attempt = 0; attempt < 20; ++attempt) {
        run = runRetention(*m_session, u"shop.logs"_s);
        if (!run || run->state == RetentionRun::State::Done)
            break;
    }
    isOver = true;
    for (std::thread &one : crew)
        one.join();
    QVERIFY2(run, whyNot(run));
    QCOMPARE(run->state, RetentionRun::State::Done);
    for (const QString &failure : std::as_const(failures))
        QVERIFY2(!failure.contains(u"deadlock"_s), qPrintable(failure));
}

SHARDBOARD_LIVE_TEST_MAIN(TestMaintenance)
#include "test_maintenance.moc"
