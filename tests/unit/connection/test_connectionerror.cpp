// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/connectionerror.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestConnectionError : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void refusedConnectionKeepsLibpqsAdviceAsHint()
    {
        const ServerError error
            = errorFromConnectionText(u"connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n"
                                      "\tIs the server running on that host and accepting TCP/IP connections?\n"_s);
        QCOMPARE(error.kind, ServerError::Kind::Connection);
        QVERIFY(error.connectionLost);
        QCOMPARE(error.message, u"connection to server at \"127.0.0.1\", port 1 failed: Connection refused"_s);
        QCOMPARE(error.hint, u"Is the server running on that host and accepting TCP/IP connections?"_s);
        QCOMPARE(error.sqlState, QString());
    }

    void serversRefusalHasItsSqlStateAndNoneOfItsSource()
    {
        const ServerError error
            = errorFromConnectionText(u"connection to server at \"db\" (10.0.0.1), port 5432 failed: FATAL:  28P01: "
                                      "password authentication failed for user \"ann\"\n"
                                      "DETAIL:  Role \"ann\" has no password.\n"
                                      "HINT:  Ask for one.\n"
                                      "LOCATION:  auth_failed, auth.c:334\n"_s);
        QCOMPARE(error.sqlState, u"28P01"_s);
        QCOMPARE(error.severity, u"FATAL"_s);
        QCOMPARE(error.message,
            u"connection to server at \"db\" (10.0.0.1), port 5432 failed: FATAL: password authentication failed for "
            "user \"ann\""_s);
        QCOMPARE(error.detail, u"Role \"ann\" has no password."_s);
        QCOMPARE(error.hint, u"Ask for one."_s);
    }

    void everyAddressThatWasTriedIsNamed()
    {
        const ServerError error = errorFromConnectionText(
            u"connection to server at \"localhost\" (::1), port 5432 failed: Connection refused\n"
            "\tIs the server running on that host and accepting TCP/IP connections?\n"
            "connection to server at \"localhost\" (127.0.0.1), port 5432 failed: "
            "FATAL:  57P03: the database system is starting up\n"_s);
        QCOMPARE(error.sqlState, u"57P03"_s);
        QCOMPARE(error.message.count(u'\n'), 1);
        QVERIFY(error.message.contains(u"(::1)"_s) && error.message.endsWith(u"starting up"_s));
    }

    void onlyWhatMayChangeIsTriedAgain()
    {
        const auto withState = [](const QString &sqlState) {
            ServerError error = ServerError::connection(u"no"_s);
            error.sqlState = sqlState;
            return error;
        };
        QVERIFY(isStartingUp(withState(u"57P03"_s)) && !isStartingUp(withState(u"57P01"_s)));
        for (const QString &forGood : {u"28P01"_s, u"28000"_s, u"3D000"_s, u"42501"_s})
            QVERIFY(isRefusedForGood(withState(forGood)));
        for (const QString &forNow : {QString(), u"57P01"_s, u"57P03"_s, u"53300"_s})
            QVERIFY(!isRefusedForGood(withState(forNow)));
    }

    void silenceStillSaysSomething()
    {
        QVERIFY(!errorFromConnectionText(QString()).message.isEmpty());
        QVERIFY(!errorFromConnectionText(u"\n"_s).message.isEmpty());
    }
};

SHARDBOARD_TEST_MAIN(TestConnectionError)
#include "test_connectionerror.moc"
