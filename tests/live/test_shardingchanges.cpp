// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: citus
// Tables that are distributed already: brought back, spread anew, tenants isolated. The verdict is the server's,
// nothing is lost, applying twice changes nothing, and the undo leads back.
#include "admin/distribute/altersharding.h"
#include "admin/distribute/isolatetenant.h"
#include "admin/distribute/shardingsession.h"
#include "admin/distribute/undistribute.h"
#include "admin/undo.h"
#include "connection/iothread.h"
#include "connection/syncsession.h"
#include "tests/support/livecluster.h"

#include <QJsonArray>

#include <memory>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

struct Change
{
    const char *name;
    QStringList setup;
    Intent intent;
    QString obstacle = {}; ///< code of what stands in the way; empty: nothing does
    bool hasUndo = true;
};

QualifiedName shop(const QString &table)
{
    return {u"shop"_s, table};
}

Intent bringBack(const QStringList &tables, bool cascade = true)
{
    UndistributeSettings settings;
    for (const QString &table : tables)
        settings.tables << shop(table);
    settings.cascade = cascade;
    return undistributeIntent(settings);
}

Intent bringSchemaBack()
{
    UndistributeSettings settings;
    settings.schema = u"shop"_s;
    return undistributeIntent(settings);
}

AlterShardingSettings anew(const QString &table)
{
    AlterShardingSettings settings;
    settings.table = shop(table);
    return settings;
}

Intent toColumn(const QString &table, const QString &column)
{
    AlterShardingSettings settings = anew(table);
    settings.column = column;
    return alterShardingIntent(settings);
}

Intent toCount(const QString &table, int count, bool cascade = false)
{
    AlterShardingSettings settings = anew(table);
    settings.shardCount = count;
    settings.cascade = cascade;
    return alterShardingIntent(settings);
}

Intent toGroup(const QString &table, const QString &colocateWith, bool cascade = false)
{
    AlterShardingSettings settings = anew(table);
    settings.colocateWith = colocateWith;
    settings.cascade = cascade;
    return alterShardingIntent(settings);
}

Intent isolate(const QString &table, const QString &tenant, bool blockWrites = true)
{
    return isolateTenantIntent({shop(table), tenant, blockWrites, {}});
}

/// Customers with orders beside them, and countries on every node.
const QStringList filledShop{u"CREATE TABLE shop.country (id int PRIMARY KEY)"_s,
    u"CREATE TABLE shop.customer (id int PRIMARY KEY, region int)"_s,
    u"CREATE TABLE shop.orders (customer int, id int, country int, PRIMARY KEY (customer, id))"_s,
    u"INSERT INTO shop.country VALUES (1)"_s,
    u"INSERT INTO shop.customer SELECT i, i % 5 FROM generate_series(1, 200) i"_s,
    u"INSERT INTO shop.orders SELECT i % 200 + 1, i, 1 FROM generate_series(1, 2000) i"_s,
    u"SELECT create_reference_table('shop.country')"_s, u"SELECT create_distributed_table('shop.customer', 'id')"_s,
    u"SELECT create_distributed_table('shop.orders', 'customer', colocate_with => 'shop.customer')"_s};
const QStringList connectedShop = filledShop
    + QStringList{
        u"ALTER TABLE shop.orders ADD CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES shop.customer"_s,
        u"ALTER TABLE shop.orders ADD CONSTRAINT of_country FOREIGN KEY (country) REFERENCES shop.country"_s};
const QStringList events{u"CREATE TABLE shop.events (k int, at date, v text) PARTITION BY RANGE (at)"_s,
    u"CREATE TABLE shop.events1 PARTITION OF shop.events FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')"_s,
    u"CREATE TABLE shop.events2 PARTITION OF shop.events DEFAULT"_s,
    u"INSERT INTO shop.events SELECT i, date '2024-01-20' + i % 30, i FROM generate_series(1, 500) i"_s,
    u"SELECT create_distributed_table('shop.events', 'k')"_s};

QList<Change> bringingBack()
{
    return {
        {"one table", filledShop, bringBack({u"customer"_s})},
        {"a reference table", filledShop, bringBack({u"country"_s})},
        {"one that foreign keys connect", connectedShop, bringBack({u"customer"_s})},
        {"one that foreign keys connect, alone", connectedShop, bringBack({u"customer"_s}, false),
            u"foreign-key-connected"_s},
        {"two that foreign keys connect", connectedShop, bringBack({u"customer"_s, u"orders"_s})},
        {"a partitioned table", events, bringBack({u"events"_s})},
        {"a partition", events, bringBack({u"events1"_s}), u"partition"_s},
        {"a managed table", {u"CREATE TABLE shop.t (k int)"_s, u"SELECT citus_add_local_table_to_metadata('shop.t')"_s},
            bringBack({u"t"_s})},
        {"one of one node",
            {u"CREATE TABLE shop.t (k int, id bigserial)"_s, u"INSERT INTO shop.t VALUES (1)"_s,
                u"SELECT create_distributed_table('shop.t', NULL)"_s},
            bringBack({u"t"_s})},
        {"an ordinary table", {u"CREATE TABLE shop.t (k int)"_s}, bringBack({u"t"_s})},
        {"a table that is not there", {}, bringBack({u"t"_s}), u"missing-table"_s},
        {"with a view and a generated column",
            {u"CREATE TABLE shop.t (k int, g int GENERATED ALWAYS AS (k * 2) STORED)"_s,
                u"INSERT INTO shop.t SELECT generate_series(1, 100)"_s,
                u"SELECT create_distributed_table('shop.t', 'k')"_s, u"CREATE VIEW shop.v AS SELECT * FROM shop.t"_s},
            bringBack({u"t"_s})},
        {"a distributed schema",
            {u"CREATE TABLE shop.p (k int PRIMARY KEY)"_s, u"CREATE TABLE shop.t (k int REFERENCES shop.p)"_s,
                u"INSERT INTO shop.p VALUES (1)"_s, u"INSERT INTO shop.t VALUES (1)"_s,
                u"SELECT citus_schema_distribute('shop')"_s},
            bringSchemaBack()},
        {"a table of a distributed schema",
            {u"CREATE TABLE shop.t (k int)"_s, u"SELECT citus_schema_distribute('shop')"_s}, bringBack({u"t"_s}),
            u"in-distributed-schema"_s},
        {"odd names",
            {u"CREATE TABLE shop.\"T \"\"x\"\" ' $$\" (\"K 'k\" int)"_s,
                u"SELECT create_distributed_table('shop.\"T \"\"x\"\" '' $$\"', 'K ''k')"_s},
            bringBack({u"T \"x\" ' $$"_s})},
    };
}

QList<Change> spreadingAnew()
{
    return {
        {"by another column",
            {u"CREATE TABLE shop.t (k int, v int NOT NULL)"_s,
                u"INSERT INTO shop.t SELECT i, i % 7 FROM generate_series(1, 300) i"_s,
                u"SELECT create_distributed_table('shop.t', 'k')"_s},
            toColumn(u"t"_s, u"v"_s)},
        {"by another column that no key contains", filledShop, toColumn(u"orders"_s, u"country"_s), u"unique-key"_s},
        {"by another column with rows that lack it",
            {u"CREATE TABLE shop.t (k int, v int)"_s, u"INSERT INTO shop.t VALUES (1, NULL)"_s,
                u"SELECT create_distributed_table('shop.t', 'k')"_s},
            toColumn(u"t"_s, u"v"_s), u"null-values"_s},
        {"by a column that is not there", filledShop, toColumn(u"orders"_s, u"nowhere"_s), u"missing-column"_s},
        {"by the column it has", filledShop, toColumn(u"orders"_s, u"customer"_s)},
        {"by another column, foreign keys lost", connectedShop, toColumn(u"customer"_s, u"region"_s), u"unique-key"_s},
        {"into more shards",
            {u"CREATE TABLE shop.t (k int PRIMARY KEY)"_s, u"INSERT INTO shop.t SELECT generate_series(1, 300)"_s,
                u"SELECT create_distributed_table('shop.t', 'k', colocate_with => 'none')"_s},
            toCount(u"t"_s, 6)},
        {"into more shards, alone of its group", filledShop, toCount(u"orders"_s, 6)},
        {"into more shards, alone, foreign keys lost", connectedShop, toCount(u"orders"_s, 6), u"foreign-key-lost"_s},
        {"the whole group into more shards", connectedShop, toCount(u"orders"_s, 6, true)},
        {"into as many shards as it has", filledShop, toCount(u"orders"_s, 4)},
        {"a partitioned table into more shards", events, toCount(u"events"_s, 6)},
        {"a group of its own", filledShop, toGroup(u"orders"_s, u"none"_s)},
        {"beside another table",
            filledShop
                + QStringList{u"CREATE TABLE shop.t (k int)"_s, u"INSERT INTO shop.t SELECT generate_series(1, 50)"_s,
                    u"SELECT create_distributed_table('shop.t', 'k', colocate_with => 'none', shard_count => 3)"_s},
            toGroup(u"t"_s, u"shop.customer"_s)},
        {"beside a table of another type",
            filledShop
                + QStringList{u"CREATE TABLE shop.t (k bigint)"_s, u"SELECT create_distributed_table('shop.t', 'k')"_s},
            toGroup(u"t"_s, u"shop.customer"_s), u"colocation"_s},
        {"beside a reference table", filledShop, toGroup(u"orders"_s, u"shop.country"_s), u"colocation"_s},
        {"a reference table", filledShop, toCount(u"country"_s, 6), u"not-distributed"_s},
        {"a local table", {u"CREATE TABLE shop.t (k int)"_s}, toCount(u"t"_s, 6), u"not-distributed"_s},
        {"a partition", events, toCount(u"events1"_s, 6), u"not-distributed"_s},
        {"one that a local table points to", filledShop + QStringList{u"CREATE TABLE shop.note (customer int)"_s},
            toCount(u"customer"_s, 6)},
        {"one that points to itself",
            {u"CREATE TABLE shop.t (k int, id int, up int, PRIMARY KEY (k, id))"_s,
                u"INSERT INTO shop.t SELECT i, i, i FROM generate_series(1, 100) i"_s,
                u"SELECT create_distributed_table('shop.t', 'k', colocate_with => 'none')"_s,
                u"ALTER TABLE shop.t ADD CONSTRAINT up FOREIGN KEY (k, up) REFERENCES shop.t"_s},
            toCount(u"t"_s, 6), u"foreign-key-lost"_s},
    };
}

QList<Change> isolating()
{
    return {
        {"a tenant", filledShop, isolate(u"customer"_s, u"17"_s), {}, false},
        {"a tenant while writes go on", filledShop, isolate(u"orders"_s, u"18"_s, false), {}, false},
        {"a tenant with foreign keys", connectedShop, isolate(u"orders"_s, u"19"_s), {}, false},
        {"a text tenant",
            {u"CREATE TABLE shop.t (k text, v int)"_s,
                u"INSERT INTO shop.t SELECT 'O''Neill', generate_series(1, 50)"_s,
                u"SELECT create_distributed_table('shop.t', 'k')"_s},
            isolate(u"t"_s, u"O'Neill"_s), {}, false},
        {"a tenant without rows", filledShop, isolate(u"customer"_s, u"4711"_s), {}, false},
        {"no value of the type", filledShop, isolate(u"customer"_s, u"many"_s), u"not-a-value"_s},
        {"of a reference table", filledShop, isolate(u"country"_s, u"1"_s), u"not-distributed"_s},
        {"of a partitioned table", events, isolate(u"events"_s, u"7"_s), {}, false},
    };
}

// Who is distributed how, constraints and views; and the rows of every table with a sum over all they hold.
const QString stateSql = uR"(
SELECT json_build_object(
  'citus', (SELECT json_agg(format('%s %s %s %s %s %s', p.logicalrelid, p.partmethod, p.repmodel, column_to_column_name(p.logicalrelid, p.partkey),
                                   (SELECT count(*) FROM pg_dist_shard s WHERE s.logicalrelid = p.logicalrelid),
                                   (SELECT count(*) FROM pg_dist_partition o WHERE o.colocationid = p.colocationid AND o.colocationid <> 0)) ORDER BY c.relname)
              FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid WHERE c.relnamespace = 'shop'::regnamespace),
  'constraints', (SELECT json_agg(format('%s %s', conname, pg_get_constraintdef(k.oid)) ORDER BY c.relname, conname) FROM pg_constraint k
              JOIN pg_class c ON c.oid = k.conrelid WHERE c.relnamespace = 'shop'::regnamespace),
  'views', (SELECT json_agg(format('%s %s', viewname, definition) ORDER BY viewname) FROM pg_views WHERE schemaname = 'shop')))"_s;
const QString rowsSql = uR"(
SELECT coalesce(string_agg(c.oid::regclass || ' ' || (xpath('/row/n/text()', query_to_xml(
         'SELECT count(*) || '':'' || coalesce(sum(hashtext(t::text)::bigint), 0) AS n FROM ' || c.oid::regclass || ' t', false, true, '')))[1]::text, ', '
         ORDER BY c.relname), '')
  FROM pg_class c WHERE c.relnamespace = 'shop'::regnamespace AND c.relkind IN ('r', 'p')
   AND c.oid::regclass::text NOT IN (SELECT object_name FROM pg_dist_cleanup))"_s;

} // namespace

class TestShardingChanges : public QObject
{
    Q_OBJECT

public:
    explicit TestShardingChanges(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_session = std::make_unique<SyncSession>(m_io, m_cluster.settings(), SessionPurpose::Job);
        QVERIFY(m_session->open());
        run(u"SET citus.shard_count TO 4"_s);
    }
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void cleanup()
    {
        run(u"SET client_min_messages TO error; DROP SCHEMA IF EXISTS shop CASCADE"_s);
        run(u"CALL citus_cleanup_orphaned_resources()"_s);
    }

    void verdictIsTheServers_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < m_changes.size(); ++i)
            QTest::addRow("%s: %s", qPrintable(m_changes.at(i).intent.kind), m_changes.at(i).name) << i;
    }
    void verdictIsTheServers()
    {
        QFETCH(int, index);
        const Change &change = m_changes.at(index);
        run(u"CREATE SCHEMA shop"_s);
        for (const QString &statement : change.setup)
            run(statement);
        const QString before = value(stateSql), rows = value(rowsSql);
        const auto verdict = runPreflight(*m_session, change.intent);
        QVERIFY2(verdict, verdict.isError() ? qPrintable(verdict.error().toText()) : "");
        QVERIFY2(verdict->passes() == change.obstacle.isEmpty(), qPrintable(verdict->toText()));
        if (!change.obstacle.isEmpty())
            QVERIFY2(verdict->find(change.obstacle), qPrintable(verdict->toText()));
        const PlanReport report = carryOut(change.intent, *verdict);
        const bool wouldLose = change.obstacle == u"foreign-key-lost"; // the server does it, and says so afterwards
        QVERIFY2(report.isComplete() == (change.obstacle.isEmpty() || wouldLose),
            qPrintable(verdict->toText() + u'\n' + report.toText()));
        QCOMPARE(value(rowsSql), rows);
        if (!report.isComplete()) {
            QCOMPARE(value(stateSql), before);
            return;
        }
        if (wouldLose) {
            QVERIFY(value(stateSql) != before);
            return;
        }
        const auto plan = planSharding(*m_session, change.intent);
        QVERIFY(plan);
        const PlanReport again = PlanExecutor(*m_session).apply(*plan);
        QVERIFY2(again.isComplete() && !again.changedAnything(), qPrintable(again.toText()));
    }

    void undoLeadsBack_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < m_changes.size(); ++i) {
            const Change &change = m_changes.at(i);
            if (change.hasUndo && QStringList{{}, u"foreign-key-lost"_s, u"unique-key"_s}.contains(change.obstacle))
                QTest::addRow("%s: %s", qPrintable(change.intent.kind), change.name) << i;
        }
    }
    /// With the first fix of every obstacle chosen.
    void undoLeadsBack()
    {
        QFETCH(int, index);
        const Change &change = m_changes.at(index);
        run(u"CREATE SCHEMA shop"_s);
        for (const QString &statement : change.setup)
            run(statement);
        const QString before = value(stateSql), rows = value(rowsSql);
        const Intent intent = withFixes(change.intent);
        const auto plan = planSharding(*m_session, intent);
        QVERIFY2(plan, plan.isError() ? qPrintable(plan.error().toText()) : "");
        const PlanReport report = PlanExecutor(*m_session).apply(*plan);
        QVERIFY2(report.isComplete(), qPrintable(report.toText()));
        QCOMPARE(value(rowsSql), rows);
        const PlanReport undone = PlanExecutor(*m_session).apply(undoPlan(*plan, report));
        QVERIFY2(undone.isComplete(), qPrintable(undone.toText()));
        QCOMPARE(value(rowsSql), rows);
        QCOMPARE(value(stateSql), before);
    }

    void theLargestTenantsAreCounted()
    {
        run(u"CREATE SCHEMA shop"_s);
        for (const QString &statement : filledShop)
            run(statement);
        run(u"INSERT INTO shop.orders SELECT 7, i, 1 FROM generate_series(10001, 12000) i"_s);
        const auto tenants = readLargestTenants(m_session->run(largestTenantsQuery(shop(u"orders"_s), u"customer"_s)));
        QVERIFY2(tenants, tenants.isError() ? qPrintable(tenants.error().toText()) : "");
        QCOMPARE(tenants->size(), 10);
        QCOMPARE(tenants->constFirst().value, u"7"_s);
        QCOMPARE(tenants->constFirst().rows, 2010);
        QCOMPARE(tenants->constFirst().share, 2010.0 / 4000);
    }

private:
    /// The plan as if nothing had been found: the server's own verdict.
    PlanReport carryOut(const Intent &intent, Preflight verdict)
    {
        const bool hasTable = !verdict.facts.tables.isEmpty();
        verdict.findings.clear();
        Outcome<Plan> plan = ServerError::usage(u"nothing to plan"_s);
        if (intent.kind == u"undistribute")
            plan = planUndistribution(*undistributeSettings(intent), verdict);
        else if (intent.kind == u"alter-distribution")
            plan = planAlterSharding(*alterShardingSettings(intent), verdict);
        else if (hasTable)
            plan = planTenantIsolation(*isolateTenantSettings(intent), verdict);
        PlanReport report;
        if (!plan || plan->steps.isEmpty())
            report.error = ServerError::usage(u"no plan"_s);
        return plan && !plan->steps.isEmpty() ? PlanExecutor(*m_session).apply(*plan) : report;
    }

    Intent withFixes(Intent intent)
    {
        QStringList fixes;
        for (bool hasChosen = true; hasChosen;) {
            hasChosen = false;
            const auto verdict = runPreflight(*m_session, intent);
            for (const Finding &finding : verdict ? verdict->findings : QList<Finding>()) {
                if (!finding.isOpen() || finding.fixes.isEmpty() || fixes.contains(finding.fixes.first().id))
                    continue;
                fixes << finding.fixes.first().id;
                hasChosen = true;
            }
            if (!fixes.isEmpty())
                intent.settings.insert(u"fixes"_s, QJsonArray::fromStringList(fixes));
        }
        return intent;
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

    const QList<Change> m_changes = bringingBack() + spreadingAnew() + isolating();
    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestShardingChanges)
#include "test_shardingchanges.moc"
