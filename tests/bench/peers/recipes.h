// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

/// What published recipes for the same workloads do, in schema "theirs": the peers that bench_rollup holds ours
/// against. The statements are written anew; how they find new rows, lock and merge is as published.
namespace Shardboard::Recipes {

/// A window of the coordinator's sequence behind a short EXCLUSIVE lock, merged into five minutes. Needs shardboard's
/// own function for partitions, so that both tables have the same ones.
inline QStringList clickstream(bool hasCitus)
{
    QStringList statements{
        QStringLiteral("CREATE SCHEMA IF NOT EXISTS theirs"),
        QStringLiteral(
            "CREATE TABLE theirs.events (event_id bigserial, event_time timestamptz DEFAULT now(), customer_id bigint, "
            "event_type text, country text, browser text, device_id bigint, session_id bigint) "
            "PARTITION BY RANGE (event_time)"),
        QStringLiteral(
            "CREATE TABLE theirs.rollup_events_5min (customer_id bigint, event_type text, country text, browser text, "
            "minute timestamptz, event_count bigint, device_distinct_count hll, session_distinct_count hll, "
            "top_devices_1000 jsonb)"),
        QStringLiteral(
            "CREATE UNIQUE INDEX ON theirs.rollup_events_5min (customer_id, event_type, country, browser, minute)"),
        QStringLiteral("CREATE TABLE theirs.progress (name text PRIMARY KEY, last_id bigint NOT NULL)"),
        QStringLiteral("INSERT INTO theirs.progress VALUES ('5min', 0)"),
    };
    if (hasCitus)
        statements << QStringLiteral(
            "SELECT create_distributed_table('theirs.events', 'customer_id', shard_count := 8)")
                   << QStringLiteral("SELECT create_distributed_table('theirs.rollup_events_5min', 'customer_id', "
                                     "colocate_with := 'theirs.events')");
    statements << QStringLiteral(
        "SELECT shardboard.create_partitions('theirs.events', '1 day', now() - interval '8 days', "
        "now() + interval '3 days')");
    statements << QStringLiteral(R"(
CREATE FUNCTION theirs.five_minutely_aggregation() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    low bigint;
    high bigint;
BEGIN
    SELECT last_id, coalesce(pg_sequence_last_value('theirs.events_event_id_seq'), 0) INTO low, high
      FROM theirs.progress WHERE name = '5min' FOR UPDATE;
    BEGIN
        LOCK TABLE theirs.events IN EXCLUSIVE MODE;
        RAISE EXCEPTION 'nobody is writing';
    EXCEPTION WHEN raise_exception THEN
    END;
    UPDATE theirs.progress SET last_id = high WHERE name = '5min';
    IF high <= low THEN
        RETURN;
    END IF;
    INSERT INTO theirs.rollup_events_5min AS kept
    SELECT customer_id, event_type, country, browser,
           date_trunc('seconds', (event_time - timestamp 'epoch') / 300) * 300 + timestamp 'epoch', count(*),
           hll_add_agg(hll_hash_bigint(device_id)), hll_add_agg(hll_hash_bigint(session_id)), topn_add_agg(device_id::text)
      FROM theirs.events WHERE event_id BETWEEN low + 1 AND high
     GROUP BY 1, 2, 3, 4, 5
        ON CONFLICT (customer_id, event_type, country, browser, minute) DO UPDATE SET
           event_count = kept.event_count + excluded.event_count,
           device_distinct_count = hll_union(kept.device_distinct_count, excluded.device_distinct_count),
           session_distinct_count = hll_union(kept.session_distinct_count, excluded.session_distinct_count),
           top_devices_1000 = topn_union(kept.top_devices_1000, excluded.top_devices_1000);
END $$)");
    return statements;
}

/// Appends the minutes after the last one up to and with the present one, which is still open.
inline QStringList httpTraffic(bool hasCitus)
{
    QStringList statements{
        QStringLiteral(
            "CREATE TABLE theirs.http_request (site_id int, ingest_time timestamptz DEFAULT now(), url text, "
            "request_country text, ip_address text, status_code int, response_time_msec int)"),
        QStringLiteral("CREATE TABLE theirs.http_request_1min (site_id int, ingest_time timestamptz, error_count int, "
                       "success_count int, request_count int, average_response_time_msec int)"),
        QStringLiteral("CREATE INDEX ON theirs.http_request_1min (site_id, ingest_time)"),
        QStringLiteral("CREATE TABLE theirs.latest_http_rollup (minute timestamptz PRIMARY KEY)"),
        QStringLiteral("INSERT INTO theirs.latest_http_rollup VALUES ('1901-10-10')"),
    };
    if (hasCitus)
        statements << QStringLiteral(
            "SELECT create_distributed_table('theirs.http_request', 'site_id', shard_count := 8)")
                   << QStringLiteral("SELECT create_distributed_table('theirs.http_request_1min', 'site_id', "
                                     "colocate_with := 'theirs.http_request')");
    statements << QStringLiteral(R"(
CREATE FUNCTION theirs.rollup_http_request() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    present timestamptz := date_trunc('minute', now());
    latest timestamptz := (SELECT minute FROM theirs.latest_http_rollup);
BEGIN
    INSERT INTO theirs.http_request_1min (site_id, ingest_time, request_count, success_count, error_count, average_response_time_msec)
    SELECT site_id, date_trunc('minute', ingest_time), count(*), count(*) FILTER (WHERE status_code BETWEEN 200 AND 299),
           count(*) FILTER (WHERE status_code NOT BETWEEN 200 AND 299), sum(response_time_msec) / count(*)
      FROM theirs.http_request WHERE date_trunc('minute', ingest_time) <@ tstzrange(latest, present, '(]')
     GROUP BY 1, 2;
    UPDATE theirs.latest_http_rollup SET minute = present;
END $$)");
    return statements;
}

} // namespace Shardboard::Recipes
