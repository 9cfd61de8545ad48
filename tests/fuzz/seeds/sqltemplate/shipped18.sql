SELECT coalesce(max(u.login), e.user_id::text) AS login, sum(e.event_count) AS events, coalesce(sum(e.commit_count), 0) AS commits,
       sum(e.repository_count) AS repositories
  FROM {events} AS e LEFT JOIN {users} AS u ON u.user_id = e.user_id
 WHERE {?type e.event_type = :type AND} e.bucket >= :from AND e.bucket < :to
 GROUP BY e.user_id
 ORDER BY events DESC, login
 LIMIT 20