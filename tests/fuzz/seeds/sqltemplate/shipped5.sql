SELECT date_bin(:step, bucket, :from) AS hour, sum(event_count) AS events
  FROM {hours}
 WHERE {?customer customer_id = :customer::bigint AND} bucket >= :from AND bucket < :to
 GROUP BY 1
 ORDER BY 1