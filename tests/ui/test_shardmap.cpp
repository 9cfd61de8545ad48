// SPDX-License-Identifier: GPL-3.0-or-later
// The shard map: groups with their tables below, a cell a shard, its shade the size; walked through by key and mouse.
#include "tests/support/testmain.h"
#include "ui/cluster/shardmap.h"
#include "ui/cluster/shardmapview.h"
#include "ui/common/theme.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

NodeFacts node(int id, const QString &host, bool mayHold = true)
{
    NodeFacts facts;
    facts.nodeId = id;
    facts.groupId = id - 1;
    facts.host = host;
    facts.port = 5432;
    facts.shouldHaveShards = mayHold;
    facts.hasAnswered = true;
    return facts;
}

Shard shard(qint64 id, int table, int nodeId, qint64 bytes, int low)
{
    return {id, table, nodeId, bytes, low, low + 99, true};
}

/// orders and items in one group on two workers, country on all nodes.
ClusterFacts facts()
{
    auto shards = std::make_shared<ShardFacts>();
    shards->tables = {{10, {u"public"_s, u"items"_s}, TableKind::Distributed, 1, false},
        {11, {u"public"_s, u"orders"_s}, TableKind::Distributed, 1, false},
        {12, {u"shop"_s, u"country"_s}, TableKind::Reference, 2, false}};
    shards->shards = {shard(100, 0, 2, 16384, 0), shard(101, 0, 3, 1 << 20, 100), shard(110, 1, 2, 0, 0),
        shard(111, 1, 3, -1, 100), {120, 2, 1, 8192, 0, 0, false}, {120, 2, 2, 8192, 0, 0, false},
        {120, 2, 3, 8192, 0, 0, false}};
    ClusterFacts facts;
    facts.hasCitus = true;
    facts.nodes = {node(1, u"c"_s, false), node(2, u"w1"_s), node(3, u"w2"_s)};
    facts.shards = shards;
    facts.known = ClusterPart::Shards | ClusterPart::Nodes;
    return facts;
}

ClusterFacts wideFacts(int tables, int shardsEach)
{
    auto shards = std::make_shared<ShardFacts>();
    for (int table = 0; table < tables; ++table) {
        shards->tables << ShardTable{
            quint32(table + 1), {u"public"_s, u"t%1"_s.arg(table)}, TableKind::Distributed, 1 + table / 50, false};
        for (int i = 0; i < shardsEach; ++i)
            shards->shards.push_back(
                shard(qint64(table) * shardsEach + i + 1, table, 2 + i % 2, qint64(8192) << (i % 16), i * 100));
    }
    ClusterFacts wide = facts();
    wide.shards = shards;
    return wide;
}

QStringList textOf(const ShardMapLayout &layout)
{
    QStringList text;
    for (const ShardMapLayout::Line &line : layout.lines()) {
        QStringList cells{line.isGroup()
                ? u"group"_s + QString::number(layout.groups()[size_t(line.group)].colocationId)
                : layout.table(line.table).name.name};
        for (size_t column = 0; column < layout.columns().size(); ++column) {
            QStringList sizes;
            for (const ShardCell &cell : layout.cells(line, column))
                sizes << QString::number(cell.bytes);
            cells << sizes.join(u'+');
        }
        text << cells.join(u'|');
    }
    return text;
}

} // namespace

class TestShardMap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }
    void init() { Testing::failOnWarnings(); }

    void eachDoublingIsAStepOfTheScale()
    {
        const SizeScale scale(8192 * 16);
        QCOMPARE(scale.position(100), 0.0);
        QCOMPARE(scale.position(8192), 0.0);
        QCOMPARE(scale.position(8192 * 4), 0.5);
        QCOMPARE(scale.position(8192 * 16), 1.0);
        QCOMPARE(scale.position(qint64(1) << 50), 1.0);
        QCOMPARE(SizeScale(0).position(0), 0.0);
        QCOMPARE(SizeScale(4096).position(4096), 1.0); // the largest there is
        QVERIFY(scale.colour(8192 * 16) != scale.colour(8192));
    }

    void groupsStandAboveTheirTablesAndSumThemUp()
    {
        ShardMapLayout layout;
        layout.setFacts(facts());
        QCOMPARE(textOf(layout),
            (QStringList{u"group1||16384|1048576"_s, u"items||16384|1048576"_s, u"orders||0|-1"_s,
                u"group2|8192|8192|8192"_s, u"country|8192|8192|8192"_s}));
        QCOMPARE(layout.columns()[1].shards, 3);
        QCOMPARE(layout.columns()[1].bytes, 16384 + 8192);
        QCOMPARE(layout.largest(), 1 << 20);
    }

    void aFilterKeepsTheGroupOfWhatItFinds()
    {
        ShardMapLayout layout;
        layout.setFacts(facts());
        layout.setFilter(u"ORD"_s);
        QCOMPARE(textOf(layout), (QStringList{u"group1||16384|1048576"_s, u"orders||0|-1"_s}));
        layout.setFilter(u"shop."_s);
        QCOMPARE(layout.lines().size(), size_t(2));
        layout.setFilter(u"nothing"_s);
        QVERIFY(layout.lines().empty());
    }

    void whatIsFoldedStaysFoldedOverARefresh()
    {
        ShardMapLayout layout;
        layout.setFacts(facts());
        layout.setCollapsed(0, true);
        QCOMPARE(textOf(layout).size(), 3);
        layout.setFacts(facts());
        QVERIFY(layout.isCollapsed(0));
        QCOMPARE(textOf(layout).size(), 3);
        QCOMPARE(layout.lineOfTable(11), -1);
        QCOMPARE(layout.lineOfTable(12), 2);
    }

    void aNodeThatMayHoldShardsIsShownEmpty()
    {
        ClusterFacts with = facts();
        with.nodes << node(4, u"w3"_s);
        NodeFacts disabled = node(5, u"w4"_s);
        disabled.isActive = false;
        with.nodes << disabled;
        ShardMapLayout layout;
        layout.setFacts(with);
        QCOMPARE(layout.columns().size(), size_t(4));
        QCOMPARE(layout.columns()[3].name, u"w3:5432"_s);
    }

    void keysWalkOverTablesAndNodes()
    {
        ShardMap map;
        map.resize(900, 400);
        map.show();
        map.setFacts(facts());
        QTest::keyClick(&map, Qt::Key_Down);
        QVERIFY2(map.describeCurrent().startsWith(u"Group 1"_s), qPrintable(map.describeCurrent()));
        QTest::keyClick(&map, Qt::Key_Down);
        QCOMPARE(map.currentTable()->name.name, u"items"_s);
        QTest::keyClick(&map, Qt::Key_Right);
        QCOMPARE(map.currentCell()->shardId, 100);
        QTest::keyClick(&map, Qt::Key_Right);
        QCOMPARE(map.currentCell()->shardId, 101);
        QCOMPARE(map.describeCurrent().replace(QChar::Nbsp, u' '),
            u"public.items · shard 101 · w2:5432 · 1 MiB (1048576 bytes) · hash 100 … 199"_s);
        QTest::keyClick(&map, Qt::Key_Down);
        QVERIFY2(map.describeCurrent().contains(u"size unknown"_s), qPrintable(map.describeCurrent()));
        QSignalSpy activated(&map, &ShardMap::tableActivated);
        QTest::keyClick(&map, Qt::Key_Return);
        QCOMPARE(activated.first().first().value<QualifiedName>().name, u"orders"_s);
        QTest::keyClick(&map, Qt::Key_End);
        QCOMPARE(map.currentTable()->name.name, u"country"_s);
        QTest::keyClick(&map, Qt::Key_Home);
        QTest::keyClick(&map, Qt::Key_Left);
        QVERIFY(map.currentCell());
        QTest::keyClick(&map, Qt::Key_Left); // before the first cell stands the line itself
        QVERIFY(!map.currentCell());
        QTest::keyClick(&map, Qt::Key_Left);
        QVERIFY(map.layout().isCollapsed(0));
    }

    void theMouseFindsWhatItPointsAt()
    {
        ShardMap map;
        map.resize(900, 400);
        map.show();
        map.setFacts(facts());
        const QPoint cell = map.cellRect(1, 2, 0).center();
        QVERIFY2(map.describeAt(cell).contains(u"shard 101"_s), qPrintable(map.describeAt(cell)));
        QTest::mouseClick(map.viewport(), Qt::LeftButton, {}, cell);
        QCOMPARE(map.currentCell()->shardId, 101);
        QTest::mouseClick(map.viewport(), Qt::LeftButton, {}, QPoint(40, map.cellRect(0, 0, 0).center().y()));
        QVERIFY(map.layout().isCollapsed(0));
        QCOMPARE(map.describeAt(QPoint(40, 399)), QString());
    }

    void aRefreshKeepsTheChosenTable()
    {
        ShardMap map;
        map.resize(900, 400);
        map.setFacts(facts());
        QTest::keyClick(&map, Qt::Key_End);
        ClusterFacts grown = facts();
        auto shards = std::make_shared<ShardFacts>(*grown.shards);
        shards->tables.insert(2, {13, {u"public"_s, u"paid"_s}, TableKind::Distributed, 1, false});
        for (Shard &one : shards->shards)
            one.table += one.table == 2 ? 1 : 0;
        grown.shards = shards;
        map.setFacts(grown);
        QCOMPARE(map.currentTable()->name.name, u"country"_s);
    }

    void aHundredThousandShardsCanBeSeenAndLeft()
    {
        ShardMapView view;
        view.resize(1200, 800);
        view.show();
        const auto wide = std::make_shared<ClusterFacts>(wideFacts(5000, 32));
        view.setFacts(wide);
        QCOMPARE(view.map().layout().lines().size(), size_t(5100));
        QVERIFY(!view.grab().isNull());
        QTest::keyClick(&view.map(), Qt::Key_End);
        QCOMPARE(view.map().currentTable()->name.name, u"t4999"_s);
        QVERIFY(!view.grab().isNull());
        view.findChild<QLineEdit *>()->setText(u"t4321"_s);
        QCOMPARE(view.map().layout().lines().size(), size_t(2));
    }

    void theViewNamesNodesThatToldNoSizes()
    {
        ShardMapView view;
        view.show();
        ClusterFacts gap = facts();
        auto shards = std::make_shared<ShardFacts>(*gap.shards);
        shards->failures.insert(3, u"connection refused"_s);
        gap.shards = shards;
        view.setFacts(std::make_shared<ClusterFacts>(gap));
        QVERIFY(says(view, u"w2:5432 told no sizes: connection refused"_s));
        QTest::keyClick(&view.map(), Qt::Key_End);
        QSignalSpy wanted(&view, &ShardMapView::tableRequested);
        view.findChild<QPushButton *>()->click();
        QCOMPARE(wanted.first().first().value<QualifiedName>().display(), u"shop.country"_s);
        ClusterFacts empty;
        empty.known = ClusterPart::Shards;
        view.setFacts(std::make_shared<ClusterFacts>(empty));
        QVERIFY(says(view, u"No shards"_s));
    }

private:
    static bool says(const QWidget &page, const QString &words)
    {
        const auto labels = page.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(),
            [&](const QLabel *label) { return label->isVisible() && label->text().contains(words); });
    }
};

SHARDBOARD_UI_TEST_MAIN(TestShardMap)
#include "test_shardmap.moc"
