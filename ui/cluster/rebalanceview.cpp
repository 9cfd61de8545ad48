// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/cluster/rebalanceview.h"

#include "ui/cluster/factlist.h"
#include "ui/cluster/jobwords.h"
#include "ui/cluster/loadbars.h"
#include "ui/common/errorview.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/common/timetext.h"
#include "ui/tables/figures.h"

#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace Shardboard {

RebalanceView::RebalanceView(QWidget *parent)
    : ClusterView(parent)
    , m_pages(new QStackedWidget(this))
    , m_title(makeHeading(tr("Rebalance"), 1.25, this))
    , m_text(makeDimLabel({}, this))
    , m_error(new ErrorView(this))
    , m_loads(new LoadBars(this))
    , m_moves(new FactList(tr("Moves"), {tr("Table"), tr("Shard"), tr("Size"), tr("From"), tr("To")}, this))
    , m_movesCard(onCard(m_moves, this))
    , m_look(new QPushButton(tr("See what would move"), this))
    , m_start(new QPushButton(tr("Rebalance…"), this))
    , m_running(makeHeading({}, 1.25, this))
    , m_runningText(makeDimLabel({}, this))
    , m_bar(new QProgressBar(this))
    , m_stop(new QPushButton(tr("Stop…"), this))
    , m_resume(new QPushButton(tr("Resume…"), this))
    , m_lookAway(new QPushButton(tr("See what would move"), this))
    , m_tasks(new FactList(tr("Moves under way"),
          {tr("What"), tr("From"), tr("To"), tr("State"), tr("Copied"), tr("Retries"), tr("Message")}, this))
    , m_jobs(new FactList(tr("Background jobs"),
          {tr("Job"), tr("Kind"), tr("State"), tr("Done"), tr("Started"), tr("Took"), tr("Description")}, this))
    , m_jobsText(makeDimLabel(tr("None has run yet."), this))
    , m_cancelJob(new QPushButton(tr("Cancel the job…"), this))
{
    m_pages->addWidget(makePreviewPage());
    m_pages->addWidget(makeProgressPage());
    auto *splitter = new QSplitter(Qt::Vertical, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_pages);
    splitter->addWidget(makeJobs());
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(splitter);
}

QWidget *RebalanceView::makePreviewPage()
{
    auto *page = new QWidget(this);
    auto *head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_look);
    head->addWidget(m_start);
    m_start->setProperty("primary", true);
    m_error->hide();
    m_error->setRetryVisible(true);
    m_moves->setWidths({260, 110, 100, 180, 180});
    m_movesCard->hide();
    m_loads->hide();
    m_text->setText(tr("Shards are moved in the background on the server until the nodes are filled alike. Look first: "
                       "nothing is changed by looking."));
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(Spacing::large, Spacing::medium, Spacing::large, Spacing::small);
    layout->setSpacing(Spacing::medium);
    layout->addLayout(head);
    layout->addWidget(m_text);
    layout->addWidget(m_error);
    layout->addWidget(m_loads);
    layout->addWidget(m_movesCard, 1);
    layout->addStretch();
    connect(m_look, &QPushButton::clicked, this, &RebalanceView::look);
    connect(m_start, &QPushButton::clicked, this, &RebalanceView::rebalanceRequested);
    connect(m_error, &ErrorView::retryRequested, this, &RebalanceView::previewRequested);
    return page;
}

QWidget *RebalanceView::makeProgressPage()
{
    auto *page = new QWidget(this);
    auto *head = new QHBoxLayout;
    head->addWidget(m_running, 1);
    for (QPushButton *button : {m_stop, m_lookAway, m_resume})
        head->addWidget(button);
    m_resume->setProperty("primary", true);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of the rebalance"));
    m_tasks->setWidths({220, 150, 150, 150, 150, 70});
    m_tasks->sortByColumn(3, Qt::AscendingOrder);
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(Spacing::large, Spacing::medium, Spacing::large, Spacing::small);
    layout->setSpacing(Spacing::small);
    layout->addLayout(head);
    layout->addWidget(m_runningText);
    layout->addWidget(m_bar);
    layout->addWidget(onCard(m_tasks, page), 1);
    connect(m_stop, &QPushButton::clicked, this, &RebalanceView::stopRequested);
    connect(m_resume, &QPushButton::clicked, this, &RebalanceView::rebalanceRequested);
    connect(m_lookAway, &QPushButton::clicked, this, [this] {
        m_leftJob = m_facts->jobs.rebalance()->id;
        showPage();
        look();
    });
    return page;
}

QWidget *RebalanceView::makeJobs()
{
    auto *pane = new QWidget(this);
    auto *head = new QHBoxLayout;
    head->addWidget(makeHeading(tr("Background jobs"), 1.1, pane));
    head->addWidget(m_jobsText);
    head->addStretch(1);
    head->addWidget(m_cancelJob);
    m_jobs->setWidths({70, 110, 110, 100, 150, 100});
    m_cancelJob->setEnabled(false);
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(Spacing::large, Spacing::small, Spacing::large, Spacing::large);
    layout->setSpacing(Spacing::small);
    layout->addLayout(head);
    layout->addWidget(onCard(m_jobs, pane), 1);
    const auto offer = [this] {
        const auto job = std::ranges::find(m_facts->jobs.jobs, m_jobs->currentKey(), &BackgroundJob::id);
        m_cancelJob->setEnabled(job != m_facts->jobs.jobs.end() && !job->isOver());
    };
    connect(m_jobs, &FactList::currentKeyChanged, this, offer);
    connect(m_cancelJob, &QPushButton::clicked, this, [this] {
        const auto job = std::ranges::find(m_facts->jobs.jobs, m_jobs->currentKey(), &BackgroundJob::id);
        if (job != m_facts->jobs.jobs.end())
            Q_EMIT jobCancelRequested(job->id, job->description);
    });
    return pane;
}

bool RebalanceView::isRunning() const
{
    const BackgroundJob *job = m_facts->jobs.rebalance();
    return job && !job->isOver();
}

bool RebalanceView::isUnfinished() const
{
    const BackgroundJob *job = m_facts->jobs.rebalance();
    return job && job->isOver() && job->state != QStringLiteral("finished") && job->id != m_leftJob;
}

QString RebalanceView::headline() const
{
    return m_pages->currentIndex() == 1 ? m_running->text() : m_title->text();
}

void RebalanceView::look()
{
    m_look->setEnabled(false);
    Q_EMIT previewRequested();
}

void RebalanceView::setFacts(const std::shared_ptr<const ClusterFacts> &facts)
{
    const bool wasRunning = isRunning();
    m_facts = facts;
    showJobs();
    showPage();
    if (!isRunning() && wasRunning) {
        m_movesCard->hide(); // what was foreseen has come to pass: look again
        m_loads->hide();
        m_wasLooked = false;
    }
    // Looking costs the server little, and a page with nothing on it says little.
    if (!m_wasLooked && !isRunning() && facts->known.testFlag(ClusterPart::Jobs)) {
        m_wasLooked = true;
        look();
    }
}

void RebalanceView::showPage()
{
    m_pages->setCurrentIndex(isRunning() || isUnfinished() ? 1 : 0);
    if (m_pages->currentIndex() == 0)
        return;
    const BackgroundJob &job = *m_facts->jobs.rebalance();
    for (QPushButton *button : {m_resume, m_lookAway})
        button->setVisible(job.isOver());
    m_stop->setVisible(!job.isOver());
    m_stop->setEnabled(job.state != QStringLiteral("cancelling"));
    m_bar->setRange(0, std::max(1, job.total));
    m_bar->setValue(job.done);
    if (job.isOver())
        showUnfinished(job);
    else
        showProgress(job);
    showTasks();
}

void RebalanceView::showUnfinished(const BackgroundJob &job)
{
    const bool hasFailed = job.state == QStringLiteral("failed");
    m_running->setText((hasFailed ? tr("The rebalance failed: %1 of %2 moves done")
                                  : tr("The rebalance was stopped: %1 of %2 moves done"))
                           .arg(job.done)
                           .arg(job.total));
    setTone(m_running, hasFailed ? Tone::Error : Tone::Text);
    const QString when = job.finishedAt.isValid()
        ? tr("It ended %1. ").arg(describeAge(job.finishedAt, QDateTime::currentDateTimeUtc()))
        : QString();
    m_runningText->setText(when
        + tr("Moves that are done stay done, and no row is lost: a move that was broken off is taken back. Resume "
             "plans what is left."));
}

void RebalanceView::showPreview(const Outcome<ChangeFacts> &facts)
{
    m_look->setEnabled(true);
    m_error->hide();
    const QString refusal = facts ? facts->movesRefusal : QString();
    if (facts.isError() || !refusal.isEmpty()) {
        m_error->setError(
            facts.isError() ? facts.error() : ServerError::usage(refusal), tr("What would move cannot be seen"));
        m_error->show();
        return;
    }
    if (!facts)
        return;
    const RebalancePreview preview = previewMoves(facts->moves, facts->cluster);
    const bool isEven = preview.moves.isEmpty();
    m_title->setText(isEven
            ? tr("Nothing would move")
            : tr("%n shard(s) would move, ", nullptr, int(preview.moves.size())) + bytesText(double(preview.bytes)));
    m_text->setText(isEven
            ? tr("By the strategy “%1” no move makes the nodes more even. A shard moves as a whole, and with "
                 "all that lie with it: a node that holds a very large one stays fuller.")
                  .arg(facts->defaultStrategy)
            : tr("By the strategy “%1”. Nothing has been moved yet.").arg(facts->defaultStrategy));
    QStringList names;
    for (const NodeLoad &load : preview.nodes)
        names << facts->cluster.nodeName(load.nodeId);
    m_loads->setLoads(preview.nodes, names, !isEven);
    m_loads->setVisible(!preview.nodes.isEmpty());
    QList<QList<PartCell>> rows;
    QList<qint64> keys;
    for (const ShardMove &move : preview.moves) {
        rows << QList<PartCell>{{move.table.display()}, {QString::number(move.shardId), move.shardId},
            {move.bytes < 0 ? tr("unknown") : bytesText(double(move.bytes)), move.bytes},
            {facts->cluster.nodeName(move.fromNode)}, {facts->cluster.nodeName(move.toNode)}};
        keys << move.shardId;
    }
    m_moves->setRows(rows, keys);
    m_movesCard->setVisible(!isEven);
}

QString RebalanceView::tableOf(qint64 shardId) const
{
    const ShardFacts &shards = *m_facts->shards;
    const auto shard = std::ranges::find(shards.shards, shardId, &Shard::id);
    return shard == shards.shards.end() ? QString() : shards.tables.at(shard->table).name.display();
}

void RebalanceView::showProgress(const BackgroundJob &job)
{
    m_running->setText(tr("Rebalancing: %1 of %2 moves done").arg(job.done).arg(job.total));
    setTone(m_running, Tone::Text);
    const qint64 since = job.startedAt.isValid() ? job.startedAt.msecsTo(QDateTime::currentDateTimeUtc()) : -1;
    const QString began = since < 0 ? tr("Waiting to begin.")
                                    : tr("It began %1 ago.").arg(describeDuration(double(since / 1000 * 1000)));
    m_runningText->setText(
        began + QLatin1Char(' ') + tr("It runs on the server: closing this window does not stop it."));
}

void RebalanceView::showTasks()
{
    QList<QList<PartCell>> rows;
    QList<qint64> keys;
    for (const BackgroundTask &task : m_facts->jobs.tasks) {
        const QString table = task.shardId ? tableOf(task.shardId) : QString();
        const QString what = task.shardId == 0 ? taskText(task)
            : table.isEmpty()                  ? tr("shard %1").arg(task.shardId)
                                               : tr("%1, shard %2").arg(table).arg(task.shardId);
        const bool isDone = task.status == QStringLiteral("done"); // then its message is the command's tag
        PartCell copied;
        if (task.sourceBytes > 0)
            copied = {
                tr("%1 of %2")
                    .arg(bytesText(double(std::max<qint64>(task.targetBytes, 0))), bytesText(double(task.sourceBytes))),
                task.targetBytes};
        rows << QList<PartCell>{{what, {}, task.command},
            {task.fromNode ? m_facts->nodeName(task.fromNode) : QString()},
            {task.toNode ? m_facts->nodeName(task.toNode) : QString()},
            {taskStateText(task), QString::number(taskOrder(task))}, copied,
            {task.retries ? QString::number(task.retries) : QString(), task.retries},
            isDone ? PartCell() : PartCell{task.message.simplified(), {}, task.message}};
        keys << task.taskId;
    }
    m_tasks->setRows(rows, keys);
}

void RebalanceView::showJobs()
{
    QList<QList<PartCell>> rows;
    QList<qint64> keys;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    for (const BackgroundJob &job : m_facts->jobs.jobs) {
        const QDateTime end = job.finishedAt.isValid() ? job.finishedAt : now;
        const qint64 took = job.startedAt.isValid() ? job.startedAt.msecsTo(end) : -1;
        rows << QList<PartCell>{{QString::number(job.id), job.id}, {job.type}, {jobStateText(job.state)},
            {tr("%1 of %2").arg(job.done).arg(job.total), job.done},
            {job.startedAt.isValid() ? describeAge(job.startedAt, now) : tr("not yet"),
                job.startedAt.toUTC().toString(Qt::ISODateWithMs)},
            {took < 0 ? QString() : describeDuration(double(took)), took}, {job.description}};
        keys << job.id;
    }
    m_jobs->setRows(rows, keys);
    m_jobsText->setVisible(rows.isEmpty());
}

} // namespace Shardboard
