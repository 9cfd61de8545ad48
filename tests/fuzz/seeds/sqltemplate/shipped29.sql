SELECT bucket, round(n) AS visitors, floor(n * (1 - e)) AS low, ceil(n * (1 + e)) AS high
  FROM (SELECT bucket, hll_cardinality(h) AS n, 2 * 1.04 / sqrt(2 ^ hll_log2m(h)) AS e
          FROM (SELECT date_bin(:step, bucket, :from) AS bucket, hll_union_agg(distinct_ip) AS h
                  FROM {traffic}
                 WHERE {?site site_id = :site::int AND} bucket >= :from AND bucket < :to
                 GROUP BY 1) AS b) AS v
 ORDER BY bucket