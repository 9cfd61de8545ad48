// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain
// Whose code runs with whose rights: schema shardboard of another role, jobs of another role, tables of another role,
// and a role that owns nothing but its schema.
#include "admin/jobs/jobactions.h"
#include "admin/planning.h"
#include "admin/retention/retentionplan.h"
#include "connection/registrytrust.h"
#include "tests/support/engine.h"

#include <QJsonArray>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestForeignOwners : public QObject
{
    Q_OBJECT

public:
    explicit TestForeignOwners(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void cleanup() { m_cluster.sql(u"DROP SCHEMA IF EXISTS shardboard CASCADE"_s); }

    void aSchemaOfAnotherRoleIsRefusedAndNamed_data();
    void aSchemaOfAnotherRoleIsRefusedAndNamed();
    void ownersTheUserTrustsAreAccepted();
    void rightsInTheSchemaAreRefusedToo();
    void aJobOfAnotherRoleRunsAsThatRole();
    void jobsOfATableRunAsItsOwner();
    void aRoleThatOwnsOnlyItsSchemaDoesEverything();

private:
    ConnectionSettings settingsOf(const QString &role) const
    {
        ConnectionSettings settings = m_cluster.settings();
        settings.keywords.insert(u"user"_s, role);
        settings.keywords.remove(u"passfile"_s);
        settings.password = u"secret"_s;
        return settings;
    }
    /// As a role that may create in the database: views and functions of the names that the program reads.
    void plantSchema(const QString &role);
    bool isSuperuser(const QString &role) const
    {
        return m_cluster.value(u"SELECT rolsuper FROM pg_roles WHERE rolname = "_s + quoteLiteral(role)) == u"t";
    }

    LiveCluster &m_cluster;
    IoThread m_io;
};

void TestForeignOwners::initTestCase()
{
    for (const char *role : {"app", "owner", "member", "reader"})
        m_cluster.addLogin(QString::fromLatin1(role));
    m_cluster.sql(u"GRANT owner TO member"_s);
    for (const char *role : {"app", "owner"})
        m_cluster.sql(u"GRANT CREATE ON DATABASE %1 TO %2"_s.arg(
            quoteIdentifier(m_cluster.value(u"SELECT current_database()"_s)), QLatin1String(role)));
}

void TestForeignOwners::plantSchema(const QString &role)
{
    const auto session = openSession(m_io, settingsOf(role));
    QVERIFY(session);
    for (const QString &sql : {u"CREATE SCHEMA shardboard"_s,
             u"CREATE FUNCTION shardboard.pwn() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN IF (SELECT rolsuper FROM "
             u"pg_roles "
             "WHERE rolname = current_user) THEN EXECUTE 'ALTER ROLE %1 SUPERUSER'; END IF; RETURN 0; END $$"_s.arg(
                 role),
             u"CREATE VIEW shardboard.rollup_status AS SELECT 'x'::text AS name, 'a.b'::text AS source, 'a.c'::text AS "
             u"target, "
             "'time'::text AS strategy, now() AS complete_until, now() AS last_run_at, shardboard.pwn() AS lag_rows, "
             "false AS "
             "is_paused, false AS is_running, 'done'::text AS last_state, ''::text AS last_message, interval '1 s' AS "
             "last_duration, 0::bigint AS last_rows_read, interval '1 min' AS bucket"_s,
             u"CREATE FUNCTION shardboard.whole_since(text, text) RETURNS timestamptz LANGUAGE sql AS 'SELECT "
             "to_timestamp(shardboard.pwn())'"_s,
             u"CREATE PROCEDURE shardboard.run_rollup(name text, INOUT n bigint DEFAULT NULL) LANGUAGE plpgsql AS $$ "
             u"BEGIN n := "
             "shardboard.pwn(); END $$"_s,
             u"CREATE VIEW shardboard.retention AS SELECT 'a.b'::text AS table_name, 't'::text AS time_column, "
             u"interval '1 day' "
             "AS keep, shardboard.pwn() AS n"_s,
             u"CREATE VIEW shardboard.rollup AS SELECT 'x'::text AS name, 'a'::text AS source, 'pg_class'::text AS "
             u"target, "
             "shardboard.pwn()::text AS bucket_column"_s,
             u"COMMENT ON SCHEMA shardboard IS 'Shardboard server-side objects, version 11'"_s,
             u"GRANT USAGE ON SCHEMA shardboard TO PUBLIC"_s,
             u"GRANT SELECT ON ALL TABLES IN SCHEMA shardboard TO PUBLIC"_s}) {
        const Outcome<ResultSet> done = session->run(Query(sql));
        QVERIFY2(done, whyNot(done));
    }
}

void TestForeignOwners::aSchemaOfAnotherRoleIsRefusedAndNamed_data()
{
    QTest::addColumn<int>("way");
    const char *const ways[]
        = {"list", "run", "verify", "rebuild", "retention", "due", "facts", "plan", "pause", "any statement"};
    for (int way = 0; way < int(std::size(ways)); ++way)
        QTest::newRow(ways[way]) << way;
}

void TestForeignOwners::aSchemaOfAnotherRoleIsRefusedAndNamed()
{
    QFETCH(int, way);
    plantSchema(u"app"_s);
    const auto session = openSession(m_io, m_cluster.settings());
    std::optional<ServerError> error;
    const auto take = [&error](const auto &outcome) {
        if (outcome.isError())
            error = outcome.error();
    };
    switch (way) {
    case 0:
        take(listRollups(*session));
        break;
    case 1:
        take(runRollup(*session, u"x"_s));
        break;
    case 2:
        take(verifyRollup(*session, u"x"_s));
        break;
    case 3:
        take(rebuildRollup(*session, u"x"_s, {}));
        break;
    case 4:
        take(runRetention(*session, u"a.b"_s));
        break;
    case 5:
        take(listExpiringTables(*session));
        break;
    case 6: // what cannot be read is an error, or left out; in no case is it run
        take(loadFacts(*session));
        if (!error)
            error = RegistryTrust::check(*session).error();
        break;
    case 7: {
        const auto plan = planOn(*session, blueprintIntent(u"http-traffic"_s, {}));
        if (plan)
            error = PlanExecutor(*session).apply(*plan).error;
        else
            take(plan);
        break;
    }
    case 8:
        take(setRollupPaused(*session, u"x"_s, true));
        break;
    default:
        take(session->runPipeline({Query(u"SELECT 1"_s), Query(u"SELECT shardboard.pwn()"_s)}).last());
    }
    QVERIFY(error);
    QVERIFY2(error->message.contains(u"schema shardboard is not used"_s) && error->message.contains(u"\"app\""_s),
        qPrintable(error->toText()));
    QVERIFY2(!isSuperuser(u"app"_s), "its code ran as the superuser");
}

void TestForeignOwners::ownersTheUserTrustsAreAccepted()
{
    plantSchema(u"owner"_s);
    for (const auto &[role, isTrusted] :
        {std::pair(u"owner"_s, true), std::pair(u"member"_s, true), std::pair(u"reader"_s, false)}) {
        const auto session = openSession(m_io, settingsOf(role));
        QVERIFY(session);
        const Completion verdict = RegistryTrust::check(*session);
        QVERIFY2(verdict.isOk() == isTrusted, qPrintable(role));
    }
    // A superuser counts as a member of every role, and trusts only superusers.
    QVERIFY(!RegistryTrust::check(*openSession(m_io, m_cluster.settings())));
    cleanup();
    const auto session = openSession(m_io, m_cluster.settings());
    QVERIFY(applyHttpTraffic(*session).isComplete());
    QVERIFY(RegistryTrust::check(*openSession(m_io, settingsOf(u"reader"_s))).isOk());
    QVERIFY(listRollups(*openSession(m_io, settingsOf(u"reader"_s))).isOk());
    QVERIFY(removeHttpTraffic(*session).isComplete());
}

void TestForeignOwners::rightsInTheSchemaAreRefusedToo()
{
    const auto session = openSession(m_io, m_cluster.settings());
    QVERIFY(applyHttpTraffic(*session).isComplete());
    for (const char *grant : {"GRANT CREATE ON SCHEMA shardboard TO app", "GRANT UPDATE ON shardboard.rollup TO app",
             "GRANT UPDATE (aggregate_sql) ON shardboard.rollup TO PUBLIC",
             "GRANT TRIGGER ON shardboard.retention TO app", "GRANT INSERT ON shardboard.conversion TO app",
             "ALTER FUNCTION shardboard.iso OWNER TO app", "ALTER VIEW shardboard.rollup_status OWNER TO app",
             "CREATE FUNCTION public.app_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; ALTER "
             "FUNCTION "
             "public.app_trigger OWNER TO app; CREATE TRIGGER t BEFORE UPDATE ON shardboard.rollup_run FOR EACH ROW "
             "EXECUTE "
             "FUNCTION "
             "public.app_trigger()"}) {
        QVERIFY(RegistryTrust::check(*openSession(m_io, m_cluster.settings())).isOk());
        const auto other = openSession(m_io, m_cluster.settings());
        m_cluster.sql(u"BEGIN; "_s + QLatin1String(grant) + u"; COMMIT"_s);
        const Completion verdict = RegistryTrust::check(*other);
        QVERIFY2(verdict.isError(), grant);
        m_cluster.sql(
            u"REVOKE CREATE ON SCHEMA shardboard FROM app; REVOKE ALL ON ALL TABLES IN SCHEMA shardboard FROM app; "
            "REVOKE UPDATE (aggregate_sql) ON shardboard.rollup FROM PUBLIC; DROP TRIGGER IF EXISTS t ON "
            "shardboard.rollup_run; ALTER FUNCTION shardboard.iso OWNER TO current_user; "
            "ALTER VIEW shardboard.rollup_status OWNER TO current_user"_s);
    }
    // What the owners of tables need for their runs is not among them.
    m_cluster.sql(u"SELECT shardboard.allow_runs('app')"_s);
    const Completion verdict = RegistryTrust::check(*session);
    QVERIFY2(verdict.isOk(), whyNot(verdict));
    QVERIFY(removeHttpTraffic(*session).isComplete());
}

void TestForeignOwners::aJobOfAnotherRoleRunsAsThatRole()
{
    if (m_cluster.value(u"SELECT to_regclass('cron.job') IS NOT NULL"_s) != u"t")
        QSKIP("pg_cron is not here");
    m_cluster.sql(u"CREATE SCHEMA apps AUTHORIZATION app"_s);
    m_cluster.sql(u"CREATE TABLE apps.ran (who text, session text); ALTER TABLE apps.ran OWNER TO app; "
                  "CREATE FUNCTION apps.refresh() RETURNS void LANGUAGE plpgsql AS $$ BEGIN IF session_user <> 'app' "
                  "THEN EXECUTE 'RESET "
                  "ROLE'; EXECUTE 'ALTER ROLE app SUPERUSER'; END IF; INSERT INTO apps.ran VALUES (current_user, "
                  "session_user); END $$; "
                  "ALTER FUNCTION apps.refresh OWNER TO app"_s);
    CronJob job;
    job.id = 77;
    job.database = m_cluster.value(u"SELECT current_database()"_s);
    job.user = u"app"_s;
    job.command = u"SELECT apps.refresh()"_s;
    const auto session = openSession(m_io, m_cluster.settings());
    const auto run = runJobCommand(*session, job);
    QVERIFY2(run, whyNot(run));
    QCOMPARE(m_cluster.value(u"SELECT string_agg(who || ' ' || session, ',') FROM apps.ran"_s), u"app app"_s);
    QVERIFY(!isSuperuser(u"app"_s));
    QCOMPARE(m_cluster.value(u"SELECT count(*) FROM cron.job"_s), u"0"_s);
    // Without the right to let pg_cron do it, it is refused with the reason.
    const auto refused = runJobCommand(*openSession(m_io, settingsOf(u"reader"_s)), job);
    QVERIFY(refused.isError());
    QVERIFY2(refused.error().message.contains(u"runs as role app"_s), whyNot(refused));
}

void TestForeignOwners::jobsOfATableRunAsItsOwner()
{
    m_cluster.sql(
        u"CREATE SCHEMA shop AUTHORIZATION app; CREATE TABLE shop.events (id bigint GENERATED ALWAYS AS IDENTITY, at "
        "timestamptz NOT NULL, kind text NOT NULL); ALTER TABLE shop.events OWNER TO app"_s);
    m_cluster.sql(u"CREATE TABLE shop.saw (who text); ALTER TABLE shop.saw OWNER TO app; "
                  "CREATE FUNCTION shop.evil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO shop.saw "
                  "VALUES (current_user); "
                  "IF (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN EXECUTE 'ALTER ROLE app "
                  "SUPERUSER'; END IF; "
                  "RETURN OLD; END $$; ALTER FUNCTION shop.evil OWNER TO app; "
                  "CREATE TRIGGER t BEFORE DELETE ON shop.events FOR EACH ROW EXECUTE FUNCTION shop.evil()"_s);
    m_cluster.sql(
        u"INSERT INTO shop.events (at, kind) SELECT now() - g * interval '1 hour', 'k' FROM generate_series(1, 100) AS g"_s);
    const auto session = openSession(m_io, m_cluster.settings());
    const PlanReport rollup = carryOutIntent(*session,
        (Intent{u"rollup"_s,
            {{u"table"_s, u"shop.events"_s}, {u"dimensions"_s, QJsonArray{u"kind"_s}},
                {u"levels"_s,
                    QJsonArray{QJsonObject{{u"bucket"_s, u"5 minutes"_s}}, QJsonObject{{u"bucket"_s, u"1 hour"_s}}}},
                {u"measures"_s, QJsonArray{QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}}}}}}));
    QVERIFY2(rollup.isComplete(), whyNot(rollup));
    RetentionSettings settings;
    settings.wish = {{u"shop"_s, u"events"_s}, u"at"_s, u"1 day"_s};
    const auto facts = loadFacts(*session);
    const auto plan = planRetention(settings, *facts);
    QVERIFY2(plan, whyNot(plan));
    const PlanReport retention = PlanExecutor(*session).apply(*plan);
    QVERIFY2(retention.isComplete(), whyNot(retention));
    QCOMPARE(m_cluster.value(
                 u"SELECT string_agg(DISTINCT username, ',') FROM cron.job WHERE command LIKE 'CALL shardboard.%'"_s),
        u"app"_s);
    QCOMPARE(m_cluster.value(u"SELECT count(*) FROM cron.job WHERE command LIKE 'CALL shardboard.%'"_s), u"3"_s);
    // What pg_cron then does.
    const auto app = openSession(m_io, settingsOf(u"app"_s));
    for (const char *name : {"shop.events_5min", "shop.events_1hour"}) {
        const auto run = runRollup(*app, QLatin1String(name));
        QVERIFY2(run, whyNot(run));
        QCOMPARE(m_cluster.value(u"SELECT sum(n) FROM "_s + QLatin1String(name)), u"100"_s);
        const auto verification = verifyRollup(*app, QLatin1String(name));
        QVERIFY2(verification && verification->isClean(), whyNot(verification));
    }
    const auto expired = runRetention(*app, u"shop.events"_s);
    QVERIFY2(expired && expired->rowsDeleted > 70, whyNot(expired));
    QCOMPARE(m_cluster.value(u"SELECT string_agg(DISTINCT who, ',') FROM shop.saw"_s), u"app"_s);
    QVERIFY(!isSuperuser(u"app"_s));
    // It may not change what others run.
    QVERIFY(app->run(Query(u"UPDATE shardboard.rollup SET aggregate_sql = 'x'"_s)).isError());
    // Applied again, nothing is left to do.
    const PlanReport again = PlanExecutor(*session).apply(*planRetention(settings, *loadFacts(*session)));
    QVERIFY2(again.isComplete() && !again.changedAnything(), whyNot(again));
    m_cluster.sql(u"SELECT cron.unschedule(jobid) FROM cron.job; DROP SCHEMA shop CASCADE"_s);
}

void TestForeignOwners::aRoleThatOwnsOnlyItsSchemaDoesEverything()
{
    m_cluster.sql(u"CREATE SCHEMA own AUTHORIZATION owner"_s);
    const bool hasCron = m_cluster.value(u"SELECT to_regclass('cron.job') IS NOT NULL"_s) == u"t";
    if (hasCron)
        m_cluster.sql(u"GRANT USAGE ON SCHEMA cron TO owner"_s);
    const auto session = openSession(m_io, settingsOf(u"owner"_s));
    QVERIFY(session);
    const auto create = session->run(Query(
        u"CREATE TABLE own.events (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, kind text NOT NULL)"_s));
    QVERIFY2(create, whyNot(create));
    m_cluster.sql(
        u"INSERT INTO own.events (at, kind) SELECT now() - g * interval '1 hour', 'k' FROM generate_series(1, 100) AS g"_s);
    const PlanReport rollup = carryOutIntent(*session,
        (Intent{u"rollup"_s,
            {{u"table"_s, u"own.events"_s}, {u"dimensions"_s, QJsonArray{u"kind"_s}},
                {u"levels"_s,
                    QJsonArray{QJsonObject{{u"bucket"_s, u"5 minutes"_s}}, QJsonObject{{u"bucket"_s, u"1 hour"_s}}}},
                {u"measures"_s, QJsonArray{QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}}}}}}));
    QVERIFY2(rollup.isComplete(), whyNot(rollup));
    if (hasCron)
        QCOMPARE(m_cluster.value(u"SELECT string_agg(DISTINCT username, ',') FROM cron.job"_s), u"owner"_s);
    for (const char *name : {"own.events_5min", "own.events_1hour"}) {
        const auto run = runRollup(*session, QLatin1String(name));
        QVERIFY2(run, whyNot(run));
        const auto verification = verifyRollup(*session, QLatin1String(name));
        QVERIFY2(verification && verification->isClean(), whyNot(verification));
        const auto rebuilt = rebuildRollup(*session, QLatin1String(name), {});
        QVERIFY2(rebuilt, whyNot(rebuilt));
    }
    const PlanReport retention
        = carryOutIntent(*session, (Intent{u"retention"_s, {{u"table"_s, u"own.events"_s}, {u"keep"_s, u"1 day"_s}}}));
    QVERIFY2(retention.isComplete(), whyNot(retention));
    const auto expired = runRetention(*session, u"own.events"_s);
    QVERIFY2(expired && expired->rowsDeleted > 70, whyNot(expired));
    QVERIFY(session->run(Query(u"CREATE TABLE own.parts (id bigint NOT NULL, at timestamptz NOT NULL)"_s)));
    const PlanReport partition = carryOutIntent(*session,
        (Intent{u"partition"_s,
            {{u"table"_s, u"own.parts"_s}, {u"column"_s, u"at"_s}, {u"interval"_s, u"1 day"_s},
                {u"retention"_s, u"7 days"_s}, {u"method"_s, u"sql"_s}}}));
    QVERIFY2(partition.isComplete(), whyNot(partition));
    const auto maintained = session->run(Query(u"CALL shardboard.maintain_partitions('own.parts')"_s));
    QVERIFY2(maintained, whyNot(maintained));
    // The superuser says why it leaves that registry alone.
    QVERIFY(listRollups(*openSession(m_io, m_cluster.settings())).isError());
    m_cluster.sql(u"DROP SCHEMA own CASCADE"_s);
    if (hasCron)
        m_cluster.sql(u"DELETE FROM cron.job"_s);
}

SHARDBOARD_LIVE_TEST_MAIN(TestForeignOwners)
#include "test_foreignowners.moc"
