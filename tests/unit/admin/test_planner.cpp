// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/blueprint.h"
#include "admin/httptraffic.h"
#include "admin/planner.h"
#include "admin/planscript.h"
#include "admin/rollupdefinition.h"
#include "admin/serverobjects.h"
#include "connection/sqlsplit.h"
#include "tests/support/testmain.h"

#include <QSet>

using namespace Shardboard;

namespace {

Capability available(const char *name, const char *schema)
{
    Capability capability;
    capability.name = QLatin1String(name);
    capability.state = Capability::State::Available;
    capability.schema = QLatin1String(schema);
    return capability;
}

/// A coordinator with everything, nothing set up yet.
CatalogueFacts emptyServer()
{
    CatalogueFacts facts;
    facts.capabilities.database = QStringLiteral("shop");
    facts.capabilities.user = QStringLiteral("ann");
    facts.capabilities.canCreateSchema = true;
    facts.capabilities.citus = available("citus", "pg_catalog");
    facts.capabilities.hll = available("hll", "public");
    facts.capabilities.pgCron = available("pg_cron", "pg_catalog");
    facts.capabilities.cronDatabase = QStringLiteral("shop");
    facts.canSeeJobs = true;
    facts.schemas = {QStringLiteral("pg_catalog"), QStringLiteral("public")};
    return facts;
}

Intent intentWith(const QMap<QString, QString> &settings = {})
{
    return *blueprintIntent(QStringLiteral("http-traffic"), settings);
}

/// The server after the blueprint was applied with its defaults.
CatalogueFacts appliedServer(const QString &schema = QStringLiteral("public"))
{
    CatalogueFacts facts = emptyServer();
    const Intent intent = intentWith({{QStringLiteral("schema"), schema}});
    const RollupDefinition rollup = HttpTraffic::rollup(intent.settings, facts);
    facts.objectsVersion = ServerObjects::version;
    facts.schemas << QStringLiteral("shardboard");
    if (!facts.schemas.contains(schema))
        facts.schemas << schema;
    TableFacts raw;
    raw.name = rollup.source;
    raw.distributionColumn = QStringLiteral("site_id");
    raw.shardCount = 32;
    TableFacts target = raw;
    target.name = rollup.target;
    facts.tables = {raw, target};
    facts.rollups = {{rollup.name, rollup.source.quoted(), rollup.target.quoted(), rollup.measuresToJson()}};
    facts.retentions
        = {{rollup.source.quoted(), QStringLiteral("1 day")}, {rollup.target.quoted(), QStringLiteral("1 mon")}};
    facts.blueprints = {{QStringLiteral("http-traffic"), schema, intent.settings, schema != QStringLiteral("public")}};
    const auto job = [&](qint64 id, const QString &name, const QString &command) {
        facts.jobs << CronJobFacts{
            id, name, QStringLiteral("* * * * *"), command, QStringLiteral("shop"), true, facts.capabilities.user};
    };
    job(1, QStringLiteral("shardboard:rollup:") + rollup.name,
        QStringLiteral("CALL shardboard.run_rollup(%1)").arg(quoteLiteral(rollup.name)));
    job(2,
        QStringLiteral("shardboard:retention:")
            + (schema == QStringLiteral("public") ? QString() : schema + QLatin1Char('.'))
            + QStringLiteral("http_request"),
        QStringLiteral("CALL shardboard.run_retention(%1)").arg(quoteLiteral(rollup.source.quoted())));
    job(3, QStringLiteral("nightly"), QStringLiteral("VACUUM"));
    return facts;
}

QStringList ids(const Plan &plan)
{
    QStringList list;
    for (const PlanStep &step : plan.steps)
        list << step.id;
    return list;
}

QString allSql(const Plan &plan)
{
    QString sql;
    for (const PlanStep &step : plan.steps)
        sql += step.sql + QStringLiteral(";\n");
    return sql;
}

} // namespace

class TestPlanner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }
    void theSameFactsGiveTheSamePlan();
    void everyStepIsOneStatementWithAnIdOfItsOwn();
    void groupsAscend();
    void theInstalledVersionIsTheOneAskedFor();
    void withoutCitusNothingIsDistributed();
    void withoutHllNothingIsCountedDistinct();
    void withoutPgCronTheCrontabLinesArePrinted();
    void pgCronOfAnotherDatabaseIsOfNoUse();
    void rawRowsKeptForEverHaveNoRetentionJob();
    void aJobThatIsNoLongerWantedIsTakenAway();
    void aNewSchemaIsMadeAndRemembered();
    void refusals_data();
    void refusals();
    void removalTakesTheObjectsAlongOnlyWhenNothingElseUsesThem();
    void undoNeverDropsUnasked();
    void removalLeavesOtherJobsAlone();
    void removalKeepsASchemaThatHoldsOtherTables();
    void removingWhatIsNotThereIsAnEmptyPlan();
    void droppingARollupKeepsItsRawTable();
    void anIntentFromAFileIsCheckedToo();
};

void TestPlanner::theSameFactsGiveTheSamePlan()
{
    const Outcome<Plan> one = planFor(intentWith(), emptyServer());
    const Outcome<Plan> other = planFor(intentWith(), emptyServer());
    QVERIFY(one && other);
    QCOMPARE(*one, *other);
    QCOMPARE(one->intent, intentWith());
}

void TestPlanner::everyStepIsOneStatementWithAnIdOfItsOwn()
{
    for (const QString &schema : {QStringLiteral("public"), QStringLiteral("\"; drop table x; --"),
             QStringLiteral("Straße"), QStringLiteral("select"), QString(63, QLatin1Char('s'))}) {
        const Outcome<Plan> plan = planFor(intentWith({{QStringLiteral("schema"), schema}}), emptyServer());
        QVERIFY(plan);
        QSet<QString> seen;
        for (const PlanStep &step : plan->steps) {
            for (const QString &sql : {step.sql, step.doneSql}) {
                const SqlScript script = splitSql(sql);
                QVERIFY2(!script.syntaxError, qPrintable(sql));
                QCOMPARE(script.statements.size(), 1);
            }
            QVERIFY2(!seen.contains(step.id), qPrintable(step.id));
            seen.insert(step.id);
            QVERIFY(!step.title.isEmpty());
        }
    }
}

void TestPlanner::groupsAscend()
{
    const Outcome<Plan> plan = planFor(intentWith(), emptyServer());
    QVERIFY(plan);
    for (qsizetype i = 1; i < plan->steps.size(); ++i)
        QVERIFY(plan->steps.at(i - 1).group <= plan->steps.at(i).group);
}

void TestPlanner::theInstalledVersionIsTheOneAskedFor()
{
    const Outcome<QList<PlanStep>> steps = ServerObjects::installSteps(emptyServer(), 1);
    QVERIFY(steps);
    const QString comment = ServerObjects::versionComment(ServerObjects::version);
    QCOMPARE(ServerObjects::versionFromComment(comment), ServerObjects::version);
    QVERIFY2(steps->last().sql.endsWith(quoteLiteral(comment)), qPrintable(steps->last().sql));
}

void TestPlanner::withoutCitusNothingIsDistributed()
{
    CatalogueFacts facts = emptyServer();
    facts.capabilities.citus = {};
    const Outcome<Plan> plan = planFor(intentWith(), facts);
    QVERIFY(plan);
    QVERIFY(!allSql(*plan).contains(QStringLiteral("create_distributed_table")));
    QVERIFY(!allSql(*plan).contains(QStringLiteral("create_reference_table")));
    QVERIFY(!allSql(*plan).contains(QStringLiteral("SET LOCAL citus")));
    QVERIFY(plan->notes.join(QLatin1Char('\n')).contains(QStringLiteral("citus is not available")));
}

void TestPlanner::withoutHllNothingIsCountedDistinct()
{
    CatalogueFacts facts = emptyServer();
    facts.capabilities.hll = {};
    const Outcome<Plan> plan = planFor(intentWith(), facts);
    QVERIFY(plan);
    QVERIFY(!allSql(*plan).contains(QStringLiteral("hll_add_agg")));
    QVERIFY(!allSql(*plan).contains(QStringLiteral("distinct_ip")));
    QVERIFY(plan->notes.join(QLatin1Char('\n')).contains(QStringLiteral("hll is not available")));
}

void TestPlanner::withoutPgCronTheCrontabLinesArePrinted()
{
    CatalogueFacts facts = emptyServer();
    facts.capabilities.pgCron = {};
    const Outcome<Plan> plan = planFor(intentWith(), facts);
    QVERIFY(plan);
    QVERIFY(ids(*plan).filter(QStringLiteral("schedule ")).isEmpty());
    QVERIFY(plan->notes.contains(QStringLiteral(
        "* * * * * psql -X -q -d dbname=shop -c 'CALL shardboard.run_rollup('\\''http_request_1min'\\'')'")));
    QVERIFY(plan->notes.contains(QStringLiteral("*/10 * * * * shardboardctl -d dbname=shop rollup expire")));
}

void TestPlanner::pgCronOfAnotherDatabaseIsOfNoUse()
{
    CatalogueFacts facts = emptyServer();
    facts.capabilities.cronDatabase = QStringLiteral("postgres");
    const Outcome<Plan> plan = planFor(intentWith(), facts);
    QVERIFY(plan);
    QVERIFY(ids(*plan).filter(QStringLiteral("schedule ")).isEmpty());
}

void TestPlanner::rawRowsKeptForEverHaveNoRetentionJob()
{
    const Outcome<Plan> plan
        = planFor(intentWith({{QStringLiteral("raw_retention"), QStringLiteral("never")}}), emptyServer());
    QVERIFY(plan);
    QVERIFY(!ids(*plan).contains(QStringLiteral("schedule shardboard:retention:http_request")));
    QVERIFY(ids(*plan).contains(QStringLiteral("schedule shardboard:retention:http_request_1min")));
    QVERIFY(ids(*plan).contains(QStringLiteral("schedule shardboard:rollup:http_request_1min")));
}

void TestPlanner::aJobThatIsNoLongerWantedIsTakenAway()
{
    const Outcome<Plan> plan
        = planFor(intentWith({{QStringLiteral("raw_retention"), QStringLiteral("never")}}), appliedServer());
    QVERIFY(plan);
    QVERIFY(ids(*plan).contains(QStringLiteral("unschedule shardboard:retention:http_request")));
}

void TestPlanner::aNewSchemaIsMadeAndRemembered()
{
    const Outcome<Plan> plan = planFor(intentWith({{QStringLiteral("schema"), QStringLiteral("web")}}), emptyServer());
    QVERIFY(plan);
    QVERIFY(allSql(*plan).contains(QStringLiteral("CREATE SCHEMA IF NOT EXISTS web")));
    const Outcome<Plan> again = planFor(
        intentWith({{QStringLiteral("schema"), QStringLiteral("web")}}), appliedServer(QStringLiteral("web")));
    QVERIFY(again);
    // What is in schema shardboard already is no step any more; all the rest is asked of the server again.
    QVERIFY(ids(*plan).contains(QStringLiteral("create-run-rollup")));
    QVERIFY(!ids(*again).contains(QStringLiteral("create-run-rollup")));
    QCOMPARE(ids(*again), ids(*plan).last(again->steps.size()));
    const Outcome<Plan> gone = planFor(*removeBlueprintIntent(QStringLiteral("http-traffic"), QStringLiteral("web")),
        appliedServer(QStringLiteral("web")));
    QVERIFY(gone);
    QVERIFY(allSql(*gone).contains(QStringLiteral("DROP SCHEMA IF EXISTS web")));
}

void TestPlanner::refusals_data()
{
    QTest::addColumn<CatalogueFacts>("facts");
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("says");
    const CatalogueFacts empty = emptyServer();

    CatalogueFacts worker = empty;
    worker.capabilities.isCoordinator = false;
    QTest::newRow("a worker") << worker << "schema"
                              << "public"
                              << "worker";
    CatalogueFacts standby = empty;
    standby.capabilities.isReadOnly = true;
    QTest::newRow("read-only") << standby << "schema"
                               << "public"
                               << "read-only";
    CatalogueFacts guest = empty;
    guest.capabilities.canCreateSchema = false;
    QTest::newRow("no right") << guest << "schema"
                              << "public"
                              << "may not create schemas";
    CatalogueFacts taken = empty;
    taken.tables = {appliedServer().tables.first()};
    QTest::newRow("somebody's table") << taken << "schema"
                                      << "public"
                                      << "did not make";
    CatalogueFacts newer = empty;
    newer.objectsVersion = ServerObjects::version + 1;
    QTest::newRow("newer objects") << newer << "schema"
                                   << "public"
                                   << "newer";
    CatalogueFacts foreign = empty;
    foreign.schemas << QStringLiteral("shardboard");
    QTest::newRow("somebody's schema") << foreign << "schema"
                                       << "public"
                                       << "did not make";
    QTest::newRow("our own schema") << empty << "schema"
                                    << "shardboard"
                                    << "not for tables of yours";
    QTest::newRow("the server's schema") << empty << "schema"
                                         << "pg_catalog"
                                         << "not for tables of yours";
    QTest::newRow("other errors") << appliedServer() << "error_definition"
                                  << "not-2xx"
                                  << "other measures";
    QTest::newRow("other precision") << appliedServer() << "hll_log2m"
                                     << "14"
                                     << "other measures";
    QTest::newRow("other shards") << appliedServer() << "shard_count"
                                  << "8"
                                  << "has 32 shards";
}

void TestPlanner::refusals()
{
    QFETCH(CatalogueFacts, facts);
    QFETCH(QString, setting);
    QFETCH(QString, value);
    QFETCH(QString, says);
    const Outcome<Plan> plan = planFor(intentWith({{setting, value}}), facts);
    QVERIFY(plan.isError());
    QVERIFY2(plan.error().toText().contains(says), qPrintable(plan.error().toText()));
}

void TestPlanner::removalTakesTheObjectsAlongOnlyWhenNothingElseUsesThem()
{
    const Intent removal = *removeBlueprintIntent(QStringLiteral("http-traffic"));
    const Outcome<Plan> last = planFor(removal, appliedServer());
    QVERIFY(last);
    // Unregistered first; then the server looks whether anything is left, whatever the facts say.
    QCOMPARE(last->steps.last().id, QStringLiteral("drop-server-objects"));
    QVERIFY(last->steps.last().sql.startsWith(QStringLiteral("DO $shardboard$")));
    QVERIFY(allSql(*last).contains(QStringLiteral("DELETE FROM shardboard.rollup WHERE")));
    QVERIFY(allSql(*last).contains(QStringLiteral("DELETE FROM shardboard.blueprint WHERE")));
    QCOMPARE(last->steps.last().group, last->steps.at(last->steps.size() - 2).group);

    CatalogueFacts shared = appliedServer();
    shared.rollups << RollupFacts{
        QStringLiteral("sales_1h"), QStringLiteral("public.sales"), QStringLiteral("public.sales_1h"), {}};
    const Outcome<Plan> plan = planFor(removal, shared);
    QVERIFY(plan);
    QVERIFY(!ids(*plan).contains(QStringLiteral("drop-server-objects")));
    QVERIFY(!allSql(*plan).contains(QStringLiteral("sales")));
    QVERIFY(allSql(*plan).contains(
        QStringLiteral("DELETE FROM shardboard.rollup_state WHERE rollup = 'http_request_1min'")));
}

/// What a plan creates can hold rows or objects of others by the time it is undone.
void TestPlanner::undoNeverDropsUnasked()
{
    for (const BlueprintInfo &blueprint : blueprints()) {
        const Outcome<Intent> intent
            = blueprintIntent(blueprint.name, {{QStringLiteral("schema"), QStringLiteral("web")}});
        QVERIFY(intent);
        const Outcome<Plan> plan = planFor(*intent, emptyServer());
        QVERIFY(plan);
        bool hasTable = false;
        for (const PlanStep &step : plan->steps) {
            const bool isGuarded = step.undoSql.startsWith(QStringLiteral("DO $shardboard$"));
            hasTable = hasTable || !step.undoTable.name.isEmpty();
            QVERIFY2(isGuarded || !step.undoSql.contains(QStringLiteral("DROP TABLE")), qPrintable(step.undoSql));
            QVERIFY2(isGuarded || !step.undoSql.contains(QStringLiteral("DROP SCHEMA")), qPrintable(step.undoSql));
            QVERIFY2(!step.undoSql.contains(QStringLiteral("CASCADE"))
                    || step.undoSql.contains(QStringLiteral("LOCK TABLE")),
                qPrintable(step.undoSql));
            QVERIFY2(step.undoTable.name.isEmpty() == !step.undoSql.contains(QStringLiteral("DROP TABLE")),
                qPrintable(step.title));
        }
        QVERIFY(hasTable);
    }
}

void TestPlanner::removalLeavesOtherJobsAlone()
{
    const Outcome<Plan> plan = planFor(*removeBlueprintIntent(QStringLiteral("http-traffic")), appliedServer());
    QVERIFY(plan);
    QVERIFY(ids(*plan).contains(QStringLiteral("unschedule shardboard:rollup:http_request_1min")));
    QVERIFY(ids(*plan).contains(QStringLiteral("unschedule shardboard:retention:http_request")));
    QVERIFY(!allSql(*plan).contains(QStringLiteral("nightly")));
}

void TestPlanner::removalKeepsASchemaThatHoldsOtherTables()
{
    CatalogueFacts facts = appliedServer(QStringLiteral("web"));
    TableFacts other;
    other.name = {QStringLiteral("web"), QStringLiteral("notes")};
    facts.tables << other;
    const Outcome<Plan> plan
        = planFor(*removeBlueprintIntent(QStringLiteral("http-traffic"), QStringLiteral("web")), facts);
    QVERIFY(plan);
    QVERIFY(!allSql(*plan).contains(QStringLiteral("DROP SCHEMA IF EXISTS web")));
    QVERIFY(plan->notes.join(QLatin1Char('\n')).contains(QStringLiteral("Schema web stays")));
}

void TestPlanner::removingWhatIsNotThereIsAnEmptyPlan()
{
    const Outcome<Plan> plan = planFor(*removeBlueprintIntent(QStringLiteral("http-traffic")), emptyServer());
    QVERIFY(plan);
    QVERIFY(plan->steps.isEmpty());
    QCOMPARE(plan->notes.size(), 1);
    const Outcome<Plan> rollup = planFor(dropRollupIntent(QStringLiteral("nope")), emptyServer());
    QVERIFY(rollup);
    QVERIFY(rollup->steps.isEmpty());
}

void TestPlanner::droppingARollupKeepsItsRawTable()
{
    const Outcome<Plan> plan = planFor(dropRollupIntent(QStringLiteral("http_request_1min")), appliedServer());
    QVERIFY(plan);
    QVERIFY(allSql(*plan).contains(QStringLiteral("DROP TABLE IF EXISTS public.http_request_1min;")));
    QVERIFY(!allSql(*plan).contains(QStringLiteral("DROP TABLE IF EXISTS public.http_request;")));
    QVERIFY(!allSql(*plan).contains(QStringLiteral("DROP SCHEMA")));
}

void TestPlanner::anIntentFromAFileIsCheckedToo()
{
    const Intent wrong{QStringLiteral("blueprint"),
        {{QStringLiteral("blueprint"), QStringLiteral("http-traffic")}, {QStringLiteral("shard_count"), 100000}}};
    QVERIFY(planFor(wrong, emptyServer()).isError());
    const Intent partly{QStringLiteral("blueprint"),
        {{QStringLiteral("blueprint"), QStringLiteral("http-traffic")}, {QStringLiteral("shard_count"), 8}}};
    const Outcome<Plan> plan = planFor(partly, emptyServer());
    QVERIFY(plan);
    QVERIFY(allSql(*plan).contains(QStringLiteral("shard_count := 8,")));
    QVERIFY(planFor({QStringLiteral("dance"), {}}, emptyServer()).isError());
}

SHARDBOARD_TEST_MAIN(TestPlanner)
#include "test_planner.moc"
