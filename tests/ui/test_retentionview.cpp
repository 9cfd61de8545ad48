// SPDX-License-Identifier: GPL-3.0-or-later
// The Retention tab, the dry run and the wizard's question: what they say of a table, and what may be done.
#include "tests/support/testmain.h"
#include "ui/cluster/factlist.h"
#include "ui/jobs/jobspage.h"
#include "ui/jobs/retentiondialog.h"
#include "ui/jobs/retentionpage.h"
#include "ui/jobs/rundetail.h"

#include "connection/iothread.h"

#include <QCheckBox>
#include <QComboBox>
#include <QPushButton>
#include <QTabWidget>

using namespace Shardboard;
using namespace Qt::StringLiterals;

namespace {

const QDateTime now(QDate(2026, 3, 2), QTime(12, 0, 10), Qt::UTC);

RetentionHold behind()
{
    RetentionHold hold;
    hold.kind = RetentionHold::Kind::Behind;
    hold.rollup = u"hits_1min"_s;
    hold.rows = 1204;
    return hold;
}

/// Rows of hits are held back, rows of clicks go by partitions, rows of visits are kept for ever.
std::shared_ptr<JobsFacts> facts()
{
    auto facts = std::make_shared<JobsFacts>();
    facts->hasRegistry = true;
    facts->now = now;
    facts->known = JobsPart::Rollups | JobsPart::Kept | JobsPart::Cron;
    CronJob job;
    job.id = 7;
    job.schedule = u"*/10 * * * *"_s;
    job.command = u"CALL shardboard.run_retention('public.hits')"_s;
    facts->jobs = {job};

    KeptRows hits{u"public.hits"_s, u"at"_s, u"3 days"_s, {}, {}, 0, {}};
    RetentionRun refused;
    refused.table = hits.table;
    refused.runId = 12;
    refused.state = RetentionRun::State::Refused;
    refused.startedAt = now.addSecs(-600);
    refused.finishedAt = now.addSecs(-598);
    refused.oldestKept = now.addDays(-9);
    refused.holds = {behind()};
    RetentionRun failed = refused;
    failed.runId = 11;
    failed.state = RetentionRun::State::Failed;
    failed.message = u"disk full"_s;
    hits.runs = {refused, failed};
    hits.jobId = 7;
    hits.health = RetentionHealth::HeldBack;

    KeptRows clicks{u"public.clicks"_s, u"at"_s, u"7 days"_s, {}, {}, 0, {}};
    clicks.isByPartitions = true;
    RetentionRun dropped = refused;
    dropped.table = clicks.table;
    dropped.state = RetentionRun::State::Done;
    dropped.holds.clear();
    dropped.partitionsDropped = {u"public.clicks_1"_s, u"public.clicks_2"_s};
    dropped.bytesFreed = 3 << 20;
    clicks.runs = {dropped};
    clicks.health = RetentionHealth::Unscheduled;
    facts->kept = {hits, clicks, {u"public.visits"_s, u"at"_s, {}, {}, {}, 0, {}}};
    facts->kept.last().health = RetentionHealth::ForEver;
    return facts;
}

RetentionPreview preview()
{
    RetentionPreview made;
    made.wish = {{u"public"_s, u"hits"_s}, u"at"_s, u"3 days"_s, false};
    made.wanted = made.cutoff = now.addDays(-3);
    made.oldest = now.addDays(-9);
    made.rows = 52000;
    made.isExact = true;
    made.bytes = 5 << 20;
    made.dependants = {{RetentionDependant::Kind::Rollup, u"hits_1min"_s, u"Reads the table."_s}};
    return made;
}

CatalogueFacts catalogue()
{
    CatalogueFacts facts;
    TableFacts hits;
    hits.name = {u"public"_s, u"hits"_s};
    hits.columns = {{u"id"_s, u"bigint"_s, true}, {u"seen"_s, u"timestamp without time zone"_s},
        {u"at"_s, u"timestamp with time zone"_s, true}};
    TableFacts cut = hits;
    cut.name.name = u"cut"_s;
    cut.isPartitioned = true;
    TableFacts timeless;
    timeless.name = {u"public"_s, u"timeless"_s};
    timeless.columns = {{u"id"_s, u"bigint"_s, true}};
    facts.tables = {hits, cut, timeless};
    facts.retentions = {{u"public.hits"_s, u"3 days"_s, u"seen"_s, false, false}};
    return facts;
}

} // namespace

class TestRetentionView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support propagateSizeHints)"_s)); }
    void eachTableShowsHowItIsAndWhatWent();
    void whatIsHeldBackIsExplainedWithItsRemedy();
    void actionsNameTheTable();
    void whatIsKeptForEverIsNotRun();
    void withoutARuleTheTabSaysWhatItWouldDo();
    void theDryRunComesBeforeTheRun();
    void nothingIsRunWhereNothingMayBeChanged();
    void partitionsAreListedWithTheirFate();
    void theQuestionOffersTimesAndWhatIsKnown();
    void wrongIntervalsAreNotPlanned();
};

void TestRetentionView::eachTableShowsHowItIsAndWhatWent()
{
    JobsPage page;
    page.showFacts(facts(), true);
    RetentionView &view = page.retention();
    QCOMPARE(page.tabs().tabText(1), u"Retention"_s);
    QCOMPARE(view.current()->table, u"public.hits"_s);
    for (const QString &word : {u"held back"_s, u"3 days"_s, u"deletes rows"_s, u"2026-02-21"_s, u"every 10 minutes"_s})
        QVERIFY2(view.detail().text().contains(word), qPrintable(word + u" in "_s + view.detail().text()));
    QCOMPARE(view.detail().chart().bars().size(), 2);
    QVERIFY(view.detail().chart().bars().first().hasFailed);
    view.choose(u"public.clicks"_s);
    for (const QString &word : {u"unscheduled"_s, u"drops partitions"_s, u"Nobody runs it"_s})
        QVERIFY2(view.detail().text().contains(word), qPrintable(word + u" in "_s + view.detail().text()));
}

void TestRetentionView::whatIsHeldBackIsExplainedWithItsRemedy()
{
    RetentionView view;
    view.setFacts(facts(), true);
    const QString text = view.detail().text();
    QVERIFY2(text.contains(u"1,204 rows wait for rollup hits_1min"_s) && text.contains(u"Run the rollup"_s),
        qPrintable(text));
    QVERIFY(!text.contains(u"disk full"_s)); // that was a run before
}

void TestRetentionView::actionsNameTheTable()
{
    RetentionView view;
    QSignalSpy asked(&view, &RetentionView::actionRequested);
    view.setFacts(facts(), true);
    for (int action = 0; action < RetentionView::ActionCount; ++action) {
        QVERIFY(view.button(RetentionView::Action(action)).isEnabled());
        view.button(RetentionView::Action(action)).click();
        const bool isSetUp = action == RetentionView::SetUp;
        QCOMPARE(asked.takeFirst().at(1).toString(), isSetUp ? QString() : u"public.hits"_s);
    }
    view.setWorking(true);
    QVERIFY(!view.button(RetentionView::Run).isEnabled());
    QVERIFY(view.button(RetentionView::DryRun).isEnabled());
}

void TestRetentionView::whatIsKeptForEverIsNotRun()
{
    RetentionView view;
    view.setFacts(facts(), true);
    view.choose(u"public.visits"_s);
    for (const RetentionView::Action action : {RetentionView::DryRun, RetentionView::Run, RetentionView::Stop})
        QVERIFY(!view.button(action).isEnabled());
    QVERIFY(view.button(RetentionView::Change).isEnabled());
}

void TestRetentionView::withoutARuleTheTabSaysWhatItWouldDo()
{
    RetentionView view;
    view.resize(900, 600);
    view.show();
    QSignalSpy asked(&view, &RetentionView::actionRequested);
    auto none = facts();
    none->kept.clear();
    view.setFacts(none, true);
    QVERIFY(!view.list().isVisible());
    QPushButton *setUp = nullptr;
    for (QPushButton *button : view.findChildren<QPushButton *>())
        if (button->isVisible())
            setUp = button;
    QVERIFY(setUp);
    setUp->click();
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked.first().first().value<RetentionView::Action>(), RetentionView::SetUp);
}

void TestRetentionView::theDryRunComesBeforeTheRun()
{
    IoThread io;
    RetentionDialog dialog(preview().wish, io, {}, {}, nullptr);
    QSignalSpy asked(&dialog, &RetentionDialog::runRequested);
    QVERIFY(!dialog.runButton().isEnabled());
    RetentionPreview held = preview();
    held.holds = {behind()};
    dialog.showPreview(held);
    QVERIFY2(dialog.verdict().contains(u"52000 rows"_s), qPrintable(dialog.verdict()));
    for (const QString &word : {u"wait for rollup hits_1min"_s, u"Reads the table."_s})
        QVERIFY2(dialog.text().contains(word), qPrintable(dialog.text()));
    dialog.runButton().click();
    QCOMPARE(asked.first().first().toString(), u"public.hits"_s);
    RetentionPreview nothing = preview();
    nothing.rows = 0;
    dialog.showPreview(nothing);
    QVERIFY(!dialog.runButton().isEnabled());
    QVERIFY(!dialog.text().contains(u"wait for"_s));
}

void TestRetentionView::nothingIsRunWhereNothingMayBeChanged()
{
    IoThread io;
    RetentionDialog dialog(preview().wish, io, {}, u"read-only"_s, nullptr);
    dialog.showPreview(preview());
    QVERIFY(!dialog.runButton().isEnabled());
    QCOMPARE(dialog.runButton().toolTip(), u"read-only"_s);
}

void TestRetentionView::partitionsAreListedWithTheirFate()
{
    IoThread io;
    RetentionDialog dialog(preview().wish, io, {}, {}, nullptr);
    RetentionPreview cut = preview();
    cut.isByPartitions = true;
    cut.isExact = false;
    using Fate = ExpiringPartition::Fate;
    cut.partitions = {{u"public.early"_s, {}, now.addDays(-30), Fate::Wide, -1, -1},
        {u"public.one"_s, now.addDays(-9), now.addDays(-8), Fate::Goes, 900, 1 << 20},
        {u"public.two"_s, now.addDays(-3), now.addDays(-2), Fate::Beyond, 900, 1 << 20}};
    dialog.show();
    dialog.showPreview(cut);
    QVERIFY(dialog.partitions().isVisible());
    QVERIFY2(dialog.verdict().contains(u"1 partition"_s), qPrintable(dialog.verdict()));
    const QAbstractItemModel &model = *dialog.partitions().model();
    QCOMPARE(model.rowCount(), 3);
    QStringList all;
    for (int row = 0; row < 3; ++row)
        for (int column = 0; column < 6; ++column)
            all << model.index(row, column).data().toString();
    for (const QString &word : {u"the beginning"_s, u"unknown"_s, u"goes"_s, u"stays: wider than it looks"_s})
        QVERIFY2(all.contains(word), qPrintable(word + u" in "_s + all.join(u" | "_s)));
}

void TestRetentionView::theQuestionOffersTimesAndWhatIsKnown()
{
    RetentionPage page({});
    page.setFacts(catalogue());
    const QList<QComboBox *> boxes = page.findChildren<QComboBox *>();
    QCOMPARE(boxes.at(0)->count(), 2); // the timeless one is not offered
    QVERIFY(page.settings().wish.table.name.isEmpty());
    page.chooseTable({u"public"_s, u"hits"_s});
    QCOMPARE(page.settings().wish.timeColumn, u"seen"_s);
    QCOMPARE(page.settings().wish.keep, u"3 days"_s);
    QCOMPARE(boxes.at(1)->count(), 2);
    QVERIFY(page.findChild<QCheckBox *>()->isHidden());
    page.chooseTable({u"public"_s, u"cut"_s});
    QCOMPARE(page.settings().wish.timeColumn, u"at"_s);
    QVERIFY(!page.findChild<QCheckBox *>()->isHidden());
}

void TestRetentionView::wrongIntervalsAreNotPlanned()
{
    RetentionPage page({u"public"_s, u"hits"_s});
    page.setFacts(catalogue());
    QSignalSpy changed(&page, &RetentionPage::changed);
    page.setKeep(u"a while"_s);
    QCOMPARE(changed.size(), 1);
    QVERIFY(retentionSettings(retentionIntent(page.settings())).isError());
    page.setKeep(u"2 weeks"_s);
    const auto good = retentionSettings(retentionIntent(page.settings()));
    QVERIFY(good.isOk());
    QCOMPARE(*good, page.settings());
}

SHARDBOARD_UI_TEST_MAIN(TestRetentionView)
#include "test_retentionview.moc"
