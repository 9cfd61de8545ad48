// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
#include "connection/conninfo.h"
#include "tests/support/livecluster.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include <csignal>

using namespace Shardboard;
using Testing::LiveCluster;

/// shardboardctl as a shell sees it: what goes in, what comes out on which stream, and the exit status.
class CtlTest : public QObject
{
    Q_OBJECT

public:
    explicit CtlTest(LiveCluster &live) : m_live(live) {}

private Q_SLOTS:
    void init();
    void everyCommandExplainsItself();
    void wrongUsageEndsWithTwo_data();
    void wrongUsageEndsWithTwo();
    void findsTheServerByLibpqsRules();
    void saysWhyThereIsNoConnection();
    void doctorListsEveryCapability();
    void queryAlignsText();
    void queryWritesCsv();
    void queryWritesExactJson();
    void queryRunsStatementsUntilOneFails();
    void queryPointsAtTheError();
    void queryReadsStandardInput();
    void queryPassesNoticesOn();
    void queryOfManyRowsIsComplete();
    void anInterruptStopsTheServerToo();
    void aFullDiskIsAnError();
    void demoLivesAndDies();

private:
    struct Run
    {
        int status = -1;
        QByteArray output, errors;
        QJsonObject json() const { return QJsonDocument::fromJson(output).object(); }
    };
    Run run(const QStringList &arguments, const QByteArray &input = {},
        const QProcessEnvironment &environment = clean()) const;
    Run runHere(const QStringList &arguments, const QByteArray &input = {}) const;
    static QProcessEnvironment clean();

    LiveCluster &m_live;
};

namespace {

const QString program = QStringLiteral(SHARDBOARD_BIN_DIR "/shardboardctl");

QStringList words(const char *text)
{
    return QString::fromUtf8(text).split(u' ', Qt::SkipEmptyParts);
}

} // namespace

#define COMPARE_STATUS(run, expected)                                                                                  \
    do {                                                                                                               \
        QVERIFY2((run).status == (expected), ((run).errors + (run).output).constData());                               \
    } while (false)

void CtlTest::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".")));
}

QProcessEnvironment CtlTest::clean()
{
    auto environment = QProcessEnvironment::systemEnvironment();
    const QStringList names = environment.keys();
    for (const QString &name : names) {
        if (name.startsWith(QStringLiteral("PG")))
            environment.remove(name);
    }
    return environment;
}

CtlTest::Run CtlTest::run(
    const QStringList &arguments, const QByteArray &input, const QProcessEnvironment &environment) const
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(60000))
        return {-1, {}, "did not end"};
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
        process.readAllStandardError()};
}

CtlTest::Run CtlTest::runHere(const QStringList &arguments, const QByteArray &input) const
{
    return run(QStringList{QStringLiteral("-d"), toConninfo(m_live.settings())} + arguments, input);
}

void CtlTest::everyCommandExplainsItself()
{
    const Run overview = run({QStringLiteral("--help")});
    COMPARE_STATUS(overview, 0);
    QCOMPARE(overview.errors, QByteArray());
    for (const auto *name : {"blueprint", "demo", "doctor", "import", "query", "rollup", "sample"}) {
        QVERIFY2(overview.output.contains(QByteArray("\n  ") + name), name);
        const Run help = run({QLatin1String(name), QStringLiteral("--help")});
        COMPARE_STATUS(help, 0);
        QVERIFY2(help.output.startsWith(QByteArray("Usage:\n  shardboardctl ") + name), help.output.constData());
    }
    COMPARE_STATUS(run({QStringLiteral("--version")}), 0);
}

void CtlTest::wrongUsageEndsWithTwo_data()
{
    QTest::addColumn<QStringList>("arguments");
    for (const auto *line : {"", "frobnicate", "--frob", "query", "query a b", "query --format xml x", "query --frob x",
             "demo", "demo sideways", "demo up down", "doctor a b", "-d host=db\\ prot=1 doctor",
             "-d host=x=\\ y doctor", "doctor -d port=x"})
        QTest::newRow(*line ? line : "nothing")
            << words(line).replaceInStrings(QStringLiteral("\\"), QStringLiteral(" "));
}

void CtlTest::wrongUsageEndsWithTwo()
{
    QFETCH(const QStringList, arguments);
    const Run wrong = run(arguments);
    COMPARE_STATUS(wrong, 2);
    QCOMPARE(wrong.output, QByteArray());
    QVERIFY(!wrong.errors.isEmpty());
}

void CtlTest::findsTheServerByLibpqsRules()
{
    const ConnectionSettings settings = m_live.settings();
    const QStringList query = words("query --format csv") << QStringLiteral("SELECT current_setting('port')");
    const QByteArray answer = "current_setting\n" + settings.value(QStringLiteral("port")).toLatin1() + '\n';

    QCOMPARE(run(QStringList{toUri(settings)} + query).output, answer);
    QCOMPARE(run(QStringList{toConninfo(settings)} + query).output, answer);
    QCOMPARE(run(query + QStringList{QStringLiteral("-d"), toUri(settings)}).output, answer);

    auto environment = clean();
    const std::pair<const char *, const char *> variables[] = {{"PGHOST", "host"}, {"PGPORT", "port"},
        {"PGUSER", "user"}, {"PGDATABASE", "dbname"}, {"PGPASSFILE", "passfile"}};
    for (const auto &[variable, keyword] : variables)
        environment.insert(QLatin1String(variable), settings.value(QLatin1String(keyword)));
    QCOMPARE(run(query, {}, environment).output, answer);
    QCOMPARE(
        run(QStringList{QStringLiteral("-d"), QStringLiteral("postgres")} + query, {}, environment).output, answer);

    const QTemporaryDir folder;
    QFile services(folder.filePath(QStringLiteral("services")));
    QVERIFY(services.open(QIODevice::WriteOnly));
    services.write("[mine]\n" + toConninfo(settings).replace(u' ', u'\n').toUtf8() + '\n');
    services.close();
    environment = clean();
    environment.insert(QStringLiteral("PGSERVICEFILE"), services.fileName());
    QCOMPARE(run(QStringList{QStringLiteral("service=mine")} + query, {}, environment).output, answer);
}

void CtlTest::saysWhyThereIsNoConnection()
{
    ConnectionSettings settings = m_live.settings();
    settings.keywords.insert(QStringLiteral("passfile"), QStringLiteral("/nonexistent"));
    const Run silent = run({toUri(settings), QStringLiteral("doctor"), QStringLiteral("--json")});
    COMPARE_STATUS(silent, 1);
    QVERIFY(silent.json()[QStringLiteral("error")][QStringLiteral("message")].toString().contains(
        QStringLiteral("password")));

    const Run nobody = run({QStringLiteral("host=127.0.0.1 port=1"), QStringLiteral("doctor")});
    COMPARE_STATUS(nobody, 1);
    QCOMPARE(nobody.output, QByteArray());
    QVERIFY2(nobody.errors.contains("Connection refused"), nobody.errors.constData());
}

void CtlTest::doctorListsEveryCapability()
{
    const Run text = runHere({QStringLiteral("doctor")});
    COMPARE_STATUS(text, 0);
    const Run json = runHere({QStringLiteral("doctor"), QStringLiteral("--json")});
    COMPARE_STATUS(json, 0);
    const QJsonArray capabilities = json.json()[QStringLiteral("capabilities")].toArray();
    QStringList names;
    for (const QJsonValue &capability : capabilities) {
        names.append(capability[QStringLiteral("name")].toString());
        QVERIFY2(text.output.contains('\n' + names.last().toUtf8()), text.output.constData());
        if (names.last() == QStringLiteral("citus"))
            QCOMPARE(capability[QStringLiteral("state")].toString() == QStringLiteral("available"), m_live.hasCitus());
    }
    for (const auto *name : {"citus", "hll", "topn", "tdigest", "pg_cron", "pg_partman"})
        QVERIFY2(names.contains(QLatin1String(name)), name);
}

void CtlTest::queryAlignsText()
{
    const Run text = runHere({QStringLiteral("query"),
        QStringLiteral("SELECT * FROM (VALUES (1, 'a', 1.50), (22, E'b\\nc', NULL)) v(id, \"long name\", sum)")});
    COMPARE_STATUS(text, 0);
    QCOMPARE(QString::fromUtf8(text.output),
        QString::fromUtf8("id  long name  sum \n"
                          "--  ---------  ----\n"
                          " 1  a          1.50\n"
                          "22  b\\nc          ∅\n"
                          "(2 rows)\n"));
}

void CtlTest::queryWritesCsv()
{
    const Run csv = runHere(words("query --format csv")
        << QStringLiteral("SELECT 'a,\"b' x, NULL \"y,z\", '' e, E'l\\nm' n, 'ü' u; CREATE TEMP TABLE t(); SELECT 1"));
    COMPARE_STATUS(csv, 0);
    QCOMPARE(QString::fromUtf8(csv.output),
        QString::fromUtf8("x,\"y,z\",e,n,u\n\"a,\"\"b\",,\"\",\"l\nm\",ü\n\n?column?\n1\n"));
}

void CtlTest::queryWritesExactJson()
{
    const Run json = runHere(
        words("query --json") << QStringLiteral(
            "SELECT 9007199254740993 a, 0.10::numeric b, 'NaN'::float8 c, true d, NULL e, '{\"k\": [1]}'::jsonb f, "
            "E'\"\\\\\\n\\u0001' g, 1 a"));
    COMPARE_STATUS(json, 0);
    QVERIFY2(json.output.contains("[9007199254740993,0.10,\"NaN\",true,null,{\"k\": [1]},\"\\\"\\\\\\n\\u0001\",1]"),
        json.output.constData());
    const QJsonObject result = json.json()[QStringLiteral("results")][0].toObject();
    QCOMPARE(result[QStringLiteral("command")].toString(), QStringLiteral("SELECT 1"));
    QCOMPARE(result[QStringLiteral("columns")].toArray().size(), 8);
}

void CtlTest::queryRunsStatementsUntilOneFails()
{
    const QString script
        = QStringLiteral("CREATE TEMP TABLE t(i int); INSERT INTO t VALUES (1), (2); SELECT sum(i) FROM t; "
                         "SELECT 1/0; SELECT 'never'");
    const Run text = runHere({QStringLiteral("query"), script});
    COMPARE_STATUS(text, 1);
    QCOMPARE(text.output, QByteArray("CREATE TABLE\nINSERT 0 2\n\nsum\n---\n  3\n(1 row)\n"));
    QVERIFY2(text.errors.contains("division by zero"), text.errors.constData());

    const Run json = runHere({QStringLiteral("query"), QStringLiteral("--json"), script});
    COMPARE_STATUS(json, 1);
    QCOMPARE(json.json()[QStringLiteral("results")].toArray().size(), 3);
    QCOMPARE(json.json()[QStringLiteral("error")][QStringLiteral("sqlState")].toString(), QStringLiteral("22012"));
}

void CtlTest::queryPointsAtTheError()
{
    const Run text = runHere({QStringLiteral("query"), QStringLiteral("SELECT 1;\nSELECT 'ü',\n\tnope\nFROM x")});
    COMPARE_STATUS(text, 1);
    QVERIFY2(text.errors.contains("LINE 3: FROM x\n             ^"), text.errors.constData());
    const Run column = runHere({QStringLiteral("query"), QStringLiteral("SELECT 'ü',\n\tnope")});
    QVERIFY2(column.errors.contains("LINE 2:  nope\n         ^"), column.errors.constData());
    const Run mistyped = runHere({QStringLiteral("query"), QStringLiteral("slect 1")});
    QVERIFY2(mistyped.errors.contains("LINE 1: slect 1\n        ^"), mistyped.errors.constData());
}

void CtlTest::queryReadsStandardInput()
{
    const Run csv = runHere(words("query --format csv -"), "SELECT 'from\n' || 'a pipe' AS t;\n");
    COMPARE_STATUS(csv, 0);
    QCOMPARE(csv.output, QByteArray("t\n\"from\na pipe\"\n"));
    COMPARE_STATUS(runHere(words("query -"), "-- nothing\n"), 2);
}

void CtlTest::queryPassesNoticesOn()
{
    const Run text
        = runHere({QStringLiteral("query"), QStringLiteral("DO $$ BEGIN RAISE NOTICE 'look; here'; END $$")});
    COMPARE_STATUS(text, 0);
    QCOMPARE(text.output, QByteArray("DO\n"));
    QCOMPARE(text.errors, QByteArray("NOTICE: look; here\n"));
}

void CtlTest::queryOfManyRowsIsComplete()
{
    const Run csv = runHere(words("query --format csv") << QStringLiteral("SELECT generate_series(1, 200000) AS i"));
    COMPARE_STATUS(csv, 0);
    QCOMPARE(csv.output.count('\n'), 200001);
    QVERIFY(csv.output.endsWith("\n200000\n"));
    const Run text = runHere({QStringLiteral("query"), QStringLiteral("SELECT generate_series(1, 5000) AS i")});
    QVERIFY(text.output.endsWith("5000\n(5000 rows)\n"));
}

void CtlTest::anInterruptStopsTheServerToo()
{
    const QString isSleeping = QStringLiteral(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep(600%'");
    QProcess process;
    process.start(program, {toUri(m_live.settings()), QStringLiteral("query"), QStringLiteral("SELECT pg_sleep(600)")});
    QTRY_COMPARE(m_live.value(isSleeping), QStringLiteral("1"));
    ::kill(pid_t(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(10000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 1);
    QCOMPARE(process.readAllStandardError(), QByteArray("shardboardctl: Interrupted.\n"));
    QTRY_COMPARE(m_live.value(isSleeping), QStringLiteral("0"));
}

void CtlTest::aFullDiskIsAnError()
{
    if (!QFile::exists(QStringLiteral("/dev/full")))
        QSKIP("there is no /dev/full here");
    QProcess process;
    process.setStandardOutputFile(QStringLiteral("/dev/full"));
    process.start(program, {toUri(m_live.settings()), QStringLiteral("query"), QStringLiteral("SELECT 1")});
    QVERIFY(process.waitForFinished(10000));
    QCOMPARE(process.exitCode(), 1);
    QVERIFY(process.readAllStandardError().contains("No space left"));
}

void CtlTest::demoLivesAndDies()
{
    const QString folder = Testing::makeClusterFolder();
    QStringList common{QStringLiteral("--folder"), folder, QStringLiteral("--json")};
    QStringList up = words("demo up --hours 0.2") + common;
    if (!m_live.hasCitus())
        up.append(QStringLiteral("--plain"));
    COMPARE_STATUS(run(words("demo status") + common), 1);

    const Run started = run(up);
    COMPARE_STATUS(started, 0);
    QCOMPARE(started.json()[QStringLiteral("running")].toBool(), true);
    QCOMPARE(started.json()[QStringLiteral("citus")].toBool(), m_live.hasCitus());
    const qint64 traffic = started.json()[QStringLiteral("trafficPid")].toInteger();
    QVERIFY(traffic > 0);
    const QString uri = QString::fromUtf8(run(words("demo status --uri --folder") << folder).output).trimmed();
    const auto value = [&](const char *sql) {
        return run(
            {uri, QStringLiteral("query"), QStringLiteral("--format"), QStringLiteral("csv"), QString::fromUtf8(sql)})
            .output.trimmed()
            .split('\n')
            .last()
            .toLongLong();
    };
    QVERIFY(value("SELECT sum(request_count) FROM http_request_1min") > 10000);
    // It is alive: rows come while we look.
    const qint64 before = value("SELECT max(request_id) FROM http_request");
    QTRY_VERIFY_WITH_TIMEOUT(value("SELECT max(request_id) FROM http_request") > before, 10000);

    const Run again = run(up);
    COMPARE_STATUS(again, 0);
    QCOMPARE(again.json()[QStringLiteral("trafficPid")].toInteger(), traffic);
    QCOMPARE(again.json()[QStringLiteral("nodes")], started.json()[QStringLiteral("nodes")]);

    const Run stopped = run(words("demo down") + common);
    COMPARE_STATUS(stopped, 0);
    QCOMPARE(stopped.json()[QStringLiteral("running")].toBool(), false);
    QCOMPARE(stopped.json()[QStringLiteral("trafficPid")].toInteger(), 0);
    QTRY_VERIFY(::kill(pid_t(traffic), 0) != 0);
    COMPARE_STATUS(run(words("demo down --remove") + common), 0);
    QVERIFY(!QFile::exists(folder));
}

SHARDBOARD_LIVE_TEST_MAIN(CtlTest)
#include "test_ctl.moc"
