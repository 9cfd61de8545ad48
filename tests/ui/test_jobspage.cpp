// SPDX-License-Identifier: GPL-3.0-or-later
// The page of rollups and jobs: what it says of them, what may be done, and that its builder makes no wrong schedule.
#include "tests/support/testmain.h"
#include "ui/cluster/factlist.h"
#include "ui/jobs/jobspage.h"
#include "ui/jobs/keepdialog.h"
#include "ui/jobs/rundetail.h"
#include "ui/jobs/scheduledialog.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

const QDateTime now(QDate(2026, 3, 2), QTime(12, 0, 10), Qt::UTC);

CronJob job(qint64 id, const QString &name, const QString &schedule)
{
    CronJob one;
    one.id = id;
    one.name = name;
    one.schedule = schedule;
    one.command = u"CALL shardboard.run_rollup('%1')"_s.arg(name);
    one.database = u"shop"_s;
    one.user = u"postgres"_s;
    one.host = u"localhost"_s;
    one.port = 5432;
    return one;
}

std::shared_ptr<JobsFacts> facts()
{
    auto facts = std::make_shared<JobsFacts>();
    facts->hasRegistry = true;
    facts->now = now;
    facts->known = JobsPart::Rollups | JobsPart::Cron | JobsPart::Sizes;
    facts->jobs = {job(1, u"hits"_s, u"* * * * *"_s), job(2, u"broken"_s, u"*/5 * * * *"_s)};
    for (int i = 0; i < 10; ++i)
        facts->jobs[0].runs << CronRun{
            100 - i, 1, u"succeeded"_s, u"CALL"_s, now.addSecs(-10 - 60 * i), now.addSecs(-9 - 60 * i)};
    facts->jobs[1].runs << CronRun{200, 2, u"failed"_s, u"connection failed"_s, {}, {}};
    RollupReport rollup;
    rollup.name = u"hits"_s;
    rollup.source = u"public.hit"_s;
    rollup.target = u"public.hit_1min"_s;
    rollup.strategy = u"sequence"_s;
    rollup.bucketColumn = u"bucket"_s;
    rollup.bucketSeconds = 60;
    rollup.completeUntil = now.addSecs(-12);
    rollup.lagRows = 1234;
    rollup.lastState = u"done"_s;
    rollup.lastRunAt = now.addSecs(-10);
    rollup.jobId = 1;
    rollup.health = RollupHealth::Healthy;
    rollup.runs << RollupRunEntry{7, now.addSecs(-10), now.addSecs(-9), u"done"_s, 600, 12, 0, {}};
    facts->rollups = {rollup};
    facts->kept = {{u"public.hit"_s, u"at"_s, u"3 days"_s, {}, {}, 0, {}}};
    facts->sizes = {{u"public.hit"_s, {1 << 30, 1000000}}, {u"public.hit_1min"_s, {1 << 20, 10000}}};
    return facts;
}

} // namespace

class TestJobsPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support propagateSizeHints)"_s)); }
    void rollupsShowHowTheyAre();
    void actionsNameTheRollup();
    void aPausedRollupIsResumedNotRun();
    void withoutARegistryThePageSaysWhatItWouldTake();
    void jobsShowFailuresWithTheirCause();
    void withoutPgCronTheTabSaysWhatItWouldTake();
    void aRefreshKeepsTheChoice();
    void theBuilderMakesNoWrongSchedule();
    void whatIsWrittenByHandIsChecked();
    void aNewJobNeedsNameAndCommand();
    void retentionGivesOnlyWhatWasChanged();
};

void TestJobsPage::rollupsShowHowTheyAre()
{
    JobsPage page;
    page.showFacts(facts(), true);
    QCOMPARE(page.rollups().current()->name, u"hits"_s);
    const QString text = page.rollups().detail().text();
    for (const QString &word : {u"healthy"_s, u"public.hit"_s, u"1 min"_s, u"12.0 s"_s, u"rows"_s, u"every minute"_s,
             u"3 days"_s, u"for ever"_s, u"100.0"_s, u"UTC"_s})
        QVERIFY2(text.contains(word), qPrintable(word + u" in "_s + text));
    QCOMPARE(page.rollups().detail().chart().bars().size(), 1);
    QVERIFY(page.summary().contains(u"jobs failing: 1"_s));
}

void TestJobsPage::actionsNameTheRollup()
{
    RollupsView view;
    QSignalSpy asked(&view, &RollupsView::actionRequested);
    view.setFacts(facts(), true);
    for (int action = 0; action < RollupsView::ActionCount; ++action) {
        QVERIFY(view.button(RollupsView::Action(action)).isEnabled());
        view.button(RollupsView::Action(action)).click();
    }
    QCOMPARE(asked.size(), int(RollupsView::ActionCount));
    QCOMPARE(asked.last().at(1).toString(), u"hits"_s);
    view.setWorking(true);
    QVERIFY(!view.button(RollupsView::Run).isEnabled());
    view.setFacts(facts(), false);
    QVERIFY(!view.button(RollupsView::Schedule).isEnabled());
}

void TestJobsPage::aPausedRollupIsResumedNotRun()
{
    RollupsView view;
    auto paused = facts();
    paused->rollups[0].isPaused = true;
    paused->rollups[0].health = RollupHealth::Paused;
    view.setFacts(paused, true);
    QVERIFY(!view.button(RollupsView::Run).isEnabled());
    QCOMPARE(view.button(RollupsView::Pause).text(), u"Resume"_s);
}

void TestJobsPage::withoutARegistryThePageSaysWhatItWouldTake()
{
    JobsPage page;
    auto none = std::make_shared<JobsFacts>();
    none->hasRegistry = false;
    none->now = now;
    none->known = JobsPart::Rollups;
    page.resize(900, 600);
    page.show();
    page.showFacts(none, true);
    QVERIFY(!page.rollups().list().isVisible());
    QVERIFY(!page.rollups().current());
}

void TestJobsPage::jobsShowFailuresWithTheirCause()
{
    CronJobsView view;
    view.setFacts(facts());
    view.choose(2);
    const QString text = view.detail().text();
    for (const QString &word :
        {u"failing"_s, u"cannot connect"_s, u"pg_hba.conf"_s, u"use_background_workers"_s, u"every 5 minutes"_s})
        QVERIFY2(text.contains(word), qPrintable(word + u" in "_s + text));
    QVERIFY(view.detail().chart().bars().first().hasFailed);
    view.choose(1);
    QVERIFY(view.detail().text().contains(u"healthy"_s));
    QCOMPARE(view.detail().chart().bars().size(), 10);
    QVERIFY(view.detail().chart().bars().first().startedAt < view.detail().chart().bars().last().startedAt);
}

void TestJobsPage::withoutPgCronTheTabSaysWhatItWouldTake()
{
    CronJobsView view;
    view.resize(900, 600);
    view.setMissing(u"not installed"_s, u"Install it."_s);
    view.show();
    view.setFacts(std::make_shared<JobsFacts>());
    QVERIFY(!view.list().isVisible());
}

void TestJobsPage::aRefreshKeepsTheChoice()
{
    CronJobsView view;
    view.setFacts(facts());
    view.choose(2);
    auto later = facts();
    later->jobs.prepend(job(9, u"new"_s, u"0 0 * * *"_s));
    view.setFacts(later);
    QCOMPARE(view.current()->id, 2);
}

void TestJobsPage::theBuilderMakesNoWrongSchedule()
{
    ScheduleDialog dialog(u"When?"_s, ScheduleDialog::Asks::Schedule, {u"*/5 * * * *"_s, {}, {}}, {}, nullptr);
    QCOMPARE(dialog.fields().schedule, u"*/5 * * * *"_s);
    QCOMPARE(dialog.words(), u"every 5 minutes"_s);
    const QList<QComboBox *> boxes = dialog.findChildren<QComboBox *>();
    QComboBox &kinds = *boxes.at(0), &steps = *boxes.at(1);
    for (int kind = 0; kind + 1 < kinds.count(); ++kind) { // all but the last, which is written by hand
        kinds.setCurrentIndex(kind);
        for (int step = 0; step < std::max(1, steps.count()); ++step) {
            steps.setCurrentIndex(step);
            const QString made = dialog.fields().schedule;
            QVERIFY2(CronSchedule::parse(made).isOk(), qPrintable(made));
            QVERIFY2(dialog.acceptButton().isEnabled(), qPrintable(made));
        }
    }
}

void TestJobsPage::whatIsWrittenByHandIsChecked()
{
    ScheduleDialog dialog(u"When?"_s, ScheduleDialog::Asks::Schedule, {u"*/7 * * * *"_s, {}, {}}, {}, nullptr);
    auto *expression = dialog.findChildren<QLineEdit *>().first();
    for (QLineEdit *edit : dialog.findChildren<QLineEdit *>()) {
        if (edit->text() == u"*/7 * * * *")
            expression = edit;
    }
    QVERIFY(dialog.acceptButton().isEnabled());
    for (const QString &wrong : {u"*/7 * * *"_s, u"61 * * * *"_s, u"0 0 31 2 *"_s, u""_s}) {
        expression->setText(wrong);
        QVERIFY2(!dialog.acceptButton().isEnabled(), qPrintable(wrong));
    }
    expression->setText(u"0 12 * * 1"_s);
    QVERIFY(dialog.acceptButton().isEnabled());
    QCOMPARE(dialog.words(), u"at 12:00 on Monday"_s);
}

void TestJobsPage::aNewJobNeedsNameAndCommand()
{
    ScheduleDialog dialog(u"New"_s, ScheduleDialog::Asks::NameAndCommand, {u"0 3 * * *"_s, {}, {}}, {}, nullptr);
    QVERIFY(!dialog.acceptButton().isEnabled());
    dialog.findChild<QPlainTextEdit *>()->setPlainText(u"SELECT 1"_s);
    QVERIFY(!dialog.acceptButton().isEnabled());
    dialog.findChild<QLineEdit *>(u"name"_s)->setText(u"nightly"_s);
    QVERIFY(dialog.acceptButton().isEnabled());
    QCOMPARE(dialog.fields().name, u"nightly"_s);
    QCOMPARE(dialog.fields().command, u"SELECT 1"_s);
}

void TestJobsPage::retentionGivesOnlyWhatWasChanged()
{
    const auto known = facts();
    KeepDialog dialog(known->rollups.first(), *known, nullptr);
    QVERIFY(dialog.changes().isEmpty());
    QComboBox &ofTarget = *dialog.findChildren<QComboBox *>().at(1);
    ofTarget.setCurrentIndex(ofTarget.findData(u"months"_s));
    dialog.findChildren<QSpinBox *>().at(1)->setValue(6);
    QCOMPARE(dialog.changes().size(), 1);
    QCOMPARE(dialog.changes().first().table, u"public.hit_1min"_s);
    QCOMPARE(dialog.changes().first().timeColumn, u"bucket"_s);
    QCOMPARE(dialog.changes().first().keep, u"6 months"_s);
}

SHARDBOARD_UI_TEST_MAIN(TestJobsPage)
#include "test_jobspage.moc"
