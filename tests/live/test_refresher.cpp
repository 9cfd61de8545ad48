// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
#include "connection/iothread.h"
#include "connection/session.h"
#include "dashboard/refresher.h"
#include "tests/support/livecluster.h"
#include "tests/support/trusted.h"

#include <QSignalSpy>

#include <cmath>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

const QString setUp = uR"(
CREATE TABLE http_min (site_id int NOT NULL, bucket timestamptz NOT NULL, n bigint NOT NULL);
CREATE SCHEMA shardboard;
CREATE TABLE shardboard.rollup_status (name text PRIMARY KEY, target text, complete_until timestamptz);
-- Says when it is called: how the tests count statements.
CREATE FUNCTION asked(what text) RETURNS bigint VOLATILE LANGUAGE plpgsql AS
    $$BEGIN RAISE NOTICE 'asked %', what; RETURN 1; END$$;
)"_s;

// Rows of every minute from 11:00 to 11:59 for two sites, but none at 11:30 to 11:34.
const QString fill = uR"(
TRUNCATE http_min;
TRUNCATE shardboard.rollup_status;
INSERT INTO http_min SELECT site, '2026-01-01 11:00Z'::timestamptz + minute * interval '1 minute', site * 100 + minute
  FROM generate_series(1, 2) AS site, generate_series(0, 59) AS minute WHERE minute NOT BETWEEN 30 AND 34;
INSERT INTO shardboard.rollup_status VALUES ('http_request_1min', 'public.http_min', '2026-01-01 12:00Z');
)"_s;

constexpr qint64 minute = 60'000;

qint64 utc(const QString &iso)
{
    return QDateTime::fromString(iso, Qt::ISODate).toMSecsSinceEpoch();
}

Panel makePanel(const QString &id, Panel::Kind kind, const QString &sql)
{
    Panel panel;
    panel.id = id;
    panel.kind = kind;
    panel.sql = sql;
    panel.source = u"traffic"_s;
    FieldStyle field;
    field.column = u"n"_s;
    panel.fields = {field};
    return panel;
}

Panel timeSeries(const QString &id)
{
    Panel panel = makePanel(id, Panel::Kind::TimeSeries,
        u"SELECT date_bin(:step, bucket, :from) AS bucket, sum(n)::bigint AS n FROM {traffic}\n"
        " WHERE bucket >= :from AND bucket < :to {?site AND site_id = :site::int} GROUP BY 1 ORDER BY 1"_s);
    panel.timeColumn = u"bucket"_s;
    panel.incremental = true;
    return panel;
}

Panel stat(const QString &id, const QString &sql)
{
    return makePanel(id, Panel::Kind::Stat, sql);
}

Document makeDocument(const QList<Panel> &panels)
{
    Document document;
    document.id = u"test"_s;
    document.title = u"Test"_s;
    document.timeZone = u"UTC"_s;
    document.timeRange = {u"now-1h"_s, u"now"_s};
    document.sources = {{u"traffic"_s, {{u"http_request_1min"_s, 60, {}}}, {}}};
    Variable site;
    site.name = u"site"_s;
    site.kind = Variable::Kind::Query;
    site.sql = u"SELECT DISTINCT site_id, 'Site ' || site_id FROM {traffic} ORDER BY 1"_s;
    document.variables = {site};
    document.panels = panels;
    return document;
}

QString figure(const Refresher &refresher, const QString &panelId)
{
    const auto data = refresher.data(panelId);
    return data->figures.isEmpty() ? u"nothing"_s : data->figures.first().exact;
}

QString printed(const Series &series)
{
    QStringList points;
    for (size_t i = 0; i < series.times.size(); ++i)
        points << QString::number(series.times[i]) + u'=' + QString::number(series.values[i]);
    return points.join(u' ');
}

} // namespace

class TestRefresher : public QObject
{
    Q_OBJECT

public:
    explicit TestRefresher(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_cluster.sql(setUp);
        if (m_cluster.hasCitus())
            m_cluster.sql(u"SELECT create_distributed_table('http_min', 'site_id', shard_count := 4)"_s);
    }

    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_cluster.sql(fill);
        m_now = utc(u"2026-01-01T12:00:00Z"_s);
        m_asked.clear();
        m_session = std::make_unique<Session>(m_io, m_cluster.settings(), SessionPurpose::Dashboard);
        connect(m_session.get(), &Session::noticed, this,
            [this](const ServerNotice &notice) { m_asked << notice.message; });
        m_session->open();
    }

    void cleanup() { m_session.reset(); }

    void fillsItsPanelsFromTheRollup()
    {
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(makeDocument({timeSeries(u"requests"_s)})));
        QCOMPARE(refresher.data(u"requests"_s)->state, PanelData::State::Loading);
        QVERIFY(waitForRefresh(refresher));
        const auto data = refresher.data(u"requests"_s);
        QVERIFY2(data->state == PanelData::State::Ready, data->error ? qPrintable(data->error->toText()) : "");
        QCOMPARE(data->routedTo, u"http_request_1min"_s);
        QCOMPARE(data->completeUntil, std::optional(utc(u"2026-01-01T12:00:00Z"_s)));
        QCOMPARE(data->span, (TimeSpan{m_now - 60 * minute, m_now}));
        QCOMPARE(data->bucketMilliseconds, minute);
        QCOMPARE(data->updatedAt, m_now);
        QVERIFY(data->sql.contains(u"$1"_s) && data->sql.contains(u"2026-01-01T11:00"_s));
        QCOMPARE(data->series.size(), 1);
        const Series &series = data->series.first();
        QCOMPARE(series.times.size(), size_t(60)); // the gap has its buckets
        QCOMPARE(series.values.at(10), 320.);
        QVERIFY(std::isnan(series.values.at(32)));
    }

    void aRunOfTheRollupIsOnScreen()
    {
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(makeDocument({timeSeries(u"requests"_s)})));
        QVERIFY(waitForRefresh(refresher));
        m_now += 30'000;
        rollUp(u"2026-01-01T12:00Z"_s, 7, u"2026-01-01T12:01Z"_s);
        const auto last = [&] { return refresher.data(u"requests"_s)->series.first().times.back(); };
        QTRY_COMPARE_WITH_TIMEOUT(last(), utc(u"2026-01-01T12:00:00Z"_s), 15000);
        const auto data = refresher.data(u"requests"_s);
        QCOMPARE(data->series.first().values.back(), 7.);
        QCOMPARE(data->completeUntil, std::optional(utc(u"2026-01-01T12:01:00Z"_s)));
    }

    void continuedSeriesEqualAFullQuery()
    {
        Refresher refresher(*m_session, clock());
        const auto document = makeDocument({timeSeries(u"requests"_s)});
        refresher.setDocument(trusted(document));
        QVERIFY(waitForRefresh(refresher));
        // Late rows of an earlier bucket, the next minutes one by one, and a jump of two hours.
        const QStringList buckets{u"2026-01-01T11:40Z"_s, u"2026-01-01T12:00Z"_s, u"2026-01-01T12:01Z"_s,
            u"2026-01-01T12:02Z"_s, u"2026-01-01T11:33Z"_s, u"2026-01-01T14:00Z"_s};
        for (const QString &bucket : buckets) {
            m_now = std::max(m_now, utc(bucket) + 10'000);
            rollUp(bucket, 1000, bucket);
            QVERIFY(waitForRefresh(refresher));
            Refresher whole(*m_session, clock());
            whole.setDocument(trusted(document));
            QVERIFY(waitForRefresh(whole));
            QCOMPARE(printed(refresher.data(u"requests"_s)->series.first()),
                printed(whole.data(u"requests"_s)->series.first()));
            QCOMPARE(refresher.data(u"requests"_s)->span, whole.data(u"requests"_s)->span);
        }
    }

    void onlyWhatMovedIsAskedForAgain()
    {
        // Tells how many rows it gave each time.
        Panel panel = timeSeries(u"requests"_s);
        panel.sql
            = u"SELECT t AS bucket, asked(extract(epoch FROM :from)::text) AS n FROM generate_series(:from, :to - :step, :step) AS t"_s;
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(makeDocument({panel})));
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(takeAsked(), 60);
        rollUp(u"2026-01-01T11:58Z"_s, 1, u"2026-01-01T12:00Z"_s);
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(takeAsked(), 2);
        QCOMPARE(refresher.data(u"requests"_s)->series.first().times.size(), size_t(60));
    }

    void nothingIsAskedForWhileNothingMoves()
    {
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(makeDocument({stat(u"count"_s, u"SELECT asked('count') AS n"_s)})));
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(takeAsked(), 1);
        m_now += 60 * minute;
        // News of others, news outside of what is shown, and what is no news at all.
        m_cluster.sql(uR"(NOTIFY shardboard_rollup, '{"rollup":"another"}')"_s);
        m_cluster.sql(u"NOTIFY shardboard_rollup, 'nonsense'"_s);
        m_cluster.sql(uR"(NOTIFY shardboard_rollup, '{"rollup":"http_request_1min","from":"2020-01-01T00:00:00Z",)"
                      R"("to":"2020-01-01T00:01:00Z","complete_until":"2026-01-01T12:00:00Z"}')"_s);
        QSignalSpy started(&refresher, &Refresher::refreshStarted);
        QTest::qWait(500); // notifications are delivered ten times a second
        QCOMPARE(started.count(), 0);
        refresher.setTimeRange({u"2020-06-01"_s, u"2020-06-02"_s});
        QVERIFY(waitForRefresh(refresher)); // an absolute range far from what moves
        started.clear();
        takeAsked();
        rollUp(u"2026-01-01T12:00Z"_s, 1, u"2026-01-01T12:01Z"_s);
        QTest::qWait(400);
        QCOMPARE(started.count(), 0);
        QCOMPARE(takeAsked(), 0);
    }

    void aFailingPanelDoesNotFailTheOthers()
    {
        Refresher refresher(*m_session, clock());
        refresher.setDocument(
            trusted(makeDocument({stat(u"a"_s, u"SELECT 1 AS n"_s), stat(u"bad"_s, u"SELECT 1 / 0 AS n"_s),
                stat(u"strange"_s, u"SELECT 'x' AS n"_s), stat(u"b"_s, u"SELECT 9007199254740993 AS n"_s)})));
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(figure(refresher, u"a"_s), u"1"_s);
        QCOMPARE(figure(refresher, u"b"_s), u"9007199254740993"_s); // every digit
        const auto bad = refresher.data(u"bad"_s);
        QCOMPARE(bad->state, PanelData::State::Failed);
        QCOMPARE(bad->error->sqlState, u"22012"_s);
        const auto strange = refresher.data(u"strange"_s);
        QCOMPARE(strange->state, PanelData::State::Failed);
        QVERIFY(strange->error->message.contains(u"no number"_s));
        QVERIFY(!strange->sql.isEmpty());
    }

    void aDocumentThatWasNotCheckedDoesNoHarm()
    {
        Panel panel = stat(u"b"_s, u"SELECT 1 AS n FROM {elsewhere}"_s);
        panel.source.clear();
        Document document = makeDocument({stat(u"a"_s, u"SELECT 'open"_s), panel});
        document.variables[0].sql = u"SELECT {"_s;
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(document));
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(refresher.data(u"a"_s)->state, PanelData::State::Failed);
        QVERIFY(refresher.data(u"b"_s)->error->message.contains(u"elsewhere"_s));
        QVERIFY(refresher.choicesError(u"site"_s));
    }

    // By the grammar before it is sent, by what the server says of its functions, and by the server itself.
    void nothingCanBeWritten()
    {
        m_cluster.sql(u"CREATE OR REPLACE FUNCTION wipe() RETURNS bigint LANGUAGE sql AS"
                      " $$DELETE FROM http_min RETURNING 1::bigint$$; CREATE EXTENSION IF NOT EXISTS pg_surgery"_s);
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(
            makeDocument({stat(u"w"_s, u"WITH d AS (DELETE FROM {traffic} RETURNING 1) SELECT count(*) AS n FROM d"_s),
                stat(u"file"_s, u"SELECT length(pg_read_file('postgresql.conf')) AS n FROM {traffic}"_s),
                stat(u"extension"_s, u"SELECT heap_force_kill(NULL, NULL) AS n"_s),
                stat(u"wipe"_s, u"SELECT wipe() AS n"_s)})));
        QVERIFY(waitForRefresh(refresher));
        QVERIFY(refresher.data(u"w"_s)->error->message.contains(u"only one query"_s));
        for (const QString &panel : {u"file"_s, u"extension"_s})
            QVERIFY2(refresher.data(panel)->error->message.contains(u"cannot be called here"_s), qPrintable(panel));
        QCOMPARE(refresher.data(u"wipe"_s)->error->sqlState, u"25006"_s);
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM http_min"_s), u"110"_s);
    }

    // Functions of a view run with the rights of who reads it.
    void aSchemaOfAnotherOwnerIsNotRead()
    {
        m_cluster.sql(u"CREATE ROLE stranger; ALTER SCHEMA shardboard OWNER TO stranger;"
                      "ALTER TABLE shardboard.rollup_status OWNER TO stranger"_s);
        Refresher refresher(*m_session, clock());
        refresher.setDocument(
            trusted(makeDocument({stat(u"count"_s, u"SELECT asked('count') AS n FROM {traffic}"_s)})));
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(refresher.data(u"count"_s)->state, PanelData::State::Failed);
        QVERIFY2(refresher.data(u"count"_s)->error->toText().contains(u"stranger"_s),
            qPrintable(refresher.data(u"count"_s)->error->toText()));
        QCOMPARE(takeAsked(), 0);
        m_cluster.sql(u"ALTER SCHEMA shardboard OWNER TO CURRENT_USER; ALTER TABLE shardboard.rollup_status OWNER TO "
                      u"CURRENT_USER;"
                      "DROP ROLE stranger"_s);
    }

    void whatIsTooMuchIsLeftOutAndSaid()
    {
        Panel many = stat(u"many"_s,
            u"SELECT repeat('x', 1000) AS n FROM generate_series(1, 1000) AS a, generate_series(1, 100000) AS b"_s);
        many.kind = Panel::Kind::Table;
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(makeDocument({many, stat(u"one"_s, u"SELECT 1 AS n"_s)})));
        QSignalSpy finished(&refresher, &Refresher::refreshFinished);
        QVERIFY(finished.wait(30000));
        QTRY_COMPARE_WITH_TIMEOUT(refresher.data(u"one"_s)->state, PanelData::State::Ready, 30000);
        const auto data = refresher.data(u"many"_s);
        QCOMPARE(data->state, PanelData::State::Ready);
        QVERIFY(data->table.rowCount() > 10'000 && data->table.rowCount() <= 100'000);
        QVERIFY2(data->notes.join(u' ').contains(u"Only the first"_s), qPrintable(data->notes.join(u' ')));
    }

    // Any role may notify; that makes nothing busy.
    void floodsOfNotificationsAreMerged()
    {
        Refresher refresher(*m_session, clock());
        refresher.setDocument(
            trusted(makeDocument({stat(u"count"_s, u"SELECT asked('count') AS n FROM {traffic} LIMIT 1"_s)})));
        QVERIFY(waitForRefresh(refresher));
        QSignalSpy notified(m_session.get(), &Session::notified);
        QSignalSpy started(&refresher, &Refresher::refreshStarted);
        m_cluster.sql(u"DO $$BEGIN FOR i IN 1..100000 LOOP PERFORM pg_notify('shardboard_rollup',"
                      " json_build_object('rollup', 'http_request_1min', 'i', i)::text); END LOOP; END$$"_s);
        QTest::qWait(3000);
        QVERIFY2(notified.count() < 4000, qPrintable(QString::number(notified.count())));
        QVERIFY2(started.count() >= 1 && started.count() <= 5, qPrintable(QString::number(started.count())));
    }

    void identicalQueriesAreSentOnce()
    {
        Refresher refresher(*m_session, clock());
        const QString sql = u"SELECT asked('same') AS n"_s;
        refresher.setDocument(trusted(
            makeDocument({stat(u"a"_s, sql), stat(u"b"_s, sql), stat(u"c"_s, u"SELECT asked('other') AS n"_s)})));
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(takeAsked(), 2);
        for (const QString &id : {u"a"_s, u"b"_s, u"c"_s})
            QCOMPARE(figure(refresher, id), u"1"_s);
    }

    void hiddenPanelsWait()
    {
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(
            makeDocument({stat(u"a"_s, u"SELECT asked('a') AS n"_s), stat(u"b"_s, u"SELECT asked('b') AS n"_s)})));
        refresher.setVisiblePanels({u"a"_s});
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(m_asked, QStringList{u"asked a"_s});
        QCOMPARE(refresher.data(u"b"_s)->state, PanelData::State::Loading);
        refresher.setVisiblePanels({u"a"_s, u"b"_s});
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(m_asked, (QStringList{u"asked a"_s, u"asked b"_s}));
        // Nothing was missed: coming back into view asks for nothing.
        refresher.setVisiblePanels({u"a"_s});
        refresher.setVisiblePanels({u"a"_s, u"b"_s});
        QTest::qWait(100);
        QCOMPARE(m_asked.size(), 2);
    }

    void aNewerWishCancelsTheOlderOnTheServer()
    {
        Refresher refresher(*m_session, clock());
        Panel slow = stat(u"slow"_s, u"SELECT count(pg_sleep(CASE :site WHEN '1' THEN 30 ELSE 0 END)) AS n"_s);
        refresher.setDocument(trusted(makeDocument({slow})), {{u"site"_s, u"1"_s}});
        const QString sleeping = u"SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"_s;
        QTRY_COMPARE(m_cluster.value(sleeping), u"1"_s);
        QTRY_VERIFY(refresher.data(u"slow"_s)->isRefreshing);
        refresher.setVariable(u"site"_s, u"2"_s);
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(figure(refresher, u"slow"_s), u"1"_s);
        QVERIFY(!refresher.data(u"slow"_s)->isRefreshing);
        QCOMPARE(m_cluster.value(sleeping), u"0"_s);
    }

    void aVariableFiltersByPlainComparison()
    {
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(makeDocument({timeSeries(u"requests"_s)})));
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(refresher.choices(u"site"_s).size(), 2);
        QCOMPARE(refresher.choices(u"site"_s).at(1).label, u"Site 2"_s);
        QVERIFY(!refresher.data(u"requests"_s)->sql.contains(u"site_id"_s));
        refresher.setVariable(u"site"_s, u"2"_s);
        QVERIFY(waitForRefresh(refresher));
        QVERIFY(refresher.data(u"requests"_s)->sql.contains(u"site_id = $"_s));
        QCOMPARE(refresher.data(u"requests"_s)->series.first().values.front(), 200.);
    }

    void aVariableThatMustBeSetTakesItsFirstChoice()
    {
        Document document = makeDocument({timeSeries(u"requests"_s)});
        document.variables[0].allowAll = false;
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(document));
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(refresher.variable(u"site"_s), u"1"_s);
        QCOMPARE(refresher.data(u"requests"_s)->series.first().values.front(), 100.);

        m_cluster.sql(u"TRUNCATE http_min"_s);
        Refresher empty(*m_session, clock());
        empty.setDocument(trusted(document));
        QVERIFY(waitForRefresh(empty));
        QVERIFY(empty.data(u"requests"_s)->error->message.contains(u"Choose a value"_s));
    }

    void aLostLinkLeavesStalePanelsAndIsMadeUpForOnce()
    {
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(makeDocument({stat(u"a"_s, u"SELECT asked('a') AS n"_s)})));
        QVERIFY(waitForRefresh(refresher));
        takeAsked();
        const qint64 before = m_now;
        m_now += 5000;
        QSignalSpy lost(m_session.get(), &Session::lost);
        m_cluster.sql(u"SELECT pg_terminate_backend(%1)"_s.arg(m_session->peer().backendPid));
        QVERIFY(lost.wait(5000));
        const auto stale = refresher.data(u"a"_s);
        QCOMPARE(stale->state, PanelData::State::Stale);
        QCOMPARE(stale->updatedAt, before);
        QCOMPARE(stale->figures.first().exact, u"1"_s);
        QVERIFY(stale->error);
        m_session->retryNow();
        QTRY_COMPARE_WITH_TIMEOUT(refresher.data(u"a"_s)->state, PanelData::State::Ready, 5000);
        QCOMPARE(refresher.data(u"a"_s)->updatedAt, m_now);
        QVERIFY(!refresher.data(u"a"_s)->error);
        QTest::qWait(300);
        QCOMPARE(takeAsked(), 1);
    }

    void aFailedRefreshKeepsWhatWasShown()
    {
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(makeDocument({timeSeries(u"requests"_s)})));
        QVERIFY(waitForRefresh(refresher));
        m_cluster.sql(u"ALTER TABLE http_min RENAME COLUMN n TO m"_s);
        refresher.refresh();
        QVERIFY(waitForRefresh(refresher));
        m_cluster.sql(u"ALTER TABLE http_min RENAME COLUMN m TO n"_s);
        const auto stale = refresher.data(u"requests"_s);
        QCOMPARE(stale->state, PanelData::State::Stale);
        QCOMPARE(stale->series.first().times.size(), size_t(60));
        QCOMPARE(stale->error->sqlState, u"42703"_s);
        // News make it try again.
        rollUp(u"2026-01-01T11:59Z"_s, 1, u"2026-01-01T12:00Z"_s);
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(refresher.data(u"requests"_s)->state, PanelData::State::Ready);
    }

    void aPausedRefresherLetsNewsWait()
    {
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(makeDocument({stat(u"a"_s, u"SELECT asked('a') AS n"_s)})));
        QVERIFY(waitForRefresh(refresher));
        takeAsked();
        refresher.setPaused(true);
        rollUp(u"2026-01-01T11:59Z"_s, 1, u"2026-01-01T12:00Z"_s);
        QTest::qWait(400);
        QCOMPARE(takeAsked(), 0);
        refresher.refresh(); // by hand
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(takeAsked(), 1);
        rollUp(u"2026-01-01T11:59Z"_s, 1, u"2026-01-01T12:00Z"_s);
        QTest::qWait(200);
        refresher.setPaused(false);
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(takeAsked(), 1);
    }

    void manyNewsMakeOneRefresh()
    {
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(makeDocument({stat(u"a"_s, u"SELECT asked('a') AS n"_s)})));
        QVERIFY(waitForRefresh(refresher));
        takeAsked();
        QString news = u"BEGIN;"_s; // they arrive together
        for (int i = 0; i < 5; ++i)
            news += uR"(NOTIFY shardboard_rollup, '{"rollup":"http_request_1min","from":"2026-01-01T11:5%1:00Z",)"
                    R"("to":"2026-01-01T11:5%1:59Z","complete_until":"2026-01-01T12:00:00Z","rows":1}';)"_s.arg(i);
        m_cluster.sql(news + u"COMMIT"_s);
        QVERIFY(waitForRefresh(refresher));
        QTest::qWait(200);
        QVERIFY2(takeAsked() <= 2, "five notifications of one moment");
    }

    void aServerWithoutTheRollupSaysWhatIsMissing()
    {
        Document document = makeDocument({timeSeries(u"requests"_s)});
        document.sources[0].levels[0].rollup = u"not_there"_s;
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(document));
        QVERIFY(waitForRefresh(refresher));
        const auto data = refresher.data(u"requests"_s);
        QCOMPARE(data->state, PanelData::State::Failed);
        QVERIFY(data->error->message.contains(u"not_there"_s));
        QVERIFY(refresher.choicesError(u"site"_s));
    }

    void aMissingColumnIsToldInTheDocumentsWords()
    {
        Panel panel = timeSeries(u"visitors"_s);
        panel.needs = {{u"distinct_ip"_s, u"Visitors need hll."_s, {}}};
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(makeDocument({panel, timeSeries(u"requests"_s)})));
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(refresher.data(u"visitors"_s)->error->message, u"Visitors need hll."_s);
        QCOMPARE(refresher.data(u"requests"_s)->state, PanelData::State::Ready);
    }

    void aPlainTableServesWhereNothingIsRegistered()
    {
        Document document = makeDocument({timeSeries(u"requests"_s)});
        document.sources[0].levels[0].rollup = u"public.http_min"_s;
        m_cluster.sql(u"ALTER SCHEMA shardboard RENAME TO elsewhere"_s);
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(document));
        const bool isFilled = waitForRefresh(refresher);
        m_cluster.sql(u"ALTER SCHEMA elsewhere RENAME TO shardboard"_s);
        QVERIFY(isFilled);
        const auto data = refresher.data(u"requests"_s);
        QCOMPARE(data->state, PanelData::State::Ready);
        QCOMPARE(data->completeUntil, std::nullopt);
    }

    void aRangeThatMakesNoSenseIsToldByThePanels()
    {
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(makeDocument({timeSeries(u"requests"_s)})));
        QVERIFY(waitForRefresh(refresher));
        refresher.setTimeRange({u"now"_s, u"now-1h"_s});
        QTRY_COMPARE(refresher.data(u"requests"_s)->state, PanelData::State::Stale);
        QVERIFY(refresher.data(u"requests"_s)->error->message.contains(u"backwards"_s));
        refresher.setTimeRange({u"now-2h"_s, u"now"_s});
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(refresher.data(u"requests"_s)->state, PanelData::State::Ready);
    }

    void widthMattersOnlyWhereItChangesTheStep()
    {
        Refresher refresher(*m_session, clock());
        refresher.setDocument(trusted(makeDocument({timeSeries(u"requests"_s)})));
        QVERIFY(waitForRefresh(refresher));
        QSignalSpy started(&refresher, &Refresher::refreshStarted);
        refresher.setPlotWidth(u"requests"_s, 590);
        QTest::qWait(250);
        QCOMPARE(started.count(), 0);
        refresher.setPlotWidth(u"requests"_s, 20);
        QVERIFY(waitForRefresh(refresher));
        QCOMPARE(refresher.data(u"requests"_s)->bucketMilliseconds, 5 * minute);
        QCOMPARE(
            refresher.data(u"requests"_s)->series.first().values.front(), double(5 * 300 + 2 * (0 + 1 + 2 + 3 + 4)));
    }

private:
    Refresher::Clock clock()
    {
        return [this] { return QDateTime::fromMSecsSinceEpoch(m_now, Qt::UTC); };
    }

    static bool waitForRefresh(Refresher &refresher)
    {
        QSignalSpy finished(&refresher, &Refresher::refreshFinished);
        return finished.wait(5000);
    }

    qsizetype takeAsked() { return std::exchange(m_asked, {}).size(); }

    /// As a rollup's run does: rows, watermark and notification in one transaction.
    void rollUp(const QString &bucket, int n, const QString &completeUntil, bool isNew = true)
    {
        const QDateTime begin = QDateTime::fromString(bucket, Qt::ISODate);
        const QString payload
            = uR"({"rollup":"http_request_1min","from":"%1","to":"%2","complete_until":"%3","rows":1})"_s.arg(
                begin.toString(Qt::ISODate), begin.addSecs(60).toString(Qt::ISODate), completeUntil);
        const QString insert = isNew ? u"INSERT INTO http_min VALUES (1, '%1', %2);"_s.arg(bucket).arg(n) : QString();
        m_cluster.sql(
            u"BEGIN; %1 UPDATE shardboard.rollup_status SET complete_until = '%2'; NOTIFY shardboard_rollup, '%3'; COMMIT"_s
                .arg(insert, completeUntil, payload));
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<Session> m_session;
    qint64 m_now = 0;
    QStringList m_asked;
};

SHARDBOARD_LIVE_TEST_MAIN(TestRefresher)
#include "test_refresher.moc"
