// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: citus
// What Citus drops when it replaces a table is put back by the plan, and by its undo: the catalogue after the change is
// that before it. What cannot be put back blocks.
#include "admin/distribute/altersharding.h"
#include "admin/distribute/shardingsession.h"
#include "admin/distribute/undistribute.h"
#include "admin/executor.h"
#include "admin/undo.h"
#include "connection/iothread.h"
#include "connection/syncsession.h"
#include "tests/support/livecluster.h"

#include <memory>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

// Several statements are one transaction, in which functions and shards take one connection a node.
const QString quietly = u"SET client_min_messages TO error; SET citus.multi_shard_modify_mode TO sequential; "_s;

const QString table = uR"(
CREATE TABLE kept.t (id int PRIMARY KEY, v text CHECK (v <> ''), w int);
INSERT INTO kept.t SELECT i, 'x' || i, i FROM generate_series(1, 20) i;
CREATE INDEX t_v ON kept.t (v);
CREATE STATISTICS kept.st ON v, w FROM kept.t;
COMMENT ON TABLE kept.t IS 'the ''table''';
COMMENT ON COLUMN kept.t.v IS 'the column';
COMMENT ON INDEX kept.t_v IS 'the index';
COMMENT ON CONSTRAINT t_pkey ON kept.t IS 'the key';
COMMENT ON STATISTICS kept.st IS 'the statistics';
ALTER TABLE kept.t ALTER COLUMN w SET STATISTICS 500;
CREATE POLICY pol ON kept.t USING (id > 0);
COMMENT ON POLICY pol ON kept.t IS 'the policy';
ALTER TABLE kept.t ENABLE ROW LEVEL SECURITY;
CREATE PUBLICATION kept_publication FOR TABLE kept.t;
CREATE RULE rl AS ON DELETE TO kept.t DO ALSO SELECT 1;
)"_s;

const QString dependents = uR"(
GRANT SELECT ON kept.t TO reader;
GRANT UPDATE (v) ON kept.t TO reader;
CREATE VIEW kept.vw WITH (security_barrier) AS SELECT id, v FROM kept.t;
CREATE VIEW kept."Vw 2" AS SELECT count(*) AS n FROM kept.vw;
COMMENT ON VIEW kept.vw IS 'the view';
COMMENT ON COLUMN kept.vw.v IS 'the column of the view';
GRANT SELECT ON kept.vw TO reader WITH GRANT OPTION;
GRANT SELECT (n) ON kept."Vw 2" TO PUBLIC;
ALTER VIEW kept."Vw 2" OWNER TO reader;
CREATE MATERIALIZED VIEW kept.m WITH (autovacuum_enabled = false) AS SELECT id, v FROM kept.t;
CREATE UNIQUE INDEX m_id ON kept.m (id);
CREATE INDEX "m ""v""" ON kept.m (v) WHERE id > 3;
COMMENT ON INDEX kept."m ""v""" IS 'an index';
COMMENT ON MATERIALIZED VIEW kept.m IS 'the materialized view';
ALTER MATERIALIZED VIEW kept.m CLUSTER ON m_id;
ALTER MATERIALIZED VIEW kept.m ALTER COLUMN v SET STATISTICS 77;
CREATE STATISTICS kept.mst ON id, v FROM kept.m;
GRANT SELECT ON kept.m TO reader;
CREATE MATERIALIZED VIEW kept.unfilled AS SELECT id FROM kept.t WITH NO DATA;
CREATE FUNCTION kept.of_row(kept.t) RETURNS int LANGUAGE sql AS 'SELECT ($1).w';
CREATE FUNCTION kept.rows() RETURNS SETOF kept.t LANGUAGE sql AS 'SELECT * FROM kept.t';
CREATE FUNCTION kept.body() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM kept.t; END;
COMMENT ON FUNCTION kept.of_row(kept.t) IS 'the function';
REVOKE ALL ON FUNCTION kept.body() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kept.body() TO reader;
)"_s;

// All that belongs to the schema, in the server's own words, one line each. Shards are hidden by Citus or numbered.
const QString stateSql = uR"(
SELECT string_agg(line, E'\n' ORDER BY line COLLATE "C") FROM (
  SELECT 'comment ' || pg_describe_object(classoid, objoid, objsubid) || ': ' || description FROM pg_description
   WHERE pg_describe_object(classoid, objoid, objsubid) ~ ' kept\.'
  UNION ALL SELECT format('relation %s %s owner %s, acl %s, options %s, identity %s, security %s, filled %s', c.oid::regclass, c.relkind,
         c.relowner::regrole, (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(c.relacl) a), c.reloptions, c.relreplident, c.relrowsecurity, c.relispopulated)
    FROM pg_class c WHERE c.relnamespace = 'kept'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'i', 'S')
  UNION ALL SELECT format('column %s.%s target %s storage %s acl %s', attrelid::regclass, attname, attstattarget, attstorage, attacl) FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'kept'::regnamespace AND attnum > 0 AND c.relkind IN ('r', 'v', 'm')
  UNION ALL SELECT format('index %s clustered %s: %s', indexrelid::regclass, indisclustered, pg_get_indexdef(indexrelid)) FROM pg_index x
    JOIN pg_class c ON c.oid = x.indrelid WHERE c.relnamespace = 'kept'::regnamespace
  UNION ALL SELECT format('statistics %s', pg_get_statisticsobjdef(oid)) FROM pg_statistic_ext WHERE stxnamespace = 'kept'::regnamespace
  UNION ALL SELECT format('constraint %s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'kept'::regnamespace
  UNION ALL SELECT format('function %s acl %s: %s', oid::regprocedure, (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(proacl) a), pg_get_functiondef(oid))
    FROM pg_proc WHERE pronamespace = 'kept'::regnamespace
  UNION ALL SELECT format('rule %s on %s', rulename, ev_class::regclass) FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class
   WHERE c.relnamespace = 'kept'::regnamespace
  UNION ALL SELECT format('publication of %s', prrelid::regclass) FROM pg_publication_rel r JOIN pg_class c ON c.oid = r.prrelid
   WHERE c.relnamespace = 'kept'::regnamespace
  UNION ALL SELECT format('policy %s on %s', polname, polrelid::regclass) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
   WHERE c.relnamespace = 'kept'::regnamespace) l(line)
 WHERE line !~ '_10[0-9]{4}')"_s;

Intent toShards(int count)
{
    AlterShardingSettings settings;
    settings.table = {u"kept"_s, u"t"_s};
    settings.shardCount = count;
    return alterShardingIntent(settings);
}

Intent bringBack()
{
    UndistributeSettings settings;
    settings.tables << QualifiedName{u"kept"_s, u"t"_s};
    return undistributeIntent(settings);
}

Intent distribute(Spread spread)
{
    DistributeSettings settings;
    settings.tables << TableChoice{
        {u"kept"_s, u"t"_s}, spread, spread == Spread::Distributed ? u"id"_s : QString(), {}, 0, false};
    settings.truncateLocalData = false;
    return distributeIntent(settings);
}

} // namespace

class TestKeptObjects : public QObject
{
    Q_OBJECT

public:
    explicit TestKeptObjects(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_session = std::make_unique<SyncSession>(m_io, m_cluster.settings(), SessionPurpose::Job);
        QVERIFY(m_session->open());
        run(u"SET citus.shard_count TO 4"_s);
        run(u"SET client_min_messages TO error"_s);
        run(u"CREATE ROLE reader"_s);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        run(u"CREATE SCHEMA kept"_s);
        run(u"GRANT USAGE, CREATE ON SCHEMA kept TO reader"_s);
        m_cluster.sql(quietly + table);
    }
    void cleanup()
    {
        run(u"DROP PUBLICATION IF EXISTS kept_publication"_s);
        run(u"DROP SCHEMA kept CASCADE"_s);
    }

    void theCatalogueIsAsBefore_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<Intent>("intent");
        const QString distributed = u"SELECT create_distributed_table('kept.t', 'id', shard_count => 4)"_s;
        const QString reference = u"SELECT create_reference_table('kept.t')"_s;
        const QString managed = u"SELECT citus_add_local_table_to_metadata('kept.t')"_s;
        QTest::newRow("another shard count") << distributed << toShards(6);
        QTest::newRow("undistribute") << distributed << bringBack();
        QTest::newRow("undistribute a reference table") << reference << bringBack();
        QTest::newRow("undistribute a managed table") << managed << bringBack();
        QTest::newRow("distribute") << QString() << distribute(Spread::Distributed);
        QTest::newRow("make a reference table") << QString() << distribute(Spread::Reference);
        QTest::newRow("distribute a managed table") << managed << distribute(Spread::Distributed);
        QTest::newRow("take into the metadata") << QString() << distribute(Spread::LocalManaged);
    }
    void theCatalogueIsAsBefore()
    {
        QFETCH(QString, before);
        QFETCH(Intent, intent);
        if (!before.isEmpty())
            run(before);
        m_cluster.sql(quietly + dependents);
        const QString state = value(stateSql);
        const auto plan = planSharding(*m_session, intent);
        QVERIFY2(plan, plan.isError() ? qPrintable(plan.error().toText()) : "");
        const PlanReport report = PlanExecutor(*m_session).apply(*plan);
        QVERIFY2(report.isComplete(), qPrintable(report.toText()));
        compare(value(stateSql), state);
        QCOMPARE(value(u"SELECT count(*) FROM kept.t"_s), u"20"_s);
        QCOMPARE(value(u"SELECT kept.body()"_s), u"20"_s);
        const PlanReport again = PlanExecutor(*m_session).apply(*plan);
        QVERIFY2(again.isComplete(), qPrintable(again.toText()));
        compare(value(stateSql), state);
        const PlanReport undone = PlanExecutor(*m_session).apply(undoPlan(*plan));
        QVERIFY2(undone.isComplete(), qPrintable(undone.toText()));
        compare(value(stateSql), state);
        QCOMPARE(value(u"SELECT count(*) FROM kept.m"_s), u"20"_s);
    }

    void whatCannotBePutBackBlocks_data()
    {
        QTest::addColumn<QString>("setup");
        QTest::newRow("a column of the row type") << u"CREATE TABLE kept.o (k int, r kept.t)"_s;
        QTest::newRow("a column of an array of the row type") << u"CREATE TABLE kept.o (k int, r kept.t[])"_s;
        QTest::newRow("a composite type with the row type") << u"CREATE TYPE kept.c AS (a kept.t)"_s;
        QTest::newRow("a domain over the row type") << u"CREATE DOMAIN kept.d AS kept.t"_s;
        QTest::newRow("a cast of the row type")
            << u"CREATE FUNCTION kept.f(kept.t) RETURNS int LANGUAGE sql AS 'SELECT 1' ;; CREATE CAST (kept.t AS int) WITH FUNCTION kept.f(kept.t)"_s;
        QTest::newRow("an aggregate over the row type")
            << u"CREATE FUNCTION kept.f(int, kept.t) RETURNS int LANGUAGE sql AS 'SELECT $1' ;; CREATE AGGREGATE kept.a(kept.t) (SFUNC = kept.f, STYPE = int)"_s;
        QTest::newRow("a view over a function of the table")
            << u"CREATE FUNCTION kept.f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM kept.t; END ;; CREATE VIEW kept.w AS SELECT kept.f()"_s;
        QTest::newRow("a default of another table by a function of the table")
            << u"CREATE FUNCTION kept.f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM kept.t; END ;; CREATE TABLE kept.o (k bigint DEFAULT kept.f())"_s;
        QTest::newRow("a policy of another table that reads the table")
            << u"CREATE TABLE kept.o (k int) ;; CREATE POLICY p ON kept.o USING (k IN (SELECT id FROM kept.t))"_s;
    }
    void whatCannotBePutBackBlocks()
    {
        QFETCH(QString, setup);
        run(u"SELECT create_distributed_table('kept.t', 'id', shard_count => 4)"_s);
        for (const QString &statement : setup.split(u" ;; "_s)) // one transaction each
            run(statement);
        for (const Intent &intent : {toShards(6), bringBack()}) {
            const auto verdict = runPreflight(*m_session, intent);
            QVERIFY2(verdict, verdict.isError() ? qPrintable(verdict.error().toText()) : "");
            const Finding *found = verdict->find(u"dependent-dropped"_s);
            QVERIFY2(found && found->isOpen(), qPrintable(verdict->toText()));
        }
    }

    void aClusterOrderBlocksAnotherShardCount()
    {
        run(u"CLUSTER kept.t USING t_v"_s);
        run(u"SELECT create_distributed_table('kept.t', 'id', shard_count => 4)"_s);
        const auto verdict = runPreflight(*m_session, toShards(6));
        QVERIFY2(verdict && verdict->find(u"cluster-order"_s), verdict ? qPrintable(verdict->toText()) : "");
    }

private:
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
    /// Names the lines that differ.
    static void compare(const QString &actual, const QString &expected)
    {
        const QStringList now = actual.split(u'\n'), then = expected.split(u'\n');
        QStringList differences;
        for (const QString &line : then) {
            if (!now.contains(line))
                differences << u"- "_s + line;
        }
        for (const QString &line : now) {
            if (!then.contains(line))
                differences << u"+ "_s + line;
        }
        if (!differences.isEmpty())
            QFAIL(qPrintable(differences.join(u'\n')));
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestKeptObjects)
#include "test_keptobjects.moc"
