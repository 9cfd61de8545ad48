// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/facts.h"
#include "admin/registrysteps.h"
#include "admin/retention/retentionplan.h"
#include "admin/serverobjects.h"
#include "admin/undo.h"
#include "tests/support/testmain.h"

#include <QJsonArray>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

const QualifiedName events{u"shop"_s, u"events"_s};

/// A table with a time, pg_cron, and the server's objects as they are now.
CatalogueFacts someFacts()
{
    CatalogueFacts facts;
    facts.objectsVersion = ServerObjects::version;
    facts.schemas = {u"shardboard"_s, u"shop"_s};
    facts.capabilities.canCreateSchema = true;
    facts.capabilities.database = u"web"_s;
    facts.capabilities.cronDatabase = u"web"_s;
    facts.capabilities.pgCron.state = Capability::State::Available;
    facts.canSeeJobs = true;
    TableFacts table;
    table.name = events;
    table.columns = {{u"id"_s, u"bigint"_s, true}, {u"at"_s, u"timestamp with time zone"_s, true}};
    facts.tables = {table};
    return facts;
}

CronJobFacts jobThat(const QString &procedure, const QString &schedule)
{
    return {5, u"theirs"_s, schedule, u"CALL shardboard.%1('shop.events')"_s.arg(procedure), u"web"_s, true};
}

QString sqlOf(const Plan &plan)
{
    QString all;
    for (const PlanStep &step : plan.steps)
        all += step.sql + u'\n';
    return all;
}

QString undoOf(const Plan &plan)
{
    QString all;
    for (const PlanStep &step : plan.steps)
        all += step.undoSql + u'\n';
    return all;
}

RetentionSettings keepFor(const QString &keep, const QString &schedule = {})
{
    return {{events, {}, keep, false}, schedule};
}

} // namespace

class TestRetentionPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void anIntentComesBackAsItWas()
    {
        const RetentionSettings all{{events, u"at"_s, u"30 days"_s, true}, u"0 4 * * *"_s};
        const auto back = retentionSettings(retentionIntent(all));
        QVERIFY(back.isOk());
        QCOMPARE(*back, all);
        QCOMPARE(*retentionSettings(retentionIntent(keepFor(u"never"_s))), keepFor(u"never"_s));
    }

    void theRuleAndItsJobAreSetUp()
    {
        const auto plan = planRetention(keepFor(u"30 days"_s), someFacts());
        QVERIFY(plan.isOk());
        const QString sql = sqlOf(*plan);
        QVERIFY2(sql.simplified().contains(
                     u"SELECT 'shop.events', 'at', '30 days', false FROM shardboard.save_entry('retention', "_s),
            qPrintable(sql));
        QVERIFY2(sql.contains(u"cron.schedule('shardboard:retention:shop.events', '*/10 * * * *', 'CALL "
                              "shardboard.run_retention(''shop.events'')')"_s),
            qPrintable(sql));
        const auto rule = std::ranges::find(plan->steps, u"retention-events"_s, &PlanStep::id);
        QVERIFY(rule != plan->steps.cend() && rule->warnings.join(u' ').contains(u"deleted for good"_s));
    }

    void whatIsThereAlreadyKeepsItsJobAndItsTime()
    {
        CatalogueFacts facts = someFacts();
        facts.jobs = {jobThat(u"run_retention"_s, u"7 7 * * *"_s)};
        facts.retentions = {{u"shop.events"_s, u"1 mon"_s, u"at"_s, false, true}};
        const auto plan = planRetention(keepFor(u"30 days"_s), facts);
        QVERIFY2(sqlOf(*plan).contains(u"cron.schedule('theirs', '7 7 * * *'"_s), qPrintable(sqlOf(*plan)));
        QVERIFY2(undoOf(*plan).contains(u"shardboard.restore_entry('retention', "_s), qPrintable(undoOf(*plan)));
        const auto changed = planRetention(keepFor(u"30 days"_s, u"0 4 * * *"_s), facts);
        QVERIFY(sqlOf(*changed).contains(u"cron.schedule('theirs', '0 4 * * *'"_s));
        QVERIFY(undoOf(*changed).contains(u"cron.schedule('theirs', '7 7 * * *'"_s));
    }

    void aSuperusersJobForTheTableOfAnotherRoleRunsAsThatRole()
    {
        CatalogueFacts facts = someFacts();
        facts.capabilities.isSuperuser = true;
        facts.capabilities.user = u"dba"_s;
        facts.capabilities.pgCron.version = u"1.4-1"_s;
        facts.tables.first().owner = u"app"_s;
        facts.tables.first().ownerRunsJobs = true;
        const auto plan = planRetention(keepFor(u"30 days"_s), facts);
        QVERIFY2(sqlOf(*plan).contains(u"cron.schedule_in_database("_s) && sqlOf(*plan).contains(u"'web', 'app')"_s),
            qPrintable(sqlOf(*plan)));
        QVERIFY(sqlOf(*plan).contains(u"shardboard.allow_runs('app')"_s));
        QVERIFY(plan->warnings.isEmpty());
        // Where that is not possible the plan says whose rights the owner's code gets.
        facts.tables.first().ownerRunsJobs = false;
        const auto warned = planRetention(keepFor(u"30 days"_s), facts);
        QVERIFY(!sqlOf(*warned).contains(u"schedule_in_database"_s));
        QVERIFY2(warned->warnings.join(u' ').contains(u"superuser dba"_s), qPrintable(warned->warnings.join(u'\n')));
        // A superuser's job for it that is scheduled already is replaced, by its id.
        facts.tables.first().ownerRunsJobs = true;
        facts.jobs = {jobThat(u"run_retention"_s, u"7 7 * * *"_s)};
        facts.jobs.first().user = u"dba"_s;
        const auto replaced = planRetention(keepFor(u"30 days"_s), facts);
        QVERIFY2(sqlOf(*replaced).contains(u"jobid = 5"_s), qPrintable(sqlOf(*replaced)));
    }

    void rowSecurityIsRefused()
    {
        CatalogueFacts facts = someFacts();
        facts.tables.first().hidesRows = true;
        const auto refused = planRetention(keepFor(u"30 days"_s), facts);
        QVERIFY(refused.isError() && refused.error().message.contains(u"row security"_s));
        facts.retentions = {{u"shop.events"_s, u"1 mon"_s, u"at"_s}};
        QVERIFY(planRetention(keepFor(u"never"_s), facts).isOk());
    }

    void whereTheMaintenanceDropsPartitionsThereIsNoSecondJob()
    {
        CatalogueFacts facts = someFacts();
        facts.jobs = {jobThat(u"maintain_partitions"_s, u"0 * * * *"_s)};
        const auto plan = planRetention(keepFor(u"30 days"_s), facts);
        QVERIFY(!sqlOf(*plan).contains(u"cron.schedule"_s));
        QVERIFY2(plan->notes.join(u' ').contains(u"theirs (0 * * * *)"_s), qPrintable(plan->notes.join(u'\n')));
    }

    void withoutPgCronThePlanSaysHowToRunIt()
    {
        CatalogueFacts facts = someFacts();
        facts.canSeeJobs = false;
        const auto plan = planRetention(keepFor(u"30 days"_s), facts);
        QVERIFY(!sqlOf(*plan).contains(u"cron."_s));
        QVERIFY2(plan->notes.join(u' ').contains(u"-c 'CALL shardboard.run_retention('\\''shop.events'\\'')'"_s),
            qPrintable(plan->notes.join(u'\n')));
    }

    void pgPartmansOwnRetentionIsTakenOver()
    {
        CatalogueFacts facts = someFacts();
        facts.tables.first().isPartitioned = true;
        facts.capabilities.pgPartman.state = Capability::State::Available;
        facts.capabilities.pgPartman.schema = u"partman"_s;
        const auto plan = planRetention(keepFor(u"30 days"_s), facts);
        QVERIFY2(sqlOf(*plan).contains(
                     u"UPDATE partman.part_config SET retention = NULL WHERE parent_table = 'shop.events'"_s),
            qPrintable(sqlOf(*plan)));
    }

    void endingItForgetsOnlyWhatNobodyHasToKnow()
    {
        CatalogueFacts facts = someFacts();
        facts.retentions = {{u"shop.events"_s, u"1 mon"_s, u"at"_s, false, true}};
        facts.jobs = {jobThat(u"run_retention"_s, u"7 7 * * *"_s)};
        const auto last = planRetention(keepFor(u"never"_s), facts);
        QVERIFY2(sqlOf(*last).contains(u"DROP SCHEMA shardboard CASCADE;\n    ELSE"_s), qPrintable(sqlOf(*last)));
        QVERIFY(sqlOf(*last).contains(u"cron.unschedule"_s));
        facts.conversions = 1;
        QVERIFY(sqlOf(*planRetention(keepFor(u"never"_s), facts)).contains(u"DELETE FROM shardboard.retention"_s));
        facts.rollups = {{u"shop.events_1min"_s, u"shop.events"_s, u"shop.events_1min"_s, {}}};
        const auto read = planRetention(keepFor(u"never"_s), facts);
        QVERIFY2(sqlOf(*read).simplified().contains(u"SELECT 'shop.events', 'at', NULL, false FROM "_s),
            qPrintable(sqlOf(*read)));
        facts.retentions.clear();
        QVERIFY(planRetention(keepFor(u"never"_s), facts)->steps.isEmpty());
    }

    void theFirstRunIsToldOf()
    {
        RetentionPreview preview;
        preview.wish = {events, u"at"_s, u"30 days"_s, false};
        preview.rows = 1204;
        preview.isExact = true;
        preview.bytes = 4096;
        RetentionHold hold;
        hold.kind = RetentionHold::Kind::Behind;
        hold.rollup = u"shop.events_1min"_s;
        hold.rows = 7;
        RetentionHold bucket;
        bucket.kind = RetentionHold::Kind::Bucket;
        preview.holds = {hold, bucket};
        preview.dependants = {{RetentionDependant::Kind::View, u"shop.late"_s, u"Shows less."_s}};
        const auto plan = planRetention(keepFor(u"30 days"_s), someFacts(), preview);
        const QString notes = plan->notes.join(u'\n');
        QVERIFY2(
            notes.contains(u"takes 1,204 rows"_s) && notes.contains(u"shop.late: Shows less."_s), qPrintable(notes));
        QCOMPARE(plan->warnings.size(), 1); // a bucket that moves the cutoff is none
        QVERIFY(plan->warnings.first().startsWith(u"7 rows wait for rollup shop.events_1min"_s));
    }

    void eachReasonHasATitleACauseAndARemedy()
    {
        QJsonArray list;
        for (const char *code : {"behind", "source", "wide", "default", "busy", "of-tomorrow"})
            list.append(QJsonObject{{u"code"_s, QLatin1String(code)}, {u"rollup"_s, u"r"_s}, {u"rows"_s, 1000000},
                {u"source"_s, u"shop.events"_s}, {u"partition"_s, u"shop.p"_s}});
        for (const RetentionHold &hold : retentionHolds(list)) {
            const RetentionReason reason = explainHold(hold, u"shop.events"_s);
            QVERIFY(hold.isRefusal());
            QVERIFY2(!reason.title.isEmpty() && !reason.cause.isEmpty() && !reason.remedy.isEmpty(),
                qPrintable(reason.title));
            QVERIFY2(!reason.title.contains(u'%') && !reason.cause.contains(u'%'), qPrintable(reason.cause));
        }
        QCOMPARE(holdRowsText(1000000), u"At least 1,000,000 rows"_s);
        const auto moved = retentionHolds({QJsonObject{
            {u"code"_s, u"bucket"_s}, {u"rollup"_s, u"r"_s}, {u"from"_s, 1767268800000.}, {u"to"_s, 1767225600000.}}});
        QVERIFY(!moved.first().isRefusal());
        QCOMPARE(
            explainHold(moved.first(), u"shop.events"_s).title, u"The cutoff is moved to 2026-01-01 00:00:00 UTC"_s);
    }

    void whatGoesIsSaidWithItsPrecision()
    {
        RetentionPreview preview;
        QCOMPARE(preview.whatGoes(), u"nothing"_s);
        preview.rows = 1000000;
        preview.bytes = 2048;
        QCOMPARE(preview.whatGoes(), u"at least 1,000,000 rows (some 2.0 KiB)"_s);
        preview.isByPartitions = true;
        QCOMPARE(preview.whatGoes(), u"nothing"_s);
        preview.partitions = {{u"a"_s, {}, {}, ExpiringPartition::Fate::Goes, 5, 5},
            {u"b"_s, {}, {}, ExpiringPartition::Fate::Waits, 5, 5}};
        preview.rows = -1;
        QCOMPARE(preview.whatGoes(), u"1 partition (2.0 KiB)"_s);
    }
};

SHARDBOARD_TEST_MAIN(TestRetentionPlan)
#include "test_retentionplan.moc"
