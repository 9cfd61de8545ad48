// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// The whole engine run by a session whose settings and search_path are against it. Functions and operators of another
// role shadow those of pg_catalog: each raises an error when it is called, so whatever resolves by search_path fails
// the test.
#include "admin/planning.h"
#include "tests/support/engine.h"
#include "tests/support/shadows.h"

#include <QJsonArray>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

const QStringList hostile{u"SET search_path = shadow, public, pg_catalog"_s, u"SET standard_conforming_strings = off"_s,
    u"SET escape_string_warning = off"_s, u"SET DateStyle = 'SQL, DMY'"_s, u"SET IntervalStyle = 'sql_standard'"_s,
    u"SET TimeZone = 'Australia/Lord_Howe'"_s, u"SET default_transaction_isolation = 'serializable'"_s,
    u"SET quote_all_identifiers = on"_s, u"SET extra_float_digits = -10"_s, u"SET bytea_output = 'escape'"_s,
    u"SET transform_null_equals = on"_s, u"SET array_nulls = off"_s, u"SET xmloption = 'document'"_s,
    u"SET plpgsql.variable_conflict = 'use_column'"_s, u"SET row_security = on"_s, u"SET default_tablespace = ''"_s};

} // namespace

class TestHostileSettings : public QObject
{
    Q_OBJECT

public:
    explicit TestHostileSettings(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void cleanupTestCase()
    {
        m_session.reset();
        m_hostile.reset();
    }

    void theShadowsAreCalledWhereNothingIsPinned();
    void aRollupBySequence();
    void aRollupByTimeAndItsCascade();
    void retentionByRows();
    void partitionsOfTheirOwnAndTheDefaultOne();
    void aConversion();
    void retentionKeepsPartitionsInUse();
    void rowSecurityIsAnErrorAndNothingIsTakenForDone();
    void smallTimeLimitsAreNamedAndTheNextRunGoesOn();

private:
    /// Runs it in the hostile session.
    ResultSet call(const QString &sql)
    {
        const Outcome<ResultSet> done = m_hostile->run(Query(sql));
        if (!done)
            QTest::qFail((sql.toUtf8() + ": " + whyNot(done)).constData(), __FILE__, __LINE__);
        return done ? *done : ResultSet();
    }
    void make(const QJsonObject &settings)
    {
        const PlanReport report = carryOutIntent(*m_session, (Intent{u"rollup"_s, settings}));
        QVERIFY2(report.isComplete(), whyNot(report));
    }
    void compareAll(const QString &rollup, const QString &table, const QString &source)
    {
        QCOMPARE(call(u"SELECT bucket FROM shardboard.verify_rollup('%1')"_s.arg(rollup)).rowCount(), 0);
        QCOMPARE(
            m_cluster.value(u"SELECT sum(n) FROM "_s + table), m_cluster.value(u"SELECT count(*) FROM "_s + source));
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
    std::unique_ptr<SyncSession> m_hostile;
};

void TestHostileSettings::initTestCase()
{
    QString onAll = shadows;
    if (m_cluster.hasCitus())
        onAll.prepend(u"SET citus.enable_ddl_propagation = off;\nSET citus.enable_create_role_propagation = off;\n"_s);
    for (const LocalCluster::Node &node : m_cluster.status().nodes)
        m_cluster.sql(onAll, node.name);
    m_session = openSession(m_io, m_cluster.settings());
    QVERIFY(m_session);
    const PlanReport applied = applyHttpTraffic(*m_session);
    QVERIFY2(applied.isComplete(), whyNot(applied));
    m_cluster.sql(u"CREATE SCHEMA shop"_s);
    m_cluster.sql(
        u"CREATE TABLE shop.hits (site int NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, who text)"_s);
    if (m_cluster.hasCitus())
        m_cluster.sql(
            u"SELECT create_distributed_table('shop.hits', 'site', shard_count := 4, colocate_with := 'none')"_s);
    m_cluster.sql(u"INSERT INTO shop.hits (site, at, who) SELECT g % 5, now() - g * interval '7 minutes', 'v' || g % 9 "
                  "FROM generate_series(1, 3000) AS g"_s);
    m_hostile = openSession(m_io, m_cluster.settings());
    QVERIFY(m_hostile);
    // In German, where the machine has the locale: nothing is decided by the words of a message.
    std::ignore = m_hostile->run(Query(u"SELECT pg_catalog.set_config('lc_messages', 'de_DE.utf8', false)"_s));
    for (const QString &setting : hostile) {
        const auto done = m_hostile->run(Query(setting));
        QVERIFY2(done, whyNot(done));
    }
}

void TestHostileSettings::theShadowsAreCalledWhereNothingIsPinned()
{
    for (const char *sql : {"SELECT now()", "SELECT 1 + 1", "SELECT format('%s', 'x')", "SELECT hashtext('x')"}) {
        const auto captured = m_hostile->run(Query(QLatin1String(sql)));
        QVERIFY2(captured.isError() && captured.error().message.startsWith(u"captured"_s), sql);
    }
    QVERIFY(m_hostile->run(Query(u"SELECT 'x'::text"_s)).isError());
}

void TestHostileSettings::aRollupBySequence()
{
    const QString rows = u"INSERT INTO http_request (site_id, ingest_time, status_code, response_time_msec, "
                         u"ip_address, request_country) "
                         "SELECT g % 5, now() - g * interval '20 seconds', 200, g % 97, '10.0.0.' || g % 50, "
                         "(ARRAY['DE', NULL])[g % 2 + 1] "
                         "FROM generate_series(1, 2000) AS g"_s;
    m_cluster.sql(rows);
    call(u"CALL shardboard.run_rollup('http_request_1min')"_s);
    m_cluster.sql(rows);
    call(u"CALL shardboard.run_rollup('http_request_1min')"_s);
    QCOMPARE(m_cluster.value(u"SELECT sum(request_count) FROM http_request_1min"_s), u"4000"_s);
    QCOMPARE(call(u"SELECT bucket FROM shardboard.verify_rollup('http_request_1min')"_s).rowCount(), 0);
    m_cluster.sql(u"UPDATE http_request_1min SET request_count = 0"_s);
    QVERIFY(call(u"SELECT bucket FROM shardboard.verify_rollup('http_request_1min')"_s).rowCount() > 100);
    call(u"CALL shardboard.rebuild_rollup('http_request_1min')"_s);
    QCOMPARE(m_cluster.value(u"SELECT sum(request_count) FROM http_request_1min"_s), u"4000"_s);
    QCOMPARE(call(u"SELECT shardboard.rollup_lag('http_request_1min')"_s).text(0, 0), u"0"_s);
}

void TestHostileSettings::aRollupByTimeAndItsCascade()
{
    const auto level = [](const QString &bucket) { // a run of pg_cron would hold the rollup now and then
        return QJsonObject{{u"bucket"_s, bucket}, {u"schedule"_s, u"0 0 31 2 *"_s}};
    };
    make({{u"table"_s, u"shop.hits"_s}, {u"strategy"_s, u"time"_s}, {u"grace"_s, u"1 second"_s},
        {u"timeZone"_s, u"Europe/Berlin"_s}, {u"dimensions"_s, QJsonArray{u"who"_s}},
        {u"levels"_s, QJsonArray{level(u"5 minutes"_s), level(u"1 hour"_s), level(u"1 day"_s)}},
        {u"measures"_s, QJsonArray{QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}}}}});
    for (int round = 0; round < 2; ++round) {
        for (const char *rollup : {"shop.hits_5min", "shop.hits_1hour", "shop.hits_1day"})
            call(u"CALL shardboard.run_rollup(%1)"_s.arg(quoteLiteral(QLatin1String(rollup))));
        for (const char *rollup : {"shop.hits_5min", "shop.hits_1hour", "shop.hits_1day"})
            compareAll(QLatin1String(rollup), QLatin1String(rollup), u"shop.hits"_s);
        m_cluster.sql(u"UPDATE shop.hits_5min SET n = n + 1"_s);
        call(u"CALL shardboard.rebuild_rollup('shop.hits_5min')"_s);
    }
}

void TestHostileSettings::retentionByRows()
{
    m_cluster.sql(
        u"INSERT INTO shardboard.retention (table_name, time_column, keep) VALUES ('shop.hits', 'at', '3 days')"_s);
    const int kept = m_cluster.value(u"SELECT count(*) FROM shop.hits WHERE at >= now() - interval '3 days'"_s).toInt();
    call(u"CALL shardboard.run_retention('shop.hits')"_s);
    QCOMPARE(m_cluster.value(u"SELECT state FROM shardboard.retention_run ORDER BY run_id DESC LIMIT 1"_s), u"done"_s);
    const int left = m_cluster.value(u"SELECT count(*) FROM shop.hits"_s).toInt();
    QVERIFY2(left >= kept && left < kept + 5, qPrintable(u"%1 of %2"_s.arg(left).arg(kept)));
    // What has expired stays in the rollup, whatever becomes of the retention.
    m_cluster.sql(u"DELETE FROM shardboard.retention WHERE table_name = 'shop.hits'"_s);
    QCOMPARE(call(u"SELECT bucket FROM shardboard.verify_rollup('shop.hits_5min')"_s).rowCount(), 0);
    call(u"CALL shardboard.rebuild_rollup('shop.hits_5min')"_s);
    QCOMPARE(m_cluster.value(u"SELECT sum(n) FROM shop.hits_5min"_s), u"3000"_s);
}

void TestHostileSettings::partitionsOfTheirOwnAndTheDefaultOne()
{
    m_cluster.sql(u"CREATE TABLE shop.parts (k int NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (at)"_s);
    if (m_cluster.hasCitus())
        m_cluster.sql(
            u"SELECT create_distributed_table('shop.parts', 'k', shard_count := 4, colocate_with := 'none')"_s);
    const auto made = carryOutIntent(*m_session,
        (Intent{u"partition"_s,
            {{u"table"_s, u"shop.parts"_s}, {u"column"_s, u"at"_s}, {u"interval"_s, u"1 day"_s},
                {u"retention"_s, u"3 days"_s}, {u"method"_s, u"sql"_s}}}));
    QVERIFY2(made.isComplete(), whyNot(made));
    m_cluster.sql(
        u"INSERT INTO shop.parts SELECT g, now() - g * interval '6 hours' FROM generate_series(0, 39) AS g"_s);
    call(u"SELECT shardboard.empty_default_partition('shop.parts')"_s);
    call(u"CALL shardboard.maintain_partitions('shop.parts')"_s);
    QCOMPARE(m_cluster.value(u"SELECT last_error FROM shardboard.partitioning WHERE table_name = 'shop.parts'"_s),
        QString());
    QCOMPARE(m_cluster.value(
                 u"SELECT count(*) FROM shop.parts WHERE at < date_trunc('day', now() - interval '3 days', 'UTC')"_s),
        u"0"_s);
    QCOMPARE(
        m_cluster.value(u"SELECT count(*) FROM generate_series(0, 39) AS g WHERE now() - g * interval '6 hours' >= "
                        "date_trunc('day', now() - interval '3 days', 'UTC')"_s),
        m_cluster.value(u"SELECT count(*) FROM shop.parts"_s));
    QCOMPARE(m_cluster.value(u"SELECT bool_and(starts < ends AND ends - starts = interval '1 day') FROM "
                             "shardboard.time_partitions('shop.parts') WHERE starts IS NOT NULL"_s),
        u"t"_s);
}

void TestHostileSettings::aConversion()
{
    m_cluster.sql(u"CREATE TABLE shop.plain (k int NOT NULL, at timestamptz NOT NULL, f float8, b bytea)"_s);
    m_cluster.sql(
        u"INSERT INTO shop.plain SELECT g, now() - g * interval '2 hours', random(), decode(md5(g::text), 'hex') "
        "FROM generate_series(1, 200) AS g"_s);
    const QString hash = u"SELECT md5(string_agg(p::text, ',' ORDER BY k)) FROM shop.plain AS p"_s;
    const QString before = m_cluster.value(hash);
    const auto plan = makePlan(*m_session,
        (Intent{u"partition"_s,
            {{u"table"_s, u"shop.plain"_s}, {u"column"_s, u"at"_s}, {u"interval"_s, u"1 day"_s},
                {u"retention"_s, u"never"_s}, {u"method"_s, u"sql"_s}}}));
    QVERIFY2(plan, whyNot(plan));
    // The plan's own statements are the client's: their session resolves names in pg_catalog first.
    call(u"SET search_path = pg_catalog, shadow, public"_s);
    const PlanReport applied = PlanExecutor(*m_hostile).apply(*plan);
    call(u"SET search_path = shadow, public, pg_catalog"_s);
    QVERIFY2(applied.isComplete(), whyNot(applied));
    QCOMPARE(m_cluster.value(hash), before);
    QCOMPARE(m_cluster.value(u"SELECT relkind FROM pg_class WHERE oid = 'shop.plain'::regclass"_s), u"p"_s);
    call(u"CALL shardboard.maintain_partitions('shop.plain')"_s);
    call(u"BEGIN ISOLATION LEVEL READ COMMITTED"_s);
    call(u"SELECT shardboard.swap_back('shop.plain')"_s);
    call(u"COMMIT"_s);
    QCOMPARE(m_cluster.value(hash), before);
    QCOMPARE(m_cluster.value(u"SELECT relkind FROM pg_class WHERE oid = 'shop.plain'::regclass"_s), u"r"_s);
}

void TestHostileSettings::retentionKeepsPartitionsInUse()
{
    m_cluster.sql(u"CREATE TABLE shop.wide (at timestamptz NOT NULL) PARTITION BY RANGE (at)"_s);
    m_cluster.sql(
        u"DO $$ BEGIN EXECUTE format('CREATE TABLE shop.wide_p PARTITION OF shop.wide FOR VALUES FROM (%L) TO (%L)', "
        "date_trunc('day', now() - interval '30 days', 'UTC'), date_trunc('day', now() + interval '2 days', 'UTC')); END $$"_s);
    m_cluster.sql(u"INSERT INTO shop.wide SELECT now() - g * interval '1 hour' FROM generate_series(1, 100) AS g"_s);
    m_cluster.sql(
        u"INSERT INTO shardboard.retention (table_name, time_column, keep, drops_wide) VALUES ('shop.wide', 'at', '7 days', true)"_s);
    call(u"CALL shardboard.run_retention('shop.wide')"_s);
    QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.wide"_s), u"100"_s);
}

void TestHostileSettings::rowSecurityIsAnErrorAndNothingIsTakenForDone()
{
    m_cluster.addLogin(u"tenant"_s); // Citus connects to the nodes as the role
    m_cluster.sql(u"GRANT USAGE ON SCHEMA shop TO tenant"_s);
    m_cluster.sql(u"SELECT shardboard.allow_runs('tenant')"_s);
    for (const char *table : {"shop.hits", "shop.hits_5min"})
        m_cluster.sql(u"ALTER TABLE %1 OWNER TO tenant"_s.arg(QLatin1String(table)));
    m_cluster.sql(u"ALTER TABLE shop.hits ENABLE ROW LEVEL SECURITY"_s);
    m_cluster.sql(u"ALTER TABLE shop.hits FORCE ROW LEVEL SECURITY"_s);
    m_cluster.sql(u"CREATE POLICY none ON shop.hits USING (false)"_s);
    m_cluster.sql(u"UPDATE shardboard.rollup_state SET done_until = %1 WHERE rollup = 'shop.hits_5min'"_s.arg(
        quoteLiteral(m_cluster.value(
            u"SELECT done_until - interval '1 hour' FROM shardboard.rollup_state WHERE rollup = 'shop.hits_5min'"_s))));
    const QString done = u"SELECT done_until FROM shardboard.rollup_state WHERE rollup = 'shop.hits_5min'"_s;
    const QString before = m_cluster.value(done), rows = m_cluster.value(u"SELECT sum(n) FROM shop.hits_5min"_s);
    call(u"SET ROLE tenant"_s);
    const auto run = m_hostile->run(Query(u"CALL shardboard.run_rollup('shop.hits_5min')"_s));
    const auto verified = m_hostile->run(Query(u"SELECT * FROM shardboard.verify_rollup('shop.hits_5min')"_s));
    call(u"RESET ROLE"_s);
    QVERIFY2(run.isError() && run.error().sqlState == u"42501", whyNot(run));
    QVERIFY2(verified.isError() && verified.error().sqlState == u"42501", whyNot(verified));
    QCOMPARE(m_cluster.value(u"SELECT state FROM shardboard.rollup_run ORDER BY run_id DESC LIMIT 1"_s), u"failed"_s);
    QCOMPARE(m_cluster.value(done), before);
    QCOMPARE(m_cluster.value(u"SELECT sum(n) FROM shop.hits_5min"_s), rows);
    // And no plan is made for such a table.
    const auto rollup = makePlan(*m_session,
        (Intent{u"rollup"_s,
            {{u"table"_s, u"shop.hits"_s}, {u"strategy"_s, u"time"_s},
                {u"measures"_s, QJsonArray{QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}}}}}}));
    QVERIFY(rollup.isError());
    QVERIFY2(rollup.error().message.contains(u"row security"_s), whyNot(rollup));
    // One by one: Citus passes them on as prepared statements.
    m_cluster.sql(u"DROP POLICY none ON shop.hits"_s);
    m_cluster.sql(u"ALTER TABLE shop.hits NO FORCE ROW LEVEL SECURITY"_s);
    m_cluster.sql(u"ALTER TABLE shop.hits DISABLE ROW LEVEL SECURITY"_s);
}

void TestHostileSettings::smallTimeLimitsAreNamedAndTheNextRunGoesOn()
{
    m_cluster.sql(u"UPDATE shardboard.rollup SET batch_ids = 100 WHERE name = 'http_request_1min'"_s);
    m_cluster.sql(u"INSERT INTO http_request (site_id) SELECT g % 5 FROM generate_series(1, 10000) AS g"_s);
    call(u"SET statement_timeout = '1ms'"_s);
    const auto tooSmall = m_hostile->run(Query(u"CALL shardboard.run_rollup('http_request_1min')"_s));
    QVERIFY(tooSmall.isError());
    const auto lag = [this] { return m_cluster.value(u"SELECT shardboard.rollup_lag('http_request_1min')"_s).toInt(); };
    int left = lag();
    QVERIFY(left > 0);
    // A limit that leaves time for a batch: each run takes something. How much a machine needs is not known before.
    int limit = 1000;
    for (int run = 0; run < 20 && left > 0; ++run) {
        call(u"SET statement_timeout = %1"_s.arg(limit));
        const auto ran = m_hostile->run(Query(u"CALL shardboard.run_rollup('http_request_1min')"_s));
        QVERIFY2(ran || ran.error().sqlState == u"57014", whyNot(ran));
        const int now = lag();
        QVERIFY2(now < left || ran.isError(), qPrintable(QString::number(now)));
        if (ran.isError())
            limit *= 2;
        left = now;
    }
    call(u"SET statement_timeout = 0"_s);
    call(u"CALL shardboard.run_rollup('http_request_1min')"_s);
    QCOMPARE(lag(), 0);
    QCOMPARE(call(u"SELECT bucket FROM shardboard.verify_rollup('http_request_1min')"_s).rowCount(), 0);
}

SHARDBOARD_LIVE_TEST_MAIN(TestHostileSettings)
#include "test_hostilesettings.moc"
