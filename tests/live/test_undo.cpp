// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// Undo restores what was there before, and deletes nothing that came since unless it was told to; the registry goes
// only when the server finds nothing registered in it.
#include "admin/commit.h"
#include "admin/guardedsql.h"
#include "admin/planning.h"
#include "admin/planrecord.h"
#include "admin/planscript.h"
#include "admin/retention/retentionplan.h"
#include "admin/undo.h"
#include "tests/support/engine.h"
#include "tests/support/hostilenames.h"

#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>

#include <thread>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

class TestLiveUndo : public QObject
{
    Q_OBJECT

public:
    explicit TestLiveUndo(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_session = openSession(m_io, m_cluster.settings());
        QVERIFY(m_session);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_cluster.sql(u"CREATE TABLE theirs (id bigint, at timestamptz NOT NULL)"_s);
    }
    void cleanup()
    {
        m_cluster.sql(u"SET client_min_messages = warning; DROP SCHEMA IF EXISTS web CASCADE"_s);
        m_cluster.sql(u"SET client_min_messages = warning; DROP SCHEMA IF EXISTS shardboard CASCADE"_s);
        m_cluster.sql(u"DROP TABLE IF EXISTS theirs"_s);
        m_cluster.sql(u"SELECT cron.unschedule(jobid) FROM cron.job"_s);
    }
    void cleanupTestCase() { m_session.reset(); }

    void tablesThatWereFilledStay()
    {
        PlanHistory history;
        setUp(history);
        m_cluster.sql(u"INSERT INTO web.http_request (site_id, ingest_time, url) SELECT 1, now(), '/' FROM "
                      u"generate_series(1, 3)"_s);
        const auto atRisk = tablesWithRows(*m_session, history.undo());
        QVERIFY2(atRisk, whyNot(atRisk));
        QCOMPARE(atRisk->size(), 1);
        QCOMPARE(atRisk->first().table, (QualifiedName{u"web"_s, u"http_request"_s}));
        QCOMPARE(atRisk->first().rows, 3);

        // Also where nobody asked before, the statement itself refuses.
        const PlanReport refused = PlanExecutor(*m_session).apply(history.undo());
        QVERIFY(refused.error);
        QVERIFY2(refused.error->message.contains(u"web.http_request holds 3 rows"_s), whyNot(refused));
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM web.http_request"_s), u"3"_s);

        const PlanReport undone = PlanExecutor(*m_session).apply(history.undo(UndoRows::Delete));
        QVERIFY2(undone.isComplete(), whyNot(undone));
        QCOMPARE(m_cluster.value(u"SELECT to_regclass('web.http_request') IS NULL"_s), u"t"_s);
        QCOMPARE(m_cluster.value(u"SELECT to_regnamespace('shardboard') IS NULL"_s), u"t"_s);
    }

    void emptyTablesGoUnasked()
    {
        PlanHistory history;
        setUp(history);
        const PlanReport undone = PlanExecutor(*m_session).apply(history.undo());
        QVERIFY2(undone.isComplete(), whyNot(undone));
        QCOMPARE(m_cluster.value(u"SELECT to_regnamespace('web') IS NULL AND to_regnamespace('shardboard') IS NULL"_s),
            u"t"_s);
    }

    /// One client undoes the first installation that another has built on since.
    void theRegistryStaysWhereOthersRegistered()
    {
        PlanHistory history;
        setUp(history);
        m_cluster.sql(
            u"INSERT INTO shardboard.retention (table_name, time_column, keep) VALUES ('public.theirs', 'at', "
            u"'1 day')"_s);
        const PlanReport undone = PlanExecutor(*m_session).apply(history.undo());
        QVERIFY2(undone.isComplete(), whyNot(undone));
        QVERIFY2(undone.toText().contains(u"schema shardboard stays, it is in use: retention (1)"_s), whyNot(undone));
        QCOMPARE(m_cluster.value(u"SELECT table_name FROM shardboard.retention"_s), u"public.theirs"_s);
    }

    /// The same where the other registers after the plan to remove was made, and has not committed when it runs.
    void theRegistryStaysForAColleagueWhoIsAboutToCommit()
    {
        PlanHistory history;
        setUp(history);
        const auto plan = makePlan(*m_session, *removeBlueprintIntent(u"http-traffic"_s, u"web"_s));
        QVERIFY2(plan, whyNot(plan));
        const auto colleague = openSession(m_io, m_cluster.settings());
        QVERIFY(colleague);
        QVERIFY(colleague->run(Query(u"BEGIN"_s)));
        const auto registered = colleague->run(Query(
            u"INSERT INTO shardboard.retention (table_name, time_column, keep) VALUES ('public.theirs', 'at', '1 day')"_s));
        QVERIFY2(registered, whyNot(registered));
        PlanReport removed;
        std::jthread remover([&] { removed = PlanExecutor(*m_session).apply(*plan); });
        const QString waits = u"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE "
                              u"'DO %shardboard%'"_s;
        QTRY_COMPARE_WITH_TIMEOUT(m_cluster.value(waits), u"1"_s, 20000);
        QVERIFY(colleague->run(Query(u"COMMIT"_s)));
        remover.join();
        QVERIFY2(removed.isComplete(), whyNot(removed));
        QCOMPARE(m_cluster.value(u"SELECT table_name FROM shardboard.retention"_s), u"public.theirs"_s);
        QCOMPARE(m_cluster.value(u"SELECT to_regclass('web.http_request') IS NULL"_s), u"t"_s);
    }

    void whatOthersBuiltOnTheRegistryIsNotDropped()
    {
        PlanHistory history;
        setUp(history);
        m_cluster.sql(u"SET citus.enable_ddl_propagation = off; CREATE VIEW public.my_rollups AS SELECT name "
                      u"FROM shardboard.rollup; CREATE TABLE shardboard.mine (a int)"_s);
        const PlanReport undone = PlanExecutor(*m_session).apply(history.undo());
        QVERIFY2(undone.isComplete(), whyNot(undone));
        QVERIFY2(undone.toText().contains(u"mine is not of Shardboard"_s), whyNot(undone));
        QCOMPARE(m_cluster.value(u"SELECT to_regclass('public.my_rollups') IS NOT NULL"_s), u"t"_s);
        QCOMPARE(m_cluster.value(u"SELECT to_regclass('shardboard.mine') IS NOT NULL"_s), u"t"_s);
        m_cluster.sql(u"SET citus.enable_ddl_propagation = off; DROP VIEW public.my_rollups"_s);
    }

    void aSavedRunUndoesTheSame()
    {
        PlanHistory history;
        setUp(history);
        const auto read = historyFromJson(QJsonDocument(historyToJson(history)).toJson());
        QVERIFY2(read, whyNot(read));
        QCOMPARE(read->undo().steps, history.undo().steps);
        const PlanReport undone = PlanExecutor(*m_session).apply(read->undo());
        QVERIFY2(undone.isComplete(), whyNot(undone));
    }

    /// Names that hold quotes, format markers and dollar tags are only names to the guarded statements.
    void hostileNamesAreOnlyNames()
    {
        QRandomGenerator random(7);
        QStringList names = hostileNames();
        for (int i = 0; i < 40; ++i)
            names << randomName(random);
        for (const QString &name : std::as_const(names)) {
            const QualifiedName table{u"public"_s, name};
            m_cluster.sql(u"CREATE TABLE %1 (a int)"_s.arg(table.quoted()));
            m_cluster.sql(u"INSERT INTO %1 VALUES (1)"_s.arg(table.quoted()));
            const auto refused = m_session->run(Query(dropEmptyTableSql(table)));
            QVERIFY2(refused.isError() && refused.error().sqlState == u"55000"_s, qPrintable(name));
            m_cluster.sql(u"DELETE FROM %1"_s.arg(table.quoted()));
            const auto dropped = m_session->run(Query(dropEmptyTableSql(table)));
            QVERIFY2(dropped, whyNot(dropped));
        }
        QCOMPARE(m_cluster.value(u"SELECT to_regclass('public.pwned') IS NULL"_s), u"t"_s);
    }

    void hostileNamesStayInTheirPlaceInAScript()
    {
        QRandomGenerator random(11);
        QStringList names = hostileNames();
        for (int i = 0; i < 60; ++i)
            names << randomName(random);
        names.removeDuplicates();
        Plan plan;
        for (const QString &name : std::as_const(names)) {
            const QualifiedName table{u"public"_s, name};
            PlanStep step;
            step.id = name;
            step.title = u"Create table "_s + name;
            step.sql = u"CREATE TABLE %1 (a text DEFAULT %2); INSERT INTO %1 DEFAULT VALUES"_s.arg(
                table.quoted(), quoteLiteral(name));
            step.doneSql = u"SELECT to_regclass(%1) IS NOT NULL"_s.arg(quoteLiteral(table.quoted()));
            step.locks = {u"ACCESS EXCLUSIVE on "_s + name};
            step.warnings = {name};
            step.undoSql = u"DROP TABLE %1"_s.arg(table.quoted());
            step.group = int(plan.steps.size() / 7) + 1;
            plan.steps << step;
            plan.notes << name;
        }
        plan.title = names.first();
        PlanStep outside;
        outside.title = u"Outside of a transaction"_s;
        outside.sql = u"VACUUM theirs"_s;
        outside.inTransaction = false;
        outside.group = 1000;
        plan.steps << outside;
        PlanStep command;
        command.title = u"Not for psql"_s;
        command.sql = u"INSERT INTO theirs SELECT 1, now() -- \\! touch pwned :DBNAME\r"_s;
        command.doneSql = u"SELECT EXISTS (SELECT FROM theirs)"_s;
        command.group = 1001;
        plan.steps << command;

        QTemporaryDir folder;
        for (int round = 1; round <= 2; ++round) {
            const QByteArray errors = runScript(plan, folder.path());
            QVERIFY2(errors.isEmpty(), errors);
        }
        QVERIFY(!QFile::exists(folder.filePath(u"pwned"_s)));
        QCOMPARE(m_cluster.value(u"SELECT to_regclass('public.pwned') IS NULL"_s), u"t"_s);
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM theirs"_s), u"1"_s);
        for (const QString &name : std::as_const(names)) {
            const QString table = QualifiedName{u"public"_s, name}.quoted();
            QCOMPARE(m_cluster.value(u"SELECT string_agg(a, '|') FROM "_s + table), name);
            m_cluster.sql(u"DROP TABLE "_s + table);
        }
    }

private:
    void setUp(PlanHistory &history)
    {
        const auto plan = makePlan(*m_session,
            *blueprintIntent(u"http-traffic"_s,
                {{u"schema"_s, u"web"_s}, {u"shard_count"_s, u"4"_s}, {u"schedule"_s, u"0 0 31 2 *"_s}}));
        QVERIFY2(plan, whyNot(plan));
        const PlanReport report = PlanExecutor(*m_session).apply(*plan);
        QVERIFY2(report.isComplete(), whyNot(report));
        history.add(*plan, report);
    }

    /// psql's errors; empty when it did all of it.
    QByteArray runScript(const Plan &plan, const QString &folder) const
    {
        QFile script(folder + u"/plan.sql"_s);
        if (!script.open(QIODevice::WriteOnly))
            return "cannot be written";
        script.write(planScript(plan).toUtf8());
        script.close();
        QStringList parts{u"options='-c client_min_messages=warning'"_s};
        const ConnectionSettings settings = m_cluster.settings();
        for (auto it = settings.keywords.cbegin(); it != settings.keywords.cend(); ++it)
            parts << it.key() + u"='"_s + it.value() + u'\'';
        QProcess psql;
        psql.setWorkingDirectory(folder);
        const auto installation = LocalCluster::findInstallation();
        psql.start(installation->binDirectory + u"/psql"_s,
            {u"-X"_s, u"-q"_s, u"-o"_s, u"/dev/null"_s, u"-d"_s, parts.join(u' '), u"-f"_s, script.fileName()});
        psql.waitForFinished(120000);
        const QByteArray errors = psql.readAllStandardError();
        return psql.exitCode() == 0 ? QByteArray() : errors;
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestLiveUndo)
#include "test_undo.moc"
