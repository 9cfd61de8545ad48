// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/commit.h"

#include "connection/syncsession.h"

#include <chrono>
#include <thread>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

const QLatin1String transactionResolutionUnknown("08007");

// A backend that waits for a synchronous standby, or a server that is starting again, needs a moment.
constexpr auto patience = std::chrono::seconds(10);
constexpr auto pause = std::chrono::milliseconds(250);

// Without a WAL position, as on a standby, no row comes back and the status counts as unknown.
QString timelineSql()
{
    return u"left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)"_s;
}

} // namespace

bool isUnknownOutcome(const ServerError &error)
{
    return error.sqlState == transactionResolutionUnknown;
}

Outcome<NotedTransaction> NotedTransaction::begin(SyncSession &session)
{
    if (const auto begun = session.run(Query(u"BEGIN ISOLATION LEVEL READ COMMITTED"_s)); !begun)
        return begun.failure<NotedTransaction>();
    const auto noted = session.run(Query(u"SELECT txid_current(), %1"_s.arg(timelineSql())));
    if (!noted) {
        (void)session.rollback();
        return noted.failure<NotedTransaction>();
    }
    return NotedTransaction(noted->cell(0, 0).toByteArray(), noted->cell(0, 1).toByteArray());
}

Completion NotedTransaction::commit(SyncSession &session, const std::optional<FurtherSessions> &further) const
{
    const auto committed = session.run(Query(u"COMMIT"_s));
    if (committed)
        return Nothing{};
    const bool wasAnswered = committed.isError() && !committed.error().connectionLost;
    if (wasAnswered)
        return committed.failure<Nothing>();
    if (committed.isCancelled())
        (void)session.rollback(); // where the COMMIT was not sent any more
    const std::optional<ServerError> cause = committed.isError() ? std::optional(committed.error()) : std::nullopt;
    const QByteArray status = finalStatus(further);
    if (status == "committed")
        return Nothing{};
    if (status == "aborted")
        return committed.failure<Nothing>();
    return unknown(cause);
}

QByteArray NotedTransaction::statusNow(const FurtherSessions &further) const
{
    // Without the work's stop token: also who cancelled wants to know what became of it.
    SyncSession session(further.io, further.settings, SessionPurpose::Job);
    if (!session.open())
        return {};
    const auto answer = session.run(Query(u"SELECT txid_status($1::bigint), %1"_s.arg(timelineSql()), {m_id}));
    if (!answer || answer->rowCount() != 1 || answer->cell(0, 1) != m_timeline)
        return {};
    return answer->cell(0, 0).toByteArray();
}

QByteArray NotedTransaction::finalStatus(const std::optional<FurtherSessions> &further) const
{
    if (!further)
        return {};
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const QByteArray status = statusNow(*further);
        if (status == "committed" || status == "aborted" || std::chrono::steady_clock::now() > deadline)
            return status;
        std::this_thread::sleep_for(pause);
    }
}

ServerError NotedTransaction::unknown(const std::optional<ServerError> &cause) const
{
    ServerError error = cause.value_or(ServerError::connection(u"the server did not answer in time"_s));
    error.detail = error.message;
    error.message = u"it is unknown whether the changes were committed: the connection ended during COMMIT"_s;
    error.sqlState = transactionResolutionUnknown;
    error.hint
        = u"Ask the same server: SELECT txid_status(%1); \"committed\" means that the changes are there, "
          u"\"aborted\" that they are not. Do not repeat the work before you know."_s.arg(QString::fromLatin1(m_id));
    error.kind = ServerError::Kind::Connection;
    error.connectionLost = true;
    return error;
}

} // namespace Shardboard
