// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/jobspage.h"

#include "admin/job.h"
#include "admin/jobs/jobfindings.h"
#include "connection/server.h"
#include "ui/common/confirmdialog.h"
#include "ui/common/errorview.h"
#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/dashboard/progressline.h"
#include "ui/jobs/jobsloader.h"

#include <QLocale>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace Shardboard {

namespace {

constexpr int interval = 5000;
constexpr qint64 sizesInterval = 60000;

} // namespace

JobsPage::JobsPage(QWidget *parent)
    : ServerPage(parent)
    , m_summary(makeDimLabel({}, this))
    , m_readAt(makeDimLabel({}, this))
    , m_message(makeTextLabel(this))
    , m_progress(new ProgressLine(this))
    , m_error(new ErrorView(this))
    , m_tabs(new QTabWidget(this))
    , m_rollups(new RollupsView(this))
    , m_retention(new RetentionView(this))
    , m_jobs(new CronJobsView(this))
{
    setAccessibleName(tr("Rollups and jobs"));
    setupLayout();
    m_timer.setInterval(interval);
    connect(&m_timer, &QTimer::timeout, this, [this] { refreshView(false); });
    connect(m_error, &ErrorView::retryRequested, this, &JobsPage::refresh);
    connect(m_rollups, &RollupsView::actionRequested, this, &JobsPage::actOnRollup);
    connect(m_rollups, &RollupsView::newRequested, this, &JobsPage::newRollupRequested);
    connect(m_retention, &RetentionView::actionRequested, this, &JobsPage::actOnRetention);
    connect(m_jobs, &CronJobsView::actionRequested, this, &JobsPage::actOnJob);
}

JobsPage::~JobsPage() = default;

QLayout *JobsPage::makeHead()
{
    auto *refresh = new QPushButton(symbolicIcon(QStringLiteral("refresh")), tr("Refresh"), this);
    refresh->setToolTip(tr("Read all of it again (F5). While the page is in sight that is done every 5 seconds, sizes "
                           "once a minute."));
    connect(refresh, &QPushButton::clicked, this, &JobsPage::refresh);
    m_summary->setWordWrap(false);
    m_readAt->setWordWrap(false);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(Spacing::large, Spacing::medium, Spacing::large, Spacing::small);
    row->setSpacing(Spacing::medium);
    row->addWidget(makeHeading(tr("Rollups & Jobs"), 1.4, this));
    row->addWidget(m_summary);
    row->addStretch(1);
    row->addWidget(m_readAt);
    row->addWidget(refresh);
    return row;
}

void JobsPage::setupLayout()
{
    m_error->hide();
    m_error->setRetryVisible(true);
    m_message->hide();
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_rollups, tr("Rollups"));
    m_tabs->addTab(m_retention, tr("Retention"));
    m_tabs->addTab(m_jobs, tr("Jobs"));
    auto *notes = new QVBoxLayout;
    notes->setContentsMargins(Spacing::large, 0, Spacing::large, 0);
    notes->setSpacing(Spacing::small);
    notes->addWidget(m_message);
    notes->addWidget(m_error);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addLayout(makeHead());
    layout->addWidget(m_progress);
    layout->addLayout(notes);
    layout->addWidget(m_tabs, 1);
}

void JobsPage::attach(Server &server)
{
    detach();
    m_server = &server;
    m_loader = new JobsLoader(server, this);
    connect(m_loader, &JobsLoader::loadingChanged, m_progress, &ProgressLine::setRunning);
    connect(
        m_loader, &JobsLoader::loaded, this, [this](const std::shared_ptr<const JobsFacts> &facts, JobsParts parts) {
            if (parts.testFlag(JobsPart::Sizes))
                m_sizesAt = QDateTime::currentDateTimeUtc();
            showFacts(facts, m_server && m_server->capabilities().pgCron.isAvailable());
        });
    connect(m_loader, &JobsLoader::failed, this, [this](const ServerError &error) {
        showFailure(error, tr("Rollups and jobs could not be read"));
        m_hasReadFailed = true;
    });
    connect(&server, &Server::ready, this, [this] {
        showAvailable();
        if (isVisible())
            refresh();
    });
    showAvailable();
    if (isVisible()) {
        refresh();
        m_timer.start();
    }
}

void JobsPage::detach()
{
    m_timer.stop();
    if (m_server)
        m_server->disconnect(this);
    m_server = nullptr;
    delete m_work;
    delete m_loader;
    m_loader = nullptr;
    m_sizesAt = {};
    m_facts = std::make_shared<JobsFacts>();
    m_rollups->setFacts(m_facts, false);
    m_retention->setFacts(m_facts, false);
    m_jobs->setFacts(m_facts);
    setWorking(false);
    m_error->hide();
    m_message->hide();
    m_progress->setRunning(false);
}

/// Without pg_cron the tab of jobs says what it would take.
void JobsPage::showAvailable()
{
    const Capability &cron = m_server->capabilities().pgCron;
    if (cron.isAvailable())
        m_jobs->setMissing({}, {});
    else
        m_jobs->setMissing(cron.reason.isEmpty() ? tr("pg_cron is not in this database") : cron.reason, cron.remedy);
}

void JobsPage::refresh()
{
    refreshView(true);
}

void JobsPage::refreshView(bool isAsked)
{
    if (!m_loader || !isVisible() || (m_loader->isLoading() && !isAsked))
        return;
    JobsParts parts = JobsPart::Rollups | JobsPart::Cron;
    if (isAsked || !m_sizesAt.isValid() || m_sizesAt.msecsTo(QDateTime::currentDateTimeUtc()) >= sizesInterval)
        parts |= JobsPart::Sizes;
    m_loader->refresh(parts);
}

void JobsPage::showFacts(const std::shared_ptr<const JobsFacts> &facts, bool hasCron)
{
    m_facts = facts;
    m_rollups->setFacts(facts, hasCron);
    m_retention->setFacts(facts, hasCron);
    m_jobs->setFacts(facts);
    const auto isSick = [](const RollupReport &rollup) {
        return rollup.health == RollupHealth::Failing || rollup.health == RollupHealth::Behind;
    };
    const auto fails = [&](const CronJob &job) { return healthOf(job, findingsOf(job, *facts)) == JobHealth::Failing; };
    const qsizetype sick = std::ranges::count_if(facts->rollups, isSick);
    const qsizetype failing = std::ranges::count_if(facts->jobs, fails);
    QStringList words{tr("rollups: %1").arg(facts->rollups.size()), tr("jobs: %1").arg(facts->jobs.size())};
    if (sick > 0)
        words << tr("rollups failing or behind: %1").arg(sick);
    if (failing > 0)
        words << tr("jobs failing: %1").arg(failing);
    m_summary->setText(words.join(QStringLiteral(" · ")));
    setTone(m_summary, sick + failing > 0 ? Tone::Error : Tone::Dim);
    m_readAt->setText(
        tr("as of %1").arg(QLocale().toString(facts->now.toLocalTime().time(), QStringLiteral("HH:mm:ss"))));
    if (!facts->failures.isEmpty()) {
        showFailure(facts->failures.first(), tr("Not all of this could be read"));
        m_hasReadFailed = true;
    } else if (std::exchange(m_hasReadFailed, false)) {
        m_error->hide();
    }
}

void JobsPage::showFailure(const ServerError &error, const QString &title)
{
    m_hasReadFailed = false;
    m_message->hide();
    m_error->setError(error, title);
    m_error->show();
}

void JobsPage::say(const QString &text)
{
    m_error->hide();
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
}

QString JobsPage::summary() const
{
    return m_summary->text();
}

QString JobsPage::message() const
{
    return m_message->isHidden() ? QString() : m_message->text();
}

void JobsPage::setWorking(bool isWorking)
{
    m_rollups->setWorking(isWorking);
    m_retention->setWorking(isWorking);
    m_jobs->setWorking(isWorking);
    m_progress->setRunning(isWorking || (m_loader && m_loader->isLoading()));
}

void JobsPage::showEvent(QShowEvent *event)
{
    ServerPage::showEvent(event);
    refreshView(false);
    if (m_server)
        m_timer.start();
}

void JobsPage::hideEvent(QHideEvent *event)
{
    ServerPage::hideEvent(event);
    m_timer.stop();
}

} // namespace Shardboard
