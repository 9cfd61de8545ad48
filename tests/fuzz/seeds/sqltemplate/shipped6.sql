SELECT hour, round(d) AS devices, floor(d * (1 - e)) AS devices_low, ceil(d * (1 + e)) AS devices_high,
       round(s) AS sessions, floor(s * (1 - e)) AS sessions_low, ceil(s * (1 + e)) AS sessions_high
  FROM (SELECT hour, hll_cardinality(dh) AS d, hll_cardinality(sh) AS s, 2 * 1.04 / sqrt(2 ^ hll_log2m(dh)) AS e
          FROM (SELECT date_bin(:step, bucket, :from) AS hour, hll_union_agg(device_distinct_count) AS dh,
                       hll_union_agg(session_distinct_count) AS sh
                  FROM {hours}
                 WHERE {?customer customer_id = :customer::bigint AND} bucket >= :from AND bucket < :to
                 GROUP BY 1) AS h) AS v
 ORDER BY hour