// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/retention/retentionplan.h"

#include "admin/blueprint.h"
#include "admin/blueprintsteps.h"
#include "admin/crontab.h"
#include "admin/facts.h"
#include "admin/jobowner.h"
#include "admin/registrysteps.h"
#include "admin/removal.h"
#include "admin/serverobjects.h"

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

enum Group { ObjectsGroup = 1, RegistryGroup };

const QString usualSchedule = u"*/10 * * * *"_s;

QString problemWith(const QString &name, BlueprintSetting::Kind kind, const QString &value)
{
    return checkSetting({.name = name, .label = {}, .help = {}, .kind = kind, .defaultValue = {}}, value);
}

QString callOf(const QString &procedure, const QualifiedName &table)
{
    return u"CALL shardboard.%1(%2)"_s.arg(procedure, quoteLiteral(table.quoted()));
}

const CronJobFacts *jobWith(const QString &command, const CatalogueFacts &facts)
{
    const auto found = std::ranges::find_if(facts.jobs,
        [&](const CronJobFacts &job) { return job.command == command && job.database == facts.capabilities.database; });
    return found == facts.jobs.cend() ? nullptr : &*found;
}

PlanStep registerStep(const RetentionSettings &settings)
{
    const RetentionWish &wish = settings.wish;
    PlanStep step = RegistrySteps::registerRetention(
        wish.table, wish.timeColumn, settings.isForEver() ? QString() : wish.keep, wish.dropsWide);
    if (!settings.isForEver())
        step.warnings = {u"From the next run on, rows of %1 older than %2 are deleted for good."_s.arg(
            wish.table.display(), wish.keep)};
    return step;
}

/// Whether Verify has to know what has gone: only of tables that rollups read or write.
bool concernsRollups(const QualifiedName &table, const CatalogueFacts &facts)
{
    return std::ranges::any_of(facts.rollups,
        [&](const RollupFacts &rollup) { return rollup.source == table.quoted() || rollup.target == table.quoted(); });
}

/// The end of a retention that nothing else hangs on: nothing is left of it.
QList<PlanStep> forgetSteps(const RetentionWish &wish, const RetentionFacts &known, const CatalogueFacts &facts)
{
    PlanStep step = RegistrySteps::forgetRetention(wish.table);
    step.undoSql = u"INSERT INTO shardboard.retention (table_name, time_column, keep, drops_wide) "
                   "VALUES (%1, %2, %3, %4) ON CONFLICT DO NOTHING"_s.arg(quoteLiteral(wish.table.quoted()),
                       quoteLiteral(known.timeColumn), known.keep ? quoteLiteral(*known.keep) : u"NULL"_s,
                       known.dropsWide ? u"true"_s : u"false"_s);
    QList<PlanStep> steps{step};
    if (Removal::isLastKept(wish.table, facts))
        steps << ServerObjects::removeStep(0);
    return steps;
}

/// pg_partman's own retention asks no rollup; by two rules nobody could say what is kept.
QList<PlanStep> takeOverFromPartman(const RetentionSettings &settings, const CatalogueFacts &facts)
{
    const TableFacts *table = facts.table(settings.wish.table);
    if (!facts.capabilities.pgPartman.isAvailable() || !table || !table->isPartitioned || settings.isForEver())
        return {};
    const QString config = QualifiedName{facts.capabilities.pgPartman.schema, u"part_config"_s}.quoted();
    const QString isIt
        = u"parent_table = "_s + quoteLiteral(settings.wish.table.schema + u'.' + settings.wish.table.name);
    PlanStep step = BlueprintSteps::step(u"take-over-partman"_s,
        u"Take a retention of its own out of pg_partman's configuration"_s,
        u"UPDATE %1 SET retention = NULL WHERE %2"_s.arg(config, isIt));
    step.doneSql = u"SELECT NOT EXISTS (SELECT FROM %1 WHERE %2 AND retention IS NOT NULL)"_s.arg(config, isIt);
    return {step};
}

/// The job that deletes; nothing where the maintenance of the partitions does.
QList<PlanStep> jobSteps(const RetentionSettings &settings, const CatalogueFacts &facts, QStringList &notes)
{
    const QualifiedName &table = settings.wish.table;
    if (const CronJobFacts *maintenance = jobWith(callOf(u"maintain_partitions"_s, table), facts)) {
        if (!settings.isForEver())
            notes << u"Job %1 (%2), which looks after the partitions, drops what has expired."_s.arg(
                maintenance->name, maintenance->schedule);
        return {};
    }
    const QString command = callOf(u"run_retention"_s, table);
    const CronJobFacts *known = jobWith(command, facts);
    const QString schedule = !settings.schedule.isEmpty() ? settings.schedule : known ? known->schedule : usualSchedule;
    const QString name = known && !known->name.isEmpty()
        ? known->name
        : RegistrySteps::retentionJob(BlueprintSteps::registryName(table));
    if (settings.isForEver() && !known)
        return {};
    const QString role = JobOwner::roleFor(facts.table(table), facts);
    QList<PlanStep> steps = JobOwner::grants(facts.table(table), facts);
    steps << BlueprintSteps::job(facts, name, schedule, command, !settings.isForEver(), role);
    if (steps.isEmpty() && !settings.isForEver())
        notes << u"pg_cron is not available in this database: nothing expires by itself. Run it from the Retention "
                 u"tab, or "
                 "put this line into the system's crontab:"_s
              << crontabLine(schedule, callWords(u"run_retention"_s, table.quoted(), facts));
    return steps;
}

void tell(const RetentionPreview &preview, Plan &plan)
{
    plan.notes << u"As things are now, the first run takes %1."_s.arg(preview.whatGoes());
    for (const RetentionHold &hold : preview.holds) {
        const RetentionReason reason = explainHold(hold, preview.wish.table.quoted());
        (hold.isRefusal() ? plan.warnings : plan.notes)
            << (u"%1. %2 %3"_s.arg(reason.title, reason.cause, reason.remedy)).trimmed();
    }
    for (const RetentionDependant &dependant : preview.dependants)
        plan.notes << u"%1: %2"_s.arg(dependant.name, dependant.effect);
    plan.notes << preview.notes;
}

} // namespace

Intent retentionIntent(const RetentionSettings &settings)
{
    QJsonObject json{{u"table"_s, settings.wish.table.quoted()}, {u"keep"_s, settings.wish.keep}};
    if (!settings.wish.timeColumn.isEmpty())
        json.insert(u"column"_s, settings.wish.timeColumn);
    if (!settings.schedule.isEmpty())
        json.insert(u"schedule"_s, settings.schedule);
    if (settings.wish.dropsWide)
        json.insert(u"dropWide"_s, true);
    return {u"retention"_s, json};
}

Outcome<RetentionSettings> retentionSettings(const Intent &intent)
{
    static const QStringList known{u"table"_s, u"column"_s, u"keep"_s, u"schedule"_s, u"dropWide"_s};
    QStringList problems;
    for (const QString &key : intent.settings.keys())
        if (!known.contains(key))
            problems << u"\"%1\" is not a setting of \"retention\"; it has: %2"_s.arg(key, known.join(u", "_s));
    RetentionSettings settings;
    settings.wish.table = parseQualifiedName(intent.settings.value(u"table").toString());
    if (settings.wish.table.schema.isEmpty())
        settings.wish.table.schema = u"public"_s;
    settings.wish.timeColumn = intent.settings.value(u"column").toString();
    settings.wish.keep = intent.settings.value(u"keep").toString();
    settings.wish.dropsWide = intent.settings.value(u"dropWide").toBool();
    settings.schedule = intent.settings.value(u"schedule").toString();
    if (settings.wish.table.name.isEmpty())
        problems << u"table must be a table such as \"public.events\""_s;
    if (const QString bad = problemWith(u"keep"_s, BlueprintSetting::Kind::IntervalOrNever, settings.wish.keep);
        !bad.isEmpty())
        problems << bad;
    if (const QString bad = problemWith(u"schedule"_s, BlueprintSetting::Kind::Schedule, settings.schedule);
        !settings.schedule.isEmpty() && !bad.isEmpty())
        problems << bad;
    return problems.isEmpty() ? Outcome<RetentionSettings>(settings) : ServerError::usage(problems.join(u'\n'));
}

QStringList retentionIntentKinds()
{
    return {u"retention"_s};
}

Outcome<Plan> planRetention(
    const RetentionSettings &wanted, const CatalogueFacts &facts, const std::optional<RetentionPreview> &preview)
{
    RetentionSettings settings = wanted;
    RetentionWish asked = settings.wish;
    if (settings.isForEver())
        asked.keep = u"1 day"_s; // any: only table and column are looked at
    const Outcome<RetentionWish> wish = completeWish(asked, facts);
    if (!wish)
        return wish.failure<Plan>();
    settings.wish = *wish;
    settings.wish.keep = wanted.wish.keep;
    if (const auto problem = BlueprintSteps::serverObstacle(facts))
        return *problem;
    const TableFacts *table = facts.table(settings.wish.table);
    if (const QString problem = table ? JobOwner::rowSecurityProblem(*table) : QString();
        !problem.isEmpty() && !settings.isForEver())
        return ServerError::usage(
            problem, u"Run it as a role with BYPASSRLS, or disable row security for the table."_s);
    Plan plan;
    if (!settings.isForEver())
        plan.warnings << JobOwner::warnings(table, facts);
    plan.title = settings.isForEver()
        ? u"Keep rows of %1 for ever"_s.arg(settings.wish.table.display())
        : u"Keep rows of %1 for %2"_s.arg(settings.wish.table.display(), settings.wish.keep);
    plan.intent = retentionIntent(wanted);
    if (settings.isForEver() && !facts.retention(settings.wish.table)) {
        plan.notes << u"Rows of %1 do not expire: there is nothing to change."_s.arg(settings.wish.table.display());
        return plan;
    }
    const Outcome<QList<PlanStep>> objects = ServerObjects::installSteps(facts, ObjectsGroup);
    if (!objects)
        return objects.failure<Plan>();
    QList<PlanStep> steps;
    if (settings.isForEver() && !concernsRollups(settings.wish.table, facts))
        steps << jobSteps(settings, facts, plan.notes)
              << forgetSteps(settings.wish, *facts.retention(settings.wish.table), facts);
    else
        steps << registerStep(settings) << takeOverFromPartman(settings, facts)
              << jobSteps(settings, facts, plan.notes);
    for (PlanStep &step : steps)
        step.group = RegistryGroup;
    plan.steps = *objects + steps;
    if (preview)
        tell(*preview, plan);
    return plan;
}

Outcome<Plan> planRetentionOn(SyncSession &session, const Intent &intent)
{
    const auto settings = retentionSettings(intent);
    if (!settings)
        return settings.failure<Plan>();
    const Outcome<CatalogueFacts> facts = loadFacts(session);
    if (!facts)
        return facts.failure<Plan>();
    const Outcome<Plan> bare = planRetention(*settings, *facts);
    if (!bare || settings->isForEver() || bare->steps.isEmpty())
        return bare;
    const Outcome<RetentionPreview> preview = previewRetention(session, settings->wish);
    if (preview)
        return planRetention(*settings, *facts, *preview);
    if (preview.isCancelled())
        return Cancelled{};
    Plan plan = *bare;
    plan.notes << u"What the first run takes cannot be told yet: %1."_s.arg(preview.error().message);
    return plan;
}

} // namespace Shardboard
