// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/exchange.h"

namespace Shardboard {

namespace {

constexpr auto errorPatience = std::chrono::milliseconds(1000);

ResultSet countOf(PGresult *result)
{
    ResultSet set;
    set.commandTag = QString::fromUtf8(PQcmdStatus(result));
    set.affectedRows = QByteArray(PQcmdTuples(result)).toLongLong();
    return set;
}

Outcome<ResultSet> notACopy()
{
    return ServerError::usage(QStringLiteral("the statement is not a COPY in the direction that was expected"));
}

} // namespace

CopyInExchange::CopyInExchange(Query query, std::shared_ptr<CopyChannel> channel, ReplyHandlers handlers)
    : Exchange({std::move(query)}, std::move(handlers)), m_channel(std::move(channel))
{
}

CopyInExchange::~CopyInExchange()
{
    m_channel->close();
}

bool CopyInExchange::send(PGconn *connection)
{
    return sendQuery(connection, currentQuery(), false);
}

Exchange::Progress CopyInExchange::advance(PGconn *connection)
{
    return m_stage == Stage::Feeding ? feed(connection) : readResult(connection);
}

Exchange::Progress CopyInExchange::readResult(PGconn *connection)
{
    while (!PQisBusy(connection)) {
        const PgResult result(PQgetResult(connection));
        if (!result) {
            finishStatement(m_failure ? *m_failure : m_count ? Outcome<ResultSet>(*m_count) : notACopy());
            return Progress::Finished;
        }
        switch (PQresultStatus(result.get())) {
        case PGRES_COPY_IN:
            m_stage = Stage::Feeding;
            return Progress::Advanced;
        case PGRES_BAD_RESPONSE:
        case PGRES_FATAL_ERROR:
            m_failure = outcomeOfError(result.get(), connection);
            break;
        case PGRES_COMMAND_OK:
            if (m_stage == Stage::Ending)
                m_count = countOf(result.get());
            break;
        case PGRES_COPY_OUT:
        case PGRES_COPY_BOTH:
            return Progress::Broken;
        default: // rows of a statement that is no COPY
            break;
        }
    }
    return Progress::Waiting;
}

void CopyInExchange::inputArrived(bool isExplained)
{
    if (m_stage != Stage::Feeding || isExplained)
        m_unexplainedSince.invalidate();
    else if (!m_unexplainedSince.isValid())
        m_unexplainedSince.start();
}

Exchange::Progress CopyInExchange::feed(PGconn *connection)
{
    // Whatever libpq still holds goes out first: the memory used stays at a few blocks however slow the server is.
    const int unsent = PQflush(connection);
    if (unsent != 0)
        return unsent > 0 ? Progress::Blocked : Progress::Broken;
    // While it copies libpq shows no error before the data has ended. A server says nothing else then but notices, so
    // words that are none mean that it has failed and throws away what we send: end it, and hear what it was.
    if (m_unexplainedSince.isValid() && m_unexplainedSince.hasExpired(errorPatience.count()))
        return endCopy(connection, "the server has already failed") ? Progress::Advanced : Progress::Broken;
    if (const auto reason = m_channel->abortReason())
        return endCopy(connection, reason->toUtf8().constData()) ? Progress::Advanced : Progress::Broken;
    // Asked before taking: the last block is put there before the end is declared.
    const bool isFinished = m_channel->isFinished();
    if (const auto block = m_channel->tryTake())
        return PQputCopyData(connection, block->constData(), int(block->size())) == 1 ? Progress::Advanced
                                                                                      : Progress::Broken;
    if (isFinished)
        return endCopy(connection, nullptr) ? Progress::Advanced : Progress::Broken;
    return Progress::Waiting;
}

bool CopyInExchange::endCopy(PGconn *connection, const char *failure)
{
    m_stage = Stage::Ending;
    return PQputCopyEnd(connection, failure) == 1;
}

void CopyInExchange::cancel(PGconn *connection)
{
    Exchange::cancel(connection);
    // A server that reads learns it from this, one that waits for a lock from the cancel request. When this cannot be
    // sent the link is gone, which the next read finds out.
    if (m_stage == Stage::Feeding)
        endCopy(connection, "cancelled");
}

CopyOutExchange::CopyOutExchange(Query query, std::shared_ptr<CopyChannel> channel, ReplyHandlers handlers)
    : Exchange({std::move(query)}, std::move(handlers)), m_channel(std::move(channel))
{
}

CopyOutExchange::~CopyOutExchange()
{
    m_channel->close();
}

bool CopyOutExchange::send(PGconn *connection)
{
    return sendQuery(connection, currentQuery(), false);
}

Exchange::Progress CopyOutExchange::advance(PGconn *connection)
{
    m_isFull = false;
    if (!m_isCopying && !m_block.isEmpty() && !flushBlock())
        return Progress::Waiting;
    return m_isCopying ? drain(connection) : readResult(connection);
}

bool CopyOutExchange::flushBlock()
{
    if (isCancelled())
        m_block.clear(); // nobody takes it any more
    else
        m_isFull = !m_channel->tryPush(m_block);
    return !m_isFull;
}

Exchange::Progress CopyOutExchange::drain(PGconn *connection)
{
    bool hasAdvanced = false;
    for (;;) {
        if (m_block.size() >= CopyChannel::blockBytes && !flushBlock())
            return Progress::Waiting;
        char *row = nullptr;
        const int length = PQgetCopyData(connection, &row, 1);
        const PgBytes owner(row);
        if (length == 0)
            return hasAdvanced ? Progress::Advanced : Progress::Waiting;
        if (length < 0) {
            m_isCopying = false;
            return Progress::Advanced;
        }
        m_block.append(row, length);
        hasAdvanced = true;
    }
}

Exchange::Progress CopyOutExchange::readResult(PGconn *connection)
{
    while (!PQisBusy(connection)) {
        const PgResult result(PQgetResult(connection));
        if (!result) {
            finishStatement(m_failure ? *m_failure : m_count ? Outcome<ResultSet>(*m_count) : notACopy());
            return Progress::Finished;
        }
        switch (PQresultStatus(result.get())) {
        case PGRES_COPY_OUT:
            m_isCopying = true;
            m_wasCopy = true;
            return Progress::Advanced;
        case PGRES_BAD_RESPONSE:
        case PGRES_FATAL_ERROR:
            m_failure = outcomeOfError(result.get(), connection);
            break;
        case PGRES_COMMAND_OK:
            if (m_wasCopy)
                m_count = countOf(result.get());
            break;
        case PGRES_COPY_IN:
        case PGRES_COPY_BOTH:
            return Progress::Broken;
        default: // rows of a statement that is no COPY
            break;
        }
    }
    return Progress::Waiting;
}

} // namespace Shardboard
