// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/rollup.h"

#include "admin/registryaccess.h"
#include "connection/syncsession.h"
#include "connection/values/reading.h"
#include "connection/values/sqlquote.h"

#include <QJsonDocument>

#include <algorithm>

namespace Shardboard {

namespace {

using std::chrono::milliseconds;

/// A moment as milliseconds since the epoch; every time below is asked for as such, whatever the session's DateStyle.
QString epochOf(const char *expression)
{
    return QStringLiteral("(extract(epoch FROM %1) * 1000)::bigint").arg(QLatin1String(expression));
}

/// The same of a time that may be infinite: NULL then.
QString finiteEpochOf(const char *moment)
{
    return QStringLiteral("CASE WHEN isfinite(%1) THEN %2 END").arg(QLatin1String(moment), epochOf(moment));
}

/// A time in UTC for people, whatever the session's settings.
QString textOf(const char *moment)
{
    return QStringLiteral("CASE WHEN isfinite(%1) THEN to_char(%1 AT TIME ZONE 'UTC', 'FMYYYY-MM-DD HH24:MI:SS') || "
                          "CASE WHEN extract(year FROM %1 AT TIME ZONE 'UTC') < 0 THEN ' BC' ELSE '' END "
                          "WHEN %1 > 'epoch' THEN 'infinity' ELSE '-infinity' END")
        .arg(QLatin1String(moment));
}

std::optional<QDateTime> momentAt(const ResultSet &rows, qsizetype row, int column)
{
    if (rows.isNull(row, column))
        return std::nullopt;
    return QDateTime::fromMSecsSinceEpoch(rows.integer(row, column), Qt::UTC);
}

std::optional<qint64> integerAt(const ResultSet &rows, qsizetype row, int column)
{
    if (rows.isNull(row, column))
        return std::nullopt;
    return rows.integer(row, column);
}

QJsonObject objectAt(const ResultSet &rows, qsizetype row, int column)
{
    return QJsonDocument::fromJson(rows.text(row, column).toUtf8()).object();
}

/// The schema is not there: nothing was ever set up on this server.
bool isNotSetUp(const ServerError &error)
{
    return error.sqlState == QStringLiteral("42P01") || error.sqlState == QStringLiteral("3F000")
        || error.sqlState == QStringLiteral("42883");
}

ServerError notSetUp()
{
    return ServerError::usage(QStringLiteral("there are no rollups on this server"),
        QStringLiteral("Apply a blueprint first: shardboardctl blueprint apply http-traffic"));
}

template <typename T>
Outcome<T> failureOf(const Outcome<ResultSet> &answer)
{
    if (answer.isError() && isNotSetUp(answer.error()))
        return notSetUp();
    return answer.failure<T>();
}

QString valueText(const QJsonObject &side, const QString &measure)
{
    const QJsonValue value = side.value(measure);
    if (value.isObject())
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    return value.isNull() ? QStringLiteral("nothing") : value.toVariant().toString();
}

QByteArray boundText(const QDateTime &moment, const char *open)
{
    return moment.isValid() ? moment.toUTC().toString(Qt::ISODateWithMs).toUtf8() : QByteArray(open);
}

/// The procedure did nothing: because the rollup is paused, or because another session is at it.
Outcome<RollupRun> refusedRun(SyncSession &session, RollupRun run)
{
    const Outcome<ResultSet> paused = session.run(
        Query(QStringLiteral("SELECT is_paused FROM shardboard.rollup WHERE name = $1"), {run.rollup.toUtf8()}));
    if (!paused)
        return paused.failure<RollupRun>();
    const bool isPaused = paused->rowCount() == 1 && paused->boolean(0, 0);
    run.state = isPaused ? RollupRun::State::Paused : RollupRun::State::AlreadyRunning;
    return run;
}

/// How much of its source the rollup covers.
Completion readCoverage(SyncSession &session, const QString &name, RollupVerification &verification)
{
    const Outcome<ResultSet> status = session.run(
        Query(QStringLiteral("SELECT last_state, last_message, coalesce(lag_rows, 0), complete_until IS NULL "
                             "FROM shardboard.rollup_status WHERE name = $1"),
            {name.toUtf8()}));
    if (!status)
        return status.failure<Nothing>();
    if (status->rowCount() != 1)
        return ServerError::usage(QStringLiteral("there is no rollup \"%1\"").arg(name));
    const QString state = status->text(0, 0);
    verification.waitingRows = status->integer(0, 2);
    if (state == QStringLiteral("failed"))
        verification.gap = QStringLiteral("its last run failed: %1").arg(status->text(0, 1));
    else if (status->isNull(0, 0) && status->boolean(0, 3))
        verification.gap = QStringLiteral("it has not run yet");
    return Nothing{};
}

} // namespace

Outcome<QList<RollupStatus>> listRollups(SyncSession &session)
{
    const QString sql
        = QStringLiteral("SELECT name, source, target, strategy, %1, %2, lag_rows, is_paused, is_running, "
                         "last_state, last_message, %3, last_rows_read FROM shardboard.rollup_status "
                         "ORDER BY bucket, name")
              .arg(finiteEpochOf("complete_until"), epochOf("last_run_at"), epochOf("last_duration"));
    const QList<Outcome<ResultSet>> answers = session.runPipeline(
        {Query(sql), Query(QStringLiteral("SELECT command, schedule FROM cron.job WHERE active"))});
    const Outcome<ResultSet> &rollups = answers.at(0);
    if (rollups.isError() && isNotSetUp(rollups.error()))
        return QList<RollupStatus>();
    if (rollups.isError())
        return explainRegistryRefusal(rollups.error(), {});
    AnswerReading reading;
    QString refusal; // a role that may not use pg_cron has no jobs there
    const ResultSet jobs = reading.orRefused(answers.at(1), QStringLiteral("The jobs of pg_cron"), refusal);
    if (!rollups || !reading.isOk())
        return rollups ? reading.failure<QList<RollupStatus>>() : rollups.failure<QList<RollupStatus>>();
    const ResultSet &rows = *rollups;
    QList<RollupStatus> list;
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        RollupStatus status;
        status.name = rows.text(row, 0);
        status.source = rows.text(row, 1);
        status.target = rows.text(row, 2);
        status.strategy = rows.text(row, 3);
        status.completeUntil = momentAt(rows, row, 4);
        status.lastRunAt = momentAt(rows, row, 5);
        status.lagRows = integerAt(rows, row, 6);
        status.isPaused = rows.boolean(row, 7);
        status.isRunning = rows.boolean(row, 8);
        status.lastState = rows.text(row, 9);
        status.lastMessage = rows.text(row, 10);
        status.lastDuration = milliseconds(rows.integer(row, 11));
        status.lastRowsRead = rows.integer(row, 12);
        const QString call = QStringLiteral("CALL shardboard.run_rollup(%1)").arg(quoteLiteral(status.name));
        for (qsizetype job = 0; job < jobs.rowCount(); ++job)
            if (jobs.text(job, 0) == call)
                status.schedule = jobs.text(job, 1);
        list << status;
    }
    return list;
}

Outcome<RollupRun> runRollup(SyncSession &session, const QString &name)
{
    RollupRun run;
    run.rollup = name;
    QString refusal;
    session.onNotice([&](const ServerNotice &notice) { refusal = notice.message; });
    const Outcome<ResultSet> called
        = session.run(Query(QStringLiteral("CALL shardboard.run_rollup(%1)").arg(quoteLiteral(name))));
    session.onNotice({});
    if (!called)
        return failureOf<RollupRun>(called);
    if (called->rowCount() != 1 || called->isNull(0, 0)) {
        run.message = refusal;
        return refusedRun(session, run);
    }
    const QString sql = QStringLiteral("SELECT r.state, r.message, r.rows_read, r.buckets_written, r.batches, %1, %2, "
                                       "s.lag_rows, %3 FROM shardboard.rollup_run AS r, shardboard.rollup_status AS s "
                                       "WHERE r.run_id = %4 AND s.name = r.rollup")
                            .arg(epochOf("(r.finished_at - r.started_at)"), epochOf("r.waited"),
                                finiteEpochOf("s.complete_until"), called->text(0, 0));
    const Outcome<ResultSet> logged = session.run(Query(sql));
    if (!logged)
        return logged.failure<RollupRun>();
    if (logged->rowCount() != 1)
        return ServerError::usage(QStringLiteral("rollup %1 was dropped while it ran").arg(name));
    run.state = logged->text(0, 0) == QStringLiteral("waiting") ? RollupRun::State::Waiting : RollupRun::State::Done;
    run.message = logged->text(0, 1);
    run.rowsRead = logged->integer(0, 2);
    run.bucketsWritten = logged->integer(0, 3);
    run.batches = int(logged->integer(0, 4));
    run.duration = milliseconds(logged->integer(0, 5));
    run.waited = milliseconds(logged->integer(0, 6));
    run.lagRows = integerAt(*logged, 0, 7);
    run.completeUntil = momentAt(*logged, 0, 8);
    return run;
}

QString BucketDifference::dimensionsText() const
{
    QStringList parts;
    for (auto it = dimensions.constBegin(); it != dimensions.constEnd(); ++it)
        parts << QStringLiteral("%1=%2").arg(
            it.key(), it->isNull() ? QStringLiteral("NULL") : it->toVariant().toString());
    return parts.join(QLatin1Char(' '));
}

QString BucketDifference::differenceText() const
{
    QStringList keys = raw.keys() + rolledUp.keys();
    std::ranges::sort(keys);
    keys.removeDuplicates();
    QStringList differing;
    if (raw.isEmpty())
        differing << QStringLiteral("there are no raw rows");
    if (rolledUp.isEmpty())
        differing << QStringLiteral("the rollup has no row");
    for (const QString &measure : std::as_const(keys)) {
        if (raw.value(measure) == rolledUp.value(measure))
            continue;
        QStringList sides;
        if (!raw.isEmpty())
            sides << QStringLiteral("raw ") + valueText(raw, measure);
        if (!rolledUp.isEmpty())
            sides << QStringLiteral("rollup ") + valueText(rolledUp, measure);
        differing << measure + QLatin1Char(' ') + sides.join(QStringLiteral(", "));
    }
    return differing.join(QStringLiteral("; "));
}

QString BucketDifference::toText() const
{
    return QStringLiteral("%1 %2: %3").arg(bucketText, dimensionsText(), differenceText());
}

Outcome<RollupVerification> verifyRollup(SyncSession &session, const QString &name, int limit, const BucketSpan &span)
{
    const QByteArray from = boundText(span.since, "-infinity"), until = boundText(span.until, "infinity");
    const Outcome<ResultSet> about = session.run(
        Query(QStringLiteral(
                  "SELECT target, bucket_column, "
                  "nullif(shardboard.whole_since(source, target), '-infinity') FROM shardboard.rollup WHERE name = $1"),
            {name.toUtf8()}));
    if (!about)
        return failureOf<RollupVerification>(about);
    if (about->rowCount() != 1)
        return ServerError::usage(QStringLiteral("there is no rollup \"%1\"").arg(name));
    RollupVerification verification;
    session.onNotice([&](const ServerNotice &notice) { verification.warnings << notice.message; });
    const Outcome<ResultSet> found
        = session.run(Query(QStringLiteral("SELECT %1, dimensions, raw, rolled_up, count(*) OVER (), %2 "
                                           "FROM shardboard.verify_rollup($1, $2, $3) ORDER BY bucket, 2 LIMIT %3")
                                .arg(finiteEpochOf("bucket"), textOf("bucket"), QString::number(limit)),
            {name.toUtf8(), from, until}));
    session.onNotice({});
    if (!found)
        return found.failure<RollupVerification>();
    const QString since = about->isNull(0, 2) ? QStringLiteral("-infinity") : about->text(0, 2);
    const Outcome<ResultSet> scope = session.run(Query(QStringLiteral("SELECT count(*), %1 FROM %2 "
                                                                      "WHERE %3 >= greatest($1, $2) AND %3 <= $3")
                                                           .arg(epochOf("nullif($1::timestamptz, '-infinity')"),
                                                               about->text(0, 0), quoteIdentifier(about->text(0, 1))),
        {since.toUtf8(), from, until}));
    if (!scope)
        return scope.failure<RollupVerification>();

    if (const Completion read = readCoverage(session, name, verification); !read)
        return read.failure<RollupVerification>();
    verification.rollup = name;
    verification.bucketsCompared = scope->integer(0, 0);
    verification.since = momentAt(*scope, 0, 1);
    verification.differenceCount = found->rowCount() == 0 ? 0 : found->integer(0, 4);
    for (qsizetype row = 0; row < found->rowCount(); ++row)
        verification.differences << BucketDifference{momentAt(*found, row, 0).value_or(QDateTime()),
            found->text(row, 5), objectAt(*found, row, 1), objectAt(*found, row, 2), objectAt(*found, row, 3)};
    return verification;
}

QString RollupRebuild::leftText() const
{
    if (rowsLeft == 0)
        return {};
    return QStringLiteral(
        "%1 rows of the rollup were left as they are: the rows they were made of do not exist any more. "
        "%2 buckets hold only such rows.")
        .arg(QString::number(rowsLeft), QString::number(bucketsLeft));
}

Outcome<RollupRebuild> rebuildRollup(
    SyncSession &session, const QString &name, const BucketSpan &span, RowsWithoutSource without)
{
    const QString since = QString::fromUtf8(boundText(span.since, "-infinity"));
    const QString until = QString::fromUtf8(boundText(span.until, "infinity"));
    const Outcome<ResultSet> called = session.run(
        Query(QStringLiteral("CALL shardboard.rebuild_rollup(%1, %2, %3, empty_too := %4)")
                  .arg(quoteLiteral(name), quoteLiteral(since), quoteLiteral(until),
                      without == RowsWithoutSource::Delete ? QStringLiteral("true") : QStringLiteral("false"))));
    if (called.isError() && called.error().sqlState == QStringLiteral("42883"))
        return ServerError::usage(QStringLiteral("the objects in schema shardboard are of an older version"),
            QStringLiteral("Apply a plan, such as the rollup's own, with this version first: it updates them."));
    if (!called)
        return failureOf<RollupRebuild>(called);
    RollupRebuild rebuild;
    if (called->rowCount() == 1)
        rebuild = {called->integer(0, 0), called->integer(0, 1), called->integer(0, 2)};
    return rebuild;
}

Completion setRollupPaused(SyncSession &session, const QString &name, bool isPaused)
{
    const Outcome<ResultSet> changed
        = session.run(Query(QStringLiteral("UPDATE shardboard.rollup SET is_paused = $2 WHERE name = $1"),
            {name.toUtf8(), QByteArray(isPaused ? "true" : "false")}));
    if (!changed)
        return failureOf<Nothing>(changed);
    if (changed->affectedRows == 0)
        return ServerError::usage(QStringLiteral("there is no rollup \"%1\"").arg(name));
    return Nothing{};
}

} // namespace Shardboard
