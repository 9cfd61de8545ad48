// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/connectparameters.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestHostList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void entriesAreThoseOfLibpqsLists()
    {
        const auto parsed = parseHosts("a,/run,", "192.0.2.1,,192.0.2.3", "5433");
        QCOMPARE(
            parsed, (QList<HostEntry>{{"a", "192.0.2.1", "5433"}, {"/run", "", "5433"}, {"", "192.0.2.3", "5433"}}));
        QCOMPARE(parseHosts("a,b", "", "1,2"), (QList<HostEntry>{{"a", "", "1"}, {"b", "", "2"}}));
        QCOMPARE(parseHosts("a", "", ""), (QList<HostEntry>{{"a", "", ""}}));
    }

    void whatOnlyLibpqKnowsIsLeftToIt()
    {
        QVERIFY(parseHosts("", "", "5432").isEmpty());
        QVERIFY(parseHosts("a,,b", "", "").isEmpty()); // its default host in the middle
        QVERIFY(parseHosts("a,b", "192.0.2.1", "").isEmpty()); // an error, in its words
        QVERIFY(parseHosts("a,b", "", "1,2,3").isEmpty());
    }

    void onlyNamesAreLookedUp()
    {
        const QList<HostEntry> entries{{"/run", "", "1"}, {"name", "192.0.2.1", "2"}};
        QCOMPARE(lookUpHosts(entries), entries);
        QCOMPARE(lookUpHosts({{"127.0.0.1", "", "3"}}), (QList<HostEntry>{{"127.0.0.1", "127.0.0.1", "3"}}));
        const auto local = lookUpHosts({{"localhost", "", "4"}, {"localhost", "", "5"}});
        QVERIFY(local.size() >= 2);
        for (const HostEntry &entry : local)
            QVERIFY(entry.host == "localhost" && !entry.address.isEmpty());
    }

    void namesThatAreNotFoundStayOnlyWhereNothingElseIs()
    {
        const HostEntry nowhere{"nowhere.invalid", "", "1"};
        QCOMPARE(lookUpHosts({nowhere}), QList<HostEntry>{nowhere});
        QCOMPARE(lookUpHosts({nowhere, {"127.0.0.1", "", "2"}}), (QList<HostEntry>{{"127.0.0.1", "127.0.0.1", "2"}}));
    }

    void parametersTakeTheListsBack()
    {
        ConnectionSettings settings;
        settings.keywords = {{u"host"_s, u"a,/run"_s}, {u"port"_s, u"1,2"_s}};
        ConnectParameters parameters(settings, SessionPurpose::Job);
        QList<HostEntry> hosts = parameters.hosts();
        QCOMPARE(hosts.size(), 2);
        hosts[0].address = "192.0.2.1";
        parameters.setHosts(hosts);
        QCOMPARE(parameters.value("host"), QByteArray("a,/run"));
        QCOMPARE(parameters.value("hostaddr"), QByteArray("192.0.2.1,"));
        QCOMPARE(parameters.value("port"), QByteArray("1,2"));
        QCOMPARE(parameters.hosts(), hosts);
        parameters.setHosts({{"/run", "", ""}});
        QCOMPARE(parameters.value("hostaddr"), QByteArray());
        QCOMPARE(parameters.value("port"), QByteArray());
    }

    void hostsAreDescribed()
    {
        QCOMPARE(describeHost({"db", "192.0.2.7", "5433"}), u"db (192.0.2.7), port 5433"_s);
        QCOMPARE(describeHost({"", "192.0.2.7", ""}), u"192.0.2.7"_s);
        QCOMPARE(describeHost({"192.0.2.7", "192.0.2.7", "1"}), u"192.0.2.7, port 1"_s);
    }
};

SHARDBOARD_TEST_MAIN(TestHostList)
#include "test_hostlist.moc"
