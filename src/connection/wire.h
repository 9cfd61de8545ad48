// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/exchange.h"
#include "connection/mailbox.h"
#include "connection/peerwatch.h"
#include "connection/pghandle.h"
#include "connection/values/notice.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

class QSocketNotifier;

namespace Shardboard {

/// An established connection on the I/O thread: carries one exchange at a time and whatever the server says unasked.
/// Never waits; a long answer is read in slices so that other sessions get their turn.
class Wire : public QObject
{
public:
    struct Events
    {
        std::function<void()> finished; ///< the exchange is over, the next one may begin
        std::function<void(const ServerError &)> broken; ///< the link is gone and the exchange was finished with this
        std::function<void(const ServerNotice &)> noticed;
        std::function<void(const Notification &)> notified;
    };

    Wire(PgConnection connection, Events events);
    ~Wire() override;

    PGconn *connection() const { return m_connection.get(); }
    bool isBusy() const { return m_exchange != nullptr; }
    bool inTransaction() const;

    void begin(std::unique_ptr<Exchange> exchange);
    /// Asks the server to stop the exchange, again and again until it does: a request that arrives between two
    /// statements of a pipeline hits nothing.
    void cancel();
    /// Goes on after something outside has moved: a COPY's channel has data, or room, again.
    void pump();
    /// The link is given up: whatever runs ends with the error, and broken() tells it.
    void breakLink(ServerError error);
    /// As that, but on our own wish: what runs ends as Cancelled and broken() says nothing.
    void hangUp();

private:
    void readInput();
    bool takeInput();
    /// False when the exchange is over or the link is gone: nothing of this object should be touched then.
    bool accept(Exchange::Progress progress);
    bool flush();
    void settle();
    void takeNotifications();
    void linkFailed();
    void shutDown(const Outcome<ResultSet> &outcome);
    void exchangeOver();
    void sendCancel();
    void cancelSent(const QString &error);
    void repeatCancel();
    void limitReached();
    void watchPeer();
    static void receiveNotice(void *wire, const PGresult *result);

    const Events m_events;
    const SharedMailbox m_mailbox;
    PgConnection m_connection;
    std::unique_ptr<QSocketNotifier> m_readNotifier, m_writeNotifier;
    std::unique_ptr<Exchange> m_exchange;
    bool m_isBlocked = false; ///< the exchange goes on when all output has gone
    bool m_isOver = false; ///< the exchange has its answers and only waits for a cancel request to return
    qsizetype m_limitedStatement = -1; ///< whose time limit is running
    qsizetype m_stoppedStatement = -1; ///< that the server was asked to stop for having sent enough
    quint64 m_asides = 0; ///< notices and notifications seen, to tell input that was neither
    std::optional<ServerError> m_lastWords; ///< a FATAL that came while idle: why the server hangs up
    bool m_isCancelUnderway = false;
    bool m_hasCancelFailed = false;
    QElapsedTimer m_cancelSentAt;
    PeerWatch m_peerWatch;
    QTimer m_limitTimer, m_cancelTimer, m_publishTimer, m_peerTimer;
};

} // namespace Shardboard
