// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: plain citus
// A read that fails is never taken for "there is none". Every reader runs with each of its queries failing in turn, by
// a timeout, a refused permission and an internal error, and must say so: by an error, or in the part of its result
// that names what could not be read.
#include "admin/catalogue/catalogue.h"
#include "admin/catalogue/tabledetail.h"
#include "admin/cluster/changefacts.h"
#include "admin/distribute/sampling.h"
#include "admin/distribute/shardingsession.h"
#include "admin/import/targettable.h"
#include "admin/import/workernodes.h"
#include "admin/jobs/jobsfacts.h"
#include "admin/jobs/schedulecheck.h"
#include "admin/partition/partitionsession.h"
#include "admin/partition/settings.h"
#include "admin/planning.h"
#include "admin/retention/retentionplan.h"
#include "admin/retention/retentionpreview.h"
#include "admin/rollup/rollupsource.h"
#include "connection/capabilityscan.h"
#include "tests/support/engine.h"

#include <QDirIterator>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

const QualifiedName hits{u"mine"_s, u"hits"_s};

/// Empty when the result could be taken for a whole one, else what it says is missing.
using Reader = std::function<QString(SyncSession &)>;

template <typename T>
QString toldBy(const Outcome<T> &outcome)
{
    return outcome.isError() ? outcome.error().toText() : outcome.isCancelled() ? u"cancelled"_s : QString();
}

template <typename Failures>
QString firstOf(const Failures &failures)
{
    return failures.isEmpty() ? QString() : failures.first().toText();
}

QString readJobsParts(SyncSession &session)
{
    const auto can = scanCapabilities(session);
    if (!can)
        return toldBy(can);
    const JobsParts parts = JobsPart::Rollups | JobsPart::Sizes | JobsPart::Cron;
    const auto facts = readJobs(*can, parts, session.runPipeline(jobsQueries(*can, parts, {})), {});
    return facts ? firstOf(facts->failures) : toldBy(facts);
}

QString readClusterParts(SyncSession &session)
{
    const auto can = scanCapabilities(session);
    if (!can)
        return toldBy(can);
    const ClusterParts parts = availableParts(*can);
    const auto facts = readCluster(*can, parts, session.runPipeline(clusterQueries(*can, parts)));
    if (!facts)
        return toldBy(facts);
    const QStringList silent = facts->shards->failures.values();
    return facts->failures.isEmpty() ? silent.join(u'\n') : firstOf(facts->failures);
}

QString readCatalogueAndDetail(SyncSession &session)
{
    const auto can = scanCapabilities(session);
    if (!can)
        return toldBy(can);
    const auto catalogue = readCatalogue(*can, session.runPipeline(catalogueQueries(*can)));
    if (!catalogue)
        return toldBy(catalogue);
    QStringList gaps = catalogue->gaps;
    const CatalogueTable *table = catalogue->find(hits);
    if (!table)
        return gaps.join(u'\n') + u"no table"_s;
    const auto detail = readTableDetail(*table, session.runPipeline(tableDetailQueries(*can, *table)));
    if (!detail)
        return toldBy(detail);
    return (gaps + detail->gaps).join(u'\n');
}

QString readForImport(SyncSession &session)
{
    const auto table = readTargetTable(session, hits);
    return table ? toldBy(readWorkerNodes(session, *table)) : toldBy(table);
}

Reader planning(const Intent &intent)
{
    return [intent](SyncSession &session) { return toldBy(makePlan(session, intent)); };
}

QList<std::pair<QString, Reader>> readers(bool hasCitus)
{
    PartitionSettings partition;
    partition.table = hits;
    partition.column = u"at"_s;
    QList<std::pair<QString, Reader>> all{
        {u"scanCapabilities"_s, [](SyncSession &session) { return toldBy(scanCapabilities(session)); }},
        {u"loadFacts"_s, [](SyncSession &session) { return toldBy(loadFacts(session)); }},
        {u"loadPartitionFacts"_s, [](SyncSession &session) { return toldBy(loadPartitionFacts(session, hits)); }},
        {u"readJobs"_s, readJobsParts}, {u"readCluster"_s, readClusterParts},
        {u"readCatalogue"_s, readCatalogueAndDetail}, {u"readTargetTable"_s, readForImport},
        {u"readCronDialect"_s, [](SyncSession &session) { return toldBy(readCronDialect(session)); }},
        {u"listRollups"_s, [](SyncSession &session) { return toldBy(listRollups(session)); }},
        {u"listExpiringTables"_s, [](SyncSession &session) { return toldBy(listExpiringTables(session)); }},
        {u"previewRetention"_s,
            [](SyncSession &session) {
                return toldBy(previewRetention(session, {hits, u"at"_s, u"1 day"_s, false}));
            }},
        {u"remove-blueprint"_s, planning(*removeBlueprintIntent(u"http-traffic"_s, u"web"_s))},
        {u"drop-rollup"_s, planning(dropRollupIntent(u"web.http_request_1min"_s))},
        {u"retention never"_s, planning(retentionIntent({{hits, {}, u"never"_s, false}, {}}))},
        {u"partition"_s, planning(partitionIntent(partition))}};
    if (hasCitus)
        all << std::pair<QString, Reader>{u"loadShardingFacts"_s,
            [](SyncSession &session) {
                return toldBy(loadShardingFacts(session, {{hits}, {}}));
            }}
            << std::pair<QString, Reader>{u"undistribute"_s,
                   planning({u"undistribute"_s, {{u"tables"_s, QJsonArray{u"mine.hits"_s}}}})}
            << std::pair<QString, Reader>{u"loadShardEnds"_s,
                   [](SyncSession &session) { return toldBy(loadShardEnds(session, 1)); }}
            << std::pair<QString, Reader>{u"readChangeFacts"_s, [](SyncSession &session) {
                                              ClusterSettings drain;
                                              drain.change = ClusterChange::DrainNode;
                                              drain.host = u"localhost"_s;
                                              const auto facts = readChangeFacts(session, drain);
                                              return facts ? facts->cluster.shards->failures.values().join(u'\n')
                                                           : toldBy(facts);
                                          }};
    return all;
}

/// A failure that a reader may take without an error, because the result is right without it.
struct Exception
{
    QString query; ///< regular expression
    QStringList states;
    QString reason;
};

const QList<Exception> &exceptions()
{
    static const QStringList refused{u"42501"_s};
    static const QStringList any{u"42501"_s, u"57014"_s, u"XX000"_s};
    static const QList<Exception> all{
        {u"^SELECT WHERE false$|get_rebalance_table_shards_plan"_s, any, u"the refusal is part of the result"_s},
        {u"current_setting|pg_roles|pg_extension|pg_available|pg_dist_local_group|pg_dist_node"_s, refused,
            u"a setting that the role may not see; the capability says so"_s},
        {u"cron\\.job"_s, refused, u"a role that may not use pg_cron has no jobs there"_s},
        {u"run_command_on_all_nodes|citus_local_disk"_s, refused,
            u"sizes and free space are unknown, and shown as such"_s},
        {u"shardboard\\.(rollup_run|retention_run)"_s, refused,
            u"logs are for the owner; the rollups are shown without"_s},
        {u"job_run_details"_s, refused, u"the history of jobs is for their owner"_s},
        {u"LIMIT 1\\) r$|extract\\(epoch FROM min"_s, any,
            u"figures about rows are optional, and unknown is a state"_s}};
    return all;
}

bool isExpected(const Query &query, const QString &state)
{
    return std::ranges::any_of(exceptions(), [&](const Exception &one) {
        return one.states.contains(state) && query.sql.contains(QRegularExpression(one.query));
    });
}

ServerError failureWith(const QString &state)
{
    ServerError error;
    error.sqlState = state;
    error.severity = u"ERROR"_s;
    error.message = u"injected failure"_s;
    return error;
}

} // namespace

class TestFailedReads : public QObject
{
    Q_OBJECT

public:
    explicit TestFailedReads(LiveCluster &cluster) : m_cluster(cluster) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_session = openSession(m_io, m_cluster.settings());
        QVERIFY(m_session);
        m_cluster.sql(u"CREATE SCHEMA mine; CREATE TABLE mine.hits (id bigint NOT NULL, at timestamptz NOT NULL)"_s);
        m_cluster.sql(
            u"INSERT INTO mine.hits SELECT g, now() - g * interval '1 hour' FROM generate_series(1, 100) AS g"_s);
        if (m_cluster.hasCitus())
            m_cluster.sql(u"SELECT create_distributed_table('mine.hits', 'id', shard_count := 4)"_s);
        const PlanReport applied = applyHttpTraffic(*m_session, {{u"schema"_s, u"web"_s}});
        QVERIFY2(applied.isComplete(), whyNot(applied));
        const auto plan = makePlan(*m_session, retentionIntent({{hits, u"at"_s, u"7 days"_s, false}, {}}));
        QVERIFY2(plan, whyNot(plan));
        const PlanReport kept = PlanExecutor(*m_session).apply(*plan);
        QVERIFY2(kept.isComplete(), whyNot(kept));
    }
    void cleanupTestCase() { m_session.reset(); }

    void everyReaderSaysWhatFailed_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto &[name, reader] : readers(m_cluster.hasCitus()))
            QTest::newRow(qPrintable(name)) << name;
    }
    void everyReaderSaysWhatFailed()
    {
        QFETCH(QString, name);
        Reader reader;
        for (const auto &[one, read] : readers(m_cluster.hasCitus()))
            if (one == name)
                reader = read;
        QList<Query> queries;
        m_session->setOutcomeFilter([&](const Query &query, Outcome<ResultSet> outcome) {
            queries << query;
            return outcome;
        });
        const QString whole = reader(*m_session);
        QVERIFY2(whole.isEmpty(), qPrintable(whole));
        QVERIFY(!queries.isEmpty());
        QStringList silent;
        for (qsizetype failing = 0; failing < queries.size(); ++failing) {
            for (const QString &state : {u"57014"_s, u"42501"_s, u"XX000"_s}) {
                qsizetype next = 0;
                m_session->setOutcomeFilter([&](const Query &, Outcome<ResultSet> outcome) {
                    return next++ == failing ? Outcome<ResultSet>(failureWith(state)) : outcome;
                });
                if (reader(*m_session).isEmpty() && !isExpected(queries.at(failing), state))
                    silent << state + u": "_s + queries.at(failing).sql.simplified().left(160);
            }
        }
        m_session->setOutcomeFilter({});
        QVERIFY2(silent.isEmpty(), qPrintable(silent.join(u'\n')));
    }

    /// A reader that is new has to be put into the list above, or here with the reason.
    void everyReaderIsListed()
    {
        static const QMap<QString, QString> elsewhere{{u"makePlan"_s, u"by its intents"_s},
            {u"planSharding"_s, u"by makePlan"_s}, {u"planPartition"_s, u"by makePlan"_s},
            {u"planRetentionOn"_s, u"by makePlan"_s}, {u"planClusterChange"_s, u"by readChangeFacts"_s},
            {u"runPreflight"_s, u"by loadShardingFacts"_s}, {u"runPartitionPreflight"_s, u"by loadPartitionFacts"_s},
            {u"judgeIntent"_s, u"both of them"_s}, {u"checkSchedules"_s, u"by readCronDialect"_s},
            {u"readWorkerNodes"_s, u"with readTargetTable"_s}, {u"readDue"_s, u"by previewRetention"_s},
            {u"readDependants"_s, u"by previewRetention"_s}, {u"readNotes"_s, u"by previewRetention"_s},
            {u"readFigures"_s, u"by previewRetention"_s}, {u"checkReached"_s, u"one query"_s},
            {u"checkConstant"_s, u"one query"_s}, {u"sampleColumn"_s, u"one query"_s},
            {u"loadSourceFigures"_s, u"estimates; unknown is a state"_s},
            {u"loadTableSize"_s, u"estimates; unknown is a state"_s},
            {u"previewRollups"_s, u"shows, decides nothing"_s}, {u"judgeExpressions"_s, u"errors are its result"_s},
            {u"tablesWithRows"_s, u"by the undo test"_s}, {u"runJobCommand"_s, u"acts"_s},
            {u"runJobByCron"_s, u"acts"_s}, {u"runRetention"_s, u"acts"_s}, {u"runRollup"_s, u"acts"_s},
            {u"rebuildRollup"_s, u"acts"_s}, {u"verifyRollup"_s, u"one failure ends it"_s},
            {u"setRollupPaused"_s, u"acts"_s}, {u"runImport"_s, u"acts"_s}, {u"runSample"_s, u"acts"_s},
            {u"create"_s, u"acts"_s}, {u"setUpDemoPipeline"_s, u"acts"_s},
            {u"previewImport"_s, u"with readTargetTable"_s}, {u"begin"_s, u"acts"_s}, {u"commit"_s, u"acts"_s},
            {u"checkRegistryRights"_s, u"with PlanExecutor"_s}};
        QStringList listed;
        for (const auto &[name, reader] : readers(true))
            listed << name;
        static const QRegularExpression function(u"(?:Outcome<[^;]*>|Completion)\\s+(\\w+)\\(\\s*SyncSession &"_s);
        QStringList missing;
        QDirIterator headers(
            QStringLiteral(SHARDBOARD_SOURCE_DIR "/src/admin"), {u"*.h"_s}, QDir::Files, QDirIterator::Subdirectories);
        while (headers.hasNext()) {
            QFile file(headers.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            auto match = function.globalMatch(QString::fromUtf8(file.readAll()));
            while (match.hasNext()) {
                const QString name = match.next().captured(1);
                if (!listed.contains(name) && !elsewhere.contains(name))
                    missing << name;
            }
        }
        QVERIFY2(missing.isEmpty(), qPrintable(u"not tested: "_s + missing.join(u", "_s)));
    }

    void aRoleThatMayNotReadTheRegistryIsToldWhoCanGrantIt()
    {
        m_cluster.sql(u"CREATE ROLE app LOGIN"_s);
        m_cluster.sql(u"SET ROLE app"_s); // exists
        const auto session = openSession(m_io, m_cluster.settings());
        QVERIFY(session);
        QVERIFY(session->run(Query(u"SET ROLE app"_s)));
        for (const Intent &intent : {*removeBlueprintIntent(u"http-traffic"_s, u"web"_s),
                 dropRollupIntent(u"web.http_request_1min"_s), retentionIntent({{hits, {}, u"never"_s, false}, {}})}) {
            const auto plan = makePlan(*session, intent);
            QVERIFY(plan.isError());
            const QString text = plan.error().toText();
            QVERIFY2(text.contains(u"role app may not read the registry"_s), qPrintable(text));
            QVERIFY2(text.contains(u"GRANT SELECT ON ALL TABLES IN SCHEMA shardboard TO app"_s), qPrintable(text));
        }
    }

    void aRoleThatMayOnlyReadTheRegistryIsToldBeforeAnythingIsChanged()
    {
        m_cluster.addLogin(u"reader"_s);
        m_cluster.sql(
            u"GRANT USAGE ON SCHEMA shardboard TO reader; "
            "GRANT SELECT ON ALL TABLES IN SCHEMA shardboard TO reader; CREATE SCHEMA own AUTHORIZATION reader"_s);
        ConnectionSettings settings = m_cluster.settings();
        settings.keywords.insert(u"user"_s, u"reader"_s);
        settings.password = u"secret"_s;
        const auto session = openSession(m_io, settings);
        QVERIFY(session);
        QVERIFY(session->run(Query(u"CREATE TABLE own.seen (id bigserial, at timestamptz NOT NULL)"_s)));
        const Intent rollup{u"rollup"_s,
            {{u"table"_s, u"own.seen"_s},
                {u"measures"_s, QJsonArray{QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}}}},
                {u"levels"_s, QJsonArray{QJsonObject{{u"bucket"_s, u"1 hour"_s}}}}}};
        const Intent retention = retentionIntent({{{u"own"_s, u"seen"_s}, u"at"_s, u"1 day"_s, false}, {}});
        const auto expectRefusal = [&](const Intent &intent, const QString &remedy) {
            const PlanReport report = carryOutIntent(*session, intent);
            QVERIFY(report.error && !report.changedAnything());
            const QString text = report.error->toText();
            QVERIFY2(
                text.contains(u"role reader may not write to the registry of Shardboard: no INSERT on shardboard."_s),
                qPrintable(text));
            QVERIFY2(text.contains(remedy), qPrintable(text));
        };
        for (const Intent &intent : {rollup, retention})
            expectRefusal(intent, u"Let shardboard or another superuser carry this out."_s);
        QCOMPARE(m_cluster.value(
                     u"SELECT count(*) FROM pg_class WHERE relnamespace = 'own'::regnamespace AND relkind = 'r'"_s),
            u"1"_s);
        // What the message says is enough.
        m_cluster.addLogin(u"keepers"_s);
        m_cluster.sql(u"DO $$ DECLARE r record; BEGIN ALTER SCHEMA shardboard OWNER TO keepers; FOR r IN SELECT "
                      u"oid::regclass AS name, "
                      "relkind FROM pg_class WHERE relnamespace = 'shardboard'::regnamespace AND relkind IN ('r', 'v') "
                      "LOOP EXECUTE "
                      "format('ALTER %s %s OWNER TO keepers', CASE r.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, "
                      "r.name); END LOOP; "
                      "FOR r IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = "
                      "'shardboard'::regnamespace LOOP "
                      "EXECUTE format('ALTER ROUTINE %s OWNER TO keepers', r.name); END LOOP; END $$"_s);
        expectRefusal(rollup, u"GRANT keepers TO reader;"_s);
        m_cluster.sql(u"GRANT keepers TO reader; GRANT USAGE ON SCHEMA cron TO reader"_s);
        const PlanReport report = carryOutIntent(*session, rollup);
        QVERIFY2(report.isComplete(), whyNot(report));
        QVERIFY(runRollup(*session, u"own.seen_1hour"_s));
    }

private:
    LiveCluster &m_cluster;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
};

SHARDBOARD_LIVE_TEST_MAIN(TestFailedReads)
#include "test_failedreads.moc"
