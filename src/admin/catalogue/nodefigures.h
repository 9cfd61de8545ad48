// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"
#include "connection/values/query.h"
#include "connection/values/resultset.h"
#include "connection/values/sqlquote.h"

#include <QHash>
#include <QList>

namespace Shardboard {

/// What the shards of one table on one node add up to.
struct NodeFigure
{
    int nodeId = 0;
    QualifiedName table;
    qint64 bytes = 0; ///< with indexes and TOAST
    qint64 rows = -1; ///< estimate; -1 when none of the shards was analysed
};

struct NodeFigures
{
    QList<NodeFigure> figures;
    QHash<int, QString> failures; ///< why a node, by its id, told nothing
};

/// Asks every node, once and in parallel, for its shards added up by table: one remote query a node, where citus' own
/// views ask for each shard. Works through the coordinator alone. Needs citus.
Query nodeFiguresQuery();
Outcome<NodeFigures> readNodeFigures(const Outcome<ResultSet> &answer);

} // namespace Shardboard
