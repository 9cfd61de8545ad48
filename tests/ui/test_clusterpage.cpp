// SPDX-License-Identifier: GPL-3.0-or-later
// The cluster page: what it shows of a cluster, what it offers for which node and session, and what it says where
// something is missing, has failed or is still going on.
#include "connection/iothread.h"
#include "connection/server.h"
#include "tests/support/testmain.h"
#include "tests/support/widecatalogue.h"
#include "ui/cluster/activityview.h"
#include "ui/cluster/clusterhead.h"
#include "ui/cluster/clusterpage.h"
#include "ui/cluster/clusterwizard.h"
#include "ui/cluster/factlist.h"
#include "ui/cluster/healthmatrix.h"
#include "ui/cluster/nodepage.h"
#include "ui/cluster/nodesview.h"
#include "ui/cluster/rebalanceview.h"
#include "ui/cluster/skewview.h"
#include "ui/cluster/tenantsview.h"
#include "ui/common/theme.h"
#include "ui/workbench/runningwork.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QDialog>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTabWidget>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

constexpr ClusterParts allParts = ClusterPart::Nodes | ClusterPart::Health | ClusterPart::Shards | ClusterPart::Tenants
    | ClusterPart::Activity | ClusterPart::Jobs;

NodeFacts node(int id, const QString &host)
{
    NodeFacts facts;
    facts.nodeId = id;
    facts.groupId = id - 1;
    facts.host = host;
    facts.port = 5432;
    facts.shouldHaveShards = id > 1;
    facts.hasAnswered = true;
    facts.version = u"15.20 (Debian 15.20-1)"_s;
    facts.citusVersion = u"13.2-1"_s;
    facts.maxConnections = 200;
    facts.connections = 7;
    return facts;
}

ActivitySession session(qint64 gpid, int nodeId, const QString &query, bool isPart = false)
{
    ActivitySession one;
    one.gpid = gpid;
    one.nodeId = nodeId;
    one.pid = int(gpid % 1000);
    one.isWorkerPart = isPart;
    one.user = u"ada"_s;
    one.application = isPart ? QString() : u"billing"_s;
    one.state = u"active"_s;
    one.queryMs = 2100;
    one.query = query;
    return one;
}

/// A coordinator and two workers: one that is down, a table on each, and 11 blocks 12.
std::shared_ptr<ClusterFacts> facts()
{
    auto all = std::make_shared<ClusterFacts>();
    all->hasCitus = true;
    all->nodes = {node(1, u"c"_s), node(2, u"w1"_s), node(3, u"w2"_s)};
    all->nodes[2].hasAnswered = false;
    all->nodes[2].failure = u"connection refused"_s;
    for (int from = 1; from <= 2; ++from)
        for (int to = 1; to <= 3; ++to)
            all->health << HealthCheck{from, to, to != 3};
    auto shards = std::make_shared<ShardFacts>();
    shards->tables = {{10, {u"public"_s, u"orders"_s}, TableKind::Distributed, 1, false}};
    shards->shards = {{100, 0, 2, 3 << 20, 0, 9, true}, {101, 0, 3, 1 << 20, 10, 19, true}};
    all->shards = shards;
    all->tenants.tenants = {{2, 1, u"42"_s, 5, 4, 9, 8, 0.5, 0.25, 100}, {2, 1, u"idle"_s, 0, 0, 0, 0, 0, 0, 50}};
    all->activity.sessions
        = {session(11, 1, u"UPDATE orders SET a = 1"_s), session(11, 2, u"UPDATE orders_100"_s, true),
            session(12, 1, u"UPDATE orders SET a = 2"_s), session(13, 1, u"SELECT 1"_s)};
    all->activity.sessions[3].application = u"shardboard dashboard"_s;
    all->activity.sessions[3].isOwn = true;
    all->activity.sessions[0].state = u"idle in transaction"_s;
    all->activity.waits = {{12, 11}};
    all->known = allParts;
    return all;
}

std::shared_ptr<ClusterFacts> withRebalance(const QString &state)
{
    auto all = facts();
    BackgroundJob job{7, state, u"rebalance"_s, u"Rebalance all colocation groups"_s,
        QDateTime::currentDateTimeUtc().addSecs(-90), {}, 1, 3};
    if (job.isOver())
        job.finishedAt = QDateTime::currentDateTimeUtc();
    all->jobs.jobs = {job};
    BackgroundTask move{7, 1, u"running"_s, u"SELECT citus_move_shard_placement(100,2,3,'auto')"_s, 2, {},
        u"ERROR: connection refused"_s, 100, 2, 3, u"Copying Data"_s, 3 << 20, 1 << 20};
    if (job.isOver()) {
        move.status = u"error"_s;
        move.phase.clear();
    }
    all->jobs.tasks = {move};
    return all;
}

QString textOf(const QAbstractItemModel &model, const QModelIndex &parent = {}, int depth = 0)
{
    QString text;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex index = model.index(row, 0, parent);
        text += QString(2 * depth, u' ') + index.data().toString() + u'|' + index.siblingAtColumn(1).data().toString()
            + u'\n' + textOf(model, index, depth + 1);
    }
    return text;
}

struct Shown
{
    ClusterPage page;

    explicit Shown(const std::shared_ptr<const ClusterFacts> &what = facts(), int tab = 0)
    {
        page.resize(1200, 800);
        page.tabs().setCurrentIndex(tab);
        page.show();
        page.showFacts(what, allParts);
    }
    bool says(const QString &words) const
    {
        const auto labels = page.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(),
            [&](const QLabel *label) { return label->isVisible() && label->text().contains(words); });
    }
    QPushButton *button(const QString &text) const
    {
        for (QPushButton *button : page.findChildren<QPushButton *>())
            if (button->text() == text && button->isVisible())
                return button;
        return nullptr;
    }
    QString cell(const FactList &list, int row, int column) const
    {
        return list.model()->index(row, column).data().toString().replace(QChar::Nbsp, u' ');
    }
    QStringList offered() const
    {
        QStringList names;
        for (const QAction *action : const_cast<ClusterPage &>(page).nodes().nodeActions())
            if (action->isEnabled())
                names << action->text();
        return names;
    }
};

enum Tab { Nodes, Map, SkewTab, Tenants, Activity, Rebalance };

} // namespace

class TestClusterPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QApplication::setApplicationName(u"shardboard-test"_s);
        Theme::instance().apply(Theme::Mode::Light);
    }
    void init() { Testing::failOnWarnings(); }

    void aNodeThatIsDownIsSaidInTheHeadAndTheListAndTheMatrix()
    {
        Shown shown;
        QVERIFY2(shown.page.head().summary().contains(u"not answer"_s), qPrintable(shown.page.head().summary()));
        const FactList &list = shown.page.nodes().list();
        QCOMPARE(shown.cell(list, 0, 0), u"c:5432"_s);
        QCOMPARE(shown.cell(list, 0, 1), u"coordinator"_s);
        QCOMPARE(shown.cell(list, 2, 2), u"does not answer"_s);
        QCOMPARE(list.model()->index(2, 2).data(Qt::ToolTipRole).toString(), u"connection refused"_s);
        QVERIFY(shown.page.findChild<HealthMatrix *>()->summary().contains(u"fail"_s));
    }

    void eachNodeIsOfferedWhatFitsIt()
    {
        Shown shown;
        QVERIFY(shown.offered().isEmpty());
        shown.page.nodes().list().selectKey(1);
        QCOMPARE(shown.offered(), (QStringList{u"Drain…"_s, u"Set the coordinator's host…"_s}));
        shown.page.nodes().list().selectKey(2);
        QCOMPARE(shown.offered(), (QStringList{u"Drain…"_s, u"Disable…"_s, u"Remove…"_s}));
        auto disabled = facts();
        disabled->nodes[1].isActive = false;
        shown.page.showFacts(disabled, ClusterPart::Nodes);
        QCOMPARE(shown.offered(), (QStringList{u"Activate…"_s, u"Remove…"_s})); // still chosen

        QSignalSpy wanted(&shown.page, &ClusterPage::changeRequested);
        shown.button(u"Remove…"_s)->click();
        const auto settings = wanted.first().first().value<ClusterSettings>();
        QCOMPARE(settings.change, ClusterChange::RemoveNode);
        QCOMPARE(settings.address(), u"w1:5432"_s);
        shown.button(u"Add a node…"_s)->click();
        QCOMPARE(wanted.last().first().value<ClusterSettings>().change, ClusterChange::AddNode);
    }

    void aCoordinatorKnownAsLocalhostIsAdvisedOn()
    {
        auto local = facts();
        local->nodes[0].host = u"localhost"_s;
        Shown shown(local);
        QVERIFY(shown.says(u"The coordinator is known as localhost"_s));
        QSignalSpy wanted(&shown.page, &ClusterPage::changeRequested);
        shown.button(u"Set the coordinator's host…"_s)->click();
        QCOMPARE(wanted.first().first().value<ClusterSettings>().change, ClusterChange::SetCoordinatorHost);
        Shown good;
        QVERIFY(!good.says(u"The coordinator is known as"_s));
    }

    void skewLeadsToTheTable()
    {
        Shown shown(facts(), SkewTab);
        const auto lists = shown.page.skew().findChildren<FactList *>();
        const auto tables = std::ranges::find(lists, u"Skew of tables"_s, &QWidget::accessibleName);
        QCOMPARE(shown.cell(**tables, 0, 3), u"3 MiB"_s);
        QCOMPARE(shown.cell(**tables, 0, 4), u"1.50 × average"_s);
        (*tables)->setCurrentIndex((*tables)->model()->index(0, 0));
        QSignalSpy wanted(&shown.page, &ClusterPage::tableRequested);
        Q_EMIT(*tables)->activated((*tables)->currentIndex());
        QCOMPARE(wanted.first().first().value<QualifiedName>().name, u"orders"_s);
    }

    void tenantsThatWereActiveAreListed()
    {
        Shown shown(facts(), Tenants);
        QCOMPARE(shown.page.tenants().list().model()->rowCount(), 1);
        QCOMPARE(shown.cell(shown.page.tenants().list(), 0, 0), u"42"_s);
        QCOMPARE(shown.cell(shown.page.tenants().list(), 0, 1), u"orders"_s);
        auto untracked = facts();
        untracked->tenants.untracked = {3};
        shown.page.showFacts(untracked, ClusterPart::Tenants);
        QVERIFY(shown.says(u"Not tracked on w2:5432"_s));
        untracked = std::make_shared<ClusterFacts>(*untracked);
        untracked->tenants.tenants.clear();
        shown.page.showFacts(untracked, ClusterPart::Tenants);
        QVERIFY(shown.says(u"Tenants are not tracked"_s) && shown.says(u"citus.stat_tenants_track"_s));
    }

    void whoBlocksStandsAboveWhoWaits()
    {
        Shown shown(facts(), Activity);
        QCOMPARE(textOf(shown.page.activity().model()),
            u"ada · billing|blocks 1\n"
            "  its part on w1:5432|active\n"
            "  ada · billing|active\n"
            "ada · shardboard dashboard (this program)|active\n"_s);
        QCOMPARE(shown.page.tabs().tabText(Activity), u"Activity (1 waiting)"_s);
        shown.page.activity().findChild<QCheckBox *>()->setChecked(true);
        QVERIFY(!textOf(shown.page.activity().model()).contains(u"this program"_s));
        auto quiet = facts();
        quiet->activity = {};
        shown.page.showFacts(quiet, ClusterPart::Activity);
        QVERIFY(shown.says(u"Nobody waits"_s));
        QCOMPARE(shown.page.tabs().tabText(Activity), u"Activity"_s);
    }

    void aStatementWaitsForWhatItsPartsWaitFor()
    {
        auto waiting = facts();
        waiting->activity.sessions << session(12, 3, u"UPDATE orders_101"_s, true);
        waiting->activity.sessions.last().lock = u"ShareLock on transactionid"_s;
        for (ActivitySession &one : waiting->activity.sessions)
            one.waitEvent = u"Client: ClientRead"_s;
        ActivityModel model;
        model.setFacts(waiting, false);
        const auto waitsFor = [&](qint64 gpid) {
            return model.indexOf(gpid).siblingAtColumn(ActivityModel::WaitsFor).data().toString();
        };
        QCOMPARE(waitsFor(12), u"ShareLock on transactionid"_s);
        QCOMPARE(waitsFor(11), u"its client"_s); // idle in its transaction
        QCOMPARE(waitsFor(13), u"other nodes"_s);
    }

    void theActivityModelKeepsItsPromises()
    {
        ActivityModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFacts(facts(), false);
        QCOMPARE(model.rowCount(), 2);
        auto circle = facts();
        circle->activity.waits = {{11, 12}, {12, 11}};
        model.setFacts(circle, true);
        QVERIFY2(textOf(model).contains(u"closes a circle"_s), qPrintable(textOf(model)));
        QCOMPARE(model.gpid(model.indexOf(12)), 12);
        QVERIFY(model.index(0, 0).data(ActivityModel::GpidRole).toLongLong() > 0);
        model.setFacts(std::make_shared<ClusterFacts>(), false);
        QCOMPARE(model.rowCount(), 0);
    }

    void cancelAndEndAreAskedForByGlobalPid()
    {
        Shown shown(facts(), Activity);
        ActivityView &activity = shown.page.activity();
        QVERIFY(!activity.cancelAction().isEnabled() && !activity.terminateAction().isEnabled());
        activity.tree().setCurrentIndex(activity.model().indexOf(11));
        QVERIFY(!activity.cancelAction().isEnabled()); // it runs nothing
        QVERIFY(activity.terminateAction().isEnabled());
        QSignalSpy asked(&activity, &ActivityView::signalRequested);
        activity.terminateAction().trigger();
        QCOMPARE(asked.first().at(0).toLongLong(), 11);
        QVERIFY(asked.first().at(1).toBool());
        auto *dialog = shown.page.findChild<QDialog *>();
        QVERIFY(dialog && dialog->isVisible()); // nothing is sent before a yes
        dialog->reject();
        activity.tree().setCurrentIndex(activity.model().indexOf(12));
        activity.cancelAction().trigger();
        QCOMPARE(asked.last().at(0).toLongLong(), 12);
        QVERIFY(!asked.last().at(1).toBool());
    }

    void aRefreshKeepsTheChosenSession()
    {
        Shown shown(facts(), Activity);
        ActivityView &activity = shown.page.activity();
        activity.tree().setCurrentIndex(activity.model().indexOf(12));
        auto later = facts();
        later->activity.sessions.prepend(session(5, 1, u"SELECT now()"_s));
        shown.page.showFacts(later, ClusterPart::Activity);
        QCOMPARE(activity.model().gpid(activity.tree().currentIndex()), 12);
    }

    void aRunningRebalanceIsFoundWithItsProgressAndReasons()
    {
        Shown shown(withRebalance(u"running"_s), Rebalance);
        QCOMPARE(shown.page.rebalance().headline(), u"Rebalancing: 1 of 3 moves done"_s);
        QVERIFY(shown.says(u"closing this window does not stop it"_s));
        const FactList &tasks = shown.page.rebalance().tasks();
        QCOMPARE(shown.cell(tasks, 0, 0), u"public.orders, shard 100"_s);
        QCOMPARE(shown.cell(tasks, 0, 3), u"Copying Data"_s);
        QCOMPARE(shown.cell(tasks, 0, 4), u"1 MiB of 3 MiB"_s);
        QCOMPARE(shown.cell(tasks, 0, 5), u"2"_s);
        QCOMPARE(shown.cell(tasks, 0, 6), u"ERROR: connection refused"_s);
        QSignalSpy wanted(&shown.page, &ClusterPage::changeRequested);
        shown.button(u"Stop…"_s)->click();
        QCOMPARE(wanted.first().first().value<ClusterSettings>().change, ClusterChange::StopRebalance);
        QVERIFY(!shown.button(u"Resume…"_s));
        shown.page.showFacts(withRebalance(u"cancelling"_s), ClusterPart::Jobs);
        QVERIFY(!shown.button(u"Stop…"_s)->isEnabled());
    }

    void whatFailedIsShownUntilItIsResumedOrLeft()
    {
        for (const auto &[state, words] : {std::pair(u"failed"_s, u"The rebalance failed: 1 of 3 moves done"_s),
                 {u"cancelled"_s, u"The rebalance was stopped: 1 of 3 moves done"_s}}) {
            Shown shown(withRebalance(state), Rebalance);
            QCOMPARE(shown.page.rebalance().headline(), words);
            QVERIFY(shown.says(u"no row is lost"_s));
            QCOMPARE(shown.page.rebalance().tasks().model()->rowCount(), 1);
            QSignalSpy wanted(&shown.page, &ClusterPage::changeRequested);
            shown.button(u"Resume…"_s)->click();
            QCOMPARE(wanted.first().first().value<ClusterSettings>().change, ClusterChange::Rebalance);
            QSignalSpy looked(&shown.page.rebalance(), &RebalanceView::previewRequested);
            shown.button(u"See what would move"_s)->click();
            QCOMPARE(looked.count(), 1);
            shown.page.showFacts(withRebalance(state), ClusterPart::Jobs);
            QVERIFY(!shown.page.rebalance().isUnfinished());
        }
        Shown finished(withRebalance(u"finished"_s), Rebalance);
        QVERIFY(!finished.page.rebalance().isUnfinished());
    }

    void whatWouldMoveIsToldBeforeAndAfter()
    {
        Shown shown(facts(), Rebalance);
        ChangeFacts change;
        change.hasCitus = true;
        change.cluster = *facts();
        change.defaultStrategy = u"by_disk_size"_s;
        change.moves = {{100, {u"public"_s, u"orders"_s}, 2, 3, 3 << 20}};
        shown.page.rebalance().showPreview(change);
        QVERIFY2(
            shown.page.rebalance().headline().contains(u"would move"_s), qPrintable(shown.page.rebalance().headline()));
        change.moves.clear();
        shown.page.rebalance().showPreview(change);
        QCOMPARE(shown.page.rebalance().headline(), u"Nothing would move"_s);
        change.movesRefusal = u"permission denied"_s;
        shown.page.rebalance().showPreview(change);
        QVERIFY(shown.says(u"permission denied"_s));
    }

    void whatCouldNotBeReadIsSaidOnItsTabOnly()
    {
        auto failed = facts();
        ServerError error;
        error.message = u"permission denied for view pg_dist_background_job"_s;
        failed->failures.insert(ClusterPart::Jobs, error);
        Shown shown(failed);
        QVERIFY(!shown.says(error.message));
        shown.page.tabs().setCurrentIndex(Rebalance);
        QVERIFY(shown.says(error.message));
    }

    void withoutCitusItIsOneServerWithItsActivity()
    {
        IoThread io;
        Server server(io, Profile{}); // not opened: it has no capabilities
        ClusterPage page;
        page.attach(server);
        QVERIFY(page.tabs().isTabEnabled(Nodes) && page.tabs().isTabEnabled(Activity));
        for (const int tab : {Map, SkewTab, Tenants, Rebalance})
            QVERIFY(!page.tabs().isTabEnabled(tab));
        auto plain = std::make_shared<ClusterFacts>();
        plain->nodes = {node(0, {})};
        plain->nodes[0].nodeId = 0;
        page.showFacts(plain, ClusterPart::Nodes);
        QVERIFY(page.head().addNodeButton().isHidden());
        for (const QAction *action : page.nodes().nodeActions())
            QVERIFY(!action->isEnabled());
        page.detach();
    }

    void theWizardAsksOnlyWhatIsNotKnown()
    {
        IoThread io;
        RunningWork work;
        const WizardContext context{io, work, {}, citusCapabilities()};
        ClusterSettings settings;
        settings.change = ClusterChange::AddNode;
        ClusterWizard add(settings, context, nullptr);
        QVERIFY(add.nodePage() && !add.nodePage()->isAcceptable());
        add.nodePage()->setAddress(u"w3"_s, 5433);
        QVERIFY(add.nodePage()->isAcceptable());
        QCOMPARE(add.settings().address(), u"w3:5433"_s);
        QCOMPARE(add.planStep(), 1);
        settings = {};
        settings.change = ClusterChange::DrainNode;
        settings.host = u"w1"_s;
        ClusterWizard drain(settings, context, nullptr);
        QVERIFY(!drain.nodePage());
        QCOMPARE(drain.planStep(), 1); // how to move
        QCOMPARE(drain.settings().transferMode, u"auto"_s);
    }
};

SHARDBOARD_UI_TEST_MAIN(TestClusterPage)
#include "test_clusterpage.moc"
