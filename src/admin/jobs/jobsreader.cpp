// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/catalogue/nodefigures.h"
#include "admin/jobs/jobsqueries.h"
#include "admin/registryaccess.h"
#include "connection/values/reading.h"
#include "connection/values/sqlquote.h"

#include <QVersionNumber>

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

QDateTime moment(const ResultSet &rows, qsizetype row, int column)
{
    return rows.isNull(row, column) ? QDateTime() : QDateTime::fromMSecsSinceEpoch(rows.integer(row, column), Qt::UTC);
}

QList<RollupReport> readRollups(const ResultSet &rows)
{
    QList<RollupReport> list;
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        RollupReport rollup;
        rollup.name = rows.text(row, 0);
        rollup.source = rows.text(row, 1);
        rollup.target = rows.text(row, 2);
        rollup.strategy = rows.text(row, 3);
        rollup.parent = rows.text(row, 4);
        rollup.bucketColumn = rows.text(row, 5);
        rollup.timeZone = rows.text(row, 6);
        rollup.bucketSeconds = rows.integer(row, 7);
        rollup.bucketMonths = int(rows.integer(row, 8));
        rollup.completeUntil = moment(rows, row, 9);
        if (!rows.isNull(row, 10))
            rollup.lagRows = rows.integer(row, 10);
        rollup.isPaused = rows.boolean(row, 11);
        rollup.isRunning = rows.boolean(row, 12);
        rollup.lastState = rows.text(row, 13);
        rollup.lastMessage = rows.text(row, 14);
        rollup.lastRunAt = moment(rows, row, 15);
        list << rollup;
    }
    return list;
}

void readRollupRuns(const ResultSet &rows, QList<RollupReport> &rollups)
{
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        const auto rollup = std::ranges::find(rollups, rows.text(row, 0), &RollupReport::name);
        if (rollup != rollups.end())
            rollup->runs << RollupRunEntry{rows.integer(row, 1), moment(rows, row, 2), moment(rows, row, 3),
                rows.text(row, 4), rows.integer(row, 5), rows.integer(row, 6), rows.integer(row, 7), rows.text(row, 8)};
    }
}

QList<KeptRows> readKept(const ResultSet &rows)
{
    QList<KeptRows> list;
    for (qsizetype row = 0; row < rows.rowCount(); ++row)
        list << KeptRows{rows.text(row, 0), rows.text(row, 1), rows.text(row, 2), moment(rows, row, 3),
            moment(rows, row, 4), rows.integer(row, 5), rows.text(row, 6), rows.boolean(row, 7), rows.boolean(row, 8)};
    return list;
}

void takeRetentionRuns(const QList<RetentionRun> &runs, QList<KeptRows> &kept)
{
    for (const RetentionRun &run : runs) {
        const auto rows = std::ranges::find(kept, run.table, &KeptRows::table);
        if (rows != kept.end())
            rows->runs << run;
    }
}

/// Added up over the nodes. A node that does not answer leaves the sizes unknown rather than too small.
QMap<QString, TableSize> readSizes(const NodeFigures &figures)
{
    QMap<QString, TableSize> sizes;
    if (!figures.failures.isEmpty())
        return sizes;
    for (const NodeFigure &figure : figures.figures) {
        TableSize &size = sizes[figure.table.quoted()];
        size.bytes = std::max<qint64>(size.bytes, 0) + figure.bytes;
        if (figure.rows >= 0)
            size.rows = std::max<qint64>(size.rows, 0) + figure.rows;
    }
    return sizes;
}

QList<CronJob> readCronJobs(const ResultSet &rows, const ResultSet &runs)
{
    QList<CronJob> jobs;
    for (qsizetype row = 0; row < rows.rowCount(); ++row)
        jobs << CronJob{rows.integer(row, 0), rows.text(row, 1), rows.text(row, 2), rows.text(row, 3),
            rows.text(row, 4), rows.text(row, 5), rows.text(row, 6), int(rows.integer(row, 7)), rows.boolean(row, 8),
            {}};
    for (qsizetype row = 0; row < runs.rowCount(); ++row) {
        const auto job = std::ranges::find(jobs, runs.integer(row, 0), &CronJob::id);
        if (job != jobs.end())
            job->runs << CronRun{runs.integer(row, 1), job->id, runs.text(row, 2), runs.text(row, 3),
                moment(runs, row, 4), moment(runs, row, 5)};
    }
    return jobs;
}

/// Where the role may not read all settings, one that is missing in the answer exists as of a version of pg_cron.
void takeHidden(const ResultSet &rows, CronSettings &settings)
{
    if (rows.boolean(0, 7))
        return;
    const QVersionNumber version = QVersionNumber::fromString(rows.text(0, 8));
    const auto isHidden = [&](int column, const QString &name, const QVersionNumber &since) {
        const bool isMissing = rows.isNull(0, column) && version >= since;
        if (isMissing)
            settings.hidden << name;
        return isMissing;
    };
    isHidden(2, u"cron.host"_s, {});
    isHidden(3, u"cron.use_background_workers"_s, {});
    isHidden(4, u"cron.log_run"_s, {});
    if (isHidden(1, u"cron.timezone"_s, {1, 5}))
        settings.dialect.hasSeconds = true;
    if (isHidden(5, u"cron.launch_active_jobs"_s, {1, 6}))
        settings.dialect.hasLastDay = true;
}

CronSettings readSettings(const ResultSet &rows, const ResultSet &history)
{
    CronSettings settings;
    if (rows.rowCount() == 1) {
        // A setting that is not there was not there yet when this pg_cron was made: its time zone came with the
        // seconds, launch_active_jobs with $.
        settings.dialect.hasSeconds = !rows.isNull(0, 1);
        settings.dialect.hasLastDay = settings.dialect.limitsSteps = !rows.isNull(0, 5);
        settings.dialect.matchesBothDays = rows.text(0, 6) == u"on"_s;
        if (!rows.text(0, 1).isEmpty())
            settings.timezone = rows.text(0, 1);
        settings.dialect.zone = cronZone(settings.timezone);
        settings.host = rows.text(0, 2);
        settings.usesBackgroundWorkers = rows.text(0, 3) == u"on"_s;
        settings.logsRuns = rows.text(0, 4) != u"off"_s;
        settings.launchesJobs = rows.text(0, 5) != u"off"_s;
        takeHidden(rows, settings);
    }
    if (history.rowCount() == 1) {
        settings.historyBytes = history.integer(0, 0, -1);
        settings.historyFrom = moment(history, 0, 1);
    }
    return settings;
}

void takeExpired(const ResultSet &rows, QList<KeptRows> &kept)
{
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        const auto found = std::ranges::find(kept, rows.text(row, 0), &KeptRows::table);
        if (found != kept.end())
            found->deletedBefore = moment(rows, row, 1);
    }
}

/// The answers of one pipeline by their statements.
class Answers
{
public:
    Answers(QList<JobsQuery> queries, const QList<Outcome<ResultSet>> &answers, QString user)
        : m_queries(std::move(queries)), m_answers(answers), m_user(std::move(user))
    {
    }

    const QString &user() const { return m_user; }

    bool wasAsked(JobsQuery query) const { return m_queries.contains(query); }
    const Outcome<ResultSet> &operator[](JobsQuery query) const { return m_answers.at(m_queries.indexOf(query)); }
    /// None where the role may not read it; any other error is a failure of the part.
    ResultSet rowsOrRefused(JobsQuery query, JobsPart part, JobsFacts &facts) const
    {
        const Outcome<ResultSet> &answer = (*this)[query];
        if (answer.isError() && !saysRefused(answer.error()))
            facts.failures.insert(part, answer.error());
        return answer ? *answer : ResultSet();
    }

private:
    QList<JobsQuery> m_queries;
    const QList<Outcome<ResultSet>> &m_answers;
    QString m_user;
};

void readRegistry(const Answers &answers, JobsFacts &facts)
{
    const auto &registry = answers[JobsQuery::Registry];
    if (registry.isError()) {
        facts.failures.insert(JobsPart::Rollups, registry.error());
        return;
    }
    if (registry->rowCount() == 1) {
        facts.hasRegistry = registry->boolean(0, 0);
        facts.now = moment(*registry, 0, 1);
    }
    if (!facts.hasRegistry.value_or(false)) {
        facts.rollups.clear();
        facts.kept.clear();
        facts.known |= JobsPart::Rollups | JobsPart::Kept;
        return;
    }
    if (!answers.wasAsked(JobsQuery::Rollups))
        return; // it has come about meanwhile: asked for at the next refresh
    if (answers[JobsQuery::Rollups].isError()) {
        facts.failures.insert(JobsPart::Rollups, answers[JobsQuery::Rollups].error());
        return;
    }
    // The logs are for the owner of the schema: other roles see the rollups without them.
    facts.rollups = readRollups(*answers[JobsQuery::Rollups]);
    readRollupRuns(answers.rowsOrRefused(JobsQuery::RollupRuns, JobsPart::Rollups, facts), facts.rollups);
    facts.known |= JobsPart::Rollups;
    for (const JobsQuery query : {JobsQuery::Kept, JobsQuery::Expired}) {
        if (!answers[query].isError())
            continue;
        facts.kept.clear();
        facts.known &= ~JobsParts(JobsPart::Kept);
        facts.failures.insert(JobsPart::Kept, explainRegistryRefusal(answers[query].error(), answers.user()));
        return;
    }
    facts.kept = readKept(*answers[JobsQuery::Kept]);
    takeExpired(*answers[JobsQuery::Expired], facts.kept);
    takeRetentionRuns(
        readRetentionRuns(answers.rowsOrRefused(JobsQuery::RetentionRuns, JobsPart::Kept, facts)), facts.kept);
    facts.known |= JobsPart::Kept;
}

void readCron(const Answers &answers, JobsFacts &facts)
{
    if (answers[JobsQuery::Jobs].isError()) {
        facts.failures.insert(JobsPart::Cron, answers[JobsQuery::Jobs].error());
        return;
    }
    const auto rows = [&](JobsQuery query) { return answers.rowsOrRefused(query, JobsPart::Cron, facts); };
    const ResultSet settings = rows(JobsQuery::CronSettings);
    facts.jobs = readCronJobs(*answers[JobsQuery::Jobs], rows(JobsQuery::JobRuns));
    facts.cron = readSettings(settings, rows(JobsQuery::History));
    if (settings.rowCount() == 1)
        facts.now = moment(settings, 0, 0);
    facts.known |= JobsPart::Cron;
}

/// Which job runs which rollup, and how that makes each of them look.
void connectJobs(JobsFacts &facts)
{
    for (RollupReport &rollup : facts.rollups) {
        const QString call = u"CALL shardboard.run_rollup(%1)"_s.arg(quoteLiteral(rollup.name));
        const auto job = std::ranges::find(facts.jobs, call, &CronJob::command);
        rollup.jobId = job == facts.jobs.end() ? 0 : job->id;
        rollup.health = healthOf(rollup, facts);
    }
    for (KeptRows &rows : facts.kept) {
        const QString table = quoteLiteral(rows.table);
        const auto runsIt = [&](const CronJob &job) {
            return job.command == u"CALL shardboard.run_retention(%1)"_s.arg(table)
                || job.command == u"CALL shardboard.maintain_partitions(%1)"_s.arg(table);
        };
        const auto job = std::ranges::find_if(facts.jobs, runsIt);
        rows.jobId = job == facts.jobs.end() ? 0 : job->id;
        rows.health = healthOf(rows, facts);
    }
}

} // namespace

Outcome<JobsFacts> readJobs(const ServerCapabilities &capabilities, JobsParts parts,
    const QList<Outcome<ResultSet>> &answers, const JobsFacts &before)
{
    const Answers found(jobsQueriesOf(capabilities, parts, before), answers, capabilities.user);
    const qsizetype asked = jobsQueries(capabilities, parts, before).size();
    if (answers.size() < asked || std::ranges::any_of(answers, &Outcome<ResultSet>::isCancelled))
        return Cancelled{};
    if (!answers.isEmpty() && std::ranges::none_of(answers, &Outcome<ResultSet>::isOk))
        return answers.first().failure<JobsFacts>();
    JobsFacts facts = before;
    for (const JobsPart part : {JobsPart::Rollups, JobsPart::Sizes, JobsPart::Cron}) {
        if (parts.testFlag(part))
            facts.failures.remove(part);
    }
    if (parts.testFlag(JobsPart::Rollups))
        facts.failures.remove(JobsPart::Kept);
    if (found.wasAsked(JobsQuery::Registry))
        readRegistry(found, facts);
    if (found.wasAsked(JobsQuery::Sizes) && facts.hasRegistry.value_or(false)) {
        if (const auto figures = readNodeFigures(found[JobsQuery::Sizes])) {
            facts.sizes = readSizes(*figures);
            facts.known |= JobsPart::Sizes;
        } else if (figures.isError()) {
            facts.failures.insert(JobsPart::Sizes, figures.error());
        }
    }
    if (found.wasAsked(JobsQuery::Jobs))
        readCron(found, facts);
    connectJobs(facts);
    return facts;
}

} // namespace Shardboard
