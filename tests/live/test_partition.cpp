// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// Tables that become partitioned by time: what the preflight passes, the server accepts; no row is lost or changed,
// what hangs on the table goes on working, applying twice changes nothing, and the undo leads back.
#include "admin/partition/partitionplanner.h"
#include "admin/partition/partitionsession.h"
#include "admin/planning.h"
#include "admin/retention/retentionplan.h"
#include "tests/support/engine.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

struct Shape
{
    const char *name;
    QStringList setup;
    QStringList fixes = {};
    QString obstacle = {}; ///< code of what stands in the way; empty: nothing does
    bool hasDefault = true;
    PartitionMethod method = PartitionMethod::Sql;
    bool needsCitus = false;
    QString interval = u"1 day"_s;
};

const QString plainTable
    = u"CREATE TABLE shop.t (id bigint GENERATED ALWAYS AS IDENTITY, k int NOT NULL, at timestamptz NOT NULL, v text)"_s;
const QString someRows
    = u"INSERT INTO shop.t (k, at, v) SELECT i % 20, now() - i * interval '17 minutes', 'v' || i FROM generate_series(1, 1500) i"_s;
const QString spread = u"SELECT create_distributed_table('shop.t', 'k', shard_count := 4)"_s;

QString widen(const QString &key)
{
    return u"widen-key shop.t."_s + key;
}

QList<Shape> plainShapes()
{
    return {
        {"rows and no key", {plainTable, someRows}},
        {"empty", {plainTable}},
        {"one row", {plainTable, u"INSERT INTO shop.t (k, at) VALUES (1, '2024-02-29 23:59:59.999999+00')"_s}, {}, {},
            true, PartitionMethod::Sql, false, u"1 year"_s},
        {"hours", {plainTable, someRows}, {}, {}, true, PartitionMethod::Sql, false, u"6 hours"_s},
        {"weeks", {plainTable, someRows}, {}, {}, true, PartitionMethod::Sql, false, u"1 week"_s},
        {"months", {plainTable, someRows}, {}, {}, true, PartitionMethod::Sql, false, u"1 month"_s},
        {"no default partition", {plainTable, someRows}, {}, {}, false},
        {"a key without the time", {plainTable, u"ALTER TABLE shop.t ADD PRIMARY KEY (k, id)"_s, someRows}, {},
            u"unique-key"_s},
        {"a key without the time, widened", {plainTable, u"ALTER TABLE shop.t ADD PRIMARY KEY (k, id)"_s, someRows},
            {widen(u"t_pkey"_s)}},
        {"a key without the time, left out", {plainTable, u"ALTER TABLE shop.t ADD UNIQUE (k, id)"_s, someRows},
            {u"leave-out shop.t.t_k_id_key"_s}},
        {"a unique index",
            {plainTable, u"CREATE UNIQUE INDEX \"Odd name\" ON shop.t (k, id) WHERE v IS NOT NULL"_s, someRows},
            {widen(u"Odd name"_s)}},
        {"an expression that is unique", {plainTable, u"CREATE UNIQUE INDEX i ON shop.t (k, lower(v))"_s, someRows},
            {widen(u"i"_s)}, u"unique-key"_s},
        {"a key with the time", {plainTable, u"ALTER TABLE shop.t ADD PRIMARY KEY (k, at, id)"_s, someRows}},
        {"indexes of all sorts",
            {plainTable, u"CREATE INDEX ON shop.t (at DESC) INCLUDE (v)"_s, u"CREATE INDEX ON shop.t USING brin (at)"_s,
                u"CREATE INDEX ON shop.t USING gin (to_tsvector('simple', v)) WHERE k > 3"_s, someRows}},
        {"rows without a time",
            {u"CREATE TABLE shop.t (k int NOT NULL, at timestamptz, v text)"_s, someRows,
                u"INSERT INTO shop.t VALUES (1, NULL), (2, 'infinity'), (3, '-infinity')"_s}},
        {"rows without a time and no default",
            {u"CREATE TABLE shop.t (k int NOT NULL, at timestamptz, v text)"_s,
                u"INSERT INTO shop.t VALUES (1, NULL)"_s},
            {}, u"rows-without-time"_s, false},
        {"a day far off", {plainTable, someRows, u"INSERT INTO shop.t (k, at) VALUES (1, '1900-01-01')"_s}, {},
            u"many-partitions"_s},
        {"a timestamp", {u"CREATE TABLE shop.t (k int NOT NULL, at timestamp, v text)"_s, someRows}},
        {"a date", {u"CREATE TABLE shop.t (k int NOT NULL, at date, v text)"_s, someRows}},
        {"a date by hours", {u"CREATE TABLE shop.t (k int NOT NULL, at date, v text)"_s}, {}, u"date-interval"_s, true,
            PartitionMethod::Sql, false, u"1 hour"_s},
        {"a text", {u"CREATE TABLE shop.t (k int NOT NULL, at text)"_s}, {}, u"column-type"_s},
        {"no such column", {u"CREATE TABLE shop.t (k int NOT NULL)"_s}, {}, u"missing-column"_s},
        {"no such table", {}, {}, u"missing-table"_s},
        {"a generated column",
            {u"CREATE TABLE shop.t (k int NOT NULL, at timestamptz, v text, g int GENERATED ALWAYS AS (k * 2) STORED)"_s,
                someRows}},
        {"a view", {u"CREATE VIEW shop.t AS SELECT now() AS at"_s}, {}, u"not-a-table"_s},
        {"views over it",
            {plainTable, someRows, u"CREATE VIEW shop.of_k AS SELECT k, count(*) AS n FROM shop.t GROUP BY k"_s,
                u"CREATE VIEW shop.on_top WITH (security_barrier) AS SELECT * FROM shop.of_k"_s}},
        {"a materialised view", {plainTable, u"CREATE MATERIALIZED VIEW shop.m AS SELECT * FROM shop.t"_s}, {},
            u"dependent"_s},
        {"a serial", {u"CREATE TABLE shop.t (k int NOT NULL, id bigserial, at timestamptz, v text)"_s, someRows}},
        {"json, arrays and numbers",
            {u"CREATE TABLE shop.t (k int NOT NULL, at timestamptz, v text, j jsonb DEFAULT '{\"a\": [1, 2]}', f "
             u"float8 DEFAULT random(), "
             "n numeric(12, 4) DEFAULT 3.25, a text[] DEFAULT '{x,\"y z\"}')"_s,
                someRows}},
        {"a dropped column", {plainTable, someRows, u"ALTER TABLE shop.t DROP COLUMN id"_s}},
        {"grants and a comment",
            {plainTable, someRows, u"GRANT SELECT ON shop.t TO PUBLIC"_s, u"COMMENT ON TABLE shop.t IS 'it''s'"_s}},
        {"unlogged", {u"CREATE UNLOGGED TABLE shop.t (k int, at timestamptz)"_s}, {}, u"unlogged"_s},
        {"partitioned by something else", {u"CREATE TABLE shop.t (k int, at timestamptz) PARTITION BY RANGE (k)"_s}, {},
            u"partition-key"_s},
        {"a name in use", {plainTable, u"CREATE TABLE shop.t_partitioned (i int)"_s}, {}, u"name-taken"_s},
        {"pg_partman", {plainTable, someRows}, {}, {}, true, PartitionMethod::Partman},
        {"pg_partman without a default", {plainTable, someRows}, {}, {}, false, PartitionMethod::Partman},
        {"pg_partman by hours", {plainTable, someRows}, {}, {}, true, PartitionMethod::Partman, false, u"1 hour"_s},
        {"pg_partman by minutes",
            {u"CREATE TABLE shop.t (k int NOT NULL, at timestamptz NOT NULL, v text)"_s,
                u"INSERT INTO shop.t SELECT i, now() - i * interval '1 minute', 'v' FROM generate_series(1, 200) i"_s},
            {}, {}, true, PartitionMethod::Partman, false, u"5 minutes"_s},
        {"pg_partman by weeks", {plainTable, someRows}, {}, {}, true, PartitionMethod::Partman, false, u"1 week"_s},
        {"pg_partman and NULL", {u"CREATE TABLE shop.t (k int NOT NULL, at timestamptz, v text)"_s, someRows}, {},
            u"nullable"_s, true, PartitionMethod::Partman},
        {"pg_partman and NULL refused", {u"CREATE TABLE shop.t (k int NOT NULL, at timestamptz, v text)"_s, someRows},
            {u"set-not-null shop.t.at"_s}, {}, true, PartitionMethod::Partman},
    };
}

/// What citus refuses or does otherwise; and what only ordinary tables can have.
QList<Shape> localShapes()
{
    return {
        {"a trigger",
            {plainTable, someRows,
                u"CREATE FUNCTION shop.note() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.v := 'noted'; RETURN NEW; END$$"_s,
                u"CREATE TRIGGER note BEFORE INSERT ON shop.t FOR EACH ROW EXECUTE FUNCTION shop.note()"_s}},
        {"a foreign key of it",
            {u"CREATE TABLE shop.p (k int PRIMARY KEY)"_s, u"INSERT INTO shop.p SELECT generate_series(0, 19)"_s,
                u"CREATE TABLE shop.t (k int NOT NULL REFERENCES shop.p ON DELETE CASCADE, at timestamptz, v text)"_s,
                someRows}},
        {"a foreign key to it",
            {u"CREATE TABLE shop.t (k int NOT NULL, id bigserial PRIMARY KEY, at timestamptz NOT NULL, v text)"_s,
                someRows, u"CREATE TABLE shop.c (t bigint REFERENCES shop.t)"_s, u"INSERT INTO shop.c VALUES (1)"_s},
            {widen(u"t_pkey"_s), u"drop-foreign-key shop.c.c_t_fkey"_s}},
        {"a foreign key to it, kept",
            {u"CREATE TABLE shop.t (k int NOT NULL, id bigserial PRIMARY KEY, at timestamptz NOT NULL, v text)"_s,
                u"CREATE TABLE shop.c (t bigint REFERENCES shop.t)"_s},
            {widen(u"t_pkey"_s)}, u"foreign-key-to-it"_s},
        {"an exclusion constraint", {plainTable, u"ALTER TABLE shop.t ADD EXCLUDE USING btree (id WITH =)"_s}, {},
            u"unique-key"_s},
        {"row security", {plainTable, u"ALTER TABLE shop.t ENABLE ROW LEVEL SECURITY"_s}, {}, u"row-security"_s},
        {"a publication", {plainTable, someRows, u"CREATE PUBLICATION of_t FOR TABLE shop.t"_s}},
        {"inheritance", {plainTable, u"CREATE TABLE shop.child () INHERITS (shop.t)"_s}, {}, u"inherited"_s},
        {"citus' functions where there is none", {plainTable}, {}, u"method"_s, false, PartitionMethod::Citus},
    };
}

QList<Shape> citusShapes()
{
    return {
        {"citus' functions", {plainTable, someRows, spread}, {}, {}, false, PartitionMethod::Citus, true},
        {"citus' functions on a local table", {plainTable, someRows}, {}, {}, false, PartitionMethod::Citus, true},
        {"of one shard", {plainTable, someRows, u"SELECT create_distributed_table('shop.t', NULL)"_s}, {}, {}, true,
            PartitionMethod::Sql, true},
        {"a reference table", {plainTable, u"SELECT create_reference_table('shop.t')"_s}, {},
            u"not-distributed-by-column"_s, true, PartitionMethod::Sql, true},
        {"managed by citus", {plainTable, u"SELECT citus_add_local_table_to_metadata('shop.t')"_s}, {},
            u"not-distributed-by-column"_s, true, PartitionMethod::Sql, true},
        {"of a distributed schema",
            {u"CREATE TABLE shop.t (k int, at timestamptz)"_s, u"SELECT citus_schema_distribute('shop')"_s}, {},
            u"not-distributed-by-column"_s, true, PartitionMethod::Sql, true},
        {"with foreign keys to a reference table",
            {u"CREATE TABLE shop.p (k int PRIMARY KEY)"_s, u"INSERT INTO shop.p SELECT generate_series(0, 19)"_s,
                u"SELECT create_reference_table('shop.p')"_s, plainTable, someRows, spread,
                u"ALTER TABLE shop.t ADD CONSTRAINT of_p FOREIGN KEY (k) REFERENCES shop.p"_s},
            {}, {}, true, PartitionMethod::Sql, true},
    };
}

} // namespace

class TestPartition : public QObject
{
    Q_OBJECT

public:
    explicit TestPartition(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        // The registry stays for it, whatever is taken back.
        m_cluster.sql(u"CREATE TABLE public.kept (at timestamptz)"_s);
        m_session = openSession(m_io, m_cluster.settings());
        QVERIFY(m_session);
        const PlanReport made = apply(retentionIntent({{{u"public"_s, u"kept"_s}, {}, u"1 year"_s, false}, {}}));
        QVERIFY2(made.isComplete(), whyNot(made));
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_cluster.sql(u"CREATE SCHEMA shop"_s);
        m_session = openSession(m_io, m_cluster.settings());
        QVERIFY(m_session);
    }
    void cleanup()
    {
        m_cluster.sql(u"DELETE FROM shardboard.retention WHERE table_name <> 'public.kept'; DELETE FROM "
                      u"shardboard.partitioning; DELETE FROM shardboard.conversion;"
                      "DELETE FROM %1.part_config"_s.arg(partman()));
        m_cluster.sql(u"SELECT cron.unschedule(jobid) FROM cron.job"_s);
        if (m_cluster.hasCitus() && m_cluster.value(u"SELECT EXISTS (SELECT FROM citus_schemas)"_s) == u"t")
            m_cluster.sql(u"SELECT citus_schema_undistribute('shop')"_s);
        m_cluster.sql(u"DROP SCHEMA shop CASCADE"_s);
        m_session.reset();
    }

    void thePreflightsVerdictIsTheServers_data()
    {
        QTest::addColumn<int>("list");
        QTest::addColumn<int>("index");
        QTest::addColumn<bool>("isSpread");
        const auto add = [](const QByteArray &kind, int list, const QList<Shape> &shapes, bool isSpread) {
            for (int i = 0; i < shapes.size(); ++i)
                QTest::newRow(kind + ": " + shapes.at(i).name) << list << i << isSpread;
        };
        if (!m_cluster.hasCitus()) {
            add("ordinary", 0, plainShapes(), false);
            add("ordinary", 1, localShapes(), false);
        } else {
            add("distributed", 0, plainShapes(), true);
            add("citus", 2, citusShapes(), false);
        }
    }

    void thePreflightsVerdictIsTheServers()
    {
        QFETCH(int, list);
        QFETCH(int, index);
        QFETCH(bool, isSpread);
        const Shape shape = (list == 0 ? plainShapes() : list == 1 ? localShapes() : citusShapes()).at(index);
        for (const QString &statement : shape.setup)
            m_cluster.sql(statement);
        if (isSpread && !setUpSpread(shape))
            return;
        const Intent intent = intentFor(shape);
        const auto verdict = runPartitionPreflight(*m_session, intent);
        QVERIFY2(verdict, whyNot(verdict));
        if (!shape.obstacle.isEmpty()) {
            QVERIFY2(!verdict->passes() && verdict->find(shape.obstacle), qPrintable(verdict->toText()));
            QVERIFY(!makePlan(*m_session, intent).isOk());
            return;
        }
        QVERIFY2(verdict->passes(), qPrintable(verdict->toText()));
        convertAndBack(intent, shape);
    }

    void whatChangesMeanwhileIsNotLost()
    {
        m_cluster.sql(plainTable);
        m_cluster.sql(someRows);
        if (m_cluster.hasCitus())
            m_cluster.sql(spread);
        const auto plan = makePlan(*m_session, intentFor({"", {}}));
        QVERIFY2(plan, whyNot(plan));
        int changes = 0;
        const PlanReport report = PlanExecutor(*m_session).apply(*plan, [&](const Progress &progress) {
            if (!progress.activity.startsWith(u"Copy"_s) || progress.activity.contains(u"last"_s))
                return;
            ++changes;
            m_cluster.sql(
                u"INSERT INTO shop.t (k, at, v) VALUES (19, now(), 'new'), (19, now() - interval '40 days', 'late')"_s);
            m_cluster.sql(u"UPDATE shop.t SET v = 'changed' WHERE k = %1"_s.arg(changes));
            m_cluster.sql(u"DELETE FROM shop.t WHERE k = %1"_s.arg(changes + 10));
        });
        QVERIFY2(report.isComplete(), whyNot(report));
        QVERIFY(changes >= 2);
        QCOMPARE(digest(u"shop.t"_s), digest(u"shop.t_unpartitioned"_s));
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.t WHERE v = 'late'"_s), QString::number(changes));
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.t_default"_s), u"0"_s);
    }

    void aNewTableIsMadeWithItsPartitions()
    {
        PartitionSettings settings = settingsFor({"", {}});
        settings.method = PartitionMethod::Automatic;
        settings.history = u"2 days"_s;
        settings.newTable = NewPartitionedTable{{{u"id"_s, u"bigint"_s, true, true}, {u"k"_s, u"int"_s, true, false},
                                                    {u"at"_s, u"timestamptz"_s, true, false}},
            {u"k"_s, u"at"_s, u"id"_s}, u"k"_s, 4};
        const PlanReport first = apply(partitionIntent(settings));
        QVERIFY2(first.isComplete(), whyNot(first));
        m_cluster.sql(
            u"INSERT INTO shop.t (k, at) SELECT i, now() - i * interval '1 hour' FROM generate_series(0, 40) i"_s);
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.t_default"_s), u"0"_s);
        const PlanReport second = apply(partitionIntent(settings));
        QVERIFY2(second.isComplete() && !second.changedAnything(), whyNot(second));
        QCOMPARE(m_cluster.value(u"SELECT method FROM shardboard.partitioning"_s), u"pg_partman"_s);
        const PlanReport undone = apply(undoPartitionIntent(settings.table));
        QVERIFY2(undone.isComplete(), whyNot(undone));
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.t"_s), u"41"_s);
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shardboard.partitioning"_s), u"0"_s);
    }

    void oldPartitionsBecomeColumnarAndExpiredOnesGo()
    {
        if (!m_cluster.hasCitus())
            QSKIP("columnar storage comes with citus");
        m_cluster.sql(u"CREATE EXTENSION IF NOT EXISTS citus_columnar"_s);
        m_cluster.sql(plainTable);
        m_cluster.sql(someRows); // seventeen days and a half
        m_cluster.sql(spread);
        PartitionSettings settings = settingsFor({"", {}});
        settings.columnarAfter = u"5 days"_s;
        settings.retention = u"10 days"_s;
        const PlanReport report = apply(partitionIntent(settings));
        QVERIFY2(report.isComplete(), whyNot(report));
        const QString kept = m_cluster.value(
            u"SELECT count(*) FROM shop.t WHERE at >= date_trunc('day', now() - interval '10 days', 'UTC')"_s);
        m_cluster.sql(u"CALL shardboard.maintain_partitions('shop.t')"_s);
        QCOMPARE(m_cluster.value(u"SELECT last_error FROM shardboard.partitioning"_s), QString());
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.t"_s), kept);
        QVERIFY(
            m_cluster
                .value(u"SELECT count(*) FROM shardboard.time_partitions('shop.t') WHERE access_method = 'columnar'"_s)
                .toInt()
            >= 4);
    }

    void droppingTheOrdinaryTableEndsIt()
    {
        m_cluster.sql(plainTable);
        m_cluster.sql(someRows);
        PartitionSettings settings = settingsFor({"", {}});
        settings.dropsOriginal = true;
        const QString before = digest(u"shop.t"_s);
        const PlanReport report = apply(partitionIntent(settings));
        QVERIFY2(report.isComplete(), whyNot(report));
        QCOMPARE(digest(u"shop.t"_s), before);
        QCOMPARE(m_cluster.value(u"SELECT to_regclass('shop.t_unpartitioned') IS NULL"_s), u"t"_s);
        const PlanReport again = apply(partitionIntent(settings));
        QVERIFY2(again.isComplete() && !again.changedAnything(), whyNot(again));
        const PlanReport undone = apply(undoPartitionIntent(settings.table));
        QVERIFY2(undone.isComplete(), whyNot(undone));
        QCOMPARE(digest(u"shop.t"_s), before);
    }

private:
    QString partman() const
    {
        return m_cluster.value(
            u"SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace AS n ON n.oid = extnamespace "
            "WHERE extname = 'pg_partman'"_s);
    }

    PartitionSettings settingsFor(const Shape &shape) const
    {
        PartitionSettings settings;
        settings.table = {u"shop"_s, u"t"_s};
        settings.column = u"at"_s;
        settings.interval = shape.interval;
        settings.ahead = 3;
        settings.method = shape.method;
        settings.hasDefault = shape.hasDefault;
        settings.fixes = shape.fixes;
        return settings;
    }
    Intent intentFor(const Shape &shape) const { return partitionIntent(settingsFor(shape)); }

    PlanReport apply(const Intent &intent)
    {
        const auto plan = makePlan(*m_session, intent);
        if (plan)
            return PlanExecutor(*m_session).apply(*plan);
        PlanReport report;
        report.error = plan.isError() ? plan.error() : ServerError::usage(u"cancelled"_s);
        return report;
    }

    /// False where the shape is of a table that citus does not spread.
    bool setUpSpread(const Shape &shape)
    {
        if (!shape.obstacle.isEmpty())
            return true;
        const auto made = m_cluster.trySql(spread);
        if (!made)
            qInfo("not spread: %s", qPrintable(made.error().message));
        return made.isOk();
    }

    QString digest(const QString &table) const
    {
        return m_cluster.value(u"SELECT count(*) || ' ' || coalesce(sum(hashtextextended(r::text, 0)), 0) FROM "
                               u"(SELECT to_jsonb(x) AS r FROM %1 x) y"_s.arg(table));
    }

    void convertAndBack(const Intent &intent, const Shape &shape)
    {
        const QString before = digest(u"shop.t"_s);
        const QString relations = u"SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace "
                                  u"= 'shop'::regnamespace "
                                  "AND relkind IN ('r', 'p', 'v', 'i', 'S')"_s;
        const QString relationsBefore = m_cluster.value(relations);
        const PlanReport first = apply(intent);
        QVERIFY2(first.isComplete() && first.changedAnything(), whyNot(first));
        QCOMPARE(digest(u"shop.t"_s), before);
        QCOMPARE(m_cluster.value(u"SELECT relkind FROM pg_class WHERE oid = 'shop.t'::regclass"_s), u"p"_s);
        QVERIFY(m_cluster.value(
                    u"SELECT max(ends) > now() + 3 * interval '%1' FROM shardboard.time_partitions('shop.t')"_s.arg(
                        shape.interval))
            == u"t");
        QCOMPARE(
            m_cluster.value(u"SELECT count(*) > 0 FROM shardboard.time_partitions('shop.t') WHERE starts IS NULL"_s),
            shape.hasDefault ? u"t"_s : u"f"_s);
        const PlanReport second = apply(intent);
        QVERIFY2(second.isComplete() && !second.changedAnything(), whyNot(second));
        m_cluster.sql(u"CALL shardboard.maintain_partitions('shop.t')"_s);
        QCOMPARE(m_cluster.value(u"SELECT last_error FROM shardboard.partitioning"_s), QString());
        // What is written now is not lost by the undo.
        m_cluster.sql(u"INSERT INTO shop.t (k, at) VALUES (7, now())"_s);
        const QString written = digest(u"shop.t"_s);
        const PlanReport undone = apply(undoPartitionIntent({u"shop"_s, u"t"_s}));
        QVERIFY2(undone.isComplete(), whyNot(undone));
        QCOMPARE(digest(u"shop.t"_s), written);
        QCOMPARE(m_cluster.value(relations), relationsBefore);
        m_cluster.sql(u"INSERT INTO shop.t (k, at) VALUES (8, now())"_s);
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shardboard.conversion"_s), u"0"_s);
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestPartition)
#include "test_partition.moc"
