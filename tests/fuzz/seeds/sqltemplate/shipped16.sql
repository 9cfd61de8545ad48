SELECT date_bin(:step, bucket, :from) AS hour, coalesce(sum(commit_count), 0) AS commits
  FROM {hours}
 WHERE bucket >= :from AND bucket < :to
 GROUP BY 1
 ORDER BY 1