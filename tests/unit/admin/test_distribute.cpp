// SPDX-License-Identifier: GPL-3.0-or-later
// The wizard's judgement on facts made by hand; tests/live/test_preflight.cpp holds the same rules against a server.
#include "admin/distribute/distributeplanner.h"
#include "admin/distribute/distributionorder.h"
#include "tests/support/testmain.h"

#include <QJsonArray>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

constexpr quint32 intOid = 23, bigintOid = 20;

QualifiedName shop(const QString &name)
{
    return {u"shop"_s, name};
}

ShardingColumn column(const QString &name, quint32 type = intOid)
{
    ShardingColumn made;
    made.name = name;
    made.type = type == intOid ? u"integer"_s : u"bigint"_s;
    made.typeOid = type;
    made.collation = u"0"_s;
    made.isHashable = true;
    return made;
}

ShardingKey primaryKey(const QString &table, const QStringList &columns)
{
    ShardingKey key;
    key.table = shop(table);
    key.name = table + u"_pkey"_s;
    key.isPrimary = key.isConstraint = true;
    key.columns = columns;
    key.keyCount = int(columns.size());
    key.definition = u"PRIMARY KEY (%1)"_s.arg(columns.join(u", "_s));
    return key;
}

ShardingTable table(const QString &name, const QStringList &columns, const QStringList &key)
{
    ShardingTable made;
    made.name = shop(name);
    made.relkind = u"r"_s;
    made.hasRows = true;
    for (const QString &one : columns)
        made.columns << column(one);
    if (!key.isEmpty())
        made.keys << primaryKey(name, key);
    return made;
}

ShardingForeignKey foreignKey(
    const QString &from, const QStringList &columns, const QString &to, const QStringList &referenced)
{
    ShardingForeignKey key;
    key.name = from + u"_to_"_s + to;
    key.table = shop(from);
    key.referenced = shop(to);
    key.columns = columns;
    key.referencedColumns = referenced;
    key.referencedKey = to + u"_pkey"_s;
    key.definition = u"FOREIGN KEY (%1) REFERENCES shop.%2(%3) ON DELETE CASCADE"_s.arg(
        columns.join(u", "_s), to, referenced.join(u", "_s));
    return key;
}

/// customers, their orders, the items of these, and notes on orders that nobody distributes
ShardingFacts shopFacts()
{
    ShardingFacts facts;
    facts.tables << table(u"customer"_s, {u"id"_s}, {u"id"_s})
                 << table(u"orders"_s, {u"id"_s, u"customer"_s}, {u"id"_s})
                 << table(u"item"_s, {u"orders"_s, u"customer"_s, u"n"_s}, {}) << table(u"note"_s, {u"orders"_s}, {});
    facts.foreignKeys << foreignKey(u"orders"_s, {u"customer"_s}, u"customer"_s, {u"id"_s})
                      << foreignKey(u"item"_s, {u"orders"_s}, u"orders"_s, {u"id"_s});
    return facts;
}

DistributeSettings shopSettings()
{
    DistributeSettings settings;
    settings.tables << TableChoice{shop(u"item"_s), Spread::Distributed, u"customer"_s, {}, 0, false}
                    << TableChoice{shop(u"orders"_s), Spread::Distributed, u"customer"_s, {}, 0, false}
                    << TableChoice{shop(u"customer"_s), Spread::Distributed, u"id"_s, {}, 0, false};
    return settings;
}

QStringList stepIds(const Plan &plan)
{
    QStringList ids;
    for (const PlanStep &step : plan.steps)
        ids << step.id;
    return ids;
}

} // namespace

class TestDistribute : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void settingsSurviveTheFile()
    {
        DistributeSettings settings = shopSettings();
        settings.tables[0].colocateWith = u"shop.orders"_s;
        settings.tables[1].shardCount = 64;
        settings.tables[2].concurrently = true;
        settings.fixes << u"composite-key shop.orders.orders_pkey"_s;
        settings.truncateLocalData = false;
        const auto read = distributeSettings(distributeIntent(settings));
        QVERIFY(read);
        QVERIFY(*read == settings);
    }

    void nonsenseIsRefusedByName_data()
    {
        QTest::addColumn<QJsonObject>("settings");
        QTest::addColumn<QString>("said");
        const auto one = [](const QJsonObject &choice) { return QJsonObject{{u"tables"_s, QJsonArray{choice}}}; };
        QTest::newRow("nothing") << QJsonObject() << u"which tables"_s;
        QTest::newRow("unknown setting") << QJsonObject{{u"colour"_s, u"red"_s}} << u"colour"_s;
        QTest::newRow("no column") << one({{u"table"_s, u"t"_s}}) << u"column"_s;
        QTest::newRow("unknown spread") << one({{u"table"_s, u"t"_s}, {u"spread"_s, u"evenly"_s}}) << u"evenly"_s;
        QTest::newRow("column of a reference table")
            << one({{u"table"_s, u"t"_s}, {u"spread"_s, u"reference"_s}, {u"column"_s, u"k"_s}}) << u"column"_s;
        QTest::newRow("too many shards") << one({{u"table"_s, u"t"_s}, {u"column"_s, u"k"_s}, {u"shardCount"_s, 65536}})
                                         << u"shardCount"_s;
        QTest::newRow("count beside company")
            << one({{u"table"_s, u"t"_s}, {u"column"_s, u"k"_s}, {u"shardCount"_s, 8}, {u"colocateWith"_s, u"o"_s}})
            << u"shardCount"_s;
    }
    void nonsenseIsRefusedByName()
    {
        QFETCH(QJsonObject, settings);
        QFETCH(QString, said);
        const auto read = distributeSettings({u"distribute"_s, settings});
        QVERIFY(read.isError());
        QVERIFY2(read.error().message.contains(said), qPrintable(read.error().message));
    }

    /// What was cut off goes on where it stopped, whatever group was asked for.
    void aTableThatLiesAsWishedIsNotInTheWay()
    {
        ShardingFacts facts = shopFacts();
        ShardingTable &customer = facts.tables[0];
        customer.kind = TableKind::Distributed;
        customer.distributionColumn = u"id"_s;
        customer.colocationId = 7;
        customer.shardCount = 4;
        GroupFacts group;
        group.group.id = 7;
        group.columnTypeOid = intOid;
        group.columnCollation = u"0"_s;
        group.members = {u"shop.customer"_s, u"shop.orders"_s};
        facts.cluster.groups << group;
        DistributeSettings settings = shopSettings();
        const auto verdict = [&](const QString &colocateWith) {
            settings.tables[2].colocateWith = colocateWith;
            return preflight(settings, facts, {}).find(u"already-so"_s, shop(u"customer"_s)) ? u"so"_s : u"not so"_s;
        };
        QCOMPARE(verdict({}), u"so"_s);
        QCOMPARE(verdict(u"none"_s), u"so"_s);
        QCOMPARE(verdict(u"shop.orders"_s), u"so"_s);
        QCOMPARE(verdict(u"shop.elsewhere"_s), u"not so"_s);
        facts.cluster.groups.first().members << u"shop.stranger"_s;
        QCOMPARE(verdict(u"none"_s), u"not so"_s);
    }

    void tablesGoInTheOrderOfTheirForeignKeys()
    {
        const DistributeSettings settings = shopSettings();
        const ShardingFacts facts = shopFacts();
        const PlannedState state(settings, facts);
        QCOMPARE(state.order(), (QList{shop(u"customer"_s), shop(u"orders"_s), shop(u"item"_s)}));
        QVERIFY(state.circle().isEmpty());
        QCOMPARE(state[shop(u"item"_s)].group, state[shop(u"customer"_s)].group);
    }

    /// citus colocates with what is distributed already; the order is that of the foreign keys.
    void eachTableNamesOneThatIsThereByThen()
    {
        DistributeSettings settings = shopSettings(); // item, orders, customer; made the other way round
        settings.tables[0].colocateWith = u"none"_s;
        settings.tables[0].shardCount = 8;
        settings.tables[1].colocateWith = u"shop.item"_s;
        settings.tables[2].colocateWith = u"shop.orders"_s;
        const ShardingFacts facts = shopFacts();
        const auto order = distributionOrder(settings, PlannedState(settings, facts));
        QStringList said;
        for (const TableChoice &choice : order)
            said << u"%1 with %2, %3"_s.arg(choice.table.name, choice.colocateWith).arg(choice.shardCount);
        QCOMPARE(said,
            (QStringList{
                u"customer with none, 8"_s, u"orders with shop.customer, 0"_s, u"item with shop.customer, 0"_s}));
    }

    void whatIsDoneWhileWritesGoOnComesTogether()
    {
        DistributeSettings settings = shopSettings();
        settings.tables[2].concurrently = true;
        const ShardingFacts facts = shopFacts();
        QVERIFY(distributionOrder(settings, PlannedState(settings, facts)).constLast().concurrently);
        settings.tables[1].colocateWith = u"shop.customer"_s; // which must be there then
        QVERIFY(distributionOrder(settings, PlannedState(settings, facts)).constFirst().concurrently);
    }

    void aWiderKeyTakesItsForeignKeysAlong()
    {
        DistributeSettings settings = shopSettings();
        const Preflight before = preflight(settings, shopFacts(), {});
        QVERIFY(!before.passes());
        const Finding *key = before.find(u"unique-key"_s, shop(u"orders"_s));
        QVERIFY(key);
        QCOMPARE(key->fixes.first().id, u"composite-key shop.orders.orders_pkey"_s);

        settings.fixes << key->fixes.first().id;
        const Preflight after = preflight(settings, shopFacts(), {});
        QVERIFY2(after.passes(), qPrintable(after.toText()));
        QCOMPARE(after.find(u"unique-key"_s)->fixedBy, settings.fixes.first());
        QCOMPARE(after.find(u"foreign-key-without-column"_s)->fixedBy, settings.fixes.first());

        const auto plan = planDistribution(settings, after);
        QVERIFY(plan);
        QCOMPARE(plan->steps.at(0).sql, u"ALTER TABLE shop.item DROP CONSTRAINT item_to_orders"_s);
        QCOMPARE(plan->steps.at(1).sql,
            u"ALTER TABLE shop.orders DROP CONSTRAINT orders_pkey, ADD CONSTRAINT orders_pkey "
            "PRIMARY KEY (customer, id)"_s);
        QCOMPARE(plan->steps.at(2).sql,
            u"ALTER TABLE shop.item ADD CONSTRAINT item_to_orders FOREIGN KEY (customer, orders) "
            "REFERENCES shop.orders (customer, id) ON DELETE CASCADE"_s);
        const QList<int> groups{plan->steps.first().group, plan->steps.at(6).group, plan->steps.at(7).group};
        QCOMPARE(groups.at(0), groups.at(1)); // fixes and distribution stand or fall together
        QVERIFY(groups.at(1) < groups.at(2));
    }

    void whatLeadsToALocalTableIsNotTruncated()
    {
        DistributeSettings settings;
        settings.tables << TableChoice{shop(u"customer"_s), Spread::Reference, {}, {}, 0, false};
        ShardingFacts facts = shopFacts();
        facts.cluster.convertsLocalTables = false;
        Preflight verdict = preflight(settings, facts, {});
        // orders is spread already; items are rows of this node that a cascading TRUNCATE of customer would reach
        for (ShardingTable &one : verdict.facts.tables) {
            if (one.name == shop(u"orders"_s))
                one.kind = TableKind::Distributed;
        }
        const auto plan = planDistribution(settings, verdict);
        QVERIFY(plan);
        QCOMPARE(stepIds(*plan).filter(u"truncate"_s), QStringList());
        QVERIFY(plan->notes.join(u' ').contains(u"shop.item"_s));
    }

    void columnTypesMustAgree()
    {
        ShardingFacts facts = shopFacts();
        facts.tables[0].columns[0] = column(u"id"_s, bigintOid);
        DistributeSettings settings = shopSettings();
        settings.tables[1].colocateWith = u"shop.customer"_s;
        const Preflight verdict = preflight(settings, facts, {});
        const Finding *finding = verdict.find(u"colocation"_s, shop(u"orders"_s));
        QVERIFY2(finding && finding->isOpen(), qPrintable(verdict.toText()));
        QCOMPARE(
            finding->fixes.first().before.first().sql, u"ALTER TABLE shop.orders ALTER COLUMN customer TYPE bigint"_s);
    }

    void aPlanIsRefusedWhileSomethingBlocks()
    {
        const DistributeSettings settings = shopSettings();
        const auto plan = planDistribution(settings, preflight(settings, shopFacts(), {}));
        QVERIFY(plan.isError());
        QVERIFY(plan.error().message.contains(u"orders_pkey"_s));
    }

    void nodesAreAskedForRoom()
    {
        ShardingFacts facts = shopFacts();
        facts.tables[0].bytes = qint64(10) << 30;
        ShardingNode node;
        node.host = u"worker"_s;
        node.port = 5432;
        node.freeBytes = qint64(1) << 30;
        facts.cluster.nodes << node;
        DistributeSettings settings;
        settings.tables << TableChoice{shop(u"customer"_s), Spread::Reference, {}, {}, 0, false};
        const Preflight verdict = preflight(settings, facts, {});
        QVERIFY(verdict.find(u"disk-space"_s)->isOpen());
        facts.cluster.nodes.first().freeBytes = qint64(11) << 30;
        QVERIFY(preflight(settings, facts, {}).find(u"disk-space"_s)->severity == Finding::Severity::Warns);
        facts.cluster.nodes.first().freeBytes = qint64(50) << 30;
        QVERIFY(!preflight(settings, facts, {}).find(u"disk-space"_s));
    }

    void concurrentDistributionNeedsLogicalDecoding()
    {
        ShardingFacts facts = shopFacts();
        facts.foreignKeys.clear();
        ShardingNode node;
        node.isCoordinator = true;
        node.walLevel = u"replica"_s;
        node.outputPlugins = u"pgoutput, test_decoding"_s;
        facts.cluster.nodes << node;
        DistributeSettings settings;
        settings.tables << TableChoice{shop(u"customer"_s), Spread::Distributed, u"id"_s, {}, 0, true};
        const Preflight verdict = preflight(settings, facts, {});
        for (const QString &code : {u"wal-level"_s, u"output-plugin"_s, u"replication-slots"_s})
            QVERIFY2(verdict.find(code) && verdict.find(code)->isOpen(), qPrintable(code + verdict.toText()));
        settings.fixes << u"allow-output-plugin"_s;
        const Preflight fixed = preflight(settings, facts, {});
        QCOMPARE(fixed.find(u"output-plugin"_s)->fixedBy, u"allow-output-plugin"_s);
        QVERIFY(fixed.find(u"wal-level"_s)->isOpen()); // needs a restart: no fix
    }
};

SHARDBOARD_TEST_MAIN(TestDistribute)
#include "test_distribute.moc"
