// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/clusterpage.h"

#include "admin/cluster/clusteractions.h"
#include "admin/job.h"
#include "connection/server.h"
#include "connection/syncsession.h"
#include "ui/cluster/activityview.h"
#include "ui/cluster/clusterhead.h"
#include "ui/cluster/clusterloader.h"
#include "ui/cluster/nodesview.h"
#include "ui/cluster/rebalanceview.h"
#include "ui/cluster/shardmapview.h"
#include "ui/cluster/skewview.h"
#include "ui/cluster/tenantsview.h"
#include "ui/common/card.h"
#include "ui/common/confirmdialog.h"
#include "ui/common/errorview.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/dashboard/progressline.h"

#include <QTabWidget>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

constexpr qint64 costlyInterval = 60000;

QList<ClusterPart> partsIn(ClusterParts parts)
{
    QList<ClusterPart> list;
    for (const ClusterPart part : {ClusterPart::Nodes, ClusterPart::Health, ClusterPart::Shards, ClusterPart::Tenants,
             ClusterPart::Activity, ClusterPart::Jobs}) {
        if (parts.testFlag(part))
            list << part;
    }
    return list;
}

} // namespace

ClusterPage::ClusterPage(QWidget *parent)
    : ServerPage(parent)
    , m_head(new ClusterHead(this))
    , m_progress(new ProgressLine(this))
    , m_error(new ErrorView(this))
    , m_missing(new Card(this))
    , m_missingText(makeTextLabel(m_missing))
    , m_tabs(new QTabWidget(this))
    , m_nodes(new NodesView(this))
    , m_map(new ShardMapView(this))
    , m_skew(new SkewView(this))
    , m_tenants(new TenantsView(this))
    , m_activity(new ActivityView(this))
    , m_rebalance(new RebalanceView(this))
{
    setAccessibleName(tr("Cluster"));
    setupTabs();
    setupLayout();
    setupRequests();
    connect(&m_timer, &QTimer::timeout, this, [this] { refreshView(false); });
}

ClusterPage::~ClusterPage() = default;

void ClusterPage::setupTabs()
{
    m_tabs->setDocumentMode(true);
    addView(m_nodes, tr("Nodes"));
    addView(m_map, tr("Shard map"));
    addView(m_skew, tr("Skew"));
    addView(m_tenants, tr("Tenants"));
    addView(m_activity, tr("Activity"));
    addView(m_rebalance, tr("Rebalance"));
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        showFailure();
        refreshView(false);
    });
}

void ClusterPage::addView(ClusterView *view, const QString &title)
{
    m_views << view;
    m_tabs->addTab(view, title);
}

void ClusterPage::setupLayout()
{
    m_error->hide();
    m_error->setRetryVisible(true);
    auto *missing = new QVBoxLayout(m_missing);
    missing->setContentsMargins(Spacing::large, Spacing::small, Spacing::large, Spacing::small);
    missing->addWidget(m_missingText);
    m_missing->setStripe(Theme::instance().accent());
    m_missing->hide();
    auto *notes = new QVBoxLayout;
    notes->setContentsMargins(Spacing::large, 0, Spacing::large, 0);
    notes->setSpacing(Spacing::small);
    notes->addWidget(m_missing);
    notes->addWidget(m_error);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(m_progress);
    layout->addLayout(notes);
    layout->addWidget(m_tabs, 1);
}

void ClusterPage::setupRequests()
{
    connect(m_head, &ClusterHead::refreshRequested, this, &ClusterPage::refresh);
    connect(m_head, &ClusterHead::intervalChanged, this, &ClusterPage::restartTimer);
    connect(m_head, &ClusterHead::addNodeRequested, this, [this] {
        ClusterSettings settings;
        settings.change = ClusterChange::AddNode;
        Q_EMIT changeRequested(settings);
    });
    connect(m_error, &ErrorView::retryRequested, this, &ClusterPage::refresh);
    connect(m_nodes, &NodesView::changeRequested, this, &ClusterPage::changeRequested);
    connect(m_map, &ShardMapView::tableRequested, this, &ClusterPage::tableRequested);
    connect(m_skew, &SkewView::tableRequested, this, &ClusterPage::tableRequested);
    connect(m_activity, &ActivityView::signalRequested, this, &ClusterPage::askToSignal);
    connect(m_rebalance, &RebalanceView::previewRequested, this, &ClusterPage::loadPreview);
    connect(m_rebalance, &RebalanceView::jobCancelRequested, this, &ClusterPage::askToCancelJob);
    const auto change = [this](ClusterChange what) {
        ClusterSettings settings;
        settings.change = what;
        Q_EMIT changeRequested(settings);
    };
    connect(m_rebalance, &RebalanceView::rebalanceRequested, this, [change] { change(ClusterChange::Rebalance); });
    connect(m_rebalance, &RebalanceView::stopRequested, this, [change] { change(ClusterChange::StopRebalance); });
}

void ClusterPage::attach(Server &server)
{
    detach();
    m_server = &server;
    m_loader = new ClusterLoader(server, this);
    connect(m_loader, &ClusterLoader::loadingChanged, m_progress, &ProgressLine::setRunning);
    connect(m_loader, &ClusterLoader::loaded, this, &ClusterPage::showFacts);
    connect(m_loader, &ClusterLoader::failed, this, [this](const ServerError &error) {
        m_error->setError(error, tr("The cluster could not be read"));
        m_error->show();
    });
    showAvailable(server.capabilities());
    connect(&server, &Server::ready, this, [this] {
        showAvailable(m_server->capabilities());
        if (isVisible())
            refresh();
    });
    if (isVisible())
        refresh();
    restartTimer();
}

void ClusterPage::detach()
{
    m_timer.stop();
    if (m_server)
        m_server->disconnect(this);
    m_server = nullptr;
    delete m_preview;
    delete m_loader;
    m_loader = nullptr;
    m_readAt.clear();
    m_facts = std::make_shared<ClusterFacts>();
    m_error->hide();
    m_progress->setRunning(false);
}

/// What needs citus stays in sight but cannot be chosen where it is missing, and the card says what it would take.
void ClusterPage::showAvailable(const ServerCapabilities &capabilities)
{
    const ClusterParts parts = availableParts(capabilities);
    for (int i = 0; i < m_views.size(); ++i) {
        const ClusterParts needed = m_views.at(i)->liveParts() | m_views.at(i)->costlyParts();
        const bool isPossible = (needed & parts & ~ClusterParts(ClusterPart::Nodes))
            || m_views.at(i) == static_cast<ClusterView *>(m_nodes);
        m_tabs->setTabEnabled(i, isPossible);
    }
    m_missing->setVisible(!capabilities.hasCitus() || !capabilities.isCoordinator);
    if (!capabilities.isCoordinator)
        m_missingText->setText(tr("This connection leads to a worker. Nodes and shards can be changed through the "
                                  "coordinator alone, and a worker does not see background jobs. %1")
                                   .arg(capabilities.citus.remedy));
    else
        m_missingText->setText(tr("This database has no citus: it is one server, shown with its activity. %1 %2")
                                   .arg(capabilities.citus.reason, capabilities.citus.remedy));
}

ClusterView *ClusterPage::currentView() const
{
    return m_views.value(m_tabs->currentIndex());
}

void ClusterPage::refresh()
{
    refreshView(true);
}

void ClusterPage::refreshView(bool isAsked)
{
    ClusterView *view = currentView();
    if (!m_loader || !view || !isVisible() || (m_loader->isLoading() && !isAsked))
        return;
    ClusterParts parts = view->liveParts();
    const QDateTime now = QDateTime::currentDateTimeUtc();
    for (const ClusterPart part : partsIn(view->costlyParts())) {
        const QDateTime read = m_readAt.value(part);
        if (isAsked || !read.isValid() || read.msecsTo(now) >= costlyInterval)
            parts |= part;
    }
    m_loader->refresh(parts);
}

void ClusterPage::restartTimer()
{
    if (m_head->interval() > 0 && m_server && isVisible())
        m_timer.start(m_head->interval());
    else
        m_timer.stop();
}

void ClusterPage::showFacts(const std::shared_ptr<const ClusterFacts> &facts, ClusterParts parts)
{
    // A move that is done has put shards elsewhere: what is known of them is old.
    const BackgroundJob *before = m_facts->jobs.rebalance();
    const BackgroundJob *after = facts->jobs.rebalance();
    if (before && after
        && (before->id != after->id || before->done != after->done || before->isOver() != after->isOver()))
        m_readAt.remove(ClusterPart::Shards);
    m_facts = facts;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    for (const ClusterPart part : partsIn(parts))
        m_readAt.insert(part, now);
    m_head->setFacts(*facts);
    m_head->setReadAt(now.toLocalTime());
    for (ClusterView *view : std::as_const(m_views)) {
        if ((view->liveParts() | view->costlyParts()) & parts)
            view->setFacts(facts);
    }
    const qsizetype waits = facts->activity.waits.size();
    m_tabs->setTabText(
        m_tabs->indexOf(m_activity), waits ? tr("Activity (%n waiting)", nullptr, int(waits)) : tr("Activity"));
    showFailure();
}

void ClusterPage::showFailure()
{
    const ClusterView *view = currentView();
    m_error->hide();
    for (const auto &[part, error] : m_facts->failures.asKeyValueRange()) {
        if (!view || !(view->liveParts() | view->costlyParts()).testFlag(part))
            continue;
        m_error->setError(error, tr("Not all of this could be read"));
        m_error->show();
        return;
    }
}

void ClusterPage::loadPreview()
{
    if (!m_server)
        return;
    delete m_preview;
    m_preview = Job::start<Outcome<ChangeFacts>>(
        this,
        [&io = m_server->io(), settings = m_server->settings()](
            std::stop_token stop, const ProgressSink &) -> Outcome<ChangeFacts> {
            SyncSession session(io, settings, SessionPurpose::Job, std::move(stop));
            if (const auto opened = session.open(); !opened)
                return opened.failure<ChangeFacts>();
            return readChangeFacts(session, ClusterSettings{});
        },
        [this](const Outcome<ChangeFacts> &facts) { m_rebalance->showPreview(facts); });
}

QString ClusterPage::refusal() const
{
    return m_server && m_server->profile().isReadOnly
        ? tr("This connection is marked read-only, so nothing can be changed through it.")
        : QString();
}

void ClusterPage::askToSignal(qint64 gpid, bool isTermination, const QString &what)
{
    ConfirmDialog::Question question;
    question.title = isTermination ? tr("End this session?") : tr("Cancel this statement?");
    question.text = isTermination
        ? tr("Its connection is closed and what its transaction has done is rolled back.\n\n%1").arg(what)
        : tr("What it is doing fails; its connection stays open.\n\n%1").arg(what);
    question.actionText = isTermination ? tr("End the session") : tr("Cancel the statement");
    question.isDestructive = isTermination;
    if (m_server && m_server->profile().isProduction) {
        question.text.prepend(tr("“%1” is marked as production.\n\n").arg(m_server->profile().name));
        question.nameToType = m_server->capabilities().database;
    }
    ConfirmDialog::ask(question, this, [this, gpid, isTermination] {
        perform(isTermination ? terminateBackendQuery(gpid) : cancelBackendQuery(gpid), ClusterPart::Activity,
            isTermination ? tr("The session could not be ended") : tr("The statement could not be cancelled"),
            tr("The server found no such process any more: it has ended meanwhile."));
    });
}

void ClusterPage::askToCancelJob(qint64 jobId, const QString &description)
{
    ConfirmDialog::Question question;
    question.title = tr("Cancel job %1?").arg(jobId);
    question.text = tr("%1. What is done stays done; the step under way is taken back and the rest never begins.")
                        .arg(description);
    question.actionText = tr("Cancel the job");
    question.isDestructive = true;
    if (m_server && m_server->profile().isProduction)
        question.nameToType = m_server->capabilities().database;
    ConfirmDialog::ask(question, this,
        [this, jobId] { perform(cancelJobQuery(jobId), ClusterPart::Jobs, tr("The job could not be cancelled"), {}); });
}

/// `whenFalse`: what it means when the server answers false.
void ClusterPage::perform(const Query &query, ClusterParts parts, const QString &failureTitle, const QString &whenFalse)
{
    if (!m_loader)
        return;
    const auto fail = [this, failureTitle](const ServerError &error) {
        m_error->setError(error, failureTitle);
        m_error->show();
    };
    if (const QString why = refusal(); !why.isEmpty())
        return fail(ServerError::usage(why));
    m_loader->perform(query, parts, [fail, whenFalse](const Outcome<ResultSet> &outcome) {
        if (outcome.isError())
            fail(outcome.error());
        else if (outcome && !whenFalse.isEmpty() && outcome->rowCount() > 0 && !outcome->boolean(0, 0))
            fail(ServerError::usage(whenFalse));
    });
}

void ClusterPage::showEvent(QShowEvent *event)
{
    ServerPage::showEvent(event);
    refreshView(false);
    restartTimer();
}

void ClusterPage::hideEvent(QHideEvent *event)
{
    ServerPage::hideEvent(event);
    m_timer.stop();
}

} // namespace Shardboard
