// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/engine.h"

#include <QElapsedTimer>

#include <thread>

namespace Shardboard::Testing {

using namespace Qt::StringLiterals;

inline const QString rollupName = u"http_request_1min"_s;

/// A row's values but for the site: some rows are up to two hours late, some a little, most not.
inline const QString rowValues
    = u"now() - (CASE WHEN random() < 0.05 THEN random() * interval '2 hours' WHEN random() < 0.1 THEN "
      "random() * interval '2 minutes' ELSE '0' END), (ARRAY[200, 204, 301, 404, 500, NULL])[ceil(random() * 6)], "
      "ceil(random() * 500)::int, '10.0.' || floor(random() * 20) || '.' || floor(random() * 50), "
      "(ARRAY['DE', 'FR', 'US', NULL])[ceil(random() * 4)]"_s;

inline QString insertSql(int rows)
{
    return u"INSERT INTO http_request (site_id, ingest_time, status_code, response_time_msec, ip_address, "
           u"request_country) "
           "SELECT ceil(random() * 40)::int, %1 FROM generate_series(1, %2)"_s.arg(rowValues, QString::number(rows));
}

inline QString insertOneSql()
{
    return u"INSERT INTO http_request (site_id, ingest_time, status_code, response_time_msec, ip_address, "
           u"request_country) "
           "VALUES (ceil(random() * 40)::int, %1)"_s.arg(rowValues);
}

inline LocalCluster::Options crashingClusterOptions()
{
    LocalCluster::Options made;
    // What a crash leaves prepared is finished soon, so that the test need not wait a minute for it.
    if (LiveCluster::wantedTopology() == LocalCluster::Topology::Citus)
        made.serverSettings.insert(u"citus.recover_2pc_interval"_s, u"2s"_s);
    return made;
}

/// Raw rows, and how many of them the rollup counts too seldom or too often, bucket by bucket.
struct ExactFigures
{
    qint64 rows = 0;
    qint64 lost = 0;
    qint64 doubled = 0;
};

inline ExactFigures compareCounts(const LiveCluster &cluster)
{
    const ResultSet sums = cluster.sql(
        u"SELECT coalesce(sum(raw), 0), coalesce(sum(greatest(raw - rolled_up, 0)), 0), "
        u"coalesce(sum(greatest(rolled_up - raw, 0)), 0) "
        "FROM (SELECT site_id, bucket, sum(raw) AS raw, sum(rolled_up) AS rolled_up FROM ("
        "SELECT site_id, date_trunc('minute', ingest_time) AS bucket, count(*) AS raw, 0 AS rolled_up FROM "
        "http_request GROUP BY 1, 2 "
        "UNION ALL SELECT site_id, bucket, 0, request_count FROM http_request_1min) AS sides GROUP BY 1, 2) AS buckets"_s);
    return {sums.integer(0, 0, -1), sums.integer(0, 1, -1), sums.integer(0, 2, -1)};
}

/// Runs the rollup until nothing waits any more; false when that does not come about.
inline bool catchUp(IoThread &io, const LiveCluster &cluster)
{
    QElapsedTimer elapsed;
    for (elapsed.start(); elapsed.elapsed() < 120'000;) {
        const auto session = openSession(io, cluster.settings());
        if (session) {
            const auto run = runRollup(*session, rollupName);
            if (run && run->state == RollupRun::State::Done && run->lagRows == 0)
                return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
    }
    return false;
}

} // namespace Shardboard::Testing
