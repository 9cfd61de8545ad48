-- SPDX-License-Identifier: GPL-3.0-or-later
-- Where buckets begin and end: below a day in UTC, so that a day of 23 or 25 hours has whole ones; a day and longer in the
-- rollup's own time zone.

-- step: pin-session: Pin the settings of this transaction
-- Names below mean what they say whatever search_path the session has.
SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
       pg_catalog.set_config('standard_conforming_strings', 'on', true),
       pg_catalog.set_config('check_function_bodies', 'on', true);

-- step: create-schema: Create schema shardboard
CREATE SCHEMA IF NOT EXISTS shardboard;

-- step: create-bucket-unit: Create function shardboard.bucket_unit
-- The name date_trunc() has for a bucket of a day or longer; NULL for what has none. A month counts as 30 days here.
CREATE OR REPLACE FUNCTION shardboard.bucket_unit(bucket interval) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE bucket WHEN interval '1 day' THEN 'day' WHEN interval '7 days' THEN 'week' WHEN interval '1 month' THEN 'month'
                       WHEN interval '3 months' THEN 'quarter' WHEN interval '1 year' THEN 'year' END
$$;

-- step: create-bucket-start: Create function shardboard.bucket_start
CREATE OR REPLACE FUNCTION shardboard.bucket_start(moment timestamptz, bucket interval, zone text) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN bucket < interval '1 day' THEN date_bin(bucket, moment, '1970-01-01 00:00:00+00')
                ELSE date_trunc(shardboard.bucket_unit(bucket), moment, zone) END
$$;

-- step: create-bucket-end: Create function shardboard.bucket_end
-- The end of so many buckets from a bucket's start on.
CREATE OR REPLACE FUNCTION shardboard.bucket_end(start timestamptz, bucket interval, zone text, buckets int DEFAULT 1)
RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN bucket < interval '1 day' THEN start + bucket * buckets
                ELSE (start AT TIME ZONE zone + bucket * buckets) AT TIME ZONE zone END
$$;

-- step: create-bucket-expression: Create function shardboard.bucket_expression
-- The start of the bucket of a column's moment as SQL.
CREATE OR REPLACE FUNCTION shardboard.bucket_expression(column_name text, bucket interval, zone text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN bucket < interval '1 day' THEN format('date_bin(%L, %I, ''1970-01-01 00:00:00+00'')', bucket, column_name)
                ELSE format('date_trunc(%L, %I, %L)', shardboard.bucket_unit(bucket), column_name, zone) END
$$;
