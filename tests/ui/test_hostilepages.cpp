// SPDX-License-Identifier: GPL-3.0-or-later
// Every page is shown with names, comments, statements and errors as a stranger would choose them: no markup, no file
// that is opened, no tool tip that grows with the name, and at most 100 ms more than with a short one.
#include "tests/support/results.h"
#include "tests/support/testmain.h"
#include "tests/support/widecatalogue.h"
#include "tests/ui/hostiletext.h"
#include "ui/cluster/clusterpage.h"
#include "ui/common/confirmdialog.h"
#include "ui/common/errorview.h"
#include "ui/common/theme.h"
#include "ui/jobs/jobspage.h"
#include "ui/jobs/keepdialog.h"
#include "ui/jobs/scheduledialog.h"
#include "ui/tables/tabledetailview.h"
#include "ui/tables/tablespage.h"
#include "ui/wizards/importpages.h"
#include "ui/wizards/planpage.h"
#include "ui/wizards/preflightpage.h"
#include "ui/wizards/runpage.h"

#include <QTabWidget>
#include <QTreeView>

using namespace Shardboard;
using namespace Shardboard::Testing;
using namespace Qt::StringLiterals;

namespace {

using Page = std::unique_ptr<QWidget>;

ServerError errorOf(const QString &name)
{
    ServerError error;
    error.message = error.detail = error.hint = error.context = error.severity = name;
    error.sqlState = u"42P01"_s;
    error.statement = u"SELECT "_s + name;
    error.position = 9;
    return error;
}

std::shared_ptr<const Catalogue> catalogueOf(const QString &name)
{
    const QStringList relation{
        u"1"_s, name, name, u"r"_s, u"f"_s, QString(), QString(), QString(), name, u"heap"_s, u"-1"_s, name};
    const QStringList citus{u"1"_s, u"h"_s, u"s"_s, u"7"_s, name, u"f"_s, u"32"_s};
    auto catalogue = readCatalogue(citusCapabilities(),
        {resultOf(12, {relation}), resultOf(7, {citus}), resultOf(1, {}),
            resultOf(6, {{u"7"_s, u"32"_s, u"1"_s, name, QString(), QString()}}), resultOf(3, {}), errorOf(name)});
    return catalogue ? std::make_shared<Catalogue>(std::move(catalogue).value()) : std::make_shared<Catalogue>();
}

Page tablesPage(const QString &name)
{
    auto page = std::make_unique<TablesPage>();
    page->setCapabilities(citusCapabilities());
    const auto catalogue = catalogueOf(name);
    page->showCatalogue(catalogue, true);
    auto *tree = page->findChild<QTreeView *>(u"tableTree"_s);
    tree->expandAll();
    if (!catalogue->tables.isEmpty())
        page->choose(catalogue->tables.first().name);
    return page;
}

Page failedTablesPage(const QString &name)
{
    auto page = std::make_unique<TablesPage>();
    page->showError(errorOf(name));
    return page;
}

Page tableDetail(const QString &name)
{
    auto view = std::make_unique<TableDetailView>();
    Catalogue catalogue;
    CatalogueTable table;
    table.oid = 1;
    table.name = {name, name};
    table.comment = table.owner = table.distributionColumn = table.partitionKey = name;
    catalogue.tables = {table};
    TableDetail detail;
    detail.oid = 1;
    detail.columns = {{name, name, true, name, name, name, name}};
    detail.indexes = {{name, name, true, true, false}};
    detail.constraints = {{TableConstraint::Kind::ForeignKey, name, name, false, {name, name}, true}};
    detail.triggers = {{name, name, true}};
    detail.viewDefinition = name;
    detail.placements = {{1, 0, 9, 1, name, 5432, 100, 10}};
    detail.gaps = {name};
    view->setTable(table, catalogue);
    view->setDetail(detail);
    return view;
}

std::shared_ptr<ClusterFacts> clusterFacts(const QString &name)
{
    auto all = std::make_shared<ClusterFacts>();
    all->hasCitus = true;
    NodeFacts node;
    node.nodeId = 1;
    node.host = node.version = node.citusVersion = node.walLevel = name;
    node.port = 5432;
    node.hasAnswered = true;
    NodeFacts down = node;
    down.nodeId = 2;
    down.groupId = 1;
    down.hasAnswered = false;
    down.failure = name;
    all->nodes = {node, down};
    all->health = {{1, 2, false}, {2, 1, std::nullopt}};
    auto shards = std::make_shared<ShardFacts>();
    shards->tables = {{10, {name, name}, TableKind::Distributed, 1, true}};
    shards->shards = {{100, 0, 2, 3 << 20, 0, 9, true}, {101, 0, 1, 1 << 20, 10, 19, true}};
    shards->failures = {{2, name}};
    all->shards = shards;
    all->tenants.tenants = {{1, 1, name, 5, 4, 9, 8, 0.5, 0.25, 100}};
    ActivitySession session;
    session.gpid = 11;
    session.nodeId = 1;
    session.user = session.application = session.client = session.state = session.waitEvent = session.lock = name;
    session.query = name;
    ActivitySession other = session;
    other.gpid = 12;
    all->activity.sessions = {session, other};
    all->activity.waits = {{12, 11}};
    BackgroundJob job{7, u"running"_s, u"rebalance"_s, name, QDateTime::currentDateTimeUtc(), {}, 1, 3};
    all->jobs.jobs = {job};
    all->jobs.tasks = {{7, 1, u"error"_s, name, 2, {}, name, 100, 2, 3, name, 3 << 20, 1 << 20}};
    all->known = ClusterPart::Nodes | ClusterPart::Health | ClusterPart::Shards | ClusterPart::Tenants
        | ClusterPart::Activity | ClusterPart::Jobs;
    return all;
}

Page clusterTab(const QString &name, int tab)
{
    auto page = std::make_unique<ClusterPage>();
    const auto facts = clusterFacts(name);
    page->showFacts(facts, facts->known);
    page->tabs().setCurrentIndex(tab);
    return page;
}

std::shared_ptr<JobsFacts> jobsFacts(const QString &name)
{
    const QString word = name.left(1000); // of what is a word to the server: a role, a column, a zone
    const QString message = name.left(2000); // the queries cut them
    auto facts = std::make_shared<JobsFacts>();
    facts->hasRegistry = true;
    facts->now = QDateTime(QDate(2026, 3, 2), QTime(12, 0), Qt::UTC);
    facts->known = JobsPart::Rollups | JobsPart::Cron | JobsPart::Sizes;
    CronJob job;
    job.id = 1;
    job.name = job.command = name;
    job.schedule = job.database = job.user = job.host = word;
    job.runs = {{1, 1, u"failed"_s, message, facts->now, facts->now}};
    facts->jobs = {job};
    RollupReport rollup;
    rollup.name = rollup.source = rollup.target = name;
    rollup.lastMessage = message;
    rollup.bucketColumn = rollup.strategy = rollup.parent = rollup.timeZone = rollup.lastState = word;
    rollup.bucketSeconds = 60;
    rollup.jobId = 1;
    rollup.runs = {{7, facts->now, facts->now, u"failed"_s, 600, 12, 0, message}};
    facts->rollups = {rollup};
    KeptRows kept;
    kept.table = name;
    kept.lastError = message;
    kept.timeColumn = kept.keep = word;
    kept.jobId = 1;
    RetentionRun run;
    run.table = name;
    run.message = message;
    run.state = RetentionRun::State::Failed;
    run.startedAt = run.finishedAt = facts->now;
    run.partitionsDropped = {name};
    kept.runs = {run};
    facts->kept = {kept};
    facts->sizes = {{name, {1 << 20, 10}}};
    facts->failures = {{JobsPart::Sizes, errorOf(name)}};
    return facts;
}

Page jobsTab(const QString &name, int tab)
{
    auto page = std::make_unique<JobsPage>();
    page->showFacts(jobsFacts(name), true);
    page->tabs().setCurrentIndex(tab);
    return page;
}

Plan planOf(const QString &text)
{
    const QString &name = text;
    Plan plan;
    plan.title = name;
    plan.warnings = plan.notes = {name};
    PlanStep step;
    step.id = u"one"_s;
    step.title = name;
    step.sql = step.undoSql = u"SELECT "_s + name;
    step.locks = step.warnings = {name};
    plan.steps = {step};
    return plan;
}

/// A page with the model it shows.
template <typename View>
struct WithPlan final : QWidget
{
    PlanModel model;
    View view{model, this};
    explicit WithPlan(const QString &name) { model.setPlan(planOf(name), {false}); }
    void resizeEvent(QResizeEvent *) override { view.setGeometry(rect()); }
};

Page planPage(const QString &name)
{
    auto page = std::make_unique<WithPlan<PlanPage>>(name);
    page->view.showPlan();
    page->view.setRefusal(name);
    return page;
}

Page runPage(const QString &name)
{
    auto page = std::make_unique<WithPlan<RunPage>>(name);
    PlanReport report;
    report.steps.append({u"one"_s, name, StepReport::State::Failed, {}, {}});
    report.error = errorOf(name);
    page->view.showReport(report);
    return page;
}

Page preflightPage(const QString &name)
{
    auto page = std::make_unique<PreflightPage>();
    Finding finding;
    finding.code = finding.subject = finding.problem = finding.rule = finding.remedy = name;
    finding.table = {name, name};
    Fix fix;
    fix.id = u"fix"_s;
    fix.title = fix.consequence = name;
    finding.fixes = {fix};
    Preflight verdict;
    verdict.findings = {finding};
    page->showVerdict(verdict);
    return page;
}

Page importPage(const QString &name)
{
    auto page = std::make_unique<ImportMappingPage>();
    ImportPreview preview;
    preview.tableColumns = {name};
    preview.rows = {{1, {name, name}, name}};
    preview.notes = preview.problems = {name};
    page->showPreview(preview);
    return page;
}

Page errorView(const QString &name)
{
    auto view = std::make_unique<ErrorView>();
    view->setError(errorOf(name), name);
    return view;
}

Page confirmDialog(const QString &name)
{
    ConfirmDialog::Question question{name, name, name, u"Drop"_s, true};
    return std::make_unique<ConfirmDialog>(question, nullptr);
}

// A field that edits a million characters takes more than a second to lay them out, so far.
Page scheduleDialog(const QString &text)
{
    const QString &name = text;
    return std::make_unique<ScheduleDialog>(name, ScheduleDialog::Asks::NameAndCommand,
        ScheduleDialog::Fields{u"* * * * *"_s, name, name}, CronDialect(), nullptr);
}

Page keepDialog(const QString &text)
{
    const auto facts = jobsFacts(text);
    return std::make_unique<KeepDialog>(facts->rollups.first(), *facts, nullptr);
}

} // namespace

class TestHostilePages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QApplication::setApplicationName(u"shardboard-test"_s);
        Theme::instance().apply(Theme::Mode::Light);
    }
    void init() { failOnWarningsOfOurs(); }

    void pagesShowText_data()
    {
        QTest::addColumn<std::function<Page(const QString &)>>("make");
        QTest::addColumn<int>("kind");
        const QList<std::pair<QString, std::function<Page(const QString &)>>> pages{{u"tables"_s, tablesPage},
            {u"tables, failed"_s, failedTablesPage}, {u"table detail"_s, tableDetail}, {u"plan"_s, planPage},
            {u"run"_s, runPage}, {u"preflight"_s, preflightPage}, {u"import"_s, importPage}, {u"error"_s, errorView},
            {u"confirm"_s, confirmDialog}, {u"schedule"_s, scheduleDialog}, {u"keep"_s, keepDialog},
            {u"nodes"_s, [](const QString &name) { return clusterTab(name, 0); }},
            {u"shards"_s, [](const QString &name) { return clusterTab(name, 1); }},
            {u"skew"_s, [](const QString &name) { return clusterTab(name, 2); }},
            {u"tenants"_s, [](const QString &name) { return clusterTab(name, 3); }},
            {u"activity"_s, [](const QString &name) { return clusterTab(name, 4); }},
            {u"rebalance"_s, [](const QString &name) { return clusterTab(name, 5); }},
            {u"rollups"_s, [](const QString &name) { return jobsTab(name, 0); }},
            {u"retention"_s, [](const QString &name) { return jobsTab(name, 1); }},
            {u"cron jobs"_s, [](const QString &name) { return jobsTab(name, 2); }}};
        const QStringList kinds = HostileText::kinds();
        for (const auto &[name, make] : pages)
            for (int kind = 0; kind < kinds.size(); ++kind)
                QTest::newRow(qPrintable(name + u", "_s + kinds.at(kind))) << make << kind;
    }
    void pagesShowText()
    {
        QFETCH(std::function<Page(const QString &)>, make);
        QFETCH(int, kind);
        const HostileText text;
        VERIFY_PLAIN(text, kind, make);
    }
};

SHARDBOARD_UI_TEST_MAIN(TestHostilePages)
#include "test_hostilepages.moc"
