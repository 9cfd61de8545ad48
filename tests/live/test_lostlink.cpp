// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain
#include "connection/iothread.h"
#include "connection/session.h"
#include "tests/support/livecluster.h"
#include "tests/support/tcpproxy.h"

#include <QElapsedTimer>
#include <QSignalSpy>

#include <csignal>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QString describe(const std::optional<Outcome<ResultSet>> &outcome)
{
    if (!outcome)
        return u"(no answer)"_s;
    if (outcome->isCancelled())
        return u"cancelled"_s;
    if (outcome->isError())
        return outcome->error().sqlState + u' ' + outcome->error().message;
    return (*outcome)->rowCount() > 0 ? (*outcome)->text(0, 0) : (*outcome)->commandTag;
}

constexpr int seenWithin = 5000; // milliseconds: what the program promises
constexpr int silenceSeenWithin = 13000; // where nothing says that the link is gone, and a server may just stand still
constexpr int patience = 20000;

} // namespace

class TestLostLink : public QObject
{
    Q_OBJECT

public:
    explicit TestLostLink(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_proxy = std::make_unique<TcpProxy>(m_cluster.settings());
        m_session = std::make_unique<Session>(m_io, m_proxy->settings(), SessionPurpose::Interactive);
        m_opened = std::make_unique<QSignalSpy>(m_session.get(), &Session::opened);
        m_lost = std::make_unique<QSignalSpy>(m_session.get(), &Session::lost);
        m_session->open();
        QVERIFY(m_opened->wait());
    }

    void cleanup()
    {
        m_session.reset();
        m_proxy.reset();
    }

    void killedServerIsSeenAtOnceAndFoundAgain()
    {
        m_session->listen(u"after_all"_s);
        QSignalSpy relistened(m_session.get(), &Session::relistened);
        QSignalSpy notified(m_session.get(), &Session::notified);
        QSignalSpy failed(m_session.get(), &Session::failed);
        std::optional<Outcome<ResultSet>> running, waiting;
        m_session->run(Query(u"SELECT pg_sleep(60)"_s), this, keepIn(running));
        m_session->run(Query(u"SELECT 'kept'"_s), this, keepIn(waiting));
        QTRY_COMPARE(m_session->state(), Session::State::Busy);

        const QString node = m_cluster.status().nodes.first().name;
        QElapsedTimer elapsed;
        elapsed.start();
        QVERIFY(m_cluster.cluster().kill(node));
        QTRY_VERIFY_WITH_TIMEOUT(m_lost->count() >= 1, seenWithin);
        QTRY_VERIFY(running);
        QVERIFY(running->isError() && running->error().connectionLost);
        QCOMPARE(running->error().statement, u"SELECT pg_sleep(60)"_s);
        QVERIFY(!waiting);
        QVERIFY(m_session->state() == Session::State::Lost || m_session->state() == Session::State::Connecting);
        // It goes on trying, and says so each time.
        QTRY_VERIFY_WITH_TIMEOUT(m_lost->count() >= 3, patience);

        QVERIFY(m_cluster.cluster().start(node));
        QTRY_COMPARE_WITH_TIMEOUT(describe(waiting), u"kept"_s, patience);
        QCOMPARE(m_opened->count(), 2);
        QCOMPARE(relistened.count(), 1);
        QCOMPARE(failed.count(), 0);
        m_cluster.sql(u"NOTIFY after_all, 'heard'"_s);
        QTRY_COMPARE(notified.count(), 1);
    }

    void terminatedSessionTellsTheServersWords()
    {
        m_cluster.sql(u"SELECT pg_terminate_backend(%1)"_s.arg(m_session->peer().backendPid));
        QTRY_COMPARE_WITH_TIMEOUT(m_lost->count(), 1, seenWithin);
        QCOMPARE(lostError().sqlState, u"57P01"_s);
        QCOMPARE(lostError().message, u"terminating connection due to administrator command"_s);
        QTRY_COMPARE(m_opened->count(), 2);
        QCOMPARE(m_lost->count(), 1); // the first retry is fast, and succeeds
    }

    void requestInFlightTellsTheServersWordsToo()
    {
        std::optional<Outcome<ResultSet>> first, second;
        m_session->runPipeline({Query(u"SELECT pg_sleep(60)"_s), Query(u"SELECT 2"_s)}, this,
            [&](qsizetype index, const Outcome<ResultSet> &outcome) { (index == 0 ? first : second) = outcome; }, {});
        QTRY_COMPARE(m_cluster.value(u"SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' AND "
                                     "state = 'active' AND pid = %1"_s.arg(m_session->peer().backendPid)),
            u"1"_s);
        m_cluster.sql(u"SELECT pg_terminate_backend(%1)"_s.arg(m_session->peer().backendPid));
        QTRY_COMPARE(describe(first), u"57P01 terminating connection due to administrator command"_s);
        QTRY_VERIFY(second && second->isError() && second->error().connectionLost);
        QCOMPARE(m_lost->count(), 1);
        QCOMPARE(lostError().sqlState, u"57P01"_s);
        QTRY_COMPARE(m_opened->count(), 2);
    }

    void stoppedServerIsSeenByTheHeartbeat()
    {
        const int backend = m_session->peer().backendPid;
        QVERIFY(::kill(backend, SIGSTOP) == 0);
        const auto goOn = qScopeGuard([backend] { ::kill(backend, SIGCONT); });
        QTRY_COMPARE_WITH_TIMEOUT(m_lost->count(), 1, silenceSeenWithin);
        QVERIFY2(lostError().message.contains(u"has not answered"_s), qPrintable(lostError().message));
        QTRY_COMPARE(m_opened->count(), 2); // the server as a whole still lives
    }

    void serverThatStandsStillForAWhileIsNotLost()
    {
        const int backend = m_session->peer().backendPid;
        QVERIFY(::kill(backend, SIGSTOP) == 0);
        QTest::qWait(6000);
        QVERIFY(::kill(backend, SIGCONT) == 0);
        QTest::qWait(3000);
        QCOMPARE(m_lost->count(), 0);
    }

    void pulledCableIsSeenByTheHeartbeat()
    {
        m_proxy->setSilent(true);
        QTRY_COMPARE_WITH_TIMEOUT(m_lost->count(), 1, silenceSeenWithin);
        m_session->retryNow();
        QTRY_COMPARE(m_session->state(), Session::State::Connecting);
        m_proxy->setSilent(false);
        QTRY_COMPARE_WITH_TIMEOUT(m_opened->count(), 2, patience);
    }

    void heartbeatMeasuresTheRoundTrip()
    {
        QSignalSpy measured(m_session.get(), &Session::latencyMeasured);
        m_proxy->setDelay(30ms);
        QTRY_VERIFY(measured.count() >= 1);
        const auto roundTrip = measured.last().first().value<std::chrono::microseconds>();
        QVERIFY2(roundTrip >= 60ms && roundTrip < 500ms, qPrintable(QString::number(roundTrip.count())));
        QCOMPARE(m_session->state(), Session::State::Idle);
    }

    void heartbeatLeavesOpenTransactionsAlone()
    {
        std::optional<Outcome<ResultSet>> begun, committed;
        m_session->run(Query(u"SET idle_in_transaction_session_timeout = '3s'; BEGIN"_s), this, keepIn(begun));
        QTRY_COMPARE(describe(begun), u"BEGIN"_s);
        QTRY_COMPARE_WITH_TIMEOUT(m_lost->count(), 1, seenWithin); // the administrator's limit still holds
        QCOMPARE(lostError().sqlState, u"25P03"_s);
    }

    void startingServerIsWaitedFor()
    {
        m_proxy->refuseNext(3);
        Session session(m_io, m_proxy->settings(), SessionPurpose::Interactive);
        QSignalSpy opened(&session, &Session::opened);
        QSignalSpy failed(&session, &Session::failed);
        session.open();
        QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, patience);
        QCOMPARE(failed.count(), 0);
    }

    void firstAttemptThatFailsIsNotRepeated()
    {
        ConnectionSettings settings = m_proxy->settings();
        settings.password = u"wrong"_s;
        Session session(m_io, settings, SessionPurpose::Interactive);
        QSignalSpy failed(&session, &Session::failed);
        std::optional<Outcome<ResultSet>> waiting;
        session.open();
        session.run(Query(u"SELECT 1"_s), this, keepIn(waiting));
        QTRY_COMPARE(failed.count(), 1);
        const auto error = failed.first().first().value<ServerError>();
        QCOMPARE(error.sqlState, u"28P01"_s);
        QVERIFY2(
            error.message.contains(u"FATAL: password authentication failed for user"_s), qPrintable(error.message));
        QTRY_VERIFY(waiting && waiting->isError());
        QCOMPARE(session.state(), Session::State::Closed);
        const int attempts = m_proxy->connectionCount();
        QTest::qWait(500);
        QCOMPARE(m_proxy->connectionCount(), attempts);
    }

    void passwordThatIsRefusedLaterEndsTheAttempts()
    {
        QSignalSpy failed(m_session.get(), &Session::failed);
        m_cluster.sql(u"CREATE ROLE leaver LOGIN PASSWORD 'x'"_s);
        ConnectionSettings settings = m_proxy->settings();
        settings.keywords[u"user"_s] = u"leaver"_s;
        settings.password = u"x"_s;
        Session session(m_io, settings, SessionPurpose::Interactive);
        QSignalSpy opened(&session, &Session::opened);
        QSignalSpy refused(&session, &Session::failed);
        session.open();
        QVERIFY(opened.wait());
        m_cluster.sql(u"ALTER ROLE leaver PASSWORD 'y'"_s);
        m_cluster.sql(u"SELECT pg_terminate_backend(%1)"_s.arg(session.peer().backendPid));
        QTRY_COMPARE(refused.count(), 1);
        QCOMPARE(session.state(), Session::State::Closed);
        m_cluster.sql(u"DROP ROLE leaver"_s);
    }

    void silentServerFailsTheFirstAttemptInTime()
    {
        m_proxy->setSilent(true);
        ConnectionSettings settings = m_proxy->settings();
        settings.keywords[u"connect_timeout"_s] = u"2"_s;
        Session session(m_io, settings, SessionPurpose::Interactive);
        QSignalSpy failed(&session, &Session::failed);
        session.open();
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, seenWithin);
        QCOMPARE(failed.first().first().value<ServerError>().message, u"the server did not answer within 2 s"_s);
        m_proxy->setSilent(false);
    }

    void closeWhileConnectingIsHarmless()
    {
        m_proxy->setSilent(true);
        Session session(m_io, m_proxy->settings(), SessionPurpose::Interactive);
        session.open();
        QTRY_COMPARE(session.state(), Session::State::Connecting);
        session.close();
        QTRY_COMPARE(session.state(), Session::State::Closed);
        m_proxy->setSilent(false);
        QSignalSpy opened(&session, &Session::opened);
        session.open();
        QVERIFY(opened.wait());
    }

    void sessionsDoNotHoldEachOtherUp()
    {
        // While one session cancels and one connects into silence, a third one works.
        TcpProxy silent(m_cluster.settings());
        silent.setSilent(true);
        Session connecting(m_io, silent.settings(), SessionPurpose::Interactive);
        connecting.open();
        RequestHandle handle = m_session->run(Query(u"SELECT pg_sleep(60)"_s), this, {});
        QTRY_COMPARE(m_session->state(), Session::State::Busy);
        m_proxy->setSilent(true); // the cancel request hangs too
        handle.cancel();

        Session working(m_io, m_cluster.settings(), SessionPurpose::Interactive);
        working.open();
        int answers = 0;
        for (int i = 0; i < 100; ++i)
            working.run(Query(u"SELECT 1"_s), this, [&](const Outcome<ResultSet> &) { ++answers; });
        QTRY_COMPARE_WITH_TIMEOUT(answers, 100, 2000);
        m_proxy->setSilent(false);
    }

private:
    Session::ResultHandler keepIn(std::optional<Outcome<ResultSet>> &place)
    {
        return [&place](const Outcome<ResultSet> &outcome) { place = outcome; };
    }
    ServerError lostError() const { return m_lost->first().first().value<ServerError>(); }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<TcpProxy> m_proxy;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<QSignalSpy> m_opened, m_lost;
};

SHARDBOARD_LIVE_TEST_MAIN(TestLostLink)
#include "test_lostlink.moc"
