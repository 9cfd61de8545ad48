SELECT customer_id::text AS customer, sum(event_count) AS events
  FROM {clicks}
 WHERE bucket >= :from AND bucket < :to
 GROUP BY customer_id
 ORDER BY events DESC, customer_id
 LIMIT 20