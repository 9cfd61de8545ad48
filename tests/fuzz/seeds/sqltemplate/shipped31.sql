SELECT site_id AS site, sum(request_count) AS requests,
       round(sum(error_count) / nullif(sum(request_count), 0), 6) AS error_rate,
       round(sum(response_time_sum) / nullif(sum(response_time_count), 0), 3) AS avg_ms, max(response_time_max) AS max_ms
  FROM {traffic}
 WHERE bucket >= :from AND bucket < :to
 GROUP BY site_id
 ORDER BY requests DESC, site
 LIMIT 20