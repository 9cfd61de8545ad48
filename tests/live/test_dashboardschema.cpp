// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// The dashboards that come with the program show blueprints of any schema: by themselves where there is one, else as a
// copy over the rollups of each; and what a rollup tells reaches them.
#include "connection/session.h"
#include "dashboard/library.h"
#include "dashboard/refresher.h"
#include "tests/support/engine.h"
#include "tests/support/trusted.h"

#include <QSignalSpy>
#include <QTemporaryDir>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestDashboardSchema : public QObject
{
    Q_OBJECT

public:
    explicit TestDashboardSchema(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_admin = openSession(m_io, m_cluster.settings());
        QVERIFY(m_admin);
    }
    void cleanup()
    {
        m_refresher.reset();
        m_session.reset();
        const auto facts = loadFacts(*m_admin);
        QVERIFY2(facts, whyNot(facts));
        for (const BlueprintFacts &applied : facts->blueprints)
            QVERIFY(carryOut(*m_admin, removeBlueprintIntent(applied.name, applied.schema)).isComplete());
        m_admin.reset();
    }

    void eachShippedDashboardFindsTheOnlyOneOfItsRollups_data()
    {
        QTest::addColumn<QString>("blueprint");
        QTest::addColumn<QString>("schema");
        QTest::newRow("http-traffic") << u"http-traffic"_s << u"web"_s;
        QTest::newRow("github") << u"github"_s << u"Code Base"_s;
        QTest::newRow("clickstream") << u"clickstream"_s << u"web"_s;
    }
    void eachShippedDashboardFindsTheOnlyOneOfItsRollups()
    {
        QFETCH(QString, blueprint);
        QFETCH(QString, schema);
        apply(blueprint, schema);
        for (const bool isCopy : {false, true}) {
            const auto document = isCopy ? library().loadForSchema(blueprint, schema) : library().load(blueprint);
            QVERIFY2(document, whyNot(document));
            QVERIFY(show(*document));
            for (const Panel &panel : document->panels) {
                const auto data = m_refresher->data(panel.id);
                const QString why = data->error ? data->error->toText() : QString();
                QVERIFY2(why.isEmpty(), qPrintable(panel.id + u": "_s + why));
            }
        }
    }

    void newsOfARollupReachWhoeverShowsIt()
    {
        apply(u"http-traffic"_s, u"web"_s);
        insertAndRoll(u"web"_s, 7);
        const auto document = library().load(u"http-traffic"_s);
        QVERIFY(show(*document));
        QCOMPARE(requests(), u"7"_s);
        const auto known = m_refresher->data(u"requests-total"_s)->completeUntil;
        QVERIFY(known);
        insertAndRoll(u"web"_s, 5);
        QTRY_COMPARE_WITH_TIMEOUT(requests(), u"12"_s, 10000);
        QVERIFY(m_refresher->data(u"requests-total"_s)->completeUntil > known);
    }

    void whereThereAreTwoEachHasItsOwn()
    {
        for (const auto &[schema, count] : {std::pair(u"shop"_s, 3), std::pair(u"blog"_s, 4)}) {
            apply(u"http-traffic"_s, schema);
            insertAndRoll(schema, count);
        }
        QVERIFY(show(*library().load(u"http-traffic"_s)));
        const auto unclear = m_refresher->data(u"requests-total"_s);
        QVERIFY2(unclear->error && unclear->error->hint.contains(u"schema"_s),
            qPrintable(unclear->error ? unclear->error->toText() : u"no error"_s));
        for (const auto &[schema, count] : {std::pair(u"shop"_s, u"3"_s), std::pair(u"blog"_s, u"4"_s)}) {
            const auto document = library().loadForSchema(u"http-traffic"_s, schema);
            QVERIFY2(document, whyNot(document));
            QCOMPARE(document->title, u"HTTP traffic (%1)"_s.arg(schema));
            QVERIFY(show(*document));
            QCOMPARE(requests(), count);
            // Asked for again, it is the same one.
            QCOMPARE(library().loadForSchema(u"http-traffic"_s, schema)->id, document->id);
        }
        QCOMPARE(library().loadForSchema(u"http-traffic"_s, u"public"_s)->id, u"http-traffic"_s);
    }

private:
    Library library() const { return Library(m_folder.path()); }

    void apply(const QString &blueprint, const QString &schema)
    {
        const PlanReport applied
            = carryOut(*m_admin, blueprintIntent(blueprint, {{u"schema"_s, schema}, {u"shard_count"_s, u"4"_s}}));
        QVERIFY2(applied.isComplete(), whyNot(applied));
        m_cluster.sql(u"SELECT cron.unschedule(jobid) FROM cron.job"_s);
    }
    void insertAndRoll(const QString &schema, int count)
    {
        m_cluster.sql(u"INSERT INTO %1.http_request (site_id, status_code, ip_address) SELECT 1, 200, g::text FROM "
                      "generate_series(1, %2) AS g"_s.arg(schema, QString::number(count)));
        const auto run = runRollup(*m_admin, schema + u".http_request_1min"_s);
        QVERIFY2(run, whyNot(run));
    }

    bool show(const Document &document)
    {
        m_refresher.reset();
        m_session = std::make_unique<Session>(m_io, m_cluster.settings(), SessionPurpose::Dashboard);
        m_session->open();
        m_refresher = std::make_unique<Refresher>(*m_session, [] { return QDateTime::currentDateTimeUtc(); });
        QSignalSpy finished(m_refresher.get(), &Refresher::refreshFinished);
        m_refresher->setDocument(trusted(document));
        for (const Panel &panel : document.panels)
            m_refresher->setPlotWidth(panel.id, 600);
        return finished.wait(15000);
    }
    QString requests() const { return m_refresher->data(u"requests-total"_s)->figures.value(0).exact; }

    QTemporaryDir m_folder;
    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_admin;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<Refresher> m_refresher;
};

SHARDBOARD_LIVE_TEST_MAIN(TestDashboardSchema)
#include "test_dashboardschema.moc"
