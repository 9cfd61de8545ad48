// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/partition/partitionsteps.h"

#include "admin/blueprintsteps.h"
#include "admin/crontab.h"
#include "admin/facts.h"
#include "admin/guardedsql.h"
#include "admin/jobowner.h"
#include "admin/registrysteps.h"

namespace Shardboard::PartitionSteps {

using namespace Qt::StringLiterals;
using BlueprintSteps::step;

namespace {

QString interval(const QString &text)
{
    return u"interval "_s + quoteLiteral(text);
}

QString tableLiteral(const PartitionSettings &settings)
{
    return quoteLiteral(settings.table.quoted());
}

/// pg_partman's own spelling of a table: no quotes.
QString partmanName(const QualifiedName &table)
{
    return quoteLiteral(table.schema + u'.' + table.name);
}

QString partmanObject(const CatalogueFacts &facts, const QString &name)
{
    return QualifiedName{facts.capabilities.pgPartman.schema, name}.quoted();
}

/// Bounds are cut in UTC, and citus makes shards over one connection a node, for the rest of the transaction.
QString preamble(const CatalogueFacts &facts)
{
    QString sql = u"set_config('TimeZone', 'UTC', true)"_s;
    if (facts.capabilities.hasCitus())
        sql += u", set_config('citus.multi_shard_modify_mode', 'sequential', true)"_s;
    return sql;
}

/// The end of the last partition that should be ready.
QString horizon(const PartitionSettings &settings)
{
    return u"shardboard.partition_start(now(), %1) + %1 * %2"_s.arg(
        interval(settings.interval), QString::number(settings.ahead + 1));
}

PlanStep createParent(
    const PartitionSettings &settings, const QString &start, const CatalogueFacts &facts, bool makesDefault)
{
    const bool isFour = facts.capabilities.partmanMajor == 4;
    // 4 knows weeks and quarters by name only; of intervals it would begin them anywhere.
    const QString step4 = settings.interval == u"1 week" ? u"weekly"_s
        : settings.interval == u"3 months"               ? u"quarterly"_s
                                                         : settings.interval;
    QStringList arguments{
        u"p_parent_table := "_s + partmanName(settings.table), u"p_control := "_s + quoteLiteral(settings.column)};
    if (isFour)
        arguments << u"p_type := 'native'"_s << u"p_interval := "_s + quoteLiteral(step4);
    else
        arguments << u"p_interval := "_s + quoteLiteral(settings.interval)
                  << u"p_default_table := "_s + (makesDefault ? u"true"_s : u"false"_s);
    arguments << u"p_premake := %1"_s.arg(settings.ahead) << u"p_start_partition := (%1)::text"_s.arg(start);
    PlanStep made = step(u"create-parent"_s, u"Let pg_partman look after %1"_s.arg(settings.table.display()),
        u"SELECT %1,\n       %2(%3)"_s.arg(
            preamble(facts), partmanObject(facts, u"create_parent"_s), arguments.join(u",\n           "_s)));
    made.doneSql = u"SELECT EXISTS (SELECT FROM %1 WHERE parent_table = %2)"_s.arg(
        partmanObject(facts, u"part_config"_s), partmanName(settings.table));
    made.undoSql = u"DELETE FROM %1 WHERE parent_table = %2"_s.arg(
        partmanObject(facts, u"part_config"_s), partmanName(settings.table));
    made.locks = {u"ACCESS EXCLUSIVE on %1 while the partitions are made"_s.arg(settings.table.display())};
    return made;
}

/// Partitions are made as time goes by, not as rows come; and a row with a wrong clock makes none.
/// What pg_partman did for the table before is saved by the statement that changes it, for the undo.
PlanStep configureParent(const PartitionSettings &settings, const CatalogueFacts &facts)
{
    const QString wanted = u"premake = %1%2infinite_time_partitions = true%2ignore_default_data = true"_s.arg(
        QString::number(settings.ahead));
    const QString table = partmanObject(facts, u"part_config"_s);
    const QString name = partmanName(settings.table);
    PlanStep made = step(u"configure-parent"_s, u"Make partitions as time goes by, %1 ahead"_s.arg(settings.ahead),
        u"WITH former AS (\n    INSERT INTO shardboard.former_entry (registry, entry_key, mark, entry)\n    SELECT "
        u"'part_config', "
        u"jsonb_build_object('parent_table', parent_table), 'configure-parent', to_jsonb(c)\n      FROM %1 AS c WHERE "
        u"parent_table = %3)\nUPDATE %1 SET %2 WHERE parent_table = %3"_s.arg(table, wanted.arg(u", "_s), name));
    made.doneSql
        = u"SELECT EXISTS (SELECT FROM %1 WHERE parent_table = %2 AND %3)"_s.arg(table, name, wanted.arg(u" AND "_s));
    made.undoSql
        = u"WITH former AS (\n    DELETE FROM shardboard.former_entry WHERE entry_id = (\n        SELECT max(entry_id) "
          u"FROM "
          u"shardboard.former_entry\n         WHERE registry = 'part_config' AND mark = 'configure-parent' AND "
          u"entry_key ->> "
          u"'parent_table' = %2)\n    RETURNING entry)\nUPDATE %1 SET premake = (entry ->> 'premake')::int,\n    "
          u"infinite_time_partitions = (entry ->> 'infinite_time_partitions')::boolean,\n    ignore_default_data = "
          u"(entry ->> "
          u"'ignore_default_data')::boolean\n  FROM former WHERE parent_table = %2"_s.arg(table, name);
    return made;
}

/// pg_partman 4 makes one unasked.
PlanStep dropDefault(const PartitionSettings &settings)
{
    PlanStep made = step(u"drop-default"_s, u"Drop the default partition that pg_partman made"_s,
        u"DO $do$ BEGIN EXECUTE (SELECT 'DROP TABLE ' || partition FROM shardboard.time_partitions(%1) WHERE starts IS NULL); END $do$"_s
            .arg(tableLiteral(settings)));
    made.doneSql = u"SELECT NOT EXISTS (SELECT FROM shardboard.time_partitions(%1) WHERE starts IS NULL)"_s.arg(
        tableLiteral(settings));
    return made;
}

/// pg_partman begins with a whole hour, whatever it is told: the partitions that are there must end with one.
PlanStep fillHour(
    const PartitionSettings &settings, const QString &start, const CatalogueFacts &facts, const QString &doneSql)
{
    PlanStep made = step(u"fill-hour"_s, u"Create partitions up to the next full hour, where pg_partman begins"_s,
        u"SELECT %1,\n       shardboard.create_partitions(%2, %3,\n           first := %4,\n           last := "
        u"shardboard.partition_end(shardboard.partition_start(%4 - interval '1 second', '1 hour'), '1 hour'))"_s.arg(
            preamble(facts), tableLiteral(settings), interval(settings.interval), start));
    made.doneSql = doneSql;
    made.undoneSql = u"SELECT true"_s; // with the parent
    return made;
}

/// pg_partman 4 makes one all the same and fails where there is one.
PlanStep setDefaultAside(const PartitionSettings &settings, const QString &doneSql)
{
    PlanStep made = step(u"set-default-aside"_s, u"Set the default partition aside for a moment"_s,
        u"SELECT shardboard.set_default_aside(%1)"_s.arg(tableLiteral(settings)));
    made.doneSql = doneSql;
    made.undoneSql = u"SELECT true"_s; // with the parent
    return made;
}

PlanStep putDefaultBack(const PartitionSettings &settings)
{
    const QualifiedName aside{settings.table.schema, u"shardboard_strays"_s};
    PlanStep made = step(u"put-default-back"_s, u"Put the default partition back"_s,
        u"SELECT shardboard.put_default_back(%1)"_s.arg(tableLiteral(settings)));
    made.doneSql = u"SELECT to_regclass(%1) IS NULL"_s.arg(quoteLiteral(aside.quoted()));
    made.undoneSql = u"SELECT true"_s; // with the parent
    return made;
}

PlanStep createDefault(const PartitionSettings &settings)
{
    const QualifiedName name{settings.table.schema, makeIdentifier(settings.table.name, u"_default"_s)};
    PlanStep made = step(u"create-default"_s, u"Create the default partition %1"_s.arg(name.display()),
        u"CREATE TABLE IF NOT EXISTS %1 PARTITION OF %2 DEFAULT"_s.arg(name.quoted(), settings.table.quoted()));
    made.doneSql = u"SELECT EXISTS (SELECT FROM shardboard.time_partitions(%1) WHERE starts IS NULL)"_s.arg(
        tableLiteral(settings));
    undoByDropping(made, name);
    return made;
}

/// By our own function also where Citus looks after them: its create_time_partitions brings the server down where a
/// partition begins at MINVALUE (seen with 13.2).
PlanStep createAhead(const PartitionSettings &settings, const QString &start, const CatalogueFacts &facts)
{
    const QString call = u"shardboard.create_partitions(%1, %2,\n           first := %3,\n           last := %4)"_s;
    PlanStep made = step(u"create-partitions"_s,
        u"Create partitions of %1, %2 ahead"_s.arg(settings.interval, QString::number(settings.ahead)),
        u"SELECT %1,\n       %2"_s.arg(
            preamble(facts), call.arg(tableLiteral(settings), interval(settings.interval), start, horizon(settings))));
    made.doneSql
        = u"SELECT coalesce(max(ends) >= %1, false) FROM shardboard.time_partitions(%2) WHERE ends <> 'infinity'"_s.arg(
            horizon(settings), tableLiteral(settings));
    made.locks = {u"ACCESS EXCLUSIVE on %1 for a moment"_s.arg(settings.table.display())};
    return made;
}

PlanStep registerTable(const PartitionSettings &settings, PartitionMethod method)
{
    return RegistrySteps::registerPartitioning(settings.table,
        {{u"time_column"_s, quoteLiteral(settings.column)}, {u"step"_s, interval(settings.interval)},
            {u"ahead"_s, QString::number(settings.ahead)}, {u"method"_s, quoteLiteral(partitionMethodName(method))},
            {u"columnar_after"_s, settings.turnsColumnar() ? interval(settings.columnarAfter) : u"NULL::interval"_s}});
}

} // namespace

QString unavailable(PartitionMethod method, const PartitionSettings &settings, const CatalogueFacts &facts)
{
    const ServerCapabilities &can = facts.capabilities;
    switch (method) {
    case PartitionMethod::Partman:
        if (!can.pgPartman.isAvailable())
            return u"pg_partman is not available in this database: %1"_s.arg(can.pgPartman.reason);
        if (can.partmanMajor == 0)
            return u"this server's pg_partman is of a version that is not known here"_s;
        if (settings.table.schema.contains(u'.') || settings.table.name.contains(u'.'))
            return u"pg_partman does not take names with a dot, such as \"%1\""_s.arg(settings.table.display());
        return {};
    case PartitionMethod::Citus:
        if (!can.hasCitus())
            return u"citus is not available in this database: %1"_s.arg(can.citus.reason);
        return settings.hasDefault ? u"citus' functions cannot do with a default partition"_s : QString();
    case PartitionMethod::Automatic:
    case PartitionMethod::Sql:
        return {};
    }
    return {};
}

PartitionMethod methodFor(const PartitionSettings &settings, const CatalogueFacts &facts)
{
    if (settings.method != PartitionMethod::Automatic)
        return settings.method;
    // Whoever looks after the table already goes on doing so.
    if (const PartitioningFacts *known = facts.partitioning(settings.table))
        for (const PartitionMethod method : {PartitionMethod::Partman, PartitionMethod::Citus, PartitionMethod::Sql})
            if (known->method == partitionMethodName(method) && unavailable(method, settings, facts).isEmpty())
                return method;
    for (const PartitionMethod method : {PartitionMethod::Partman, PartitionMethod::Citus})
        if (unavailable(method, settings, facts).isEmpty())
            return method;
    return PartitionMethod::Sql;
}

QString historyStart(const PartitionSettings &settings)
{
    const QString since = settings.history.isEmpty() ? u"now()"_s : u"now() - %1"_s.arg(interval(settings.history));
    return u"shardboard.partition_start(%1, %2)"_s.arg(since, interval(settings.interval));
}

QString afterExisting(const PartitionSettings &settings)
{
    return u"coalesce((SELECT max(ends) FROM shardboard.time_partitions(%1) WHERE ends <> 'infinity'), %2)"_s.arg(
        tableLiteral(settings), historyStart(settings));
}

QList<PlanStep> makePartitions(const PartitionSettings &settings, PartitionMethod method, const QString &start,
    const CatalogueFacts &facts, const Existing &existing)
{
    QList<PlanStep> steps{registerTable(settings, method)};
    if (method == PartitionMethod::Partman) {
        const bool isFour = facts.capabilities.partmanMajor == 4;
        const PlanStep parent = createParent(settings, start, facts, settings.hasDefault && !existing.hasDefault);
        if (existing.hasPartitions && partitionIntervalSeconds(settings.interval) < 3600)
            steps << fillHour(settings, start, facts, parent.doneSql);
        if (isFour && existing.hasDefault)
            steps << setDefaultAside(settings, parent.doneSql) << parent << putDefaultBack(settings);
        else
            steps << parent;
        steps << configureParent(settings, facts);
        if (!settings.hasDefault && !existing.hasDefault && isFour)
            steps << dropDefault(settings);
        return steps;
    }
    steps << createAhead(settings, start, facts);
    if (settings.hasDefault && !existing.hasDefault)
        steps << createDefault(settings);
    return steps;
}

QList<PlanStep> maintenance(const PartitionSettings &settings, const CatalogueFacts &facts)
{
    const QString keep = settings.keepsForEver() ? QString() : settings.retention;
    QList<PlanStep> steps{RegistrySteps::registerRetention(settings.table, settings.column, keep, {}, retentionMark)};
    if (!keep.isEmpty())
        steps.first().warnings << u"Partitions of %1 that are wholly older than %2 are dropped with their rows."_s.arg(
            settings.table.display(), keep);
    const QString schedule
        = settings.schedule.isEmpty() ? defaultPartitionSchedule(settings.interval) : settings.schedule;
    // pg_partman's tables are not granted to the owner: its jobs stay those of the session's user.
    const TableFacts *table = facts.table(settings.table);
    const QString role
        = methodFor(settings, facts) == PartitionMethod::Partman ? QString() : JobOwner::roleFor(table, facts);
    if (!role.isEmpty())
        steps << JobOwner::grants(table, facts);
    return steps << BlueprintSteps::job(facts,
               RegistrySteps::partitionsJob(BlueprintSteps::registryName(settings.table)), schedule,
               u"CALL shardboard.maintain_partitions(%1)"_s.arg(tableLiteral(settings)), true, role);
}

QList<PlanStep> forget(const QualifiedName &table, const QString &method, const CatalogueFacts &facts)
{
    if (method != partitionMethodName(PartitionMethod::Partman) || !facts.capabilities.pgPartman.isAvailable())
        return {};
    const QString config = partmanObject(facts, u"part_config"_s);
    PlanStep release = step(u"forget-parent"_s, u"Take %1 out of pg_partman's configuration"_s.arg(table.display()),
        u"DELETE FROM %1 WHERE parent_table = %2"_s.arg(config, partmanName(table)));
    release.doneSql = u"SELECT NOT EXISTS (SELECT FROM %1 WHERE parent_table = %2)"_s.arg(config, partmanName(table));
    const QString templateName = (u"template_%1_%2"_s.arg(table.schema, table.name)).left(63);
    PlanStep drop = step(u"drop-template"_s, u"Drop pg_partman's template of %1"_s.arg(table.display()),
        u"DROP TABLE IF EXISTS %1"_s.arg(partmanObject(facts, templateName)));
    return {release, drop};
}

QStringList notes(const PartitionSettings &settings, PartitionMethod method, const CatalogueFacts &facts)
{
    QStringList notes;
    const auto named = [](PartitionMethod one) {
        return one == PartitionMethod::Partman ? u"pg_partman"_s
            : one == PartitionMethod::Citus    ? u"citus' own functions"_s
                                               : u"Shardboard's own functions, in plain SQL"_s;
    };
    if (settings.method == PartitionMethod::Automatic)
        notes << u"Partitions are made and dropped by %1."_s.arg(named(method));
    notes << u"Days, weeks and months of partitions begin in UTC."_s;
    if (!settings.hasDefault)
        notes << u"There is no default partition: rows outside of all partitions are refused."_s;
    if (!RegistrySteps::canSchedule(facts)) {
        const QString schedule
            = settings.schedule.isEmpty() ? defaultPartitionSchedule(settings.interval) : settings.schedule;
        notes
            << u"pg_cron is not available in this database: no new partitions are created by themselves. Put this line into the crontab of a user whose passfile has the password:"_s
            << crontabLine(schedule, callWords(u"maintain_partitions"_s, settings.table.quoted(), facts));
    }
    return notes;
}

} // namespace Shardboard::PartitionSteps
