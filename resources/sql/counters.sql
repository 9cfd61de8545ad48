-- SPDX-License-Identifier: GPL-3.0-or-later
-- Counters per value as JSONB, {"DE": 12, "FR": 7}. They run on the shards, so citus carries them to every node.

-- step: create-count-values: Create function shardboard.count_values
CREATE OR REPLACE FUNCTION shardboard.count_values(list text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT coalesce(jsonb_object_agg(v, n), '{}')
      FROM (SELECT v, count(*) AS n FROM unnest(list) AS v WHERE v IS NOT NULL GROUP BY v) AS counted
$$;

-- step: create-merge-counters: Create function shardboard.merge_counters
CREATE OR REPLACE FUNCTION shardboard.merge_counters(one jsonb, other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT coalesce(jsonb_object_agg(key, n), '{}')
      FROM (SELECT key, sum(value::numeric) AS n
              FROM (SELECT * FROM jsonb_each_text(one) UNION ALL SELECT * FROM jsonb_each_text(other)) AS both_sides
             GROUP BY key) AS merged
$$;
