// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// What closed buckets and cascades do with rows that are late, open, expired or still being written.
#include "tests/support/engine.h"

#include <QJsonArray>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestStrategies : public QObject
{
    Q_OBJECT

public:
    explicit TestStrategies(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init();
    void cleanup();

    void closedBucketsTakeWhatIsLateAndVerifyShowsWhatIsTooLate();
    void aBucketThatIsOpenIsNotTakenYet();
    void figuresThatCannotBeMergedNeedClosedBuckets();
    void aCascadeDoesOnlyWhatHasChanged();
    void aCascadeWaitsForWhoeverWritesTheFinerRollup();
    void finerRowsStayUntilTheCascadeHasThem();
    void aCascadeForgetsNothingThatHasExpired();
    void aTableWithoutAnIdOrATimeSaysWhatItWouldTake();

private:
    PlanReport make(const QJsonObject &more, const QString &table = u"public.hits"_s);
    void insert(const QString &when, int count = 1)
    {
        m_cluster.sql(
            u"INSERT INTO hits (site, at, who) SELECT 1, %1, g FROM generate_series(1, %2) AS g"_s.arg(when).arg(
                count));
    }
    RollupRun roll(const char *rollup);
    QString counted(const char *rollup) const
    {
        return m_cluster.value(u"SELECT coalesce(sum(n), 0) FROM %1"_s.arg(QLatin1String(rollup)));
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

void TestStrategies::init()
{
    QTest::failOnWarning(QRegularExpression(u"."_s));
    m_session = openSession(m_io, m_cluster.settings());
    QVERIFY(m_session);
    m_cluster.sql(
        u"CREATE TABLE hits (site int NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, who int)"_s);
    if (m_cluster.hasCitus())
        m_cluster.sql(u"SELECT create_distributed_table('hits', 'site', shard_count := 2, colocate_with := 'none')"_s);
}

void TestStrategies::cleanup()
{
    m_cluster.sql(u"DELETE FROM shardboard.retention WHERE table_name = 'public.hits'"_s); // what no plan of ours made
    const auto facts = loadFacts(*m_session);
    QVERIFY2(facts, whyNot(facts));
    for (const RollupFacts &rollup : facts->rollups) {
        if (rollup.parent.isEmpty()) {
            const PlanReport dropped = carryOut(*m_session, Outcome<Intent>(dropRollupIntent(rollup.name)));
            QVERIFY2(dropped.isComplete(), whyNot(dropped));
        }
    }
    m_cluster.sql(u"DROP TABLE hits"_s);
    // With the last rollup all of ours goes.
    QCOMPARE(m_cluster.value(u"SELECT to_regnamespace('shardboard')"_s), QString());
    m_session.reset();
}

PlanReport TestStrategies::make(const QJsonObject &more, const QString &table)
{
    QJsonObject settings{
        {u"table"_s, table}, {u"measures"_s, QJsonArray{QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}}}}};
    for (auto it = more.begin(); it != more.end(); ++it)
        settings.insert(it.key(), it.value());
    const PlanReport report = carryOut(*m_session, Outcome<Intent>(Intent{u"rollup"_s, settings}));
    if (!report.isComplete())
        qInfo("%s", whyNot(report).constData());
    else
        m_cluster.sql(u"UPDATE cron.job SET active = false"_s); // only the test runs rollups
    return report;
}

RollupRun TestStrategies::roll(const char *rollup)
{
    const auto run = runRollup(*m_session, QLatin1String(rollup));
    if (!run)
        QTest::qFail(whyNot(run).constData(), __FILE__, __LINE__);
    return run ? *run : RollupRun();
}

void TestStrategies::closedBucketsTakeWhatIsLateAndVerifyShowsWhatIsTooLate()
{
    const PlanReport made = make({{u"strategy"_s, u"time"_s}, {u"grace"_s, u"1 second"_s}, {u"recompute"_s, 3}});
    QVERIFY2(made.isComplete(), whyNot(made));
    insert(u"now() - interval '90 seconds'"_s, 5);
    insert(u"now() - interval '30 minutes'"_s, 7);
    roll("hits_1min");
    QCOMPARE(counted("hits_1min"), u"12"_s);
    // As if the next minute had closed: late rows of the last three are taken, of the thirtieth before not.
    insert(u"now() - interval '90 seconds'"_s, 2);
    insert(u"now() - interval '30 minutes'"_s, 1);
    const QString earlier = m_cluster.value(u"SELECT done_until - interval '1 minute' FROM shardboard.rollup_state"_s);
    m_cluster.sql(u"UPDATE shardboard.rollup_state SET done_until = %1"_s.arg(quoteLiteral(earlier)));
    roll("hits_1min");
    QCOMPARE(counted("hits_1min"), u"14"_s);
    const auto verification = verifyRollup(*m_session, u"hits_1min"_s);
    QVERIFY2(verification, whyNot(verification));
    QCOMPARE(verification->differenceCount, 1);
    m_cluster.sql(
        u"CALL shardboard.rebuild_rollup('hits_1min', now() - interval '1 hour', now() - interval '10 minutes')"_s);
    QCOMPARE(counted("hits_1min"), u"15"_s);
    const auto again = verifyRollup(*m_session, u"hits_1min"_s);
    QVERIFY2(again && again->isClean(), whyNot(again));
}

void TestStrategies::aBucketThatIsOpenIsNotTakenYet()
{
    QVERIFY(make({{u"strategy"_s, u"time"_s}, {u"bucket"_s, u"1 day"_s}}).isComplete());
    insert(u"now()"_s, 3);
    insert(u"now() - interval '2 days'"_s, 2);
    roll("hits_1day");
    QCOMPARE(counted("hits_1day"), u"2"_s);
    QCOMPARE(counted("hits_1day_live"), u"5"_s);
    const auto verification = verifyRollup(*m_session, u"hits_1day"_s);
    QVERIFY2(verification && verification->isClean(), whyNot(verification));
}

void TestStrategies::figuresThatCannotBeMergedNeedClosedBuckets()
{
    const QJsonArray exact{
        QJsonObject{{u"column"_s, u"people"_s}, {u"kind"_s, u"exact-distinct"_s}, {u"expression"_s, u"who"_s}}};
    const PlanReport refused = make({{u"measures"_s, exact}});
    QVERIFY(refused.error && refused.error->toText().contains(u"cannot be merged"_s));
    QVERIFY(make({{u"measures"_s, exact}, {u"strategy"_s, u"time"_s}}).isComplete());
    insert(u"now() - interval '1 hour'"_s, 9);
    roll("hits_1min");
    QCOMPARE(m_cluster.value(u"SELECT people FROM hits_1min"_s), u"9"_s);
}

void TestStrategies::aCascadeDoesOnlyWhatHasChanged()
{
    const QJsonArray levels{QJsonObject{{u"bucket"_s, u"1 minute"_s}}, QJsonObject{{u"bucket"_s, u"1 hour"_s}},
        QJsonObject{{u"bucket"_s, u"1 day"_s}}};
    const PlanReport made = make({{u"levels"_s, levels}, {u"timeZone"_s, u"Europe/Berlin"_s}});
    QVERIFY2(made.isComplete(), whyNot(made));
    for (int hour = 1; hour <= 30; ++hour)
        insert(u"timestamptz '2024-03-31 00:10+00' + interval '%1 hours'"_s.arg(hour), 2);
    // In the order of the list, as a run of all goes.
    const auto rollups = listRollups(*m_session);
    QVERIFY(rollups && rollups->size() == 3);
    for (const RollupStatus &level : *rollups)
        roll(level.name.toUtf8().constData());
    QCOMPARE(counted("hits_1day"), u"60"_s);
    // A day of 23 hours, in the zone where it has them.
    QCOMPARE(m_cluster.value(u"SELECT n FROM hits_1day WHERE bucket = '2024-03-31 00:00 Europe/Berlin'"_s), u"42"_s);
    insert(u"'2024-03-31 05:20+00'"_s, 1);
    roll("hits_1min");
    QCOMPARE(roll("hits_1hour").bucketsWritten, 1);
    QCOMPARE(roll("hits_1day").bucketsWritten, 1);
    QCOMPARE(roll("hits_1day").rowsRead, 0);
    QCOMPARE(counted("hits_1day"), u"61"_s);
    for (const QString &level : {u"hits_1min"_s, u"hits_1hour"_s, u"hits_1day"_s}) {
        const auto verification = verifyRollup(*m_session, level);
        QVERIFY2(verification && verification->isClean(), whyNot(verification));
    }
    const PlanReport odd
        = make({{u"strategy"_s, u"cascade"_s}, {u"bucket"_s, u"90 minutes"_s}}, u"public.hits_1hour"_s);
    QVERIFY2(odd.error && odd.error->toText().contains(u"whole ones"_s), whyNot(odd));
}

void TestStrategies::aCascadeWaitsForWhoeverWritesTheFinerRollup()
{
    QVERIFY(make(
        {{u"levels"_s, QJsonArray{QJsonObject{{u"bucket"_s, u"1 minute"_s}}, QJsonObject{{u"bucket"_s, u"1 hour"_s}}}}})
                .isComplete());
    insert(u"now() - interval '3 hours'"_s, 4);
    roll("hits_1min");
    m_cluster.sql(u"UPDATE shardboard.rollup SET writer_wait = '1 second'"_s);
    const auto writer = openSession(m_io, m_cluster.settings());
    QVERIFY(writer && writer->run(Query(u"BEGIN"_s)));
    QVERIFY(writer->run(Query(u"UPDATE hits_1min SET n = n"_s)));
    const RollupRun waiting = roll("hits_1hour");
    QCOMPARE(waiting.state, RollupRun::State::Waiting);
    QVERIFY2(waiting.message.contains(u"process"_s), qPrintable(waiting.message));
    QVERIFY(writer->run(Query(u"COMMIT"_s)));
    QCOMPARE(roll("hits_1hour").state, RollupRun::State::Done);
    QCOMPARE(counted("hits_1hour"), u"4"_s);
}

void TestStrategies::finerRowsStayUntilTheCascadeHasThem()
{
    QVERIFY(make({{u"levels"_s,
                     QJsonArray{QJsonObject{{u"bucket"_s, u"1 minute"_s}, {u"keep"_s, u"2 hours"_s}},
                         QJsonObject{{u"bucket"_s, u"1 hour"_s}}}}})
                .isComplete());
    m_cluster.sql(
        u"INSERT INTO shardboard.retention (table_name, time_column, keep) VALUES ('public.hits', 'at', '1 hour')"_s);
    insert(u"now() - interval '9 hours'"_s, 4);
    roll("hits_1min");
    QCOMPARE(runRetention(*m_session, u"public.hits"_s)->rowsDeleted, 4);
    QCOMPARE(runRetention(*m_session, u"public.hits_1min"_s)->rowsDeleted, 0);
    roll("hits_1hour");
    QCOMPARE(runRetention(*m_session, u"public.hits_1min"_s)->rowsDeleted, 1);
    QCOMPARE(counted("hits_1hour"), u"4"_s);
}

void TestStrategies::aCascadeForgetsNothingThatHasExpired()
{
    finerRowsStayUntilTheCascadeHasThem();
    insert(u"now() - interval '9 hours'"_s, 1); // into an hour of which the minutes have gone
    roll("hits_1min");
    const RollupRun run = roll("hits_1hour");
    QCOMPARE(counted("hits_1hour"), u"4"_s);
    QVERIFY2(run.message.contains(u"too late"_s), qPrintable(run.message));
    const auto verification = verifyRollup(*m_session, u"hits_1hour"_s);
    QVERIFY2(verification && verification->isClean(), whyNot(verification));
}

void TestStrategies::aTableWithoutAnIdOrATimeSaysWhatItWouldTake()
{
    QVERIFY(make({}).isComplete()); // so that there is something to clean up
    m_cluster.sql(u"CREATE TABLE public.bare (site int, at timestamp, who int)"_s);
    const PlanReport byTime = make({{u"timeColumn"_s, u"at"_s}}, u"public.bare"_s);
    QVERIFY(byTime.error && byTime.error->toText().contains(u"without a time zone"_s));
    const PlanReport bySequence = make({{u"strategy"_s, u"sequence"_s}}, u"public.bare"_s);
    QVERIFY(bySequence.error);
    QVERIFY2(
        bySequence.error->toText().contains(u"GENERATED ALWAYS AS IDENTITY"_s), qPrintable(bySequence.error->toText()));
    m_cluster.sql(u"DROP TABLE public.bare"_s);
}

SHARDBOARD_LIVE_TEST_MAIN(TestStrategies)
#include "test_strategies.moc"
