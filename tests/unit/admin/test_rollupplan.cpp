// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/facts.h"
#include "admin/rollupchooser.h"
#include "admin/rollupplan.h"
#include "tests/support/testmain.h"

#include <QJsonArray>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

const QString moment = u"timestamp with time zone"_s;

TableFacts hits()
{
    TableFacts table;
    table.name = {u"public"_s, u"hits"_s};
    table.distributionColumn = u"site"_s;
    table.columns = {{u"site"_s, u"integer"_s, true}, {u"id"_s, u"bigint"_s, true, true, u"public.hits_id_seq"_s},
        {u"seen"_s, moment, false}, {u"at"_s, moment, true}, {u"ms"_s, u"real"_s}, {u"who"_s, u"uuid"_s}};
    return table;
}

CatalogueFacts factsOf(const TableFacts &table)
{
    CatalogueFacts facts;
    facts.capabilities.citus.state = Capability::State::Available;
    facts.capabilities.canCreateSchema = true;
    facts.capabilities.hll.state = Capability::State::Available;
    facts.capabilities.hll.schema = u"public"_s;
    facts.tables = {table};
    return facts;
}

Intent intent(const QJsonObject &more)
{
    QJsonObject settings{{u"table"_s, u"public.hits"_s},
        {u"measures"_s, QJsonArray{QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}}}}};
    for (auto it = more.begin(); it != more.end(); ++it)
        settings.insert(it.key(), it.value());
    return {u"rollup"_s, settings};
}

QJsonArray levels(const QStringList &buckets)
{
    QJsonArray list;
    for (const QString &bucket : buckets)
        list.append(QJsonObject{{u"bucket"_s, bucket}});
    return list;
}

} // namespace

class TestRollupPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutPgCronEveryLevelHasItsLine()
    {
        CatalogueFacts facts = factsOf(hits());
        QJsonArray family = levels({u"1 minute"_s, u"1 hour"_s});
        family[1] = QJsonObject{{u"bucket"_s, u"1 hour"_s}, {u"schedule"_s, u"*/5 * * * *"_s}};
        const auto plan = RollupPlan::create(intent({{u"levels"_s, family}}), facts);
        QVERIFY2(plan, qPrintable(plan.isError() ? plan.error().toText() : QString()));
        const QString notes = plan->notes.join(u'\n');
        QVERIFY2(notes.contains(u"-c 'CALL shardboard.run_rollup('\\''hits_1min'\\'')'"_s), qPrintable(notes));
        QVERIFY2(notes.contains(u"*/5 * * * * psql "_s), qPrintable(notes));
    }

    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void theBestStrategyComesFirst()
    {
        const QList<RollupStrategyChoice> choices = rollupStrategies(hits(), u"at"_s, factsOf(hits()));
        QCOMPARE(choices.size(), 2);
        QCOMPARE(choices.at(0).strategy, RollupStrategy::Sequence);
        QVERIFY(choices.at(0).isPossible && choices.at(1).isPossible);
        QCOMPARE(choices.at(0).column, u"id"_s);
        QCOMPARE(likelyTimeColumn(hits()), u"at"_s);
    }

    void whatSpeaksAgainstASequenceComesWithARemedy()
    {
        const auto sequenceOf
            = [](const TableFacts &table) { return rollupStrategies(table, u"at"_s, factsOf(table)).at(0); };
        TableFacts table = hits();
        table.columns[1].sequenceCache = 20;
        QVERIFY(!sequenceOf(table).isPossible);
        QVERIFY(sequenceOf(table).remedy.contains(u"CACHE 1"_s));
        table.columns[1] = {u"id"_s, u"integer"_s, true, false, u"public.hits_id_seq"_s};
        QVERIFY2(sequenceOf(table).reason.contains(u"integer"_s), qPrintable(sequenceOf(table).reason));
        table.columns.removeAt(1);
        QVERIFY(sequenceOf(table).remedy.contains(u"GENERATED ALWAYS AS IDENTITY"_s));
    }

    void aRollupsTableIsReadAsACascade()
    {
        CatalogueFacts facts = factsOf(hits());
        facts.rollups = {{u"hits"_s, u"public.raw"_s, u"public.hits"_s, {}, u"sequence"_s, {}, u"at"_s}};
        const RollupStrategyChoice first = rollupStrategies(hits(), u"at"_s, facts).constFirst();
        QCOMPARE(first.strategy, RollupStrategy::Cascade);
        QCOMPARE(first.parent, u"hits"_s);
    }

    void aFamilyIsMadeLevelByLevel()
    {
        const auto family = RollupPlan::family(intent({{u"levels"_s, levels({u"1 minute"_s, u"1 hour"_s, u"1 day"_s})},
                                                   {u"timeZone"_s, u"Europe/Berlin"_s}}),
            factsOf(hits()));
        QVERIFY2(family, family.isError() ? qPrintable(family.error().toText()) : "");
        QCOMPARE(family->size(), 3);
        QCOMPARE(family->at(0).definition.strategy, RollupStrategy::Sequence);
        QCOMPARE(family->at(0).definition.dimensions.constFirst().column, u"site"_s); // forced in
        QCOMPARE(family->at(2).definition.parent, family->at(1).definition.name);
        QVERIFY(family->at(2).definition.aggregateSql().contains(u"date_trunc('day', bucket, 'Europe/Berlin')"_s));
        QCOMPARE(family->at(1).definition.target.name, u"hits_1hour"_s);
    }

    void columnsGiveTypesAndTheCastsThatFiguresNeed()
    {
        const QJsonArray measures{
            QJsonObject{{u"column"_s, u"total"_s}, {u"kind"_s, u"sum"_s}, {u"expression"_s, u"ms"_s}},
            QJsonObject{{u"column"_s, u"people"_s}, {u"kind"_s, u"distinct"_s}, {u"expression"_s, u"who"_s}}};
        const auto family = RollupPlan::family(intent({{u"measures"_s, measures}}), factsOf(hits()));
        QVERIFY2(family, family.isError() ? qPrintable(family.error().toText()) : "");
        const QList<RollupMeasure> made = family->constFirst().definition.measures;
        QCOMPARE(made.at(0).type, u"double precision"_s);
        QCOMPARE(made.at(0).expression, u"ms"_s);
        QCOMPARE(made.at(1).expression, u"(who)::text"_s);
        QCOMPARE(made.at(1).type, u"public.hll"_s);
    }

    void whatCannotBeIsSaid_data()
    {
        QTest::addColumn<QJsonObject>("more");
        QTest::addColumn<QString>("says");
        const auto measure = [](QJsonObject object) {
            object.insert(u"column"_s, u"m"_s);
            return QJsonObject{{u"measures"_s, QJsonArray{object}}};
        };
        QTest::newRow("a bucket") << QJsonObject{{u"bucket"_s, u"7 minutes"_s}} << u"neither divides a day"_s;
        QTest::newRow("weeks in months") << QJsonObject{{u"levels"_s, levels({u"1 week"_s, u"1 month"_s})}}
                                         << u"whole ones"_s;
        QTest::newRow("not nested") << QJsonObject{{u"levels"_s, levels({u"4 hours"_s, u"6 hours"_s})}}
                                    << u"whole ones"_s;
        QTest::newRow("no measure") << QJsonObject{{u"measures"_s, QJsonArray()}} << u"at least one measure"_s;
        QTest::newRow("a kind") << measure({{u"kind"_s, u"median"_s}}) << u"kind must be one of"_s;
        QTest::newRow("no extension") << measure({{u"kind"_s, u"percentiles"_s}, {u"expression"_s, u"ms"_s}})
                                      << u"needs the extension tdigest"_s;
        QTest::newRow("precision") << measure({{u"kind"_s, u"distinct"_s}, {u"expression"_s, u"who"_s},
            {u"log2m"_s, 40}}) << u"log2m must be"_s;
        QTest::newRow("not mergeable") << measure({{u"kind"_s, u"exact-distinct"_s}, {u"expression"_s, u"who"_s}})
                                       << u"cannot be merged"_s;
        QTest::newRow("two expressions") << measure(
            {{u"kind"_s, u"sum"_s}, {u"expression"_s, u"ms); DROP TABLE x; --"_s}, {u"type"_s, u"bigint"_s}})
                                         << u"not one SQL expression"_s;
        QTest::newRow("a table") << QJsonObject{{u"table"_s, u"public.nope"_s}} << u"no table"_s;
        QTest::newRow("a time") << QJsonObject{{u"timeColumn"_s, u"ms"_s}} << u"without a time zone"_s;
    }

    void whatCannotBeIsSaid()
    {
        QFETCH(QJsonObject, more);
        QFETCH(QString, says);
        const auto family = RollupPlan::family(intent(more), factsOf(hits()));
        QVERIFY(family.isError());
        QVERIFY2(family.error().toText().contains(says), qPrintable(family.error().toText()));
    }
};

SHARDBOARD_TEST_MAIN(TestRollupPlan)
#include "test_rollupplan.moc"
