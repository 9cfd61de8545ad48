// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// shardboardctl as a shell sees it: undo, text that terminals must not act on, refused reads, and signals.
#include "connection/conninfo.h"
#include "tests/support/livecluster.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include <csignal>
#include <thread>

using namespace Shardboard;
using namespace Qt::StringLiterals;
using Testing::LiveCluster;

class TestCtlUndo : public QObject
{
    Q_OBJECT

public:
    explicit TestCtlUndo(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void undoNamesTheRowsAndDeletesThemOnlyWhenTold()
    {
        QTemporaryDir folder;
        const QString record = folder.filePath(u"run.json"_s);
        const Run applied = run({u"blueprint"_s, u"apply"_s, u"http-traffic"_s, u"--set"_s, u"schema=web"_s, u"--set"_s,
            u"shard_count=4"_s, u"--set"_s, u"schedule=0 0 31 2 *"_s, u"--save"_s, record});
        QVERIFY2(applied.status == 0, applied.all());
        m_cluster.sql(u"INSERT INTO web.http_request (site_id, ingest_time, url) SELECT g, now(), '/' FROM "
                      u"generate_series(1, 5) AS g"_s);

        const Run plan = run({u"undo"_s, record, u"--plan"_s});
        QVERIFY2(plan.status == 0 && plan.output.contains("DROP TABLE web.http_request"), plan.all());
        const Run refused = run({u"undo"_s, record});
        QVERIFY2(refused.status == 1, refused.all());
        QVERIFY2(refused.errors.contains("web.http_request: 5 rows"), refused.all());
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM web.http_request"_s), u"5"_s);
        const Run undone = run({u"undo"_s, u"--delete-rows"_s, record});
        QVERIFY2(undone.status == 0, undone.all());
        QCOMPARE(m_cluster.value(u"SELECT to_regnamespace('web') IS NULL AND to_regnamespace('shardboard') IS NULL"_s),
            u"t"_s);
    }

    void whatApplyPrintsAsJsonCanBeUndone()
    {
        const Run applied = run({u"blueprint"_s, u"apply"_s, u"http-traffic"_s, u"--json"_s});
        QVERIFY2(applied.status == 0, applied.all());
        const Run undone = run({u"undo"_s, u"-"_s}, applied.output);
        QVERIFY2(undone.status == 0, undone.all());
        QCOMPARE(m_cluster.value(u"SELECT to_regclass('http_request') IS NULL"_s), u"t"_s);
        QCOMPARE(run({u"undo"_s, u"-"_s}, "{}").status, 1);
        QCOMPARE(run({u"undo"_s}).status, 2);
    }

    void aTerminalSeesNoControlCharacters()
    {
        const QString evil = u"SELECT E'\\x1b]0;pwned\\x07\\x1b[31m' AS \"a\x1b[1m\", U&'\\202Ex\\0085' AS b"_s;
        const Run text = run({u"query"_s, evil});
        QVERIFY2(text.status == 0, text.all());
        QVERIFY2(!text.output.contains('\x1b') && !text.output.contains('\x07'), text.all());
        QVERIFY2(text.output.contains("\\x1B]0;pwned\\x07\\x1B[31m"), text.all());
        QVERIFY2(text.output.contains("\\u202Ex\\u0085"), text.all());
        const Run json = run({u"query"_s, u"--json"_s, evil});
        QVERIFY2(!json.output.contains('\x1b') && !json.output.contains("\u202E"), json.all());
        QCOMPARE(QJsonDocument::fromJson(json.output)[u"results"_s][0][u"rows"_s][0][1].toString(), u"\u202Ex\u0085"_s);
        const Run notice = run({u"query"_s, u"DO $$ BEGIN RAISE NOTICE E'a\\x1b[31m\\r'; END $$"_s});
        QCOMPARE(notice.errors, QByteArray("NOTICE: a\\x1B[31m\\r\n"));
        const Run error = run({u"query"_s, u"SELECT \"\x1b[31mx\""_s});
        QCOMPARE(error.status, 1);
        QVERIFY2(!error.errors.contains('\x1b'), error.all());
        QVERIFY2(error.errors.contains("LINE 1: SELECT \"\\x1B[31mx\"\n               ^"), error.all());
        const Run usage = run({u"query"_s, u"--format"_s, u"\x1b[31m"_s, u"SELECT 1"_s});
        QCOMPARE(usage.status, 2);
        QVERIFY2(!usage.errors.contains('\x1b'), usage.all());
    }

    void wideCharactersAreAligned()
    {
        const Run text = run({u"query"_s, u"SELECT * FROM (VALUES ('日本', 1), ('e\u0301', 2)) AS t(a, b)"_s});
        QVERIFY2(text.output.contains("日本  1\ne\u0301     2\n"), text.all());
    }

    void whoMayNotReadTheRegistryIsNotToldThatItIsEmpty()
    {
        QVERIFY(run({u"blueprint"_s, u"apply"_s, u"http-traffic"_s, u"--set"_s, u"schedule=0 0 31 2 *"_s}).status == 0);
        m_cluster.sql(u"CREATE ROLE app LOGIN PASSWORD 'a'; GRANT USAGE ON SCHEMA cron TO app"_s);
        ConnectionSettings app = m_cluster.settings();
        app.keywords.insert(u"user"_s, u"app"_s);
        app.keywords.remove(u"passfile"_s);
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"PGPASSWORD"_s, u"a"_s);
        for (const QStringList &command : {QStringList{u"retention"_s, u"list"_s},
                 QStringList{u"retention"_s, u"preview"_s, u"public.http_request"_s},
                 QStringList{u"retention"_s, u"set"_s, u"public.http_request"_s, u"--keep"_s, u"never"_s},
                 QStringList{u"rollup"_s, u"drop"_s, u"http_request_1min"_s},
                 QStringList{u"blueprint"_s, u"remove"_s, u"http-traffic"_s},
                 QStringList{u"blueprint"_s, u"plan"_s, u"http-traffic"_s}}) {
            const Run refused = runWith(QStringList{u"-d"_s, toConninfo(app)} + command, {}, environment);
            QVERIFY2(refused.status == 1, refused.all());
            QVERIFY2(refused.errors.contains("app may not read the registry"), refused.all());
            QVERIFY2(refused.errors.contains("GRANT SELECT ON ALL TABLES IN SCHEMA shardboard TO app"), refused.all());
        }
        QVERIFY(run({u"blueprint"_s, u"remove"_s, u"http-traffic"_s}).status == 0);
    }

    /// timeout(1) signals the process and then its group.
    void aSecondSignalAtOnceIsTheSameRequest()
    {
        QProcess process;
        process.start(program(), {u"-d"_s, toConninfo(m_cluster.settings()), u"query"_s, u"SELECT pg_sleep(600)"_s});
        const QString isSleeping = u"SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE "
                                   u"'SELECT pg_sleep(600%'"_s;
        QTRY_COMPARE(m_cluster.value(isSleeping), u"1"_s);
        ::kill(pid_t(process.processId()), SIGTERM);
        ::kill(pid_t(process.processId()), SIGTERM);
        QVERIFY(process.waitForFinished(10000));
        QCOMPARE(process.exitCode(), 1);
        QCOMPARE(process.readAllStandardError(), QByteArray("shardboardctl: Interrupted.\n"));
        QTRY_COMPARE(m_cluster.value(isSleeping), u"0"_s);
    }

private:
    struct Run
    {
        int status = -1;
        QByteArray output, errors;
        QByteArray all() const { return errors + output; }
    };

    static QString program() { return QStringLiteral(SHARDBOARD_BIN_DIR "/shardboardctl"); }

    static Run runWith(const QStringList &arguments, const QByteArray &input, const QProcessEnvironment &environment)
    {
        QProcess process;
        process.setProcessEnvironment(environment);
        process.start(program(), arguments);
        process.write(input);
        process.closeWriteChannel();
        process.waitForFinished(120000);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
    }
    Run run(const QStringList &arguments, const QByteArray &input = {}) const
    {
        return runWith(QStringList{u"-d"_s, toConninfo(m_cluster.settings())} + arguments, input,
            QProcessEnvironment::systemEnvironment());
    }

    LiveCluster &m_cluster;
};

SHARDBOARD_LIVE_TEST_MAIN(TestCtlUndo)
#include "test_ctlundo.moc"
