// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain
// Behind a connection pooler in transaction mode: what a session is not left with, and how dashboards follow the server
// although no notification arrives.
#include "connection/iothread.h"
#include "connection/session.h"
#include "connection/syncsession.h"
#include "dashboard/refresher.h"
#include "tests/support/livecluster.h"
#include "tests/support/trusted.h"

#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

quint16 freePort()
{
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    const bool isBound = ::bind(socket, reinterpret_cast<sockaddr *>(&address), length) == 0
        && ::getsockname(socket, reinterpret_cast<sockaddr *>(&address), &length) == 0;
    ::close(socket);
    return isBound ? ntohs(address.sin_port) : 0;
}

Document counter()
{
    Document document;
    document.id = u"counter"_s;
    document.title = u"Counter"_s;
    document.timeZone = u"UTC"_s;
    document.timeRange = {u"now-1h"_s, u"now"_s};
    Panel panel;
    panel.id = u"rows"_s;
    panel.kind = Panel::Kind::Stat;
    panel.sql = u"SELECT count(*) AS n FROM counted"_s;
    FieldStyle field;
    field.column = u"n"_s;
    panel.fields = {field};
    document.panels = {panel};
    return document;
}

QString shown(const Refresher &refresher)
{
    const auto data = refresher.data(u"rows"_s);
    return data->figures.isEmpty() ? QString() : data->figures.first().exact;
}

} // namespace

class TestPooler : public QObject
{
    Q_OBJECT

public:
    explicit TestPooler(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_program = QStandardPaths::findExecutable(u"pgbouncer"_s, {u"/usr/sbin"_s, u"/usr/bin"_s});
        if (m_program.isEmpty())
            QSKIP("pgbouncer is not installed.");
        m_cluster.sql(u"CREATE TABLE counted (k int)"_s);
        startPooler();
    }
    void cleanupTestCase()
    {
        m_pooler.terminate();
        m_pooler.waitForFinished();
    }
    void cleanup() { m_cluster.sql(u"TRUNCATE counted"_s); }

    void panelsFollowTheServerAndSayHow()
    {
        Session session(m_io, pooled(), SessionPurpose::Dashboard);
        Refresher refresher(session, [] { return QDateTime::currentDateTimeUtc(); });
        refresher.setPollInterval(std::chrono::milliseconds(200));
        QSignalSpy reasonChanged(&refresher, &Refresher::pollingReasonChanged);
        refresher.setDocument(trusted(counter()));
        session.open();
        QTRY_COMPARE_WITH_TIMEOUT(shown(refresher), u"0"_s, 30'000);
        QVERIFY2(refresher.pollingReason().contains(u"pooler"_s), qPrintable(refresher.pollingReason()));
        QCOMPARE(reasonChanged.size(), 1);
        m_cluster.sql(u"INSERT INTO counted SELECT generate_series(1, 5)"_s);
        QTRY_COMPARE_WITH_TIMEOUT(shown(refresher), u"5"_s, 30'000);
    }

    void aDirectConnectionDoesNotPoll()
    {
        Session session(m_io, m_cluster.settings(), SessionPurpose::Dashboard);
        Refresher refresher(session, [] { return QDateTime::currentDateTimeUtc(); });
        refresher.setDocument(trusted(counter()));
        session.open();
        QTRY_COMPARE_WITH_TIMEOUT(shown(refresher), u"0"_s, 30'000);
        QCOMPARE(refresher.pollingReason(), QString());
    }

    void strangersInheritNoSettings()
    {
        Session session(m_io, pooled(), SessionPurpose::Dashboard);
        Refresher refresher(session, [] { return QDateTime::currentDateTimeUtc(); });
        refresher.setDocument(trusted(counter()));
        session.open();
        QTRY_COMPARE_WITH_TIMEOUT(shown(refresher), u"0"_s, 30'000);
        Session stranger(m_io, pooled(), SessionPurpose::Interactive);
        QString told;
        stranger.open();
        stranger.run(Query(u"SELECT current_setting('default_transaction_read_only') || ' ' || "
                           "current_setting('statement_timeout')"_s),
            this, [&](const Outcome<ResultSet> &outcome) {
                told = outcome ? outcome->text(0, 0) : outcome.isError() ? outcome.error().toText() : u"cancelled"_s;
            });
        QTRY_COMPARE_WITH_TIMEOUT(told, u"off 0"_s, 30'000);
    }

private:
    void startPooler()
    {
        const ConnectionSettings direct = m_cluster.settings();
        m_port = freePort();
        QVERIFY(m_folder.isValid());
        QFile file(m_folder.filePath(u"pgbouncer.ini"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const QString database = m_cluster.value(u"SELECT current_database()"_s);
        m_cluster.sql(u"CREATE ROLE pooled LOGIN SUPERUSER PASSWORD 'secret'"_s);
        file.write(
            u"[databases]\n%1 = host=%2 port=%3 user=pooled password=secret\n[pgbouncer]\nlisten_addr=127.0.0.1\n"
            "listen_port=%4\nunix_socket_dir=\nauth_type=any\npool_mode=transaction\ndefault_pool_size=1\n"
            "ignore_startup_parameters=extra_float_digits\nlogfile=%5\n"_s
                .arg(database, direct.keywords.value(u"host"_s), direct.keywords.value(u"port"_s))
                .arg(m_port)
                .arg(m_folder.filePath(u"log"_s))
                .toUtf8());
        file.close();
        QStringList arguments{file.fileName()};
        if (geteuid() == 0) { // pgbouncer refuses to run as root
            QFile::setPermissions(m_folder.path(), QFile::Permissions(0x7777));
            file.setPermissions(QFile::Permissions(0x6666));
            arguments = {u"-u"_s, u"postgres"_s, file.fileName()};
        }
        m_pooler.start(m_program, arguments);
        QVERIFY(m_pooler.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(SyncSession(m_io, pooled(), SessionPurpose::Job).open().isOk(), 30'000);
    }

    ConnectionSettings pooled() const
    {
        ConnectionSettings settings = m_cluster.settings();
        settings.keywords.remove(u"passfile"_s);
        settings.keywords.insert(u"host"_s, u"127.0.0.1"_s);
        settings.keywords.insert(u"port"_s, QString::number(m_port));
        settings.keywords.insert(u"user"_s, u"pooled"_s);
        return settings;
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    QTemporaryDir m_folder;
    QProcess m_pooler;
    QString m_program;
    quint16 m_port = 0;
};

SHARDBOARD_LIVE_TEST_MAIN(TestPooler)
#include "test_pooler.moc"
