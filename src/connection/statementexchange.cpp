// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/exchange.h"

namespace Shardboard {

StatementExchange::StatementExchange(Query query, ReplyHandlers handlers)
    : Exchange({std::move(query)}, std::move(handlers)), m_assembler(m_handlers)
{
    m_assembler.setLimits(currentQuery().limits);
}

bool StatementExchange::send(PGconn *connection)
{
    return sendQuery(connection, currentQuery(), false) && PQsetSingleRowMode(connection) == 1;
}

Exchange::Progress StatementExchange::advance(PGconn *connection)
{
    Progress progress = Progress::Waiting;
    if (m_isDrainingCopy) {
        progress = drainCopyOut(connection);
        if (progress != Progress::Advanced)
            return progress;
    }
    while (wantsInput() && !PQisBusy(connection)) {
        const PgResult result(PQgetResult(connection));
        if (!result) {
            finishStatement(m_failure ? *m_failure : Outcome<ResultSet>(m_assembler.take()));
            return Progress::Finished;
        }
        progress = read(connection, result.get());
        if (progress != Progress::Advanced)
            return progress;
    }
    return progress;
}

Exchange::Progress StatementExchange::read(PGconn *connection, const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_SINGLE_TUPLE:
#ifdef LIBPQ_HAS_CHUNK_MODE
    case PGRES_TUPLES_CHUNK:
#endif
        m_assembler.addRows(result);
        return Progress::Advanced;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
        m_assembler.complete(result);
        return Progress::Advanced;
    case PGRES_BAD_RESPONSE:
    case PGRES_FATAL_ERROR:
        if (m_assembler.hasEnough() && hasSqlState(result, "57014")) {
            m_assembler.completeEarly();
            return Progress::Advanced;
        }
        m_assembler.publish();
        if (!m_failure)
            m_failure = outcomeOfError(result, connection);
        return Progress::Advanced;
    case PGRES_COPY_IN:
        return refuseCopyIn(connection);
    case PGRES_COPY_OUT:
        m_failure = ServerError::usage(QStringLiteral("COPY TO STDOUT has nowhere to send its rows here"),
            QStringLiteral("Export the result of a query instead."));
        m_isDrainingCopy = true;
        return drainCopyOut(connection);
    case PGRES_NONFATAL_ERROR: // libpq: never returned by PQgetResult
    case PGRES_COPY_BOTH:
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:
        break;
    }
    return Progress::Broken;
}

Exchange::Progress StatementExchange::refuseCopyIn(PGconn *connection)
{
    m_failure = ServerError::usage(
        QStringLiteral("COPY FROM STDIN gets no data here"), QStringLiteral("Import a file instead, or use INSERT."));
    return PQputCopyEnd(connection, "no data") == 1 ? Progress::Advanced : Progress::Broken;
}

Exchange::Progress StatementExchange::drainCopyOut(PGconn *connection)
{
    for (;;) {
        char *row = nullptr;
        const int length = PQgetCopyData(connection, &row, 1);
        const PgBytes owner(row);
        if (length > 0)
            continue;
        m_isDrainingCopy = length == 0;
        return length == 0 ? Progress::Waiting : Progress::Advanced;
    }
}

} // namespace Shardboard
