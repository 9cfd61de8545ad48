-- SPDX-License-Identifier: GPL-3.0-or-later
-- Sums of double precision as the server's own sum(), but where a sum leaves the range of the type the result is infinite instead
-- of an error: two rows must not stop all others. They run on the shards, so citus carries them to every node.

-- step: create-to-float: Create function shardboard.to_float8
-- The nearest double precision; infinite or zero beyond the range of the type.
CREATE OR REPLACE FUNCTION shardboard.to_float8(value numeric) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN abs(value) < numeric '4.95e-324' THEN 0
                WHEN value = 'NaN' OR abs(value) <= numeric '1.7976931348623157e308' THEN value::float8
                WHEN value > 0 THEN 'Infinity' WHEN value < 0 THEN '-Infinity' END
$$;

-- step: create-add-float: Create function shardboard.add_float8
-- The sum of both, or the one that is not NULL.
CREATE OR REPLACE FUNCTION shardboard.add_float8(one float8, other float8) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN one IS NULL OR other IS NULL THEN coalesce(one, other)
                WHEN abs(one) < 1e300 AND abs(other) < 1e300 THEN one + other
                ELSE shardboard.to_float8(one::text::numeric + other::text::numeric) END
$$;

-- step: create-sum-bound: Create function shardboard.sum_bound
-- By how much sums of so many values may differ because of their order, where `magnitude` is the sum of their absolute values.
-- Two values have the same sum in any order.
CREATE OR REPLACE FUNCTION shardboard.sum_bound(magnitude float8, value_count bigint) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value_count > 2 THEN greatest(least(magnitude, 1e290), 1e-280) * (value_count - 1) * 2.3e-16 ELSE 0 END
$$;

-- step: create-same-sums: Create function shardboard.same_sums
-- Whether the sums are the same but for the order in which they were made.
CREATE OR REPLACE FUNCTION shardboard.same_sums(sums float8[], others float8[], bounds float8[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(bool_and(one IS NOT DISTINCT FROM other
                    OR coalesce(abs(one) < 1e300 AND abs(other) < 1e300 AND abs(one - other) <= bound, false)), true)
      FROM unnest(sums, others, bounds) AS s(one, other, bound)
$$;
