// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/exchange.h"

namespace Shardboard {

PipelineExchange::PipelineExchange(QList<Query> queries, ReplyHandlers handlers, std::optional<QString> guard)
    : Exchange(std::move(queries), std::move(handlers)), m_guard(std::move(guard)), m_assembler(m_handlers)
{
}

bool PipelineExchange::sendCommand(PGconn *connection, const QString &sql, Step step)
{
    m_steps.push_back(step);
    return sendQuery(connection, Query(sql), true);
}

bool PipelineExchange::sendSync(PGconn *connection, Step step)
{
    m_steps.push_back(step);
    return PQpipelineSync(connection) == 1;
}

bool PipelineExchange::send(PGconn *connection)
{
    if (PQenterPipelineMode(connection) != 1)
        return false;
    for (const Query &query : m_queries) {
        if (m_guard
            && !(sendCommand(connection, QStringLiteral("BEGIN READ ONLY"), Step::Guard)
                && sendCommand(connection, *m_guard, Step::Guard)))
            return false;
        m_steps.push_back(Step::Statement);
        if (!sendQuery(connection, query, true) || !sendSync(connection, Step::EndOfStatement))
            return false;
        if (m_guard
            && !(sendCommand(connection, QStringLiteral("ROLLBACK"), Step::Rollback)
                && sendSync(connection, Step::EndOfRollback)))
            return false;
    }
    if (m_queries.isEmpty() && !sendSync(connection, Step::End))
        return false;
    nextStep(connection);
    return true;
}

void PipelineExchange::nextStep(PGconn *connection)
{
    if (m_steps.empty() || m_steps.front() != Step::Statement)
        return;
    m_assembler.setLimits(currentQuery().limits);
    // Not possible when an earlier error has aborted the rest: then there are no rows.
    PQsetSingleRowMode(connection);
}

Exchange::Progress PipelineExchange::advance(PGconn *connection)
{
    Progress progress = Progress::Waiting;
    while (wantsInput() && !PQisBusy(connection)) {
        const PgResult result(PQgetResult(connection));
        if (!result) {
            // The end of one command's results. A broken connection has nothing next.
            if (PQstatus(connection) == CONNECTION_BAD)
                return Progress::Broken;
            m_steps.pop_front();
            nextStep(connection);
            continue;
        }
        progress = read(connection, result.get());
        if (progress != Progress::Advanced)
            return progress;
    }
    return progress;
}

Exchange::Progress PipelineExchange::read(PGconn *connection, const PGresult *result)
{
    if (m_steps.empty())
        return Progress::Broken;
    const bool isStatement = m_steps.front() == Step::Statement;
    switch (PQresultStatus(result)) {
    case PGRES_SINGLE_TUPLE:
#ifdef LIBPQ_HAS_CHUNK_MODE
    case PGRES_TUPLES_CHUNK:
#endif
        if (isStatement)
            m_assembler.addRows(result);
        return Progress::Advanced;
    case PGRES_TUPLES_OK:
        if (isStatement) {
            m_assembler.addRows(result);
            m_assembler.complete(result);
        }
        return Progress::Advanced;
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        if (isStatement)
            m_assembler.complete(result);
        return Progress::Advanced;
    case PGRES_BAD_RESPONSE:
    case PGRES_FATAL_ERROR:
    case PGRES_PIPELINE_ABORTED:
        readError(connection, result);
        return PQstatus(connection) == CONNECTION_BAD ? Progress::Broken : Progress::Advanced;
    case PGRES_PIPELINE_SYNC:
        return readSync(connection);
    case PGRES_NONFATAL_ERROR: // libpq: never returned by PQgetResult
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
        break;
    }
    return Progress::Broken;
}

// A broken link belongs to whatever statement it hit; the worker finishes the rest.
void PipelineExchange::readError(PGconn *connection, const PGresult *result)
{
    if (m_failure || finishedCount() >= m_queries.size() || m_steps.front() == Step::Rollback)
        return;
    const bool isCancelError = hasSqlState(result, "57014");
    if (m_steps.front() == Step::Statement && m_assembler.hasEnough() && isCancelError) {
        m_assembler.completeEarly();
        return;
    }
    m_failure = outcomeOfError(result, connection);
    // A request to stop an earlier statement came late and hit this one, or the ROLLBACK before it: ask again.
    const bool isFailedTransaction = hasSqlState(result, "25P02");
    if (m_guard && isStopSent() && !hasTimedOut() && (isCancelError || isFailedTransaction))
        m_failure = Outcome<ResultSet>(Cancelled{});
}

Exchange::Progress PipelineExchange::readSync(PGconn *connection)
{
    const Step step = m_steps.front();
    m_steps.pop_front();
    if (step == Step::EndOfStatement) {
        Outcome<ResultSet> outcome = m_failure ? *m_failure : Outcome<ResultSet>(m_assembler.take());
        m_assembler.reset();
        finishStatement(std::move(outcome));
    }
    if (m_steps.empty())
        return PQexitPipelineMode(connection) == 1 ? Progress::Finished : Progress::Broken;
    nextStep(connection);
    return Progress::Advanced;
}

} // namespace Shardboard
