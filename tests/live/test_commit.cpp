// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain
// A COMMIT whose answer is lost: the server is asked what became of the transaction, and when it cannot be asked, the
// outcome is told as unknown and never as "nothing happened".
#include "admin/import/import.h"
#include "tests/support/engine.h"

#include <QTemporaryDir>

#include <thread>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestCommit : public QObject
{
    Q_OBJECT

public:
    explicit TestCommit(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_cluster.sql(u"CREATE TABLE t (id int)"_s);
        // A standby that does not exist: every COMMIT that writes waits for it.
        m_cluster.sql(u"ALTER SYSTEM SET synchronous_standby_names = 'nobody'"_s);
        m_cluster.sql(u"SELECT pg_reload_conf()"_s);
        QTRY_COMPARE(m_cluster.value(u"SHOW synchronous_standby_names"_s), u"nobody"_s);
    }
    void cleanup()
    {
        m_cluster.sql(u"ALTER SYSTEM RESET synchronous_standby_names"_s);
        m_cluster.sql(u"SELECT pg_reload_conf()"_s);
        QTRY_COMPARE(m_cluster.value(u"SHOW synchronous_standby_names"_s), QString());
        m_cluster.sql(u"SET synchronous_commit = local; DROP TABLE t"_s);
    }

    void anImportWhoseConnectionEndsDuringCommitIsFoundOut()
    {
        const auto report
            = importEndedBy(u"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"_s,
                FurtherSessions{m_io, m_cluster.settings()});
        QVERIFY2(report, whyNot(report)); // terminated while it waited, the transaction is committed here
        QCOMPARE(report->loaded, 2);
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM t"_s), u"2"_s);
    }

    void whereNobodyCanBeAskedTheOutcomeIsUnknown()
    {
        const auto report = importEndedBy(
            u"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"_s, std::nullopt);
        QVERIFY(report.isError());
        QVERIFY2(isUnknownOutcome(report.error()), whyNot(report));
        QVERIFY2(report.error().hint.contains(u"SELECT txid_status("_s), whyNot(report));
        const QString id = report.error().hint.section(u'(', 1).section(u')', 0, 0);
        QCOMPARE(m_cluster.value(u"SELECT txid_status(%1)"_s.arg(id)), u"committed"_s);
    }

    void cancellingDuringCommitSaysWhatBecameOfIt()
    {
        std::stop_source stop;
        const auto session = openSession(m_io, m_cluster.settings(), stop.get_token());
        QVERIFY(session);
        std::jthread canceller([&] {
            waitForCommit();
            stop.request_stop();
        });
        const auto report
            = runImport(*session, settings(), {}, stop.get_token(), FurtherSessions{m_io, m_cluster.settings()});
        QVERIFY2(report, whyNot(report)); // the rows are there: "cancelled" would be wrong
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM t"_s), u"2"_s);
    }

    void aPlanWhoseConnectionEndsDuringCommitIsFoundOut()
    {
        Plan plan;
        PlanStep step;
        step.title = u"Insert"_s;
        step.sql = u"INSERT INTO t VALUES (1)"_s;
        plan.steps = {step};
        for (const bool canAsk : {true, false}) {
            const auto session = openSession(m_io, m_cluster.settings());
            QVERIFY(session);
            std::jthread killer([&] {
                waitForCommit();
                m_cluster.sql(u"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"_s);
            });
            std::optional<FurtherSessions> further;
            if (canAsk)
                further.emplace(FurtherSessions{m_io, m_cluster.settings()});
            const PlanReport report = PlanExecutor(*session, further).apply(plan);
            QCOMPARE(report.isComplete(), canAsk);
            QCOMPARE(report.steps.first().state, canAsk ? StepReport::State::Done : StepReport::State::Unknown);
            QVERIFY(report.changedAnything());
        }
    }

    void aTransactionThatWasRolledBackIsToldAsSuch()
    {
        const auto session = openSession(m_io, m_cluster.settings());
        QVERIFY(session);
        const auto transaction = NotedTransaction::begin(*session);
        QVERIFY2(transaction, whyNot(transaction));
        QVERIFY(session->run(Query(u"INSERT INTO t VALUES (1)"_s)));
        m_cluster.sql(u"SELECT pg_terminate_backend(%1)"_s.arg(session->backendPid()));
        const Completion committed = transaction->commit(*session, FurtherSessions{m_io, m_cluster.settings()});
        QVERIFY(committed.isError());
        QVERIFY2(!isUnknownOutcome(committed.error()), whyNot(committed));
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM t"_s), u"0"_s);
    }

private:
    ImportSettings settings()
    {
        QFile file(m_folder.filePath(u"rows.csv"_s));
        if (file.open(QIODevice::WriteOnly))
            file.write("id\n1\n2\n");
        ImportSettings settings;
        settings.file = file.fileName();
        settings.table = {u"public"_s, u"t"_s};
        return settings;
    }

    void waitForCommit() const
    {
        while (m_cluster.value(u"SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"_s) == u"0"_s)
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }

    Outcome<ImportReport> importEndedBy(const QString &sql, const std::optional<FurtherSessions> &further)
    {
        const auto session = openSession(m_io, m_cluster.settings());
        std::jthread killer([&] {
            waitForCommit();
            m_cluster.sql(sql);
        });
        return runImport(*session, settings(), {}, {}, further);
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    QTemporaryDir m_folder;
};

SHARDBOARD_LIVE_TEST_MAIN(TestCommit)
#include "test_commit.moc"
