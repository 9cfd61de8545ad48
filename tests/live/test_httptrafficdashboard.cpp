// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
#include "connection/iothread.h"
#include "connection/session.h"
#include "connection/syncsession.h"
#include "dashboard/panelrequest.h"
#include "dashboard/refresher.h"
#include "tests/support/livecluster.h"
#include "tests/support/trusted.h"

#include <QFile>
#include <QSignalSpy>

#include <cmath>
#include <numeric>
#include <thread>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

// The rollup as the blueprint makes it.
const QString table = uR"(
CREATE EXTENSION IF NOT EXISTS hll;
CREATE TABLE http_request_1min (site_id int, bucket timestamptz NOT NULL, request_count bigint, success_count bigint,
    error_count bigint, response_time_sum bigint, response_time_count bigint, response_time_min int,
    response_time_max int, distinct_ip hll, country_counters jsonb, UNIQUE NULLS NOT DISTINCT (site_id, bucket));
)"_s;

// Eight hours of four sites. Minute m of site s has s * 10 + m % 7 requests, 1 of them an error and 1 a redirect; each
// takes 10 * s ms, and has its own address; 2 have no country.
const QString fill = uR"(
INSERT INTO http_request_1min
SELECT s, '2026-01-01 04:00Z'::timestamptz + m * interval '1 minute', n, n - 2, 1, n * 10 * s, n, 1, 10 * s + m % 5,
       (SELECT hll_add_agg(hll_hash_bigint(s * 1000000 + m * 1000 + i), 11) FROM generate_series(1, n) AS i),
       jsonb_build_object('DE', n - 3, 'FR', 1)
  FROM generate_series(1, 4) AS s, generate_series(0, 479) AS m, LATERAL (SELECT (s * 10 + m % 7)::int AS n) AS c
)"_s;

constexpr qint64 now = 1'767'268'830'000; // 2026-01-01 12:00:30 UTC

double sum(const std::vector<double> &values)
{
    return std::accumulate(
        values.begin(), values.end(), 0., [](double a, double b) { return std::isnan(b) ? a : a + b; });
}

} // namespace

class TestHttpTrafficDashboard : public QObject
{
    Q_OBJECT

public:
    explicit TestHttpTrafficDashboard(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        if (m_cluster.value(u"SELECT count(*) FROM pg_available_extensions WHERE name = 'hll'"_s) == u"0")
            QSKIP("needs the hll extension");
        m_cluster.sql(table);
        if (m_cluster.hasCitus())
            m_cluster.sql(u"SELECT create_distributed_table('http_request_1min', 'site_id', shard_count := 4)"_s);
        m_cluster.sql(fill);
        QFile file(u":/dashboards/http-traffic.json"_s);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto document = documentFromJson(file.readAll());
        QVERIFY2(document.isOk(), document.isError() ? qPrintable(document.error().toText()) : "");
        m_document = *document;
        m_document.timeZone = u"UTC"_s;
    }

    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_session = std::make_unique<Session>(m_io, m_cluster.settings(), SessionPurpose::Dashboard);
        m_session->open();
        m_refresher
            = std::make_unique<Refresher>(*m_session, [] { return QDateTime::fromMSecsSinceEpoch(now, Qt::UTC); });
    }

    void cleanup()
    {
        m_refresher.reset();
        m_session.reset();
    }

    void everyPanelIsFilled()
    {
        QVERIFY(show());
        for (const Panel &panel : m_document.panels) {
            const auto data = m_refresher->data(panel.id);
            QVERIFY2(data->state == PanelData::State::Ready,
                qPrintable(panel.id + u": "_s + (data->error ? data->error->toText() : u"empty"_s)));
            QCOMPARE(data->routedTo, u"http_request_1min"_s);
        }
        QCOMPARE(m_refresher->choices(u"site"_s).size(), 4);
    }

    void totalsEqualTheTable()
    {
        QVERIFY(show());
        const QString range
            = u" FROM http_request_1min WHERE bucket >= '2026-01-01 06:00Z' AND bucket < '2026-01-01 12:01Z'"_s;
        QCOMPARE(figure(u"requests-total"_s).exact, m_cluster.value(u"SELECT sum(request_count)"_s + range));
        QCOMPARE(figure(u"error-rate-total"_s).exact,
            m_cluster.value(u"SELECT round(sum(error_count) / sum(request_count), 6)"_s + range));
        QCOMPARE(figure(u"response-time-total"_s).exact,
            m_cluster.value(u"SELECT round(sum(response_time_sum) / sum(response_time_count), 3)"_s + range));
        for (const QString &id :
            {u"requests-total"_s, u"error-rate-total"_s, u"response-time-total"_s, u"visitors-total"_s})
            QVERIFY(m_refresher->data(id)->series.first().times.size() > 60); // the sparkline
    }

    void distinctVisitorsAreTrueWithinTheirBand()
    {
        QVERIFY(show());
        const double truth
            = m_cluster.value(u"SELECT sum(request_count) FROM http_request_1min WHERE bucket >= '2026-01-01 06:00Z'"_s)
                  .toDouble();
        const Figure visitors = figure(u"visitors-total"_s);
        QVERIFY(*visitors.low < truth && truth < *visitors.high);
        QVERIFY(std::abs((*visitors.high - *visitors.low) / *visitors.value - 4 * 1.04 / std::sqrt(2048.)) < 0.001);
    }

    void ratesAreTheSameWhateverTheStep_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<qint64>("step");
        QTest::newRow("1 minute") << 600 << qint64(60'000);
        QTest::newRow("5 minutes") << 100 << qint64(300'000);
        QTest::newRow("30 minutes") << 13 << qint64(1'800'000);
    }

    void ratesAreTheSameWhateverTheStep()
    {
        QFETCH(int, width);
        QFETCH(qint64, step);
        // A whole number of every step, and of the seven minutes after which the data repeat.
        QVERIFY(show({u"2026-01-01T05:00Z"_s, u"2026-01-01T08:30Z"_s}, width));
        const auto requests = m_refresher->data(u"requests"_s);
        QCOMPARE(requests->bucketMilliseconds, step);
        double total = 0;
        for (const Series &series : requests->series)
            total += sum(series.values);
        const double perMinute = total / double(requests->series.first().values.size());
        QCOMPARE(perMinute, 10. * (1 + 2 + 3 + 4) + 4 * 3);
        QCOMPARE(sum(requests->series.at(0).values) / double(requests->series.at(0).values.size()), 4.); // errors
        const auto times = m_refresher->data(u"response-time"_s);
        for (const double average : times->series.at(0).values)
            QVERIFY(average > 29 && average < 31); // a mean weighted by requests; of the sites' means it would be 25
        for (const double longest : m_refresher->data(u"longest-response"_s)->series.at(0).values)
            QVERIFY(longest >= 40 && longest <= 44);
    }

    void theOpenBucketIsCountedByItsMinutes()
    {
        // At 11:50 the step of half an hour that began at 11:30 is two thirds over.
        m_cluster.sql(
            uR"(CREATE SCHEMA shardboard; CREATE VIEW shardboard.rollup_status AS SELECT 'http_request_1min' AS name,
            'public.http_request_1min' AS target, '2026-01-01 11:50Z'::timestamptz AS complete_until;
            CREATE TABLE public.later AS SELECT * FROM http_request_1min WHERE bucket >= '2026-01-01 11:50Z';
            DELETE FROM http_request_1min WHERE bucket >= '2026-01-01 11:50Z')"_s);
        const bool isShown = show({u"2026-01-01T09:00Z"_s, u"now"_s}, 8);
        m_cluster.sql(
            u"DROP SCHEMA shardboard CASCADE; INSERT INTO http_request_1min SELECT * FROM public.later; DROP TABLE public.later"_s);
        QVERIFY(isShown);
        const auto requests = m_refresher->data(u"requests"_s);
        QCOMPARE(requests->bucketMilliseconds, 1'800'000);
        QCOMPARE(requests->series.at(0).values.back(), 4.); // errors per minute, as ever
    }

    void countriesAddUpToAllRequests()
    {
        QVERIFY(show());
        qint64 total = 0;
        bool isUnknownNamed = false;
        for (const Category &category : m_refresher->data(u"countries"_s)->categories) {
            total += category.figure.exact.toLongLong();
            isUnknownNamed = isUnknownNamed || category.isNull;
        }
        QVERIFY(isUnknownNamed);
        QCOMPARE(QString::number(total), figure(u"requests-total"_s).exact);
    }

    void oneSiteIsOneShard()
    {
        QVERIFY(show({u"now-6h"_s, u"now"_s}, 600, {{u"site"_s, u"3"_s}}));
        QCOMPARE(figure(u"response-time-total"_s).exact, u"30.000"_s);
        QVERIFY(m_refresher->data(u"sites"_s)->table.rowCount() == 4); // those are all sites
        if (!m_cluster.hasCitus())
            return;
        for (const Panel &panel : m_document.panels) {
            if (panel.id != u"sites")
                QVERIFY2(plan(panel).contains(u"Task Count: 1\n"_s), qPrintable(panel.id + u'\n' + plan(panel)));
        }
    }

    void withoutHllTheVisitorsSayWhy()
    {
        m_cluster.sql(u"ALTER TABLE http_request_1min RENAME COLUMN distinct_ip TO gone"_s);
        const bool isShown = show();
        m_cluster.sql(u"ALTER TABLE http_request_1min RENAME COLUMN gone TO distinct_ip"_s);
        QVERIFY(isShown);
        for (const QString &id : {u"visitors"_s, u"visitors-total"_s}) {
            QCOMPARE(m_refresher->data(id)->state, PanelData::State::Failed);
            QVERIFY(m_refresher->data(id)->error->message.contains(u"hll"_s));
        }
        QCOMPARE(m_refresher->data(u"requests"_s)->state, PanelData::State::Ready);
    }

private:
    bool show(
        const TimeRange &range = {u"now-6h"_s, u"now"_s}, int width = 600, const QHash<QString, QString> &values = {})
    {
        QSignalSpy finished(m_refresher.get(), &Refresher::refreshFinished);
        m_refresher->setDocument(trusted(m_document), values);
        m_refresher->setTimeRange(range);
        for (const Panel &panel : m_document.panels)
            m_refresher->setPlotWidth(panel.id, width);
        return finished.wait(10'000);
    }

    Figure figure(const QString &panelId) const { return m_refresher->data(panelId)->figures.value(0); }

    /// What the server would do for the panel with a site chosen.
    QString plan(const Panel &panel)
    {
        SourceCatalog catalog;
        catalog.tables.insert(u"http_request_1min"_s, {u"public.http_request_1min"_s, {u"distinct_ip"_s}});
        const RequestContext context{
            m_document, catalog, {{u"site"_s, u"3"_s}}, {now - 21'600'000, now}, now, QTimeZone::utc()};
        const auto request = requestPanel(panel, *SqlTemplate::parse(panel.sql), 600, context);
        QString text;
        std::thread([&] {
            SyncSession session(m_io, m_cluster.settings(), SessionPurpose::Job);
            if (!session.open())
                return;
            const auto rows = session.run({u"EXPLAIN "_s + request->query.sql, request->query.parameters});
            for (qsizetype row = 0; rows && row < rows->rowCount(); ++row)
                text += rows->text(row, 0) + u'\n';
            if (rows.isError())
                text = rows.error().toText();
        }).join();
        return text;
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    Document m_document;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<Refresher> m_refresher;
};

SHARDBOARD_LIVE_TEST_MAIN(TestHttpTrafficDashboard)
#include "test_httptrafficdashboard.moc"
