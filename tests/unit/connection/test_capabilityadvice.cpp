// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/capabilityadvice.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

const QStringList extensions{u"citus"_s, u"hll"_s, u"topn"_s, u"tdigest"_s, u"pg_cron"_s, u"pg_partman"_s};

/// A coordinator where everything is as it should be.
struct Site
{
    QHash<QString, ExtensionFacts> facts;
    ServerCapabilities found;

    Site()
    {
        for (const QString &name : extensions) {
            ExtensionFacts &extension = facts[name];
            extension.version = u"1.0"_s;
            extension.schema = u"public"_s;
            extension.isOnDisk = extension.isUsable = true;
        }
        facts[u"citus"_s].isPreloaded = true;
        facts[u"pg_cron"_s].isPreloaded = true;
        found.versionNumber = 150020;
        found.database = u"shop"_s;
        found.user = u"ann"_s;
        found.isSuperuser = found.canCreateSchema = true;
        found.cronDatabase = u"shop"_s;
        found.partmanMajor = 5;
        found.nodes = {{1, 0, u"db0"_s, 5432, true, false}, {2, 1, u"db1"_s, 5432, true, true}};
    }

    void setAbsent(const QString &name)
    {
        facts[name].version.clear();
        facts[name].schema.clear();
        facts[name].isUsable = false;
    }

    const ServerCapabilities &advised()
    {
        adviseAll(facts, found);
        return found;
    }
};

} // namespace

class TestCapabilityAdvice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void nothingIsMissingWhereAllIsWell()
    {
        Site site;
        for (const Capability &capability : site.advised().all()) {
            QVERIFY2(capability.isAvailable(), qPrintable(capability.name));
            QCOMPARE(capability.reason, QString());
            QCOMPARE(capability.remedy, QString());
            QCOMPARE(capability.version, u"1.0"_s);
        }
    }

    void extensionOnDiskIsOneStatementAway()
    {
        Site site;
        site.setAbsent(u"hll"_s);
        QCOMPARE(site.advised().hll.state, Capability::State::Missing);
        QCOMPARE(site.found.hll.reason, u"on the server's disk, but not created in database shop"_s);
        QCOMPARE(site.found.hll.remedy, u"CREATE EXTENSION hll;"_s);
    }

    void whoMayCreateItIsSaid()
    {
        Site site;
        site.setAbsent(u"hll"_s);
        site.found.isSuperuser = false;
        QCOMPARE(site.advised().hll.remedy, u"CREATE EXTENSION hll; (as a superuser)"_s);
        site.facts[u"hll"_s].needsSuperuser = false;
        QCOMPARE(site.advised().hll.remedy, u"CREATE EXTENSION hll;"_s);
        site.found.canCreateSchema = false;
        QCOMPARE(site.advised().hll.remedy, u"CREATE EXTENSION hll; (as a role that may CREATE in the database)"_s);
    }

    void whatIsNotOnDiskNamesItsPackage()
    {
        Site site;
        for (const QString &name : extensions) {
            site.setAbsent(name);
            site.facts[name].isOnDisk = false;
        }
        site.advised();
        QCOMPARE(site.found.hll.reason, u"not installed on the server"_s);
        QVERIFY(site.found.hll.remedy.contains(u"postgresql-15-hll "_s));
        QVERIFY(site.found.pgCron.remedy.contains(u"postgresql-15-cron "_s));
        QVERIFY(site.found.pgPartman.remedy.contains(u"postgresql-15-partman "_s));
        QVERIFY(site.found.topn.remedy.contains(u"Citus package repository"_s));
    }

    void libraryThatIsNotLoadedSaysSo()
    {
        Site site;
        site.facts[u"citus"_s].isPreloaded = false;
        QCOMPARE(site.advised().citus.state, Capability::State::Limited);
        QVERIFY(site.found.citus.remedy.contains(u"'citus' to shared_preload_libraries"_s));

        site.setAbsent(u"citus"_s);
        QCOMPARE(site.advised().citus.state, Capability::State::Missing);
        QVERIFY(site.found.citus.remedy.contains(u"CREATE EXTENSION citus"_s));
    }

    void schemaWithoutRightIsLimited()
    {
        Site site;
        site.found.isSuperuser = false;
        site.found.user = u"Ann B"_s;
        site.facts[u"pg_cron"_s].schema = u"cron"_s;
        site.facts[u"pg_cron"_s].isUsable = false;
        QCOMPARE(site.advised().pgCron.state, Capability::State::Limited);
        QCOMPARE(site.found.pgCron.remedy, u"GRANT USAGE ON SCHEMA cron TO \"Ann B\"; (as its owner)"_s);
    }

    void cronOfAnotherDatabaseIsNamed()
    {
        Site site;
        site.setAbsent(u"pg_cron"_s);
        site.found.cronDatabase = u"My Jobs"_s;
        QCOMPARE(site.advised().pgCron.state, Capability::State::Missing);
        QCOMPARE(site.found.pgCron.reason, u"lives in database \"My Jobs\" of this server only"_s);
        QVERIFY(site.found.pgCron.remedy.contains(u"cron.database_name = 'shop'"_s));

        Site moved;
        moved.found.cronDatabase = u"postgres"_s;
        QCOMPARE(moved.advised().pgCron.state, Capability::State::Limited);
        QVERIFY(moved.found.pgCron.reason.contains(u"serves database postgres"_s));
    }

    void workerSendsToTheCoordinator()
    {
        Site site;
        site.found.isCoordinator = false;
        QCOMPARE(site.advised().citus.state, Capability::State::Limited);
        QVERIFY(!site.found.hasCitus());
        QCOMPARE(site.found.citus.remedy, u"Connect to the coordinator, db0:5432."_s);
    }

    void coordinatorKnownAsLocalhostIsWarnedOf()
    {
        Site site;
        site.found.nodes[0].host = u"localhost"_s;
        QVERIFY(site.advised().hasCitus());
        QVERIFY(site.found.citus.remedy.contains(u"citus_set_coordinator_host"_s));
        // A cluster on one machine is well served by it.
        site.found.nodes[1].host = u"127.0.0.1"_s;
        QCOMPARE(site.advised().citus.remedy, QString());
    }

    void inactiveNodeIsNamed()
    {
        Site site;
        site.found.nodes[1].isActive = false;
        QCOMPARE(site.advised().citus.reason, u"not active: db1:5432"_s);
        QVERIFY(site.found.citus.remedy.contains(u"citus_activate_node"_s));
    }

    void olderPartmanSaysWhatItTakes()
    {
        Site site;
        site.found.partmanMajor = 4;
        QVERIFY(site.advised().pgPartman.isAvailable());
        QVERIFY(site.found.pgPartman.reason.contains(u"pg_partman 4"_s));
    }
};

SHARDBOARD_TEST_MAIN(TestCapabilityAdvice)
#include "test_capabilityadvice.moc"
