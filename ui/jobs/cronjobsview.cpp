// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/cronjobsview.h"

#include "admin/jobs/jobactions.h"
#include "ui/cluster/factlist.h"
#include "ui/common/emptystate.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/common/timetext.h"
#include "ui/jobs/rollupwords.h"
#include "ui/jobs/rundetail.h"
#include "ui/tables/figures.h"

#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

Tone toneOf(JobFinding::Weight weight)
{
    switch (weight) {
    case JobFinding::Weight::Error:
        return Tone::Error;
    case JobFinding::Weight::Warning:
        return Tone::Warning;
    case JobFinding::Weight::Note:
        return Tone::Dim;
    }
    return Tone::Text;
}

} // namespace

CronJobsView::CronJobsView(QWidget *parent)
    : QWidget(parent)
    , m_states(new QStackedWidget(this))
    , m_empty(new EmptyState(QStringLiteral("clock"), tr("No jobs here"), {}, this))
    , m_history(makeDimLabel({}, this))
    , m_list(new FactList(tr("Jobs"),
          {tr("Job"), tr("Health"), tr("Schedule"), tr("In words"), tr("Next run"), tr("Last run"), tr("Took"),
              tr("Database"), tr("User"), tr("Command")},
          this))
    , m_detail(new RunDetail({tr("Started"), tr("State"), tr("Took"), tr("Message")}, {170, 110, 90}, this))
{
    setupButtons();
    setupLayout();
    m_list->setWidths({250, 90, 100, 180, 120, 110, 80, 100, 90});
    connect(m_list, &FactList::currentKeyChanged, this, &CronJobsView::showCurrent);
    showCurrent();
}

void CronJobsView::setupButtons()
{
    const QStringList texts{
        tr("Run now"), tr("Pause"), tr("Edit…"), tr("Delete…"), tr("New job…"), tr("Prune the history…")};
    for (int action = 0; action < ActionCount; ++action) {
        auto *button = new QPushButton(texts.at(action), this);
        m_buttons << button;
        connect(button, &QPushButton::clicked, this, [this, action] {
            const CronJob *job = current();
            if (job || action == New || action == Prune)
                Q_EMIT actionRequested(Action(action), action == New || action == Prune ? 0 : job->id);
        });
    }
    m_buttons.at(Run)->setToolTip(tr("Runs the job's command once from here; pg_cron notes nothing of it"));
}

void CronJobsView::setupLayout()
{
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(Spacing::large, Spacing::small, Spacing::large, Spacing::small);
    bar->setSpacing(Spacing::small);
    for (const Action action : {Run, Pause, Edit, Delete})
        bar->addWidget(m_buttons.at(action));
    m_history->setWordWrap(false);
    bar->addStretch(1);
    bar->addWidget(m_history);
    bar->addWidget(m_buttons.at(Prune));
    bar->addWidget(m_buttons.at(New));
    auto *below = new QWidget(this);
    auto *lower = new QVBoxLayout(below);
    lower->setContentsMargins({});
    lower->setSpacing(0);
    lower->addLayout(bar);
    lower->addWidget(m_detail, 1);
    auto *splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_list);
    splitter->addWidget(below);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    m_states->addWidget(splitter);
    m_states->addWidget(m_empty);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_states);
}

void CronJobsView::setMissing(const QString &reason, const QString &remedy)
{
    m_isMissing = !reason.isEmpty();
    if (m_isMissing)
        m_empty->setTexts(tr("No jobs without pg_cron"), reason + QStringLiteral("\n") + remedy);
    m_states->setCurrentIndex(m_isMissing ? 1 : 0);
}

const CronJob *CronJobsView::current() const
{
    return m_facts->job(m_list->currentKey());
}

void CronJobsView::choose(qint64 jobId)
{
    m_list->selectKey(jobId);
}

void CronJobsView::setWorking(bool isWorking)
{
    m_isWorking = isWorking;
    showCurrent();
}

void CronJobsView::setFacts(const std::shared_ptr<const JobsFacts> &facts)
{
    m_facts = facts;
    showList();
    const CronSettings &cron = facts->cron;
    const QString pruned = pruningJob(*facts) ? tr("pruned by a job") : tr("nobody prunes it");
    m_history->setText(
        cron.historyBytes < 0 ? QString() : tr("History %1, %2").arg(bytesText(double(cron.historyBytes)), pruned));
    if (!current() && !facts->jobs.isEmpty())
        choose(facts->jobs.first().id);
    showCurrent();
}

void CronJobsView::showList()
{
    QList<QList<PartCell>> rows;
    QList<qint64> keys;
    for (const CronJob &job : m_facts->jobs) {
        const CronRun *last = job.lastRun();
        const qint64 took = last ? last->milliseconds() : -1;
        rows << QList<PartCell>{{job.title(), {}, job.name}, {healthText(healthOf(job, findingsOf(job, *m_facts)))},
            {job.schedule}, {scheduleWords(job.schedule, m_facts->cron)}, {nextRunText(job, *m_facts)},
            {last && last->startedAt.isValid() ? describeAge(last->startedAt, m_facts->now)
                    : last                     ? runStateText(last->status)
                                               : tr("none noted"),
                last ? last->startedAt.toMSecsSinceEpoch() : 0},
            {took < 0 ? QString() : describeDuration(double(took)), took}, {job.database}, {job.user},
            {job.command.simplified(), {}, job.command}};
        keys << job.id;
    }
    m_list->setRows(rows, keys);
}

void CronJobsView::showCurrent()
{
    const CronJob *job = current();
    for (const Action action : {Run, Pause, Edit, Delete})
        m_buttons.at(action)->setEnabled(job);
    if (!job) {
        m_detail->setTitle(tr("No job is chosen"), {}, Tone::Dim);
        return;
    }
    m_buttons.at(Run)->setEnabled(!m_isWorking);
    m_buttons.at(Pause)->setText(job->isActive ? tr("Pause") : tr("Resume"));
    const QList<JobFinding> findings = findingsOf(*job, *m_facts);
    const JobHealth health = healthOf(*job, findings);
    m_detail->setTitle(job->title(), healthText(health), healthTone(health));
    QList<RunDetail::Note> notes;
    for (const JobFinding &finding : findings)
        notes << RunDetail::Note{
            toneOf(finding.weight), finding.title, (finding.cause + QLatin1Char('\n') + finding.remedy).trimmed()};
    m_detail->setNotes(notes);
    const CronRun *last = job->lastRun();
    const QString place
        = job->host.isEmpty() ? tr("the local socket") : QStringLiteral("%1:%2").arg(job->host).arg(job->port);
    QList<RunDetail::Line> lines{{tr("Command"), job->command},
        {tr("Runs"),
            tr("%1 (%2, read in %3)")
                .arg(scheduleWords(job->schedule, m_facts->cron), job->schedule, m_facts->cron.timezone)},
        {tr("In"), tr("database %1 as %2").arg(job->database, job->user)},
        {tr("By"),
            m_facts->cron.usesBackgroundWorkers ? tr("a background worker") : tr("a connection to %1").arg(place)}};
    if (job->isActive)
        lines << RunDetail::Line{tr("Next runs"),
            nextRunLines(job->schedule, last ? last->startedAt : QDateTime(), *m_facts, 5).join(QLatin1Char('\n'))};
    m_detail->setLines(lines);
    showRuns(*job);
}

void CronJobsView::showRuns(const CronJob &job)
{
    QList<QList<PartCell>> rows;
    QList<qint64> keys;
    QList<RunChart::Bar> bars;
    for (const CronRun &run : job.runs) {
        const qint64 took = run.milliseconds();
        const QString tookText = took < 0 ? tr("unknown") : describeDuration(double(took));
        const QString start = run.startedAt.isValid() ? momentText(run.startedAt, m_facts->now) : tr("not noted");
        rows << QList<PartCell>{{start, run.startedAt.toMSecsSinceEpoch()}, {runStateText(run.status)},
            {tookText, took}, {run.message.simplified(), {}, run.message}};
        keys << run.runId;
        bars.prepend({run.startedAt, took, run.hasFailed(),
            QStringLiteral("%1: %2, %3\n%4").arg(start, runStateText(run.status), tookText, run.message.left(300))});
    }
    m_detail->setRuns(rows, keys, bars);
}

} // namespace Shardboard
