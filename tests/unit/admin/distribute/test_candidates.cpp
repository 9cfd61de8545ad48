// SPDX-License-Identifier: GPL-3.0-or-later
// The advisor: which column, which kind of table, how many shards, and why.
#include "admin/distribute/candidates.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

QualifiedName shop(const QString &name)
{
    return {u"shop"_s, name};
}

ShardingColumn column(const QString &name, double distinctValues, double nullFraction = 0)
{
    ShardingColumn made;
    made.name = name;
    made.type = u"bigint"_s;
    made.typeOid = 20;
    made.collation = u"0"_s;
    made.isHashable = true;
    made.isNotNull = nullFraction == 0;
    made.distinctValues = distinctValues;
    made.nullFraction = nullFraction;
    return made;
}

ShardingTable table(const QString &name, const QList<ShardingColumn> &columns, qint64 bytes = qint64(2) << 30)
{
    ShardingTable made;
    made.name = shop(name);
    made.relkind = u"r"_s;
    made.columns = columns;
    made.bytes = bytes;
    made.hasRows = true;
    return made;
}

ShardingForeignKey foreignKey(const QString &from, const QString &column, const QString &to, const QString &referenced)
{
    ShardingForeignKey key;
    key.name = from + u"_to_"_s + to;
    key.table = shop(from);
    key.referenced = shop(to);
    key.columns = {column};
    key.referencedColumns = {referenced};
    return key;
}

QStringList ranked(const ShardingTable &table, const ShardingFacts &facts = {})
{
    QStringList names;
    for (const ShardingCandidate &candidate : rankCandidates(table, facts, 32))
        names << candidate.column;
    return names;
}

ShardingCandidate only(const ShardingColumn &column, const QHash<QString, HashSample> &samples = {})
{
    return rankCandidates(table(u"t"_s, {column}), {}, 32, samples).constFirst();
}

} // namespace

class TestCandidates : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void manyValuesGoBeforeFew()
    {
        QCOMPARE(ranked(table(u"t"_s, {column(u"three"_s, 3), column(u"many"_s, 1e6), column(u"some"_s, 100)})),
            (QStringList{u"many"_s, u"some"_s, u"three"_s}));
    }

    void nullsSpeakAgainst()
    {
        QCOMPARE(ranked(table(u"t"_s, {column(u"holes"_s, 1e6, 0.2), column(u"full"_s, 1e5)})),
            (QStringList{u"full"_s, u"holes"_s}));
        QVERIFY(only(column(u"holes"_s, 1e6, 0.2)).speaksAgainst.constFirst().startsWith(u"20 % of the rows"_s));
    }

    void whatTheServerRefusesIsNotPossible_data()
    {
        QTest::addColumn<ShardingColumn>("column");
        ShardingColumn refused = column(u"c"_s, 1e6);
        refused.isHashable = false;
        QTest::newRow("no hash") << refused;
        refused = column(u"c"_s, 1e6);
        refused.isGenerated = true;
        QTest::newRow("generated") << refused;
        refused = column(u"c"_s, 1e6);
        refused.isDeterministic = false;
        QTest::newRow("collation") << refused;
        refused = column(u"c"_s, 1e6);
        refused.hasNegativeScale = true;
        QTest::newRow("negative scale") << refused;
        refused = column(u"c"_s, 1e6);
        refused.unhashablePart = u"point"_s;
        QTest::newRow("a part without a hash") << refused;
    }
    void whatTheServerRefusesIsNotPossible()
    {
        QFETCH(ShardingColumn, column);
        QVERIFY(!only(column).isPossible);
        QCOMPARE(ranked(table(u"t"_s, {column, ::column(u"poor"_s, 2)})).constFirst(), u"poor"_s);
    }

    void aForeignKeyThatStaysPossibleDecides()
    {
        const ShardingTable orders = table(u"orders"_s, {column(u"id"_s, 1e6), column(u"customer"_s, 1e5)});
        ShardingFacts facts;
        facts.tables = {orders, table(u"customer"_s, {column(u"id"_s, 1e5)})};
        facts.foreignKeys = {foreignKey(u"orders"_s, u"customer"_s, u"customer"_s, u"id"_s)};
        QCOMPARE(ranked(orders, facts).constFirst(), u"customer"_s);
        QCOMPARE(rankCandidates(orders, facts, 32).constFirst().foreignKeys, 1);
    }

    void aForeignKeyToAReferenceTableHindersNobody()
    {
        const ShardingTable orders = table(u"orders"_s, {column(u"id"_s, 1e6)});
        ShardingTable country = table(u"country"_s, {column(u"code"_s, 200)});
        country.kind = TableKind::Reference;
        ShardingFacts facts;
        facts.tables = {orders, country};
        facts.foreignKeys = {foreignKey(u"orders"_s, u"country"_s, u"country"_s, u"code"_s)};
        QCOMPARE(rankCandidates(orders, facts, 32).constFirst().foreignKeys, 1);
    }

    void skewIsToldFromTheSample()
    {
        HashSample lopsided;
        lopsided.add(1, {1000, 1000});
        const ShardingCandidate candidate = only(column(u"c"_s, 1e6), {{u"c"_s, lopsided}});
        QCOMPARE(candidate.skew.value_or(0), 32.0);
        QVERIFY(candidate.speaksAgainst.join(u' ').contains(u"32.0 times the average"_s));
        QVERIFY(!only(column(u"c"_s, 1e6)).skew);
    }

    void smallTablesThatOthersPointToAreCopied()
    {
        const ShardingTable country = table(u"country"_s, {column(u"code"_s, 200)}, 16384);
        ShardingFacts facts;
        facts.tables = {country};
        facts.foreignKeys = {foreignKey(u"customer"_s, u"country"_s, u"country"_s, u"code"_s)};
        QCOMPARE(adviseSpread(country, facts).spread, Spread::Reference);
        ShardingTable busy = country;
        busy.writes = 1'000'000;
        QVERIFY(adviseSpread(busy, facts).spread != Spread::Reference);
    }

    void largeAndPartitionedTablesAreDistributed()
    {
        QCOMPARE(adviseSpread(table(u"t"_s, {column(u"c"_s, 1e6)}), {}).spread, Spread::Distributed);
        ShardingTable events = table(u"events"_s, {column(u"c"_s, 1e6)}, 0);
        events.relkind = u"p"_s;
        QCOMPARE(adviseSpread(events, {}).spread, Spread::Distributed);
    }

    void smallTablesThatAreMostlyWrittenStay()
    {
        ShardingTable log = table(u"log"_s, {column(u"c"_s, 2)}, 8192);
        log.writes = 1'000'000;
        QCOMPARE(adviseSpread(log, {}).spread, Spread::LocalManaged);
    }

    void moreNodesAndMoreBytesTakeMoreShards()
    {
        ShardingCluster cluster;
        for (int node = 0; node < 2; ++node)
            cluster.nodes << ShardingNode();
        QCOMPARE(adviseShardCount({}, cluster).count, 32);
        for (int node = 2; node < 8; ++node)
            cluster.nodes << ShardingNode();
        QCOMPARE(adviseShardCount({}, cluster).count, 64);
        QCOMPARE(adviseShardCount({table(u"t"_s, {}, qint64(1) << 50)}, cluster).count, 128);
    }

    void groupsFitByTypeAndCollation()
    {
        ShardingCluster cluster;
        GroupFacts group;
        group.columnTypeOid = 20;
        group.columnCollation = u"0"_s;
        cluster.groups << group; // nobody is in it
        group.members = {u"shop.orders"_s};
        cluster.groups << group;
        group.columnTypeOid = 23;
        cluster.groups << group;
        const QList<GroupFacts> fitting = fittingGroups(column(u"c"_s, 1), cluster);
        QCOMPARE(fitting.size(), 1);
        QCOMPARE(fitting.constFirst().members, QStringList{u"shop.orders"_s});
    }
};

SHARDBOARD_TEST_MAIN(TestCandidates)
#include "test_candidates.moc"
