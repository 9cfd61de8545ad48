// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "connection/values/sqlquote.h"

#include <QStringList>

#include <optional>

namespace Shardboard {

struct CatalogueFacts;
struct TableFacts;

/// As which role the jobs of a table run. Triggers, expressions and functions in indexes of a table run with the rights
/// of the role that writes: a job that a superuser schedules for the table of another role runs as that role.
namespace JobOwner {

/// The table's owner where the plan's own role is not to run its jobs; empty: the session's user does.
QString roleFor(const TableFacts *table, const CatalogueFacts &facts);

/// Grants that role what its runs need in schema shardboard; none where the session's user runs the jobs.
QList<PlanStep> grants(const TableFacts *table, const CatalogueFacts &facts);

/// Makes that role the owner of a table or view that its jobs write; none where the session's user runs the jobs.
QList<PlanStep> handOver(const QualifiedName &relation, bool isView, const QString &role);

/// Where the session is a superuser's, the table is not its own, and the jobs run as the session's user all the same.
QStringList warnings(const TableFacts *table, const CatalogueFacts &facts);

/// Why rows of this table may not be counted on, in one sentence; empty when row security hides none.
QString rowSecurityProblem(const TableFacts &table);

} // namespace JobOwner

} // namespace Shardboard
