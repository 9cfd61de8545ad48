// SPDX-License-Identifier: GPL-3.0-or-later
// The answers of the wizard and the intent that they become.
#include "admin/distribute/distributedraft.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

constexpr quint32 intOid = 23, bigintOid = 20;

QualifiedName shop(const QString &name)
{
    return {u"shop"_s, name};
}

ShardingTable tableWith(const QString &name, const QString &columnName, quint32 type)
{
    ShardingColumn column;
    column.name = columnName;
    column.typeOid = type;
    column.collation = u"0"_s;
    ShardingTable table;
    table.name = shop(name);
    table.columns << column;
    return table;
}

/// Two tables of int keys, and one that is distributed by a bigint.
ShardingFacts facts()
{
    ShardingFacts facts;
    facts.tables << tableWith(u"customer"_s, u"id"_s, intOid) << tableWith(u"orders"_s, u"customer"_s, intOid)
                 << tableWith(u"event"_s, u"device"_s, bigintOid);
    return facts;
}

DistributeDraft draft()
{
    DistributeDraft draft = DistributeDraft::ofTables({shop(u"customer"_s), shop(u"orders"_s), shop(u"event"_s)});
    draft.table(shop(u"customer"_s))->column = u"id"_s;
    draft.table(shop(u"orders"_s))->column = u"customer"_s;
    draft.table(shop(u"event"_s))->column = u"device"_s;
    return draft;
}

} // namespace

class TestDistributeDraft : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void isCompleteOnceEveryTableHasItsColumn()
    {
        QVERIFY(!DistributeDraft().isComplete());
        DistributeDraft one = DistributeDraft::ofTables({shop(u"customer"_s)});
        QVERIFY(!one.isComplete());
        one.tables[0].spread = Spread::Reference; // needs none
        QVERIFY(one.isComplete());
        QVERIFY(draft().isComplete());
        QVERIFY(DistributeDraft::ofSchema(u"shop"_s).isComplete());
        QVERIFY(!DistributeDraft::ofSchema({}).isComplete());
    }

    void theDefaultGroupIsLeftToTheServer()
    {
        DistributeDraft wanted = draft();
        wanted.shardCount = 16;
        wanted.isConcurrent = true;
        wanted.truncatesLocalData = false;
        const DistributeSettings settings = wanted.settings(facts());
        QCOMPARE(settings.tables.size(), 3);
        QVERIFY(!settings.truncateLocalData);
        for (const TableChoice &choice : settings.tables) {
            QCOMPARE(choice.colocateWith, QString());
            QCOMPARE(choice.shardCount, 16);
            QVERIFY(choice.concurrently);
        }
    }

    void aGroupOfTheirOwnIsOneForEachTypeOfColumn()
    {
        DistributeDraft wanted = draft();
        wanted.group = DistributeDraft::Group::Own;
        wanted.shardCount = 8;
        const DistributeSettings settings = wanted.settings(facts());
        QCOMPARE(settings.choice(shop(u"customer"_s))->colocateWith, u"none"_s);
        QCOMPARE(settings.choice(shop(u"customer"_s))->shardCount, 8);
        QCOMPARE(settings.choice(shop(u"orders"_s))->colocateWith, u"shop.customer"_s);
        QCOMPARE(settings.choice(shop(u"orders"_s))->shardCount, 0); // follows from its mate
        QCOMPARE(settings.choice(shop(u"event"_s))->colocateWith, u"none"_s); // its values hash otherwise
    }

    void anExistingGroupGivesItsShardCount()
    {
        DistributeDraft wanted = draft();
        wanted.group = DistributeDraft::Group::Existing;
        wanted.mate = shop(u"Odd name"_s);
        wanted.shardCount = 8;
        const DistributeSettings settings = wanted.settings(facts());
        QCOMPARE(settings.tables.first().colocateWith, u"shop.\"Odd name\""_s);
        QCOMPARE(settings.tables.first().shardCount, 0);
    }

    void otherKindsHaveNoColumnAndNoGroup()
    {
        DistributeDraft wanted = draft();
        wanted.tables[0].spread = Spread::Reference;
        wanted.tables[1].spread = Spread::LocalManaged;
        wanted.isConcurrent = true;
        wanted.shardCount = 8;
        const DistributeSettings settings = wanted.settings(facts());
        for (const QString &name : {u"customer"_s, u"orders"_s}) {
            const TableChoice choice = *settings.choice(shop(name));
            QCOMPARE(choice, (TableChoice{shop(name), choice.spread, {}, {}, 0, false}));
        }
        QCOMPARE(wanted.distributed().size(), 1);
    }

    void aSchemaGoesAsAWhole()
    {
        const DistributeSettings settings = DistributeDraft::ofSchema(u"tenant1"_s).settings(facts());
        QCOMPARE(settings.schema, u"tenant1"_s);
        QVERIFY(settings.tables.isEmpty());
    }

    void whatItBecomesIsUnderstood()
    {
        for (const auto group : {DistributeDraft::Group::Default, DistributeDraft::Group::Own}) {
            DistributeDraft wanted = draft();
            wanted.group = group;
            const DistributeSettings settings = wanted.settings(facts());
            const auto read = distributeSettings(distributeIntent(settings));
            QVERIFY(read);
            QCOMPARE(*read, settings);
        }
    }
};

SHARDBOARD_TEST_MAIN(TestDistributeDraft)
#include "test_distributedraft.moc"
