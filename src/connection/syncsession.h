// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/connectionsettings.h"
#include "connection/values/notice.h"
#include "connection/values/outcome.h"
#include "connection/values/query.h"
#include "connection/values/resultset.h"

#include <functional>
#include <memory>
#include <stop_token>

namespace Shardboard {

class IoThread;

/// A session for straight-line work on a worker thread (plans, imports, tests, shardboardctl): each call waits until
/// the I/O thread has the answer. Never construct or use one on the GUI thread. Not reconnected: a lost link is an
/// error of the call that saw it. A stop request cancels the running statement on the server and makes every call
/// return Cancelled.
class SyncSession
{
public:
    SyncSession(IoThread &io, ConnectionSettings settings, SessionPurpose purpose, std::stop_token stop = {});
    ~SyncSession();
    SyncSession(const SyncSession &) = delete;
    SyncSession &operator=(const SyncSession &) = delete;

    Completion open();
    /// Statements that name schema shardboard are refused while it is not safe to use (registrytrust.h); so in
    /// pipelines.
    Outcome<ResultSet> run(const Query &query);
    struct RowHandlers
    {
        std::function<void(const QList<ResultField> &)> started; ///< may be null
        std::function<Completion(const SharedRowBatch &)>
            rows; ///< an error stops the statement and is what stream() returns
    };
    /// Runs a statement and hands its rows over as they arrive, on the calling thread. The server is read no faster
    /// than the rows are taken: memory held is a few batches. Returns the fields, tag and count without rows.
    Outcome<ResultSet> stream(const Query &query, const RowHandlers &handlers);
    /// As Session::runPipeline; the list has one outcome per query.
    QList<Outcome<ResultSet>> runPipeline(const QList<Query> &queries);

    /// Ends the transaction, if one is open, without its changes. Works after a stop request too, so that a worker can
    /// say what became of its changes.
    Completion rollback();

    /// Feeds COPY … FROM STDIN. `produce` is called on the calling thread for the next block (64 KiB is best); an empty
    /// view ends the data, an error aborts the COPY on the server. Returns the rows copied. Memory held: a few blocks.
    Outcome<qint64> copyIn(const QString &copySql, const std::function<Outcome<QByteArrayView>()> &produce);
    /// Drains COPY … TO STDOUT into `consume`, which may stop it by returning an error.
    Outcome<qint64> copyOut(const QString &copySql, const std::function<Completion(QByteArrayView)> &consume);

    /// Sees the outcome of each statement of run() and runPipeline() before the caller does, and may replace it: for
    /// tests of what becomes of a read that fails.
    using OutcomeFilter = std::function<Outcome<ResultSet>(const Query &query, Outcome<ResultSet> outcome)>;
    void setOutcomeFilter(OutcomeFilter filter);

    /// Called on the calling thread, during the call in which the notice arrived.
    void onNotice(std::function<void(const ServerNotice &)> handler);
    /// Where libpq is connected to; for command lines that other programs run later.
    struct Address
    {
        QString host, port, user; ///< the host may be the folder of a socket
    };
    Address address() const;
    int backendPid() const;
    int serverVersion() const;
    /// True after BEGIN and before COMMIT or ROLLBACK, also when the transaction has failed.
    bool inTransaction() const;
    std::stop_token stopToken() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace Shardboard
