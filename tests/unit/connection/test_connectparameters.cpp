// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/connectparameters.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestConnectParameters : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void whatTheUserSaidWins()
    {
        ConnectionSettings settings;
        settings.keywords = {{u"host"_s, u"db"_s}, {u"application_name"_s, u"mine"_s}, {u"keepalives_idle"_s, u"60"_s}};
        settings.password = u"se cret"_s;
        const ConnectParameters parameters(settings, SessionPurpose::Interactive);
        QCOMPARE(parameters.value("host"), QByteArray("db"));
        QCOMPARE(parameters.value("application_name"), QByteArray("mine"));
        QCOMPARE(parameters.value("keepalives_idle"), QByteArray("60"));
        QCOMPARE(parameters.value("password"), QByteArray("se cret"));
        QCOMPARE(parameters.value("client_encoding"), QByteArray("UTF8"));
        QCOMPARE(parameters.value("port"), QByteArray()); // libpq's own rules apply
    }

    void everyPurposeNamesItself()
    {
        const auto name
            = [](SessionPurpose purpose) { return ConnectParameters({}, purpose).value("application_name"); };
        QCOMPARE(name(SessionPurpose::Interactive), QByteArray("shardboard"));
        QCOMPARE(name(SessionPurpose::Dashboard), QByteArray("shardboard dashboard"));
        QCOMPARE(name(SessionPurpose::Job), QByteArray("shardboard job"));
    }

    void aVanishedPeerIsNoticedButABlockedCopyIsNotCutOff()
    {
        const auto timeout
            = [](SessionPurpose purpose) { return ConnectParameters({}, purpose).value("tcp_user_timeout"); };
        QCOMPARE(timeout(SessionPurpose::Interactive), QByteArray("4000"));
        QCOMPARE(timeout(SessionPurpose::Job), QByteArray());
        QCOMPARE(ConnectParameters({}, SessionPurpose::Job).value("keepalives_idle"), QByteArray("2"));
    }

    void arraysEndWithNull()
    {
        const ConnectParameters parameters({}, SessionPurpose::Job);
        const auto keywords = parameters.keywords();
        QCOMPARE(keywords.size(), parameters.values().size());
        QVERIFY(keywords.back() == nullptr && parameters.values().back() == nullptr);
    }

    void eachHostHasItsTime()
    {
        const auto limit = [](const QMap<QString, QString> &keywords) {
            ConnectionSettings settings;
            settings.keywords = keywords;
            return ConnectParameters(settings, SessionPurpose::Job).timeLimit();
        };
        QCOMPARE(limit({}), 10s);
        QCOMPARE(limit({{u"connect_timeout"_s, u"3"_s}}), 3s);
        QCOMPARE(limit({{u"connect_timeout"_s, u"1"_s}}), 2s); // as libpq rounds
        QCOMPARE(limit({{u"connect_timeout"_s, u"3"_s}, {u"host"_s, u"a,b"_s}}), 3s); // each
        QVERIFY(limit({{u"connect_timeout"_s, u"0"_s}}) > 1h);
    }

    void sessionsStartAsTheirPurposeAsks()
    {
        ConnectionSettings settings;
        const QString interactive = sessionSetupSql(settings, SessionPurpose::Interactive);
        QVERIFY(interactive.contains(u"set_config('DateStyle', 'ISO', false)"_s));
        QVERIFY(!interactive.contains(u"TimeZone"_s)); // people see their server's times
        QVERIFY(!interactive.contains(u"statement_timeout"_s));
        const QString catalogue = sessionSetupSql(settings, SessionPurpose::Catalogue);
        QVERIFY(catalogue.contains(u"set_config('search_path', 'pg_catalog, pg_temp', false)"_s));
        QVERIFY(!interactive.contains(u"search_path"_s)); // a user's SQL means the user's names
        const QString job = sessionSetupSql(settings, SessionPurpose::Job);
        QVERIFY(job.contains(u"set_config('statement_timeout', '0', false)"_s)); // whatever the role's is
    }

    void guardedSessionsSetNothingThatStays()
    {
        ConnectionSettings settings;
        QVERIFY(isGuarded(settings, SessionPurpose::Dashboard) && !isGuarded(settings, SessionPurpose::Job));
        QCOMPARE(sessionSetupSql(settings, SessionPurpose::Dashboard), QString());
        const QString dashboard = transactionSetupSql(settings, SessionPurpose::Dashboard);
        QVERIFY(dashboard.contains(u"set_config('TimeZone', 'UTC', true)"_s));
        QVERIFY(dashboard.contains(u"set_config('statement_timeout', '30s', true)"_s));
        QVERIFY(!dashboard.contains(u"false)"_s));
        settings.isReadOnly = true;
        for (const auto purpose : {SessionPurpose::Interactive, SessionPurpose::Catalogue, SessionPurpose::Job}) {
            QVERIFY(isGuarded(settings, purpose));
            QCOMPARE(sessionSetupSql(settings, purpose), QString());
        }
    }

    void retriesBackOffWithJitter()
    {
        QVERIFY(retryDelay(0, 0.999) <= 150ms); // the first comes at once
        for (int attempt = 1; attempt < 40; ++attempt) {
            QVERIFY(retryDelay(attempt, 0.5) >= retryDelay(attempt - 1, 0.5));
            QVERIFY(retryDelay(attempt, 0.999) > retryDelay(attempt, 0));
            QVERIFY(retryDelay(attempt, 0.999) <= 19s);
        }
        QVERIFY(retryDelay(1, 0.5) <= 500ms);
        QVERIFY(retryDelay(1000, 0.5) == 15s);
    }
};

SHARDBOARD_TEST_MAIN(TestConnectParameters)
#include "test_connectparameters.moc"
