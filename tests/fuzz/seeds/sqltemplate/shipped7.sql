WITH counted AS (
  SELECT d.key AS device, sum(d.value::bigint) AS events
    FROM {clicks}, jsonb_each_text(top_devices_1000) AS d
   WHERE {?customer customer_id = :customer::bigint AND} bucket >= :from AND bucket < :to
   GROUP BY 1
   ORDER BY 2 DESC, 1
   LIMIT 10),
cut AS (
  SELECT coalesce(sum(least_count), 0) AS floor
    FROM (SELECT customer_id, event_type, country, browser, bucket, min(d.value::bigint) AS least_count
            FROM {clicks}, jsonb_each_text(top_devices_1000) AS d
           WHERE {?customer customer_id = :customer::bigint AND} bucket >= :from AND bucket < :to
           GROUP BY 1, 2, 3, 4, 5
          HAVING count(*) >= 1000) AS full_lists)
SELECT 'Device ' || device AS device, events, 1 AS place FROM counted
 UNION ALL
SELECT 'Floor: what a bar may lack', floor, 2 FROM cut
 ORDER BY place, events DESC, device