// SPDX-License-Identifier: GPL-3.0-or-later
// A way over a network that is not encrypted, or to a server that has not proved who it is, is always said.
#include "connection/transportwarning.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

class TestTransportWarning : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void waysToAServer_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("mode");
        QTest::addColumn<QString>("encryption");
        QTest::addColumn<QString>("warning");
        const QString none;
        QTest::newRow("socket") << u"/run/postgresql"_s << none << u"prefer"_s << none << none;
        QTest::newRow("abstract socket") << u"@pg"_s << none << u"prefer"_s << none << none;
        QTest::newRow("loopback") << u"127.0.0.1"_s << u"127.0.0.1"_s << u"disable"_s << none << none;
        QTest::newRow("loopback by name") << u"localhost"_s << u"::1"_s << u"prefer"_s << none << none;
        QTest::newRow("localhost elsewhere")
            << u"localhost"_s << u"10.0.0.5"_s << u"prefer"_s << none << u"not encrypted"_s;
        QTest::newRow("a name of loopback") << u"db"_s << u"127.0.1.1"_s << u"prefer"_s << none << none;
        QTest::newRow("a name like an address, resolved")
            << u"127.example.com"_s << u"93.184.216.34"_s << u"prefer"_s << none << u"not encrypted"_s;
        QTest::newRow("a name like an address")
            << u"127.example.com"_s << none << u"prefer"_s << none << u"not encrypted"_s;
        QTest::newRow("disable") << u"db"_s << u"10.0.0.5"_s << u"disable"_s << none << u"not encrypted"_s;
        QTest::newRow("prefer, no TLS") << u"db"_s << u"10.0.0.5"_s << u"prefer"_s << none << u"not encrypted"_s;
        QTest::newRow("only an address") << none << u"10.0.0.5"_s << u"prefer"_s << none << u"not encrypted"_s;
        QTest::newRow("prefer, TLS") << u"db"_s << u"10.0.0.5"_s << u"prefer"_s << u"tls"_s << u"not verified"_s;
        QTest::newRow("require") << u"db"_s << u"10.0.0.5"_s << u"require"_s << u"tls"_s << u"not verified"_s;
        QTest::newRow("not told") << u"db"_s << u"10.0.0.5"_s << none << u"tls"_s << u"not verified"_s;
        QTest::newRow("verify-ca") << u"db"_s << u"10.0.0.5"_s << u"verify-ca"_s << u"tls"_s << none;
        QTest::newRow("verify-full") << u"db"_s << u"10.0.0.5"_s << u"verify-full"_s << u"tls"_s << none;
        QTest::newRow("Kerberos") << u"db"_s << u"10.0.0.5"_s << u"prefer"_s << u"gss"_s << none;
    }
    void waysToAServer()
    {
        QFETCH(QString, host);
        QFETCH(QString, address);
        QFETCH(QString, mode);
        QFETCH(QString, encryption);
        QFETCH(QString, warning);
        Session::Peer peer;
        peer.host = host;
        peer.hostAddress = address;
        peer.sslMode = mode;
        peer.usesTls = encryption == u"tls";
        peer.usesGssEncryption = encryption == u"gss";
        const auto made = connectionWarning(ConnectionSettings(), peer);
        QCOMPARE(made.has_value(), !warning.isEmpty());
        if (made) {
            QVERIFY2(made->text.contains(warning), qPrintable(made->text));
            QVERIFY2(made->text.contains(host.isEmpty() ? address : host), qPrintable(made->text));
            QCOMPARE(made->kind == TransportWarning::Kind::Unverified, warning == u"not verified");
        }
    }

    void settingsCountWhereThePeerDoesNotTell()
    {
        ConnectionSettings settings;
        settings.keywords = {{u"sslmode"_s, u"verify-full"_s}};
        Session::Peer peer;
        peer.host = u"db"_s;
        peer.usesTls = true;
        QVERIFY(!connectionWarning(settings, peer));
        peer.usesTls = false; // whatever the settings say
        QVERIFY(connectionWarning(settings, peer));
    }
};

SHARDBOARD_TEST_MAIN(TestTransportWarning)
#include "test_transportwarning.moc"
