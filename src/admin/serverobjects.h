// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "connection/values/outcome.h"

namespace Shardboard {

struct CatalogueFacts;

/// What Shardboard keeps on a server, all in schema shardboard: registry, state, log, procedures (resources/sql).
namespace ServerObjects {

/// The version this program installs; the schema's comment says which one is there.
constexpr int version = 11;
QString versionComment(int ofVersion);
/// The version a schema comment tells, 0 when it is none of ours.
int versionFromComment(const QString &comment);

/// One step a statement, all in one group; none where this version is there. An error when the server has a newer
/// version than this program knows.
Outcome<QList<PlanStep>> installSteps(const CatalogueFacts &facts, int group);

/// Drops schema shardboard unless something is still registered in it, or an object of others depends on it: the
/// statement decides on the server. The steps that unregister come before it, in the same transaction.
PlanStep removeStep(int group);

} // namespace ServerObjects

} // namespace Shardboard
