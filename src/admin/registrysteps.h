// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "connection/values/sqlquote.h"

#include <QJsonObject>
#include <QList>
#include <QString>

namespace Shardboard {

struct CatalogueFacts;
struct RollupDefinition;

/// Steps that write into the registry of schema shardboard and into pg_cron, shared by all planners. Each comes without
/// a group.
namespace RegistrySteps {

/// pg_cron's names for what Shardboard schedules.
QString rollupJob(const QString &rollup);
QString retentionJob(const QString &table);
QString partitionsJob(const QString &table);

/// Whether jobs can be scheduled from this database.
bool canSchedule(const CatalogueFacts &facts);
bool hasJob(const CatalogueFacts &facts, const QString &job);

PlanStep registerRollup(const RollupDefinition &rollup);
/// The rollup's registry rows; its table is dropped by dropTable().
QList<PlanStep> forgetRollup(const QString &rollup);

/// An empty `keep` keeps the rows for ever.
PlanStep registerRetention(const QualifiedName &table, const QString &timeColumn, const QString &keep);
PlanStep forgetRetention(const QualifiedName &table);

PlanStep recordBlueprint(const QString &name, const QString &schema, const QJsonObject &settings, bool createdSchema);
PlanStep forgetBlueprint(const QString &name, const QString &schema);

PlanStep scheduleJob(const QString &job, const QString &schedule, const QString &command);
PlanStep unscheduleJob(const QString &job);

/// How partitions of a table are to be looked after; `columns` are those of shardboard.partitioning with their values,
/// as SQL.
PlanStep registerPartitioning(const QualifiedName &table, const QList<std::pair<QString, QString>> &columns);
PlanStep forgetPartitioning(const QualifiedName &table);

PlanStep dropTable(const QualifiedName &table);

} // namespace RegistrySteps

} // namespace Shardboard
