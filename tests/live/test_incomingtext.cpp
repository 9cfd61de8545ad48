// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// Scripts and files that are deep, damaged or of another dialect: what psql and COPY take is taken, nothing is lost
// without a word.
#include "connection/conninfo.h"
#include "tests/support/livecluster.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include <zlib.h>

using namespace Shardboard;
using namespace Qt::StringLiterals;
using Testing::LiveCluster;

namespace {

struct Run
{
    int status = -1;
    QByteArray output, errors;
    QByteArray said() const { return errors + output; } ///< with --json errors are part of the document
    QJsonObject json() const { return QJsonDocument::fromJson(output).object(); }
};

/// One member of a gzip file.
QByteArray zipped(const QByteArray &content)
{
    z_stream stream = {};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    QByteArray packed(qsizetype(deflateBound(&stream, uLong(content.size())) + 64), '\0');
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(content.constData()));
    stream.avail_in = uInt(content.size());
    stream.next_out = reinterpret_cast<Bytef *>(packed.data());
    stream.avail_out = uInt(packed.size());
    deflate(&stream, Z_FINISH);
    packed.truncate(qsizetype(stream.total_out));
    deflateEnd(&stream);
    return packed;
}

QByteArray changedAt(QByteArray bytes, qsizetype offset)
{
    bytes[offset] = char(bytes[offset] ^ 0x55);
    return bytes;
}

const QByteArray member1 = zipped("id,name\n1,a\n");
const QByteArray member2 = zipped("2,b\n3,some longer text, some longer text, some longer text\n");

} // namespace

class IncomingTextTest : public QObject
{
    Q_OBJECT

public:
    explicit IncomingTextTest(LiveCluster &live) : m_live(live) {}

private:
    Run run(const QStringList &arguments, const QByteArray &input = {}) const
    {
        QProcess process;
        process.start(QStringLiteral(SHARDBOARD_BIN_DIR "/shardboardctl"),
            QStringList{u"-d"_s, toConninfo(m_live.settings())} + arguments);
        process.write(input);
        process.closeWriteChannel();
        if (!process.waitForFinished(120'000))
            qFatal("shardboardctl does not end");
        return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
    }

    QString write(const QByteArray &content, const QString &name = u"data"_s) const
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write the test's file");
        return file.fileName();
    }

    Run import(const QByteArray &content, const QStringList &options = {}) const
    {
        return run(QStringList{u"--json"_s, u"import"_s, write(content), u"public.t"_s} + options);
    }

    void createTable(const QString &columns) const
    {
        m_live.sql(u"DROP TABLE IF EXISTS t; CREATE TABLE t (%1)"_s.arg(columns));
        if (m_live.hasCitus())
            m_live.sql(u"SELECT create_distributed_table('t', 'id', shard_count := 4)"_s);
    }

    /// The rows in the order of their text, columns apart by a bar.
    QString rows() const
    {
        return m_live.value(u"SELECT pg_catalog.string_agg(t::text, ' ' ORDER BY t::text) FROM t"_s);
    }

    LiveCluster &m_live;
    QTemporaryDir m_folder;

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }
    void deepScriptsRunAsInPsql_data();
    void deepScriptsRunAsInPsql();
    void lateSyntaxErrorEndsTheScriptThere();
    void bytesThatAreNoTextAreNamed();
    void damagedGzipIsAnError_data();
    void damagedGzipIsAnError();
    void wholeGzipIsLoaded_data();
    void wholeGzipIsLoaded();
    void dialectsAreLoaded_data();
    void dialectsAreLoaded();
    void accessLogsAreLoaded_data();
    void accessLogsAreLoaded();
    void sequencesMovePastLoadedIds_data();
    void sequencesMovePastLoadedIds();
    void sequencesStayWhenAsked();
    void schedulesAreRefusedBeforeAnythingChanges_data();
    void schedulesAreRefusedBeforeAnythingChanges();
};

#define COMPARE_STATUS(run, expected)                                                                                  \
    do {                                                                                                               \
        QVERIFY2((run).status == (expected), ((run).errors + (run).output).constData());                               \
    } while (false)

void IncomingTextTest::deepScriptsRunAsInPsql_data()
{
    QTest::addColumn<QString>("deep");
    QTest::addColumn<bool>("isRun");
    QTest::newRow("508 terms") << u"SELECT 1"_s + u"+1"_s.repeated(508) << true;
    QTest::newRow("3000 terms") << u"SELECT 1"_s + u"+1"_s.repeated(3000) << true;
    QTest::newRow("300 subqueries") << u"SELECT * FROM ("_s.repeated(300) + u"SELECT 1"_s + u") a"_s.repeated(300)
                                    << true;
    QTest::newRow("4000 parentheses") << u"SELECT "_s + u"("_s.repeated(4000) + u'1' + u")"_s.repeated(4000) << true;
    QTest::newRow("beyond the server") << u"SELECT 1"_s + u"+1"_s.repeated(150'000) << false;
}

void IncomingTextTest::deepScriptsRunAsInPsql()
{
    QFETCH(QString, deep);
    QFETCH(bool, isRun);
    m_live.sql(u"DROP TABLE IF EXISTS t; CREATE TABLE t (id int)"_s);
    const Run ran = run(
        {u"query"_s, u"-"_s}, (u"INSERT INTO t VALUES (1); "_s + deep + u"; INSERT INTO t VALUES (2)"_s).toUtf8());
    COMPARE_STATUS(ran, isRun ? 0 : 1);
    QCOMPARE(rows(), isRun ? u"(1) (2)"_s : u"(1)"_s);
    if (!isRun)
        QVERIFY2(ran.errors.contains("stack depth"), ran.errors.constData());
}

void IncomingTextTest::lateSyntaxErrorEndsTheScriptThere()
{
    m_live.sql(u"DROP TABLE IF EXISTS t; CREATE TABLE t (id int)"_s);
    for (const char *broken : {"slect 1", "SELECT FROM FROM", "?", "SELECT 'open", "SELECT 1/* open"}) {
        const Run ran = run(
            {u"query"_s, u"-"_s}, QByteArray("INSERT INTO t VALUES (1); ") + broken + "; INSERT INTO t VALUES (2)");
        COMPARE_STATUS(ran, 1);
        QCOMPARE(rows(), u"(1)"_s);
        m_live.sql(u"TRUNCATE t"_s);
    }
}

void IncomingTextTest::bytesThatAreNoTextAreNamed()
{
    const Run latin = run({u"query"_s, u"-"_s}, "SELECT 1;\nSELECT 'caf\xe9'");
    COMPARE_STATUS(latin, 1);
    QVERIFY2(latin.errors.contains("byte 0xE9 at line 2, column 12"), latin.errors.constData());
    QVERIFY(latin.output.isEmpty());
    const Run nul = run({u"query"_s, u"-"_s}, QByteArray("SELECT 1;\0 SELECT 2", 19));
    COMPARE_STATUS(nul, 1);
    QVERIFY2(nul.errors.contains("NUL byte at line 1, column 10"), nul.errors.constData());
    const Run wide = run({u"query"_s, u"-"_s}, "\xFF\xFES\0E\0");
    COMPARE_STATUS(wide, 1);
    QVERIFY2(wide.errors.contains("UTF-16"), wide.errors.constData());
    const Run marked = run({u"query"_s, u"-"_s, u"--format"_s, u"csv"_s}, "\xEF\xBB\xBFSELECT 'ü' AS a");
    COMPARE_STATUS(marked, 0);
    QCOMPARE(marked.output, QByteArray("a\nü\n"));

    QProcess raw; // an argument that QString cannot hold
    raw.start(u"/bin/sh"_s,
        {u"-c"_s, u"exec \"$0\" query \"$(printf \"SELECT 'caf\\\\351'\")\""_s,
            QStringLiteral(SHARDBOARD_BIN_DIR "/shardboardctl")});
    QVERIFY(raw.waitForFinished(60'000));
    QCOMPARE(raw.exitCode(), 2);
    QVERIFY(raw.readAllStandardError().contains("byte 0xE9 at line 1, column 12"));

    createTable(u"id int, name text"_s);
    const Run header = import("id,na\xefme\n1,a\n");
    COMPARE_STATUS(header, 1);
    QVERIFY2(header.said().contains("byte 0xEF at line 1, column 6"), header.said().constData());
    const Run row = import("id,name\n1,a\n2,caf\xe9\n");
    COMPARE_STATUS(row, 0);
    QCOMPARE(rows(), u"(1,a)"_s);
    QFile rejects(m_folder.filePath(u"data.rejects.csv"_s));
    QVERIFY(rejects.open(QIODevice::ReadOnly));
    const QByteArray reason = rejects.readAll();
    QVERIFY2(reason.contains("byte 0xE9 at line 3, column 6") && reason.contains("caf\xe9"), reason.constData());
}

void IncomingTextTest::damagedGzipIsAnError_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("place");
    const qsizetype begin = member1.size();
    QTest::newRow("data of the second member") << changedAt(member1 + member2, begin + 14) << QByteArray("at byte ");
    QTest::newRow("checksum of the second member")
        << changedAt(member1 + member2, begin + member2.size() - 8) << QByteArray("at byte ");
    QTest::newRow("checksum of the first member") << changedAt(member1 + member2, begin - 7) << QByteArray("at byte ");
    QTest::newRow("header of the second member")
        << changedAt(member1 + member2, begin) << "at byte " + QByteArray::number(begin);
    QTest::newRow("header of the second of three")
        << changedAt(member1 + member2 + member2, begin + 1) << "at byte " + QByteArray::number(begin);
    QTest::newRow("method of the second member") << changedAt(member1 + member2, begin + 2) << QByteArray("at byte ");
    QTest::newRow("second member cut off")
        << (member1 + member2).chopped(9) << "end too early, at byte " + QByteArray::number(begin + member2.size() - 9);
    QTest::newRow("cut off in the second header")
        << member1 + member2.first(5) << "end too early, at byte " + QByteArray::number(begin + 5);
}

void IncomingTextTest::damagedGzipIsAnError()
{
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, place);
    createTable(u"id int, name text, more text, evenmore text"_s);
    const Run ran = import(content, {u"--no-header"_s, u"--map"_s, u"1=id"_s, u"--map"_s, u"2=name"_s});
    COMPARE_STATUS(ran, 1);
    QVERIFY2(ran.said().contains(place), ran.said().constData());
    QCOMPARE(m_live.value(u"SELECT count(*) FROM t"_s), u"0"_s);
}

void IncomingTextTest::wholeGzipIsLoaded_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("warning");
    const QByteArray two = member1 + zipped("2,b\n");
    QTest::newRow("two members") << two << QByteArray();
    QTest::newRow("an empty member between") << member1 + zipped("") + zipped("2,b\n") << QByteArray();
    QTest::newRow("padding") << two + QByteArray(1000, '\0') << QByteArray();
    QTest::newRow("garbage") << two + "garbage\n"
                             << "8 bytes behind the compressed data, from byte " + QByteArray::number(two.size());
    QTest::newRow("one byte of garbage") << two + "\x1f" << QByteArray("1 bytes behind the compressed data");
    QTest::newRow("much garbage") << two + QByteArray("0123456789").repeated(300'000)
                                  << QByteArray("3000000 bytes behind the compressed data");
}

void IncomingTextTest::wholeGzipIsLoaded()
{
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, warning);
    createTable(u"id int, name text"_s);
    const Run ran = import(content);
    COMPARE_STATUS(ran, 0);
    QCOMPARE(rows(), u"(1,a) (2,b)"_s);
    QCOMPARE(ran.output.contains("Warning"), !warning.isEmpty());
    QVERIFY2(ran.output.contains(warning), ran.output.constData());
}

void IncomingTextTest::dialectsAreLoaded_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("loaded");
    QTest::addColumn<int>("rejected");
    const auto row = [](const char *name, const QByteArray &content, const QString &loaded, int rejected = 0) {
        QTest::newRow(name) << content << loaded << rejected;
    };
    row("blank line at the end", "id;name\n1;a\n2;b\n\n", u"(1,a) (2,b)"_s, 1);
    row("tabs, CRLF and a blank line", "id\tname\r\n1\ta\r\n2\tb\r\n\r\n", u"(1,a) (2,b)"_s, 1);
    row("pipes and a blank line in between", "id|name\n1|a\n\n2|b\n", u"(1,a) (2,b)"_s, 1);
    row("blank lines at the beginning", "\n\r\nid;name\n1;a\n", u"(1,a)"_s);
    row("ragged", "id;name\n1;a\n2;b;extra\n3;c\n", u"(1,a) (3,c)"_s, 1);
    row("one ragged of two", "id;name\n1;a;x\n2;b\n", u"(2,b)"_s, 1);
    row("sep=", "sep=;\nid;name\n1;a,b\n", u"(1,\"a,b\")"_s);
    row("quoted sep=, byte order mark, CRLF", "\xEF\xBB\xBF\"sep=|\"\r\nid|name\r\n1|a;b\r\n", u"(1,a;b)"_s);
    row("decimal commas", "id;name\n1;2,50\n2;3,75\n", u"(1,\"2,50\") (2,\"3,75\")"_s);
    row("stray quotes that close", "id,name\n1,\"abc\" \n2,a\"b\"c\n3,\"x\"\"y\"z\n",
        u"(1,\"abc \") (2,abc) (3,\"x\"\"yz\")"_s);
    row("a stray quote costs its line only", "id,name\n1,5\" disk\n2,b\n", u"(2,b)"_s, 1);
    row("quoted lines, then more", "id,name\n1,\"a\nb\" \n2,c\n", u"(1,\"a\nb \") (2,c)"_s);
}

void IncomingTextTest::dialectsAreLoaded()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, loaded);
    QFETCH(int, rejected);
    createTable(u"id int, name text"_s);
    for (const QStringList &options : {QStringList(), QStringList{u"--connections"_s, u"2"_s}}) {
        const Run ran = import(content, options);
        COMPARE_STATUS(ran, 0);
        QCOMPARE(rows(), loaded);
        QCOMPARE(ran.json().value(u"rejected"_s).toInt(), rejected);
        m_live.sql(u"TRUNCATE t"_s);
    }
}

void IncomingTextTest::accessLogsAreLoaded_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("loaded");
    QTest::addColumn<QString>("note");
    const QByteArray rest = " - - [30/Nov/2026:04:00:01 +0000] \"GET /a HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0\"";
    QTest::newRow("nginx main") << "192.0.2.7" + rest + " \"-\"\n192.0.2.8" + rest + " \"203.0.113.9\"\n"
                                << u"192.0.2.7/32 200 -,192.0.2.8/32 200 -"_s << u"2 lines have more fields"_s;
    QTest::newRow("vhost_combined") << "www.example.com:443 192.0.2.7" + rest + "\n"
                                    << u"192.0.2.7/32 200 -"_s << u"1 lines have more fields"_s;
    QTest::newRow("host names") << "crawler.example.com" + rest + "\n"
                                << u"- 200 -"_s << u"1 lines name the client by a word that is no IP address"_s;
    QTest::newRow("Caddy") << QByteArray(
        R"({"ts":1646861401.5,"request":{"remote_ip":"192.0.2.7","method":"GET","uri":"/"},"duration":0.25,"status":404})"
        "\n") << u"192.0.2.7/32 404 250"_s
                           << u"Caddy"_s;
    QTest::newRow("ALB") << QByteArray("http 2018-07-02T22:23:00.186641Z app/my 192.0.2.7:2817 10.0.0.1:80 0.001 0.002 "
                                       "0.003 200 200 34 366 \"GET http://x:80/ HTTP/1.1\" \"curl\" - - arn:x\n")
                         << u"192.0.2.7/32 200 6"_s << u"AWS load balancer"_s;
}

void IncomingTextTest::accessLogsAreLoaded()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, loaded);
    QFETCH(QString, note);
    createTable(u"id int, ip_address inet, ingest_time timestamptz, status_code int, response_time_msec int"_s);
    const Run ran = import(content, {u"--set"_s, u"id=1"_s});
    COMPARE_STATUS(ran, 0);
    QCOMPARE(m_live.value(u"SELECT string_agg(coalesce(ip_address::text, '-') || ' ' || status_code || ' ' || "
                          "coalesce(response_time_msec::text, '-'), ',' ORDER BY ip_address) FROM t"_s),
        loaded);
    QCOMPARE(ran.json().value(u"rejected"_s).toInt(), 0);
    QVERIFY2(ran.output.contains(note.toUtf8()), ran.output.constData());
}

void IncomingTextTest::sequencesMovePastLoadedIds_data()
{
    QTest::addColumn<QString>("column");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("next");
    const QByteArray two = "id,name\n1,a\n2,b\n";
    QTest::newRow("by default") << u"bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"_s << two << u"3"_s;
    QTest::newRow("always") << u"bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"_s << two << u"3"_s;
    QTest::newRow("serial") << u"bigserial PRIMARY KEY"_s << two << u"3"_s;
    QTest::newRow("far ahead") << u"bigserial PRIMARY KEY"_s << QByteArray("id,name\n7000000000,a\n")
                               << u"7000000001"_s;
    QTest::newRow("in steps") << u"bigint GENERATED BY DEFAULT AS IDENTITY (INCREMENT 10) PRIMARY KEY"_s
                              << QByteArray("id,name\n25,a\n") << u"31"_s;
    QTest::newRow("downwards") << u"bigint GENERATED BY DEFAULT AS IDENTITY (INCREMENT -1) PRIMARY KEY"_s
                               << QByteArray("id,name\n-5,a\n") << u"-6"_s;
    QTest::newRow("behind already") << u"bigint GENERATED BY DEFAULT AS IDENTITY (START 100) PRIMARY KEY"_s << two
                                    << u"100"_s;
    QTest::newRow("not loaded") << u"bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"_s << QByteArray("name\na\n")
                                << u"2"_s;
}

void IncomingTextTest::sequencesMovePastLoadedIds()
{
    QFETCH(QString, column);
    QFETCH(QByteArray, content);
    QFETCH(QString, next);
    createTable(u"id %1, name text"_s.arg(column));
    const Run ran = import(content);
    COMPARE_STATUS(ran, 0);
    QCOMPARE(m_live.value(u"INSERT INTO t (name) VALUES ('n') RETURNING id"_s), next);
}

void IncomingTextTest::sequencesStayWhenAsked()
{
    createTable(u"id bigserial PRIMARY KEY, name text"_s);
    const Run ran = import("id,name\n1,a\n2,b\n", {u"--keep-sequences"_s});
    COMPARE_STATUS(ran, 0);
    QVERIFY2(ran.output.contains("SELECT pg_catalog.setval('public.t_id_seq', 2)"), ran.output.constData());
    QCOMPARE(m_live.value(u"SELECT nextval('t_id_seq')"_s), u"1"_s);
}

void IncomingTextTest::schedulesAreRefusedBeforeAnythingChanges_data()
{
    QTest::addColumn<QString>("schedule");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("no such minute") << u"99 99 * * *"_s << false;
    QTest::newRow("four fields") << u"* * * *"_s << false;
    QTest::newRow("words") << u"daily"_s << false;
    QTest::newRow("five fields") << u"*/5 * * * *"_s << true;
    QTest::newRow("more text") << u"*/5 * * * * 2030"_s << true;
    QTest::newRow("a name") << u"@daily"_s << true;
}

void IncomingTextTest::schedulesAreRefusedBeforeAnythingChanges()
{
    QFETCH(QString, schedule);
    QFETCH(bool, isTaken);
    const Run ran = run({u"blueprint"_s, u"plan"_s, u"http-traffic"_s, u"--set"_s, u"schedule="_s + schedule});
    QVERIFY2((ran.status == 0) == isTaken, (ran.errors + ran.output).constData());
    m_live.sql(u"DROP TABLE IF EXISTS t; CREATE TABLE t (id int, at timestamptz NOT NULL)"_s);
    const Run set = run({u"retention"_s, u"set"_s, u"public.t"_s, u"--keep"_s, u"1 day"_s, u"--column"_s, u"at"_s,
        u"--schedule"_s, schedule});
    QVERIFY2((set.status == 0) == isTaken, (set.errors + set.output).constData());
    if (isTaken)
        run({u"retention"_s, u"set"_s, u"public.t"_s, u"--keep"_s, u"never"_s});
    QCOMPARE(m_live.value(u"SELECT to_regclass('shardboard.retention') IS NOT NULL"_s), u"f"_s);
}

SHARDBOARD_LIVE_TEST_MAIN(IncomingTextTest)
#include "test_incomingtext.moc"
