// SPDX-License-Identifier: GPL-3.0-or-later
// The questions of the rollup wizard: what is suggested, what is refused and where that is said, and that going back
// and forth loses nothing. tests/live/test_rollupfamily.cpp holds the outcome against servers.
#include "admin/job.h"
#include "connection/iothread.h"
#include "tests/support/testmain.h"
#include "ui/common/errorview.h"
#include "ui/common/theme.h"
#include "ui/jobs/rollupsview.h"
#include "ui/wizards/rollupdimensionspage.h"
#include "ui/wizards/rolluplevelrow.h"
#include "ui/wizards/rolluplevelspage.h"
#include "ui/wizards/rollupmeasureeditor.h"
#include "ui/wizards/rollupmeasurespage.h"
#include "ui/wizards/rollupsourcepage.h"
#include "ui/wizards/rollupstrategyview.h"
#include "ui/wizards/rollupwizard.h"
#include "ui/workbench/runningwork.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QJsonArray>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QTableWidget>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

using Kind = RollupMeasure::Kind;

const QualifiedName hitsName{u"web"_s, u"hits"_s}, bareName{u"web"_s, u"bare"_s};
const QString moment = u"timestamp with time zone"_s;

CatalogueFacts web()
{
    TableFacts hits;
    hits.name = hitsName;
    hits.distributionColumn = u"site_id"_s;
    hits.columns = {{u"hit_id"_s, u"bigint"_s, true, true, u"web.hits_hit_id_seq"_s},
        {u"site_id"_s, u"integer"_s, true}, {u"at"_s, moment, true}, {u"status_code"_s, u"integer"_s},
        {u"took_ms"_s, u"integer"_s}, {u"ip_address"_s, u"text"_s}, {u"country"_s, u"text"_s}};
    TableFacts bare;
    bare.name = bareName;
    bare.columns = {{u"site_id"_s, u"integer"_s, true}, {u"at"_s, moment, true}};
    CatalogueFacts facts;
    facts.capabilities.citus.state = Capability::State::Available;
    facts.capabilities.canCreateSchema = true;
    facts.capabilities.hll.state = Capability::State::Available;
    facts.capabilities.hll.schema = u"public"_s;
    facts.tables = {hits, bare};
    return facts;
}

RollupSourceFigures someFigures()
{
    RollupSourceFigures figures;
    figures.rows = 5'000'000;
    figures.bytes = 900'000'000;
    figures.rowsSeen = 2000;
    figures.columns = {{u"country"_s, {40, 12}}, {u"ip_address"_s, {1900, 0}}, {u"site_id"_s, {5, 0}}};
    return figures;
}

/// Leads nowhere, at once.
Profile nowhere()
{
    Profile profile;
    profile.settings.keywords = {{u"host"_s, u"127.0.0.1"_s}, {u"port"_s, u"1"_s}, {u"user"_s, u"ada"_s}};
    return profile;
}

/// Threads of jobs that nobody waits for use the I/O thread: they end before it does.
struct JobsEnd
{
    ~JobsEnd() { Job::stopAll(); }
};

/// A wizard without a server: what one would tell is told by the test.
struct Offline
{
    IoThread io;
    JobsEnd end;
    RunningWork work;
    RollupWizard wizard{hitsName, WizardContext{io, work, nowhere(), web().capabilities}, nullptr};

    Offline()
    {
        if (!QTest::qWaitFor([this] { return !wizard.isReading(); }, 10000))
            QTest::qFail("the attempt to read does not end", __FILE__, __LINE__);
        wizard.showReading(web(), someFigures());
        wizard.show();
    }
};

QPushButton *nextButton(const QWidget &wizard)
{
    for (QPushButton *button : wizard.findChildren<QPushButton *>()) {
        if (button->isDefault() && button->isVisibleTo(&wizard))
            return button;
    }
    return nullptr;
}

bool isShown(const QWidget &page, const QString &part)
{
    QCoreApplication::processEvents(); // what was made a moment ago is shown with the next layout
    const auto labels = page.findChildren<QLabel *>();
    return std::ranges::any_of(
        labels, [&](const QLabel *label) { return label->isVisibleTo(&page) && label->text().contains(part); });
}

bool isOffered(const QComboBox &kinds, Kind kind)
{
    const auto *model = qobject_cast<QStandardItemModel *>(kinds.model());
    return model->item(kinds.findData(int(kind)))->isEnabled();
}

} // namespace

class TestRollupWizard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }
    void init() { Testing::failOnWarnings(); }

    void aServerThatIsGoneIsSaidAndAskedAgain()
    {
        IoThread io;
        const JobsEnd end;
        RunningWork work;
        RollupWizard wizard({}, WizardContext{io, work, nowhere(), {}}, nullptr);
        wizard.show();
        auto *error = wizard.sourcePage().findChild<ErrorView *>();
        QTRY_VERIFY_WITH_TIMEOUT(error->isVisible(), 10000);
        QVERIFY(!nextButton(wizard)->isEnabled());
        QSignalSpy retry(&wizard.sourcePage(), &RollupSourcePage::retryRequested);
        Q_EMIT error->retryRequested();
        QCOMPARE(retry.size(), 1);
    }

    void whoMayNotMakeSchemasIsToldAtOnce()
    {
        Offline offline;
        CatalogueFacts facts = web();
        facts.capabilities.canCreateSchema = false;
        facts.capabilities.user = u"ada"_s;
        facts.capabilities.database = u"shop"_s;
        offline.wizard.showReading(facts, {});
        QVERIFY(isShown(offline.wizard.sourcePage(), u"ada may not create schemas"_s));
        QVERIFY(!nextButton(offline.wizard)->isEnabled());
    }

    void aTableWithoutATimeSaysWhatItWouldTake()
    {
        Offline offline;
        CatalogueFacts facts = web();
        facts.tables[0].columns[2].type = u"timestamp without time zone"_s;
        RollupWizard &wizard = offline.wizard;
        wizard.sourcePage().chooseTable(bareName);
        QTRY_VERIFY_WITH_TIMEOUT(!wizard.isReading(), 10000);
        wizard.showReading(facts, {});
        wizard.sourcePage().chooseTable(hitsName);
        QTRY_VERIFY_WITH_TIMEOUT(!wizard.isReading(), 10000);
        wizard.showReading(facts, {});
        QVERIFY(isShown(wizard.sourcePage(), u"without a time zone it is no moment"_s));
        QVERIFY(!nextButton(wizard)->isEnabled());
        facts.tables[0].columns.removeAt(2);
        wizard.showReading(facts, {});
        QVERIFY(isShown(wizard.sourcePage(), u"None of its columns is a time"_s));
        QVERIFY(!nextButton(wizard)->isEnabled());
    }

    void aRollupIsOnlyMadeLongerFromItsOwnRows()
    {
        Offline offline;
        CatalogueFacts facts = web();
        RollupFacts finer;
        finer.name = u"web.bare"_s;
        finer.target = bareName.quoted();
        finer.bucketColumn = u"at"_s;
        finer.bucket = u"300 seconds"_s;
        finer.measures = {QJsonObject{{u"column"_s, u"n"_s}, {u"kind"_s, u"count"_s}, {u"type"_s, u"bigint"_s}}};
        facts.rollups = {finer};
        facts.tables[1].columns << ColumnFacts{u"n"_s, u"bigint"_s, true};
        RollupWizard &wizard = offline.wizard;
        wizard.sourcePage().chooseTable(bareName);
        QTRY_VERIFY_WITH_TIMEOUT(!wizard.isReading(), 10000);
        wizard.showReading(facts, {});
        QCOMPARE(wizard.sourcePage().strategies().findChildren<QRadioButton *>().size(), 1);
        QCOMPARE(wizard.sourcePage().strategies().current(), RollupStrategy::Cascade);
        QCOMPARE(wizard.draft().levels.first().bucket, u"1 hour"_s);
        wizard.goTo(RollupWizard::Measures);
        QVERIFY(!wizard.measuresPage().editor().kindBox().isEnabled());
        QVERIFY(nextButton(wizard)->isEnabled());
    }

    void theStrategyIsChosenAndExplained()
    {
        Offline offline;
        RollupStrategyView &view = offline.wizard.sourcePage().strategies();
        QCOMPARE(view.current(), RollupStrategy::Sequence);
        QVERIFY(isShown(view, u"hit_id is filled in by the server"_s));
        for (QRadioButton *button : view.findChildren<QRadioButton *>()) {
            if (button->text().contains(u"Closed"_s) || button->text().contains(u"&Closed"_s))
                button->click();
        }
        QCOMPARE(offline.wizard.draft().strategy, RollupStrategy::ClosedBuckets);
        QVERIFY(isShown(offline.wizard.sourcePage(), u"shown by Verify"_s));
        QVERIFY(nextButton(offline.wizard)->isEnabled());
    }

    void whatItWouldTakeCanBeCopied()
    {
        Offline offline;
        offline.wizard.sourcePage().chooseTable(bareName);
        QTRY_VERIFY_WITH_TIMEOUT(!offline.wizard.isReading(), 10000);
        offline.wizard.showReading(web(), {});
        QCOMPARE(offline.wizard.draft().table, bareName);
        QCOMPARE(offline.wizard.sourcePage().strategies().current(), RollupStrategy::ClosedBuckets);
        QVERIFY(isShown(offline.wizard.sourcePage(), u"Not possible"_s));
        offline.wizard.sourcePage().strategies().findChild<QPushButton *>()->click();
        QVERIFY(QGuiApplication::clipboard()->text().contains(u"GENERATED ALWAYS AS IDENTITY"_s));
    }

    void goingBackAndForthLosesNothing()
    {
        Offline offline;
        RollupWizard &wizard = offline.wizard;
        wizard.goTo(RollupWizard::Levels);
        wizard.levelsPage().choosePreset({u"1 minute"_s, u"5 minutes"_s, u"1 hour"_s, u"1 day"_s});
        wizard.levelsPage().zoneBox().setCurrentText(u"Europe/Berlin"_s);
        wizard.levelsPage().row(1).targetEdit().setText(u"five"_s);
        Q_EMIT wizard.levelsPage().row(1).targetEdit().textEdited(u"five"_s);
        wizard.levelsPage().row(3).setSchedule(u"3 * * * *"_s);
        wizard.goTo(RollupWizard::Dimensions);
        wizard.dimensionsPage().addExpression(u"ok"_s, u"status_code < 400"_s);
        wizard.goTo(RollupWizard::Measures);
        wizard.measuresPage().add(Kind::TopN);
        wizard.measuresPage().editor().expressionBox().setCurrentText(u"country"_s);
        wizard.measuresPage().editor().sizeBox().setValue(77);
        const RollupDraft draft = wizard.draft();
        QCOMPARE(draft.levels.size(), 4);
        QCOMPARE(draft.levels.at(1).target, u"five"_s);
        QCOMPARE(draft.timeZone, u"Europe/Berlin"_s);
        QCOMPARE(draft.dimensions.last().column, u"ok"_s);
        QCOMPARE(draft.measures.last().measure.size, 77);
        for (const int step : {RollupWizard::Levels, RollupWizard::Source, RollupWizard::Dimensions,
                 RollupWizard::Levels, RollupWizard::Measures})
            wizard.goTo(step);
        QCOMPARE(wizard.draft(), draft);
        QTRY_VERIFY_WITH_TIMEOUT(!wizard.isReading(), 10000);
    }

    void aLengthThatCannotBeIsSaidAtItsRow()
    {
        Offline offline;
        RollupLevelsPage &page = offline.wizard.levelsPage();
        offline.wizard.goTo(RollupWizard::Levels);
        QVERIFY(nextButton(offline.wizard)->isEnabled());
        page.row(1).bucketBox().setCurrentText(u"7 minutes"_s);
        QVERIFY(isShown(page.row(1), u"neither divides a day"_s));
        QVERIFY(!nextButton(offline.wizard)->isEnabled());
        page.row(1).bucketBox().setCurrentText(u"30 seconds"_s);
        QVERIFY(isShown(page.row(1), u"whole buckets"_s));
        page.row(1).bucketBox().setCurrentText(u"6 hours"_s);
        QVERIFY(nextButton(offline.wizard)->isEnabled());
        page.row(0).keepBox().setCurrentText(u"a while"_s);
        QVERIFY(isShown(page.row(0), u"no length of time"_s));
        page.row(0).keepBox().setCurrentIndex(0);
        QCOMPARE(offline.wizard.draft().levels.first().keep, u"never"_s);
        page.addLevel();
        QCOMPARE(offline.wizard.draft().levels.last().bucket, u"1 day"_s);
        QCOMPARE(page.row(2).targetEdit().placeholderText(), u"hits_1day"_s);
    }

    void theDistributionColumnIsAlwaysIn()
    {
        Offline offline;
        offline.wizard.goTo(RollupWizard::Dimensions);
        QTableWidget &table = offline.wizard.dimensionsPage().table();
        QCOMPARE(table.item(0, 0)->text(), u"site_id"_s);
        QCOMPARE(table.item(0, 0)->checkState(), Qt::Checked);
        QVERIFY(!(table.item(0, 0)->flags() & Qt::ItemIsUserCheckable));
        QVERIFY(table.item(0, 3)->toolTip().contains(u"distribution column"_s));
        const auto row = [&](const QString &name) { return table.findItems(name, Qt::MatchExactly).first()->row(); };
        QVERIFY(table.item(row(u"ip_address"_s), 3)->text().contains(u"reduce nothing"_s));
        QVERIFY(table.item(row(u"country"_s), 3)->text().contains(u"group of their own"_s));
        table.item(row(u"country"_s), 0)->setCheckState(Qt::Checked);
        const auto &dimensions = offline.wizard.draft().dimensions;
        QVERIFY(std::ranges::find(dimensions, u"country"_s, &RollupDimensionDraft::column)->isChosen);
    }

    void anExpressionIsRemovedByKeyAndAColumnIsNot()
    {
        Offline offline;
        offline.wizard.goTo(RollupWizard::Dimensions);
        RollupDimensionsPage &page = offline.wizard.dimensionsPage();
        const int rows = page.table().rowCount();
        page.addExpression(u"ok"_s, u"status_code < 400"_s);
        QCOMPARE(page.table().rowCount(), rows + 1);
        QTest::keyClick(&page.table(), Qt::Key_Delete);
        QCOMPARE(page.table().rowCount(), rows);
        auto edits = page.findChildren<QLineEdit *>();
        edits.first()->setText(u"late"_s);
        edits.last()->setText(u"took_ms > 1000"_s);
        QTest::keyClick(edits.last(), Qt::Key_Return); // adds, and does not leave the page
        QCOMPARE(page.table().rowCount(), rows + 1);
        QCOMPARE(offline.wizard.currentStep(), int(RollupWizard::Dimensions));
        page.removeExpression();
        page.table().setCurrentCell(1, 0);
        QTest::keyClick(&page.table(), Qt::Key_Delete);
        QCOMPARE(page.table().rowCount(), rows);
    }

    void figuresAreAddedCopiedMovedAndRemovedByKeys()
    {
        Offline offline;
        offline.wizard.goTo(RollupWizard::Measures);
        RollupMeasuresPage &page = offline.wizard.measuresPage();
        const auto names = [&] {
            QStringList list;
            for (const RollupMeasureDraft &one : offline.wizard.draft().measures)
                list << one.measure.column;
            return list;
        };
        const QStringList before = names();
        QCOMPARE(before.first(), u"row_count"_s);
        page.list().setCurrentRow(0);
        page.duplicate();
        QCOMPARE(names().at(1), u"row_count_2"_s);
        QTest::keyClick(&page.list(), Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(names().first(), u"row_count_2"_s);
        QTest::keyClick(&page.list(), Qt::Key_Delete);
        QCOMPARE(names(), before);
        while (page.list().count() > 0)
            page.remove();
        QVERIFY(isShown(page, u"No figures yet"_s));
        QVERIFY(!nextButton(offline.wizard)->isEnabled());
        page.add(Kind::Count);
        QCOMPARE(names(), QStringList{u"count"_s});
        QVERIFY(nextButton(offline.wizard)->isEnabled());
    }

    void onlyFiguresThatCanBeHadAreOffered()
    {
        Offline offline;
        offline.wizard.goTo(RollupWizard::Measures);
        const QComboBox &kinds = offline.wizard.measuresPage().editor().kindBox();
        QVERIFY(isOffered(kinds, Kind::Distinct));
        QVERIFY(!isOffered(kinds, Kind::Percentiles));
        const auto toolTip
            = [&](Kind kind) { return kinds.itemData(kinds.findData(int(kind)), Qt::ToolTipRole).toString(); };
        QVERIFY(toolTip(Kind::Percentiles).contains(u"tdigest"_s));
        QVERIFY(!isOffered(kinds, Kind::ExactDistinct));
        QVERIFY(isShown(offline.wizard.measuresPage(), u"extension tdigest"_s));
        QVERIFY(toolTip(Kind::ExactDistinct).contains(u"closed buckets"_s));
    }

    void precisionIsShownWithItsRoomAndItsError()
    {
        Offline offline;
        offline.wizard.goTo(RollupWizard::Measures);
        RollupMeasuresPage &page = offline.wizard.measuresPage();
        const auto &measures = offline.wizard.draft().measures;
        for (int row = 0; row < measures.size(); ++row) {
            if (measures.at(row).measure.kind == Kind::Distinct)
                page.list().setCurrentRow(row);
        }
        QComboBox &precision = page.editor().precisionBox();
        QVERIFY(precision.isVisibleTo(&page));
        QVERIFY2(precision.currentText().contains(u"2048 registers"_s), qPrintable(precision.currentText()));
        QVERIFY(precision.currentText().contains(u"2.3 %"_s));
        QVERIFY(precision.currentText().contains(u"KiB"_s));
        precision.setCurrentIndex(precision.findData(14));
        QCOMPARE(measures.at(page.list().currentRow()).measure.log2m, 14);
    }

    void whatTheServerHasAgainstAnExpressionIsSaidAtItsField()
    {
        Offline offline;
        offline.wizard.goTo(RollupWizard::Measures);
        RollupMeasuresPage &page = offline.wizard.measuresPage();
        page.showProblems({{RollupProblem::Part::Measures, 0, u"filter"_s, u"Column \"statuscode\" does not exist."_s},
            {RollupProblem::Part::Measures, 2, u"expression"_s, u"No such function."_s}});
        QVERIFY(isShown(page.editor(), u"statuscode"_s));
        QVERIFY(!isShown(page.editor(), u"No such function"_s));
        QVERIFY(isShown(page, u"error_count: No such function."_s));
        page.list().setCurrentRow(2);
        QVERIFY(isShown(page.editor(), u"No such function"_s));
        // A question that failed is no verdict: it is asked again.
        page.editor().filterBox().setCurrentText(u"status_code >= 500"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!offline.wizard.isReading(), 10000);
        QVERIFY(isShown(page, u"could not be asked"_s));
        QVERIFY(nextButton(offline.wizard)->isEnabled());
    }

    void theJobsPageLeadsHere()
    {
        RollupsView view;
        auto facts = std::make_shared<JobsFacts>();
        facts->known = JobsPart::Rollups;
        view.setFacts(facts, true);
        view.show();
        QSignalSpy wanted(&view, &RollupsView::newRequested);
        for (QPushButton *button : view.findChildren<QPushButton *>()) {
            if (button->isVisibleTo(&view) && button->text().contains(u"New rollup"_s))
                button->click();
        }
        QCOMPARE(wanted.size(), 1);
    }
};

SHARDBOARD_UI_TEST_MAIN(TestRollupWizard)
#include "test_rollupwizard.moc"
