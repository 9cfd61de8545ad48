SELECT coalesce(max(repo_name), repo_id::text) AS repository, sum(event_count) AS events, coalesce(sum(commit_count), 0) AS commits,
       count(DISTINCT user_id) AS users
  FROM {events}
 WHERE repo_id IS NOT NULL AND {?type event_type = :type AND} bucket >= :from AND bucket < :to
 GROUP BY repo_id
 ORDER BY events DESC, repository
 LIMIT 20