// SPDX-License-Identifier: GPL-3.0-or-later
// Rollups beside the published recipes' own SQL, on the same stream and the same three nodes: what one run costs with
// few and with many rows kept, how long writers are held up, hours from five minutes against hours from raw rows, and
// how much of the stream arrives. SHARDBOARD_BENCH_ROWS says how many rows are kept (10000000),
// SHARDBOARD_BENCH_SECONDS how long the recipe that goes by minutes is watched (200).
#include "tests/bench/peers/recipes.h"
#include "tests/bench/rollupstream.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

#include <atomic>
#include <thread>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int rounds = 9; // after one that warms up
constexpr int newRows = 10000;

LocalCluster::Options clusterOptions(bool hasCitus)
{
    LocalCluster::Options options;
    options.folder = makeClusterFolder();
    options.topology = hasCitus ? LocalCluster::Topology::Citus : LocalCluster::Topology::Plain;
    options.durable = false;
    options.serverSettings
        = {{u"shared_buffers"_s, u"1GB"_s}, {u"max_wal_size"_s, u"1GB"_s}, {u"autovacuum"_s, u"off"_s}};
    return options;
}

class Bench
{
public:
    Bench(IoThread &io, LocalCluster &cluster, const ConnectionSettings &settings, bool hasCitus)
        : m_io(io), m_cluster(cluster), m_settings(settings), m_main(io, settings), m_hasCitus(hasCitus)
    {
    }

    QJsonObject metrics() const { return m_metrics; }
    void prepare();
    void measureRuns(qint64 kept);
    void measureStall();
    void measureIngest();
    void measureReads(qint64 kept);
    void measureCascade(const char *metric, int rowsPerGroup, qint64 rows, bool hasTopN);
    void measureCompleteness(std::chrono::seconds time);

private:
    void fill(const QByteArray &table, qint64 count, const char *since, const char *span, int customers);
    double readFromRollup();
    qint64 rowsWritten(std::chrono::seconds time, bool isRolledUp);
    double stallBehindAWriter(const char *table, const QString &run);
    void tell(const char *metric, double value)
    {
        std::fprintf(stderr, "%s %.4g\n", metric, value);
        m_metrics.insert(QLatin1String(metric), value);
    }

    IoThread &m_io;
    LocalCluster &m_cluster;
    ConnectionSettings m_settings;
    Connection m_main;
    bool m_hasCitus = false;
    QJsonObject m_metrics;
};

void Bench::prepare()
{
    for (const char *extension : {"hll", "topn"})
        m_main.sql(u"CREATE EXTENSION IF NOT EXISTS "_s + QLatin1String(extension));
    m_main.carryOut(clickstream("public"));
    for (const QString &statement : Recipes::clickstream(m_hasCitus))
        m_main.sql(statement);
}

/// A million rows a transaction.
void Bench::fill(const QByteArray &table, qint64 count, const char *since, const char *span, int customers)
{
    for (qint64 done = 0; done < count; done += 1'000'000)
        m_main.sql(clicks(table.constData(), std::min<qint64>(1'000'000, count - done), since, span, customers));
}

/// Ours with few rows kept, ours and theirs with many. New rows come to all alike, into buckets of their own, so that
/// they meet groups of the same size whatever is kept; then each one's run, in turn, so that what else the machine does
/// falls on all.
void Bench::measureRuns(qint64 kept)
{
    m_main.carryOut(clickstream("few"));
    const std::vector<std::pair<QByteArray, QString>> sides{{"few.events", call("few.events_5min")},
        {"events", call("events_5min")}, {"theirs.events", u"SELECT theirs.five_minutely_aggregation()"_s}};
    for (const auto &[table, run] : sides) {
        fill(table, table.startsWith("few") ? kept / 100 : kept, "7 days", "6 days 18 hours", 10);
        m_main.sql(run);
        m_main.sql(u"VACUUM ANALYZE "_s + QString::fromLatin1(table));
    }
    for (const char *table : {"few.events_5min", "events_5min", "theirs.rollup_events_5min"})
        m_main.sql(u"VACUUM ANALYZE "_s + QLatin1String(table));
    std::vector<double> times[3];
    std::vector<double> flat;
    std::vector<double> versus;
    for (int round = 0; round <= 2 * rounds; ++round) {
        for (const auto &[table, run] : sides)
            m_main.sql(clicks(table.constData(), newRows, "2 hours", "2 hours"));
        double took[3];
        for (int turn = 0; turn < 3; ++turn) {
            const size_t which = size_t((turn + round) % 3);
            took[which] = m_main.secondsOf(sides[which].second);
            if (round > 0)
                times[which].push_back(took[which]);
        }
        if (round > 0) {
            flat.push_back(took[1] / took[0]);
            versus.push_back(took[1] / took[2]);
        }
    }
    std::fprintf(stderr, "a run over %d new rows: %.3f s with %lld rows kept; with %lld ours %.3f s, theirs %.3f s\n",
        newRows, medianOf(times[0]), kept / 100, kept, medianOf(times[1]), medianOf(times[2]));
    tell("vs_seed004", medianOf(versus));
    tell("flat_in_kept_rows", medianOf(flat));
}

/// The longest that a single insert takes while a run waits for a writer that is open for five seconds.
double Bench::stallBehindAWriter(const char *table, const QString &run)
{
    const QString one = u"INSERT INTO %1 (customer_id, event_type) VALUES (1, 'click')"_s.arg(QLatin1String(table));
    Connection slow(m_io, m_settings);
    Connection quick(m_io, m_settings);
    for (int i = 0; i < 20; ++i)
        quick.sql(one);
    slow.sql(u"BEGIN"_s);
    slow.sql(one);
    double longest = 0;
    {
        std::jthread roller([&] { Connection(m_io, m_settings).sql(run); });
        std::jthread committer([&] {
            std::this_thread::sleep_for(5s);
            slow.sql(u"COMMIT"_s);
        });
        QElapsedTimer elapsed;
        for (elapsed.start(); elapsed.elapsed() < 5500;) {
            longest = std::max(longest, quick.secondsOf(one));
            std::this_thread::sleep_for(10ms);
        }
    }
    return longest * 1000;
}

void Bench::measureStall()
{
    tell("stall_ms_theirs", stallBehindAWriter("theirs.events", u"SELECT theirs.five_minutely_aggregation()"_s));
    std::vector<double> longest;
    for (int round = 0; round < 3; ++round)
        longest.push_back(stallBehindAWriter("events", call("events_5min")));
    tell("stall_ms", medianOf(longest));
}

/// Single rows by two writers, as applications write them; a run every five seconds, which is twelve times as often as
/// cron's minutes allow.
qint64 Bench::rowsWritten(std::chrono::seconds time, bool isRolledUp)
{
    std::atomic<qint64> written = 0;
    std::vector<std::jthread> crew;
    for (int number = 0; number < 2; ++number)
        crew.emplace_back([&](std::stop_token stop) {
            Connection connection(m_io, m_settings);
            for (; !stop.stop_requested(); ++written)
                connection.sql(clicks("events", 1, "1 minute", "1 second"));
        });
    QElapsedTimer elapsed;
    for (elapsed.start(); elapsed.elapsed() < std::chrono::milliseconds(time).count();) {
        if (isRolledUp)
            m_main.sql(call("events_5min"));
        std::this_thread::sleep_for(5s);
    }
    for (std::jthread &writer : crew)
        writer.request_stop();
    const qint64 rows = written;
    return rows * 1000 / elapsed.elapsed();
}

void Bench::measureIngest()
{
    std::vector<double> ratios;
    for (int round = 0; round < 3; ++round) {
        const double without = double(rowsWritten(10s, false));
        m_main.sql(call("events_5min"));
        ratios.push_back(double(rowsWritten(10s, true)) / without);
        std::fprintf(stderr, "rows a second: %.0f without runs, %.0f with\n", without, without * ratios.back());
    }
    tell("ingest_with_runs", medianOf(ratios));
}

/// What a dashboard asks of one customer's week, in seconds.
double Bench::readFromRollup()
{
    std::vector<double> times;
    for (int round = 0; round <= 2 * rounds; ++round)
        times.push_back(m_main.secondsOf(
            u"SELECT bucket, sum(event_count), hll_cardinality(hll_union_agg(device_distinct_count)) FROM events_1hour "
            "WHERE customer_id = 1 AND bucket >= now() - interval '8 days' GROUP BY bucket"_s));
    return medianOf(times);
}

void Bench::measureReads(qint64 kept)
{
    m_main.sql(call("events_1hour"));
    m_main.sql(u"VACUUM ANALYZE events_1hour"_s);
    const QString raw = u"SELECT date_bin('1 hour', event_time, '2000-01-01'), count(*), "
                        "hll_cardinality(hll_add_agg(hll_hash_bigint(device_id), 11)) FROM events "
                        "WHERE customer_id = 1 AND event_time >= now() - interval '8 days' GROUP BY 1"_s;
    std::vector<double> times;
    for (int round = 0; round < rounds; ++round)
        times.push_back(m_main.secondsOf(raw));
    const double fromRaw = medianOf(times);
    const double fromRollup = readFromRollup();
    tell("week_read_vs_raw", fromRollup / fromRaw);
    fill("events", kept, "7 days", "6 days 18 hours", 10);
    m_main.sql(call("events_5min"));
    m_main.sql(call("events_1hour"));
    m_main.sql(u"VACUUM ANALYZE events_1hour"_s);
    tell("week_read_at_twice_the_rows", readFromRollup() / fromRollup);
}

/// Hours of a day made from five minutes that are there, and from the raw rows, with so many raw rows in each group of
/// five minutes. With and without the most frequent devices, which are merged value by value and shrink little.
void Bench::measureCascade(const char *metric, int rowsPerGroup, qint64 rows, bool hasTopN)
{
    const QString schema = u"day"_s;
    const auto measure = [](const char *column, const char *kind, const char *expression) {
        return QJsonObject{{u"column"_s, QLatin1String(column)}, {u"kind"_s, QLatin1String(kind)},
            {u"expression"_s, QLatin1String(expression)}};
    };
    QJsonArray measures{measure("event_count", "count", ""), measure("devices", "distinct", "device_id"),
        measure("sessions", "distinct", "session_id")};
    if (hasTopN)
        measures << measure("top_devices", "top-n", "device_id");
    const auto rollUp = [&](const QString &fine, const QString &coarse) {
        const QString never = u"0 0 31 2 *"_s;
        QJsonArray levels;
        for (const auto &[bucket, target] : {std::pair(u"5 minutes"_s, fine), std::pair(u"1 hour"_s, coarse)})
            if (!target.isEmpty())
                levels << QJsonObject{{u"bucket"_s, bucket}, {u"target"_s, target}, {u"schedule"_s, never}};
        m_main.carryOut(Outcome<Intent>(Intent{u"rollup"_s,
            {{u"table"_s, schema + u".events"_s},
                {u"dimensions"_s, QJsonArray{u"customer_id"_s, u"event_type"_s, u"country"_s, u"browser"_s}},
                {u"measures"_s, measures}, {u"levels"_s, levels}}}));
    };
    m_main.carryOut(clickstream(qPrintable(schema)));
    fill(schema.toUtf8() + ".events", rows, "25 hours", "24 hours", std::max(1, int(rows / rowsPerGroup / 288 / 4)));
    rollUp(u"fine"_s, u"coarse"_s);
    rollUp({}, u"from_raw"_s);
    m_main.sql(call("day.fine"));
    m_main.sql(u"ANALYZE day.fine"_s);
    const double raw = m_main.secondsOf(call("day.from_raw"));
    const double cascade = m_main.secondsOf(call("day.coarse"));
    std::fprintf(stderr, "%.1f raw rows a group: from raw %.2f s, by cascade %.2f s\n",
        double(rows) / m_main.number(u"SELECT count(*) FROM day.fine"_s), raw, cascade);
    tell(metric, cascade / raw);
    for (const char *rollup : {"day.coarse", "day.fine", "day.from_raw"})
        m_main.carryOut(Outcome<Intent>(dropRollupIntent(QLatin1String(rollup))));
    m_main.carryOut(removeBlueprintIntent(u"clickstream"_s, schema));
}

/// What the recipes have of the rows when all is said and done, beside what we have, which is all.
void Bench::measureCompleteness(std::chrono::seconds time)
{
    const auto ratio = [this](const char *theirs, const char *ours) {
        return m_main.number(u"SELECT (%1)::float8 / (%2)"_s.arg(QLatin1String(theirs), QLatin1String(ours)));
    };
    if (m_hasCitus) {
        Connection worker(m_io, m_cluster.nodeSettings(u"worker1"_s));
        for (const char *table : {"events", "theirs.events"})
            worker.sql(clicks(table, newRows, "2 hours", "2 hours"));
        m_main.sql(call("events_5min"));
        m_main.sql(u"SELECT theirs.five_minutely_aggregation()"_s);
    }
    tell("completeness_seed004",
        ratio("SELECT sum(event_count) FROM theirs.rollup_events_5min", "SELECT sum(event_count) FROM events_5min"));

    m_main.carryOut(blueprintIntent(u"http-traffic"_s,
        {{u"shard_count"_s, u"8"_s}, {u"raw_retention"_s, u"never"_s}, {u"schedule"_s, u"0 0 31 2 *"_s}}));
    for (const QString &statement : Recipes::httpTraffic(m_hasCitus))
        m_main.sql(statement);
    std::jthread writer([&](std::stop_token stop) {
        Connection stream(m_io, m_settings);
        while (!stop.stop_requested()) {
            for (const char *table : {"http_request", "theirs.http_request"})
                stream.sql(u"INSERT INTO %1 (site_id, status_code, response_time_msec, ip_address, request_country) "
                           "SELECT g, 200, 10, 'a', 'USA' FROM generate_series(1, 5) AS g"_s.arg(QLatin1String(table)));
            std::this_thread::sleep_for(50ms);
        }
    });
    QElapsedTimer elapsed;
    for (elapsed.start(); elapsed.elapsed() < time.count() * 1000;) {
        // As pg_cron would: at the full minute.
        std::this_thread::sleep_for(std::chrono::milliseconds(60000 - QDateTime::currentMSecsSinceEpoch() % 60000));
        m_main.sql(u"SELECT theirs.rollup_http_request()"_s);
        m_main.sql(call("http_request_1min"));
    }
    writer.request_stop();
    writer.join();
    // Of the minutes that were over when the recipe last ran: what it has not by then it never has.
    tell("completeness",
        ratio("SELECT coalesce(sum(request_count), 0) FROM theirs.http_request_1min",
            "SELECT sum(request_count) FROM http_request_1min WHERE bucket <= (SELECT minute FROM "
            "theirs.latest_http_rollup)"));
}

} // namespace

int main(int argc, char *argv[])
{
    Testing::prepare();
    QCoreApplication app(argc, argv);
    const auto installation = LocalCluster::findInstallation();
    if (!installation)
        giveUp(installation.error().toText());
    const bool hasCitus = installation->has(u"citus"_s);
    LocalCluster cluster(clusterOptions(hasCitus));
    const auto status = cluster.up();
    if (!status)
        giveUp(status.error().toText());
    runningCluster = &cluster;
    QJsonObject metrics;
    {
        IoThread io;
        Bench bench(io, cluster, status->settings, hasCitus);
        const qint64 kept = environmentNumber("SHARDBOARD_BENCH_ROWS", 10'000'000);
        bench.prepare();
        bench.measureRuns(kept);
        bench.measureStall();
        bench.measureIngest();
        bench.measureReads(kept);
        bench.measureCascade("cascade_vs_raw", 40, kept * 3 / 10, true);
        bench.measureCascade("cascade_vs_raw_1000", 1000, kept * 3 / 10, true);
        bench.measureCascade("cascade_vs_raw_1000_without_topn", 1000, kept * 3 / 10, false);
        bench.measureCompleteness(std::chrono::seconds(environmentNumber("SHARDBOARD_BENCH_SECONDS", 200)));
        metrics = bench.metrics();
    }
    if (const auto removed = cluster.remove(); !removed)
        std::fprintf(stderr, "%s\n", qPrintable(removed.error().toText()));
    std::printf("%s\n",
        QJsonDocument(QJsonObject{{u"bench"_s, u"rollup"_s}, {u"metrics"_s, metrics}})
            .toJson(QJsonDocument::Compact)
            .constData());
    return 0;
}
