WITH b AS (
  SELECT date_bin(:step, bucket, 'epoch') AS bucket, sum(event_count) AS events
    FROM {clicks}
   WHERE {?customer customer_id = :customer::bigint AND} bucket >= :from AND bucket < :to
   GROUP BY 1)
SELECT bucket, events * 60 / extract(epoch FROM greatest(interval '1 minute',
         least(bucket + :step, :to, :complete) - greatest(bucket, :from))) AS events
  FROM b
 UNION ALL
SELECT NULL, coalesce(sum(events), 0) FROM b
 ORDER BY 1