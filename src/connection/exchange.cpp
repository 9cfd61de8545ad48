// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/exchange.h"

#include "connection/pgerror.h"

namespace Shardboard {

Exchange::Exchange(QList<Query> queries, ReplyHandlers handlers)
    : m_queries(std::move(queries)), m_handlers(std::move(handlers))
{
}

std::chrono::milliseconds Exchange::currentLimit() const
{
    return m_finished < m_queries.size() ? m_queries[m_finished].timeout : std::chrono::milliseconds(0);
}

void Exchange::finishStatement(Outcome<ResultSet> outcome)
{
    m_hasTimedOut = false;
    m_failure.reset();
    const qsizetype index = m_finished++;
    if (m_handlers.finished)
        m_handlers.finished(index, std::move(outcome));
}

void Exchange::finishRest(const Outcome<ResultSet> &outcome)
{
    while (m_finished < m_queries.size()) {
        if (m_failure) {
            finishStatement(Outcome<ResultSet>(*m_failure));
            continue;
        }
        if (!outcome.isError()) {
            finishStatement(outcome);
            continue;
        }
        ServerError error = outcome.error();
        error.statement = currentQuery().sql;
        finishStatement(std::move(error));
    }
}

bool Exchange::hasSqlState(const PGresult *result, std::string_view wanted)
{
    const char *sqlState = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    return sqlState && sqlState == wanted;
}

Outcome<ResultSet> Exchange::outcomeOfError(const PGresult *result, const PGconn *connection)
{
    ServerError error = errorFromResult(result, connection, currentQuery().sql);
    if (error.connectionLost && !m_loss)
        m_loss = error;
    const bool wasCancelled = error.sqlState == QLatin1String("57014");
    if (wasCancelled && m_isCancelled)
        return Cancelled{};
    if (wasCancelled && m_hasTimedOut) {
        const double seconds = double(currentLimit().count()) / 1000.0;
        error.message = QStringLiteral("cancelled after its time limit of %1 s").arg(seconds, 0, 'g', 3);
    }
    return error;
}

bool Exchange::sendQuery(PGconn *connection, const Query &query, bool needsExtended) const
{
    const QByteArray sql = query.sql.toUtf8();
    if (!needsExtended && query.parameters.isEmpty())
        return PQsendQuery(connection, sql.constData()) == 1;
    std::vector<const char *> values;
    values.reserve(size_t(query.parameters.size()));
    for (const auto &parameter : query.parameters)
        values.push_back(parameter ? parameter->constData() : nullptr);
    return PQsendQueryParams(
               connection, sql.constData(), int(values.size()), nullptr, values.data(), nullptr, nullptr, 0)
        == 1;
}

} // namespace Shardboard
