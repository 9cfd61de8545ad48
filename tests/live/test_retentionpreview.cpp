// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// The dry run says what a run then does, refuses what it refuses, and the plan that sets a retention up can be taken
// back.
#include "admin/planning.h"
#include "admin/retention/retentionplan.h"
#include "admin/undo.h"
#include "tests/support/engine.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestRetentionPreview : public QObject
{
    Q_OBJECT

public:
    explicit TestRetentionPreview(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_session = openSession(m_io, m_cluster.settings());
        QVERIFY(m_session);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_cluster.sql(u"CREATE SCHEMA \"Web shop\""_s);
    }
    void cleanup()
    {
        m_cluster.sql(u"SET client_min_messages = warning; DROP SCHEMA IF EXISTS \"Web shop\" CASCADE"_s);
        m_cluster.sql(u"SET client_min_messages = warning; DROP SCHEMA IF EXISTS shardboard CASCADE"_s);
        m_cluster.sql(u"SELECT cron.unschedule(jobid) FROM cron.job"_s);
    }
    void cleanupTestCase() { m_session.reset(); }

    void rowsAreCountedAndThenDeleted_data() { columnTypes(); }
    void rowsAreCountedAndThenDeleted()
    {
        QFETCH(QString, type);
        makeTable(type, {});
        const RetentionPreview before = preview({.table = table, .timeColumn = u"at"_s, .keep = u"30 days"_s});
        QVERIFY(!before.isByPartitions);
        QVERIFY(before.isExact);
        const QString old = u"SELECT count(*) FROM \"Web shop\".\"Hits\" WHERE at < %1"_s.arg(
            u"((now() - interval '30 days') AT TIME ZONE 'UTC')"_s + (type == u"date" ? u"::date"_s : QString()));
        QCOMPARE(before.rows, m_cluster.value(old).toLongLong());
        QVERIFY(before.rows > 500 && before.bytes > before.rows * 28);
        QVERIFY(!before.isRefused());
        apply({before.wish, {}});
        const RetentionPreview after = preview({.table = table}); // what is registered
        QCOMPARE(after.rows, before.rows);
        QCOMPARE(after.wish.timeColumn, u"at"_s);
        const auto run = runRetention(*m_session, table.quoted());
        QVERIFY2(run, whyNot(run));
        QCOMPARE(run->rowsDeleted, before.rows);
        QVERIFY(preview({.table = table}).isEmpty());
    }

    void partitionsAreListedAndThenDropped_data() { columnTypes(); }
    void partitionsAreListedAndThenDropped()
    {
        QFETCH(QString, type);
        makeTable(type, u"PARTITION BY RANGE (at)"_s);
        m_cluster.sql(u"ANALYZE \"Web shop\".\"Hits\""_s);
        const RetentionPreview before = preview({.table = table, .timeColumn = u"at"_s, .keep = u"30 days"_s});
        QVERIFY(before.isByPartitions);
        QCOMPARE(before.partitionsGoing(), 3); // of 20 days each, up to 40 days ago
        QCOMPARE(before.partitions.size(), 4);
        QCOMPARE(before.partitions.last().fate, ExpiringPartition::Fate::Beyond);
        QVERIFY(before.bytes > 0);
        QVERIFY2(before.rows > 500, QByteArray::number(before.rows));
        QCOMPARE(before.partitions.first().name, u"\"Web shop\".\"Hits_4\""_s);
        QCOMPARE(before.partitions.first().starts.secsTo(before.partitions.first().ends), 20 * 86400);
        apply({before.wish, {}});
        const RetentionPreview after = preview({.table = table});
        QCOMPARE(after.partitionsGoing(), 3);
        QCOMPARE(after.partitions.first().starts, before.partitions.first().starts);
        const auto run = runRetention(*m_session, table.quoted());
        QVERIFY2(run, whyNot(run));
        QCOMPARE(run->partitionsDropped,
            (QStringList{u"\"Web shop\".\"Hits_4\""_s, u"\"Web shop\".\"Hits_3\""_s, u"\"Web shop\".\"Hits_2\""_s}));
        QVERIFY(preview({.table = table}).isEmpty());
    }

    void whatIsInTheDefaultPartitionOrTooWideIsRefusedBeforeAndAfterSetUp()
    {
        makeTable(u"timestamptz"_s, u"PARTITION BY RANGE (at)"_s);
        m_cluster.sql(u"CREATE TABLE \"Web shop\".rest PARTITION OF \"Web shop\".\"Hits\" DEFAULT"_s);
        m_cluster.sql(
            u"INSERT INTO \"Web shop\".\"Hits\" (k, at) SELECT 1, now() - interval '2 years' FROM generate_series(1, 5)"_s);
        m_cluster.sql(
            u"CREATE TABLE \"Web shop\".early PARTITION OF \"Web shop\".\"Hits\" FOR VALUES FROM (MINVALUE) TO ('2001-01-01')"_s);
        for (const bool isSetUp : {false, true}) {
            RetentionWish wish{.table = table, .timeColumn = u"at"_s, .keep = u"30 days"_s};
            if (isSetUp)
                apply({wish, {}});
            const RetentionPreview refused = preview(wish);
            QVERIFY(refused.isRefused());
            QCOMPARE(refused.holds.size(), 2);
            const RetentionHold wide = refused.holds.at(0), strays = refused.holds.at(1);
            QCOMPARE(wide.kind, RetentionHold::Kind::WidePartition);
            QCOMPARE(wide.partition, u"\"Web shop\".early"_s);
            QVERIFY(!wide.from.isValid() && wide.until.isValid());
            QCOMPARE(strays.kind, RetentionHold::Kind::DefaultPartition);
            QCOMPARE(strays.rows.value_or(0), 5);
            QCOMPARE(refused.partitionsGoing(), 3);
            wish.dropsWide = true;
            QCOMPARE(preview(wish).partitionsGoing(), 4);
        }
    }

    void whatWaitsForARollupIsRefusedWithItsName()
    {
        QVERIFY(applyHttpTraffic(*m_session, {{u"raw_retention"_s, u"1 day"_s}}).isComplete());
        m_cluster.sql(
            u"INSERT INTO http_request (site_id, ingest_time) SELECT 1, now() - interval '3 days' FROM generate_series(1, 12)"_s);
        const RetentionPreview refused = preview({.table = {u"public"_s, u"http_request"_s}});
        QVERIFY(refused.isEmpty());
        QCOMPARE(refused.holds.size(), 1);
        QCOMPARE(refused.holds.first().kind, RetentionHold::Kind::Behind);
        QCOMPARE(refused.holds.first().rollup, u"http_request_1min"_s);
        QCOMPARE(refused.holds.first().rows.value_or(0), 12);
        QVERIFY(runRollup(*m_session, u"http_request_1min"_s));
        const RetentionPreview free = preview({.table = {u"public"_s, u"http_request"_s}});
        QVERIFY(!free.isRefused());
        QCOMPARE(free.rows, 12);
        QVERIFY(std::ranges::any_of(free.dependants, [](const RetentionDependant &dependant) {
            return dependant.kind == RetentionDependant::Kind::Rollup && dependant.name == u"http_request_1min";
        }));
        // Rollup rows stay as long as the rows they were made of.
        const RetentionPreview rolledUp = preview({.table = {u"public"_s, u"http_request_1min"_s}, .keep = u"1 day"_s});
        QVERIFY(rolledUp.isRefused());
        QCOMPARE(rolledUp.holds.first().kind, RetentionHold::Kind::Source);
        QVERIFY(removeHttpTraffic(*m_session).isComplete());
    }

    void dependantsAreNamed()
    {
        if (m_cluster.hasCitus())
            QSKIP("foreign keys to a distributed table need its distribution column");
        m_cluster.sql(u"CREATE TABLE \"Web shop\".\"Hits\" (id int PRIMARY KEY, at timestamptz)"_s);
        m_cluster.sql(
            u"CREATE TABLE \"Web shop\".note (hit int CONSTRAINT of_hit REFERENCES \"Web shop\".\"Hits\" ON DELETE CASCADE)"_s);
        m_cluster.sql(u"CREATE VIEW \"Web shop\".late AS SELECT * FROM \"Web shop\".\"Hits\""_s);
        m_cluster.sql(u"CREATE MATERIALIZED VIEW \"Web shop\".frozen AS SELECT count(*) FROM \"Web shop\".\"Hits\""_s);
        const RetentionPreview found = preview({.table = table, .keep = u"1 day"_s});
        QCOMPARE(found.dependants.size(), 3);
        QVERIFY2(found.dependants.at(0).name.contains(u"of_hit"_s)
                && found.dependants.at(0).effect.contains(u"deleted as well"_s),
            qPrintable(found.dependants.at(0).effect));
        QVERIFY(found.dependants.at(1).effect.contains(u"refreshed"_s));
        QVERIFY(found.notes.join(u' ').contains(u"never expire"_s));
    }

    void aPlanSetsItUpChangesItAndIsTakenBack()
    {
        makeTable(u"timestamptz"_s, {});
        const QString known = u"SELECT keep || ' ' || (SELECT string_agg(jobname || schedule, ',') FROM cron.job) FROM "
                              u"shardboard.retention"_s;
        const RetentionSettings month{{table, u"at"_s, u"30 days"_s, false}, {}};
        const auto plan = makePlan(*m_session, retentionIntent(month));
        QVERIFY2(plan, whyNot(plan));
        QVERIFY2(plan->notes.join(u' ').contains(u"the first run takes"_s), qPrintable(plan->notes.join(u'\n')));
        const PlanReport first = PlanExecutor(*m_session).apply(*plan);
        QVERIFY2(first.isComplete() && first.changedAnything(), whyNot(first));
        QCOMPARE(m_cluster.value(known), u"30 days shardboard:retention:Web shop.Hits*/10 * * * *"_s);
        const auto again = makePlan(*m_session, retentionIntent(month));
        QVERIFY(!PlanExecutor(*m_session).apply(*again).changedAnything());

        const RetentionSettings week{{table, u"at"_s, u"7 days"_s, false}, u"0 4 * * *"_s};
        const auto change = makePlan(*m_session, retentionIntent(week));
        const PlanReport changed = PlanExecutor(*m_session).apply(*change);
        QVERIFY2(changed.isComplete(), whyNot(changed));
        QCOMPARE(m_cluster.value(known), u"7 days shardboard:retention:Web shop.Hits0 4 * * *"_s);
        const PlanReport back = PlanExecutor(*m_session).apply(undoPlan(*change, changed));
        QVERIFY2(back.isComplete(), whyNot(back));
        QCOMPARE(m_cluster.value(known), u"30 days shardboard:retention:Web shop.Hits*/10 * * * *"_s);

        const PlanReport gone = PlanExecutor(*m_session).apply(undoPlan(*plan, first));
        QVERIFY2(gone.isComplete(), whyNot(gone));
        QCOMPARE(m_cluster.value(u"SELECT to_regnamespace('shardboard')"_s), QString());
        apply(month);
        apply({{table, {}, u"never"_s, false}, {}}); // nothing else was kept for
        QCOMPARE(m_cluster.value(u"SELECT to_regnamespace('shardboard')"_s), QString());
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM cron.job"_s), u"0"_s);
    }

    void endingItRemembersWhatWentWhereARollupReads()
    {
        QVERIFY(applyHttpTraffic(*m_session, {{u"raw_retention"_s, u"1 day"_s}}).isComplete());
        m_cluster.sql(
            u"INSERT INTO http_request (site_id, ingest_time) VALUES (1, now() - interval '3 days'), (1, now())"_s);
        QVERIFY(runRollup(*m_session, u"http_request_1min"_s));
        QVERIFY(runRetention(*m_session, u"public.http_request"_s));
        apply({{{u"public"_s, u"http_request"_s}, {}, u"never"_s, false}, {}});
        QCOMPARE(m_cluster.value(
                     u"SELECT count(*) FROM cron.job WHERE command LIKE '%run_retention%public.http_request''%'"_s),
            u"0"_s);
        const auto run = runRetention(*m_session, u"public.http_request"_s);
        QVERIFY2(run && run->state == RetentionRun::State::KeptForEver, whyNot(run));
        const auto verified = verifyRollup(*m_session, u"http_request_1min"_s);
        QVERIFY2(verified && verified->isClean(), whyNot(verified));
        QVERIFY(removeHttpTraffic(*m_session).isComplete());
    }

    void whatMakesNoSenseIsSaidBeforeAnythingIsDone_data()
    {
        QTest::addColumn<QJsonObject>("settings");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const QJsonObject &settings, const QString &says) {
            QTest::newRow(name) << settings << says;
        };
        row("no table", {{u"table"_s, u"public.nope"_s}, {u"keep"_s, u"1 day"_s}}, u"there is no table"_s);
        row("no interval", {{u"table"_s, u"\"Web shop\".\"Hits\""_s}, {u"keep"_s, u"soon"_s}}, u"an interval"_s);
        row("a schedule",
            {{u"table"_s, u"\"Web shop\".\"Hits\""_s}, {u"keep"_s, u"1 day"_s}, {u"schedule"_s, u"daily"_s}},
            u"schedule"_s);
        row("a column", {{u"table"_s, u"\"Web shop\".\"Hits\""_s}, {u"keep"_s, u"1 day"_s}, {u"column"_s, u"k"_s}},
            u"no time"_s);
        row("no column", {{u"table"_s, u"\"Web shop\".\"Hits\""_s}, {u"keep"_s, u"1 day"_s}, {u"column"_s, u"no"_s}},
            u"no column"_s);
        row("unknown", {{u"table"_s, u"\"Web shop\".\"Hits\""_s}, {u"keep"_s, u"1 day"_s}, {u"days"_s, 3}}, u"days"_s);
    }
    void whatMakesNoSenseIsSaidBeforeAnythingIsDone()
    {
        QFETCH(QJsonObject, settings);
        QFETCH(QString, says);
        makeTable(u"timestamptz"_s, {});
        const auto plan = makePlan(*m_session, {u"retention"_s, settings});
        QVERIFY(plan.isError());
        QVERIFY2(plan.error().toText().contains(says), whyNot(plan));
    }

private:
    void columnTypes()
    {
        QTest::addColumn<QString>("type");
        for (const char *type : {"timestamptz", "timestamp", "date"})
            QTest::newRow(type) << QString::fromLatin1(type);
    }

    /// 1,000 rows of the last hundred days; in partitions of twenty days when it is partitioned.
    void makeTable(const QString &type, const QString &partitioned)
    {
        m_cluster.sql(
            u"CREATE TABLE \"Web shop\".\"Hits\" (id bigint GENERATED ALWAYS AS IDENTITY, k int, at %1 NOT NULL) %2"_s
                .arg(type, partitioned));
        if (m_cluster.hasCitus())
            m_cluster.sql(u"SELECT create_distributed_table('\"Web shop\".\"Hits\"', 'k', shard_count := 4)"_s);
        const auto day = [this](int ago) {
            return m_cluster.value(
                u"SELECT to_char(date_trunc('day', now() AT TIME ZONE 'UTC') - interval '%1 days', 'YYYY-MM-DD')"_s.arg(
                    ago));
        };
        const QString utc = type == u"timestamptz" ? u" 00:00:00+00"_s : QString();
        for (int part = 0; part < 5 && !partitioned.isEmpty(); ++part)
            m_cluster.sql(
                u"CREATE TABLE \"Web shop\".\"Hits_%1\" PARTITION OF \"Web shop\".\"Hits\" FOR VALUES FROM ('%2') TO ('%3')"_s
                    .arg(QString::number(part), day(20 * (part + 1)) + utc, day(part == 0 ? -1 : 20 * part) + utc));
        m_cluster.sql(
            u"INSERT INTO \"Web shop\".\"Hits\" (k, at) SELECT g % 9, %1 FROM generate_series(0, 999) AS g"_s.arg(
                u"(now() - g * interval '0.09 days')%1"_s.arg(
                    type == u"timestamptz" ? QString() : u" AT TIME ZONE 'UTC'"_s)));
    }

    RetentionPreview preview(const RetentionWish &wish)
    {
        const auto made = previewRetention(*m_session, wish);
        if (!made)
            QTest::qFail(whyNot(made).constData(), __FILE__, __LINE__);
        return made ? *made : RetentionPreview();
    }
    void apply(const RetentionSettings &settings)
    {
        const auto plan = makePlan(*m_session, retentionIntent(settings));
        QVERIFY2(plan, whyNot(plan));
        const PlanReport report = PlanExecutor(*m_session).apply(*plan);
        QVERIFY2(report.isComplete(), whyNot(report));
    }

    const QualifiedName table{u"Web shop"_s, u"Hits"_s};
    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestRetentionPreview)
#include "test_retentionpreview.moc"
