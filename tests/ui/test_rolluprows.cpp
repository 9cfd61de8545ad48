// SPDX-License-Identifier: GPL-3.0-or-later
// What the rollup wizard shows of rows: those a rollup would hold, and how far those that are there have been taken.
#include "tests/support/testmain.h"
#include "ui/common/errorview.h"
#include "ui/common/theme.h"
#include "ui/wizards/meaningpanel.h"
#include "ui/wizards/rollupbackfillpage.h"
#include "ui/wizards/rolluppreviewpage.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

bool isShown(const QWidget &page, const QString &part)
{
    QCoreApplication::processEvents(); // what was made a moment ago is shown with the next layout
    const auto labels = page.findChildren<QLabel *>();
    return std::ranges::any_of(
        labels, [&](const QLabel *label) { return label->isVisibleTo(&page) && label->text().contains(part); });
}

} // namespace

class TestRollupRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }
    void init() { Testing::failOnWarnings(); }

    void aPreviewSaysWhatItRestsOn()
    {
        RollupPreview preview;
        preview.rows = 60000;
        preview.sourceRows = 5'000'000;
        preview.sourceBytes = 900'000'000;
        preview.from = QDateTime({2024, 5, 1}, {10, 0}, Qt::UTC);
        preview.until = preview.from.addSecs(7200);
        preview.levels = {{u"hits_1min"_s, u"1 minute"_s, 600, 7200, 500, u"30 days"_s, false},
            {u"hits_1day"_s, u"1 day"_s, 5, 86400, 500, {}, true}};
        RollupPreviewPage page;
        page.show();
        page.showPreview(preview);
        QVERIFY2(page.basis().contains(u"60000 rows"_s), qPrintable(page.basis()));
        QCOMPARE(page.levels().item(0, 1)->text(), u"100 to 1"_s);
        QVERIFY(page.levels().item(1, 1)->text().startsWith(u"≥"_s));
        QCOMPARE(page.levels().item(1, 3)->text(), u"unknown"_s); // two hours tell nothing of a day's rows
        QCOMPARE(page.levels().item(1, 4)->text(), u"grows for ever"_s);
        QVERIFY(RollupPreviewPage::meaningOf(preview).text.contains(u"100 times fewer"_s));
        page.showPreview({});
        QVERIFY(isShown(page, u"no rows"_s));
        QVERIFY(RollupPreviewPage::meaningOf({}).isEmpty());
        page.showError(ServerError::usage(u"could not be looked at within 15 seconds"_s));
        QVERIFY(page.findChild<ErrorView *>()->isVisible());
    }

    void previewRowsAreShownAsTheyAre()
    {
        auto batch = std::make_shared<RowBatch>(2);
        batch->appendCell("12", 2);
        batch->appendNull();
        ResultSet rows;
        rows.fields = {{u"n"_s, 20}, {u"kind"_s, 25}};
        rows.append(batch);
        RollupPreviewModel model;
        QAbstractItemModelTester tester(&model);
        model.setRows(rows);
        QCOMPARE(model.index(0, 1).data().toString(), u"NULL"_s);
        QCOMPARE(model.index(0, 1).data(Qt::ForegroundRole).value<QColor>(), Theme::instance().dimText());
        QVERIFY(model.index(0, 0).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
        QCOMPARE(model.headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(), u"n"_s);
    }

    void aBackfillTellsHowFarHowFastAndHowLongStill()
    {
        QCOMPARE(RollupBackfillPage::describe(1200, 5000, 0), u"1200 of 5000 rows"_s);
        QCOMPARE(
            RollupBackfillPage::describe(1200, 5000, 380), u"1200 of 5000 rows, 380 a second, about 10.0 s left"_s);
        QCOMPARE(RollupBackfillPage::describe(1200, 0, 100), u"1200 rows, 100 a second"_s);
        RollupBackfillPage page;
        page.show();
        page.start({u"hits_1min"_s, u"hits_1hour"_s});
        page.showProgress({u"hits_1hour: rolling up"_s, 40, 100, u"rows"_s});
        auto *table = page.findChild<QTableWidget *>();
        QCOMPARE(table->item(0, 1)->text(), u"done"_s);
        QCOMPARE(table->item(1, 1)->text(), u"running"_s);
        QVERIFY(page.activity().contains(u"40 of 100 rows"_s));
        QSignalSpy cancel(&page, &RollupBackfillPage::cancelRequested);
        page.cancelButton().click();
        QCOMPARE(cancel.size(), 1);
        BackfillReport report;
        report.levels = {{u"hits_1min"_s, BackfillLevel::State::Done, 100, 7, 1, {}},
            {u"hits_1hour"_s, BackfillLevel::State::Stopped, 40, 2, 1, {}}};
        report.wasStopped = report.isPaused = true;
        page.showReport(report);
        QCOMPARE(page.title(), u"Stopped"_s);
        QVERIFY(isShown(page, u"paused"_s));
        report.levels.last().state = BackfillLevel::State::Done;
        report.wasStopped = false;
        page.showReport(report);
        QCOMPARE(page.title(), u"Everything is rolled up"_s);
    }
};

SHARDBOARD_UI_TEST_MAIN(TestRollupRows)
#include "test_rolluprows.moc"
