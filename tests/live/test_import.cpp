// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
#include "admin/import/import.h"
#include "admin/import/preview.h"
#include "connection/iothread.h"
#include "connection/syncsession.h"
#include "tests/support/livecluster.h"

#include <QTemporaryDir>

#include <memory>
#include <thread>

using namespace Shardboard;
using Shardboard::Testing::LiveCluster;

class TestImport : public QObject
{
    Q_OBJECT

public:
    explicit TestImport(LiveCluster &cluster) : m_cluster(cluster) {}

private:
    std::unique_ptr<SyncSession> openSession(std::stop_token stop = {})
    {
        auto session = std::make_unique<SyncSession>(m_io, m_cluster.settings(), SessionPurpose::Job, std::move(stop));
        if (const auto opened = session->open(); !opened)
            qFatal("%s", qPrintable(opened.error().toText()));
        return session;
    }

    QString write(const QByteArray &content, const QString &name = QStringLiteral("data.csv"))
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write the test's file");
        return file.fileName();
    }

    static QByteArray contentOf(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    /// A table of its own for each test, distributed where there is Citus.
    void createTable(const QString &columns, const QString &name = QStringLiteral("t"))
    {
        m_cluster.sql(QStringLiteral("drop table if exists %1; create table %1 (%2)").arg(name, columns));
        if (m_cluster.hasCitus())
            m_cluster.sql(QStringLiteral("select create_distributed_table('%1', 'id', shard_count := 4)").arg(name));
    }

    ImportSettings settingsFor(const QString &file, const QString &table = QStringLiteral("t"))
    {
        ImportSettings settings;
        settings.file = file;
        settings.table = parseQualifiedName(table);
        return settings;
    }

    Outcome<ImportReport> import(const ImportSettings &settings)
    {
        const auto session = openSession();
        return runImport(*session, settings, {}, {}, FurtherSessions{m_io, m_cluster.settings()});
    }

    /// "read loaded rejected dropped", or the error.
    QString countsOf(const Outcome<ImportReport> &outcome)
    {
        if (!outcome)
            return outcome.isError() ? outcome.error().toText() : QStringLiteral("cancelled");
        return QStringLiteral("%1 %2 %3 %4")
            .arg(outcome->read)
            .arg(outcome->loaded)
            .arg(outcome->rejected)
            .arg(outcome->dropped);
    }

    QString rows(const QString &table = QStringLiteral("t"))
    {
        return m_cluster.value(QStringLiteral("select count(*) from ") + table);
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    QTemporaryDir m_folder;

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral(".")));
        QFile::remove(m_folder.filePath(QStringLiteral("data.csv.rejects.csv")));
    }

    void accessLogFillsTheTable();
    void csvIsMappedByItsHeader();
    void whatTheServerAloneRefusesIsFound_data();
    void whatTheServerAloneRefusesIsFound();
    void everyRowRefused();
    void constantsAndMappings();
    void severalConnectionsLoadEveryRowOnce();
    void severalConnectionsWithRefusedRows();
    void severalConnectionsGoToWorkers();
    void unreachableWorkerIsMadeUpFor();
    void slowSourceIsWaitedFor();
    void cancelledImportLeavesNothing();
    void tooManyRejectsLeaveNothing();
    void triggerThatDropsRowsIsCounted();
    void impossibleImportsSayWhy_data();
    void impossibleImportsSayWhy();
    void hostileNames();
    void previewShowsWhatWouldHappen();
};

void TestImport::accessLogFillsTheTable()
{
    createTable(
        QStringLiteral("request_id bigserial, id int not null, site_id int not null, ingest_time timestamptz not null "
                       "default now(), url text, ip_address text, status_code int, method text, response_bytes bigint, "
                       "referrer text, request_country text"));
    auto settings = settingsFor(QStringLiteral(SHARDBOARD_SOURCE_DIR "/tests/data/access_combined.log"));
    settings.rejectFile = m_folder.filePath(QStringLiteral("log.rejects.csv"));
    settings.constants = {{QStringLiteral("id"), QStringLiteral("7")}};
    const auto report = import(settings);
    QCOMPARE(countsOf(report), QStringLiteral("12 9 3 0"));
    QVERIFY2(
        report->notes.join(u'\n').contains(QStringLiteral("no such column: user_agent")), qPrintable(report->toText()));
    QVERIFY2(report->notes.join(u'\n').contains(QStringLiteral("site_id is 1")), qPrintable(report->toText()));
    QCOMPARE(m_cluster.value(QStringLiteral("select string_agg(distinct site_id || ' ' || id, ',') from t")),
        QStringLiteral("1 7"));
    QCOMPARE(m_cluster.value(QStringLiteral("select ingest_time at time zone 'UTC' from t where url = '/offset'")),
        QStringLiteral("2015-05-17 08:05:03"));
    QCOMPARE(
        m_cluster.value(QStringLiteral("select count(*) from t where response_bytes is null and status_code = 304")),
        QStringLiteral("1"));
    const QByteArray rejects = contentOf(report->rejectFile);
    QVERIFY2(rejects.startsWith("line,reason,text\n5,\"no valid time"), rejects.constData());
    QVERIFY2(rejects.contains("\n11,\"the quote of the user agent is never closed\""), rejects.constData());
    QCOMPARE(rejects.count('\n'), 4);
}

void TestImport::csvIsMappedByItsHeader()
{
    createTable(QStringLiteral("id int, name text, at timestamptz, amount numeric(8,2), ok bool, note varchar(5)"));
    const auto report = import(settingsFor(write("\xEF\xBB\xBFNAME,Id,\"at\",amount,ok,note\r\n"
                                                 "\"O\"\"Brien\nJr\",1,2024-02-29 10:00+02,12.50,yes,abc\r\n"
                                                 ",2,,,,\r\n"
                                                 "x,not a number,,,,\r\n"
                                                 "x,3,2024-02-30,,,\r\n"
                                                 "x,4,,1234567.8,,\r\n"
                                                 "x,5,,,perhaps,\r\n"
                                                 "x,6,,,,too long\r\n"
                                                 "x,7\r\n"
                                                 "\"\",8,,,,")));
    QCOMPARE(countsOf(report), QStringLiteral("9 3 6 0"));
    QCOMPARE(m_cluster.value(QStringLiteral(
                 "select string_agg(id || ' ' || coalesce(quote_literal(name), 'NULL'), ';' order by id) from t")),
        QStringLiteral("1 'O\"Brien\nJr';2 NULL;8 ''"));
    const QByteArray rejects = contentOf(report->rejectFile);
    QCOMPARE(report->rejectFile, m_folder.filePath(QStringLiteral("data.csv.rejects.csv")));
    for (const char *expected : {"5,\"column \"\"id\"\": \"\"not a number\"\" is not an integer\"",
             "6,\"column \"\"at\"\"", "7,\"column \"\"amount\"\"", "8,\"column \"\"ok\"\"",
             "9,\"column \"\"note\"\": \"\"too long\"\" is longer than 5", "10,\"2 fields instead of 6\""})
        QVERIFY2(rejects.contains(expected), rejects.constData());
}

void TestImport::whatTheServerAloneRefusesIsFound_data()
{
    QTest::addColumn<QString>("columns");
    QTest::addColumn<QByteArray>("badValue");
    QTest::newRow("check constraint") << QStringLiteral("id int, v int check (v >= 0)") << QByteArray("-1");
    QTest::newRow("unique") << QStringLiteral("id int, v int, unique (id, v)") << QByteArray("twice");
    QTest::newRow("date in words") << QStringLiteral("id int, v date") << QByteArray("the 4th of never");
    QTest::newRow("address") << QStringLiteral("id int, v inet") << QByteArray("10.0.0.999");
}

/// Refused rows at the beginning, next to each other, at the end, and after a record that spans lines.
void TestImport::whatTheServerAloneRefusesIsFound()
{
    QFETCH(QString, columns);
    QFETCH(QByteArray, badValue);
    createTable(columns + QStringLiteral(", note text"));
    const bool isUnique = badValue == "twice";
    const QByteArray good = columns.contains(QStringLiteral("inet")) ? "10.0.0.1"
        : columns.contains(QStringLiteral("date"))                   ? "2024-01-05"
                                                                     : "5";
    const QList<int> bad{isUnique ? 3 : 1, 700, 701, 1500, 3000};
    QByteArray content = "id,v,note\n";
    for (int i = 1; i <= 3000; ++i) {
        const bool isBad = bad.contains(i);
        const int id = isBad && isUnique ? 2 : i;
        content += QByteArray::number(id) + ',' + (isBad && !isUnique ? badValue : good)
            + (i == 600 ? ",\"two\nlines\"\n" : ",x\n");
    }
    const auto report = import(settingsFor(write(content)));
    QCOMPARE(countsOf(report), QStringLiteral("3000 2995 5 0"));
    QCOMPARE(rows(), QStringLiteral("2995"));
    const QByteArray rejects = contentOf(report->rejectFile);
    for (const int i : bad) {
        const int line = i + 1 + (i > 600 ? 1 : 0);
        QVERIFY2(rejects.contains('\n' + QByteArray::number(line) + ",\"the server refused it: "), rejects.constData());
    }
}

void TestImport::everyRowRefused()
{
    createTable(QStringLiteral("id int check (id < 0)"));
    QByteArray content = "id\n";
    for (int i = 0; i < 40; ++i)
        content += QByteArray::number(i) + '\n';
    QCOMPARE(countsOf(import(settingsFor(write(content)))), QStringLiteral("40 0 40 0"));
    QCOMPARE(rows(), QStringLiteral("0"));
}

void TestImport::constantsAndMappings()
{
    createTable(QStringLiteral("id int, name text, site int not null"));
    auto settings = settingsFor(write("key;label;useless\n1;a;x\n2;b,c;y\n"));
    settings.columnMap = {{QStringLiteral("KEY"), QStringLiteral("id")},
        {QStringLiteral("label"), QStringLiteral("name")}, {QStringLiteral("useless"), QString()}};
    settings.constants = {{QStringLiteral("site"), QStringLiteral("7")}};
    QCOMPARE(countsOf(import(settings)), QStringLiteral("2 2 0 0"));
    QCOMPARE(m_cluster.value(QStringLiteral("select string_agg(id || name || site, ' ' order by id) from t")),
        QStringLiteral("1a7 2b,c7"));
    QVERIFY(!QFile::exists(settings.rejectPath()));

    auto headless = settingsFor(write("3|z|9\n"));
    headless.hasHeader = false;
    QCOMPARE(countsOf(import(headless)), QStringLiteral("1 1 0 0"));
}

void TestImport::severalConnectionsLoadEveryRowOnce()
{
    createTable(QStringLiteral("id int, name text"));
    QByteArray content = "id,name\n";
    for (int i = 0; i < 60000; ++i)
        content += QByteArray::number(i)
            + (i % 7 == 0           ? ",\"a\n,b\"\n"
                    : i % 1000 == 5 ? ",\n"
                                    : ",some text that is long enough\n");
    content += "oops,x\n";
    auto settings = settingsFor(write(content));
    settings.connections = 3;
    const auto report = import(settings);
    QCOMPARE(countsOf(report), QStringLiteral("60001 60000 1 0"));
    QVERIFY(report->notes.join(u'\n').contains(QStringLiteral("not all or nothing")));
    QCOMPARE(m_cluster.value(QStringLiteral("select count(distinct id) || ' ' || count(*) from t")),
        QStringLiteral("60000 60000"));
}

void TestImport::severalConnectionsWithRefusedRows()
{
    createTable(QStringLiteral("id int primary key, name text"));
    QByteArray content = "id,name\n";
    for (int i = 0; i < 30000; ++i)
        content += QByteArray::number(i % 1000 == 999 && i > 29000 ? 0 : i)
            + ",some text that is long enough to fill a chunk\n";
    auto settings = settingsFor(write(content));
    settings.connections = 2;
    QCOMPARE(countsOf(import(settings)), QStringLiteral("30000 29999 1 0"));
    QCOMPARE(rows(), QStringLiteral("29999"));
}

/// Each worker counts in a range of its own; the coordinator's, which begins at 1, stays unused.
void TestImport::severalConnectionsGoToWorkers()
{
    if (!m_cluster.hasCitus())
        QSKIP("needs Citus");
    createTable(QStringLiteral("n bigserial, id int, name text"));
    QByteArray content = "id,name\n";
    for (int i = 0; i < 60000; ++i)
        content += QByteArray::number(i) + ",some text that is long enough\n";
    auto settings = settingsFor(write(content));
    settings.connections = 2;
    QCOMPARE(countsOf(import(settings)), QStringLiteral("60000 60000 0 0"));
    QCOMPARE(m_cluster.value(QStringLiteral("select count(distinct id) || ' ' || count(distinct n) from t")),
        QStringLiteral("60000 60000"));
    QVERIFY(m_cluster.value(QStringLiteral("select min(n >> 48) from t")).toInt() > 0);

    createTable(QStringLiteral("n serial, id int, name text")); // too narrow for the workers' ranges
    QCOMPARE(countsOf(import(settings)), QStringLiteral("60000 60000 0 0"));
}

void TestImport::unreachableWorkerIsMadeUpFor()
{
    if (!m_cluster.hasCitus())
        QSKIP("needs Citus");
    createTable(QStringLiteral("n bigserial, id int, name text"));
    QByteArray content = "id,name\n";
    for (int i = 0; i < 20000; ++i)
        content += QByteArray::number(i) + ",some text that is long enough\n";
    auto settings = settingsFor(write(content));
    settings.connections = 2;
    // A password for the coordinator alone: the workers turn us away.
    auto known = m_cluster.settings();
    const QByteArray passwords = contentOf(known.value(QStringLiteral("passfile")));
    const QString passfile
        = write(QByteArray(passwords).replace("*:*:*:", "*:" + known.value(QStringLiteral("port")).toUtf8() + ":*:"),
            QStringLiteral("passfile"));
    QFile::setPermissions(passfile, QFile::ReadOwner | QFile::WriteOwner);
    known.keywords.insert(QStringLiteral("passfile"), passfile);
    SyncSession session(m_io, known, SessionPurpose::Job);
    QVERIFY(session.open().isOk());
    const auto report = runImport(session, settings, {}, {}, FurtherSessions{m_io, known});
    QCOMPARE(countsOf(report), QStringLiteral("20000 20000 0 0"));
    QVERIFY2(report->notes.join(u'\n').contains(QStringLiteral("cannot be reached from here")),
        qPrintable(report->toText()));
}

/// A COPY during which nothing comes for longer than a server is given to explain itself is no failed COPY.
void TestImport::slowSourceIsWaitedFor()
{
    createTable(QStringLiteral("id int, name text"));
    const auto session = openSession();
    int blocks = 0;
    const auto copied = session->copyIn(QStringLiteral("COPY t FROM STDIN"), [&blocks]() -> Outcome<QByteArrayView> {
        if (blocks == 3)
            return QByteArrayView();
        std::this_thread::sleep_for(std::chrono::milliseconds(blocks++ * 600));
        return QByteArrayView("1\tx\n");
    });
    QVERIFY2(copied.isOk(), copied.isError() ? qPrintable(copied.error().toText()) : "cancelled");
    QCOMPARE(*copied, qint64(3));
}

void TestImport::cancelledImportLeavesNothing()
{
    createTable(QStringLiteral("id int, name text"));
    QByteArray content = "id,name\n";
    for (int i = 0; i < 200000; ++i)
        content += QByteArray::number(i) + ",some text\n";
    const auto settings = settingsFor(write(content));
    std::stop_source stop;
    const auto session = openSession();
    const auto outcome = runImport(
        *session, settings, [&](const Progress &) { stop.request_stop(); }, stop.get_token());
    QVERIFY(outcome.isCancelled());
    QVERIFY(!session->inTransaction());
    QCOMPARE(rows(), QStringLiteral("0"));
    QVERIFY(!QFile::exists(settings.rejectPath()));
}

void TestImport::tooManyRejectsLeaveNothing()
{
    createTable(QStringLiteral("id int, name text"));
    auto settings = settingsFor(write("id,name\n1,a\nx,b\ny,c\n2,d\n"));
    settings.maximumRejects = 1;
    const QString error = countsOf(import(settings));
    QVERIFY2(error.contains(QStringLiteral("More than 1 lines")), qPrintable(error));
    QCOMPARE(rows(), QStringLiteral("0"));
}

void TestImport::triggerThatDropsRowsIsCounted()
{
    if (m_cluster.hasCitus())
        QSKIP("Citus takes no triggers on distributed tables");
    createTable(QStringLiteral("id int, name text"));
    m_cluster.sql(
        QStringLiteral("create or replace function drop_odd() returns trigger language plpgsql as "
                       "'begin if new.id % 2 = 1 then return null; end if; return new; end'; "
                       "create trigger drop_odd before insert on t for each row execute function drop_odd()"));
    const auto report = import(settingsFor(write("id,name\n1,a\n2,b\n3,c\n")));
    QCOMPARE(countsOf(report), QStringLiteral("3 1 0 2"));
}

void TestImport::impossibleImportsSayWhy_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("table");
    QTest::addColumn<QString>("constant");
    QTest::addColumn<QString>("words");
    QTest::newRow("no such table") << QByteArray("id\n1\n") << QStringLiteral("nowhere") << QString()
                                   << QStringLiteral("There is no table nowhere");
    QTest::newRow("a view") << QByteArray("id\n1\n") << QStringLiteral("v") << QString() << QStringLiteral("is a view");
    QTest::newRow("unknown column") << QByteArray("id,colour\n1,red\n") << QStringLiteral("t") << QString()
                                    << QStringLiteral("no column \"colour\"");
    QTest::newRow("unknown constant") << QByteArray("id\n1\n") << QStringLiteral("t") << QStringLiteral("nope")
                                      << QStringLiteral("no column \"nope\" to set");
    QTest::newRow("impossible constant") << QByteArray("id\n1\n") << QStringLiteral("t") << QStringLiteral("at")
                                         << QStringLiteral("cannot be the value of column at");
    QTest::newRow("empty file") << QByteArray() << QStringLiteral("t") << QString() << QStringLiteral("is empty");
    QTest::newRow("column twice") << QByteArray("id,id\n1,2\n") << QStringLiteral("t") << QString()
                                  << QStringLiteral("names a column twice");
    QTest::newRow("generated column") << QByteArray("id,twice\n1,2\n") << QStringLiteral("t") << QString()
                                      << QStringLiteral("The server computes \"twice\"");
    QTest::newRow("UTF-16") << QByteArray("\xFF\xFEi\0d\0", 6) << QStringLiteral("t") << QString()
                            << QStringLiteral("UTF-16");
}

void TestImport::impossibleImportsSayWhy()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, table);
    QFETCH(QString, constant);
    QFETCH(QString, words);
    m_cluster.sql(QStringLiteral("drop table if exists t cascade"));
    createTable(QStringLiteral("id int, at timestamptz, twice int generated always as (id * 2) stored"));
    m_cluster.sql(QStringLiteral("create or replace view v as select id from t"));
    auto settings = settingsFor(write(content), table);
    if (!constant.isEmpty())
        settings.constants = {{constant, QStringLiteral("rubbish")}};
    const auto outcome = import(settings);
    QVERIFY(outcome.isError());
    QVERIFY2(outcome.error().message.contains(words), qPrintable(outcome.error().toText()));
    m_cluster.sql(QStringLiteral("drop view v"));
}

void TestImport::hostileNames()
{
    const QString name = QStringLiteral("a \"b\"; drop table x; --");
    createTable(QStringLiteral("id int, \"Straße; --\" text, \"\"\"select\"\"\" text"), quoteIdentifier(name));
    auto settings = settingsFor(write("id,straße; --,\"\"\"select\"\"\"\n1,a,'); drop table x; --\nz,,\n"));
    settings.table = {QString(), name};
    QCOMPARE(countsOf(import(settings)), QStringLiteral("2 1 1 0"));
    QCOMPARE(m_cluster.value(QStringLiteral("select \"\"\"select\"\"\" from %1").arg(quoteIdentifier(name))),
        QStringLiteral("'); drop table x; --"));
}

void TestImport::previewShowsWhatWouldHappen()
{
    createTable(QStringLiteral("id int, name text"));
    const auto session = openSession();
    auto settings = settingsFor(write("id\tlabel\n1\ta\nx\tb\n2\t\n"));
    const auto preview = previewImport(*session, settings, 10);
    QVERIFY(preview.isOk());
    QCOMPARE(preview->settings.delimiter, std::optional('\t'));
    QCOMPARE(preview->settings.format, std::optional(ImportFormat::Csv));
    QCOMPARE(preview->columns.size(), 2);
    QCOMPARE(preview->columns[0].target, QStringLiteral("id"));
    QCOMPARE(preview->columns[0].type, QStringLiteral("integer"));
    QCOMPARE(preview->columns[1].target, QString());
    QCOMPARE(preview->problems.size(), 1);
    QCOMPARE(preview->tableColumns, (QStringList{QStringLiteral("id"), QStringLiteral("name")}));
    QCOMPARE(preview->rows.size(), 3);
    QCOMPARE(preview->rows[1].line, 3);
    QVERIFY(preview->rows[1].reason.contains(QStringLiteral("not an integer")));
    QCOMPARE(preview->rows[2].values, (QList<std::optional<QString>>{QStringLiteral("2"), std::nullopt}));
    QCOMPARE(rows(), QStringLiteral("0"));
}

SHARDBOARD_LIVE_TEST_MAIN(TestImport)
#include "test_import.moc"
