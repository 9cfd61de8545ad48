WITH b AS (
  SELECT date_bin(:step, bucket, 'epoch') AS bucket, hll_union_agg(session_distinct_count) AS h
    FROM {clicks}
   WHERE {?customer customer_id = :customer::bigint AND} bucket >= :from AND bucket < :to
   GROUP BY 1),
both_kinds AS (SELECT bucket, h FROM b UNION ALL SELECT NULL, hll_union_agg(h) FROM b)
SELECT bucket, round(n) AS n, floor(n * (1 - e)) AS low, ceil(n * (1 + e)) AS high
  FROM (SELECT bucket, hll_cardinality(h) AS n, 2 * 1.04 / sqrt(2 ^ hll_log2m(h)) AS e FROM both_kinds) AS v
 ORDER BY bucket