// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain
// Several hosts of which some never answer: the others are tried as psql tries them.
#include "tests/support/engine.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;
using Keywords = QMap<QString, QString>;

namespace {

/// A port of 127.0.0.1 on which connections are neither taken nor refused: its queue is full.
class SilentPort
{
public:
    SilentPort()
    {
        m_sockets.append(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto *const generic = reinterpret_cast<sockaddr *>(&address);
        if (bind(m_sockets.first(), generic, length) != 0 || listen(m_sockets.first(), 0) != 0
            || getsockname(m_sockets.first(), generic, &length) != 0)
            qFatal("no port");
        m_port = ntohs(address.sin_port);
        for (int i = 0; i < 4; ++i) {
            m_sockets.append(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
            (void)connect(m_sockets.last(), generic, length);
        }
    }
    ~SilentPort()
    {
        for (const int one : std::as_const(m_sockets))
            close(one);
    }
    Q_DISABLE_COPY_MOVE(SilentPort)
    QString number() const { return QString::number(m_port); }

private:
    QList<int> m_sockets;
    int m_port = 0;
};

} // namespace

class TestManyHosts : public QObject
{
    Q_OBJECT

public:
    explicit TestManyHosts(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void silentHostsAreLeftForTheNext_data();
    void silentHostsAreLeftForTheNext();
    void aSilentHostIsNamedWhenTheRestRefuse();
    void nothingButSilenceIsTold();

private:
    QString folder() const { return m_cluster.settings().keywords.value(u"host"_s); }
    QString port() const { return m_cluster.settings().keywords.value(u"port"_s, u"5432"_s); }
    /// The outcome of opening a session with these hosts instead of the cluster's.
    Completion open(const Keywords &keywords)
    {
        ConnectionSettings settings = m_cluster.settings();
        settings.keywords.insert(u"connect_timeout"_s, u"2"_s);
        settings.keywords.insert(keywords);
        SyncSession session(m_io, settings, SessionPurpose::Job);
        return session.open();
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    SilentPort m_silent;
};

void TestManyHosts::silentHostsAreLeftForTheNext_data()
{
    QTest::addColumn<Keywords>("keywords");
    const QString hosts = u"127.0.0.1,%1"_s.arg(folder()), ports = m_silent.number() + u',' + port();
    const Keywords plain{{u"host"_s, hosts}, {u"port"_s, ports}};
    const auto with = [&](const QString &attributes) {
        Keywords all = plain;
        all.insert(u"target_session_attrs"_s, attributes);
        return all;
    };
    QTest::newRow("the first") << plain;
    QTest::newRow("a name") << Keywords{{u"host"_s, u"localhost,"_s + folder()}, {u"port"_s, ports}};
    QTest::newRow("two") << Keywords{
        {u"host"_s, u"127.0.0.1,"_s + hosts}, {u"port"_s, m_silent.number() + u',' + ports}};
    QTest::newRow("after one that refuses")
        << Keywords{{u"host"_s, u"127.0.0.1,"_s + hosts}, {u"port"_s, u"1,"_s + ports}};
    QTest::newRow("a primary is wanted") << with(u"read-write"_s);
    QTest::newRow("a standby is preferred, there is none") << with(u"prefer-standby"_s);
    QTest::newRow("a standby is preferred, the silent one is last") << Keywords{{u"host"_s, folder() + u",127.0.0.1"_s},
        {u"port"_s, port() + u',' + m_silent.number()}, {u"target_session_attrs"_s, u"prefer-standby"_s}};
}

void TestManyHosts::silentHostsAreLeftForTheNext()
{
    QFETCH(const Keywords, keywords);
    const auto opened = open(keywords);
    QVERIFY2(opened, whyNot(opened));
}

void TestManyHosts::aSilentHostIsNamedWhenTheRestRefuse()
{
    const auto opened = open({{u"host"_s, u"127.0.0.1,127.0.0.1"_s}, {u"port"_s, m_silent.number() + u",1"_s}});
    QVERIFY(!opened);
    QVERIFY2(opened.error().toText().contains(u"port 1 failed"_s), qPrintable(opened.error().toText()));
    QVERIFY2(opened.error().toText().contains(u"127.0.0.1, port "_s + m_silent.number()),
        qPrintable(opened.error().toText()));
}

void TestManyHosts::nothingButSilenceIsTold()
{
    const auto opened = open({{u"host"_s, u"127.0.0.1"_s}, {u"port"_s, m_silent.number()}});
    QVERIFY(!opened);
    QVERIFY2(opened.error().toText().contains(u"did not answer within 2 s"_s), qPrintable(opened.error().toText()));
    QVERIFY2(opened.error().toText().contains(u"127.0.0.1, port "_s + m_silent.number()),
        qPrintable(opened.error().toText()));
}

SHARDBOARD_LIVE_TEST_MAIN(TestManyHosts)
#include "test_manyhosts.moc"
