// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
#include "connection/capabilityscan.h"
#include "connection/iothread.h"
#include "connection/server.h"
#include "connection/syncsession.h"
#include "tests/support/livecluster.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestCapabilities : public QObject
{
    Q_OBJECT

public:
    explicit TestCapabilities(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_cluster.sql(u"CREATE ROLE visitor LOGIN PASSWORD 'guest'"_s);
        m_cluster.sql(u"CREATE DATABASE elsewhere"_s);
    }

    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void superuserSeesEverything()
    {
        const ServerCapabilities found = scan(m_cluster.settings());
        QCOMPARE(found.versionNumber, m_cluster.value(u"SHOW server_version_num"_s).toInt());
        QCOMPARE(found.database, m_cluster.value(u"SELECT current_database()"_s));
        QVERIFY(found.isSuperuser && found.canCreateSchema && found.canSignalBackends && !found.isReadOnly);
        QCOMPARE(found.roles.first(), found.user);
        for (const Capability &capability : found.all()) {
            const QString version
                = m_cluster.value(u"SELECT extversion FROM pg_extension WHERE extname = '%1'"_s.arg(capability.name));
            QCOMPARE(capability.version, version);
            QCOMPARE(capability.isAvailable(), !version.isEmpty());
            QCOMPARE(capability.remedy.isEmpty(), capability.isAvailable());
        }
        if (found.pgPartman.isAvailable())
            QCOMPARE(found.partmanMajor, found.pgPartman.version.section(u'.', 0, 0).toInt());
        if (found.pgCron.isAvailable())
            QCOMPARE(found.cronDatabase, found.database);
    }

    void nodesAreThoseOfTheCluster()
    {
        const ServerCapabilities found = scan(m_cluster.settings());
        if (!m_cluster.hasCitus()) {
            QVERIFY(found.nodes.isEmpty());
            QVERIFY(!found.hasCitus() && found.isCoordinator);
            return;
        }
        QCOMPARE(found.nodes.size(), m_cluster.status().nodes.size());
        QVERIFY(found.nodes.first().isCoordinator());
        for (int index = 0; index < found.nodes.size(); ++index) {
            QCOMPARE(found.nodes[index].port, m_cluster.status().nodes[index].port);
            QVERIFY(found.nodes[index].isActive);
        }

        const ServerCapabilities worker = scan(m_cluster.settings(u"worker1"_s));
        QVERIFY(!worker.isCoordinator && !worker.hasCitus());
        QCOMPARE(worker.citus.state, Capability::State::Limited);
        QVERIFY2(worker.citus.remedy.contains(QString::number(m_cluster.status().nodes.first().port)),
            qPrintable(worker.citus.remedy));
    }

    void visitorIsToldWhatIsMissing()
    {
        ConnectionSettings settings = m_cluster.settings();
        settings.keywords[u"user"_s] = u"visitor"_s;
        settings.password = u"guest"_s;
        const ServerCapabilities found = scan(settings);
        QVERIFY(!found.isSuperuser && !found.canSignalBackends && !found.canCreateSchema);
        QCOMPARE(found.roles, QStringList{u"visitor"_s});
        if (!found.pgPartman.version.isEmpty()) {
            QCOMPARE(found.pgPartman.state, Capability::State::Limited);
            QCOMPARE(found.pgPartman.reason, u"visitor has no right to use its schema partman"_s);
            QCOMPARE(found.pgPartman.remedy, u"GRANT USAGE ON SCHEMA partman TO visitor; (as its owner)"_s);
        }
    }

    void anotherDatabaseHasNeitherCronNorExtensions()
    {
        ConnectionSettings settings = m_cluster.settings();
        settings.keywords[u"dbname"_s] = u"elsewhere"_s;
        const ServerCapabilities found = scan(settings);
        for (const Capability &capability : found.all()) {
            QCOMPARE(capability.state, Capability::State::Missing);
            QVERIFY2(!capability.reason.isEmpty() && !capability.remedy.isEmpty(), qPrintable(capability.name));
        }
        const bool hasCron = !m_cluster.value(u"SELECT 1 FROM pg_extension WHERE extname = 'pg_cron'"_s).isEmpty();
        if (hasCron) {
            QVERIFY2(found.pgCron.reason.contains(m_cluster.status().settings.value(u"dbname"_s)),
                qPrintable(found.pgCron.reason));
            QVERIFY2(
                found.pgCron.remedy.contains(u"cron.database_name = 'elsewhere'"_s), qPrintable(found.pgCron.remedy));
        }
        if (!m_cluster.value(u"SELECT 1 FROM pg_available_extensions WHERE name = 'hll'"_s).isEmpty())
            QCOMPARE(found.hll.remedy, u"CREATE EXTENSION hll;"_s);
    }

    void readOnlyProfileIsSeen()
    {
        ConnectionSettings settings = m_cluster.settings();
        settings.isReadOnly = true;
        QVERIFY(scan(settings).isReadOnly);
    }

    void serverIsReadyAfterItsScan()
    {
        Profile profile;
        profile.settings = m_cluster.settings();
        profile.isReadOnly = true;
        Server server(m_io, profile);
        QSignalSpy ready(&server, &Server::ready);
        QSignalSpy changed(&server, &Server::capabilitiesChanged);
        server.open();
        QVERIFY(ready.wait());
        QVERIFY(server.isReady() && server.capabilities().isReadOnly);
        QCOMPARE(server.capabilities().hasCitus(), m_cluster.hasCitus());

        m_cluster.sql(u"CREATE ROLE newcomer"_s);
        server.rescan();
        QVERIFY(ready.wait());
        QCOMPARE(changed.count(), 1);
        server.rescan();
        QVERIFY(ready.wait());
        QCOMPARE(changed.count(), 1);
    }

    void serverTellsWhyItCannotConnect()
    {
        Profile profile;
        profile.settings = m_cluster.settings();
        profile.settings.keywords[u"dbname"_s] = u"no such database"_s;
        Server server(m_io, profile);
        QSignalSpy failed(&server, &Server::failed);
        server.open();
        QVERIFY(failed.wait());
        const auto error = failed.first().first().value<ServerError>();
        QCOMPARE(error.sqlState, u"3D000"_s);
        QVERIFY2(error.message.contains(u"\"no such database\" does not exist"_s), qPrintable(error.message));
        QVERIFY(!server.isReady());
    }

    void reportNamesEveryCapability()
    {
        const ServerCapabilities found = scan(m_cluster.settings());
        const QString text = describeCapabilities(found);
        const QJsonObject json = QJsonDocument::fromJson(capabilitiesToJson(found)).object();
        QCOMPARE(json[u"capabilities"_s].toArray().size(), found.all().size());
        QCOMPARE(json[u"nodes"_s].toArray().size(), found.nodes.size());
        for (const Capability &capability : found.all())
            QVERIFY2(text.contains(capability.name), qPrintable(text));
    }

private:
    ServerCapabilities scan(const ConnectionSettings &settings)
    {
        SyncSession session(m_io, settings, SessionPurpose::Interactive);
        const Completion opened = session.open();
        const auto found = opened ? scanCapabilities(session) : opened.failure<ServerCapabilities>();
        if (found)
            return *found;
        QTest::qFail(qPrintable(found.error().toText()), __FILE__, __LINE__);
        return {};
    }

    LiveCluster &m_cluster;
    IoThread m_io;
};

SHARDBOARD_LIVE_TEST_MAIN(TestCapabilities)
#include "test_capabilities.moc"
