// SPDX-License-Identifier: GPL-3.0-or-later
// topologies: citus
// What the wizards answer becomes an intent; the file they save does the same on another cluster, with other nodes,
// other ids and other rows, through shardboardctl.
#include "admin/distribute/altersharding.h"
#include "admin/distribute/candidates.h"
#include "admin/distribute/distributedraft.h"
#include "admin/distribute/isolatetenant.h"
#include "admin/distribute/shardingsession.h"
#include "admin/distribute/undistribute.h"
#include "admin/intent.h"
#include "connection/conninfo.h"
#include "connection/iothread.h"
#include "connection/syncsession.h"
#include "tests/support/livecluster.h"

#include <QFile>
#include <QJsonArray>
#include <QProcess>
#include <QTemporaryDir>

#include <memory>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

const QString program = QStringLiteral(SHARDBOARD_BIN_DIR "/shardboardctl");

QualifiedName shop(const QString &name)
{
    return {u"shop"_s, name};
}

/// Orders of customers in countries; a key that does not contain the customer, and foreign keys all the way. `rows` and
/// the order of making differ from cluster to cluster.
QStringList shopOf(int rows, bool isBackwards)
{
    const QString country = u"CREATE TABLE shop.country (code text PRIMARY KEY)"_s;
    const QString visit = u"CREATE TABLE shop.visit (site int NOT NULL, url text)"_s;
    QStringList statements{u"CREATE SCHEMA shop"_s};
    statements << (isBackwards ? QStringList{visit, country} : QStringList{country, visit});
    statements
        << u"CREATE TABLE shop.customer (customer bigint PRIMARY KEY, country text REFERENCES shop.country)"_s
        << u"CREATE TABLE shop.orders (id bigint PRIMARY KEY, customer bigint NOT NULL REFERENCES shop.customer)"_s
        << u"INSERT INTO shop.country SELECT 'C' || i FROM generate_series(0, 49) i"_s
        << u"INSERT INTO shop.customer SELECT i, 'C' || i % 50 FROM generate_series(1, %1) i"_s.arg(rows)
        << u"INSERT INTO shop.orders SELECT i, i % %1 + 1 FROM generate_series(1, 4 * %1) i"_s.arg(rows)
        << u"INSERT INTO shop.visit SELECT i % 7, '/' || i FROM generate_series(1, %1) i"_s.arg(rows)
        << u"ANALYZE shop.country, shop.customer, shop.orders, shop.visit"_s;
    return statements;
}

const QString rowsSql
    = u"SELECT concat_ws(' ', (SELECT count(*) FROM shop.country), (SELECT count(*) FROM shop.customer), "
      "(SELECT count(*) FROM shop.orders), (SELECT count(*) FROM shop.visit))"_s;
/// Kinds, columns, counts of shards and who lies together, without any id; the foreign keys.
const QString stateSql = uR"(
SELECT concat_ws(E'\n', (SELECT string_agg(concat_ws(' ', c.relname, p.partmethod, p.repmodel, column_to_column_name(p.logicalrelid, p.partkey),
           (SELECT count(*) FROM pg_dist_shard s WHERE s.logicalrelid = p.logicalrelid),
           (SELECT string_agg(o.logicalrelid::text, ',' ORDER BY o.logicalrelid::text) FROM pg_dist_partition o
             WHERE o.colocationid = p.colocationid AND p.partmethod = 'h')), E'\n' ORDER BY c.relname)
         FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid WHERE c.relnamespace = 'shop'::regnamespace),
       (SELECT string_agg(conrelid::regclass || ' ' || pg_get_constraintdef(oid), E'\n' ORDER BY conrelid::regclass::text, conname)
          FROM pg_constraint WHERE connamespace = 'shop'::regnamespace AND contype IN ('f', 'p')
           AND conrelid IN (SELECT logicalrelid FROM pg_dist_partition))))"_s;

LocalCluster::Options oneWorker()
{
    LocalCluster::Options options;
    options.workers = 1;
    return options;
}

} // namespace

class TestShardingIntents : public QObject
{
    Q_OBJECT

public:
    explicit TestShardingIntents(LiveCluster &cluster) : m_here(cluster), m_there(oneWorker()) {}

private Q_SLOTS:
    void initTestCase()
    {
        m_session = std::make_unique<SyncSession>(m_io, m_here.settings(), SessionPurpose::Job);
        QVERIFY(m_session->open());
        // So that ids and groups there are not those of here.
        m_there.sql(u"CREATE TABLE public.before (k bigint); SELECT create_distributed_table('public.before', 'k')"_s);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"."_s));
        for (const QString &statement : shopOf(500, false))
            m_here.sql(statement);
        for (const QString &statement : shopOf(300, true))
            m_there.sql(statement);
    }
    void cleanup()
    {
        for (const LiveCluster *cluster : {&m_here, &m_there})
            cluster->sql(u"SET client_min_messages TO error; DROP SCHEMA IF EXISTS shop CASCADE"_s);
    }

    void whatTheWizardAdvisesIsTheSameEverywhere();
    void aGroupOfTheirOwnWithSoManyShards();
    void writesGoOnMeanwhile();
    void aWholeSchema();
    void backAnewAndApart();

private:
    /// The draft as the wizard fills it in by itself.
    DistributeDraft advised(const QStringList &tables);
    /// With the first fix of all that stands in the way, as one would tick them.
    Intent fixed(Intent intent);
    void applyOnBoth(const Intent &intent);
    void apply(const LiveCluster &cluster, const QString &file);

    LiveCluster &m_here;
    LiveCluster m_there;
    IoThread m_io;
    std::unique_ptr<SyncSession> m_session;
    QTemporaryDir m_folder;
};

DistributeDraft TestShardingIntents::advised(const QStringList &tables)
{
    QList<QualifiedName> names;
    for (const QString &table : tables)
        names << shop(table);
    DistributeDraft draft = DistributeDraft::ofTables(names);
    const auto facts = loadShardingFacts(*m_session, {names, {}});
    if (!facts)
        return {};
    for (DistributeDraft::Table &table : draft.tables) {
        const ShardingTable *known = facts->table(table.name);
        table.spread = adviseSpread(*known, *facts).spread;
        if (table.spread == Spread::Distributed)
            table.column = rankCandidates(*known, *facts, 32).constFirst().column;
    }
    return draft;
}

Intent TestShardingIntents::fixed(Intent intent)
{
    QStringList fixes;
    for (int round = 0; round < 10; ++round) {
        intent.settings.insert(u"fixes"_s, QJsonArray::fromStringList(fixes));
        const auto verdict = runPreflight(*m_session, intent);
        if (!verdict || verdict->passes())
            return intent;
        for (const Finding &finding : verdict->findings) {
            if (finding.isOpen() && !finding.fixes.isEmpty())
                fixes << finding.fixes.constFirst().id;
        }
        fixes.removeDuplicates();
    }
    return intent;
}

void TestShardingIntents::apply(const LiveCluster &cluster, const QString &file)
{
    QProcess process;
    process.start(program, {u"-d"_s, toConninfo(cluster.settings()), u"apply"_s, file});
    QVERIFY(process.waitForFinished(60000));
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError() + process.readAllStandardOutput());
}

void TestShardingIntents::applyOnBoth(const Intent &intent)
{
    QFile file(m_folder.filePath(u"intent.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(intentToJson(intent));
    file.close();
    const QString rowsHere = m_here.value(rowsSql), rowsThere = m_there.value(rowsSql);
    for (int round = 1; round <= 2; ++round) { // the second time all is so already
        apply(m_here, file.fileName());
        apply(m_there, file.fileName());
        QCOMPARE(m_there.value(stateSql), m_here.value(stateSql));
        QCOMPARE(m_here.value(rowsSql), rowsHere);
        QCOMPARE(m_there.value(rowsSql), rowsThere);
    }
}

void TestShardingIntents::whatTheWizardAdvisesIsTheSameEverywhere()
{
    DistributeDraft draft = advised({u"orders"_s, u"customer"_s, u"country"_s});
    QCOMPARE(draft.table(shop(u"country"_s))->spread, Spread::Reference);
    QCOMPARE(draft.table(shop(u"orders"_s))->column, u"customer"_s);
    draft.tables[1] = {shop(u"customer"_s), Spread::Distributed, u"customer"_s}; // it is small as yet, but will grow
    draft.group = DistributeDraft::Group::Own; // there a group of this type and count is there already
    applyOnBoth(fixed(distributeIntent(draft.settings(*loadShardingFacts(*m_session, {{shop(u"orders"_s)}, {}})))));
    const QString state = m_here.value(stateSql);
    QVERIFY2(state.contains(u"customer h s customer 32 shop.customer,shop.orders"_s), qPrintable(state));
    QVERIFY2(state.contains(u"PRIMARY KEY (customer, id)"_s), qPrintable(state));
}

void TestShardingIntents::aGroupOfTheirOwnWithSoManyShards()
{
    DistributeDraft draft = DistributeDraft::ofTables({shop(u"visit"_s)});
    draft.tables[0].column = u"site"_s;
    draft.group = DistributeDraft::Group::Own;
    draft.shardCount = 6;
    draft.truncatesLocalData = false;
    applyOnBoth(distributeIntent(draft.settings({})));
    QVERIFY(m_here.value(stateSql).contains(u"visit h s site 6 shop.visit"_s));
    QVERIFY(m_there.value(u"SELECT pg_relation_size('shop.visit') > 0"_s) == u"t"_s); // kept, as wished
}

void TestShardingIntents::writesGoOnMeanwhile()
{
    DistributeDraft draft = DistributeDraft::ofTables({shop(u"visit"_s)});
    draft.tables[0].column = u"site"_s;
    draft.group = DistributeDraft::Group::Own;
    draft.isConcurrent = true;
    draft.shardCount = 4;
    Intent intent = fixed(distributeIntent(draft.settings({})));
    // Whether the plugin must be allowed depends on the cluster: naming the fix where it is not needed does no harm.
    QJsonArray fixes = intent.settings.value(u"fixes"_s).toArray();
    if (!fixes.contains(u"allow-output-plugin"_s))
        fixes << u"allow-output-plugin"_s;
    intent.settings.insert(u"fixes"_s, fixes);
    applyOnBoth(intent);
    QVERIFY(m_there.value(stateSql).contains(u"visit h s site 4 shop.visit"_s));
}

void TestShardingIntents::aWholeSchema()
{
    applyOnBoth(distributeIntent(DistributeDraft::ofSchema(u"shop"_s).settings({})));
    QCOMPARE(m_there.value(u"SELECT count(*) FROM citus_schemas WHERE schema_name = 'shop'::regnamespace"_s), u"1"_s);
    UndistributeSettings back;
    back.schema = u"shop"_s;
    applyOnBoth(undistributeIntent(back));
    QCOMPARE(m_there.value(u"SELECT count(*) FROM pg_dist_schema"_s), u"0"_s);
}

void TestShardingIntents::backAnewAndApart()
{
    DistributeDraft draft = DistributeDraft::ofTables({shop(u"visit"_s)});
    draft.tables[0].column = u"site"_s;
    draft.group = DistributeDraft::Group::Own;
    draft.shardCount = 4;
    applyOnBoth(distributeIntent(draft.settings({})));
    AlterShardingSettings anew;
    anew.table = shop(u"visit"_s);
    anew.shardCount = 6;
    applyOnBoth(alterShardingIntent(anew));
    QVERIFY(m_there.value(stateSql).contains(u"visit h s site 6 shop.visit"_s));
    applyOnBoth(isolateTenantIntent({shop(u"visit"_s), u"3"_s, true, {}}));
    QVERIFY(!m_there.value(stateSql).contains(u"visit h s site 6 shop.visit"_s));
    applyOnBoth(undistributeIntent({{shop(u"visit"_s)}, {}, true}));
    QVERIFY(!m_there.value(stateSql).contains(u"visit"_s));
}

SHARDBOARD_LIVE_TEST_MAIN(TestShardingIntents)
#include "test_shardingintents.moc"
