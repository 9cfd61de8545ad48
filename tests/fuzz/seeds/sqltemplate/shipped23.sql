WITH b AS (
  SELECT date_bin(:step, bucket, 'epoch') AS bucket, sum(request_count) AS requests, sum(error_count) AS errors,
         sum(response_time_sum) AS time_sum, sum(response_time_count) AS time_count
    FROM {traffic}
   WHERE {?site site_id = :site::int AND} bucket >= :from AND bucket < :to
   GROUP BY 1)
SELECT bucket,
       requests * 60 / extract(epoch FROM greatest(interval '1 minute',
         least(bucket + :step, :to, :complete) - greatest(bucket, :from))) AS requests,
       round(errors / nullif(requests, 0), 6) AS error_rate, round(time_sum / nullif(time_count, 0), 3) AS avg_ms
  FROM b
 UNION ALL
SELECT NULL, coalesce(sum(requests), 0), round(sum(errors) / nullif(sum(requests), 0), 6),
       round(sum(time_sum) / nullif(sum(time_count), 0), 3)
  FROM b
 ORDER BY 1