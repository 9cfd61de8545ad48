// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/engine.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cstdio>
#include <vector>

/// What bench_rollup stands on: sessions of which any error ends the benchmark, and the stream of clicks.
namespace Shardboard::Testing {

using namespace Qt::StringLiterals;

inline LocalCluster *runningCluster = nullptr; // what must not stay behind

[[noreturn]] inline void giveUp(const QString &why)
{
    std::fprintf(stderr, "bench_rollup: %s\n", qPrintable(why));
    if (runningCluster) {
        if (const auto removed = runningCluster->remove(); !removed)
            std::fprintf(stderr, "%s\n", qPrintable(removed.error().toText()));
    }
    std::exit(1);
}

inline qint64 environmentNumber(const char *name, qint64 fallback)
{
    const qint64 number = qEnvironmentVariable(name).toLongLong();
    return number > 0 ? number : fallback;
}

inline double medianOf(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

/// A session of its own; whatever fails ends the benchmark.
class Connection
{
public:
    Connection(IoThread &io, const ConnectionSettings &settings) : m_session(openSession(io, settings))
    {
        if (!m_session)
            giveUp(u"cannot connect"_s);
    }

    SyncSession &session() { return *m_session; }
    ResultSet sql(const QString &statement)
    {
        const auto answer = m_session->run(Query(statement));
        if (!answer)
            giveUp(statement.left(200) + u"\n"_s + QString::fromUtf8(whyNot(answer)));
        return *answer;
    }
    double number(const QString &statement) { return sql(statement).text(0, 0).toDouble(); }
    double secondsOf(const QString &statement)
    {
        QElapsedTimer timer;
        timer.start();
        sql(statement);
        return double(timer.nsecsElapsed()) / 1e9;
    }
    void carryOut(const Outcome<Intent> &intent)
    {
        const PlanReport report = Testing::carryOut(*m_session, intent);
        if (!report.isComplete())
            giveUp(QString::fromUtf8(whyNot(report)));
    }

private:
    std::unique_ptr<SyncSession> m_session;
};

inline QString call(const char *rollup)
{
    return u"CALL shardboard.run_rollup('%1')"_s.arg(QLatin1String(rollup));
}

/// Clicks of ten customers, two kinds, two countries: forty groups a bucket. Few devices come often, many rarely, as in
/// the sample data. `since` and `span` say when.
inline QString clicks(const char *table, qint64 count, const char *since, const char *span, int customers = 10)
{
    return u"INSERT INTO %1 (event_time, customer_id, event_type, country, browser, device_id, session_id) "
           "SELECT now() - interval '%3' + random() * interval '%4', ceil(random() * %5), (ARRAY['click', "
           "'view'])[ceil(random() * 2)], "
           "(ARRAY['DE', 'FR'])[ceil(random() * 2)], 'firefox', CASE WHEN random() < 0.08 THEN floor(random() * 12) "
           "ELSE 12 + floor(20000 * power(random(), 3)) END, floor(random() * 100000) "
           "FROM generate_series(1, %2)"_s.arg(QLatin1String(table), QString::number(count), QLatin1String(since),
               QLatin1String(span), QString::number(customers));
}

inline Outcome<Intent> clickstream(const char *schema)
{
    return blueprintIntent(u"clickstream"_s,
        {{u"schema"_s, QLatin1String(schema)}, {u"history"_s, u"8 days"_s}, {u"partition_interval"_s, u"1 day"_s},
            {u"partitions_ahead"_s, u"2"_s}, {u"shard_count"_s, u"8"_s}, {u"raw_retention"_s, u"never"_s},
            {u"schedule"_s, u"0 0 31 2 *"_s}});
}

} // namespace Shardboard::Testing
