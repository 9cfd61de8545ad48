SELECT round((sum(event_count) / nullif(hll_cardinality(hll_union_agg(session_distinct_count)), 0))::numeric, 2) AS per_session
  FROM {clicks}
 WHERE {?customer customer_id = :customer::bigint AND} bucket >= :from AND bucket < :to