// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// Rows that a unique key refuses: found many at a time, each one named, all others loaded.
#include "admin/import/import.h"
#include "connection/iothread.h"
#include "connection/syncsession.h"
#include "tests/support/livecluster.h"

#include <QTemporaryDir>

using namespace Shardboard;
using namespace Qt::StringLiterals;
using Shardboard::Testing::LiveCluster;

class TestImportDuplicates : public QObject
{
    Q_OBJECT

public:
    explicit TestImportDuplicates(LiveCluster &cluster) : m_cluster(cluster) {}

private:
    void createTable(const QString &columns)
    {
        m_cluster.sql(u"drop table if exists t; create table t (%1)"_s.arg(columns));
        if (m_cluster.hasCitus())
            m_cluster.sql(u"select create_distributed_table('t', 'id', shard_count := 4)"_s);
    }
    /// "read loaded rejected", or the error.
    QString import(const QByteArray &content, const QString &role = {})
    {
        QFile file(m_folder.filePath(u"data.csv"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write the test's file");
        file.close();
        ImportSettings settings;
        settings.file = file.fileName();
        settings.table = parseQualifiedName(u"t"_s);
        settings.rejectFile = m_folder.filePath(u"rejects.csv"_s);
        SyncSession session(m_io, m_cluster.settings(), SessionPurpose::Job, {});
        if (const auto opened = session.open(); !opened)
            return opened.error().toText();
        if (!role.isEmpty()) {
            if (const auto set = session.run(Query(u"set role "_s + role)); !set)
                return set.error().toText();
        }
        const auto report = runImport(session, settings, {}, {}, FurtherSessions{m_io, m_cluster.settings()});
        if (!report)
            return report.error().toText();
        return u"%1 %2 %3"_s.arg(report->read).arg(report->loaded).arg(report->rejected);
    }
    QByteArray rejects() const
    {
        QFile file(m_folder.filePath(u"rejects.csv"_s));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    QTemporaryDir m_folder;

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        QFile::remove(m_folder.filePath(u"rejects.csv"_s));
    }
    void aFileThatIsLoadedTwice();
    void someRowsAreThereAndSomeComeTwice();
    void aRowThatIsRefusedTakesNoKey();
    void keysWithNullAndKeysThatAreNotLoaded();
    void whoMayOnlyInsertIsAskedRowByRow();
};

void TestImportDuplicates::aFileThatIsLoadedTwice()
{
    createTable(u"id int primary key, name text"_s);
    QByteArray content = "id,name\n";
    for (int i = 1; i <= 20000; ++i)
        content += QByteArray::number(i) + ",\"some \"\"name\"\" of it\"\n";
    QCOMPARE(import(content), u"20000 20000 0"_s);
    QCOMPARE(import(content), u"20000 0 20000"_s);
    QVERIFY(rejects().contains("\n20001,\"the server refused it: a row with the same id is there already (t_pkey)\""));
    QCOMPARE(m_cluster.value(u"select count(*) from t"_s), u"20000"_s);
}

void TestImportDuplicates::someRowsAreThereAndSomeComeTwice()
{
    createTable(u"id int primary key, v int check (v < 1000)"_s);
    m_cluster.sql(u"insert into t select i, 0 from generate_series(1, 3000) as i"_s);
    QByteArray content = "id,v\n";
    for (int i = 2001; i <= 6000; ++i)
        content += QByteArray::number(i) + (i == 5000 ? ",1000\n" : ",1\n");
    content += "4000,2\n5000,3\n5000,4\n";
    // 1,000 are there, 4000 and the second 5000 come twice, the first 5000 breaks the check and so takes no key.
    QCOMPARE(import(content), u"4003 3000 1003"_s);
    QCOMPARE(m_cluster.value(u"select count(*) || ' ' || sum(v) || ' ' || max(v) from t"_s), u"6000 3002 3"_s);
}

void TestImportDuplicates::aRowThatIsRefusedTakesNoKey()
{
    createTable(u"id int, a text, b text, unique (id, a), unique (id, b)"_s);
    m_cluster.sql(u"insert into t values (1, 'there', 'y')"_s);
    QCOMPARE(import("id,a,b\n1,x,y\n1,x,z\n1,x,w\n2,x,y\n"), u"4 2 2"_s);
    QCOMPARE(m_cluster.value(u"select string_agg(id || a || b, ' ' order by id, b) from t"_s), u"1therey 1xz 2xy"_s);
    QVERIFY(rejects().contains("\n2,\"the server refused it: a row with the same id, b is there already"));
    QVERIFY(rejects().contains("\n4,\"the server refused it: a row with the same id, a is there already"));
}

void TestImportDuplicates::keysWithNullAndKeysThatAreNotLoaded()
{
    createTable(u"id int not null, a text, at int default 7, unique (id, a), unique (id, at)"_s);
    m_cluster.sql(u"insert into t values (1, NULL, 1), (2, 'b', 2), (3, 'c', 7)"_s);
    // NULL meets nothing; (3, 7) is refused by a key of which the file has one column only.
    QCOMPARE(import("id,a\n1,\n2,b\n3,d\n4,d\n"), u"4 2 2"_s);
    QCOMPARE(m_cluster.value(u"select string_agg(id || coalesce(a, '-') || at, ' ' order by id, at) from t"_s),
        u"1-1 1-7 2b2 3c7 4d7"_s);
}

void TestImportDuplicates::whoMayOnlyInsertIsAskedRowByRow()
{
    if (m_cluster.hasCitus())
        QSKIP("citus connects to the workers as the role itself, which has no password here");
    createTable(u"id int primary key"_s);
    m_cluster.sql(u"insert into t values (1), (3)"_s);
    m_cluster.sql(u"create role loader; grant insert on t to loader"_s);
    const QString counts = import("id\n1\n2\n3\n4\n4\n", u"loader"_s);
    m_cluster.sql(u"drop table t; drop role loader"_s);
    QCOMPARE(counts, u"5 2 3"_s);
}

SHARDBOARD_LIVE_TEST_MAIN(TestImportDuplicates)
#include "test_importduplicates.moc"
