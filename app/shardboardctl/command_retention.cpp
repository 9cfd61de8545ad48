// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/retention/retentionplan.h"
#include "app/shardboardctl/context.h"
#include "app/shardboardctl/plancommand.h"
#include "app/shardboardctl/retentiontext.h"
#include "connection/capabilityscan.h"
#include "connection/values/reading.h"

namespace Shardboard::Ctl {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype shownRuns = 5;

QString nextRun(const KeptRows &rows, const JobsFacts &facts)
{
    const CronJob *job = facts.job(rows.jobId);
    if (!job || !job->isActive)
        return {};
    const auto schedule = CronSchedule::parse(job->schedule, facts.cron.dialect);
    const QList<QDateTime> moments = schedule ? schedule->next(facts.now, 1) : QList<QDateTime>();
    return moments.isEmpty() ? QString() : moments.first().toString(Qt::ISODate);
}

void print(const Context &context, const KeptRows &rows, const JobsFacts &facts)
{
    const QString next = nextRun(rows, facts);
    const RetentionRun *last = rows.lastRun();
    context.print(u"%1  %2"_s.arg(parseQualifiedName(rows.table).display(), retentionHealthName(rows.health)));
    context.print(u"  kept %1 by %2, %3; next run %4; oldest row kept %5"_s.arg(
        rows.keep.isEmpty() ? u"for ever"_s : u"for "_s + rows.keep, rows.timeColumn,
        rows.isByPartitions ? u"drops partitions"_s : u"deletes rows"_s, next.isEmpty() ? u"-"_s : next,
        last ? momentText(last->oldestKept) : u"-"_s));
    for (const RetentionRun &run : rows.runs.mid(0, shownRuns))
        context.print(u"  %1 %2"_s.arg(momentText(run.startedAt), retentionRunText(run).section(u": "_s, 1)));
}

QJsonObject toJson(const KeptRows &rows, const JobsFacts &facts)
{
    QJsonArray runs;
    for (const RetentionRun &run : rows.runs)
        runs.append(retentionRunJson(run));
    const QString next = nextRun(rows, facts);
    return {{u"table"_s, rows.table}, {u"column"_s, rows.timeColumn},
        {u"keep"_s, rows.keep.isEmpty() ? QJsonValue() : QJsonValue(rows.keep)},
        {u"how"_s, rows.isByPartitions ? u"partitions"_s : u"rows"_s}, {u"dropsWide"_s, rows.dropsWide},
        {u"health"_s, retentionHealthName(rows.health)}, {u"next"_s, next.isEmpty() ? QJsonValue() : QJsonValue(next)},
        {u"runs"_s, runs}};
}

int list(Context &context, SyncSession &session)
{
    const auto capabilities = scanCapabilities(session);
    if (!capabilities)
        return context.fail(capabilities);
    const JobsParts parts = JobsPart::Rollups | JobsPart::Cron;
    const auto facts = readJobs(*capabilities, parts, session.runPipeline(jobsQueries(*capabilities, parts, {})), {});
    if (!facts)
        return context.fail(facts);
    for (const auto &[part, error] : facts->failures.asKeyValueRange()) {
        if (part != JobsPart::Cron || !saysRefused(error))
            return context.fail(error);
        context.warn(u"The next runs are unknown: %1"_s.arg(error.message));
    }
    QJsonArray all;
    for (const KeptRows &rows : facts->kept) {
        all.append(toJson(rows, *facts));
        if (!context.json())
            print(context, rows, *facts);
    }
    if (context.json())
        context.printJson({{u"tables"_s, all}});
    else if (facts->kept.isEmpty())
        context.print(u"Rows of no table expire on this server."_s);
    return Ok;
}

int preview(Context &context, SyncSession &session, const RetentionWish &wish)
{
    const auto preview = previewRetention(session, wish);
    if (!preview)
        return context.fail(preview);
    if (context.json())
        context.printJson(retentionPreviewJson(*preview));
    else
        context.print(retentionPreviewText(*preview));
    return Ok;
}

int runOne(Context &context, SyncSession &session, const QualifiedName &table)
{
    const auto run = runRetention(session, table.quoted());
    if (!run)
        return context.fail(run);
    if (context.json())
        context.printJson(retentionRunJson(*run));
    else
        context.print(retentionRunText(*run));
    return Ok;
}

int run(Context &context)
{
    QCommandLineParser parser;
    parser.addOption({u"keep"_s, {}, u"interval"_s});
    parser.addOption({u"column"_s, {}, u"name"_s});
    parser.addOption({u"schedule"_s, {}, u"cron"_s});
    parser.addOption({u"drop-wide"_s, {}});
    if (const auto over = context.parse(parser))
        return *over;
    const QStringList words = parser.positionalArguments();
    const QString verb = words.value(0);
    if (!QStringList{u"list"_s, u"preview"_s, u"run"_s, u"set"_s}.contains(verb))
        return context.badUsage(u"Say list, preview, run or set."_s);
    if (words.size() > (verb == u"list" ? 1 : 2))
        return context.badUsage(u"%1 is one argument too many."_s.arg(words.last()));
    if (verb != u"list" && words.size() != 2)
        return context.badUsage(u"Name the table."_s);
    RetentionSettings settings;
    settings.wish = {parseQualifiedName(words.value(1)), parser.value(u"column"_s), parser.value(u"keep"_s),
        parser.isSet(u"drop-wide"_s)};
    settings.schedule = parser.value(u"schedule"_s);
    if (settings.wish.table.schema.isEmpty())
        settings.wish.table.schema = u"public"_s;
    if (verb == u"set") {
        const auto checked = retentionSettings(retentionIntent(settings));
        return checked ? applyPlan(context, retentionIntent(settings)) : context.badUsage(checked.error().message);
    }
    const auto session = context.openSession();
    if (!session)
        return context.fail(session);
    if (verb == u"list")
        return list(context, **session);
    return verb == u"run" ? runOne(context, **session, settings.wish.table)
                          : preview(context, **session, settings.wish);
}

const CommandRegistration registration({u"retention"_s,
    {u"retention list"_s, u"retention preview TABLE [--keep INTERVAL] [--column NAME] [--drop-wide]"_s,
        u"retention run TABLE"_s,
        u"retention set TABLE --keep INTERVAL|never [--column NAME] [--schedule CRON] [--drop-wide]"_s},
    u"Shows how long rows are kept and what went, says what would go, deletes it, changes the rule."_s,
    u"preview changes nothing: it lists the partitions, or counts the rows, that a run would take now, what hangs on\n"
    "them, and what stays although it is old enough, with the reason: a rollup has not taken it yet, a partition is\n"
    "wider than it looks, rows lie in a default partition. --keep asks for another rule than the one that is set.\n"
    "run does what the scheduled job does, for servers without pg_cron. --drop-wide lets partitions go that are far\n"
    "wider than the others. An INTERVAL is written \"30 days\"."_s,
    run});

} // namespace

} // namespace Shardboard::Ctl
