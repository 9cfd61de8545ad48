// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/retention/retention.h"

#include "admin/enumnames.h"
#include "connection/syncsession.h"
#include "connection/values/sqlquote.h"

#include <QJsonDocument>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

using RunState = RetentionRun::State;

constexpr std::array<EnumName<RunState>, 8> runStateNames{{{RunState::Running, QLatin1StringView("running")},
    {RunState::Done, QLatin1StringView("done")}, {RunState::Refused, QLatin1StringView("refused")},
    {RunState::Failed, QLatin1StringView("failed")}, {RunState::Cancelled, QLatin1StringView("cancelled")},
    {RunState::Interrupted, QLatin1StringView("interrupted")},
    {RunState::AlreadyRunning, QLatin1StringView("alreadyRunning")},
    {RunState::KeptForEver, QLatin1StringView("keptForEver")}}};

QString runsSql(const QString &from)
{
    const auto epoch = [](const QString &column) { return u"shardboard.epoch(u.%1)"_s.arg(column); };
    // One that is noted as running, and of which no session is at work, was interrupted: only the next run corrects the
    // log.
    const QString isAlive
        = u"EXISTS (SELECT FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid "
          "WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND l.pid = u.backend_pid "
          "AND l.classid = (hashtext('shardboard.retention')::bigint & 4294967295)::oid "
          "AND l.objid = (hashtext(u.table_name)::bigint & 4294967295)::oid AND a.state IS DISTINCT FROM 'idle')"_s;
    const QString state
        = u"CASE WHEN u.state = 'running' AND NOT %1 THEN 'interrupted' ELSE u.state END"_s.arg(isAlive);
    return u"SELECT u.table_name, u.run_id, %6, %1, %2, %3, %4, u.rows_deleted, u.bytes_freed, "
           "to_json(u.partitions_dropped), u.held, left(u.message, 2000) FROM %5"_s.arg(epoch(u"started_at"_s),
               epoch(u"finished_at"_s), epoch(u"cutoff"_s), epoch(u"oldest_kept"_s), from, state);
}

QDateTime moment(const ResultSet &rows, qsizetype row, int column)
{
    return rows.isNull(row, column) ? QDateTime() : QDateTime::fromMSecsSinceEpoch(rows.integer(row, column), Qt::UTC);
}

QJsonArray list(const ResultSet &rows, qsizetype row, int column)
{
    return QJsonDocument::fromJson(rows.text(row, column).toUtf8()).array();
}

/// The schema, or this part of it, is not there.
bool isNotSetUp(const ServerError &error)
{
    return error.sqlState == u"42P01" || error.sqlState == u"3F000" || error.sqlState == u"42883";
}

} // namespace

qint64 RetentionRun::milliseconds() const
{
    return startedAt.isValid() && finishedAt.isValid() ? startedAt.msecsTo(finishedAt) : -1;
}

QString retentionStateName(RetentionRun::State state)
{
    return nameOf(runStateNames, state);
}

Query retentionRunsQuery(int perTable)
{
    return Query(runsSql(u"shardboard.retention AS r CROSS JOIN LATERAL (SELECT * FROM shardboard.retention_run AS t "
                         "WHERE t.table_name = r.table_name ORDER BY t.run_id DESC LIMIT %1) AS u "
                         "ORDER BY u.table_name, u.run_id DESC"_s.arg(perTable)));
}

QList<RetentionRun> readRetentionRuns(const ResultSet &rows)
{
    QList<RetentionRun> runs;
    for (qsizetype row = 0; row < rows.rowCount(); ++row) {
        RetentionRun run;
        run.table = rows.text(row, 0);
        run.runId = rows.integer(row, 1);
        run.state = valueNamed(runStateNames, rows.text(row, 2)).value_or(RunState::Done);
        run.startedAt = moment(rows, row, 3);
        run.finishedAt = moment(rows, row, 4);
        run.cutoff = moment(rows, row, 5);
        run.oldestKept = moment(rows, row, 6);
        run.rowsDeleted = rows.integer(row, 7);
        run.bytesFreed = rows.integer(row, 8);
        for (const QJsonValue &partition : list(rows, row, 9))
            run.partitionsDropped << partition.toString();
        run.holds = retentionHolds(list(rows, row, 10));
        run.message = rows.text(row, 11);
        runs << run;
    }
    return runs;
}

Outcome<QStringList> listExpiringTables(SyncSession &session)
{
    const Outcome<ResultSet> tables = session.run(
        Query(u"SELECT table_name FROM shardboard.retention WHERE keep IS NOT NULL ORDER BY table_name"_s));
    if (tables.isError() && isNotSetUp(tables.error()))
        return QStringList();
    if (!tables)
        return tables.failure<QStringList>();
    QStringList names;
    for (qsizetype row = 0; row < tables->rowCount(); ++row)
        names << tables->text(row, 0);
    return names;
}

Outcome<RetentionRun> runRetention(SyncSession &session, const QString &table)
{
    const Outcome<ResultSet> called
        = session.run(Query(u"CALL shardboard.run_retention(%1)"_s.arg(quoteLiteral(table))));
    if (called.isError() && isNotSetUp(called.error()) && called.error().hint.isEmpty())
        return ServerError::usage(u"there is no retention on this server"_s,
            u"Set one up first: the Retention tab of Rollups & Jobs, or an intent of kind retention."_s);
    if (!called)
        return called.failure<RetentionRun>();
    if (called->rowCount() == 1 && !called->isNull(0, 0)) {
        const Outcome<ResultSet> logged = session.run(
            Query(runsSql(u"shardboard.retention_run AS u WHERE u.run_id = $1"_s), {called->text(0, 0).toUtf8()}));
        if (!logged)
            return logged.failure<RetentionRun>();
        if (const QList<RetentionRun> runs = readRetentionRuns(*logged); !runs.isEmpty())
            return runs.first();
        return ServerError::usage(u"the retention of %1 was taken away while it ran"_s.arg(table));
    }
    const Outcome<ResultSet> kept = session.run(
        Query(u"SELECT keep IS NULL FROM shardboard.retention WHERE table_name = $1"_s, {table.toUtf8()}));
    if (!kept)
        return kept.failure<RetentionRun>();
    RetentionRun none;
    none.table = table;
    none.state = kept->rowCount() == 1 && kept->boolean(0, 0) ? RunState::KeptForEver : RunState::AlreadyRunning;
    return none;
}

} // namespace Shardboard
