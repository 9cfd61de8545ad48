// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// The GitHub and clickstream blueprints, from files that were saved elsewhere: what they set up, that it can be filled,
// and that nothing is left of it.
#include "admin/import/import.h"
#include "admin/intent.h"
#include "admin/sample/sample.h"
#include "tests/support/engine.h"

#include <QTemporaryDir>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Outcome<Intent> savedIntent(const QString &name)
{
    QFile file(QStringLiteral(SHARDBOARD_SOURCE_DIR "/tests/data/intents/") + name + u".json"_s);
    return file.open(QIODevice::ReadOnly) ? intentFromJson(file.readAll())
                                          : Outcome<Intent>(ServerError::file(file.errorString()));
}

const QByteArray eventLines = "1,PushEvent,t,7,\"{\"\"size\"\": 2, \"\"distinct_size\"\": 2}\",\"{\"\"id\"\": 7, "
                              "\"\"name\"\": \"\"lamp/desk\"\"}\","
                              "11,,2024-05-01T10:00:00+00:00\n"
                              "2,CreateEvent,t,8,\"{\"\"ref_type\"\": \"\"repository\"\"}\",\"{\"\"id\"\": 8, "
                              "\"\"name\"\": \"\"a \\\\ b, \\\"\"c\"\"}\","
                              "11,\"{\"\"login\"\": \"\"desk\"\"}\",2024-05-01T11:30:00+02:00\n"
                              "3,WatchEvent,f,7,\"{\"\"action\"\": \"\"started\"\"}\",{},12,,2001-01-01 00:00:00+00\n"
                              "4,PushEvent,t,7,{not json},{},12,,2024-05-01 10:00:00+00\n";
const QByteArray userLines = "11,https://api.example.com/users/ada,ada,,,ada\n12,,grace,,,\n";

} // namespace

class TestWorkloads : public QObject
{
    Q_OBJECT

public:
    explicit TestWorkloads(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        m_session = openSession(m_io, m_cluster.settings());
        QVERIFY(m_session);
    }
    void cleanup()
    {
        const auto facts = loadFacts(*m_session);
        QVERIFY2(facts, whyNot(facts));
        for (const BlueprintFacts &applied : facts->blueprints) {
            const PlanReport removed = carryOut(*m_session, removeBlueprintIntent(applied.name, applied.schema));
            QVERIFY2(removed.isComplete(), whyNot(removed));
        }
        QCOMPARE(leftovers(), QString());
        m_session.reset();
    }

    void aSavedIntentAppliesAndAppliesAgainToNothing_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("github") << u"github"_s;
        QTest::newRow("clickstream") << u"clickstream"_s;
    }

    void aSavedIntentAppliesAndAppliesAgainToNothing()
    {
        QFETCH(QString, name);
        const PlanReport first = carryOut(*m_session, savedIntent(name));
        QVERIFY2(first.isComplete() && first.changedAnything(), whyNot(first));
        const PlanReport second = carryOut(*m_session, savedIntent(name));
        QVERIFY2(second.isComplete() && !second.changedAnything(), whyNot(second));
    }

    void eventsAndUsersLieTogetherAndJoinWithoutMovingRows()
    {
        QVERIFY(carryOut(*m_session, savedIntent(u"github"_s)).isComplete());
        importLines(userLines, {u"code"_s, u"github_users"_s}, 2, 0);
        importLines(eventLines, {u"code"_s, u"github_events"_s}, 3, 1);
        const QString join = u"FROM code.github_events AS e JOIN code.github_users AS u USING (user_id) "
                             "WHERE e.payload @> '{\"ref_type\": \"repository\"}' GROUP BY login"_s;
        QCOMPARE(m_cluster.value(u"SELECT login || count(*) %1"_s.arg(join)), u"ada1"_s);
        QCOMPARE(m_cluster.value(u"SELECT date_trunc('hour', created_at, 'UTC') = '2024-05-01 09:00Z' FROM "
                                 "code.github_events WHERE event_id = 2"_s),
            u"t"_s);
        QCOMPARE(m_cluster.value(u"SELECT sum((payload ->> 'distinct_size')::int) FROM code.github_events"_s), u"2"_s);
        // Twice the same file does not count twice.
        importLines(eventLines, {u"code"_s, u"github_events"_s}, 0, 4);
        QVERIFY2(m_cluster.value(u"SELECT indexdef FROM pg_indexes WHERE indexname = 'github_events_payload_idx'"_s)
                     .contains(u"gin (payload jsonb_path_ops)"_s),
            "the index on the payload");
        if (!m_cluster.hasCitus())
            return;
        QCOMPARE(m_cluster.value(u"SELECT count(DISTINCT colocation_id) || ' ' || min(distribution_column) || ' ' || "
                                 "min(shard_count) FROM citus_tables WHERE table_name::text LIKE 'code.github%'"_s),
            u"1 user_id 4"_s);
        QString plan;
        const ResultSet explained = m_cluster.sql(u"EXPLAIN SELECT login, count(*) "_s + join);
        for (qsizetype row = 0; row < explained.rowCount(); ++row)
            plan += explained.text(row, 0) + u'\n';
        QVERIFY2(plan.contains(u"Task Count: 4"_s) && !plan.contains(u"MapMerge"_s), qPrintable(plan));
    }

    void clicksFindAPartitionEachAndOldOnesGoWhole()
    {
        QVERIFY(carryOut(*m_session, savedIntent(u"clickstream"_s)).isComplete());
        m_cluster.sql(u"INSERT INTO shop.events (customer_id, event_type, event_time) SELECT g % 7, 'click', "
                      "now() - g * interval '1 minute' FROM generate_series(0, 119) AS g"_s);
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.events_default"_s), u"0"_s);
        QCOMPARE(m_cluster.value(u"SELECT count(*) = count(DISTINCT event_id) FROM shop.events"_s), u"t"_s);
        QVERIFY(m_cluster.value(u"SELECT max(ends) >= now() + interval '3 hours' FROM "
                                "shardboard.time_partitions('shop.events')"_s)
            == u"t"_s);
        // A row of three days ago has no partition; once it has, it is old enough to go.
        m_cluster.sql(u"INSERT INTO shop.events (customer_id, event_time) VALUES (1, now() - interval '3 days')"_s);
        m_cluster.sql(u"CALL shardboard.maintain_partitions('shop.events')"_s);
        QCOMPARE(m_cluster.value(u"SELECT default_rows FROM shardboard.partitioning"_s), u"1"_s);
        QCOMPARE(m_cluster.value(u"SELECT shardboard.empty_default_partition('shop.events')"_s), u"1"_s);
        m_cluster.sql(u"CALL shardboard.maintain_partitions('shop.events')"_s);
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.events"_s), u"121"_s); // it is not rolled up yet
        m_cluster.sql(u"CALL shardboard.run_rollup('shop.events_5min')"_s);
        m_cluster.sql(u"CALL shardboard.maintain_partitions('shop.events')"_s);
        QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.events"_s), u"120"_s);
        QCOMPARE(m_cluster.value(u"SELECT concat(default_rows, last_error) FROM shardboard.partitioning"_s), u"0"_s);
        if (m_cluster.hasCitus())
            QCOMPARE(m_cluster.value(u"SELECT distribution_column || shard_count FROM citus_tables WHERE table_name = "
                                     "'shop.events'::regclass"_s),
                u"customer_id4"_s);
    }

    void theGeneratorFillsThem_data()
    {
        QTest::addColumn<SampleKind>("kind");
        QTest::addColumn<QString>("schema");
        QTest::newRow("github") << SampleKind::GitHub << u"code"_s;
        QTest::newRow("clickstream") << SampleKind::Clickstream << u"shop"_s;
    }

    void theGeneratorFillsThem()
    {
        QFETCH(SampleKind, kind);
        QFETCH(QString, schema);
        QVERIFY(carryOut(*m_session, savedIntent(sampleKindName(kind))).isComplete());
        SampleSettings settings = defaultSampleSettings(kind);
        settings.table.schema = schema;
        settings.backfill = 10min;
        settings.duration = 0s;
        for (int round = 1; round <= 2; ++round) {
            const auto report = runSample(*m_session, settings, {}, {});
            QVERIFY2(report, whyNot(report));
            QVERIFY(report->written > 1000);
        }
        if (kind == SampleKind::GitHub) {
            QCOMPARE(m_cluster.value(u"SELECT count(*) FROM code.github_events AS e WHERE NOT EXISTS (SELECT FROM "
                                     "code.github_users AS u WHERE u.user_id = e.user_id)"_s),
                u"0"_s);
            QVERIFY(
                m_cluster.value(u"SELECT count(*) FROM code.github_events WHERE payload ? 'distinct_size'"_s).toInt()
                > 500);
        } else {
            QCOMPARE(m_cluster.value(u"SELECT count(*) FROM shop.events_default"_s), u"0"_s);
            QVERIFY(m_cluster.value(u"SELECT count(DISTINCT customer_id) FROM shop.events"_s).toInt() > 10);
        }
    }

    void objectsOfAnEarlierVersionAreBroughtUpToDate()
    {
        QVERIFY(carryOut(*m_session, savedIntent(u"github"_s)).isComplete());
        m_cluster.sql(u"DROP PROCEDURE shardboard.maintain_partitions"_s);
        m_cluster.sql(u"COMMENT ON SCHEMA shardboard IS 'Shardboard server-side objects, version 1'"_s);
        QVERIFY(carryOut(*m_session, savedIntent(u"clickstream"_s)).isComplete());
        m_cluster.sql(u"CALL shardboard.maintain_partitions('shop.events')"_s);
    }

private:
    void importLines(const QByteArray &lines, const QualifiedName &table, qint64 loaded, qint64 rejected)
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(u"rows.csv"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(lines);
        file.close();
        ImportSettings settings;
        settings.file = file.fileName();
        settings.table = table;
        settings.hasHeader = false;
        const auto report = runImport(*m_session, settings, {}, {}, {});
        QVERIFY2(report, whyNot(report));
        QVERIFY2(report->loaded == loaded && report->rejected == rejected, report->toText().toUtf8());
    }

    /// What blueprints might leave: schemas, jobs, pg_partman's configuration and templates.
    QString leftovers() const
    {
        return m_cluster.value(
            u"SELECT concat_ws(' ', (SELECT string_agg(nspname, ' ') FROM pg_namespace WHERE nspname IN ('code', "
            u"'shop', "
            "'shardboard')), (SELECT string_agg(jobname, ' ') FROM cron.job), "
            "(SELECT string_agg(relname, ' ') FROM pg_class WHERE relname LIKE 'template\\_%' AND relkind = 'r'), "
            "(SELECT string_agg(parent_table, ' ') FROM %1.part_config))"_s.arg(
                m_cluster.value(u"SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace AS n ON n.oid = "
                                "extnamespace WHERE extname = 'pg_partman'"_s)));
    }

    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestWorkloads)
#include "test_workloads.moc"
