// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/registrysteps.h"

#include "admin/facts.h"
#include "admin/rollupdefinition.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QRegularExpression>

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

/// An entry of the registry that a plan writes.
struct Entry
{
    QString registry; ///< table of schema shardboard
    QList<std::pair<QString, QString>> key; ///< columns with their text
    QList<std::pair<QString, QString>> columns; ///< with their values as SQL
    QList<std::pair<QString, QString>> onlyNew; ///< the same, of an entry that does not exist yet
    QString mark; ///< names what is written, for the undo; empty: made from the values
};

QString keyJson(const QList<std::pair<QString, QString>> &key)
{
    QJsonObject object;
    for (const auto &[column, value] : key)
        object.insert(column, value);
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

/// INSERT or UPDATE of an entry. The server saves the former one in the same statement; the undo restores it.
PlanStep registerEntry(const QString &id, const QString &title, const Entry &entry)
{
    QStringList names, values, keyNames, changes, isSame;
    for (const auto &[name, value] : entry.key) {
        keyNames << name;
        names << name;
        values << quoteLiteral(value);
        isSame << QStringLiteral("%1 = %2").arg(name, quoteLiteral(value));
    }
    for (const auto &[name, value] : entry.columns) {
        names << name;
        values << value;
        changes << QStringLiteral("%1 = excluded.%1").arg(name);
        isSame << QStringLiteral("%1 IS NOT DISTINCT FROM %2").arg(name, value);
    }
    for (const auto &[name, value] : entry.onlyNew) {
        names << name;
        values << value;
    }
    QString mark = entry.mark;
    if (mark.isEmpty()) {
        const QByteArray text = values.join(QChar::LineFeed).toUtf8();
        mark = QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex().left(16));
    }
    const QString arguments
        = QStringLiteral("%1, %2, %3")
              .arg(quoteLiteral(entry.registry), quoteLiteral(keyJson(entry.key)), quoteLiteral(mark));
    PlanStep step = makeStep(id, title,
        QStringLiteral("INSERT INTO shardboard.%1 (%2)\nSELECT %3\n  FROM shardboard.save_entry(%4)\n"
                       "ON CONFLICT (%5) DO UPDATE SET %6")
            .arg(entry.registry, names.join(QStringLiteral(", ")), values.join(QStringLiteral(",\n       ")), arguments,
                keyNames.join(QStringLiteral(", ")), changes.join(QStringLiteral(", "))));
    step.doneSql = QStringLiteral("SELECT EXISTS (SELECT FROM shardboard.%1 WHERE %2)")
                       .arg(entry.registry, isSame.join(QStringLiteral("\n AND ")));
    step.undoSql = QStringLiteral("SELECT shardboard.restore_entry(%1)").arg(arguments);
    return step;
}

/// `DELETE FROM table WHERE key = value`, done when no such row is there.
PlanStep forget(const QString &id, const QString &title, const QString &table, const QString &condition)
{
    PlanStep step = makeStep(id, title, QStringLiteral("DELETE FROM %1 WHERE %2").arg(table, condition));
    step.doneSql = QStringLiteral("SELECT NOT EXISTS (SELECT FROM %1 WHERE %2)").arg(table, condition);
    return step;
}

/// A name and a user have one job: that one is changed.
QString scheduleSql(
    const QString &job, const QString &schedule, const QString &command, const QString &database, const QString &role)
{
    const QString arguments
        = QStringLiteral("%1, %2, %3").arg(quoteLiteral(job), quoteLiteral(schedule), quoteLiteral(command));
    if (role.isEmpty())
        return QStringLiteral("SELECT cron.schedule(%1)").arg(arguments);
    return QStringLiteral("SELECT cron.schedule_in_database(%1, %2, %3)")
        .arg(arguments, quoteLiteral(database), quoteLiteral(role));
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

bool canScheduleAs(const CatalogueFacts &facts)
{
    const QStringList version = facts.capabilities.pgCron.version.split(QRegularExpression(QStringLiteral("[^0-9]")));
    return canSchedule(facts) && facts.capabilities.isSuperuser
        && std::pair(version.value(0).toInt(), version.value(1).toInt()) >= std::pair(1, 4);
}

PlanStep registerRollup(const RollupDefinition &rollup)
{
    QList<std::pair<QString, QString>> columns{
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
            QStringLiteral("pg_catalog.pg_get_serial_sequence(%1, %2)")
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
    return registerEntry(QStringLiteral("register-") + rollup.name,
        QStringLiteral("Register rollup %1").arg(rollup.name),
        {QStringLiteral("rollup"), {{QStringLiteral("name"), rollup.name}}, columns, {}, {}});
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

PlanStep registerRetention(const QualifiedName &table, const QString &timeColumn, const QString &keep,
    std::optional<bool> dropsWide, const QString &mark)
{
    const QString title
        = keep.isEmpty() ? QStringLiteral("Keep rows of %1 forever") : QStringLiteral("Keep rows of %1 for %2");
    QList<std::pair<QString, QString>> columns{{QStringLiteral("time_column"), quoteLiteral(timeColumn)},
        {QStringLiteral("keep"), keep.isEmpty() ? QStringLiteral("NULL") : quoteLiteral(keep)}};
    if (dropsWide)
        columns.append({QStringLiteral("drops_wide"), *dropsWide ? QStringLiteral("true") : QStringLiteral("false")});
    return registerEntry(QStringLiteral("retention-") + table.name,
        keep.isEmpty() ? title.arg(table.display()) : title.arg(table.display(), keep),
        {QStringLiteral("retention"), {{QStringLiteral("table_name"), table.quoted()}}, columns, {}, mark});
}

PlanStep restoreRetention(const QualifiedName &table, const QString &mark)
{
    const QString key = keyJson({{QStringLiteral("table_name"), table.quoted()}});
    const QString saved = QStringLiteral("EXISTS (SELECT FROM shardboard.former_entry WHERE registry = 'retention' "
                                         "AND entry_key = %1 AND mark = %2)")
                              .arg(quoteLiteral(key), quoteLiteral(mark));
    PlanStep step = makeStep(QStringLiteral("restore-retention-") + table.name,
        QStringLiteral("Restore the former retention of %1").arg(table.display()),
        QStringLiteral("SELECT shardboard.restore_entry('retention', %1, %2)\n WHERE %3")
            .arg(quoteLiteral(key), quoteLiteral(mark), saved));
    step.doneSql = QStringLiteral("SELECT NOT ") + saved;
    return step;
}

PlanStep forgetRetention(const QualifiedName &table)
{
    return forget(QStringLiteral("forget-retention-") + table.name,
        QStringLiteral("Forget how long rows of %1 are kept").arg(table.display()),
        QStringLiteral("shardboard.retention"), QStringLiteral("table_name = ") + quoteLiteral(table.quoted()));
}

PlanStep forgetExpired(const QualifiedName &table)
{
    return forget(QStringLiteral("forget-expired-") + table.name,
        QStringLiteral("Delete the note on what has expired of %1").arg(table.display()),
        QStringLiteral("shardboard.expired"), QStringLiteral("table_name = ") + quoteLiteral(table.quoted()));
}

PlanStep recordBlueprint(const QString &name, const QString &schema, const QJsonObject &settings, bool createdSchema)
{
    const QString json = QString::fromUtf8(QJsonDocument(settings).toJson(QJsonDocument::Compact));
    return registerEntry(QStringLiteral("record-blueprint"),
        QStringLiteral("Record that blueprint %1 was applied").arg(name),
        {QStringLiteral("blueprint"), {{QStringLiteral("name"), name}, {QStringLiteral("schema_name"), schema}},
            {{QStringLiteral("settings"), quoteLiteral(json) + QStringLiteral("::jsonb")}},
            {{QStringLiteral("created_schema"), createdSchema ? QStringLiteral("true") : QStringLiteral("false")}},
            {}});
}

PlanStep forgetBlueprint(const QString &name, const QString &schema)
{
    return forget(QStringLiteral("forget-blueprint"), QStringLiteral("Take blueprint %1 out of the registry").arg(name),
        QStringLiteral("shardboard.blueprint"),
        QStringLiteral("name = %1 AND schema_name = %2").arg(quoteLiteral(name), quoteLiteral(schema)));
}

QList<PlanStep> scheduleJob(const CatalogueFacts &facts, const QString &job, const QString &schedule,
    const QString &command, const QString &role)
{
    const QString user = role.isEmpty() ? facts.capabilities.user : role;
    QList<PlanStep> steps;
    const CronJobFacts *former = nullptr;
    for (const CronJobFacts &known : facts.jobs) {
        if (known.database != facts.capabilities.database)
            continue;
        if (known.user == user && known.name == job)
            former = &known;
        else if (known.command == command)
            steps << unscheduleJob(facts, known);
    }
    const QString isIt = QStringLiteral("jobname = %1 AND command = %2 AND username = %3")
                             .arg(quoteLiteral(job), quoteLiteral(command),
                                 role.isEmpty() ? QStringLiteral("current_user") : quoteLiteral(role));
    PlanStep step = makeStep(QStringLiteral("schedule ") + job,
        role.isEmpty() ? QStringLiteral("Schedule job %1 at %2").arg(job, schedule)
                       : QStringLiteral("Schedule job %1 at %2 as role %3").arg(job, schedule, role),
        scheduleSql(job, schedule, command, facts.capabilities.database, role));
    step.doneSql = QStringLiteral("SELECT EXISTS (SELECT FROM cron.job WHERE %1 AND schedule = %2)")
                       .arg(isIt, quoteLiteral(schedule));
    step.undoSql = former ? scheduleSql(job, former->schedule, former->command, former->database, role)
                          : QStringLiteral("SELECT cron.unschedule(jobid) FROM cron.job WHERE ") + isIt;
    return steps << step;
}

PlanStep unscheduleJob(const CatalogueFacts &facts, const CronJobFacts &job)
{
    const QString isIt
        = QStringLiteral("jobid = %1 AND command = %2").arg(QString::number(job.id), quoteLiteral(job.command));
    const QString name = job.name.isEmpty() ? QString::number(job.id) : job.name;
    PlanStep step = makeStep(QStringLiteral("unschedule ") + name, QStringLiteral("Remove job %1").arg(name),
        QStringLiteral("SELECT cron.unschedule(jobid) FROM cron.job WHERE ") + isIt);
    step.doneSql = QStringLiteral("SELECT NOT EXISTS (SELECT FROM cron.job WHERE %1)").arg(isIt);
    if (!job.name.isEmpty() && job.isActive)
        step.undoSql = scheduleSql(job.name, job.schedule, job.command, job.database,
            job.user == facts.capabilities.user ? QString() : job.user);
    return step;
}

QList<PlanStep> unscheduleJobs(const CatalogueFacts &facts, const QString &job)
{
    QList<PlanStep> steps;
    for (const CronJobFacts &known : facts.jobs)
        if (known.name == job && known.database == facts.capabilities.database)
            steps << unscheduleJob(facts, known);
    return steps;
}

PlanStep registerPartitioning(const QualifiedName &table, const QList<std::pair<QString, QString>> &columns)
{
    return registerEntry(QStringLiteral("register-partitioning"),
        QStringLiteral("Register the partitioning of %1").arg(table.display()),
        {QStringLiteral("partitioning"), {{QStringLiteral("table_name"), table.quoted()}}, columns, {}, {}});
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
