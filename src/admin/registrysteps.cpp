// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/registrysteps.h"

#include "admin/facts.h"
#include "admin/rollupdefinition.h"

#include <QJsonDocument>

#include <algorithm>

namespace Shardboard::RegistrySteps {

namespace {

QString compact(const QJsonArray &list)
{
    return QString::fromUtf8(QJsonDocument(list).toJson(QJsonDocument::Compact));
}

PlanStep makeStep(const QString &id, const QString &title, const QString &sql)
{
    PlanStep step;
    step.id = id;
    step.title = title;
    step.sql = sql;
    return step;
}

/// `DELETE FROM table WHERE key = value`, done when no such row is there.
PlanStep forget(const QString &id, const QString &title, const QString &table, const QString &condition)
{
    PlanStep step = makeStep(id, title, QStringLiteral("DELETE FROM %1 WHERE %2").arg(table, condition));
    step.doneSql = QStringLiteral("SELECT NOT EXISTS (SELECT FROM %1 WHERE %2)").arg(table, condition);
    return step;
}

} // namespace

QString rollupJob(const QString &rollup)
{
    return makeIdentifier(QStringLiteral("shardboard:rollup:") + rollup, {}); // pg_cron cuts names at 63 bytes
}

QString retentionJob(const QString &table)
{
    return makeIdentifier(QStringLiteral("shardboard:retention:") + table, {});
}

QString partitionsJob(const QString &table)
{
    return makeIdentifier(QStringLiteral("shardboard:partitions:") + table, {});
}

bool canSchedule(const CatalogueFacts &facts)
{
    const ServerCapabilities &can = facts.capabilities;
    return facts.canSeeJobs && can.pgCron.isAvailable()
        && (can.cronDatabase.isEmpty() || can.cronDatabase == can.database);
}

bool hasJob(const CatalogueFacts &facts, const QString &job)
{
    return std::ranges::find(facts.jobs, job, &CronJobFacts::name) != facts.jobs.cend();
}

PlanStep registerRollup(const RollupDefinition &rollup)
{
    QList<std::pair<QString, QString>> columns{
        {QStringLiteral("name"), quoteLiteral(rollup.name)},
        {QStringLiteral("strategy"), quoteLiteral(strategyName(rollup.strategy))},
        {QStringLiteral("source"), quoteLiteral(rollup.source.quoted())},
        {QStringLiteral("target"), quoteLiteral(rollup.target.quoted())},
        {QStringLiteral("time_column"), quoteLiteral(rollup.timeColumn)},
        {QStringLiteral("bucket_column"), quoteLiteral(rollup.bucketColumn)},
        {QStringLiteral("bucket"), quoteLiteral(rollup.bucket)},
        {QStringLiteral("dimensions"), quoteLiteral(compact(rollup.dimensionsToJson()))},
        {QStringLiteral("measures"), quoteLiteral(compact(rollup.measuresToJson()))},
        {QStringLiteral("aggregate_sql"), quoteLiteral(rollup.aggregateSql())},
        {QStringLiteral("compare_sql"), quoteLiteral(rollup.compareSql())},
        {QStringLiteral("time_zone"), quoteLiteral(rollup.timeZone)},
    };
    if (!rollup.sourceIndex.name.isEmpty())
        columns.append({QStringLiteral("source_index"), quoteLiteral(rollup.sourceIndex.quoted())});
    switch (rollup.strategy) {
    case RollupStrategy::Sequence:
        columns.append({QStringLiteral("id_column"), quoteLiteral(rollup.idColumn)});
        columns.append({QStringLiteral("id_sequence"),
            QStringLiteral("pg_get_serial_sequence(%1, %2)")
                .arg(quoteLiteral(rollup.source.quoted()), quoteLiteral(rollup.idColumn))});
        break;
    case RollupStrategy::ClosedBuckets:
        columns.append({QStringLiteral("grace"), quoteLiteral(rollup.grace)});
        columns.append({QStringLiteral("recompute"), QString::number(rollup.recompute)});
        break;
    case RollupStrategy::Cascade:
        columns.append({QStringLiteral("parent"), quoteLiteral(rollup.parent)});
        break;
    }
    QStringList names;
    QStringList values;
    QStringList changes;
    QStringList isSame;
    for (const auto &[name, value] : columns) {
        names << name;
        values << value;
        isSame << QStringLiteral("%1 = %2").arg(name, value);
        if (name != QStringLiteral("name"))
            changes << QStringLiteral("%1 = excluded.%1").arg(name);
    }
    PlanStep step
        = makeStep(QStringLiteral("register-") + rollup.name, QStringLiteral("Register rollup %1").arg(rollup.name),
            QStringLiteral("INSERT INTO shardboard.rollup (%1)\nVALUES (%2)\nON CONFLICT (name) DO UPDATE SET %3")
                .arg(names.join(QStringLiteral(", ")), values.join(QStringLiteral(",\n        ")),
                    changes.join(QStringLiteral(", "))));
    step.doneSql = QStringLiteral("SELECT EXISTS (SELECT FROM shardboard.rollup WHERE %1)")
                       .arg(isSame.join(QStringLiteral("\n AND ")));
    QStringList undo;
    for (const PlanStep &back : forgetRollup(rollup.name))
        undo << back.sql;
    step.undoSql = undo.join(QStringLiteral(";\n"));
    return step;
}

QList<PlanStep> forgetRollup(const QString &rollup)
{
    const QString isIt = QStringLiteral("rollup = ") + quoteLiteral(rollup);
    return {
        forget(QStringLiteral("forget-rollup"), QStringLiteral("Take rollup %1 out of the registry").arg(rollup),
            QStringLiteral("shardboard.rollup"), QStringLiteral("name = ") + quoteLiteral(rollup)),
        forget(QStringLiteral("forget-rollup-state"), QStringLiteral("Forget how far rollup %1 was").arg(rollup),
            QStringLiteral("shardboard.rollup_state"), isIt),
        forget(QStringLiteral("forget-rollup-changes"), QStringLiteral("Forget what rollup %1 had to do").arg(rollup),
            QStringLiteral("shardboard.rollup_change"), isIt),
        forget(QStringLiteral("forget-rollup-runs"), QStringLiteral("Delete the log of rollup %1").arg(rollup),
            QStringLiteral("shardboard.rollup_run"), isIt),
    };
}

PlanStep registerRetention(const QualifiedName &table, const QString &timeColumn, const QString &keep)
{
    const QString value = keep.isEmpty() ? QStringLiteral("NULL") : quoteLiteral(keep);
    const QString title
        = keep.isEmpty() ? QStringLiteral("Keep rows of %1 for ever") : QStringLiteral("Keep rows of %1 for %2");
    PlanStep step = makeStep(QStringLiteral("retention-") + table.name,
        keep.isEmpty() ? title.arg(table.display()) : title.arg(table.display(), keep),
        QStringLiteral(
            "INSERT INTO shardboard.retention (table_name, time_column, keep) VALUES (%1, %2, %3)\n"
            "ON CONFLICT (table_name) DO UPDATE SET time_column = excluded.time_column, keep = excluded.keep")
            .arg(quoteLiteral(table.quoted()), quoteLiteral(timeColumn), value));
    step.doneSql = QStringLiteral("SELECT EXISTS (SELECT FROM shardboard.retention WHERE table_name = %1 AND "
                                  "time_column = %2 AND keep IS NOT DISTINCT FROM %3::interval)")
                       .arg(quoteLiteral(table.quoted()), quoteLiteral(timeColumn), value);
    step.undoSql
        = QStringLiteral("DELETE FROM shardboard.retention WHERE table_name = %1").arg(quoteLiteral(table.quoted()));
    return step;
}

PlanStep forgetRetention(const QualifiedName &table)
{
    return forget(QStringLiteral("forget-retention-") + table.name,
        QStringLiteral("Forget how long rows of %1 are kept").arg(table.display()),
        QStringLiteral("shardboard.retention"), QStringLiteral("table_name = ") + quoteLiteral(table.quoted()));
}

PlanStep recordBlueprint(const QString &name, const QString &schema, const QJsonObject &settings, bool createdSchema)
{
    const QString json = quoteLiteral(QString::fromUtf8(QJsonDocument(settings).toJson(QJsonDocument::Compact)));
    PlanStep step = makeStep(QStringLiteral("record-blueprint"),
        QStringLiteral("Record that blueprint %1 was applied").arg(name),
        QStringLiteral(
            "INSERT INTO shardboard.blueprint (name, schema_name, settings, created_schema) VALUES (%1, %2, %3, %4)\n"
            "ON CONFLICT (name, schema_name) DO UPDATE SET settings = excluded.settings, applied_at = now()")
            .arg(quoteLiteral(name), quoteLiteral(schema), json,
                createdSchema ? QStringLiteral("true") : QStringLiteral("false")));
    step.doneSql = QStringLiteral(
        "SELECT EXISTS (SELECT FROM shardboard.blueprint WHERE name = %1 AND schema_name = %2 AND settings = %3)")
                       .arg(quoteLiteral(name), quoteLiteral(schema), json);
    step.undoSql = QStringLiteral("DELETE FROM shardboard.blueprint WHERE name = %1 AND schema_name = %2")
                       .arg(quoteLiteral(name), quoteLiteral(schema));
    return step;
}

PlanStep forgetBlueprint(const QString &name, const QString &schema)
{
    return forget(QStringLiteral("forget-blueprint"), QStringLiteral("Take blueprint %1 out of the registry").arg(name),
        QStringLiteral("shardboard.blueprint"),
        QStringLiteral("name = %1 AND schema_name = %2").arg(quoteLiteral(name), quoteLiteral(schema)));
}

PlanStep scheduleJob(const QString &job, const QString &schedule, const QString &command)
{
    PlanStep step
        = makeStep(QStringLiteral("schedule ") + job, QStringLiteral("Schedule job %1 at %2").arg(job, schedule),
            QStringLiteral("SELECT cron.schedule(%1, %2, %3)")
                .arg(quoteLiteral(job), quoteLiteral(schedule), quoteLiteral(command)));
    step.doneSql
        = QStringLiteral("SELECT EXISTS (SELECT FROM cron.job WHERE jobname = %1 AND schedule = %2 AND command = %3)")
              .arg(quoteLiteral(job), quoteLiteral(schedule), quoteLiteral(command));
    step.undoSql = unscheduleJob(job).sql;
    return step;
}

PlanStep unscheduleJob(const QString &job)
{
    PlanStep step = makeStep(QStringLiteral("unschedule ") + job, QStringLiteral("Remove job %1").arg(job),
        QStringLiteral("SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname = %1").arg(quoteLiteral(job)));
    step.doneSql = QStringLiteral("SELECT NOT EXISTS (SELECT FROM cron.job WHERE jobname = %1)").arg(quoteLiteral(job));
    return step;
}

PlanStep registerPartitioning(const QualifiedName &table, const QList<std::pair<QString, QString>> &columns)
{
    QStringList names{QStringLiteral("table_name")};
    QStringList values{quoteLiteral(table.quoted())};
    QStringList changes;
    QStringList isSame{QStringLiteral("table_name = ") + values.first()};
    for (const auto &[name, value] : columns) {
        names << name;
        values << value;
        changes << QStringLiteral("%1 = excluded.%1").arg(name);
        isSame << QStringLiteral("%1 IS NOT DISTINCT FROM %2").arg(name, value);
    }
    PlanStep step = makeStep(QStringLiteral("register-partitioning"),
        QStringLiteral("Register how partitions of %1 are looked after").arg(table.display()),
        QStringLiteral(
            "INSERT INTO shardboard.partitioning (%1)\nVALUES (%2)\nON CONFLICT (table_name) DO UPDATE SET %3")
            .arg(names.join(QStringLiteral(", ")), values.join(QStringLiteral(", ")),
                changes.join(QStringLiteral(", "))));
    step.doneSql = QStringLiteral("SELECT EXISTS (SELECT FROM shardboard.partitioning WHERE %1)")
                       .arg(isSame.join(QStringLiteral(" AND ")));
    step.undoSql = forgetPartitioning(table).sql;
    return step;
}

PlanStep forgetPartitioning(const QualifiedName &table)
{
    return forget(QStringLiteral("forget-partitioning"),
        QStringLiteral("Take the partitions of %1 out of the registry").arg(table.display()),
        QStringLiteral("shardboard.partitioning"), QStringLiteral("table_name = ") + quoteLiteral(table.quoted()));
}

PlanStep dropTable(const QualifiedName &table)
{
    PlanStep step = makeStep(QStringLiteral("drop-") + table.name, QStringLiteral("Drop table %1").arg(table.display()),
        QStringLiteral("DROP TABLE IF EXISTS %1").arg(table.quoted()));
    step.doneSql = QStringLiteral("SELECT to_regclass(%1) IS NULL").arg(quoteLiteral(table.quoted()));
    step.locks = {QStringLiteral("ACCESS EXCLUSIVE on %1: waits for everyone who uses it").arg(table.display())};
    step.warnings = {QStringLiteral("The rows of %1 are gone for good.").arg(table.display())};
    return step;
}

} // namespace Shardboard::RegistrySteps
