// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/planner.h"
#include "admin/retention/retention.h"
#include "admin/rollup.h"
#include "app/shardboardctl/context.h"
#include "app/shardboardctl/errortext.h"
#include "app/shardboardctl/plancommand.h"
#include "app/shardboardctl/retentiontext.h"

#include <QJsonArray>

namespace Shardboard::Ctl {

namespace {

QString momentText(const std::optional<QDateTime> &moment)
{
    return moment ? moment->toString(Qt::ISODateWithMs) : QStringLiteral("-");
}

QJsonValue momentJson(const std::optional<QDateTime> &moment)
{
    return moment ? QJsonValue(moment->toString(Qt::ISODateWithMs)) : QJsonValue();
}

QJsonValue countJson(const std::optional<qint64> &count)
{
    return count ? QJsonValue(*count) : QJsonValue();
}

QString countText(const std::optional<qint64> &count)
{
    return count ? QString::number(*count) : QStringLiteral("unknown");
}

QJsonObject toJson(const RollupStatus &status)
{
    return {{QStringLiteral("name"), status.name}, {QStringLiteral("source"), status.source},
        {QStringLiteral("target"), status.target}, {QStringLiteral("strategy"), status.strategy},
        {QStringLiteral("completeUntil"), momentJson(status.completeUntil)},
        {QStringLiteral("lastRunAt"), momentJson(status.lastRunAt)},
        {QStringLiteral("lagRows"), countJson(status.lagRows)}, {QStringLiteral("paused"), status.isPaused},
        {QStringLiteral("running"), status.isRunning}, {QStringLiteral("lastState"), status.lastState},
        {QStringLiteral("lastMessage"), status.lastMessage}, {QStringLiteral("schedule"), status.schedule}};
}

int list(Context &context, SyncSession &session)
{
    const auto rollups = listRollups(session);
    if (!rollups)
        return context.fail(rollups);
    QJsonArray all;
    for (const RollupStatus &status : *rollups) {
        all.append(toJson(status));
        if (context.json())
            continue;
        context.print(QStringLiteral("%1  %2 → %3").arg(status.name, status.source, status.target));
        context.print(QStringLiteral("  complete until %1, rows waiting: %2, schedule %3%4")
                          .arg(momentText(status.completeUntil), countText(status.lagRows),
                              status.schedule.isEmpty() ? QStringLiteral("none") : status.schedule,
                              status.isPaused ? QStringLiteral(", paused") : QString()));
        context.print(QStringLiteral("  last run %1: %2%3")
                          .arg(momentText(status.lastRunAt),
                              status.lastState.isEmpty() ? QStringLiteral("never") : status.lastState,
                              status.lastMessage.isEmpty() ? QString() : QStringLiteral(", ") + status.lastMessage));
    }
    if (context.json())
        context.printJson({{QStringLiteral("rollups"), all}});
    else if (rollups->isEmpty())
        context.print(QStringLiteral("There are no rollups on this server."));
    return Ok;
}

QString stateName(RollupRun::State state)
{
    switch (state) {
    case RollupRun::State::Done:
        return QStringLiteral("done");
    case RollupRun::State::Waiting:
        return QStringLiteral("waiting");
    case RollupRun::State::AlreadyRunning:
        return QStringLiteral("alreadyRunning");
    case RollupRun::State::Paused:
        return QStringLiteral("paused");
    }
    Q_UNREACHABLE();
}

QJsonObject toJson(const RollupRun &run)
{
    return {{QStringLiteral("rollup"), run.rollup}, {QStringLiteral("state"), stateName(run.state)},
        {QStringLiteral("message"), run.message}, {QStringLiteral("rowsRead"), run.rowsRead},
        {QStringLiteral("bucketsWritten"), run.bucketsWritten}, {QStringLiteral("batches"), run.batches},
        {QStringLiteral("milliseconds"), qint64(run.duration.count())},
        {QStringLiteral("waitedMilliseconds"), qint64(run.waited.count())},
        {QStringLiteral("lagRows"), countJson(run.lagRows)},
        {QStringLiteral("completeUntil"), momentJson(run.completeUntil)}};
}

QString runText(const RollupRun &run)
{
    if (run.state == RollupRun::State::AlreadyRunning || run.state == RollupRun::State::Paused)
        return run.message;
    return QStringLiteral("%1: %2 rows read, %3 buckets written in %4 ms; complete until %5, rows waiting: %6%7")
        .arg(run.rollup, QString::number(run.rowsRead), QString::number(run.bucketsWritten),
            QString::number(run.duration.count()), momentText(run.completeUntil), countText(run.lagRows),
            run.message.isEmpty() ? QString() : QStringLiteral("\n  ") + run.message);
}

int runAll(Context &context, SyncSession &session, const QStringList &names)
{
    QJsonArray all;
    bool hasFailed = false;
    for (const QString &name : names) {
        const auto run = runRollup(session, name);
        if (run.isError() && names.size() > 1) { // the others still run
            hasFailed = true;
            context.warn(QStringLiteral("%1: %2").arg(name, run.error().toText()));
            all.append(
                QJsonObject{{QStringLiteral("rollup"), name}, {QStringLiteral("state"), QStringLiteral("failed")},
                    {QStringLiteral("error"), errorJson(run.error())}});
            continue;
        }
        if (!run)
            return context.fail(run);
        all.append(toJson(*run));
        if (!context.json())
            context.print(runText(*run));
    }
    if (context.json())
        context.printJson({{QStringLiteral("runs"), all}});
    return hasFailed ? Failed : Ok;
}

QJsonObject toJson(const RollupVerification &verification)
{
    QJsonArray differences;
    for (const BucketDifference &difference : verification.differences)
        differences.append(QJsonObject{
            {QStringLiteral("bucket"),
                difference.bucket.isValid() ? difference.bucket.toString(Qt::ISODateWithMs) : difference.bucketText},
            {QStringLiteral("dimensions"), difference.dimensions}, {QStringLiteral("raw"), difference.raw},
            {QStringLiteral("rolledUp"), difference.rolledUp}});
    return {{QStringLiteral("rollup"), verification.rollup}, {QStringLiteral("clean"), verification.isWhole()},
        {QStringLiteral("gap"), verification.gap}, {QStringLiteral("waitingRows"), verification.waitingRows},
        {QStringLiteral("bucketsCompared"), verification.bucketsCompared},
        {QStringLiteral("since"), momentJson(verification.since)},
        {QStringLiteral("differenceCount"), verification.differenceCount}, {QStringLiteral("differences"), differences},
        {QStringLiteral("warnings"), QJsonArray::fromStringList(verification.warnings)}};
}

void printVerification(const Context &context, const RollupVerification &verification)
{
    const QString since = verification.since
        ? QStringLiteral(" since %1, before which raw rows have expired").arg(momentText(verification.since))
        : QString();
    for (const QString &warning : verification.warnings)
        context.warn(QStringLiteral("%1: %2").arg(verification.rollup, warning));
    const QString waiting = verification.waitingRows > 0
        ? QStringLiteral("; rows of its source that are not rolled up yet: %1").arg(verification.waitingRows)
        : QString();
    if (!verification.gap.isEmpty())
        context.print(QStringLiteral("%1: not verified, %2%3").arg(verification.rollup, verification.gap, waiting));
    if (verification.differenceCount == 0) {
        if (verification.gap.isEmpty())
            context.print(QStringLiteral("%1: says what the raw rows say, in all %2 buckets%3%4")
                              .arg(verification.rollup, QString::number(verification.bucketsCompared), since, waiting));
        return;
    }
    context.print(QStringLiteral("%1: buckets that differ from the raw rows: %2%3")
                      .arg(verification.rollup, QString::number(verification.differenceCount), since));
    for (const BucketDifference &difference : verification.differences)
        context.print(QStringLiteral("  ") + difference.toText());
    if (verification.differenceCount > verification.differences.size())
        context.print(QStringLiteral("  …"));
}

int verifyAll(Context &context, SyncSession &session, const QStringList &names)
{
    QJsonArray all;
    bool isClean = true, isWhole = true;
    for (const QString &name : names) {
        const auto verification = verifyRollup(session, name);
        if (verification.isError() && names.size() > 1) { // the others are still compared
            isClean = isWhole = false;
            context.warn(QStringLiteral("%1: %2").arg(name, verification.error().toText()));
            all.append(QJsonObject{{QStringLiteral("rollup"), name}, {QStringLiteral("clean"), false},
                {QStringLiteral("error"), errorJson(verification.error())}});
            continue;
        }
        if (!verification)
            return context.fail(verification);
        isClean = isClean && verification->isClean();
        isWhole = isWhole && verification->isWhole();
        all.append(toJson(*verification));
        if (!context.json())
            printVerification(context, *verification);
    }
    if (context.json())
        context.printJson({{QStringLiteral("clean"), isWhole}, {QStringLiteral("verifications"), all}});
    return isClean ? Ok : Failed;
}

/// ISO 8601; without a zone it is UTC, without a time midnight. Invalid when it is none.
QDateTime readMoment(const QString &text)
{
    QDateTime moment = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (moment.timeSpec() == Qt::LocalTime)
        moment.setTimeSpec(Qt::UTC);
    return moment.toUTC();
}

/// The span that --from and --to say, or the status to end with.
std::optional<int> readSpan(const Context &context, const QCommandLineParser &parser, BucketSpan &span)
{
    for (const auto &[option, moment] :
        {std::pair(QStringLiteral("from"), &span.since), std::pair(QStringLiteral("to"), &span.until)}) {
        if (!parser.isSet(option))
            continue;
        *moment = readMoment(parser.value(option));
        if (!moment->isValid())
            return context.badUsage(
                QStringLiteral("--%1: \"%2\" is no moment; write 2026-03-01T12:00:00Z, without a zone it is UTC.")
                    .arg(option, parser.value(option)));
    }
    if (span.since.isValid() && span.until.isValid() && span.since >= span.until)
        return context.badUsage(QStringLiteral("--from must be before --to."));
    return std::nullopt;
}

int rebuild(
    Context &context, SyncSession &session, const QString &name, const BucketSpan &span, RowsWithoutSource without)
{
    const auto rebuilt = rebuildRollup(session, name, span, without);
    if (!rebuilt)
        return context.fail(rebuilt);
    const auto textOf = [](const QDateTime &end) {
        return end.isValid() ? QJsonValue(end.toString(Qt::ISODateWithMs)) : QJsonValue();
    };
    if (context.json()) {
        context.printJson({{QStringLiteral("rollup"), name}, {QStringLiteral("from"), textOf(span.since)},
            {QStringLiteral("to"), textOf(span.until)}, {QStringLiteral("rowsWritten"), rebuilt->rowsWritten},
            {QStringLiteral("rowsLeft"), rebuilt->rowsLeft}, {QStringLiteral("bucketsLeft"), rebuilt->bucketsLeft}});
        return Ok;
    }
    context.print(QStringLiteral("%1: recomputed from its source, rows written: %2")
                      .arg(name, QString::number(rebuilt->rowsWritten)));
    if (const QString left = rebuilt->leftText(); !left.isEmpty())
        context.print(QStringLiteral("  %1 To delete them: --empty-too.").arg(left));
    return Ok;
}

int expire(Context &context, SyncSession &session)
{
    const auto tables = listExpiringTables(session);
    if (!tables)
        return context.fail(tables);
    QJsonArray all;
    bool hasFailed = false;
    for (const QString &table : *tables) {
        const auto run = runRetention(session, table);
        if (run.isCancelled())
            return context.interrupted();
        if (run.isError()) { // the others still expire
            hasFailed = true;
            context.warn(QStringLiteral("%1: %2").arg(table, run.error().toText()));
            all.append(
                QJsonObject{{QStringLiteral("table"), table}, {QStringLiteral("state"), QStringLiteral("failed")},
                    {QStringLiteral("error"), errorJson(run.error())}});
            continue;
        }
        all.append(retentionRunJson(*run));
        if (!context.json())
            context.print(retentionRunText(*run));
    }
    if (context.json())
        context.printJson({{QStringLiteral("tables"), all}});
    return hasFailed ? Failed : Ok;
}

int run(Context &context)
{
    QCommandLineParser parser;
    parser.addOption({QStringLiteral("from"), {}, QStringLiteral("moment")});
    parser.addOption({QStringLiteral("to"), {}, QStringLiteral("moment")});
    parser.addOption(QCommandLineOption(QStringLiteral("empty-too")));
    if (const auto over = context.parse(parser))
        return *over;
    const QStringList words = parser.positionalArguments();
    const QString verb = words.value(0);
    BucketSpan span;
    if (const auto over = readSpan(context, parser, span))
        return *over;
    if (verb != QStringLiteral("rebuild")
        && (parser.isSet(QStringLiteral("from")) || parser.isSet(QStringLiteral("to"))
            || parser.isSet(QStringLiteral("empty-too"))))
        return context.badUsage(QStringLiteral("--from, --to and --empty-too belong to rebuild."));
    if (verb == QStringLiteral("drop")) {
        if (words.size() != 2)
            return context.badUsage(QStringLiteral("Name the rollup to drop."));
        return applyPlan(context, dropRollupIntent(words.at(1)));
    }
    if (verb == QStringLiteral("rebuild") && words.size() != 2)
        return context.badUsage(QStringLiteral("Name the one rollup to rebuild."));
    const bool takesName
        = verb == QStringLiteral("run") || verb == QStringLiteral("verify") || verb == QStringLiteral("rebuild");
    if (!takesName && verb != QStringLiteral("list") && verb != QStringLiteral("expire"))
        return context.badUsage(QStringLiteral("Say list, run, verify, rebuild, expire or drop."));
    if (words.size() > (takesName ? 2 : 1))
        return context.badUsage(QStringLiteral("%1 is one argument too many.").arg(words.last()));
    const auto session = context.openSession();
    if (!session)
        return context.fail(session);
    if (verb == QStringLiteral("list"))
        return list(context, **session);
    if (verb == QStringLiteral("expire"))
        return expire(context, **session);
    if (verb == QStringLiteral("rebuild"))
        return rebuild(context, **session, words.at(1), span,
            parser.isSet(QStringLiteral("empty-too")) ? RowsWithoutSource::Delete : RowsWithoutSource::Keep);
    QStringList names = words.mid(1);
    if (names.isEmpty()) {
        const auto rollups = listRollups(**session);
        if (!rollups)
            return context.fail(rollups);
        for (const RollupStatus &status : *rollups)
            names << status.name;
        if (names.isEmpty())
            return context.fail(ServerError::usage(QStringLiteral("there are no rollups on this server")));
    }
    return verb == QStringLiteral("run") ? runAll(context, **session, names) : verifyAll(context, **session, names);
}

const CommandRegistration registration({QStringLiteral("rollup"),
    {QStringLiteral("rollup list"), QStringLiteral("rollup run [NAME]"), QStringLiteral("rollup verify [NAME]"),
        QStringLiteral("rollup rebuild NAME [--from MOMENT] [--to MOMENT] [--empty-too]"),
        QStringLiteral("rollup expire"), QStringLiteral("rollup drop NAME")},
    QStringLiteral("Shows rollups, runs them, holds them against their raw rows, rebuilds and drops them."),
    QStringLiteral(
        "run rolls up what is new; without NAME, of every rollup. It is what the scheduled job does, for\n"
        "servers without pg_cron. verify compares rollup and raw rows bucket by bucket and exits with 1 when\n"
        "they differ, or where a rollup has not run or its last run failed. rebuild recomputes the buckets\n"
        "from --from on and before --to from the rows they were made of, as far as none of those has expired; MOMENT "
        "is ISO 8601, without a zone UTC. Rows of the rollup\n"
        "whose raw rows do not exist any more stay; --empty-too deletes them. expire deletes\n"
        "the rows that are older than they are to be kept. drop takes the rollup away with its table, jobs and\n"
        "log; raw rows stay."),
    run});

} // namespace

} // namespace Shardboard::Ctl
