// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain
// shardboard --render: a picture from a real server without a screen, and an exit status that tells the truth.
#include "connection/conninfo.h"
#include "tests/support/livecluster.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

using namespace Shardboard;
using namespace Shardboard::Testing;

namespace {

const QString program = QStringLiteral(SHARDBOARD_BIN_DIR "/shardboard");

struct Run
{
    int status = -1;
    QString words; ///< on stderr
};

QJsonObject panel(const QString &id, const QString &sql)
{
    return {{QStringLiteral("id"), id}, {QStringLiteral("title"), id},
        {QStringLiteral("kind"), QStringLiteral("timeSeries")},
        {QStringLiteral("timeColumn"), QStringLiteral("bucket")},
        {QStringLiteral("place"),
            QJsonObject{{QStringLiteral("x"), 0}, {QStringLiteral("y"), 0}, {QStringLiteral("width"), 12},
                {QStringLiteral("height"), 6}}},
        {QStringLiteral("fields"), QJsonArray{QJsonObject{{QStringLiteral("column"), QStringLiteral("n")}}}},
        {QStringLiteral("sql"), sql}};
}

const QString goodSql = QStringLiteral(
    "SELECT g AS bucket, extract(minute FROM g) AS n FROM generate_series(:from, :to, interval '1 minute') AS g");

} // namespace

class TestRender : public QObject
{
    Q_OBJECT

public:
    explicit TestRender(LiveCluster &cluster) : m_cluster(cluster) {}

private:
    QString writeDocument(const QJsonArray &panels, const QJsonArray &variables = {}) const
    {
        const QJsonObject document{{QStringLiteral("schemaVersion"), 1},
            {QStringLiteral("id"), QStringLiteral("sample")}, {QStringLiteral("title"), QStringLiteral("Sample")},
            {QStringLiteral("variables"), variables},
            {QStringLiteral("timeRange"),
                QJsonObject{
                    {QStringLiteral("from"), QStringLiteral("now-1h")}, {QStringLiteral("to"), QStringLiteral("now")}}},
            {QStringLiteral("panels"), panels}};
        QFile file(m_folder.filePath(QStringLiteral("sample.json")));
        if (file.open(QIODevice::WriteOnly))
            file.write(QJsonDocument(document).toJson());
        return file.fileName();
    }

    Run render(const QString &output, const QStringList &more, const QString &target = {}) const
    {
        QProcess process;
        QStringList arguments{target.isEmpty() ? toConninfo(m_cluster.settings()) : target, QStringLiteral("--render"),
            m_folder.filePath(output), QStringLiteral("--trust")};
        process.start(program, arguments + more);
        if (!process.waitForFinished(60'000))
            process.kill();
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            QString::fromUtf8(process.readAllStandardError())};
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(program))
            QSKIP("bin/shardboard was not built: this build has no programs with a screen");
    }

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("."))); }

    void everyFormatIsWrittenAndTheStatusIsZero_data()
    {
        QTest::addColumn<QString>("output");
        QTest::addColumn<QByteArray>("begin");
        QTest::newRow("png") << QStringLiteral("out.png") << QByteArray("\x89PNG");
        QTest::newRow("svg") << QStringLiteral("out.svg") << QByteArray("<?xml");
        QTest::newRow("pdf") << QStringLiteral("out.pdf") << QByteArray("%PDF");
    }
    void everyFormatIsWrittenAndTheStatusIsZero()
    {
        QFETCH(QString, output);
        QFETCH(QByteArray, begin);
        const Run run = render(output,
            {QStringLiteral("--dashboard"), writeDocument({panel(QStringLiteral("Requests"), goodSql)}),
                QStringLiteral("--theme"), QStringLiteral("dark")});
        QVERIFY2(run.status == 0, qPrintable(run.words));
        QCOMPARE(run.words, QString());
        QFile file(m_folder.filePath(output));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().startsWith(begin));
    }

    void aFailingPanelIsNamedAndThePictureIsThere()
    {
        const QString file
            = writeDocument({panel(QStringLiteral("Broken"), QStringLiteral("SELECT now() AS bucket, 1 / 0 AS n"))});
        const Run run = render(QStringLiteral("failed.png"), {QStringLiteral("--dashboard"), file});
        QCOMPARE(run.status, 1);
        QVERIFY2(run.words.contains(QStringLiteral("“Broken”")), qPrintable(run.words));
        QVERIFY2(run.words.contains(QStringLiteral("division by zero")), qPrintable(run.words));
        QVERIFY(QFile::exists(m_folder.filePath(QStringLiteral("failed.png"))));
    }

    void aServerThatIsNotThereIsSaid()
    {
        const QString file = writeDocument({panel(QStringLiteral("Requests"), goodSql)});
        const Run run = render(QStringLiteral("nothing.png"), {QStringLiteral("--dashboard"), file},
            QStringLiteral("host=127.0.0.1 port=1 dbname=x user=x"));
        QCOMPARE(run.status, 1);
        QVERIFY2(run.words.contains(QStringLiteral("127.0.0.1")), qPrintable(run.words));
        QVERIFY(!QFile::exists(m_folder.filePath(QStringLiteral("nothing.png"))));
    }

    void aVariableThatIsNotThereIsBadUsage()
    {
        const QString file = writeDocument({panel(QStringLiteral("Requests"), goodSql)});
        const Run run = render(QStringLiteral("out.png"),
            {QStringLiteral("--dashboard"), file, QStringLiteral("--var"), QStringLiteral("nowhere=1")});
        QCOMPARE(run.status, 2);
        QVERIFY2(run.words.contains(QStringLiteral("nowhere")), qPrintable(run.words));
    }

    void aDashboardWithoutPanelsIsAnEmptyPicture()
    {
        const Run run = render(QStringLiteral("empty.png"), {QStringLiteral("--dashboard"), writeDocument({})});
        QVERIFY2(run.status == 0, qPrintable(run.words));
    }

private:
    LiveCluster &m_cluster;
    QTemporaryDir m_folder;
};

SHARDBOARD_LIVE_TEST_MAIN(TestRender)
#include "test_render.moc"
