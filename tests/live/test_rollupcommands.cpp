// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain
#include "admin/intent.h"
#include "tests/support/engine.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

struct Said
{
    int status = -1;
    QString out;
    QString err;

    QByteArray all() const { return (u"exit status %1\n"_s.arg(status) + out + err).toUtf8(); }
    QJsonObject json() const { return QJsonDocument::fromJson(out.toUtf8()).object(); }
};

} // namespace

/// shardboardctl blueprint, plan, apply and rollup, as a script calls them.
class TestRollupCommands : public QObject
{
    Q_OBJECT

public:
    explicit TestRollupCommands(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void wrongUsageEndsWithTwo_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("says");
        QTest::newRow("no verb") << QStringList{u"blueprint"_s} << u"list"_s;
        QTest::newRow("unknown verb") << QStringList{u"blueprint"_s, u"dance"_s, u"http-traffic"_s} << u"dance"_s;
        QTest::newRow("unknown blueprint") << QStringList{u"blueprint"_s, u"plan"_s, u"nope"_s} << u"http-traffic"_s;
        QTest::newRow("unknown setting") << QStringList{u"blueprint"_s, u"apply"_s, u"http-traffic"_s, u"--set"_s,
            u"shards=8"_s} << u"shard_count"_s;
        QTest::newRow("bad value") << QStringList{u"blueprint"_s, u"apply"_s, u"http-traffic"_s, u"--set"_s,
            u"raw_retention=soon"_s}
                                   << u"raw_retention"_s;
        QTest::newRow("no assignment") << QStringList{u"blueprint"_s, u"apply"_s, u"http-traffic"_s, u"--set"_s,
            u"never"_s} << u"name=value"_s;
        QTest::newRow("rollup dance") << QStringList{u"rollup"_s, u"dance"_s} << u"verify"_s;
        QTest::newRow("drop what") << QStringList{u"rollup"_s, u"drop"_s} << u"Name the rollup"_s;
        QTest::newRow("rebuild what") << QStringList{u"rollup"_s, u"rebuild"_s} << u"Name the one rollup"_s;
        QTest::newRow("rebuild when") << QStringList{u"rollup"_s, u"rebuild"_s, u"x"_s, u"--from"_s, u"yesterday"_s}
                                      << u"2026-03-01T12:00:00Z"_s;
        QTest::newRow("rebuild backwards")
            << QStringList{u"rollup"_s, u"rebuild"_s, u"x"_s, u"--from"_s, u"2015-05-18"_s, u"--to"_s, u"2015-05-17"_s}
            << u"before"_s;
        QTest::newRow("a range to verify")
            << QStringList{u"rollup"_s, u"verify"_s, u"--from"_s, u"2015-05-18"_s} << u"rebuild"_s;
        QTest::newRow("retention dance") << QStringList{u"retention"_s, u"dance"_s} << u"preview"_s;
        QTest::newRow("preview of what") << QStringList{u"retention"_s, u"preview"_s} << u"Name the table"_s;
        QTest::newRow("keep what") << QStringList{u"retention"_s, u"set"_s, u"t"_s, u"--keep"_s, u"soon"_s}
                                   << u"an interval"_s;
        QTest::newRow("no intent") << QStringList{u"plan"_s} << u"intent"_s;
    }

    void wrongUsageEndsWithTwo()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, says);
        const Said said = run(arguments);
        QVERIFY2(said.status == 2, said.all());
        QVERIFY2(said.err.contains(says), said.all());
        QVERIFY2(said.out.isEmpty(), said.all());
    }

    void blueprintsAreListedWithTheirSettings()
    {
        const Said said = run({u"blueprint"_s, u"list"_s, u"--json"_s});
        QVERIFY2(said.status == 0, said.all());
        const QJsonObject first = said.json().value(u"blueprints").toArray().first().toObject();
        QCOMPARE(first.value(u"name").toString(), u"http-traffic"_s);
        QVERIFY(first.value(u"settings").toArray().size() >= 7);
    }

    void aPipelineFromSetUpToRemoval()
    {
        const Said planned = run({u"blueprint"_s, u"plan"_s, u"http-traffic"_s});
        QVERIFY2(planned.status == 0 && planned.out.contains(u"CREATE TABLE IF NOT EXISTS public.http_request ("_s),
            planned.all());
        QCOMPARE(m_cluster.value(u"SELECT to_regclass('http_request')"_s), QString());

        const QStringList apply{
            u"blueprint"_s, u"apply"_s, u"http-traffic"_s, u"--set"_s, u"raw_retention=never"_s, u"--json"_s};
        const Said applied = run(apply);
        QVERIFY2(applied.status == 0 && applied.json().value(u"changed").toBool(), applied.all());
        const Said again = run(apply);
        QVERIFY2(again.status == 0 && !again.json().value(u"changed").toBool(true), again.all());

        m_cluster.sql(u"SELECT cron.unschedule(jobid) FROM cron.job"_s);
        m_cluster.sql(
            u"INSERT INTO http_request (site_id, ingest_time) SELECT 1, '2015-05-17 10:05:00+00' FROM generate_series(1, 9)"_s);
        const Said ran = run({u"rollup"_s, u"run"_s});
        QVERIFY2(
            ran.status == 0 && ran.out.startsWith(u"http_request_1min: 9 rows read, 1 buckets written"_s), ran.all());
        const Said listed = run({u"rollup"_s, u"list"_s, u"--json"_s});
        QCOMPARE(listed.json().value(u"rollups").toArray().first().toObject().value(u"lagRows").toInt(-1), 0);

        const Said clean = run({u"rollup"_s, u"verify"_s});
        QVERIFY2(clean.status == 0, clean.all());
        m_cluster.sql(u"DELETE FROM http_request WHERE request_id = (SELECT max(request_id) FROM http_request)"_s);
        const Said differs = run({u"rollup"_s, u"verify"_s});
        QVERIFY2(differs.status == 1 && differs.out.contains(u"request_count raw 8, rollup 9"_s), differs.all());
        aRangeIsRebuilt();
        const Said expired = run({u"rollup"_s, u"expire"_s});
        QVERIFY2(expired.status == 0, expired.all());

        const Said removed = run({u"blueprint"_s, u"remove"_s, u"http-traffic"_s});
        QVERIFY2(removed.status == 0, removed.all());
        const Said nothing = run({u"rollup"_s, u"list"_s});
        QVERIFY2(nothing.status == 0 && nothing.out.contains(u"no rollups"_s), nothing.all());
        const Said noRun = run({u"rollup"_s, u"run"_s, u"--json"_s});
        QVERIFY2(noRun.status == 1 && !noRun.json().value(u"error").toObject().isEmpty(), noRun.all());
    }

    void retentionIsPreviewedSetUpRunAndListed()
    {
        m_cluster.sql(u"CREATE TABLE visit (at timestamptz NOT NULL)"_s);
        m_cluster.sql(
            u"INSERT INTO visit SELECT now() - interval '1 hour' - g * interval '1 day' FROM generate_series(0, 9) AS g"_s);
        const Said none = run({u"retention"_s, u"list"_s});
        QVERIFY2(none.status == 0 && none.out.contains(u"no table"_s), none.all());
        const Said open = run({u"retention"_s, u"preview"_s, u"visit"_s});
        QVERIFY2(open.status == 1 && open.err.contains(u"for ever"_s), open.all());
        const Said previewed = run({u"retention"_s, u"preview"_s, u"visit"_s, u"--keep"_s, u"5 days"_s});
        QVERIFY2(previewed.status == 0 && previewed.out.contains(u"takes 5 rows"_s), previewed.all());
        const Said set = run({u"retention"_s, u"set"_s, u"visit"_s, u"--keep"_s, u"7 days"_s, u"--schedule"_s,
            u"0 0 31 2 *"_s, u"--json"_s});
        QVERIFY2(set.status == 0 && set.json().value(u"complete").toBool(), set.all());
        const Said registered = run({u"retention"_s, u"preview"_s, u"visit"_s, u"--json"_s});
        QVERIFY2(registered.json().value(u"rows").toInt() == 3 && registered.json().value(u"exact").toBool()
                && !registered.json().value(u"refused").toBool(true),
            registered.all());
        const Said ran = run({u"retention"_s, u"run"_s, u"visit"_s});
        QVERIFY2(ran.status == 0 && ran.out.contains(u"3 rows deleted"_s), ran.all());
        const Said listed = run({u"retention"_s, u"list"_s, u"--json"_s});
        const QJsonObject visit = listed.json().value(u"tables").toArray().first().toObject();
        QVERIFY2(visit.value(u"health").toString() == u"healthy" && visit.value(u"how").toString() == u"rows"
                && visit.value(u"runs").toArray().first().toObject().value(u"deleted").toInt() == 3,
            listed.all());
        const Said read = run({u"retention"_s, u"list"_s});
        QVERIFY2(read.out.contains(u"kept for 7 days by at"_s) && read.out.contains(u"3 rows deleted"_s), read.all());
        const Said ended = run({u"retention"_s, u"set"_s, u"visit"_s, u"--keep"_s, u"never"_s});
        QVERIFY2(ended.status == 0, ended.all());
        const Said gone = run({u"retention"_s, u"run"_s, u"visit"_s});
        QVERIFY2(gone.status == 1 && gone.err.contains(u"no retention"_s), gone.all());
        m_cluster.sql(u"DROP TABLE visit"_s);
    }

    void anIntentFileIsPlannedAndApplied()
    {
        const auto intent = blueprintIntent(u"http-traffic"_s, {{u"schema"_s, u"filed"_s}});
        QVERIFY(intent);
        QTemporaryDir folder;
        QFile file(folder.filePath(u"intent.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(intentToJson(*intent));
        file.close();
        const Said planned = run({u"plan"_s, file.fileName(), u"--json"_s});
        QVERIFY2(planned.status == 0 && !planned.json().value(u"steps").toArray().isEmpty(), planned.all());
        const Said applied = run({u"apply"_s, file.fileName()});
        QVERIFY2(applied.status == 0, applied.all());
        QCOMPARE(m_cluster.value(u"SELECT to_regclass('filed.http_request')"_s), u"filed.http_request"_s);
        const Said removed = run({u"blueprint"_s, u"remove"_s, u"http-traffic"_s, u"--set"_s, u"schema=filed"_s});
        QVERIFY2(removed.status == 0, removed.all());
        const Said missing = run({u"apply"_s, folder.filePath(u"nope.json"_s)});
        QVERIFY2(missing.status == 1 && missing.err.contains(u"nope.json"_s), missing.all());
    }

private:
    /// Of a rollup whose only bucket, at 10:05, differs.
    void aRangeIsRebuilt()
    {
        const QStringList rebuild{u"rollup"_s, u"rebuild"_s, u"http_request_1min"_s};
        const Said beside = run(rebuild + QStringList{u"--from"_s, u"2015-05-17T10:06:00Z"_s, u"--json"_s});
        QVERIFY2(beside.status == 0 && beside.json().value(u"rowsWritten").toInt(-1) == 0, beside.all());
        QCOMPARE(run({u"rollup"_s, u"verify"_s}).status, 1);
        const Said hit = run(rebuild
            + QStringList{u"--from"_s, u"2015-05-17T12:05:00+02:00"_s, u"--to"_s, u"2015-05-17T10:06"_s, u"--json"_s});
        QVERIFY2(hit.status == 0 && hit.json().value(u"rowsWritten").toInt(-1) == 1, hit.all());
        QCOMPARE(hit.json().value(u"from").toString(), u"2015-05-17T10:05:00.000Z"_s);
        QCOMPARE(run({u"rollup"_s, u"verify"_s}).status, 0);
        const Said unknown = run({u"rollup"_s, u"rebuild"_s, u"nope"_s, u"--json"_s});
        QVERIFY2(unknown.status == 1
                && unknown.json().value(u"error").toObject().value(u"message").toString().contains(u"nope"_s),
            unknown.all());
    }

    Said run(const QStringList &arguments) const
    {
        QStringList conninfo;
        const ConnectionSettings settings = m_cluster.settings();
        for (auto it = settings.keywords.cbegin(); it != settings.keywords.cend(); ++it)
            conninfo << it.key() + u"='"_s + it.value() + u'\'';
        QProcess program;
        program.start(
            QStringLiteral(SHARDBOARD_BIN_DIR "/shardboardctl"), QStringList{u"-d"_s, conninfo.join(u' ')} + arguments);
        if (!program.waitForFinished())
            return {};
        return {program.exitStatus() == QProcess::NormalExit ? program.exitCode() : -1,
            QString::fromUtf8(program.readAllStandardOutput()), QString::fromUtf8(program.readAllStandardError())};
    }

    LiveCluster &m_cluster;
};

SHARDBOARD_LIVE_TEST_MAIN(TestRollupCommands)
#include "test_rollupcommands.moc"
