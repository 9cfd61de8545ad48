// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/facts.h"
#include "admin/rollup/rollupdraft.h"
#include "admin/rollup/rollupprobe.h"
#include "admin/rollup/rollupsource.h"
#include "admin/rollupplan.h"
#include "tests/support/testmain.h"

#include <QJsonArray>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

using Kind = RollupMeasure::Kind;
using Part = RollupProblem::Part;

const QString moment = u"timestamp with time zone"_s;

CatalogueFacts shop()
{
    TableFacts hits;
    hits.name = {u"web"_s, u"hits"_s};
    hits.distributionColumn = u"site_id"_s;
    hits.columns
        = {{u"hit_id"_s, u"bigint"_s, true, true, u"web.hits_hit_id_seq"_s}, {u"site_id"_s, u"integer"_s, true},
            {u"seen"_s, moment, false}, {u"at"_s, moment, true}, {u"status_code"_s, u"integer"_s}, {u"ms"_s, u"real"_s},
            {u"ip_address"_s, u"text"_s}, {u"Country"_s, u"text"_s}, {u"event_type"_s, u"text"_s}};
    TableFacts finer;
    finer.name = {u"web"_s, u"hits_5min"_s};
    finer.distributionColumn = u"site_id"_s;
    finer.columns = {{u"site_id"_s, u"integer"_s, true}, {u"bucket"_s, moment, true}, {u"n"_s, u"bigint"_s, true}};
    CatalogueFacts facts;
    facts.capabilities.citus.state = Capability::State::Available;
    facts.capabilities.canCreateSchema = true;
    facts.capabilities.hll.state = Capability::State::Available;
    facts.capabilities.hll.schema = u"public"_s;
    facts.tables = {hits, finer};
    RollupFacts rollup;
    rollup.name = u"web.hits_5min"_s;
    rollup.source = u"web.hits"_s;
    rollup.target = u"web.hits_5min"_s;
    rollup.bucketColumn = u"bucket"_s;
    rollup.bucket = u"300 seconds"_s;
    rollup.timeZone = u"UTC"_s;
    rollup.measures = {QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}, {u"type"_s, u"bigint"_s}}};
    facts.rollups = {rollup};
    return facts;
}

RollupDraft hitsDraft(const CatalogueFacts &facts)
{
    RollupSourceFigures figures;
    figures.rowsSeen = 1000;
    figures.columns = {{u"event_type"_s, {4, 0}}, {u"ip_address"_s, {900, 0}}};
    return RollupDraft::suggest(facts.tables.first(), facts, figures);
}

QStringList textsAt(const QList<RollupProblem> &problems, Part part, const QString &field)
{
    QStringList texts;
    for (const RollupProblem &problem : problems) {
        if (problem.part == part && problem.field == field)
            texts << problem.text;
    }
    return texts;
}

} // namespace

class TestRollupDraft : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { Testing::failOnWarnings(); }

    void whatIsSuggestedCanBePlannedAsItIs()
    {
        const CatalogueFacts facts = shop();
        const RollupDraft draft = hitsDraft(facts);
        QCOMPARE(draft.timeColumn, u"at"_s);
        QCOMPARE(draft.dimensions.first().column, u"site_id"_s);
        QVERIFY(draft.dimensions.first().isForced);
        QStringList chosen, measures;
        for (const RollupDimensionDraft &one : draft.dimensions) {
            QVERIFY(one.column != u"at"_s);
            if (one.isChosen)
                chosen << one.column;
        }
        for (const RollupMeasureDraft &one : draft.measures)
            measures << one.measure.column;
        QCOMPARE(chosen, (QStringList{u"site_id"_s, u"event_type"_s}));
        QCOMPARE(measures,
            (QStringList{u"row_count"_s, u"success_count"_s, u"error_count"_s, u"ms_sum"_s, u"ms_count"_s, u"ms_max"_s,
                u"distinct_ip_address"_s, u"Country_counters"_s}));
        QCOMPARE(rollupProblems(draft, facts.tables.first(), facts), QList<RollupProblem>());
        const auto family = RollupPlan::family(draft.toIntent(facts.tables.first(), facts), facts);
        QVERIFY2(family, qPrintable(family.isError() ? family.error().toText() : QString()));
        QCOMPARE(family->size(), 2);
        QCOMPARE(family->at(1).definition.strategy, RollupStrategy::Cascade);
        QCOMPARE(family->at(0).keep, u"30 days"_s);
        QCOMPARE(family->at(1).keep, QString());
    }

    void withoutHllNoDistinctIsSuggested()
    {
        CatalogueFacts facts = shop();
        facts.capabilities.hll = {};
        for (const RollupMeasureDraft &one : hitsDraft(facts).measures)
            QVERIFY(one.measure.kind != Kind::Distinct);
        QVERIFY(kindObstacle(Kind::Distinct, RollupStrategy::Sequence, 1, extensionsOf(facts)).contains(u"hll"_s));
        QVERIFY(
            kindObstacle(Kind::Percentiles, RollupStrategy::Sequence, 1, extensionsOf(facts)).contains(u"tdigest"_s));
    }

    void aRollupOffersWhatItHas()
    {
        const CatalogueFacts facts = shop();
        const RollupDraft draft = RollupDraft::suggest(facts.tables.last(), facts, {});
        QCOMPARE(strategyOf(draft, facts.tables.last(), facts), RollupStrategy::Cascade);
        QCOMPARE(draft.timeColumn, u"bucket"_s);
        QCOMPARE(draft.measures.size(), 1);
        QCOMPARE(draft.dimensions.size(), 1);
        QCOMPARE(draft.levels.first().bucket, u"1 hour"_s);
        QVERIFY(expressionsOf(draft, facts.tables.last(), facts).isEmpty());
        const auto family = RollupPlan::family(draft.toIntent(facts.tables.last(), facts), facts);
        QVERIFY2(family, qPrintable(family.isError() ? family.error().toText() : QString()));
        QCOMPARE(family->first().definition.parent, u"web.hits_5min"_s);
    }

    void everyProblemIsAtItsField()
    {
        const CatalogueFacts facts = shop();
        RollupDraft draft = hitsDraft(facts);
        draft.timeZone = u"Moon/Tycho"_s;
        draft.levels = {{u"7 minutes"_s, u""_s, u"* * *"_s, u"30 days"_s}, {u"5 minutes"_s, {}, {}, u"a while"_s},
            {u"1 hour"_s, u"hits"_s, {}, u"1 minute"_s}, {u"1 day"_s, u"hits"_s, {}, u"never"_s}};
        draft.dimensions << RollupDimensionDraft{u"event_type"_s, u"lower(event_type"_s, {}, true, false};
        draft.measures << RollupMeasureDraft{{u"row_count"_s, Kind::Sum, {}, {}}, {}};
        draft.measures << RollupMeasureDraft{{u"exact"_s, Kind::ExactDistinct, u"ip_address"_s, {}}, {}};
        const QList<RollupProblem> problems = rollupProblems(draft, facts.tables.first(), facts);
        const auto level = [&](const QString &field) { return textsAt(problems, Part::Levels, field); };
        QCOMPARE(level(u"timeZone"_s).size(), 1);
        QVERIFY(level(u"bucket"_s).first().contains(u"divides a day"_s));
        QVERIFY(level(u"bucket"_s).at(1).contains(u"whole buckets"_s)); // five minutes of seven
        QCOMPARE(level(u"schedule"_s).size(), 1);
        QCOMPARE(level(u"keep"_s).size(), 2);
        QCOMPARE(level(u"target"_s).size(), 4); // hits is there, hits_5min as well, and twice the same
        QCOMPARE(textsAt(problems, Part::Dimensions, u"column"_s).size(), 1);
        QCOMPARE(textsAt(problems, Part::Dimensions, u"expression"_s).size(), 1);
        QCOMPARE(textsAt(problems, Part::Measures, u"column"_s).size(), 1);
        QCOMPARE(textsAt(problems, Part::Measures, u"expression"_s).size(), 1);
        QVERIFY(textsAt(problems, Part::Measures, u"kind"_s).first().contains(u"closed buckets"_s));
    }

    void daysOfAZoneAreMadeOfWholeBuckets()
    {
        const CatalogueFacts facts = shop();
        RollupDraft draft = hitsDraft(facts);
        draft.levels = {{u"1 hour"_s, {}, {}, u"never"_s}, {u"1 day"_s, {}, {}, u"never"_s}};
        const auto problems
            = [&] { return textsAt(rollupProblems(draft, facts.tables.first(), facts), Part::Levels, u"bucket"_s); };
        draft.timeZone = u"Europe/Berlin"_s;
        QCOMPARE(problems(), QStringList());
        draft.timeZone = u"Asia/Kolkata"_s; // half an hour off
        QCOMPARE(problems().size(), 1);
        draft.levels.first().bucket = u"30 minutes"_s;
        QCOMPARE(problems(), QStringList());
    }

    void aNameThatIsTakenIsNotSuggested()
    {
        CatalogueFacts facts = shop();
        TableFacts taken;
        taken.name = {u"web"_s, u"hits_1min"_s};
        facts.tables << taken;
        const RollupDraft draft = hitsDraft(facts);
        QCOMPARE(levelTarget(draft, draft.levels.first()), u"hits_1min_2"_s);
        QCOMPARE(rollupProblems(draft, facts.tables.first(), facts), QList<RollupProblem>());
    }

    void exactFiguresNeedClosedBucketsOfOneLength()
    {
        const RollupExtensions none;
        QVERIFY(!kindObstacle(Kind::ExactDistinct, RollupStrategy::Sequence, 1, none).isEmpty());
        QVERIFY(!kindObstacle(Kind::ExactDistinct, RollupStrategy::ClosedBuckets, 2, none).isEmpty());
        QVERIFY(kindObstacle(Kind::ExactDistinct, RollupStrategy::ClosedBuckets, 1, none).isEmpty());
        QVERIFY(kindObstacle(Kind::Counters, RollupStrategy::Sequence, 4, none).isEmpty());
    }

    void expressionsAreAskedAboutAndTheAnswerFindsItsPlace()
    {
        const CatalogueFacts facts = shop();
        const TableFacts &hits = facts.tables.first();
        RollupDraft draft = hitsDraft(facts);
        draft.dimensions << RollupDimensionDraft{u"hour"_s, u"extract(hour FROM at)"_s, {}, true, false};
        draft.measures = {RollupMeasureDraft{{u"total"_s, Kind::Sum, u"ms * 2"_s, {}}, {}}};
        QList<RollupExpression> asked = expressionsOf(draft, hits, facts);
        QCOMPARE(asked.size(), 2);
        asked[0].type = u"numeric"_s;
        asked[1].at.text = u"Column is not there."_s;
        QCOMPARE(applyJudgement(draft, hits, facts, asked).size(), 1);
        QCOMPARE(draft.dimensions.last().type, u"numeric"_s);
        draft.measures.first().measure.expression = u"ms * 3"_s; // another question by now
        QCOMPARE(applyJudgement(draft, hits, facts, asked), QList<RollupProblem>());
        asked = expressionsOf(draft, hits, facts);
        asked[1].type = u"real"_s;
        QCOMPARE(applyJudgement(draft, hits, facts, asked), QList<RollupProblem>());
        const QJsonObject sum = draft.toIntent(hits, facts).settings.value(u"measures"_s).toArray().first().toObject();
        QCOMPARE(sum.value(u"expression"_s).toString(), u"ms * 3"_s);
        QCOMPARE(sum.value(u"type"_s).toString(), u"double precision"_s);
    }

    void lengthsAreReadAsPeopleWriteThem()
    {
        QCOMPARE(keepSeconds(u"never"_s), -1);
        QCOMPARE(keepSeconds(u"30 days"_s), 30 * 86400);
        QCOMPARE(keepSeconds(u"soon"_s), 0);
        QCOMPARE(readableBucket(u"300 seconds"_s), u"5 minutes"_s);
        QCOMPARE(readableBucket(u"86400 seconds"_s), u"1 day"_s);
        QCOMPARE(readableBucket(u"31104000 seconds"_s), u"1 year"_s);
        QCOMPARE(readableBucket(u"90 seconds"_s), u"90 seconds"_s);
        QVERIFY(isMadeOfBuckets(u"1 month"_s, u"1 day"_s));
        QVERIFY(!isMadeOfBuckets(u"1 month"_s, u"1 week"_s));
        QVERIFY(!isMadeOfBuckets(u"1 hour"_s, u"7 minutes"_s));
    }

    void aSketchTellsItsRoomAndItsError()
    {
        QCOMPARE(sketchBytes(11, 5), 1280);
        QVERIFY(qAbs(sketchError(11) - 0.02298) < 0.0001);
        QVERIFY(qAbs(sketchError(14) - 0.008125) < 0.0001);
    }
};

SHARDBOARD_TEST_MAIN(TestRollupDraft)
#include "test_rollupdraft.moc"
