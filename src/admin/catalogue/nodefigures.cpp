// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/catalogue/nodefigures.h"

#include "admin/catalogue/unlockedsize.h"

namespace Shardboard {

namespace {

// Runs on each node, whose copy of the metadata names the shards placed there. A partition's shards are counted with
// the partition; the shards of a partitioned table hold nothing themselves.
QString commandOnNode()
{
    return QStringLiteral(R"(
WITH %1
SELECT coalesce(json_agg(json_build_array(nspname, relname, bytes, rows)), '[]')
  FROM (SELECT n.nspname, l.relname, sum(%2) AS bytes,
               coalesce(sum(c.reltuples) FILTER (WHERE c.reltuples >= 0), -1)::bigint AS rows
          FROM pg_dist_local_group g
          JOIN pg_dist_placement p ON p.groupid = g.groupid
          JOIN pg_dist_shard s ON s.shardid = p.shardid
          JOIN pg_class l ON l.oid = s.logicalrelid
          JOIN pg_namespace n ON n.oid = l.relnamespace
          JOIN pg_class c ON c.oid = to_regclass(shard_name(s.logicalrelid, s.shardid, false)) AND c.relkind = 'r'
         GROUP BY 1, 2) t)")
        .arg(busyTablesSql(), unlockedSizeSql(QStringLiteral("c.oid")));
}

} // namespace

Query nodeFiguresQuery()
{
    return Query(QStringLiteral(R"(
SELECT r.nodeid, CASE WHEN r.success THEN NULL ELSE r.result END, e ->> 0, e ->> 1, (e ->> 2)::bigint, (e ->> 3)::bigint
  FROM run_command_on_all_nodes($1) r
  LEFT JOIN LATERAL json_array_elements(CASE WHEN r.success THEN r.result::json END) e ON true)"),
        {commandOnNode().toUtf8()});
}

Outcome<NodeFigures> readNodeFigures(const Outcome<ResultSet> &answer)
{
    if (!answer)
        return answer.failure<NodeFigures>();
    NodeFigures figures;
    for (qsizetype row = 0; row < answer->rowCount(); ++row) {
        const int nodeId = int(answer->integer(row, 0));
        if (!answer->isNull(row, 1)) {
            figures.failures.insert(nodeId, answer->text(row, 1));
        } else if (!answer->isNull(row, 2)) {
            figures.figures << NodeFigure{
                nodeId, {answer->text(row, 2), answer->text(row, 3)}, answer->integer(row, 4), answer->integer(row, 5)};
        }
    }
    return figures;
}

} // namespace Shardboard
