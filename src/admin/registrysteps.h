// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/plan.h"
#include "connection/values/sqlquote.h"

#include <QJsonObject>
#include <QList>
#include <QString>

#include <optional>

namespace Shardboard {

struct CatalogueFacts;
struct CronJobFacts;
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
/// Whether a superuser can schedule jobs that run as another role.
bool canScheduleAs(const CatalogueFacts &facts);

PlanStep registerRollup(const RollupDefinition &rollup);
/// The rollup's registry rows; its table is dropped by dropTable().
QList<PlanStep> forgetRollup(const QString &rollup);

/// An empty `keep` keeps the rows forever. Without `dropsWide` that setting stays as it is. The undo restores the
/// former entry by `mark`; empty: one made from the values.
PlanStep registerRetention(const QualifiedName &table, const QString &timeColumn, const QString &keep,
    std::optional<bool> dropsWide = {}, const QString &mark = {});
PlanStep forgetRetention(const QualifiedName &table);
/// As the entry was before the one with this mark was written; nothing when none was.
PlanStep restoreRetention(const QualifiedName &table, const QString &mark);
/// For tables that are dropped: otherwise what has expired outlives the retention.
PlanStep forgetExpired(const QualifiedName &table);

PlanStep recordBlueprint(const QString &name, const QString &schema, const QJsonObject &settings, bool createdSchema);
PlanStep forgetBlueprint(const QString &name, const QString &schema);

/// Schedules the command under this name; jobs of other roles with the same command are removed. An empty `role` is the
/// session's user. The undo restores what was scheduled before.
QList<PlanStep> scheduleJob(const CatalogueFacts &facts, const QString &job, const QString &schedule,
    const QString &command, const QString &role = {});
/// This job, by its id; the undo schedules it again.
PlanStep unscheduleJob(const CatalogueFacts &facts, const CronJobFacts &job);
/// The jobs of this database with the name.
QList<PlanStep> unscheduleJobs(const CatalogueFacts &facts, const QString &job);

/// How partitions of a table are to be looked after; `columns` are those of shardboard.partitioning with their values,
/// as SQL.
PlanStep registerPartitioning(const QualifiedName &table, const QList<std::pair<QString, QString>> &columns);
PlanStep forgetPartitioning(const QualifiedName &table);

PlanStep dropTable(const QualifiedName &table);

} // namespace RegistrySteps

} // namespace Shardboard
