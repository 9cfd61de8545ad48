SELECT bucket, success * 60 / seconds AS success, (requests - success - errors) * 60 / seconds AS other,
       errors * 60 / seconds AS errors, round(errors / nullif(requests, 0), 6) AS error_rate,
       round(time_sum / nullif(time_count, 0), 3) AS avg_ms, max_ms
  FROM (SELECT date_bin(:step, bucket, :from) AS bucket,
               extract(epoch FROM least(:step, greatest(interval '1 minute',
                 :complete - date_bin(:step, min(bucket), :from)))) AS seconds,
               sum(request_count) AS requests, sum(success_count) AS success, sum(error_count) AS errors,
               sum(response_time_sum) AS time_sum, sum(response_time_count) AS time_count,
               max(response_time_max) AS max_ms
          FROM {traffic}
         WHERE {?site site_id = :site::int AND} bucket >= :from AND bucket < :to
         GROUP BY 1) AS b
 ORDER BY bucket