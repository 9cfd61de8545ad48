-- SPDX-License-Identifier: GPL-3.0-or-later
-- Counters per value as JSONB, {"DE": 12, "FR": 7}. They run on the shards, so citus carries them to every node.

-- step: create-count-values: Create function shardboard.count_values
CREATE OR REPLACE FUNCTION shardboard.count_values(list text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(v, n), '{}')
      FROM (SELECT v, count(*) AS n FROM unnest(list) AS v WHERE v IS NOT NULL GROUP BY v) AS counted
$$;

-- step: create-merge-counters: Create function shardboard.merge_counters
CREATE OR REPLACE FUNCTION shardboard.merge_counters(one jsonb, other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(key, n), '{}')
      FROM (SELECT key, sum(value::numeric) AS n
              FROM (SELECT * FROM jsonb_each_text(one) UNION ALL SELECT * FROM jsonb_each_text(other)) AS both_sides
             GROUP BY key) AS merged
$$;

-- step: create-sum-counters: Create function shardboard.sum_counters
CREATE OR REPLACE FUNCTION shardboard.sum_counters(list jsonb[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(key, n), '{}')
      FROM (SELECT key, sum(value::numeric) AS n
              FROM unnest(list) AS one, jsonb_each_text(one) GROUP BY key) AS summed
$$;

-- step: create-top-counters: Create function shardboard.top_counters
-- The largest so many. An item that fell off starts again from nothing, so a list that was cut tells too little of what is
-- near its smallest count, never too much.
CREATE OR REPLACE FUNCTION shardboard.top_counters(counters jsonb, size int) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(key, n), '{}')
      FROM (SELECT key, value::numeric AS n FROM jsonb_each_text(counters) ORDER BY value::numeric DESC, key LIMIT size) AS largest
$$;

-- step: create-whole-counters: Create function shardboard.whole_counters
-- The counters where none was ever cut off, else only that: which ones fell off hangs on the order of the rows.
CREATE OR REPLACE FUNCTION shardboard.whole_counters(counters jsonb, size int) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN (SELECT count(*) FROM jsonb_object_keys(counters)) < size THEN counters
                ELSE to_jsonb('the largest ' || size) END
$$;
