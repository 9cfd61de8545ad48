// SPDX-License-Identifier: GPL-3.0-or-later
// Wizards: one question per page with its meaning, nothing lost on the way back, the plan with warnings first, and a
// report that says what was and what was not done.
#include "admin/planscript.h"
#include "connection/iothread.h"
#include "tests/support/testmain.h"
#include "ui/common/confirmdialog.h"
#include "ui/common/errorview.h"
#include "ui/common/sqlview.h"
#include "ui/common/theme.h"
#include "ui/wizards/blueprintwizard.h"
#include "ui/wizards/importpages.h"
#include "ui/wizards/planpage.h"
#include "ui/wizards/plansteplist.h"
#include "ui/wizards/previewmodel.h"
#include "ui/wizards/runpage.h"
#include "ui/wizards/settingmeaning.h"
#include "ui/wizards/settingpage.h"
#include "ui/workbench/runningwork.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QTextBlock>

using namespace Shardboard;

namespace {

Plan threeSteps()
{
    Plan plan;
    plan.title = QStringLiteral("Set up HTTP traffic in schema web");
    plan.warnings = {QStringLiteral("Cron runs in another database")};
    plan.notes = {QStringLiteral("citus is not there: distribution steps are left out")};
    PlanStep schema;
    schema.id = QStringLiteral("schema");
    schema.title = QStringLiteral("Create schema web");
    schema.sql = QStringLiteral("CREATE SCHEMA web");
    schema.undoSql = QStringLiteral("DROP SCHEMA web");
    PlanStep table;
    table.id = QStringLiteral("table");
    table.title = QStringLiteral("Create table web.hits");
    table.sql = QStringLiteral("CREATE TABLE web.hits (\n    id bigint\n)");
    table.locks = {QStringLiteral("ACCESS EXCLUSIVE on web.hits")};
    table.warnings = {QStringLiteral("Old rows are deleted")};
    PlanStep index;
    index.id = QStringLiteral("index");
    index.title = QStringLiteral("Create an index");
    index.sql = QStringLiteral("CREATE INDEX ON web.hits (id)");
    index.group = 1;
    plan.steps = {schema, table, index};
    return plan;
}

PlanReport failedReport(const Plan &plan)
{
    PlanReport report;
    for (const PlanStep &step : plan.steps)
        report.steps.append({step.id, step.title, StepReport::State::Pending, {}, {}});
    report.steps[0].state = StepReport::State::Done;
    report.steps[1].state = StepReport::State::Failed;
    ServerError error;
    error.sqlState = QStringLiteral("42P07");
    error.message = QStringLiteral("relation \"hits\" already exists");
    error.statement = QStringLiteral("CREATE TABLE web.hits (id bigint)");
    error.position = 14;
    report.error = error;
    return report;
}

QStringList visibleTexts(const QWidget &page)
{
    QStringList texts;
    const auto labels = page.findChildren<QLabel *>();
    for (const QLabel *label : labels)
        if (label->isVisibleTo(&page) && !label->text().isEmpty())
            texts.append(label->text());
    return texts;
}

QPushButton *buttonCalled(const QWidget &page, const QString &text)
{
    const auto buttons = page.findChildren<QPushButton *>();
    for (QPushButton *button : buttons)
        if (button->text() == text)
            return button;
    return nullptr;
}

ServerCapabilities twoWorkers()
{
    ServerCapabilities server;
    server.database = QStringLiteral("traffic");
    server.citus.name = QStringLiteral("citus");
    server.citus.state = Capability::State::Available;
    server.hll.name = QStringLiteral("hll");
    server.hll.state = Capability::State::Available;
    server.pgCron.name = QStringLiteral("pg_cron");
    server.pgCron.state = Capability::State::Available;
    for (int group = 0; group < 3; ++group) {
        ClusterNode node;
        node.groupId = group;
        node.shouldHaveShards = group > 0;
        server.nodes.append(node);
    }
    return server;
}

const BlueprintInfo &blueprint()
{
    return *findBlueprint(QStringLiteral("http-traffic"));
}

Meaning meaningWith(const QString &setting, const QString &value)
{
    return meaningOf(blueprint(), *blueprint().setting(setting), {{setting, value}}, twoWorkers());
}

QString figure(const Meaning &meaning, const QString &label)
{
    for (const Meaning::Figure &figure : meaning.figures)
        if (figure.label == label)
            return figure.value;
    return {};
}

/// Leads nowhere, at once.
Profile nowhere()
{
    Profile profile;
    profile.name = QStringLiteral("nowhere");
    profile.settings.keywords = {{QStringLiteral("host"), QStringLiteral("127.0.0.1")},
        {QStringLiteral("port"), QStringLiteral("1")}, {QStringLiteral("user"), QStringLiteral("ada")}};
    return profile;
}

} // namespace

class TestWizard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }
    void init()
    {
        // The offscreen platform has no window manager and says so.
        Testing::failOnWarnings();
    }

    void everyQuestionHasItsDefaultAndSaysWhatIsWrong()
    {
        for (const BlueprintSetting &setting : blueprint().settings) {
            SettingPage page(setting);
            QCOMPARE(page.value(), setting.defaultValue);
            QVERIFY2(page.isAcceptable(), qPrintable(setting.name));
        }
        SettingPage page(*blueprint().setting(QStringLiteral("raw_retention")));
        page.setValue(QStringLiteral("soon"));
        QVERIFY(!page.isAcceptable());
        page.setValue(QStringLiteral("never"));
        QVERIFY(page.isAcceptable());
    }

    void aChoiceSaysWhatItMeans()
    {
        QCOMPARE(figure(meaningWith(QStringLiteral("shard_count"), QStringLiteral("32")),
                     QStringLiteral("Shards per worker")),
            QStringLiteral("16"));
        QCOMPARE(figure(meaningWith(QStringLiteral("shard_count"), QStringLiteral("33")),
                     QStringLiteral("Shards per worker")),
            QStringLiteral("16.5"));
        QCOMPARE(
            figure(meaningWith(QStringLiteral("hll_log2m"), QStringLiteral("12")), QStringLiteral("Typical error")),
            QStringLiteral("± 1.6 %"));
        QCOMPARE(figure(meaningWith(QStringLiteral("schedule"), QStringLiteral("*/5 * * * *")),
                     QStringLiteral("Runs a day")),
            QStringLiteral("288"));
        QVERIFY(figure(
            meaningWith(QStringLiteral("raw_retention"), QStringLiteral("1 day")), QStringLiteral("At 100 rows/s"))
                    .startsWith(QStringLiteral("8.6 million rows")));
        QVERIFY(meaningWith(QStringLiteral("raw_retention"), QStringLiteral("soon")).isEmpty());
    }

    void everySettingOfEveryBlueprintHasAMeaning()
    {
        for (const BlueprintInfo &info : blueprints())
            for (const BlueprintSetting &setting : info.settings)
                QVERIFY2(!meaningOf(info, setting, {{setting.name, setting.defaultValue}}, twoWorkers()).isEmpty(),
                    qPrintable(info.name + QLatin1Char('.') + setting.name));
    }

    void intervalsAreRead()
    {
        QCOMPARE(intervalSeconds(QStringLiteral("90 minutes")), 5400);
        QCOMPARE(intervalSeconds(QStringLiteral("1 day")), 86400);
        QCOMPARE(intervalSeconds(QStringLiteral("a while")), 0);
    }

    void thePlanShowsWarningsFirstAndEachStepsLines()
    {
        PlanModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        PlanPage page(model);
        page.resize(1000, 700);
        model.setPlan(threeSteps(), {});
        page.showPlan();
        page.show();
        const QStringList texts = visibleTexts(page);
        const auto warning = texts.indexOf(
            QStringLiteral("•  Cron runs in another database\n•  Create table web.hits: Old rows are deleted"));
        const auto note = texts.indexOf(QStringLiteral("•  citus is not there: distribution steps are left out"));
        QVERIFY2(warning >= 0 && note > warning, qPrintable(texts.join(QLatin1Char('\n'))));
        auto *sql = page.findChild<SqlView *>();
        QCOMPARE(sql->sql(), planScript(threeSteps()));

        auto *steps = page.findChild<PlanStepList *>();
        steps->setCurrentIndex(model.index(1));
        QVERIFY(visibleTexts(page).contains(QStringLiteral("Locks: ACCESS EXCLUSIVE on web.hits")));
        QStringList marked;
        for (const auto &selection : sql->extraSelections())
            marked.append(selection.cursor.block().text());
        QCOMPARE(marked.join(QLatin1Char('\n')), QStringLiteral("CREATE TABLE web.hits (\n    id bigint\n);"));
    }

    void aPlanThatIsAlreadySoSaysThereIsNothingToChange()
    {
        PlanModel model;
        PlanPage page(model);
        model.setPlan(threeSteps(), {true, true, true});
        QVERIFY(model.changesNothing());
        page.showPlan();
        page.show();
        QVERIFY(visibleTexts(page).contains(QStringLiteral("There is nothing to change: everything is already so.")));
        model.setPlan(threeSteps(), {true, false, true});
        QVERIFY(!model.changesNothing());
    }

    void aFailedRunSaysWhatWasAndWhatWasNotDone()
    {
        PlanModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setPlan(threeSteps(), {});
        RunPage page(model);
        page.show();
        page.start();
        page.showProgress({QStringLiteral("Create table web.hits"), 1, 3, QStringLiteral("steps")});
        QCOMPARE(model.index(0).data(PlanModel::DetailRole).toString(), QStringLiteral("done"));
        QCOMPARE(model.index(1).data(PlanModel::DetailRole).toString(), QStringLiteral("running…"));
        page.showReport(failedReport(threeSteps()));
        const QString all = visibleTexts(page).join(QLatin1Char('\n'));
        QVERIFY2(all.contains(QStringLiteral("Stopped at a failure")), qPrintable(all));
        QVERIFY2(all.contains(QStringLiteral("1 done, 1 failed, 1 not reached")), qPrintable(all));
        QVERIFY2(all.contains(QStringLiteral("relation \"hits\" already exists")), qPrintable(all));
        QSignalSpy retried(&page, &RunPage::retryRequested);
        buttonCalled(page, QStringLiteral("Retry"))->click();
        QCOMPARE(retried.count(), 1);
    }

    void theErrorMarksThePlaceInTheStatement()
    {
        ErrorView view;
        const auto report = failedReport(threeSteps());
        view.setError(*report.error);
        const auto marks = view.findChild<SqlView *>()->extraSelections();
        QCOMPARE(marks.size(), 1);
        QCOMPARE(marks.first().cursor.selectedText(), QStringLiteral("web"));
        // The server counts characters, not UTF-16 units.
        ServerError error = *report.error;
        error.statement = QStringLiteral("SELECT '😀', nowhere");
        error.position = 13;
        view.setError(error);
        QCOMPARE(
            view.findChild<SqlView *>()->extraSelections().first().cursor.selectedText(), QStringLiteral("nowhere"));
    }

    void backLosesNothingAndMissingCapabilitiesAreNotAsked()
    {
        IoThread io;
        RunningWork work;
        ServerCapabilities plain = twoWorkers();
        plain.citus.state = Capability::State::Missing;
        BlueprintWizard wizard(blueprint(), {io, work, nowhere(), plain}, nullptr);
        QVERIFY(!wizard.values().contains(QStringLiteral("shard_count")));
        wizard.setValue(QStringLiteral("schema"), QStringLiteral("web"));
        wizard.goTo(1);
        wizard.goTo(0);
        QCOMPARE(wizard.values().value(QStringLiteral("schema")), QStringLiteral("web"));
        wizard.setValue(QStringLiteral("schema"), QString());
        QVERIFY(!buttonCalled(wizard, QStringLiteral("Next"))->isEnabled());
    }

    void aServerThatDoesNotAnswerIsSaidOnThePlanPageWithRetry()
    {
        IoThread io;
        RunningWork work;
        BlueprintWizard wizard(blueprint(), {io, work, nowhere(), twoWorkers()}, nullptr);
        wizard.show();
        int ticks = 0;
        QTimer tick;
        tick.callOnTimeout([&] { ++ticks; });
        tick.start(0);
        wizard.goTo(wizard.planStep());
        QTRY_VERIFY(wizard.planPage().findChild<ErrorView *>()->isVisible());
        QVERIFY(ticks > 0);
        QVERIFY(wizard.planPage().findChild<ErrorView *>()->error().message.contains(QStringLiteral("refused")));
        QVERIFY(buttonCalled(wizard.planPage(), QStringLiteral("Retry"))->isVisible());
        QVERIFY(!buttonCalled(wizard, QStringLiteral("Apply"))->isEnabled());
    }

    void aReadOnlyConnectionRefusesWithItsReason()
    {
        IoThread io;
        RunningWork work;
        Profile profile = nowhere();
        profile.isReadOnly = true;
        const WizardContext context{io, work, profile, twoWorkers()};
        QVERIFY(context.refusal().contains(QStringLiteral("read-only")));
        const WizardContext writable{io, work, nowhere(), twoWorkers()};
        QVERIFY(writable.refusal().isEmpty());
    }

    void productionWantsTheNameTyped()
    {
        ConfirmDialog::Question question;
        question.title = QStringLiteral("Change a production server?");
        question.nameToType = QStringLiteral("traffic");
        question.actionText = QStringLiteral("Apply the plan");
        ConfirmDialog dialog(question, nullptr);
        QPushButton *action = buttonCalled(dialog, QStringLiteral("Apply the plan"));
        QVERIFY(!action->isEnabled());
        auto *edit = dialog.findChild<QLineEdit *>();
        edit->setText(QStringLiteral("Traffic"));
        QVERIFY(!action->isEnabled());
        edit->setText(QStringLiteral("traffic"));
        QVERIFY(action->isEnabled());
    }

    void thePreviewShowsWhatWouldBeRejectedAndWhy()
    {
        ImportPreview preview;
        preview.columns = {{QStringLiteral("id"), QStringLiteral("site_id"), QStringLiteral("integer")},
            {QStringLiteral("note"), {}, {}}};
        preview.rows = {{2, {QStringLiteral("7"), std::nullopt}, {}}, {3, {}, QStringLiteral("1 field instead of 2")}};
        PreviewModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setPreview(preview);
        QCOMPARE(model.headerData(1, Qt::Vertical, Qt::DisplayRole).toInt(), 3);
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("7"));
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("NULL"));
        QCOMPARE(model.index(1, 0).data().toString(), QStringLiteral("1 field instead of 2"));
    }

    void theMappingGivesBackWhatIsChosen()
    {
        ImportPreview preview;
        preview.tableColumns = {QStringLiteral("site_id"), QStringLiteral("url"), QStringLiteral("method")};
        preview.columns = {
            {QStringLiteral("page"), QStringLiteral("url"), QStringLiteral("text")}, {QStringLiteral("note"), {}, {}}};
        preview.settings.constants = {{QStringLiteral("site_id"), QStringLiteral("7")}};
        ImportMappingPage page;
        page.showPreview(preview);
        const ImportSettings settings = page.settings({});
        QCOMPARE(settings.columnMap.value(QStringLiteral("page")), QStringLiteral("url"));
        QCOMPARE(settings.columnMap.value(QStringLiteral("note")), QString());
        QCOMPARE(settings.constants, (QMap<QString, QString>{{QStringLiteral("site_id"), QStringLiteral("7")}}));
    }

    void anImportReportAddsUpAndOffersWhatWasRejected()
    {
        ImportRunPage page;
        page.show();
        page.start();
        ImportReport report;
        report.read = 10000;
        report.loaded = 9999;
        report.rejected = 1;
        report.rejectFile = QStringLiteral("/tmp/access log.rejects.csv");
        page.showReport(report);
        const QString all = visibleTexts(page).join(QLatin1Char('\n'));
        QVERIFY2(all.contains(QStringLiteral("10000 read = 9999 loaded + 1 rejected")), qPrintable(all));
        const auto buttons = page.findChildren<QPushButton *>();
        QVERIFY(std::ranges::any_of(buttons,
            [&](const QPushButton *button) { return button->isVisible() && button->toolTip() == report.rejectFile; }));
    }
};

SHARDBOARD_UI_TEST_MAIN(TestWizard)
#include "test_wizard.moc"
