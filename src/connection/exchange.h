// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/copychannel.h"
#include "connection/pghandle.h"
#include "connection/resultassembler.h"
#include "connection/values/query.h"

#include <QElapsedTimer>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>

namespace Shardboard {

/// The conversation of one request with the server, driven by the session's worker: sent once, then fed whatever
/// arrives, without ever waiting. Every statement of it is finished exactly once, whatever happens.
class Exchange
{
public:
    enum class Progress {
        Waiting, ///< nothing more can be done before something arrives
        Blocked, ///< nothing more can be done before what libpq holds has gone out
        Advanced, ///< something was done, there may be more to do at once
        Finished, ///< the connection is ready for the next exchange
        Broken, ///< the protocol was left: the connection is of no use any more
    };

    Exchange(QList<Query> queries, ReplyHandlers handlers);
    virtual ~Exchange() = default;
    Exchange(const Exchange &) = delete;
    Exchange &operator=(const Exchange &) = delete;

    virtual bool send(PGconn *connection) = 0; ///< false: libpq's error text says why
    virtual Progress advance(PGconn *connection) = 0;
    /// Rows that wait for their batch to fill, for a reader who has been waiting long enough.
    virtual void publishRows() {}
    virtual bool hasUnpublishedRows() const { return false; }
    /// False while a reader is so far behind that nothing should be taken from the socket.
    virtual bool wantsInput() const { return true; }
    /// True while the current statement sends more rows than are kept: it is to be cancelled on the server.
    virtual bool hasEnough() const { return false; }
    /// The user's wish. What still runs ends as Cancelled when the server says it was cancelled.
    virtual void cancel(PGconn *) { m_isCancelled = true; }
    /// Bytes came; explained when they held a notice or a notification.
    virtual void inputArrived(bool) {}

    bool isCancelled() const { return m_isCancelled; }
    /// The current statement has had its time: cancelled too, but as an error.
    void setTimedOut() { m_hasTimedOut = true; }
    bool hasTimedOut() const { return m_hasTimedOut; }
    /// The server was asked to stop the statement that ran then.
    void setStopSent() { m_isStopSent = true; }
    /// The error that took the link down, when the server still said it.
    const std::optional<ServerError> &lossReported() const { return m_loss; }
    /// The limit of the statement that runs now, 0 for none, and how many statements are done.
    std::chrono::milliseconds currentLimit() const;
    qsizetype finishedCount() const { return m_finished; }
    /// Everything that is not finished ends with this outcome.
    void finishRest(const Outcome<ResultSet> &outcome);

protected:
    const Query &currentQuery() const { return m_queries[m_finished]; }
    void finishStatement(Outcome<ResultSet> outcome);
    /// A request to stop an earlier statement may have hit the current one.
    bool isStopSent() const { return m_isStopSent; }
    static bool hasSqlState(const PGresult *result, std::string_view wanted);
    Outcome<ResultSet> outcomeOfError(const PGresult *result, const PGconn *connection);
    bool sendQuery(PGconn *connection, const Query &query, bool needsExtended) const;

    const QList<Query> m_queries;
    const ReplyHandlers m_handlers;
    std::optional<Outcome<ResultSet>> m_failure; ///< of the current statement: it ends with this

private:
    std::optional<ServerError> m_loss;
    qsizetype m_finished = 0;
    bool m_isCancelled = false;
    bool m_hasTimedOut = false;
    bool m_isStopSent = false;
};

/// One statement, or several as one text; row by row.
class StatementExchange : public Exchange
{
public:
    StatementExchange(Query query, ReplyHandlers handlers);
    bool send(PGconn *connection) override;
    Progress advance(PGconn *connection) override;
    void publishRows() override { m_assembler.publish(); }
    bool hasUnpublishedRows() const override { return m_assembler.hasUnpublishedRows(); }
    bool wantsInput() const override { return isCancelled() || !m_handlers.hasRoom || m_handlers.hasRoom(); }
    bool hasEnough() const override { return m_assembler.hasEnough(); }

private:
    Progress read(PGconn *connection, const PGresult *result);
    Progress refuseCopyIn(PGconn *connection);
    Progress drainCopyOut(PGconn *connection);

    ResultAssembler m_assembler;
    bool m_isDrainingCopy = false;
};

/// Many statements in one round trip, each isolated by a Sync. Without statements it is a bare Sync: the cheapest
/// question a server answers, and one that no log shows.
///
/// Guarded, each statement runs in a transaction of its own, BEGIN READ ONLY … ROLLBACK, after a statement that makes
/// settings local to it and takes its snapshot: from then on the server lets nobody make the transaction read-write,
/// and whatever the statement sets is undone. A text of several commands is refused by the protocol.
class PipelineExchange : public Exchange
{
public:
    PipelineExchange(QList<Query> queries, ReplyHandlers handlers, std::optional<QString> guard = {});
    bool send(PGconn *connection) override;
    Progress advance(PGconn *connection) override;
    void publishRows() override { m_assembler.publish(); }
    bool hasUnpublishedRows() const override { return m_assembler.hasUnpublishedRows(); }
    bool wantsInput() const override { return isCancelled() || !m_handlers.hasRoom || m_handlers.hasRoom(); }
    bool hasEnough() const override { return m_assembler.hasEnough(); }

private:
    /// What was sent, in the order in which the answers come.
    enum class Step { Guard, Statement, EndOfStatement, Rollback, EndOfRollback, End };

    bool sendCommand(PGconn *connection, const QString &sql, Step step);
    bool sendSync(PGconn *connection, Step step);
    Progress read(PGconn *connection, const PGresult *result);
    Progress readSync(PGconn *connection);
    void readError(PGconn *connection, const PGresult *result);
    /// The next answer is awaited now; rows of a statement come one by one.
    void nextStep(PGconn *connection);

    const std::optional<QString> m_guard;
    ResultAssembler m_assembler;
    std::deque<Step> m_steps;
};

/// COPY … FROM STDIN, fed from a channel.
class CopyInExchange : public Exchange
{
public:
    CopyInExchange(Query query, std::shared_ptr<CopyChannel> channel, ReplyHandlers handlers);
    ~CopyInExchange() override;
    bool send(PGconn *connection) override;
    Progress advance(PGconn *connection) override;
    void cancel(PGconn *connection) override;
    void inputArrived(bool isExplained) override;

private:
    Progress feed(PGconn *connection);
    Progress readResult(PGconn *connection);
    bool endCopy(PGconn *connection, const char *failure);

    enum class Stage { Starting, Feeding, Ending };
    std::shared_ptr<CopyChannel> m_channel;
    Stage m_stage = Stage::Starting;
    QElapsedTimer m_unexplainedSince;
    std::optional<ResultSet> m_count; ///< set when the COPY is complete
};

/// COPY … TO STDOUT, drained into a channel.
class CopyOutExchange : public Exchange
{
public:
    CopyOutExchange(Query query, std::shared_ptr<CopyChannel> channel, ReplyHandlers handlers);
    ~CopyOutExchange() override;
    bool send(PGconn *connection) override;
    Progress advance(PGconn *connection) override;
    bool wantsInput() const override { return !m_isFull; }

private:
    Progress drain(PGconn *connection);
    Progress readResult(PGconn *connection);
    bool flushBlock();

    std::shared_ptr<CopyChannel> m_channel;
    QByteArray m_block;
    bool m_isCopying = false;
    bool m_wasCopy = false;
    bool m_isFull = false;
    std::optional<ResultSet> m_count; ///< set when the COPY is complete
};

} // namespace Shardboard
