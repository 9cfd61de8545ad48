// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/blueprint.h"
#include "admin/facts.h"

#include <optional>

namespace Shardboard {

struct RollupDefinition;

/// What the plans of several blueprints have in common: settings, obstacles, and steps that come without a group.
namespace BlueprintSteps {

BlueprintSetting schemaSetting();
BlueprintSetting shardCountSetting(int defaultCount, const QString &whole);
/// `help` says what happens to older rows.
BlueprintSetting rawRetentionSetting(const QString &defaultValue, const QString &help);

/// Of rollup rows, which never go before the rows they were made of.
BlueprintSetting rollupRetentionSetting(const QString &name, const QString &label, const QString &defaultValue);
BlueprintSetting scheduleSetting(const QString &defaultValue);
/// `what` is counted: "distinct visitors".
BlueprintSetting hllSetting(const QString &what);

/// A setting's value as text, empty when it is not there.
QString settingOf(const QJsonObject &settings, const char *name);
/// The interval of a retention setting, empty for "never".
QString keepOf(const QJsonObject &settings, const char *name);
/// "schema.table", or only the table in schema public: names in the registry and of jobs.
QString registryName(const QualifiedName &table);

/// What keeps any blueprint from being applied here, empty when nothing does. `tables` are those it makes.
std::optional<ServerError> obstacle(
    const BlueprintInfo &info, const QString &schema, const QList<QualifiedName> &tables, const CatalogueFacts &facts);
/// What keeps any plan that installs server-side objects from being carried out here.
std::optional<ServerError> serverObstacle(const CatalogueFacts &facts);
/// The number of shards of a table that is there already cannot be another one.
std::optional<ServerError> shardCountObstacle(
    const QualifiedName &table, const QString &shardCount, const CatalogueFacts &facts);
/// A rollup of that name with other figures than these is there already.
std::optional<ServerError> measuresObstacle(
    const RollupDefinition &rollup, const QString &settings, const CatalogueFacts &facts);
/// How to run a rollup, and delete what is old, where pg_cron cannot; empty where it can.
QStringList crontabNotes(const QStringList &rollups, const QString &schedule, const CatalogueFacts &facts);
/// The same of rollups that each have a schedule of their own: name and schedule, which may be empty.
QStringList crontabNotes(const QList<std::pair<QString, QString>> &rollups, const CatalogueFacts &facts);
/// What is left out because citus or pg_cron are not there.
QStringList notes(const CatalogueFacts &facts);

PlanStep step(const QString &id, const QString &title, const QString &sql);
/// SELECT of one boolean: whether there is such a relation.
QString exists(const QualifiedName &relation);
/// The schema, if the blueprint makes it, and the note in the registry that it was applied.
QList<PlanStep> beginning(const BlueprintInfo &info, const Intent &intent, const CatalogueFacts &facts);
/// `body` is what follows the name: "(…) PARTITION BY …".
PlanStep createTable(const QString &id, const QualifiedName &table, const QString &body);
/// `key` is "(column)" or "USING gin (column)".
PlanStep createIndex(
    const QString &id, const QString &title, const QualifiedName &table, const QString &name, const QString &key);
/// `placement` holds further arguments of create_distributed_table, `how` says the same to people.
PlanStep distribute(
    const QString &id, const QualifiedName &table, const QString &column, const QString &placement, const QString &how);
/// Schedules a job, or takes one of an earlier application away when nothing is to be done any more. Nothing without
/// pg_cron. An empty `role` is the session's user.
QList<PlanStep> job(const CatalogueFacts &facts, const QString &name, const QString &schedule, const QString &command,
    bool isWanted, const QString &role = {});
/// Registers how long rows of a table are kept, and the job that deletes older ones.
QList<PlanStep> rowRetention(const CatalogueFacts &facts, const QualifiedName &table, const QString &timeColumn,
    const QString &keep, const QString &schedule, const QString &role = {});

} // namespace BlueprintSteps

} // namespace Shardboard
