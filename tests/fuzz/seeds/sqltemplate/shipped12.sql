SELECT date_bin(:step, bucket, 'epoch') AS bucket, coalesce(sum(event_count), 0) AS n
  FROM {events}
 WHERE {?type event_type = :type AND} bucket >= :from AND bucket < :to
 GROUP BY 1
 UNION ALL
SELECT NULL, coalesce(sum(event_count), 0)
  FROM {events}
 WHERE {?type event_type = :type AND} bucket >= :from AND bucket < :to
 ORDER BY 1