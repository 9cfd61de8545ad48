// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// From a draft of the wizard to a family of rollups that holds every row: expressions judged, a preview before anything
// is made, rows that are there rolled up in batches, stopped in the middle and gone on with.
#include "admin/rollup/rollupbackfill.h"
#include "admin/rollup/rollupdraft.h"
#include "admin/rollup/rollupprobe.h"
#include "admin/rollup/rollupsource.h"
#include "admin/rollupplan.h"
#include "admin/rolluppreview.h"
#include "tests/support/engine.h"

#include <QJsonDocument>

#include <atomic>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

using Kind = RollupMeasure::Kind;

constexpr int rowCount = 60'000;
const QualifiedName visits{u"public"_s, u"visits"_s};

RollupMeasureDraft measure(const QString &column, Kind kind, const QString &expression, const QString &filter = {})
{
    RollupMeasureDraft made;
    made.measure.column = column;
    made.measure.kind = kind;
    made.measure.expression = expression;
    made.measure.filter = filter;
    return made;
}

} // namespace

class TestRollupFamily : public QObject
{
    Q_OBJECT

public:
    explicit TestRollupFamily(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init();
    void cleanup();

    void aTableSuggestsWhatCanBeMade();
    void expressionsAreJudgedBeforeAnythingIsMade();
    void aPreviewCreatesNothingAndTellsTheTruth();
    void aPreviewGivesUpInsteadOfKeepingTheServerBusy();
    void aFamilyOfFourHoldsEveryRowInEveryKindOfFigure();
    void aBackfillThatIsStoppedGoesOnWhereItWas();
    void aBackfillWaitsForWhoeverIsAtIt();
    void whatIsStoppedDoesNotGoOnByItsSchedule();
    void figuresThatCannotBeMergedAreMadeOfClosedBuckets();
    void longerBucketsOfARollupAreMadeFromIt();

private:
    CatalogueFacts facts() const;
    RollupDraft suggested() const;
    PlanReport apply(const RollupDraft &draft);
    QStringList names(const RollupDraft &draft) const;
    BackfillReport fill(const RollupDraft &draft, const std::stop_token &stop = {}, const ProgressSink &progress = {},
        bool pauses = false)
    {
        return backfillRollups(m_io, m_cluster.settings(), names(draft), stop, progress, [pauses] { return pauses; });
    }
    void verifyAll(const RollupDraft &draft);
    QString all(const QString &table, const QString &expression) const
    {
        return m_cluster.value(u"SELECT %1 FROM %2"_s.arg(expression, table));
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

void TestRollupFamily::init()
{
    QTest::failOnWarning(QRegularExpression(u"."_s));
    m_session = openSession(m_io, m_cluster.settings());
    QVERIFY(m_session);
    m_cluster.sql(
        u"CREATE TABLE visits (site_id int NOT NULL, visit_id bigint GENERATED ALWAYS AS IDENTITY, at "
        "timestamptz NOT NULL, status_code int, took_ms int, amount double precision, country text, url text, "
        "ip_address text, kind text)"_s);
    if (m_cluster.hasCitus())
        m_cluster.sql(
            u"SELECT create_distributed_table('visits', 'site_id', shard_count := 4, colocate_with := 'none')"_s);
    // Three days, NULLs among them.
    m_cluster.sql(u"INSERT INTO visits (site_id, at, status_code, took_ms, amount, country, url, ip_address, kind) "
                  "SELECT i % 5, timestamptz '2024-05-01 00:00+00' + i * interval '4 seconds', "
                  "(ARRAY[200, 204, 301, 404, 500, NULL])[i % 6 + 1], i % 997, i / 7.0, "
                  "(ARRAY['DE', 'FR', 'US', NULL])[i % 4 + 1], '/page/' || i % 300 || '?x=' || i, '10.0.' || i % 7 || "
                  "'.' || i % 200, "
                  "(ARRAY['view', 'click', NULL])[i % 3 + 1] FROM generate_series(1, %1) AS i"_s.arg(rowCount));
    m_cluster.sql(u"ANALYZE visits"_s);
}

void TestRollupFamily::cleanup()
{
    const CatalogueFacts known = facts();
    for (const RollupFacts &rollup : known.rollups) {
        if (rollup.parent.isEmpty()) {
            const PlanReport dropped = carryOut(*m_session, Outcome<Intent>(dropRollupIntent(rollup.name)));
            QVERIFY2(dropped.isComplete(), whyNot(dropped));
        }
    }
    m_cluster.sql(u"DROP TABLE visits"_s);
    m_session.reset();
}

CatalogueFacts TestRollupFamily::facts() const
{
    const auto loaded = loadFacts(*m_session);
    if (!loaded)
        QTest::qFail(whyNot(loaded).constData(), __FILE__, __LINE__);
    return loaded ? *loaded : CatalogueFacts();
}

RollupDraft TestRollupFamily::suggested() const
{
    const CatalogueFacts known = facts();
    const auto figures = loadSourceFigures(*m_session, *known.table(visits), m_cluster.hasCitus());
    if (!figures)
        QTest::qFail(whyNot(figures).constData(), __FILE__, __LINE__);
    RollupDraft draft = RollupDraft::suggest(*known.table(visits), known, figures ? *figures : RollupSourceFigures());
    for (RollupLevelDraft &level : draft.levels) // run when the test says so
        level.schedule.clear();
    return draft;
}

QStringList TestRollupFamily::names(const RollupDraft &draft) const
{
    QStringList list;
    for (const RollupLevelDraft &level : draft.levels)
        list << levelTarget(draft, level);
    return list;
}

PlanReport TestRollupFamily::apply(const RollupDraft &draft)
{
    const CatalogueFacts known = facts();
    return carryOut(*m_session, Outcome<Intent>(draft.toIntent(*known.table(draft.table), known)));
}

void TestRollupFamily::verifyAll(const RollupDraft &draft)
{
    for (const QString &name : names(draft)) {
        const auto verification = verifyRollup(*m_session, name);
        QVERIFY2(verification, whyNot(verification));
        QVERIFY2(verification->isClean() && verification->bucketsCompared > 0, qPrintable(name));
    }
}

void TestRollupFamily::aTableSuggestsWhatCanBeMade()
{
    const CatalogueFacts known = facts();
    const TableFacts &table = *known.table(visits);
    const RollupDraft draft = suggested();
    QCOMPARE(draft.timeColumn, u"at"_s);
    QCOMPARE(strategyOf(draft, table, known), RollupStrategy::Sequence);
    QCOMPARE(rollupProblems(draft, table, known), QList<RollupProblem>());
    const auto kind = std::ranges::find(draft.dimensions, u"kind"_s, &RollupDimensionDraft::column);
    QVERIFY(kind != draft.dimensions.cend() && kind->isChosen);
    if (m_cluster.hasCitus()) {
        QCOMPARE(draft.dimensions.constFirst().column, u"site_id"_s);
        QVERIFY(draft.dimensions.constFirst().isForced);
    }
    const auto figures = loadSourceFigures(*m_session, table, m_cluster.hasCitus());
    QVERIFY2(figures, whyNot(figures));
    QCOMPARE(figures->rows, rowCount);
    QVERIFY(figures->bytes > 1'000'000);
    QCOMPARE(figures->columns.value(u"kind"_s).distinct, 2);
    QVERIFY(figures->columns.value(u"kind"_s).nulls > 0);
    const PlanReport made = apply(draft);
    QVERIFY2(made.isComplete(), whyNot(made));
    QVERIFY(fill(draft).isComplete());
    verifyAll(draft);
}

void TestRollupFamily::expressionsAreJudgedBeforeAnythingIsMade()
{
    const CatalogueFacts known = facts();
    const TableFacts &table = *known.table(visits);
    RollupDraft draft = suggested();
    draft.dimensions << RollupDimensionDraft{u"page"_s, u"split_part(url, '?', 1)"_s, {}, true, false};
    draft.measures = {measure(u"n"_s, Kind::Count, {}, u"status_cod BETWEEN 200 AND 299"_s),
        measure(u"total"_s, Kind::Sum, u"amount * 2"_s), measure(u"wrong"_s, Kind::Sum, u"country"_s),
        measure(u"twice"_s, Kind::Maximum, u"max(took_ms)"_s), measure(u"two"_s, Kind::Minimum, u"took_ms), (1"_s)};
    const auto judged = judgeExpressions(*m_session, expressionsOf(draft, table, known));
    QVERIFY2(judged, whyNot(judged));
    const QList<RollupProblem> problems = applyJudgement(draft, table, known, *judged);
    QCOMPARE(draft.dimensions.constLast().type, u"text"_s);
    QCOMPARE(draft.measures.at(1).expressionType, u"double precision"_s);
    QCOMPARE(problems.size(), 4);
    QCOMPARE(problems.at(0).field, u"filter"_s);
    QVERIFY2(problems.at(0).text.contains(u"status_code"_s), qPrintable(problems.at(0).text)); // what it may have meant
    QCOMPARE(problems.at(1).row, 2);
    QCOMPARE(problems.at(2).row, 3);
    QVERIFY2(problems.at(2).text.contains(u"aggregate"_s, Qt::CaseInsensitive), qPrintable(problems.at(2).text));
    QVERIFY2(problems.at(3).text.contains(u"more than one value"_s), qPrintable(problems.at(3).text));
    // Summed as the server sums it, not through numeric, which has fewer digits.
    draft.measures = {draft.measures.at(1)};
    const Intent intent = draft.toIntent(table, known);
    QVERIFY(!QJsonDocument(intent.settings).toJson().contains("numeric"));
    QVERIFY2(RollupPlan::family(intent, known), whyNot(RollupPlan::family(intent, known)));
}

void TestRollupFamily::aPreviewCreatesNothingAndTellsTheTruth()
{
    RollupDraft draft = suggested();
    draft.levels = {{u"1 minute"_s, {}, {}, u"30 days"_s}, {u"1 hour"_s, {}, {}, u"never"_s}};
    const CatalogueFacts known = facts();
    const auto family = RollupPlan::family(draft.toIntent(*known.table(visits), known), known);
    QVERIFY2(family, whyNot(family));
    const QString before = m_cluster.value(u"SELECT count(*) FROM pg_class"_s);
    const auto whole = previewRollups(*m_session, *family, known);
    QVERIFY2(whole, whyNot(whole));
    QCOMPARE(m_cluster.value(u"SELECT count(*) FROM pg_class"_s), before);
    QVERIFY(whole->isWhole);
    QCOMPARE(whole->rows, rowCount);
    QCOMPARE(whole->sourceRows, rowCount);
    QVERIFY(whole->shown.rowCount() > 0);
    // Counters need functions that are not there yet: with topn it counts them, without the number of values is shown.
    const QString counters = whole->shown.text(0, whole->shown.columnIndex(u"country_counters"));
    QVERIFY2(known.capabilities.topn.isAvailable() ? counters.startsWith(u'{') : whole->notes.size() == 1,
        qPrintable(counters));
    PreviewLimits few;
    few.rows = 2000;
    const auto part = previewRollups(*m_session, *family, known, few);
    QVERIFY2(part, whyNot(part));
    QVERIFY(!part->isWhole && part->rows > 0 && part->rows <= few.rows);
    // Rows come evenly here, so that the pace of a part is that of the whole.
    QVERIFY(qAbs(part->rawRowsPerMonth() / whole->rawRowsPerMonth() - 1) < 0.1);
    QVERIFY(!part->levels.at(1).isCut && part->levels.at(1).reduction(part->rows) > 10);

    QVERIFY(apply(draft).isComplete());
    QVERIFY(fill(draft).isComplete());
    QCOMPARE(QString::number(whole->levels.at(0).rows), all(u"visits_1min"_s, u"count(*)"_s));
    QCOMPARE(QString::number(whole->levels.at(1).rows), all(u"visits_1hour"_s, u"count(*)"_s));
    const auto size = loadTableSize(*m_session, {u"public"_s, u"visits_1min"_s}, m_cluster.hasCitus());
    QVERIFY2(size, whyNot(size));
    const double estimated = double(whole->levels.at(0).rows) * whole->levels.at(0).bytesPerRow;
    qInfo("visits_1min: estimated %.0f, is %lld bytes", estimated, size->bytes);
    QVERIFY2(estimated > double(size->bytes) / 2.5 && estimated < double(size->bytes) * 2.5,
        qPrintable(u"estimated %1, is %2"_s.arg(estimated).arg(size->bytes)));
}

void TestRollupFamily::aPreviewGivesUpInsteadOfKeepingTheServerBusy()
{
    RollupDraft draft = suggested();
    draft.measures = {measure(u"slow"_s, Kind::Sum, u"(SELECT took_ms FROM pg_sleep(0.01 * took_ms))"_s)};
    if (m_cluster.hasCitus())
        draft.measures = {measure(u"slow"_s, Kind::Sum, u"took_ms + length(pg_sleep(0.01 + 0 * took_ms)::text)"_s)};
    draft.measures.first().expressionType = u"integer"_s;
    const CatalogueFacts known = facts();
    const auto family = RollupPlan::family(draft.toIntent(*known.table(visits), known), known);
    QVERIFY2(family, whyNot(family));
    PreviewLimits hasty;
    hasty.patience = std::chrono::milliseconds(700);
    const auto preview = previewRollups(*m_session, *family, known, hasty);
    QVERIFY(preview.isError());
    QVERIFY2(preview.error().hint.contains(u"CREATE INDEX"_s), whyNot(preview));
}

void TestRollupFamily::aFamilyOfFourHoldsEveryRowInEveryKindOfFigure()
{
    const CatalogueFacts known = facts();
    const RollupExtensions extensions = extensionsOf(known);
    RollupDraft draft = suggested();
    draft.timeZone = u"Europe/Berlin"_s;
    draft.levels = {{u"1 minute"_s, {}, {}, u"never"_s}, {u"5 minutes"_s, {}, {}, u"never"_s},
        {u"1 hour"_s, {}, {}, u"never"_s}, {u"1 day"_s, u"visits_by_day"_s, {}, u"never"_s}};
    draft.dimensions << RollupDimensionDraft{u"page"_s, u"length(split_part(url, '?', 1))"_s, {}, true, false};
    draft.measures
        = {measure(u"n"_s, Kind::Count, {}), measure(u"good"_s, Kind::Count, {}, u"status_code BETWEEN 200 AND 299"_s),
            measure(u"took_count"_s, Kind::CountOf, u"took_ms"_s), measure(u"took_sum"_s, Kind::Sum, u"took_ms"_s),
            measure(u"amount_sum"_s, Kind::Sum, u"amount * 2"_s, u"kind = 'click'"_s),
            measure(u"least"_s, Kind::Minimum, u"took_ms"_s), measure(u"most"_s, Kind::Maximum, u"took_ms"_s),
            measure(u"countries"_s, Kind::Counters, u"country"_s),
            measure(u"urls"_s, Kind::TopN, u"split_part(url, '?', 1)"_s)};
    draft.measures.last().measure.size = 50;
    if (!extensions.hll.isEmpty())
        draft.measures << measure(u"people"_s, Kind::Distinct, u"ip_address"_s);
    if (!extensions.tdigest.isEmpty())
        draft.measures << measure(u"slowness"_s, Kind::Percentiles, u"took_ms"_s);
    const auto judged = judgeExpressions(*m_session, expressionsOf(draft, *known.table(visits), known));
    QVERIFY2(judged, whyNot(judged));
    QCOMPARE(applyJudgement(draft, *known.table(visits), known, *judged), QList<RollupProblem>());
    QCOMPARE(rollupProblems(draft, *known.table(visits), known), QList<RollupProblem>());
    const PlanReport made = apply(draft);
    QVERIFY2(made.isComplete(), whyNot(made));
    const BackfillReport filled = fill(draft);
    QVERIFY2(filled.isComplete(), qPrintable(filled.error ? filled.error->toText() : QString()));
    QCOMPARE(filled.levels.constFirst().rowsRead, rowCount);
    const QString figures = u"count(*) || ' ' || count(*) FILTER (WHERE status_code BETWEEN 200 AND 299) || ' ' || "
                            "count(took_ms) || ' ' || sum(took_ms) || ' ' || min(took_ms) || ' ' || max(took_ms)"_s;
    const QString sums = u"sum(n) || ' ' || sum(good) || ' ' || sum(took_count) || ' ' || sum(took_sum) || ' ' || "
                         "min(least) || ' ' || max(most)"_s;
    for (const QString &level : names(draft)) {
        QCOMPARE(all(level, sums), all(u"visits"_s, figures));
        QCOMPARE(all(level, u"sum((countries ->> 'FR')::bigint)"_s),
            all(u"visits"_s, u"count(*) FILTER (WHERE country = 'FR')"_s));
        // The last digits depend on the order of the rows.
        QCOMPARE(all(level, u"round(sum(amount_sum)::numeric, 3)"_s),
            all(u"visits"_s, u"round((sum(amount * 2) FILTER (WHERE kind = 'click'))::numeric, 3)"_s));
    }
    QCOMPARE(all(u"visits_by_day"_s, u"count(DISTINCT bucket)"_s), u"3"_s);
    verifyAll(draft);
}

void TestRollupFamily::aBackfillThatIsStoppedGoesOnWhereItWas()
{
    RollupDraft draft = suggested();
    draft.levels = {{u"1 minute"_s, {}, {}, u"never"_s}, {u"1 hour"_s, {}, {}, u"never"_s}};
    QVERIFY(apply(draft).isComplete());
    m_cluster.sql(u"UPDATE shardboard.rollup SET batch_ids = 2000"_s);
    // Batches are held up, so that there is time to stop between two of them.
    m_cluster.sql(u"CREATE FUNCTION slow_batch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.1); "
                  "RETURN NEW; END $$; CREATE TRIGGER slow_batch AFTER UPDATE ON shardboard.rollup_run FOR EACH ROW "
                  "EXECUTE FUNCTION slow_batch()"_s);
    std::stop_source stop;
    std::atomic<qint64> total = 0;
    const BackfillReport stopped = fill(draft, stop.get_token(), [&](const Progress &progress) {
        total = progress.total;
        if (progress.done > 0)
            stop.request_stop();
    });
    m_cluster.sql(u"DROP FUNCTION slow_batch CASCADE"_s);
    QVERIFY(stopped.wasStopped && !stopped.error && !stopped.isComplete());
    QCOMPARE(total, rowCount);
    const qint64 half = all(u"visits_1min"_s, u"coalesce(sum(row_count), 0)"_s).toLongLong();
    QVERIFY2(half > 0 && half < rowCount, qPrintable(QString::number(half)));
    QCOMPARE(stopped.levels.constFirst().rowsRead, half);
    const BackfillReport resumed = fill(draft);
    QVERIFY2(resumed.isComplete(), qPrintable(resumed.error ? resumed.error->toText() : QString()));
    QCOMPARE(resumed.levels.constFirst().rowsRead, rowCount - half);
    for (const QString &level : names(draft))
        QCOMPARE(all(level, u"sum(row_count)"_s), QString::number(rowCount));
    verifyAll(draft);
}

void TestRollupFamily::aBackfillWaitsForWhoeverIsAtIt()
{
    RollupDraft draft = suggested();
    draft.levels = {{u"1 minute"_s, {}, {}, u"never"_s}};
    QVERIFY(apply(draft).isComplete());
    const auto other = openSession(m_io, m_cluster.settings()); // as a run of the schedule would
    QVERIFY(other
        && other->run(
            Query(u"SELECT pg_advisory_lock(hashtext('shardboard.rollup'), rollup_id) FROM shardboard.rollup"_s)));
    bool hasWaited = false;
    const BackfillReport report = fill(draft, {}, [&](const Progress &progress) {
        if (!hasWaited && progress.activity.contains(u"its schedule is at it"_s)) {
            hasWaited = true;
            QVERIFY(other->run(Query(u"SELECT pg_advisory_unlock_all()"_s)));
        }
    });
    QVERIFY(hasWaited && report.isComplete());
    QCOMPARE(all(u"visits_1min"_s, u"sum(row_count)"_s), QString::number(rowCount));
}

void TestRollupFamily::whatIsStoppedDoesNotGoOnByItsSchedule()
{
    if (!facts().canSeeJobs)
        QSKIP("pg_cron is not in this database");
    RollupDraft draft = suggested();
    draft.levels = {{u"1 minute"_s, {}, u"0 0 31 2 *"_s, u"never"_s}, {u"1 hour"_s, {}, {}, u"never"_s}};
    QVERIFY(apply(draft).isComplete());
    std::stop_source stop;
    stop.request_stop();
    const BackfillReport ended = fill(draft, stop.get_token()); // as when the program ends: the schedule goes on
    QVERIFY(ended.wasStopped && !ended.isPaused);
    QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shardboard.rollup WHERE is_paused"_s), u"0"_s);
    const BackfillReport stopped = fill(draft, stop.get_token(), {}, true);
    QVERIFY(stopped.wasStopped && stopped.isPaused);
    QCOMPARE(
        m_cluster.value(u"SELECT string_agg(name, ' ') FROM shardboard.rollup WHERE is_paused"_s), u"visits_1min"_s);
    QVERIFY(fill(draft).isComplete());
    QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shardboard.rollup WHERE is_paused"_s), u"0"_s);
}

void TestRollupFamily::figuresThatCannotBeMergedAreMadeOfClosedBuckets()
{
    RollupDraft draft = suggested();
    draft.strategy = RollupStrategy::ClosedBuckets;
    draft.levels = {{u"1 hour"_s, {}, {}, u"never"_s}};
    draft.measures = {measure(u"n"_s, Kind::Count, {}), measure(u"people"_s, Kind::ExactDistinct, u"ip_address"_s),
        measure(u"median"_s, Kind::ExactPercentile, u"took_ms"_s)};
    draft.measures.last().measure.fraction = 0.5;
    const PlanReport made = apply(draft);
    QVERIFY2(made.isComplete(), whyNot(made));
    QVERIFY(fill(draft).isComplete());
    QCOMPARE(all(u"visits_1hour"_s, u"sum(n)"_s), QString::number(rowCount));
    verifyAll(draft);
}

void TestRollupFamily::longerBucketsOfARollupAreMadeFromIt()
{
    RollupDraft finer = suggested();
    finer.levels = {{u"5 minutes"_s, {}, {}, u"never"_s}};
    QVERIFY(apply(finer).isComplete());
    QVERIFY(fill(finer).isComplete());
    const CatalogueFacts known = facts();
    const QualifiedName source{u"public"_s, u"visits_5min"_s};
    RollupDraft draft = RollupDraft::suggest(*known.table(source), known, {});
    draft.levels.first().schedule.clear();
    QCOMPARE(draft.levels.constFirst().bucket, u"1 hour"_s);
    QCOMPARE(strategyOf(draft, *known.table(source), known), RollupStrategy::Cascade);
    QCOMPARE(rollupProblems(draft, *known.table(source), known), QList<RollupProblem>());
    const auto family = RollupPlan::family(draft.toIntent(*known.table(source), known), known);
    QVERIFY2(family, whyNot(family));
    const auto preview = previewRollups(*m_session, *family, known);
    QVERIFY2(preview, whyNot(preview));
    const PlanReport made = apply(draft);
    QVERIFY2(made.isComplete(), whyNot(made));
    QVERIFY(fill(draft).isComplete());
    QCOMPARE(QString::number(preview->levels.constFirst().rows), all(names(draft).constFirst(), u"count(*)"_s));
    QCOMPARE(all(names(draft).constFirst(), u"sum(row_count)"_s), QString::number(rowCount));
    verifyAll(draft);
}

SHARDBOARD_LIVE_TEST_MAIN(TestRollupFamily)
#include "test_rollupfamily.moc"
