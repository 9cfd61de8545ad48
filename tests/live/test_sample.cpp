// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
#include "admin/sample/sample.h"
#include "connection/iothread.h"
#include "connection/syncsession.h"
#include "tests/support/livecluster.h"

#include <memory>
#include <thread>

using namespace Shardboard;
using namespace std::chrono_literals;
using Shardboard::Testing::LiveCluster;

namespace {

const QDateTime startOfTest(QDate(2025, 6, 18), QTime(12, 0), Qt::UTC);

/// A clock that moves when it is waited for, and may stand still or jump.
struct TestClock
{
    QDateTime time = startOfTest;
    std::function<void()> afterWait;

    SampleClock clock()
    {
        return {[this] { return time; },
            [this](std::chrono::milliseconds pause) {
                time = time.addMSecs(pause.count());
                if (afterWait)
                    afterWait();
            }};
    }
};

} // namespace

class TestSample : public QObject
{
    Q_OBJECT

public:
    explicit TestSample(LiveCluster &cluster) : m_cluster(cluster) {}

private:
    std::unique_ptr<SyncSession> openSession(std::stop_token stop = {})
    {
        auto session = std::make_unique<SyncSession>(m_io, m_cluster.settings(), SessionPurpose::Job, std::move(stop));
        if (const auto opened = session->open(); !opened)
            qFatal("%s", qPrintable(opened.error().toText()));
        return session;
    }

    QString value(const char *sql) { return m_cluster.value(QString::fromLatin1(sql)); }

    LiveCluster &m_cluster;
    IoThread m_io;

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral(".")));
        m_cluster.sql(QStringLiteral(
            "drop table if exists http_request; create table http_request (request_id bigserial, site_id int "
            "not null, ingest_time timestamptz not null, url text, request_country text, ip_address text, "
            "status_code int, response_time_msec int, method text, response_bytes bigint, referrer text, "
            "user_agent text)"));
        if (m_cluster.hasCitus())
            m_cluster.sql(
                QStringLiteral("select create_distributed_table('http_request', 'site_id', shard_count := 4)"));
    }

    void historyThenLive()
    {
        TestClock clock;
        SampleSettings settings;
        settings.rate = 20;
        settings.backfill = 30min;
        settings.duration = 60s;
        const auto session = openSession();
        const auto report = runSample(*session, settings, {}, {}, clock.clock());
        QVERIFY2(report.isOk(), report.isError() ? qPrintable(report.error().toText()) : "cancelled");
        QCOMPARE(value("select count(*) from http_request"), QString::number(report->written));
        QCOMPARE(value("select count(*) from http_request where ingest_time < '2025-06-18 12:00Z'"),
            QString::number(report->backfilled));
        QCOMPARE(report->skipped, 0);
        // Every minute has rows, none are missing between history and live, and none are outside.
        QCOMPARE(
            value("select count(distinct date_trunc('minute', ingest_time)) || ' ' || min(date_trunc('minute', "
                  "ingest_time)) at time "
                  "zone 'UTC' || ' ' || max(date_trunc('minute', ingest_time)) at time zone 'UTC' from http_request"),
            QStringLiteral("31 2025-06-18 11:30:00 2025-06-18 12:00:00"));
        const double expected = 20.0 * 31 * 60;
        QVERIFY2(std::abs(double(report->written) - expected) < 0.45 * expected,
            qPrintable(QString::number(report->written)));
        QCOMPARE(
            value("select count(*) from http_request where site_id is null or url is null or request_country is null "
                  "or ip_address is "
                  "null or status_code is null or response_time_msec is null or method is null or user_agent is null"),
            QStringLiteral("0"));
    }

    void sameSeedSameRows()
    {
        const QString digest = QStringLiteral("select md5(string_agg(md5(concat_ws('|', site_id, ingest_time, url, "
                                              "ip_address, status_code, referrer)), '' "
                                              "order by ingest_time, url)) from http_request");
        SampleSettings settings;
        settings.backfill = 2min;
        settings.duration = 0s;
        QStringList digests;
        for (int i = 0; i < 2; ++i) {
            init();
            TestClock clock;
            const auto session = openSession();
            QVERIFY(runSample(*session, settings, {}, {}, clock.clock()).isOk());
            digests.append(m_cluster.value(digest));
        }
        QCOMPARE(digests[0], digests[1]);
        QVERIFY(!digests[0].isEmpty());
    }

    void shortStallIsCaughtUpLongOneIsNot()
    {
        TestClock clock;
        SampleSettings settings;
        settings.rate = 10;
        settings.duration = 1h;
        int waits = 0;
        clock.afterWait = [&] {
            ++waits;
            if (waits == 5)
                clock.time = clock.time.addSecs(30);
            if (waits == 10)
                clock.time = clock.time.addSecs(600);
        };
        std::stop_source stop;
        const auto session = openSession();
        const auto progress = [&](const Progress &) {
            if (waits > 15)
                stop.request_stop();
        };
        const auto report = runSample(*session, settings, progress, stop.get_token(), clock.clock());
        QVERIFY(report.isOk());
        QCOMPARE(value("select count(*) from http_request"), QString::number(report->written));
        QVERIFY2(
            report->skipped > 10 * 400 && report->skipped < 10 * 700, qPrintable(QString::number(report->skipped)));
        // The half minute is there, second by second.
        QCOMPARE(value("select count(distinct date_trunc('second', ingest_time)) from http_request where ingest_time < "
                       "'2025-06-18 12:00:35Z'"),
            QStringLiteral("35"));
    }

    void stopsWhenToldByTheRealClock()
    {
        std::jthread stopper;
        std::stop_source stop;
        const auto session = openSession();
        SampleSettings settings;
        settings.rate = 100;
        stopper = std::jthread([&] {
            std::this_thread::sleep_for(2500ms);
            stop.request_stop();
        });
        const auto report = runSample(*session, settings, {}, stop.get_token());
        QVERIFY(report.isOk());
        QVERIFY(report->written > 0);
        QCOMPARE(value("select count(*) from http_request"), QString::number(report->written));
        QCOMPARE(value("select count(*) from http_request where ingest_time > now() + interval '1 second' or "
                       "ingest_time < now() - interval '10 seconds'"),
            QStringLiteral("0"));
    }

    /// The session's own stop cuts off the batch that is under way; what is reported is what is there.
    void stopInTheMiddleOfABatch()
    {
        std::stop_source stop;
        const auto session = openSession(stop.get_token());
        SampleSettings settings;
        settings.rate = 1000;
        settings.backfill = 10min;
        const auto progress = [&](const Progress &) { stop.request_stop(); };
        const auto report = runSample(*session, settings, progress, {});
        QVERIFY(report.isOk());
        QVERIFY(report->written > 0);
        QCOMPARE(value("select count(*) from http_request"), QString::number(report->written));
    }

    void tableWithFewerColumns()
    {
        m_cluster.sql(QStringLiteral("alter table http_request drop column user_agent, drop column method"));
        TestClock clock;
        SampleSettings settings;
        settings.backfill = 1min;
        settings.duration = 0s;
        const auto session = openSession();
        QVERIFY(runSample(*session, settings, {}, {}, clock.clock()).isOk());
        QVERIFY(value("select count(*) from http_request").toInt() > 1000);
        settings.table = {QString(), QStringLiteral("pg_class")};
        const auto refused = runSample(*session, settings, {}, {}, clock.clock());
        QVERIFY(refused.isError());
        QVERIFY2(refused.error().message.contains(QStringLiteral("no column site_id")),
            qPrintable(refused.error().toText()));
    }
};

SHARDBOARD_LIVE_TEST_MAIN(TestSample)
#include "test_sample.moc"
