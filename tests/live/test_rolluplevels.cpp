// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// Levels in zones whose offset is no whole hour, what Verify says of a level that covers nothing, late rows in the live
// views of all levels, and measures of values at the ends of their types.
#include "tests/support/engine.h"

#include <QJsonArray>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

QJsonArray levelsOf(const QStringList &buckets)
{
    QJsonArray levels;
    for (const QString &bucket : buckets)
        levels.append(QJsonObject{{u"bucket"_s, bucket}, {u"schedule"_s, u"0 0 31 2 *"_s}}); // only the test runs them
    return levels;
}

} // namespace

class TestRollupLevels : public QObject
{
    Q_OBJECT

public:
    explicit TestRollupLevels(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init();
    void cleanup();

    void aZoneWhoseDaysBeginWithinBucketsIsRefused();
    void aRowOfAnOddHistoricalOffsetStopsNothing();
    void verifyIsNotCleanWhereNothingRan();
    void lateRowsShowInTheLiveViewsOfAllLevels_data();
    void lateRowsShowInTheLiveViewsOfAllLevels();
    void sumsOfDoublePrecisionKeepTheirDigits();
    void valuesAtTheEndsOfTheirTypesStopNothing();
    void anInterruptedRunIsNotListedAsRunning();

private:
    PlanReport make(const QJsonObject &more);
    void insert(const QString &rows) { m_cluster.sql(u"INSERT INTO hits (site, at, v, x) VALUES "_s + rows); }
    void roll(const QStringList &rollups);
    QString value(const QString &sql) const { return m_cluster.value(sql); }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

void TestRollupLevels::init()
{
    QTest::failOnWarning(QRegularExpression(u"."_s));
    m_session = openSession(m_io, m_cluster.settings());
    QVERIFY(m_session);
    QVERIFY(m_session->run(Query(u"SET statement_timeout = '120s'"_s)));
    m_cluster.sql(
        u"CREATE TABLE hits (site int NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, "
        "v double precision, x numeric)"_s);
    if (m_cluster.hasCitus())
        m_cluster.sql(u"SELECT create_distributed_table('hits', 'site', shard_count := 2, colocate_with := 'none')"_s);
}

void TestRollupLevels::cleanup()
{
    const auto facts = loadFacts(*m_session);
    QVERIFY2(facts, whyNot(facts));
    for (const RollupFacts &rollup : facts->rollups) {
        if (!rollup.parent.isEmpty())
            continue;
        const PlanReport dropped = carryOut(*m_session, Outcome<Intent>(dropRollupIntent(rollup.name)));
        QVERIFY2(dropped.isComplete(), whyNot(dropped));
    }
    m_cluster.sql(u"SET client_min_messages = warning; DROP TABLE hits; DROP SCHEMA IF EXISTS shardboard CASCADE"_s);
    m_session.reset();
}

PlanReport TestRollupLevels::make(const QJsonObject &more)
{
    QJsonObject settings{{u"table"_s, u"public.hits"_s}, {u"dimensions"_s, QJsonArray{u"site"_s}},
        {u"measures"_s, QJsonArray{QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}}}}};
    for (auto it = more.begin(); it != more.end(); ++it)
        settings.insert(it.key(), it.value());
    return carryOut(*m_session, Outcome<Intent>(Intent{u"rollup"_s, settings}));
}

void TestRollupLevels::roll(const QStringList &rollups)
{
    for (const QString &rollup : rollups) {
        const auto run = runRollup(*m_session, rollup);
        QVERIFY2(run, whyNot(run));
        QCOMPARE(run->state, RollupRun::State::Done);
    }
}

void TestRollupLevels::aZoneWhoseDaysBeginWithinBucketsIsRefused()
{
    for (const QString &zone : {u"America/St_Johns"_s, u"Asia/Kathmandu"_s, u"Australia/Lord_Howe"_s}) {
        const PlanReport refused
            = make({{u"timeZone"_s, zone}, {u"levels"_s, levelsOf({u"15 minutes"_s, u"1 hour"_s, u"1 day"_s})}});
        QVERIFY(refused.error);
        QVERIFY2(refused.error->toText().contains(u"a day begins within a bucket of 1 hour"_s), whyNot(refused));
        QVERIFY2(refused.error->toText().contains(u"15 minutes"_s), whyNot(refused));
    }
    QVERIFY(make({{u"timeZone"_s, u"Nowhere/City"_s}}).error);
    QCOMPARE(value(u"SELECT to_regnamespace('shardboard')"_s), QString()); // nothing was made
    const PlanReport made
        = make({{u"timeZone"_s, u"Asia/Kathmandu"_s}, {u"levels"_s, levelsOf({u"15 minutes"_s, u"1 day"_s})}});
    QVERIFY2(made.isComplete(), whyNot(made));
    insert(u"(1, '2024-05-01 18:14:59+00', 1, 1), (1, '2024-05-01 18:15:00+00', 1, 1)"_s); // midnight there
    roll({u"hits_15min"_s, u"hits_1day"_s});
    QCOMPARE(value(u"SELECT count(*) FROM hits_1day"_s), u"2"_s);
}

void TestRollupLevels::aRowOfAnOddHistoricalOffsetStopsNothing()
{
    const PlanReport made
        = make({{u"timeZone"_s, u"Africa/Monrovia"_s}, {u"levels"_s, levelsOf({u"1 hour"_s, u"1 day"_s})}});
    QVERIFY2(made.isComplete(), whyNot(made));
    insert(u"(1, '1971-06-01 00:50:00+00', 1, 1), (1, '2024-05-01 12:00:00+00', 1, 1)"_s);
    roll({u"hits_1hour"_s, u"hits_1day"_s});
    QCOMPARE(value(u"SELECT sum(n) FROM hits_1day"_s), u"2"_s);
    for (const QString &level : {u"hits_1hour"_s, u"hits_1day"_s}) {
        const auto verification = verifyRollup(*m_session, level);
        QVERIFY2(verification && verification->isWhole(), whyNot(verification));
    }
}

void TestRollupLevels::verifyIsNotCleanWhereNothingRan()
{
    QVERIFY(make({{u"levels"_s, levelsOf({u"1 hour"_s, u"1 day"_s})}}).isComplete());
    insert(u"(1, '2024-05-01 12:00:00+00', 1, 1)"_s);
    const auto never = verifyRollup(*m_session, u"hits_1day"_s);
    QVERIFY2(never && !never->isClean() && !never->gap.isEmpty(), whyNot(never));
    roll({u"hits_1hour"_s, u"hits_1day"_s});
    insert(u"(1, '2024-05-02 12:00:00+00', 1, 1)"_s);
    roll({u"hits_1hour"_s});
    const auto behind = verifyRollup(*m_session, u"hits_1day"_s);
    QVERIFY2(behind && behind->isClean() && !behind->isWhole() && behind->waitingRows == 1, whyNot(behind));
    m_cluster.sql(u"ALTER TABLE hits_1day ADD CONSTRAINT none CHECK (n < 0) NOT VALID"_s);
    QVERIFY(runRollup(*m_session, u"hits_1day"_s).isError());
    const auto failed = verifyRollup(*m_session, u"hits_1day"_s);
    QVERIFY2(failed && !failed->isClean() && failed->gap.contains(u"failed"_s), whyNot(failed));
}

void TestRollupLevels::lateRowsShowInTheLiveViewsOfAllLevels_data()
{
    QTest::addColumn<QString>("strategy");
    QTest::newRow("sequence") << u"sequence"_s;
    QTest::newRow("time") << u"time"_s;
}

void TestRollupLevels::lateRowsShowInTheLiveViewsOfAllLevels()
{
    QFETCH(QString, strategy);
    const QStringList levels{u"hits_1min"_s, u"hits_1hour"_s, u"hits_1day"_s};
    const PlanReport made = make({{u"strategy"_s, strategy}, {u"grace"_s, u"1 second"_s}, {u"recompute"_s, 3},
        {u"levels"_s, levelsOf({u"1 minute"_s, u"1 hour"_s, u"1 day"_s})}});
    QVERIFY2(made.isComplete(), whyNot(made));
    const auto shows = [&](int rows) {
        for (const QString &level : levels) {
            const QString found = value(u"SELECT coalesce(sum(n), 0) FROM %1_live"_s.arg(level));
            if (found != QString::number(rows))
                return QStringLiteral("%1_live shows %2 rows of %3").arg(level, found).arg(rows);
            // One row a bucket and site of what is closed.
            const QString split = value(
                u"SELECT count(*) - count(DISTINCT (site, bucket)) FROM %1_live WHERE bucket < now() - interval '3 days'"_s
                    .arg(level));
            if (level != levels.constFirst() && split != u"0"_s)
                return QStringLiteral("%1_live has a bucket twice").arg(level);
        }
        return QString();
    };
    insert(
        u"(1, '2024-05-01 12:00:00+00', 1, 1), (2, '2024-05-01 12:30:00+00', 1, 1), (1, now() - interval '5 minutes', 1, 1)"_s);
    QCOMPARE(shows(3), QString());
    roll(levels);
    QCOMPARE(shows(3), QString());
    if (strategy == u"sequence"_s) {
        // Late, of a bucket that every level has, and of one that none has.
        insert(u"(1, '2024-05-01 12:10:00+00', 1, 1), (1, '2024-04-01 12:10:00+00', 1, 1)"_s);
        QCOMPARE(shows(5), QString());
        roll({levels.at(0)});
        QCOMPARE(shows(5), QString());
        roll({levels.at(1)});
        QCOMPARE(shows(5), QString());
        roll({levels.at(2)});
        QCOMPARE(shows(5), QString());
        return;
    }
    insert(u"(1, now(), 1, 1)"_s);
    QCOMPARE(shows(4), QString());
    m_cluster.sql(
        u"UPDATE shardboard.rollup_state SET done_until = date_trunc('minute', now()) - interval '2 minutes' WHERE rollup = 'hits_1min'"_s);
    insert(u"(1, now() - interval '3 minutes', 1, 1)"_s); // late, done with the next run
    roll({levels.at(0)});
    QCOMPARE(shows(5), QString());
    roll({levels.at(1)});
    QCOMPARE(shows(5), QString());
}

void TestRollupLevels::sumsOfDoublePrecisionKeepTheirDigits()
{
    const QJsonArray measures{QJsonObject{{u"column"_s, u"total"_s}, {u"kind"_s, u"sum"_s}, {u"expression"_s, u"v"_s}}};
    const PlanReport made = make({{u"measures"_s, measures}, {u"levels"_s, levelsOf({u"1 hour"_s, u"1 day"_s})}});
    QVERIFY2(made.isComplete(), whyNot(made));
    insert(u"(1, '2024-05-01 12:00:00+00', 9007199254740991, 1)"_s);
    roll({u"hits_1hour"_s, u"hits_1day"_s});
    for (const QString &level : {u"hits_1hour"_s, u"hits_1day"_s})
        QCOMPARE(value(u"SELECT total = 9007199254740991::float8 AND total = (SELECT sum(v) FROM hits) FROM %1"_s.arg(
                     level)),
            u"t"_s);
    m_cluster.sql(u"UPDATE hits_1hour SET total = 9007199254740990"_s);
    const auto changed = verifyRollup(*m_session, u"hits_1hour"_s);
    QVERIFY2(changed && changed->differenceCount == 1, whyNot(changed));
    QVERIFY2(changed->differences.constFirst().differenceText().contains(u"total"_s),
        qPrintable(changed->differences.constFirst().differenceText()));
    m_cluster.sql(u"UPDATE hits_1hour SET total = 9007199254740991"_s);
    // In another order than a scan: what differs is in the last digits, and is said to.
    insert(u"(1, '2024-05-02 12:00:00+00', 1e16, 1)"_s);
    roll({u"hits_1hour"_s});
    for (int i = 0; i < 9; ++i) {
        insert(u"(1, '2024-05-02 12:00:00+00', 1, 1)"_s);
        roll({u"hits_1hour"_s});
    }
    m_cluster.sql(u"UPDATE hits SET v = v WHERE v > 1e15"_s); // to the end of the heap
    const auto ordered = verifyRollup(*m_session, u"hits_1hour"_s);
    QVERIFY2(ordered && ordered->isClean(), whyNot(ordered));
    roll({u"hits_1day"_s});
    m_cluster.sql(u"UPDATE hits_1hour SET total = total + 1000 WHERE bucket = '2024-05-02 12:00:00+00'"_s);
    const auto wrong = verifyRollup(*m_session, u"hits_1hour"_s);
    QVERIFY2(wrong && wrong->differenceCount == 1, whyNot(wrong));
}

void TestRollupLevels::valuesAtTheEndsOfTheirTypesStopNothing()
{
    QJsonArray measures{QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}}};
    for (const QString &kind : {u"sum"_s, u"min"_s, u"max"_s})
        for (const QString &column : {u"v"_s, u"x"_s})
            measures.append(QJsonObject{{u"column"_s, kind + column}, {u"kind"_s, kind}, {u"expression"_s, column}});
    measures.append(QJsonObject{{u"column"_s, u"each"_s}, {u"kind"_s, u"counters"_s}, {u"expression"_s, u"v"_s}});
    if (m_cluster.value(u"SELECT count(*) FROM pg_available_extensions WHERE name = 'tdigest'"_s) == u"1"_s) {
        m_cluster.sql(u"CREATE EXTENSION IF NOT EXISTS tdigest"_s);
        for (const QString &column : {u"v"_s, u"x"_s})
            measures.append(
                QJsonObject{{u"column"_s, u"p"_s + column}, {u"kind"_s, u"percentiles"_s}, {u"expression"_s, column}});
    }
    const PlanReport made = make({{u"measures"_s, measures}, {u"levels"_s, levelsOf({u"1 hour"_s, u"1 day"_s})}});
    QVERIFY2(made.isComplete(), whyNot(made));
    const QStringList values{u"1e308, 1e-400"_s, u"1e308, 1e400"_s, u"1e308, -1e400"_s, u"'-Infinity', 'Infinity'"_s,
        u"'NaN', 'NaN'"_s, u"5e-324, 0"_s, u"'Infinity', '-Infinity'"_s};
    int hour = 0;
    // Each kind of value in an hour of its own, alone and with others, and all in one.
    for (const QString &pair : values) {
        insert(
            u"(1, timestamptz '2024-05-01 00:00+00' + interval '%1 hours', %2), (1, timestamptz '2024-05-01 20:00+00', %2)"_s
                .arg(hour++)
                .arg(pair));
        roll({u"hits_1hour"_s}); // and merges with what there is
        insert(u"(1, timestamptz '2024-05-01 00:00+00' + interval '%1 hours', 1, 1)"_s.arg(hour - 1));
    }
    roll({u"hits_1hour"_s, u"hits_1day"_s});
    for (const QString &level : {u"hits_1hour"_s, u"hits_1day"_s}) {
        roll({level}); // what the rebuilding of the finer one has changed
        QCOMPARE(value(u"SELECT sum(n) FROM "_s + level), QString::number(3 * values.size()));
        QCOMPARE(value(u"SELECT sum(n) FROM %1_live"_s.arg(level)), QString::number(3 * values.size()));
        const auto verification = verifyRollup(*m_session, level);
        QVERIFY2(verification && verification->isWhole(),
            verification && !verification->isWhole()
                ? qPrintable(verification->gap + verification->differences.value(0).toText())
                : whyNot(verification).constData());
        const auto rebuilt = rebuildRollup(*m_session, level, {});
        QVERIFY2(rebuilt, whyNot(rebuilt));
    }
}

void TestRollupLevels::anInterruptedRunIsNotListedAsRunning()
{
    QVERIFY(make({{u"bucket"_s, u"1 hour"_s}}).isComplete());
    m_cluster.sql(u"INSERT INTO shardboard.rollup_run (rollup) VALUES ('hits_1hour')"_s); // of a session that has ended
    m_cluster.sql(
        u"INSERT INTO shardboard.retention (table_name, time_column, keep) VALUES ('public.hits', 'at', '1 day'); "
        "INSERT INTO shardboard.retention_run (table_name) VALUES ('public.hits')"_s);
    const auto listed = listRollups(*m_session);
    QVERIFY2(listed && listed->size() == 1, whyNot(listed));
    QCOMPARE(listed->constFirst().lastState, u"interrupted"_s);
    const auto runs = m_session->run(retentionRunsQuery(5));
    QVERIFY2(runs, whyNot(runs));
    QCOMPARE(readRetentionRuns(*runs).constFirst().state, RetentionRun::State::Interrupted);
    // One that is at work.
    const auto worker = openSession(m_io, m_cluster.settings());
    QVERIFY(worker && worker->run(Query(u"BEGIN"_s)));
    QVERIFY(worker->run(
        Query(u"SELECT pg_advisory_xact_lock(hashtext('shardboard.retention'), hashtext('public.hits')), "
              "pg_advisory_xact_lock(hashtext('shardboard.rollup'), (SELECT rollup_id FROM shardboard.rollup))"_s)));
    QVERIFY(worker->run(Query(u"INSERT INTO shardboard.rollup_run (rollup) VALUES ('hits_1hour')"_s)));
    const QString pid = worker->run(Query(u"SELECT pg_backend_pid()"_s))->text(0, 0);
    m_cluster.sql(
        u"UPDATE shardboard.retention_run SET backend_pid = %1; INSERT INTO shardboard.rollup_run (rollup, backend_pid) VALUES ('hits_1hour', %1)"_s
            .arg(pid));
    QCOMPARE(listRollups(*m_session)->constFirst().lastState, u"running"_s);
    QCOMPARE(
        readRetentionRuns(*m_session->run(retentionRunsQuery(5))).constFirst().state, RetentionRun::State::Running);
    QVERIFY(worker->run(Query(u"ROLLBACK"_s)));
    m_cluster.sql(u"DELETE FROM shardboard.retention"_s);
}

SHARDBOARD_LIVE_TEST_MAIN(TestRollupLevels)
#include "test_rolluplevels.moc"
