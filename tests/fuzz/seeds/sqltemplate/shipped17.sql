SELECT event_type, sum(event_count) AS events
  FROM {events}
 WHERE bucket >= :from AND bucket < :to
 GROUP BY 1
 ORDER BY 2 DESC, 1