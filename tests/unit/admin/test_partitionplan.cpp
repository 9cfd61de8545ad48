// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/partition/conversionsteps.h"
#include "admin/partition/partitionplanner.h"
#include "admin/partition/partitionsteps.h"
#include "admin/undo.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

PartitionSettings someSettings()
{
    PartitionSettings settings;
    settings.table = {u"shop"_s, u"events"_s};
    settings.column = u"at"_s;
    settings.interval = u"1 day"_s;
    settings.method = PartitionMethod::Sql;
    return settings;
}

QDateTime day(int number)
{
    return QDateTime(QDate(2026, 1, 1), QTime(10, 30), Qt::UTC).addDays(number);
}

/// An ordinary table of a thousand days whose primary key does not hold the time.
PartitionFacts someFacts()
{
    PartitionFacts facts;
    facts.catalogue.objectsVersion = 3;
    facts.catalogue.schemas = {u"shardboard"_s, u"shop"_s};
    facts.catalogue.capabilities.canCreateSchema = true;
    ConvertedTable table;
    table.name = {u"shop"_s, u"events"_s};
    table.relkind = u"r"_s;
    table.isOwned = true;
    table.rows = 50'000'000;
    table.bytes = 1 << 30;
    table.columns = {{u"id"_s, u"bigint"_s, true}, {u"at"_s, u"timestamp with time zone"_s, true}};
    ConvertedIndex key;
    key.name = u"events_pkey"_s;
    key.definition = u"USING btree (id)"_s;
    key.constraint = u"PRIMARY KEY (id)"_s;
    key.columns = {u"id"_s};
    key.method = u"btree"_s;
    key.isUnique = key.isPrimary = true;
    table.indexes = {key};
    facts.table = table;
    facts.times = {false, false, false, day(0), day(1000)};
    return facts;
}

Outcome<Plan> planFor(const PartitionSettings &settings, const PartitionFacts &facts)
{
    return planPartitioning(settings, facts, partitionPreflight(settings, facts));
}

QString sqlOf(const Plan &plan)
{
    QStringList all;
    for (const PlanStep &step : plan.steps)
        all << step.sql;
    return all.join(u'\n');
}

} // namespace

class TestPartitionPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void aKeyWithoutTheTimeBlocksUntilItIsFixed()
    {
        PartitionSettings settings = someSettings();
        const PartitionFacts facts = someFacts();
        const Preflight before = partitionPreflight(settings, facts);
        QVERIFY(!before.passes());
        const Finding *finding = before.find(u"unique-key"_s);
        QVERIFY(finding && finding->fixes.size() == 2);
        QVERIFY(planFor(settings, facts).isError());
        settings.fixes = {finding->fixes.first().id};
        const auto plan = planFor(settings, facts);
        QVERIFY2(plan, qPrintable(plan.isError() ? plan.error().message : QString()));
        QVERIFY2(sqlOf(*plan).contains(u"ADD CONSTRAINT events_pkey_partitioned PRIMARY KEY (id, at)"_s),
            qPrintable(sqlOf(*plan)));
        QCOMPARE(plan->intent, partitionIntent(settings));
    }

    void aPrimaryKeyCannotTakeATimeThatIsMissing()
    {
        PartitionFacts facts = someFacts();
        facts.table->columns[1].isNotNull = false;
        facts.times.hasNulls = true;
        const Preflight verdict = partitionPreflight(someSettings(), facts);
        const Finding *finding = verdict.find(u"unique-key"_s);
        QVERIFY(finding);
        QCOMPARE(finding->fixes.size(), 1);
        QVERIFY(finding->fixes.first().id.startsWith(u"leave-out"_s));
    }

    void keysAreWidenedOnlyWhereTheyAreUnderstood_data()
    {
        QTest::addColumn<QString>("definition");
        QTest::addColumn<QStringList>("columns");
        QTest::addColumn<QString>("wide");
        QTest::newRow("primary key") << u"PRIMARY KEY (id)"_s << QStringList{u"id"_s} << u"PRIMARY KEY (id, at)"_s;
        QTest::newRow("odd names, deferrable")
            << u"UNIQUE (\"A b\", \"x)\") DEFERRABLE"_s << QStringList{u"A b"_s, u"x)"_s}
            << u"UNIQUE (\"A b\", \"x)\", at) DEFERRABLE"_s;
        QTest::newRow("nulls not distinct") << u"UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b)"_s << QStringList{u"a"_s}
                                            << u"UNIQUE NULLS NOT DISTINCT (a, at) INCLUDE (b)"_s;
        QTest::newRow("an index with a condition")
            << u"USING btree (a, b) WHERE (a > 0)"_s << QStringList{u"a"_s, u"b"_s}
            << u"USING btree (a, b, at) WHERE (a > 0)"_s;
        QTest::newRow("descending") << u"USING btree (a DESC)"_s << QStringList{u"a"_s} << QString();
        QTest::newRow("an expression") << u"USING btree (lower(a))"_s << QStringList{QString()} << QString();
    }

    void keysAreWidenedOnlyWhereTheyAreUnderstood()
    {
        QFETCH(QString, definition);
        QFETCH(QStringList, columns);
        QTEST(widenedDefinition(definition, columns, u"at"_s), "wide");
    }

    void rowsAreCopiedInBatchesThatCoverThemAll()
    {
        const PartitionFacts facts = someFacts();
        PartitionFacts indexed = facts;
        ConvertedIndex byTime = facts.table->indexes.first();
        byTime.columns = {u"at"_s};
        indexed.table->indexes << byTime;
        const auto few = ConversionSteps::slices(someSettings(), facts);
        const auto many = ConversionSteps::slices(someSettings(), indexed);
        QVERIFY(few.size() > 1 && few.size() <= 8);
        QVERIFY(many.size() > 25 && many.size() <= 51);
        for (const auto &slices : {few, many}) {
            QCOMPARE(slices.first().from, day(0));
            QCOMPARE(slices.last().to, day(1000).addSecs(1));
            for (qsizetype i = 1; i < slices.size(); ++i)
                QCOMPARE(slices.at(i).from, slices.at(i - 1).to);
        }
        // A plan made later goes on with the batches of the first one.
        PartitionFacts later = indexed;
        later.times.latest = day(1003);
        const auto grown = ConversionSteps::slices(someSettings(), later);
        for (qsizetype i = 0; i + 1 < many.size(); ++i)
            QCOMPARE(grown.at(i), many.at(i));
    }

    void anEmptyTableHasNothingToCopy()
    {
        PartitionFacts facts = someFacts();
        facts.times = {true, false, false, {}, {}};
        QVERIFY(ConversionSteps::slices(someSettings(), facts).isEmpty());
    }

    void everyBatchIsATransactionAndTheSwapIsOne()
    {
        PartitionSettings settings = someSettings();
        settings.fixes = {u"widen-key shop.events.events_pkey"_s};
        const auto plan = planFor(settings, someFacts());
        QVERIFY(plan);
        QHash<QString, int> group;
        for (const PlanStep &step : plan->steps) {
            QVERIFY2(!step.id.startsWith(u"copy-rows"_s) || !group.values().contains(step.group), qPrintable(step.id));
            group.insert(step.id, step.group);
        }
        for (const QString &id : {u"settle"_s, u"check-count"_s, u"swap"_s})
            QCOMPARE(group.value(id), group.value(u"lock"_s));
        QVERIFY(group.value(u"catch-up"_s) < group.value(u"lock"_s));
        QVERIFY(group.value(u"create-partitions"_s) > group.value(u"swap"_s));
    }

    void takingItBackNeedsTheSwapAndTheCopyOnly()
    {
        PartitionSettings settings = someSettings();
        settings.fixes = {u"widen-key shop.events.events_pkey"_s};
        const auto plan = planFor(settings, someFacts());
        QVERIFY(plan);
        PlanReport report;
        for (const PlanStep &step : plan->steps)
            report.steps << StepReport{step.id, step.title, StepReport::State::Done, {}, {}};
        const Plan undo = undoPlan(*plan, report);
        QStringList statements;
        for (const PlanStep &step : undo.steps)
            statements << step.sql;
        const qsizetype back = statements.indexOf(QRegularExpression(u".*swap_back.*"_s));
        const qsizetype drop = statements.indexOf(QRegularExpression(
            u"DROP TABLE IF EXISTS shop.events_partitioned.*"_s, QRegularExpression::DotMatchesEverythingOption));
        QVERIFY2(back >= 0 && drop > back, qPrintable(statements.join(u'\n')));
        for (const QString &note : undo.notes)
            QVERIFY2(!note.contains(u"Copy"_s), qPrintable(note));
    }

    void partmanIsCalledAsItsVersionWants()
    {
        PartitionSettings settings = someSettings();
        settings.interval = u"1 week"_s;
        CatalogueFacts facts;
        facts.capabilities.pgPartman.state = Capability::State::Available;
        facts.capabilities.pgPartman.schema = u"partman"_s;
        const auto call = [&](int major, bool hasDefaultAlready) {
            facts.capabilities.partmanMajor = major;
            QStringList all;
            for (const PlanStep &step : PartitionSteps::makePartitions(
                     settings, PartitionMethod::Partman, u"now()"_s, facts, {hasDefaultAlready, hasDefaultAlready}))
                all << step.sql;
            return all.join(u'\n');
        };
        const QString four = call(4, true), five = call(5, true);
        QVERIFY2(four.contains(u"p_type := 'native'"_s) && four.contains(u"p_interval := 'weekly'"_s)
                && four.indexOf(u"set_default_aside"_s) < four.indexOf(u"create_parent"_s)
                && four.indexOf(u"put_default_back"_s) > four.indexOf(u"create_parent"_s),
            qPrintable(four));
        QVERIFY2(!five.contains(u"p_type"_s) && five.contains(u"p_interval := '1 week'"_s)
                && five.contains(u"p_default_table := false"_s) && !five.contains(u"set_default_aside"_s),
            qPrintable(five));
        QVERIFY(call(5, false).contains(u"p_default_table := true"_s));
        QVERIFY(!call(4, false).contains(u"set_default_aside"_s));
        QVERIFY(!five.contains(u"create_partitions"_s));
        settings.interval = u"5 minutes"_s;
        const QString minutes = call(5, true);
        QVERIFY2(minutes.indexOf(u"create_partitions"_s) > 0
                && minutes.indexOf(u"create_partitions"_s) < minutes.indexOf(u"create_parent"_s),
            qPrintable(minutes));
        QVERIFY(!call(5, false).contains(u"create_partitions"_s));
    }

    void anotherConversionIsNotOverwritten()
    {
        PartitionSettings settings = someSettings();
        settings.fixes = {u"widen-key shop.events.events_pkey"_s};
        PartitionFacts facts = someFacts();
        facts.conversion
            = ConversionFacts{u"events_partitioned"_s, u"events_unpartitioned"_s, u"at"_s, u"1 day"_s, false};
        facts.taken = {u"events_partitioned"_s};
        QVERIFY(partitionPreflight(settings, facts).passes());
        settings.interval = u"1 week"_s;
        QVERIFY(partitionPreflight(settings, facts).find(u"other-conversion"_s));
        facts.conversion.reset();
        QVERIFY(partitionPreflight(settings, facts).find(u"name-taken"_s));
    }

    void nothingIsTakenBackWhereNothingWasDone()
    {
        QVERIFY(planUndoPartitioning(someSettings().table, someFacts()).isError());
        QVERIFY(undoPartitionTable({u"undo-partition"_s, {{u"table"_s, u""_s}}}).isError());
        QVERIFY(undoPartitionTable({u"undo-partition"_s, {{u"table"_s, u"t"_s}, {u"force"_s, true}}}).isError());
    }
};

SHARDBOARD_TEST_MAIN(TestPartitionPlan)
#include "test_partitionplan.moc"
