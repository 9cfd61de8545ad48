// SPDX-License-Identifier: GPL-3.0-or-later
// What panels show that are no charts over time: figures, ranked lists, tables, text.
#include "tests/support/testmain.h"
#include "tests/ui/sampledata.h"
#include "ui/charts/categorylist.h"
#include "ui/charts/paneltable.h"
#include "ui/charts/statview.h"
#include "ui/charts/textview.h"
#include "ui/common/theme.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QRegularExpression>

using namespace Shardboard;
using namespace Shardboard::Testing;

namespace {

ResultSet siteTable()
{
    return makeTable({{QStringLiteral("site"), 25, -1, 0}, {QStringLiteral("requests"), 20, -1, 0},
                         {QStringLiteral("avg"), 1700, -1, 0}, {QStringLiteral("seen"), 1184, -1, 0}},
        {{"b", "900", "38.4449", "2026-11-21 09:59:01+00"}, {"a", "12345", std::nullopt, "2026-06-21 09:59:01.25+00"},
            {"c", "1000", "1240.1", "infinity"}});
}

QString cellText(const PanelTable &table, int row, int column)
{
    return table.tableModel()->index(row, column).data().toString();
}

} // namespace

class TestPanelViews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }
    void init() { Testing::failOnWarnings(); }

    void aStatSaysItsFigureWithUnitAndBand()
    {
        Figure visitors = makeFigure(QStringLiteral("Visitors"), 48113);
        visitors.low = 45900;
        visitors.high = 50326;
        Figure none;
        none.label = QStringLiteral("Slowest");
        none.unit = QStringLiteral("ms");
        PanelData data = makeData({makeSeries(QStringLiteral("Visitors"), 400)});
        data.figures = {visitors, none};
        StatView view;
        view.resize(400, 120);
        view.setContent(share(data), makePanel(Panel::Kind::Stat, QStringLiteral("s"), QStringLiteral("Totals")));
        QCOMPARE(view.text(), QStringLiteral("Visitors: 48.1 k ±4.6\u00a0%\nSlowest: NULL"));
        QCOMPARE(view.accessibleDescription(), view.text());
        view.grab();
    }

    void aRankedListAddsUpToTheWhole()
    {
        CategoryModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setCategories(makeCategories({{QStringLiteral("DE"), 60}, {QString(), 30}, {QStringLiteral("FR"), 10}}));
        QCOMPARE(model.index(0, CategoryModel::ShareColumn).data().toString(), QStringLiteral("60.0\u00a0%"));
        QCOMPARE(model.index(0, 0).data(CategoryModel::FractionRole).toDouble(), 1.0);
        QCOMPARE(model.index(1, 0).data().toString(), QStringLiteral("NULL"));
        QVERIFY(model.index(1, 0).data(CategoryModel::IsNullRole).toBool());
        QCOMPARE(model.index(2, 0).data(Qt::AccessibleTextRole).toString(), QStringLiteral("FR: 10, 10.0\u00a0%"));
        // As many rows as before: the reader's place is kept.
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setCategories(makeCategories({{QStringLiteral("DE"), 70}, {QStringLiteral("FR"), 20}, {QString(), 10}}));
        QCOMPARE(reset.size(), 0);
        model.setCategories({});
        QCOMPARE(model.rowCount(), 0);
    }

    void aListCopiesExactValues()
    {
        CategoryList list(CategoryList::Style::Bars);
        list.resize(300, 200);
        QList<Category> rows = makeCategories({{QStringLiteral("DE"), 1234567}, {QStringLiteral("FR"), 10}});
        rows[0].figure.exact = QStringLiteral("1234567.8900");
        list.categoryModel()->setCategories(rows);
        QCOMPARE(list.copyText(), QStringLiteral("DE\t1234567.8900\nFR\t10\n"));
        list.setCurrentIndex(list.categoryModel()->index(1, 0));
        QTest::keySequence(&list, QKeySequence::Copy);
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("FR\t10\n"));
        list.grab();
    }

    void aTablePrintsNumbersTimesAndNull()
    {
        PanelTable table;
        QAbstractItemModelTester tester(table.tableModel(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        FieldStyle average;
        average.column = QStringLiteral("avg");
        average.label = QStringLiteral("Average");
        average.unit = QStringLiteral("ms");
        table.setTable(siteTable(), {average}, 0, QTimeZone("Europe/Berlin"));
        QCOMPARE(cellText(table, 1, 1), QStringLiteral("12,345"));
        QCOMPARE(cellText(table, 0, 2), QStringLiteral("38.4\u00a0ms"));
        QCOMPARE(cellText(table, 1, 2), QStringLiteral("NULL"));
        QCOMPARE(cellText(table, 0, 3), QStringLiteral("2026-11-21 10:59:01"));
        QCOMPARE(cellText(table, 1, 3), QStringLiteral("2026-06-21 11:59:01.250"));
        QCOMPARE(cellText(table, 2, 3), QStringLiteral("infinity"));
        const auto alignment
            = [&](int column) { return table.tableModel()->index(0, column).data(Qt::TextAlignmentRole).toInt(); };
        QVERIFY(alignment(1) & Qt::AlignRight);
        QVERIFY(alignment(0) & Qt::AlignLeft);
        QCOMPARE(
            table.tableModel()->headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("Average"));
    }

    void sortingIsByValueWithNullLastAndSurvivesARefresh()
    {
        PanelTable table;
        table.setTable(siteTable(), {}, 0, QTimeZone::utc());
        const QPersistentModelIndex kept = table.tableModel()->index(0, 0);
        table.sortByColumn(1, Qt::DescendingOrder);
        QCOMPARE(cellText(table, 0, 1), QStringLiteral("12,345"));
        QCOMPARE(cellText(table, 2, 1), QStringLiteral("900"));
        QCOMPARE(kept.data().toString(), QStringLiteral("b"));
        table.sortByColumn(2, Qt::DescendingOrder);
        QCOMPARE(cellText(table, 2, 2), QStringLiteral("NULL"));
        table.sortByColumn(2, Qt::AscendingOrder);
        QCOMPARE(cellText(table, 0, 2), QStringLiteral("38.4449"));
        QCOMPARE(cellText(table, 2, 2), QStringLiteral("NULL"));
        table.setTable(siteTable(), {}, 0, QTimeZone::utc());
        QCOMPARE(cellText(table, 0, 2), QStringLiteral("38.4449"));
        table.sortByColumn(-1, Qt::AscendingOrder);
        QCOMPARE(cellText(table, 0, 0), QStringLiteral("b"));
    }

    void copiedCellsAreExact()
    {
        PanelTable table;
        table.setTable(siteTable(), {}, 2, QTimeZone("Europe/Berlin"));
        QCOMPARE(table.tableModel()->rowCount(), 2);
        table.selectAll();
        QTest::keySequence(&table, QKeySequence::Copy);
        QCOMPARE(QApplication::clipboard()->text(),
            QStringLiteral("b\t900\t38.4449\t2026-11-21 09:59:01+00\na\t12345\t\t2026-06-21 09:59:01.25+00"));
    }

    void columnsShareWhatIsLeftOverUntilTheUserSizesOne()
    {
        PanelTable table;
        table.resize(900, 200);
        table.setTable(siteTable(), {}, 0, QTimeZone::utc());
        table.show();
        QVERIFY(QTest::qWaitForWindowExposed(&table));
        QCOMPARE(table.horizontalHeader()->length(), table.viewport()->width());
        table.setColumnWidth(0, 80);
        table.resize(1000, 200);
        QCOMPARE(table.columnWidth(0), 80);
    }

    void textIsMarkdownAndLoadsNothing()
    {
        TextView view;
        view.setText(
            QStringLiteral("# Title\n\nSee <img src=\"file:///etc/passwd\"> ![x](file:///etc/hostname) and *this*."));
        QVERIFY(view.toPlainText().startsWith(QStringLiteral("Title")));
        QVERIFY(view.toPlainText().contains(QStringLiteral("and this.")));
        view.resize(300, 200);
        view.grab();
    }
};

SHARDBOARD_UI_TEST_MAIN(TestPanelViews)
#include "test_panelviews.moc"
