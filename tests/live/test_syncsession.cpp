// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain
#include "connection/iothread.h"
#include "connection/syncsession.h"
#include "tests/support/livecluster.h"

#include <thread>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

template <typename T>
QString describe(const Outcome<T> &outcome)
{
    if (outcome.isCancelled())
        return u"cancelled"_s;
    return outcome.isError() ? outcome.error().sqlState + u' ' + outcome.error().message : u"ok"_s;
}

template <>
QString describe(const Outcome<ResultSet> &outcome)
{
    if (!outcome)
        return describe(outcome ? Completion(Nothing{}) : outcome.failure<Nothing>());
    return outcome->rowCount() > 0 ? outcome->text(0, 0) : outcome->commandTag;
}

} // namespace

class TestSyncSession : public QObject
{
    Q_OBJECT

public:
    explicit TestSyncSession(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_cluster.sql(u"CREATE TABLE copied (i int, t text)"_s);
        m_stop = std::stop_source();
        m_session = std::make_unique<SyncSession>(m_io, m_cluster.settings(), SessionPurpose::Job, m_stop.get_token());
        QCOMPARE(describe(m_session->open()), u"ok"_s);
    }

    void cleanup()
    {
        m_session.reset();
        m_cluster.sql(u"DROP TABLE copied"_s);
    }

    void runsOneAfterTheOther()
    {
        QCOMPARE(ask(u"SELECT 1; SELECT 2"_s), u"2"_s);
        QCOMPARE(ask({u"SELECT $1::int * 2"_s, {QByteArray("21")}}), u"42"_s);
        QCOMPARE(ask(u"SELECT 1/0"_s), u"22012 division by zero"_s);
        QCOMPARE(ask(u"SELECT pg_backend_pid()"_s), QString::number(m_session->backendPid()));
        QCOMPARE(m_session->serverVersion() / 10000, m_cluster.value(u"SHOW server_version_num"_s).toInt() / 10000);
        QCOMPARE(ask(u"SHOW application_name"_s), u"shardboard job"_s);
        QCOMPARE(ask(u"SELECT string_agg(i::text, ',') FROM (SELECT i FROM generate_series(1, 3) i) s"_s), u"1,2,3"_s);
    }

    void bigResultComesWhole()
    {
        const auto outcome = m_session->run(Query(u"SELECT i, repeat('y', 50) FROM generate_series(1, 100000) i"_s));
        QVERIFY(outcome);
        QCOMPARE(outcome->rowCount(), 100000);
        QCOMPARE(outcome->affectedRows, 100000);
        QCOMPARE(outcome->text(99999, 0), u"100000"_s);
    }

    void pipelineAnswersEachStatement()
    {
        const auto answers
            = m_session->runPipeline({Query(u"SELECT 1"_s), Query(u"SELECT 1/0"_s), Query(u"SELECT 3"_s)});
        QCOMPARE(answers.size(), 3);
        QCOMPARE(describe(answers[0]), u"1"_s);
        QCOMPARE(describe(answers[1]), u"22012 division by zero"_s);
        QCOMPARE(describe(answers[2]), u"3"_s);
    }

    void noticesComeDuringTheCallOnItsThread()
    {
        QStringList notices;
        const auto caller = std::this_thread::get_id();
        m_session->onNotice([&](const ServerNotice &notice) {
            notices << notice.severity + u' ' + notice.message;
            QVERIFY(std::this_thread::get_id() == caller);
        });
        ask(u"DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$"_s);
        QCOMPARE(notices, (QStringList{u"NOTICE one"_s, u"WARNING two"_s}));
    }

    void knowsWhetherATransactionIsOpen()
    {
        QVERIFY(!m_session->inTransaction());
        ask(u"BEGIN"_s);
        QVERIFY(m_session->inTransaction());
        ask(u"SELECT 1/0"_s);
        QVERIFY(m_session->inTransaction()); // failed, but open
        QCOMPARE(ask(u"SELECT 1"_s).left(5), u"25P02"_s);
        QCOMPARE(describe(m_session->rollback()), u"ok"_s);
        QVERIFY(!m_session->inTransaction());
        QCOMPARE(describe(m_session->rollback()), u"ok"_s); // nothing to do
    }

    void openTellsTheServersOwnWords()
    {
        ConnectionSettings settings = m_cluster.settings();
        settings.password = u"wrong"_s;
        SyncSession wrongPassword(m_io, settings, SessionPurpose::Job);
        const Completion refused = wrongPassword.open();
        QVERIFY(refused.isError());
        QCOMPARE(refused.error().sqlState, u"28P01"_s);
        QVERIFY2(
            refused.error().message.contains(u"password authentication failed"_s), qPrintable(refused.error().message));
        QVERIFY(wrongPassword.run(Query(u"SELECT 1"_s)).isError());

        settings = m_cluster.settings();
        settings.keywords[u"port"_s] = u"1"_s;
        SyncSession nobody(m_io, settings, SessionPurpose::Job);
        const Completion unreachable = nobody.open();
        QVERIFY(unreachable.isError());
        QVERIFY2(unreachable.error().message.contains(u"connection to server on socket"_s),
            qPrintable(unreachable.error().message));
        QVERIFY(unreachable.error().hint.contains(u"Is the server running"_s));

        settings.keywords[u"no_such_keyword"_s] = u"1"_s;
        SyncSession typo(m_io, settings, SessionPurpose::Job);
        QVERIFY(typo.open().error().message.contains(u"no_such_keyword"_s));
    }

    void copyInLoadsWhatIsProduced()
    {
        const qint64 lines = 300000;
        qint64 next = 0;
        const auto count = m_session->copyIn(u"COPY copied FROM STDIN"_s, [&, block = QByteArray()]() mutable {
            block.clear();
            for (; next < lines && block.size() < 64 * 1024; ++next)
                block += QByteArray::number(next + 1) + "\tline " + QByteArray::number(next + 1) + '\n';
            return Outcome<QByteArrayView>(block);
        });
        QCOMPARE(describe(count), u"ok"_s);
        QCOMPARE(*count, lines);
        QCOMPARE(ask(u"SELECT count(*) || ' ' || sum(i) FROM copied WHERE t = 'line ' || i"_s),
            u"300000 %1"_s.arg(lines * (lines + 1) / 2));
    }

    void copyInTakesBlocksOfAnySize()
    {
        QByteArray big;
        for (int i = 0; i < 200000; ++i)
            big += QByteArray::number(i) + "\tx\n";
        int call = 0;
        const auto count = m_session->copyIn(u"COPY copied FROM STDIN"_s, [&]() -> Outcome<QByteArrayView> {
            ++call;
            if (call <= 3)
                return QByteArrayView(call == 1 ? "1\t" : call == 2 ? "a" : "\n");
            return call == 4 ? QByteArrayView(big) : QByteArrayView();
        });
        QCOMPARE(describe(count), u"ok"_s);
        QCOMPARE(*count, 200001);
    }

    void copyInOfNothingLoadsNothing()
    {
        const auto count
            = m_session->copyIn(u"COPY copied FROM STDIN"_s, [] { return Outcome<QByteArrayView>(QByteArrayView()); });
        QCOMPARE(describe(count), u"ok"_s);
        QCOMPARE(*count, 0);
    }

    void copyInWithAnErrorOfTheProducerLoadsNothing()
    {
        int blocks = 0;
        const auto count = m_session->copyIn(u"COPY copied FROM STDIN"_s, [&]() -> Outcome<QByteArrayView> {
            if (++blocks > 10)
                return ServerError::file(u"the file ends in the middle"_s);
            return QByteArrayView("1\ta\n");
        });
        QCOMPARE(describe(count), u" the file ends in the middle"_s);
        QCOMPARE(ask(u"SELECT count(*) FROM copied"_s), u"0"_s);
    }

    void copyInStopsSoonAfterTheServerHasFailed()
    {
        // An endless source: only the server's error ends it.
        const QByteArray good = QByteArray("1\ta\n").repeated(16 * 1024);
        qint64 blocks = 0;
        const auto count = m_session->copyIn(u"COPY copied FROM STDIN"_s, [&]() -> Outcome<QByteArrayView> {
            return ++blocks == 5 ? QByteArrayView("not a number\tb\n") : QByteArrayView(good);
        });
        QCOMPARE(describe(count), u"22P02 invalid input syntax for type integer: \"not a number\""_s);
        QVERIFY2(count.error().context.contains(u"COPY copied, line"_s), qPrintable(count.error().context));
        QCOMPARE(ask(u"SELECT count(*) FROM copied"_s), u"0"_s);
    }

    void copyInSurvivesNoticesOfATrigger()
    {
        m_cluster.sql(u"CREATE FUNCTION talk() RETURNS trigger LANGUAGE plpgsql AS "
                      "$$ BEGIN RAISE NOTICE 'row %', NEW.i; RETURN NEW; END $$"_s);
        m_cluster.sql(u"CREATE TRIGGER talk BEFORE INSERT ON copied FOR EACH ROW EXECUTE FUNCTION talk()"_s);
        int notices = 0;
        // More than can wait are counted instead of kept.
        m_session->onNotice([&](const ServerNotice &notice) {
            const bool isCount = notice.message.endsWith(u"further notices were left out"_s);
            notices += isCount ? notice.message.section(u' ', 0, 0).toInt() : 1;
        });
        int line = 0;
        const auto count = m_session->copyIn(u"COPY copied FROM STDIN"_s, [&, block = QByteArray()]() mutable {
            block = line < 3000 ? QByteArray::number(++line) + '\t' + QByteArray(200, 'x') + '\n' : QByteArray();
            if (line % 1000 == 0)
                std::this_thread::sleep_for(600ms); // longer together than what an error is waited for
            return Outcome<QByteArrayView>(block);
        });
        QCOMPARE(describe(count), u"ok"_s);
        QCOMPARE(notices, 3000);
        m_cluster.sql(u"DROP FUNCTION talk CASCADE"_s);
    }

    void copyInRefusesWhatIsNoCopy()
    {
        for (const QString &sql : {u"SELECT 1"_s, u"CREATE TEMP TABLE nothing (i int)"_s}) {
            const auto count = m_session->copyIn(sql, [] { return Outcome<QByteArrayView>(QByteArrayView("x\n")); });
            QVERIFY(count.isError());
            QCOMPARE(count.error().kind, ServerError::Kind::Usage);
        }
        QCOMPARE(describe(m_session->copyIn(
                     u"COPY no_such FROM STDIN"_s, [] { return Outcome<QByteArrayView>(QByteArrayView("x\n")); })),
            u"42P01 relation \"no_such\" does not exist"_s);
        QCOMPARE(ask(u"SELECT 1"_s), u"1"_s);
    }

    void copyOutDrainsEverything()
    {
        QByteArray all;
        qsizetype largest = 0;
        const auto count = m_session->copyOut(
            u"COPY (SELECT i FROM generate_series(1, 500000) i) TO STDOUT"_s, [&](QByteArrayView block) -> Completion {
                all.append(block);
                largest = std::max(largest, block.size());
                return Nothing{};
            });
        QCOMPARE(describe(count), u"ok"_s);
        QCOMPARE(*count, 500000);
        QCOMPARE(all.count('\n'), 500000);
        QVERIFY(all.endsWith("\n500000\n"));
        QVERIFY(largest < 128 * 1024);
    }

    void copyOutStopsWhenTheConsumerDoes()
    {
        int blocks = 0;
        const auto count
            = m_session->copyOut(u"COPY (SELECT repeat('x', 1000), generate_series(1, 100000000)) TO STDOUT"_s,
                [&](QByteArrayView) -> Completion {
                    if (++blocks == 3)
                        return ServerError::file(u"the disk is full"_s);
                    return Nothing{};
                });
        QCOMPARE(describe(count), u" the disk is full"_s);
        QCOMPARE(blocks, 3);
        QCOMPARE(ask(u"SELECT 1"_s), u"1"_s);
    }

    void stopCancelsOnTheServerAndEverythingAfter()
    {
        ask(u"BEGIN"_s);
        ask(u"INSERT INTO copied VALUES (1, 'taken back')"_s);
        stopAfter(200ms);
        QCOMPARE(ask(u"SELECT pg_sleep(60)"_s), u"cancelled"_s);
        QCOMPARE(ask(u"SELECT 1"_s), u"cancelled"_s);
        QCOMPARE(describe(m_session->copyIn(
                     u"COPY copied FROM STDIN"_s, [] { return Outcome<QByteArrayView>(QByteArrayView()); })),
            u"cancelled"_s);
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)' "
                                 "AND state = 'active'"_s),
            u"0"_s);
        QVERIFY(m_session->inTransaction());
        QCOMPARE(describe(m_session->rollback()), u"ok"_s);
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM copied"_s), u"0"_s);
    }

    void stopEndsACopyInBothDirections_data()
    {
        QTest::addColumn<bool>("isIn");
        QTest::newRow("in") << true;
        QTest::newRow("out") << false;
    }
    void stopEndsACopyInBothDirections()
    {
        QFETCH(bool, isIn);
        stopAfter(200ms);
        const auto count = isIn ? m_session->copyIn(u"COPY copied FROM STDIN"_s,
                               [] { return Outcome<QByteArrayView>(QByteArrayView("1\ta\n")); })
                                : m_session->copyOut(u"COPY (SELECT generate_series(1, 1000000000)) TO STDOUT"_s,
                                    [](QByteArrayView) { return Completion(Nothing{}); });
        QCOMPARE(describe(count), u"cancelled"_s);
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM copied"_s), u"0"_s);
    }

    void stopEndsACopyThatWaitsForALock()
    {
        SyncSession holder(m_io, m_cluster.settings(), SessionPurpose::Job);
        QVERIFY(holder.open());
        QCOMPARE(describe(holder.run(Query(u"BEGIN; LOCK TABLE copied"_s))), u"LOCK TABLE"_s);
        stopAfter(200ms);
        QCOMPARE(describe(m_session->copyIn(
                     u"COPY copied FROM STDIN"_s, [] { return Outcome<QByteArrayView>(QByteArrayView("1\ta\n")); })),
            u"cancelled"_s);
    }

    void stopWhileConnectingReturnsAtOnce()
    {
        m_stop.request_stop();
        SyncSession session(m_io, m_cluster.settings(), SessionPurpose::Job, m_stop.get_token());
        const Completion opened = session.open();
        QVERIFY(opened.isCancelled());
        QVERIFY(session.run(Query(u"SELECT 1"_s)).isCancelled());
    }

    void lostLinkIsAnErrorOfTheCallThatSeesIt()
    {
        ask(u"BEGIN"_s);
        const int pid = m_session->backendPid();
        std::jthread killer([this, pid] {
            std::this_thread::sleep_for(200ms);
            SyncSession other(m_io, m_cluster.settings(), SessionPurpose::Job);
            if (other.open())
                (void)other.run({u"SELECT pg_terminate_backend($1::int)"_s, {QByteArray::number(pid)}});
        });
        const auto outcome = m_session->run(Query(u"SELECT pg_sleep(60)"_s));
        QVERIFY(outcome.isError());
        QCOMPARE(outcome.error().sqlState, u"57P01"_s);
        QVERIFY(outcome.error().connectionLost);
        QCOMPARE(outcome.error().statement, u"SELECT pg_sleep(60)"_s);
        QVERIFY(!m_session->inTransaction());
        const auto after = m_session->run(Query(u"SELECT 1"_s));
        QVERIFY(after.isError() && after.error().connectionLost);
    }

    void manySessionsWorkSideBySide()
    {
        std::vector<std::jthread> threads;
        std::atomic<int> good{0};
        for (int index = 0; index < 8; ++index) {
            threads.emplace_back([this, &good] {
                SyncSession session(m_io, m_cluster.settings(), SessionPurpose::Job);
                if (!session.open())
                    return;
                for (int round = 0; round < 50; ++round) {
                    const auto outcome = session.run({u"SELECT $1::int"_s, {QByteArray::number(round)}});
                    if (outcome && outcome->integer(0, 0) == round)
                        ++good;
                }
            });
        }
        threads.clear();
        QCOMPARE(good.load(), 400);
    }

private:
    QString ask(const Query &query) { return describe(m_session->run(query)); }
    void stopAfter(std::chrono::milliseconds time)
    {
        m_stopper = std::jthread([this, time] {
            std::this_thread::sleep_for(time);
            m_stop.request_stop();
        });
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::stop_source m_stop;
    std::unique_ptr<SyncSession> m_session;
    std::jthread m_stopper;
};

SHARDBOARD_LIVE_TEST_MAIN(TestSyncSession)
#include "test_syncsession.moc"
