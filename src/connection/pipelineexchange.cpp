// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/exchange.h"

namespace Shardboard {

PipelineExchange::PipelineExchange(QList<Query> queries, ReplyHandlers handlers)
    : Exchange(std::move(queries), std::move(handlers)), m_assembler(m_handlers)
{
}

bool PipelineExchange::send(PGconn *connection)
{
    if (PQenterPipelineMode(connection) != 1)
        return false;
    for (const Query &query : m_queries) {
        if (!sendQuery(connection, query, true) || PQpipelineSync(connection) != 1)
            return false;
        ++m_syncsAwaited;
    }
    if (m_queries.isEmpty()) {
        if (PQpipelineSync(connection) != 1)
            return false;
        ++m_syncsAwaited;
    }
    return true;
}

Exchange::Progress PipelineExchange::advance(PGconn *connection)
{
    Progress progress = Progress::Waiting;
    while (!PQisBusy(connection)) {
        const PgResult result(PQgetResult(connection));
        if (!result) {
            // The end of one statement's results; its Sync is next. A broken connection has nothing next.
            if (PQstatus(connection) == CONNECTION_BAD)
                return Progress::Broken;
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
    switch (PQresultStatus(result)) {
    case PGRES_SINGLE_TUPLE:
#ifdef LIBPQ_HAS_CHUNK_MODE
    case PGRES_TUPLES_CHUNK:
#endif
        m_assembler.addRows(result);
        return Progress::Advanced;
    case PGRES_TUPLES_OK:
        m_assembler.addRows(result);
        m_assembler.complete(result);
        return Progress::Advanced;
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        m_assembler.complete(result);
        return Progress::Advanced;
    case PGRES_BAD_RESPONSE:
    case PGRES_FATAL_ERROR:
    case PGRES_PIPELINE_ABORTED:
        // A broken link belongs to whatever statement it hit; the worker finishes the rest.
        if (!m_failure && finishedCount() < m_queries.size())
            m_failure = outcomeOfError(result, connection);
        return PQstatus(connection) == CONNECTION_BAD ? Progress::Broken : Progress::Advanced;
    case PGRES_PIPELINE_SYNC:
        if (finishedCount() < m_queries.size())
            finishStatement(m_failure ? *m_failure : Outcome<ResultSet>(m_assembler.take()));
        if (--m_syncsAwaited > 0)
            return Progress::Advanced;
        return PQexitPipelineMode(connection) == 1 ? Progress::Finished : Progress::Broken;
    case PGRES_NONFATAL_ERROR: // libpq: never returned by PQgetResult
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
        break;
    }
    return Progress::Broken;
}

} // namespace Shardboard
