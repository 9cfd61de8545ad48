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

-- step: create-first-bucket: Create function shardboard.first_bucket
-- The start of the first bucket with two ends. Times before belong to bucket '-infinity'. Buckets of a day and longer leave a
-- margin: the arithmetic of a calendar fails near the ends of what timestamptz holds.
CREATE OR REPLACE FUNCTION shardboard.first_bucket(bucket interval, zone text) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN bucket < interval '1 day' THEN timestamptz '4714-11-24 00:00:00+00 BC'
                WHEN bucket = interval '7 days' THEN timestamp '4712-01-31 BC' AT TIME ZONE zone
                ELSE timestamp '4712-01-01 BC' AT TIME ZONE zone END
$$;

-- step: create-last-bucket-end: Create function shardboard.last_bucket_end
-- The end of the last bucket with two ends. Times from then on belong to bucket 'infinity'.
CREATE OR REPLACE FUNCTION shardboard.last_bucket_end(bucket interval, zone text) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN bucket < interval '1 day' THEN timestamptz 'infinity'
                WHEN bucket = interval '7 days' THEN timestamp '294275-02-01' AT TIME ZONE zone
                ELSE timestamp '294275-01-01' AT TIME ZONE zone END
$$;

-- step: create-bucket-start: Create function shardboard.bucket_start
-- Of every time, without an error: infinite for times before the first and from the end of the last bucket on. Counted from
-- 2000, which is zero to the server: from elsewhere the difference to the last times of timestamptz has no interval.
CREATE OR REPLACE FUNCTION shardboard.bucket_start(moment timestamptz, bucket interval, zone text) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN bucket < interval '1 day' THEN date_bin(bucket, moment, '2000-01-01 00:00:00+00')
                WHEN moment < shardboard.first_bucket(bucket, zone) THEN '-infinity'
                WHEN moment >= shardboard.last_bucket_end(bucket, zone) THEN 'infinity'
                ELSE date_trunc(shardboard.bucket_unit(bucket), moment, zone) END
$$;

-- step: create-bucket-end: Create function shardboard.bucket_end
-- The end of so many buckets from a bucket's start on, or before it where there are fewer than none. The end of bucket '-infinity'
-- is the start of the first one; buckets whose end is no timestamptz end at 'infinity'.
CREATE OR REPLACE FUNCTION shardboard.bucket_end(start timestamptz, bucket interval, zone text, buckets int DEFAULT 1)
RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN start IS NULL THEN NULL -- least() passes over NULL
                WHEN start = '-infinity' AND buckets > 0 THEN shardboard.first_bucket(bucket, zone)
                WHEN NOT isfinite(start) THEN start
                WHEN buckets > 0 AND start > timestamptz '294276-12-31 23:59:59.999999+00' - bucket * buckets
                     - CASE WHEN bucket < interval '1 day' THEN interval '0' ELSE interval '1 day' END
                THEN shardboard.last_bucket_end(bucket, zone)
                WHEN buckets < 0 AND start < shardboard.first_bucket(bucket, zone) - bucket * buckets THEN '-infinity'
                WHEN bucket < interval '1 day' THEN start + bucket * buckets
                ELSE least((start AT TIME ZONE zone + bucket * buckets) AT TIME ZONE zone, shardboard.last_bucket_end(bucket, zone)) END
$$;

-- step: create-bucket-expression: Create function shardboard.bucket_expression
-- The start of the bucket of a column's moment as SQL, the same as shardboard.bucket_start().
CREATE OR REPLACE FUNCTION shardboard.bucket_expression(column_name text, bucket interval, zone text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN bucket < interval '1 day' THEN format('date_bin(%L, %I, ''2000-01-01 00:00:00+00'')', bucket, column_name)
                ELSE format('CASE WHEN %1$I < timestamptz %2$L THEN ''-infinity'' WHEN %1$I >= timestamptz %3$L THEN ''infinity'' '
                            'ELSE date_trunc(%4$L, %1$I, %5$L) END', column_name, shardboard.first_bucket(bucket, zone),
                            shardboard.last_bucket_end(bucket, zone), shardboard.bucket_unit(bucket), zone) END
$$;
