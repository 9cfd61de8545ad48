// SPDX-License-Identifier: GPL-3.0-or-later
// The Tables page shows what people call tables, keeps its place over a refresh, and offers nothing that destroys.
#include "admin/catalogue/catalogue.h"
#include "tests/support/results.h"
#include "tests/support/testmain.h"
#include "tests/support/widecatalogue.h"
#include "ui/common/theme.h"
#include "ui/tables/shardsizebars.h"
#include "ui/tables/tablespage.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTreeView>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

using Shared = std::shared_ptr<const Catalogue>;

Shared catalogueOf(const QList<Outcome<ResultSet>> &answers)
{
    auto catalogue = readCatalogue(citusCapabilities(), answers);
    return catalogue ? std::make_shared<Catalogue>(std::move(catalogue).value()) : std::make_shared<Catalogue>();
}

QStringList relation(int oid, const QString &schema, const QString &name, const QString &relkind = u"r"_s)
{
    return {QString::number(oid), schema, name, relkind, u"f"_s, QString(), QString(), QString(), u"owner"_s, u"heap"_s,
        u"-1"_s, QString()};
}

QStringList partition(int oid, const QString &name, int parent, const QString &from, const QString &to)
{
    QStringList row = relation(oid, u"public"_s, name);
    row[5] = QString::number(parent);
    row[6] = u"FOR VALUES FROM ('%1 00:00:00+00') TO ('%2 00:00:00+00')"_s.arg(from, to);
    return row;
}

/// A small database of every kind; `factor` multiplies the sizes, `extra` adds a table in front of the others.
Shared smallCatalogue(int factor = 1, bool extra = false)
{
    QList<QStringList> relations{relation(1, u"public"_s, u"customer"_s), relation(2, u"public"_s, u"events"_s, u"p"_s),
        partition(3, u"events_late"_s, 2, u"2024-02-01"_s, u"2024-03-01"_s),
        partition(4, u"events_early"_s, 2, u"2024-01-01"_s, u"2024-02-01"_s), relation(5, u"shop"_s, u"Order"_s),
        relation(6, u"shop"_s, u"paid"_s, u"v"_s)};
    relations[1][7] = u"RANGE (at)"_s;
    if (extra)
        relations.prepend(relation(9, u"public"_s, u"account"_s));
    const QStringList distributed{u"h"_s, u"s"_s, u"7"_s, u"customer_id"_s, u"f"_s, u"32"_s};
    const QList<QStringList> citus{{u"1"_s, u"n"_s, u"t"_s, u"3"_s, QString(), u"f"_s, u"1"_s},
        QStringList{u"2"_s} + distributed, QStringList{u"3"_s} + distributed, QStringList{u"4"_s} + distributed};
    const auto figure = [factor](const QString &table, int kib, int rows) {
        return QStringList{
            u"1"_s, QString(), u"public"_s, table, QString::number(1024 * kib * factor), QString::number(rows)};
    };
    return catalogueOf({resultOf(12, relations), resultOf(7, citus), resultOf(1, {}),
        resultOf(6, {{u"7"_s, u"32"_s, u"1"_s, u"int"_s, QString(), QString()}}),
        resultOf(3, {{u"5"_s, u"8192"_s, u"t"_s}}),
        resultOf(
            6, {figure(u"customer"_s, 40, 200), figure(u"events_late"_s, 10, 5), figure(u"events_early"_s, 20, -1)})});
}

/// What is visible, a line a row, indented; cells are parted by bars, empty ones at the end are left out.
QString textOf(const QTreeView &tree, const QModelIndex &parent = {}, int depth = 0)
{
    QString text;
    for (int row = 0; row < tree.model()->rowCount(parent); ++row) {
        QStringList cells;
        for (int column = 0; column < tree.model()->columnCount(parent); ++column)
            cells << tree.model()->index(row, column, parent).data().toString();
        while (cells.last().isEmpty())
            cells.removeLast();
        text += QString(2 * depth, u' ') + cells.join(u'|').replace(QChar::Nbsp, u' ') + u'\n';
        const QModelIndex index = tree.model()->index(row, 0, parent);
        if (tree.isExpanded(index))
            text += textOf(tree, index, depth + 1);
    }
    return text;
}

struct Shown
{
    TablesPage page;
    QTreeView &tree = *page.findChild<QTreeView *>(u"tableTree"_s);

    explicit Shown(const Shared &catalogue = smallCatalogue())
    {
        page.setCapabilities(citusCapabilities());
        page.resize(1200, 800);
        page.show();
        page.showCatalogue(catalogue, true);
    }
    QString text() const { return textOf(tree); }
    void filter(const QString &words)
    {
        page.findChild<QLineEdit *>()->setText(words);
        page.applyFilter();
    }
    bool says(const QString &words) const
    {
        const auto labels = page.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(),
            [&](const QLabel *label) { return label->isVisible() && label->text().contains(words); });
    }
};

} // namespace

class TestTables : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QApplication::setApplicationName(u"shardboard-test"_s);
        Theme::instance().apply(Theme::Mode::Light);
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support propagateSizeHints)"_s));
        QSettings().clear();
    }

    void shardsAndPartitionsAreFoldedIntoTheirTables()
    {
        const Shown shown;
        QCOMPARE(shown.text(),
            u"public|2 tables|||||70 KiB\n"
            "  customer|reference|||3|1|40 KiB|200\n"
            "  events|distributed|customer_id|2 · 2024-01-01 … 2024-03-01|7|32|30 KiB|5\n"
            "shop|1 table|||||8 KiB\n"
            "  Order|local|||||8 KiB|unknown\n"_s);
    }

    void partitionsUnfoldInTheOrderOfTheirBounds()
    {
        Shown shown;
        shown.tree.expandAll();
        QVERIFY2(shown.text().contains(u"    events_early|2024-01-01"_s), qPrintable(shown.text()));
        QVERIFY(shown.text().indexOf(u"events_early"_s) < shown.text().indexOf(u"events_late"_s));
    }

    void whatIsTypedIsFoundWithWhatIsAboveIt()
    {
        Shown shown;
        shown.filter(u"EARLY"_s);
        QVERIFY2(shown.text().contains(u"events_early"_s), qPrintable(shown.text()));
        QVERIFY(!shown.text().contains(u"events_late"_s));
        QVERIFY(!shown.text().contains(u"customer|"_s));
        QVERIFY(shown.says(u"1 of 3 tables"_s));
        shown.filter(u"customer_id distributed"_s);
        QVERIFY(shown.text().contains(u"  events|"_s));
        QVERIFY(!shown.text().contains(u"  customer|"_s));
        shown.filter(u"nothing"_s);
        QVERIFY(shown.says(u"Nothing is called that"_s));
        shown.filter({});
        QVERIFY(shown.says(u"3 tables"_s));
    }

    void viewsComeWhenAskedFor()
    {
        Shown shown;
        QVERIFY(!shown.text().contains(u"paid"_s));
        shown.page.findChild<QCheckBox *>()->setChecked(true);
        QVERIFY2(shown.text().contains(u"  paid|view"_s), qPrintable(shown.text()));
    }

    void sortingKeepsSchemasInPlace()
    {
        Shown shown;
        shown.tree.sortByColumn(TableTreeModel::Size, Qt::AscendingOrder);
        QVERIFY(shown.text().indexOf(u"events|"_s) < shown.text().indexOf(u"customer|"_s));
        shown.tree.sortByColumn(TableTreeModel::Size, Qt::DescendingOrder);
        QVERIFY(shown.text().indexOf(u"events|"_s) > shown.text().indexOf(u"customer|"_s));
        QVERIFY(shown.text().startsWith(u"public"_s));
    }

    void aRefreshKeepsTheChosenTableAndWhatIsOpen()
    {
        Shown shown;
        shown.page.choose({u"public"_s, u"events"_s});
        shown.tree.expand(shown.tree.currentIndex());
        const QString before = shown.text();
        shown.page.showCatalogue(smallCatalogue(2), true);
        QVERIFY2(shown.text().contains(u"60 KiB"_s), qPrintable(shown.text()));
        QCOMPARE(shown.text().count(u'\n'), before.count(u'\n'));
        QCOMPARE(shown.tree.currentIndex().data().toString(), u"events"_s);
        // Another table came: all is arranged anew.
        shown.page.showCatalogue(smallCatalogue(1, true), true);
        QVERIFY2(shown.text().contains(u"  account|local"_s), qPrintable(shown.text()));
        QVERIFY(shown.text().contains(u"    events_early"_s));
        QCOMPARE(shown.tree.currentIndex().data().toString(), u"events"_s);
    }

    void figuresStayUntilTheNewOnesAreKnown()
    {
        Shown shown;
        const QString before = shown.text();
        shown.page.showCatalogue(std::make_shared<Catalogue>(), false);
        QCOMPARE(shown.text(), before);
    }

    void theModelsKeepTheirPromisesThroughAll()
    {
        TableTreeModel model;
        TableFilter filter(model);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QAbstractItemModelTester filterTester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const WideCatalogue wide{300, 32, 200, 3, 1};
        const WideCatalogue grown{300, 32, 200, 3, 5};
        model.setCatalogue(catalogueOf(answersOf(wide)));
        QCOMPARE(filter.rowCount(), 4);
        filter.sort(TableTreeModel::Rows, Qt::DescendingOrder);
        filter.set(u"measurement_001"_s, false);
        QCOMPARE(filter.tableCounts(), std::pair(100, 301));
        model.setCatalogue(catalogueOf(answersOf(grown)));
        filter.set({}, true);
        model.setCatalogue(smallCatalogue());
        QCOMPARE(filter.rowCount(), 2);
    }

    void nothingDestructiveIsOffered()
    {
        Shown shown;
        connect(&shown.page, &TablesPage::distributeRequested, this, [] {});
        connect(&shown.page, &TablesPage::partitionRequested, this, [] {});
        connect(&shown.page, &TablesPage::makeLocalRequested, this, [] {});
        const QRegularExpression destructive(
            u"drop|truncate|delete|remove"_s, QRegularExpression::CaseInsensitiveOption);
        QStringList offered;
        for (const QAction *action : shown.page.findChildren<QAction *>())
            offered << action->text();
        for (const QPushButton *button : shown.page.findChildren<QPushButton *>())
            offered << button->text();
        QVERIFY(offered.contains(u"&Distribute…"_s));
        QVERIFY2(offered.filter(destructive).isEmpty(), qPrintable(offered.join(u'\n')));
    }

    void wizardsAreAskedForByTheNamesOfWholeTables()
    {
        Shown shown;
        QSignalSpy distribute(&shown.page, &TablesPage::distributeRequested);
        QSignalSpy cut(&shown.page, &TablesPage::partitionRequested);
        QSignalSpy retain(&shown.page, &TablesPage::retentionRequested);
        shown.tree.expandAll();
        shown.tree.selectAll();
        action(shown, u"&Distribute…"_s)->trigger();
        const auto names = distribute.first().first().value<QList<QualifiedName>>();
        QCOMPARE(names.size(), 1); // without schemas, partitions, and what is spread already
        QCOMPARE(names.first().display(), u"shop.Order"_s);
        QVERIFY(!action(shown, u"&Partition by time…"_s)->isEnabled());
        QVERIFY(!action(shown, u"R&etention…"_s)->isEnabled());
        shown.page.choose({u"shop"_s, u"Order"_s});
        action(shown, u"&Partition by time…"_s)->trigger();
        QCOMPARE(cut.first().first().value<QualifiedName>().display(), u"shop.Order"_s);
        action(shown, u"R&etention…"_s)->trigger();
        QCOMPARE(retain.first().first().value<QualifiedName>().display(), u"shop.Order"_s);
        action(shown, u"&Copy name"_s)->trigger();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"shop.\"Order\""_s);
    }

    void eachTableIsOfferedWhatSuitsIt()
    {
        Shown shown;
        QSignalSpy change(&shown.page, &TablesPage::changeDistributionRequested);
        QSignalSpy isolate(&shown.page, &TablesPage::isolateTenantRequested);
        QSignalSpy local(&shown.page, &TablesPage::makeLocalRequested);
        connect(&shown.page, &TablesPage::distributeRequested, this, [] {});
        shown.page.choose({u"shop"_s, u"Order"_s});
        QCOMPARE(offered(shown), (QStringList{u"Distribute"_s}));
        shown.page.choose({u"public"_s, u"customer"_s});
        QCOMPARE(offered(shown), (QStringList{u"Make local again"_s}));
        shown.page.choose({u"public"_s, u"events"_s});
        QCOMPARE(offered(shown), (QStringList{u"Change distribution"_s, u"Isolate a tenant"_s, u"Make local again"_s}));
        action(shown, u"C&hange distribution…"_s)->trigger();
        action(shown, u"&Isolate a tenant…"_s)->trigger();
        action(shown, u"&Make local again…"_s)->trigger();
        QCOMPARE(change.first().first().value<QualifiedName>().name, u"events"_s);
        QCOMPARE(isolate.first().first().value<QualifiedName>().name, u"events"_s);
        const auto settings = local.first().first().value<UndistributeSettings>();
        QCOMPARE(settings.tables, (QList<QualifiedName>{{u"public"_s, u"events"_s}}));
        QCOMPARE(settings.schema, QString());
    }

    void aSchemaIsSpreadAsAWhole()
    {
        Shown shown;
        connect(&shown.page, &TablesPage::distributeRequested, this, [] {});
        QSignalSpy distribute(&shown.page, &TablesPage::distributeSchemaRequested);
        shown.tree.setCurrentIndex(shown.tree.model()->index(0, 0));
        QVERIFY2(offered(shown).isEmpty(), qPrintable(offered(shown).join(u", "_s))); // public cannot be
        shown.tree.setCurrentIndex(shown.tree.model()->index(1, 0));
        QCOMPARE(offered(shown), (QStringList{u"Distribute"_s}));
        action(shown, u"&Distribute…"_s)->trigger();
        QCOMPARE(distribute.first().first().toString(), u"shop"_s);
    }

    void whatNobodyCarriesOutIsNotOffered()
    {
        Shown shown;
        shown.page.choose({u"public"_s, u"events"_s});
        QVERIFY(offered(shown).isEmpty());
    }

    void withoutCitusItSaysSo()
    {
        Shown shown;
        connect(&shown.page, &TablesPage::distributeRequested, this, [] {});
        shown.page.setCapabilities(ServerCapabilities());
        QVERIFY(shown.says(u"no citus"_s));
        QVERIFY(!action(shown, u"&Distribute…"_s)->isEnabled());
        ServerCapabilities worker = citusCapabilities();
        worker.isCoordinator = false;
        shown.page.setCapabilities(worker);
        QVERIFY(shown.says(u"This is a worker"_s));
        QVERIFY(!action(shown, u"&Distribute…"_s)->isEnabled());
    }

    void emptyAndFailedSayWhy()
    {
        Shown shown(std::make_shared<Catalogue>());
        QVERIFY(shown.says(u"No tables yet"_s));
        shown.page.showError(ServerError::connection(u"The server closed the connection."_s));
        QVERIFY(shown.says(u"The tables could not be read"_s));
        QVERIFY(shown.says(u"The server closed the connection."_s));
        shown.page.showCatalogue(smallCatalogue(), true);
        QVERIFY(!shown.says(u"The tables could not be read"_s));
        shown.page.detach();
        QVERIFY(shown.says(u"Not connected"_s));
    }

    void shardSizesAreToldWithTheirSkew()
    {
        ShardSizeBars bars;
        QCOMPARE(bars.summary(), u"Nothing to show yet."_s);
        SimulatedShards shards;
        shards.rows = {10, 20, 10, 0};
        shards.bytes = {1000, 2000, 1000, 0};
        shards.largest = 1;
        shards.emptyCount = 1;
        shards.skew = 2;
        bars.setShards(shards);
        QVERIFY2(bars.summary().startsWith(u"Skew 2.00×: uneven. The largest of 4 shards is 100 %"_s),
            qPrintable(bars.summary()));
        bars.resize(400, 160);
        QVERIFY(!bars.grab().isNull());
        shards.rows = QList<double>(5000, 1);
        shards.bytes = QList<double>(5000, 0); // rows only, and more shards than pixels
        shards.largest = 17;
        shards.skew = 1;
        bars.setShards(shards);
        QVERIFY(!bars.grab().isNull());
        QCOMPARE(bars.accessibleDescription(), bars.summary());
    }

private:
    /// What can be done with what is chosen, as it is read.
    static QStringList offered(const Shown &shown)
    {
        QStringList texts;
        for (const QAction *action : shown.tree.actions()) {
            if (action->isVisible() && action->isEnabled() && !action->text().contains(u"Copy"_s))
                texts << QString(action->text()).remove(u'&').remove(u'…');
        }
        return texts;
    }
    static QAction *action(const Shown &shown, const QString &text)
    {
        const auto actions = shown.tree.actions();
        return *std::find_if(
            actions.begin(), actions.end(), [&](const QAction *action) { return action->text() == text; });
    }
};

SHARDBOARD_UI_TEST_MAIN(TestTables)
#include "test_tables.moc"
