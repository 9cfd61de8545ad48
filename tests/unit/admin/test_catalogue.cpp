// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/catalogue/catalogue.h"
#include "tests/support/results.h"
#include "tests/support/testmain.h"

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

using Rows = QList<QStringList>;

QStringList relation(int oid, const QString &name, const QString &relkind = u"r"_s, const QString &rows = u"-1"_s)
{
    return {QString::number(oid), u"public"_s, name, relkind, u"f"_s, QString(), QString(), QString(), u"owner"_s,
        u"heap"_s, rows, QString()};
}

QStringList partition(int oid, const QString &name, int parent, const QString &bound)
{
    QStringList row = relation(oid, name);
    row[5] = QString::number(parent);
    row[6] = bound;
    return row;
}

QStringList partitioned(int oid, const QString &name)
{
    QStringList row = relation(oid, name, u"p"_s);
    row[7] = u"RANGE (at)"_s;
    return row;
}

ServerCapabilities withCitus()
{
    ServerCapabilities capabilities;
    capabilities.citus.state = Capability::State::Available;
    return capabilities;
}

/// relations, citus tables, orphaned shards, colocation groups, local sizes, figures of the nodes
QList<Outcome<ResultSet>> answersOf(const Rows &relations, const Rows &citus, const Rows &sizes, const Rows &figures)
{
    return {resultOf(12, relations), resultOf(7, citus), resultOf(1, {}), resultOf(6, {}), resultOf(3, sizes),
        resultOf(6, figures)};
}

QStringList figure(int node, const QString &table, int bytes, int rows)
{
    return {QString::number(node), QString(), u"public"_s, table, QString::number(bytes), QString::number(rows)};
}

} // namespace

class TestCatalogue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"."_s)); }

    void everyKindOfTableIsRecognised()
    {
        const Rows relations{relation(1, u"dist"_s), relation(2, u"ref"_s), relation(3, u"tenant"_s),
            relation(4, u"single"_s), relation(5, u"managed"_s), relation(6, u"local"_s), relation(7, u"v"_s, u"v"_s),
            relation(8, u"m"_s, u"m"_s), relation(9, u"f"_s, u"f"_s)};
        const Rows citus{{u"1"_s, u"h"_s, u"s"_s, u"7"_s, u"id"_s, u"f"_s, u"32"_s},
            {u"2"_s, u"n"_s, u"t"_s, u"3"_s, QString(), u"f"_s, u"1"_s},
            {u"3"_s, u"n"_s, u"s"_s, u"4"_s, QString(), u"t"_s, u"1"_s},
            {u"4"_s, u"n"_s, u"s"_s, u"5"_s, QString(), u"f"_s, u"1"_s},
            {u"5"_s, u"n"_s, u"s"_s, u"0"_s, QString(), u"f"_s, u"1"_s}};
        const auto catalogue = readCatalogue(withCitus(), answersOf(relations, citus, {}, {}));
        QVERIFY(catalogue.isOk());
        const QList<TableKind> expected{TableKind::Distributed, TableKind::Reference, TableKind::SchemaSharded,
            TableKind::SingleShard, TableKind::LocalManaged, TableKind::Local, TableKind::View,
            TableKind::MaterializedView, TableKind::Foreign};
        for (int i = 0; i < expected.size(); ++i)
            QCOMPARE(int(catalogue->tables.at(i).kind), int(expected.at(i)));
        QCOMPARE(catalogue->tables.first().distributionColumn, u"id"_s);
        QCOMPARE(catalogue->tables.first().shardCount, 32);
    }

    void figuresOfTheNodesAddUpButACopyCountsOnce()
    {
        const Rows relations{relation(1, u"dist"_s), relation(2, u"ref"_s)};
        const Rows citus{{u"1"_s, u"h"_s, u"s"_s, u"7"_s, u"id"_s, u"f"_s, u"32"_s},
            {u"2"_s, u"n"_s, u"t"_s, u"3"_s, QString(), u"f"_s, u"1"_s}};
        const Rows figures{figure(1, u"ref"_s, 50, 5), figure(2, u"dist"_s, 100, 10), figure(2, u"ref"_s, 60, 5),
            figure(3, u"dist"_s, 200, -1)};
        const auto catalogue = readCatalogue(withCitus(), answersOf(relations, citus, {}, figures));
        QVERIFY(catalogue.isOk());
        QCOMPARE(catalogue->tables.at(0).bytes, 300);
        QCOMPARE(catalogue->tables.at(0).rows, 10);
        QCOMPARE(catalogue->tables.at(1).bytes, 60);
        QCOMPARE(catalogue->tables.at(1).rows, 5);
    }

    void partitionsFoldUnderTheirParentInOrder()
    {
        const Rows relations{partitioned(1, u"events"_s), partition(2, u"events_default"_s, 1, u"DEFAULT"_s),
            partition(3, u"events_late"_s, 1, u"FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')"_s),
            partition(4, u"events_early"_s, 1, u"FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')"_s),
            relation(5, u"other"_s)};
        const Rows sizes{{u"2"_s, u"10"_s, u"t"_s}, {u"3"_s, u"20"_s, u"t"_s}, {u"4"_s, u"30"_s, u"t"_s}};
        const auto catalogue = readCatalogue({}, {resultOf(12, relations), resultOf(3, sizes)});
        QVERIFY(catalogue.isOk());
        QCOMPARE(catalogue->roots, (QList<int>{0, 4}));
        const CatalogueTable &events = catalogue->tables.first();
        QCOMPARE(events.partitions, (QList<int>{3, 2, 1}));
        QCOMPARE(events.partitionCount, 3);
        QCOMPARE(events.bytes, 60);
        QCOMPARE(catalogue->partitionRange(events), (std::pair{u"2024-01-01"_s, u"2024-03-01"_s}));
        QVERIFY(catalogue->hasDefaultPartition(events));
        QVERIFY(!catalogue->hasDefaultPartition(catalogue->tables.last()));
    }

    void localDataKeptAfterDistributingIsSeen()
    {
        const Rows relations{relation(1, u"kept"_s), relation(2, u"emptied"_s)};
        const Rows citus{{u"1"_s, u"h"_s, u"s"_s, u"7"_s, u"id"_s, u"f"_s, u"32"_s},
            {u"2"_s, u"h"_s, u"s"_s, u"7"_s, u"id"_s, u"f"_s, u"32"_s}};
        const Rows sizes{{u"1"_s, u"40960"_s, u"t"_s}, {u"2"_s, u"8192"_s, u"f"_s}};
        const auto catalogue = readCatalogue(withCitus(), answersOf(relations, citus, sizes, {}));
        QVERIFY(catalogue.isOk());
        QCOMPARE(catalogue->tables.at(0).leftoverBytes, 40960);
        QCOMPARE(catalogue->tables.at(1).leftoverBytes, 0);
        QCOMPARE(catalogue->tables.at(0).bytes, -1);
    }

    void shardsThatWaitToBeRemovedAreNoTables()
    {
        auto answers = answersOf({relation(1, u"t"_s), relation(2, u"t_102008"_s)}, {}, {}, {});
        answers[2] = resultOf(1, {{u"2"_s}, {QString()}});
        const auto catalogue = readCatalogue(withCitus(), answers);
        QVERIFY(catalogue.isOk());
        QCOMPARE(catalogue->tables.size(), 1);
        QCOMPARE(catalogue->tables.first().name.name, u"t"_s);
    }

    void aNodeThatIsSilentLeavesAGapThatIsSaid()
    {
        const Rows figures{{u"3"_s, u"failed to connect to worker:5432"_s, QString(), QString(), QString(), QString()}};
        const auto catalogue = readCatalogue(withCitus(), answersOf({relation(1, u"t"_s)}, {}, {}, figures));
        QVERIFY(catalogue.isOk());
        QCOMPARE(catalogue->gaps.size(), 1);
        QVERIFY(catalogue->gaps.first().contains(u"Node 3"_s));
        QVERIFY(catalogue->gaps.first().contains(u"failed to connect to worker:5432"_s));
    }

    void theFirstAnswersAloneGiveTablesWithoutSizes()
    {
        auto answers = answersOf({relation(1, u"t"_s)}, {}, {{u"1"_s, u"10"_s, u"t"_s}}, {});
        answers.resize(4, Cancelled{});
        const auto catalogue = readCatalogue(withCitus(), answers);
        QVERIFY(catalogue.isOk());
        QCOMPARE(catalogue->tables.size(), 1);
        QCOMPARE(catalogue->tables.first().bytes, -1);
    }

    void anErrorOfTheTableListIsTheError()
    {
        ServerError refused;
        refused.message = u"permission denied"_s;
        const auto catalogue = readCatalogue({}, {refused, resultOf(3, {})});
        QVERIFY(catalogue.isError());
        QCOMPARE(catalogue.error().message, u"permission denied"_s);
    }
};

SHARDBOARD_TEST_MAIN(TestCatalogue)
#include "test_catalogue.moc"
