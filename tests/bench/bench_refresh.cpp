// SPDX-License-Identifier: GPL-3.0-or-later
// Twelve dashboard queries at 20 ms added latency, one of them failing, through the refresher; against the limit: one
// round trip plus the time the same statements take in a bare libpq pipeline at no latency. Also against one after the
// other.
#include "connection/iothread.h"
#include "connection/session.h"
#include "dashboard/panelrequest.h"
#include "dashboard/refresher.h"
#include "tests/support/livecluster.h"
#include "tests/support/tcpproxy.h"
#include "tests/support/trusted.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QTimer>

#include <libpq-fe.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int rounds = 15;
constexpr auto oneWay = 10ms;
constexpr int queryCount = 12;
constexpr int failing = 7; ///< the index of the panel that fails
constexpr qint64 now = 1'767'268'800'000; // 2026-01-01 12:00 UTC

const QString table = uR"(
CREATE TABLE http_request_1min (site_id int, bucket timestamptz NOT NULL, request_count bigint, success_count bigint,
    error_count bigint, response_time_sum bigint, response_time_count bigint, response_time_min int,
    response_time_max int, country_counters jsonb, UNIQUE NULLS NOT DISTINCT (site_id, bucket));
INSERT INTO http_request_1min
SELECT s, '2026-01-01 12:00Z'::timestamptz - m * interval '1 minute', 100, 97, 2, 3800, 100, 1, 90 + m % 50,
       jsonb_build_object('DE', 60, 'FR', 30, 'NZ', 10)
  FROM generate_series(1, 20) AS s, generate_series(0, 10079) AS m;
ANALYZE http_request_1min;
)"_s;

[[noreturn]] void giveUp(const QString &why)
{
    std::fprintf(stderr, "bench_refresh: %s\n", qPrintable(why));
    std::exit(1);
}

/// Panels of the shipped dashboard that need no extension, each for some sites, until there are twelve.
Document makeDocument()
{
    QFile file(u":/dashboards/http-traffic.json"_s);
    const auto shipped
        = file.open(QIODevice::ReadOnly) ? documentFromJson(file.readAll()) : Outcome<Document>(Cancelled{});
    if (!shipped)
        giveUp(u"the shipped dashboard cannot be read"_s);
    Document document = *shipped;
    document.variables.clear();
    document.panels.clear();
    document.timeZone = u"UTC"_s;
    const QStringList kinds{u"requests-total"_s, u"requests"_s, u"countries"_s};
    for (int i = 0; i < queryCount; ++i) {
        Panel panel = *shipped->panel(kinds.at(i % kinds.size()));
        panel.id = QString::number(i);
        panel.sql.replace(u"{?site site_id = :site::int AND}"_s, u"site_id = %1 AND"_s.arg(i / kinds.size() + 1));
        if (i == failing)
            panel.sql.replace(u"sum(success_count)"_s, u"sum(success_count / 0)"_s);
        document.panels.append(panel);
    }
    return document;
}

/// Two ranges of one length, so that each refresh of the alternation asks for something else that costs the same.
TimeRange rangeOf(int round)
{
    return round % 2 == 0 ? TimeRange{u"2026-01-01T05:00Z"_s, u"2026-01-01T11:00Z"_s}
                          : TimeRange{u"2026-01-01T05:30Z"_s, u"2026-01-01T11:30Z"_s};
}

QList<Query> queriesOf(const Document &document, const TimeRange &range)
{
    SourceCatalog catalog;
    catalog.tables.insert(u"http_request_1min"_s, {u"public.http_request_1min"_s, {}});
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(now, Qt::UTC);
    const RequestContext context{
        document, catalog, {}, *resolveTimeRange(range, time, QTimeZone::utc()), now, QTimeZone::utc()};
    QList<Query> queries;
    for (const Panel &panel : document.panels)
        queries.append(requestPanel(panel, *SqlTemplate::parse(panel.sql), 600, context)->query);
    return queries;
}

/// libpq and nothing else.
class BareConnection
{
public:
    explicit BareConnection(const ConnectionSettings &settings)
    {
        std::vector<QByteArray> texts;
        for (auto it = settings.keywords.cbegin(); it != settings.keywords.cend(); ++it)
            texts.insert(texts.end(), {it.key().toUtf8(), it.value().toUtf8()});
        std::vector<const char *> keywords, values;
        for (size_t i = 0; i < texts.size(); i += 2) {
            keywords.push_back(texts[i].constData());
            values.push_back(texts[i + 1].constData());
        }
        keywords.push_back(nullptr);
        values.push_back(nullptr);
        m_connection = PQconnectdbParams(keywords.data(), values.data(), 0);
        if (PQstatus(m_connection) != CONNECTION_OK)
            giveUp(QString::fromUtf8(PQerrorMessage(m_connection)));
        PQclear(PQexec(m_connection, "SET TimeZone = 'UTC'"));
    }
    ~BareConnection() { PQfinish(m_connection); }
    BareConnection(const BareConnection &) = delete;
    BareConnection &operator=(const BareConnection &) = delete;

    /// Milliseconds for all of them, each answered before the next is sent.
    double oneByOne(const QList<Query> &queries)
    {
        QElapsedTimer timer;
        timer.start();
        for (const Query &query : queries) {
            send(query);
            while (PGresult *result = PQgetResult(m_connection))
                PQclear(result);
        }
        return double(timer.nsecsElapsed()) / 1e6;
    }

    /// Milliseconds for all of them in one pipeline, a Sync after each.
    double pipelined(const QList<Query> &queries)
    {
        QElapsedTimer timer;
        timer.start();
        PQenterPipelineMode(m_connection);
        for (const Query &query : queries) {
            send(query);
            PQpipelineSync(m_connection);
        }
        for (qsizetype synced = 0; synced < queries.size();) {
            PGresult *result = PQgetResult(m_connection); // null between statements
            synced += result && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
            PQclear(result);
        }
        PQexitPipelineMode(m_connection);
        return double(timer.nsecsElapsed()) / 1e6;
    }

private:
    void send(const Query &query)
    {
        std::vector<const char *> values;
        for (const auto &parameter : query.parameters)
            values.push_back(parameter ? parameter->constData() : nullptr);
        if (PQsendQueryParams(m_connection, query.sql.toUtf8().constData(), int(values.size()), nullptr, values.data(),
                nullptr, nullptr, 0)
            != 1)
            giveUp(QString::fromUtf8(PQerrorMessage(m_connection)));
    }

    PGconn *m_connection;
};

/// Milliseconds from the wish to the last panel.
double refreshed(Refresher &refresher, const std::function<void()> &wish)
{
    QEventLoop loop;
    QObject::connect(&refresher, &Refresher::refreshFinished, &loop, &QEventLoop::quit);
    QTimer::singleShot(20s, &loop, [] { giveUp(u"a refresh did not end"_s); });
    QElapsedTimer timer;
    timer.start();
    wish();
    loop.exec();
    return double(timer.nsecsElapsed()) / 1e6;
}

void checkPanels(const Refresher &refresher)
{
    for (const Panel &panel : refresher.document().panels) {
        const auto data = refresher.data(panel.id);
        const bool isGood = data->state == PanelData::State::Ready && !data->error;
        const bool isDivision = data->error && data->error->sqlState == u"22012";
        if (panel.id == QString::number(failing) ? !isDivision : !isGood)
            giveUp(u"panel %1: %2"_s.arg(panel.id, data->error ? data->error->toText() : u"not as expected"_s));
    }
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct Figures
{
    std::vector<double> roundTrip, bare, refresh, full, sequential;
};

void measure(const LiveCluster &cluster, Figures &figures)
{
    const ConnectionSettings near = cluster.settings();
    TcpProxy proxy(near);
    proxy.setDelay(oneWay);
    const ConnectionSettings far = proxy.settings();
    const Document document = makeDocument();
    BareConnection bareNear(near);
    BareConnection bareFar(far);
    IoThread io;
    Session session(io, far, SessionPurpose::Dashboard);
    session.open();
    Refresher refresher(session, [] { return QDateTime::fromMSecsSinceEpoch(now, Qt::UTC); });
    refreshed(refresher, [&] {
        refresher.setDocument(trusted(document));
        refresher.setTimeRange(rangeOf(1));
    });
    checkPanels(refresher);
    for (int round = 0; round <= rounds; ++round) {
        const TimeRange range = rangeOf(round);
        const auto queries = queriesOf(document, range);
        const double roundTrip = bareFar.oneByOne({Query(u"SELECT 1"_s)});
        const double bare = bareNear.pipelined(queries);
        const double refresh = refreshed(refresher, [&] { refresher.setTimeRange(range); });
        checkPanels(refresher);
        const double full = refreshed(refresher, [&] { refresher.refresh(); });
        const double sequential = bareFar.oneByOne(queries);
        if (round == 0)
            continue; // warm-up
        figures.roundTrip.push_back(roundTrip);
        figures.bare.push_back(bare);
        figures.refresh.push_back(refresh);
        figures.full.push_back(full);
        figures.sequential.push_back(sequential);
    }
}

} // namespace

int main(int argc, char *argv[])
{
    prepare();
    QCoreApplication app(argc, argv);
    LiveCluster cluster;
    if (const auto made = cluster.trySql(table); !made)
        giveUp(made.error().toText());
    Figures figures;
    measure(cluster, figures);
    const double limit = median(figures.roundTrip) + median(figures.bare);
    std::fprintf(stderr,
        "medians of %d rounds, ms: round trip %.1f, %d statements at no latency %.1f, refresh %.1f,\n"
        "F5 with catalogue %.1f, one by one %.1f\n",
        rounds, median(figures.roundTrip), queryCount, median(figures.bare), median(figures.refresh),
        median(figures.full), median(figures.sequential));
    std::printf(
        "{\"bench\":\"refresh\",\"metrics\":{\"vs_limit\":%.3f,\"full_vs_limit\":%.3f,\"vs_sequential\":%.3f}}\n",
        median(figures.refresh) / limit, median(figures.full) / limit,
        median(figures.refresh) / median(figures.sequential));
    return 0;
}
