WITH counted AS (
  SELECT c.key AS country, sum(c.value::bigint) AS requests
    FROM {traffic}, jsonb_each_text(country_counters) AS c
   WHERE {?site site_id = :site::int AND} bucket >= :from AND bucket < :to
   GROUP BY 1),
everything AS (
  SELECT sum(request_count) AS requests
    FROM {traffic}
   WHERE {?site site_id = :site::int AND} bucket >= :from AND bucket < :to),
unknown AS (
  SELECT (SELECT requests FROM everything) - (SELECT coalesce(sum(requests), 0) FROM counted) AS requests)
SELECT country, requests FROM counted
 UNION ALL
SELECT NULL, requests FROM unknown WHERE requests > 0
 ORDER BY requests DESC, country