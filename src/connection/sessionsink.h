// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/session.h"

namespace Shardboard {

/// What a session's worker tells. Every call comes on the I/O thread and must return at once.
class SessionSink
{
public:
    virtual ~SessionSink() = default;

    virtual void stateChanged(Session::State) {}
    virtual void opened(const Session::Peer &) {}
    virtual void openFailed(const ServerError &) {}
    virtual void linkLost(const ServerError &, std::chrono::milliseconds) {}
    virtual void notified(const Notification &) {}
    virtual void relistened() {}
    virtual void noticed(const ServerNotice &) {}
    virtual void latencyMeasured(std::chrono::microseconds) {}

    virtual void resultStarted(quint64, const QList<ResultField> &) {}
    virtual void rowsArrived(quint64, const SharedRowBatch &) {}
    /// False while a streaming request should take no further rows from the wire; its worker is pumped when it may
    /// again.
    virtual bool hasRoom() const { return true; }
    virtual void statementFinished(quint64 request, qsizetype index, const Outcome<ResultSet> &outcome) = 0;
    /// The last word of a request, after all its statements.
    virtual void requestFinished(quint64 request, bool inTransaction) = 0;
};

/// What stands for notices that came faster than they were read.
ServerNotice noticesLeftOut(int count);

} // namespace Shardboard
