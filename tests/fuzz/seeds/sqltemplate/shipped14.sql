SELECT date_bin(:step, bucket, 'epoch') AS bucket, count(DISTINCT user_id) AS n
  FROM {events}
 WHERE {?type event_type = :type AND} bucket >= :from AND bucket < :to
 GROUP BY 1
 UNION ALL
SELECT NULL, count(DISTINCT user_id)
  FROM {events}
 WHERE {?type event_type = :type AND} bucket >= :from AND bucket < :to
 ORDER BY 1