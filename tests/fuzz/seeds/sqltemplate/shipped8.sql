SELECT event_type, sum(event_count) AS events
  FROM {clicks}
 WHERE {?customer customer_id = :customer::bigint AND} bucket >= :from AND bucket < :to
 GROUP BY 1
 ORDER BY 2 DESC, 1