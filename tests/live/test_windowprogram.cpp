// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// The window program as a process: a dashboard from elsewhere runs only once it is approved, also without a screen, and
// the program ends in time while the server does not answer.
#include "dashboard/document.h"
#include "dashboard/trust.h"
#include "tests/support/livecluster.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

const QString program = QStringLiteral(SHARDBOARD_BIN_DIR "/shardboard");

Document documentWith(const QString &sql)
{
    Document document;
    document.id = u"from-elsewhere"_s;
    document.title = u"From elsewhere"_s;
    document.timeRange = {u"now-1h"_s, u"now"_s};
    Panel panel;
    panel.id = u"a"_s;
    panel.title = u"Count"_s;
    panel.kind = Panel::Kind::Stat;
    panel.sql = sql;
    FieldStyle field;
    field.column = u"n"_s;
    panel.fields = {field};
    document.panels = {panel};
    return document;
}

} // namespace

class TestWindowProgram : public QObject
{
    Q_OBJECT

public:
    explicit TestWindowProgram(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(program))
            QSKIP("the window program was not built");
    }
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        m_file = m_home->filePath(u"from-elsewhere.json"_s);
        m_cluster.sql(
            u"DROP TABLE IF EXISTS important; CREATE TABLE important AS SELECT generate_series(1, 10) AS g"_s);
    }

    void aDocumentFromElsewhereIsNotRenderedUnapproved()
    {
        const Document document = documentWith(u"SELECT count(*) AS n FROM important"_s);
        write(document);
        // Nobody listens there: what was refused was not even connected for.
        QCOMPARE(render({u"host=127.0.0.1 port=1 user=nobody"_s}), 1);
        QVERIFY2(m_said.contains(u"has not been approved"_s), qPrintable(m_said));
        QVERIFY2(m_said.contains(u"SELECT count(*) AS n FROM important"_s), qPrintable(m_said));
        QVERIFY2(m_said.contains(documentHash(document)), qPrintable(m_said));
        QVERIFY(!QFile::exists(picture()));
        QCOMPARE(render({conninfo(), u"--trust="_s + QString(64, u'0')}), 1);
        QVERIFY(!QFile::exists(picture()));

        QCOMPARE(render({conninfo(), u"--trust="_s + documentHash(document)}), 0);
        QVERIFY(QFile::exists(picture()));
        QVERIFY(QFile::remove(picture()));
        QCOMPARE(render({conninfo()}), 0); // asked once
        write(documentWith(u"SELECT count(*) + 1 AS n FROM important"_s));
        QCOMPARE(render({conninfo()}), 1); // it is another one
        QCOMPARE(render({conninfo(), u"--trust"_s}), 0);
    }

    void aFileInTheLibraryIsNotRenderedUnapproved()
    {
        const QString folder = m_home->filePath(u"shardboard/dashboards"_s);
        QVERIFY(QDir().mkpath(folder));
        m_file = folder + u"/from-elsewhere.json"_s;
        write(documentWith(u"SELECT count(*) AS n FROM important"_s));
        QCOMPARE(run({conninfo(), u"--render"_s, picture(), u"--dashboard"_s, u"from-elsewhere"_s}), 1);
        QVERIFY2(m_said.contains(u"has not been approved"_s), qPrintable(m_said));
    }

    void theProgramEndsWhileTheServerDoesNotAnswer_data()
    {
        QTest::addColumn<QString>("lock");
        QTest::newRow("a panel waits for a lock") << u"LOCK TABLE important IN ACCESS EXCLUSIVE MODE"_s;
    }
    void theProgramEndsWhileTheServerDoesNotAnswer()
    {
        QFETCH(QString, lock);
        write(documentWith(u"SELECT count(*) AS n FROM important"_s));
        QProcess holder;
        holder.setProcessEnvironment(environment());
        holder.start(
            u"psql"_s, {u"-q"_s, u"-d"_s, conninfo(), u"-c"_s, u"BEGIN; "_s + lock + u"; SELECT pg_sleep(60)"_s});
        const auto end = qScopeGuard([&holder] {
            holder.kill();
            holder.waitForFinished();
        });
        QTRY_VERIFY_WITH_TIMEOUT(
            m_cluster.value(u"SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND "
                            "relation = 'important'::regclass"_s)
                == u"1",
            10000);
        QProcess window;
        window.setProcessEnvironment(environment());
        window.start(program, {conninfo(), m_file, u"--trust"_s});
        QVERIFY(window.waitForStarted());
        QTRY_VERIFY_WITH_TIMEOUT(waiting() == u"1", 30000);
        QElapsedTimer time;
        time.start();
        ::kill(pid_t(window.processId()), SIGTERM);
        QVERIFY2(window.waitForFinished(9000), "the program did not end");
        QCOMPARE(window.exitStatus(), QProcess::NormalExit);
        QCOMPARE(window.exitCode(), 0);
        // Cancelled on the server, too.
        QTRY_COMPARE_WITH_TIMEOUT(waiting(), u"0"_s, 15000);
    }

private:
    QString conninfo() const
    {
        QStringList pairs;
        const ConnectionSettings settings = m_cluster.settings();
        for (auto it = settings.keywords.begin(); it != settings.keywords.end(); ++it)
            pairs << u"%1='%2'"_s.arg(it.key(), it.value());
        return pairs.join(u' ');
    }
    QProcessEnvironment environment() const
    {
        QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
        all.insert(u"QT_QPA_PLATFORM"_s, u"offscreen"_s);
        for (const char *folder : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"})
            all.insert(QLatin1String(folder), m_home->path());
        return all;
    }
    QString picture() const { return m_home->filePath(u"out.png"_s); }
    void write(const Document &document) const
    {
        QFile file(m_file);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(documentToJson(document));
    }
    int run(const QStringList &arguments)
    {
        QProcess process;
        process.setProcessEnvironment(environment());
        process.start(program, arguments);
        const bool hasEnded = process.waitForFinished(60000);
        m_said = QString::fromUtf8(process.readAllStandardError());
        return hasEnded && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    }
    int render(const QStringList &arguments) { return run(QStringList{u"--render"_s, picture(), m_file} + arguments); }
    QString waiting() const
    {
        return m_cluster.value(u"SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
                               "application_name LIKE 'shardboard%'"_s);
    }

    LiveCluster &m_cluster;
    std::unique_ptr<QTemporaryDir> m_home;
    QString m_file;
    QString m_said;
};

SHARDBOARD_LIVE_TEST_MAIN(TestWindowProgram)
#include "test_windowprogram.moc"
